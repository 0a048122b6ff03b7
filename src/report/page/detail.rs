//! Details of one therapist: events, runs, bars, and every raw line that a finding or an event
//! rests on. Read by the page when somebody looks at the therapist.
//!
//! Times are places: from when to when something can have been, in nanoseconds after `base`, so
//! that they stay exact in JavaScript's numbers. They stand in one list, each as its distance from
//! the one before and its width, and all else names them by number: most of a page is timelines,
//! and its size is bounded. What is written for eyes is written here, and never computed there.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use serde_json::Value;
use serde_json::json;

use crate::model::Event;
use crate::model::Finding;
use crate::model::ObjectId;
use crate::model::Origin;
use crate::model::SourceId;
use crate::model::Stamp;
use crate::model::TherapistId;
use crate::report::account;
use crate::report::change;
use crate::report::escape::printable;
use crate::report::escape::visible;
use crate::report::moment;
use crate::report::moment::Days;
use crate::report::moment::length;
use crate::report::page::View;
use crate::report::page::bars;
use crate::report::page::front;
use crate::report::page::telling;
use crate::timeline::Board;
use crate::timeline::Timeline;

/// Events of one timeline: those that findings rest on, and the latest.
const EVENTS: usize = 1_000;

/// Objects with lanes of their own.
const OBJECTS: usize = 24;

/// The number of a place.
pub(super) type Place = usize;

/// Places, each once.
#[derive(Default)]
struct Places {
    base: i64,
    known: BTreeMap<[i64; 2], Place>,
    /// `[distance from the one before, width]`.
    steps: Vec<[i64; 2]>,
    last: i64,
}

impl Places {
    fn of(&mut self, stamp: Stamp) -> Place {
        self.number([stamp.earliest() - self.base, stamp.until() - self.base])
    }

    fn number(&mut self, [from, until]: [i64; 2]) -> Place {
        *self.known.entry([from, until]).or_insert_with(|| {
            self.steps.push([from - self.last, until - from]);
            self.last = from;
            self.steps.len() - 1
        })
    }
}

/// One therapist's details.
#[derive(Debug)]
pub(super) struct Detail {
    pub(super) value: Value,
}

/// Details of all therapists with a finding on the page, in the order of the table's rows.
pub(super) fn all(view: &View<'_>) -> Vec<Detail> {
    let timelines: BTreeMap<&TherapistId, &Timeline> =
        view.timelines.iter().map(|timeline| (&timeline.therapist, timeline)).collect();
    let findings = front::by_therapist(view);
    let affected = front::affected(view);
    let one = |therapist: &&TherapistId| {
        let found: &[&Finding] = findings.get(therapist).map_or(&[], Vec::as_slice);
        Detail { value: detail(view, found, timelines.get(therapist).copied()) }
    };
    affected.iter().map(one).collect()
}

fn detail(view: &View<'_>, findings: &[&Finding], timeline: Option<&Timeline>) -> Value {
    let mut lines = Lines::default();
    let mut places = Places { base: base(findings, timeline), ..Places::default() };
    let mut value = json!({ "base": places.base / 1_000_000 });
    if let Some(timeline) = timeline {
        draw(&mut value, view, findings, timeline, &mut places, &mut lines);
    }
    let found = findings.iter().map(|finding| {
        let evidence = finding.origins().iter().map(|origin| lines.number(origin));
        let evidence: Vec<usize> = evidence.collect();
        json!([finding.from.map(|s| places.of(s)), finding.to.map(|s| places.of(s)), evidence])
    });
    value["findings"] = found.collect();
    value["lines"] = Value::from(lines.texts);
    value["places"] = json!(places.steps);
    value
}

/// The whole second before everything, in nanoseconds since the epoch.
fn base(findings: &[&Finding], timeline: Option<&Timeline>) -> i64 {
    let events = timeline.iter().flat_map(|timeline| &timeline.events);
    let stamps = events.filter_map(|event| event.stamp);
    let first = stamps.chain(findings.iter().filter_map(|finding| finding.from));
    let first = first.map(Stamp::earliest).min().unwrap_or(0);
    first.div_euclid(1_000_000_000) * 1_000_000_000
}

fn draw(
    value: &mut Value,
    view: &View<'_>,
    findings: &[&Finding],
    timeline: &Timeline,
    places: &mut Places,
    lines: &mut Lines,
) {
    let at = stand(&timeline.events, places);
    let kept = kept(timeline, findings);
    let all = objects(timeline);
    let drawn = &all[..all.len().min(OBJECTS)];
    let days = Days::of(view.analysis.window);
    value["objects"] = drawn.iter().map(|object| visible(object.as_str())).collect();
    value["more_objects"] = Value::from(all.len() - drawn.len());
    value["more_events"] = Value::from(timeline.events.len() - kept.len());
    value["log"] = edges(view, timeline, places);
    value["runs"] = runs(timeline, &at);
    value["labels"] = Value::from(bars::labels(timeline, drawn, &at));
    value["fields"] = Value::from(bars::fields(timeline, drawn, &at));
    let table = Table { timeline, findings, places: &at, days: &days, drawn };
    value["events"] = table.columns(&kept, lines);
    if let Some(account) = view.accounts.get(&timeline.therapist) {
        let told = account::sentences(timeline, account, &view.analysis.sources, true);
        let told = told.iter().map(|it| json!([visible(&it.about), visible(&it.text)]));
        value["model"] = told.collect();
    }
}

/// The objects in the order in which they come in.
fn objects(timeline: &Timeline) -> Vec<ObjectId> {
    let mut seen = BTreeSet::new();
    let mut objects = Vec::new();
    let named = timeline.events.iter().filter_map(|event| event.kind.object());
    let known = timeline.boards.last().into_iter().flat_map(Board::objects);
    for object in named.chain(known) {
        if seen.insert(object) {
            objects.push(object.clone());
        }
    }
    objects
}

/// Where each event stands. One without a clock stands where the one before it does; where no
/// event has a clock they stand a second apart, only to be told apart.
fn stand(events: &[Event], places: &mut Places) -> Vec<Place> {
    let Some(first) = events.iter().find_map(|event| event.stamp) else {
        let second = |at: usize| i64::try_from(at).unwrap_or_default() * 1_000_000_000;
        return (0..events.len()).map(|at| places.number([second(at), second(at + 1)])).collect();
    };
    let mut last = places.of(first);
    let mut stand = Vec::with_capacity(events.len());
    for event in events {
        last = event.stamp.map_or(last, |stamp| places.of(stamp));
        stand.push(last);
    }
    stand
}

/// The events shown, in order.
fn kept(timeline: &Timeline, findings: &[&Finding]) -> Vec<usize> {
    let count = timeline.events.len();
    if count <= EVENTS {
        return (0..count).collect();
    }
    let proof: BTreeSet<&Origin> = findings.iter().flat_map(|finding| finding.origins()).collect();
    let mut order: Vec<usize> = (0..count).rev().collect();
    order.sort_by_key(|at| !proof.contains(&timeline.events[*at].origin));
    order.truncate(EVENTS);
    order.sort_unstable();
    order
}

/// Where the log begins and ends, and how far the first and the last event are from there.
fn edges(view: &View<'_>, timeline: &Timeline, places: &mut Places) -> Value {
    let stamps = || timeline.events.iter().filter_map(|event| event.stamp);
    let last = stamps().max_by_key(|stamp| stamp.until());
    let (Some((from, to)), Some(first), Some(last)) = (view.analysis.window, stamps().next(), last)
    else {
        return Value::Null;
    };
    json!([places.of(from), places.of(to), length(from.gap(first)), length(last.gap(to))])
}

fn runs(timeline: &Timeline, places: &[Place]) -> Value {
    let one = |run: &crate::model::Run| {
        json!({
            "id": visible(run.id.as_str()),
            "job": run.mark.job.as_ref().map(|job| visible(job.as_str())),
            "who": telling::place(run),
            "attempt": run.attempt,
            "inferred": run.inferred,
            "outcome": run.outcome.name(),
            "has_start": run.has_start,
            "redelivery_of": run.redelivery_of.as_ref().map(|run| visible(run.as_str())),
            "steps": telling::steps(&run.steps),
            "failed": telling::steps(&run.failed_steps),
            "from": run.events.first().map(|at| places[*at]),
            "to": run.events.last().map(|at| places[*at]),
        })
    };
    timeline.runs.iter().map(one).collect()
}

/// The table of events, column by column.
struct Table<'a> {
    timeline: &'a Timeline,
    findings: &'a [&'a Finding],
    places: &'a [Place],
    days: &'a Days,
    drawn: &'a [ObjectId],
}

impl Table<'_> {
    fn columns(&self, kept: &[usize], lines: &mut Lines) -> Value {
        let events = &self.timeline.events;
        let stamp = |at: usize| events[at].stamp;
        let column = |cell: &dyn Fn(usize) -> Value| {
            Value::from(kept.iter().map(|at| cell(*at)).collect::<Vec<_>>())
        };
        let proof = self.proof();
        let mut value = json!({
            "at": column(&|at| json!(self.places[at])),
            "time": column(&|at| json!(stamp(at).map(|stamp| self.days.time(stamp)))),
            "reading": column(&|at| json!(stamp(at).and_then(telling::reading))),
            "precision": column(&|at| json!(stamp(at).map(moment::precision))),
            "clock": column(&|at| json!(stamp(at).map(|s| json!([s.clock(), s.zone()])))),
            "kind": column(&|at| json!(events[at].kind.name())),
            "what": column(&|at| json!(telling::what(self.timeline, at))),
            "object": column(&|at| self.object(at)),
            "run": column(&|at| json!(self.timeline.run_of[at])),
            "gap": column(&|at| self.gap(at)),
            "tie": column(&|at| json!(u8::from(self.is_tied(at)))),
            "changes": column(&|at| self.changes(at)),
            "findings": column(&|at| json!(proof.get(&events[at].origin))),
        });
        let mut number = |at: &usize| {
            let mut seen = events[*at].sightings();
            let first = seen.next().map(|(origin, _)| lines.number(origin));
            let also = seen.map(|(origin, stamp)| {
                json!([lines.number(origin), stamp.map(|stamp| self.days.time(stamp))])
            });
            json!([first, also.collect::<Vec<_>>()])
        };
        value["lines"] = kept.iter().map(&mut number).collect();
        value
    }

    /// For each line the findings that rest on it, by their places in the therapist's list.
    fn proof(&self) -> BTreeMap<&Origin, Vec<usize>> {
        let mut proof: BTreeMap<&Origin, Vec<usize>> = BTreeMap::new();
        for (number, finding) in self.findings.iter().enumerate() {
            for origin in finding.origins() {
                proof.entry(origin).or_default().push(number);
            }
        }
        proof
    }

    fn object(&self, at: usize) -> Value {
        let object = self.timeline.events[at].kind.object();
        json!(object.and_then(|object| self.drawn.iter().position(|known| known == object)))
    }

    /// The gap to the event before; none within one line.
    fn gap(&self, at: usize) -> Value {
        let event = &self.timeline.events[at];
        let before = at.checked_sub(1).map(|before| &self.timeline.events[before]);
        let before = before.filter(|before| before.origin != event.origin);
        let gap = before.and_then(|before| before.stamp).zip(event.stamp);
        let gap = gap.map(|(one, other)| one.gap(other));
        json!(gap.map(|gap| gap.to_string()))
    }

    fn is_tied(&self, at: usize) -> bool {
        let events = &self.timeline.events;
        at > 0 && telling::is_tied(&events[at - 1], &events[at])
    }

    /// `[object, before, after]` for each drawn object whose labels changed.
    fn changes(&self, at: usize) -> Value {
        let boards = &self.timeline.boards;
        let changes = change::labels(self.timeline.board_before(at), &boards[at]);
        let one = |change: change::Change| {
            let object = self.drawn.iter().position(|known| *known == change.object)?;
            Some(json!([object, change.before, change.after]))
        };
        changes.into_iter().filter_map(one).collect()
    }
}

/// Raw lines, each once: `[source, line, text]`.
#[derive(Default)]
struct Lines {
    known: BTreeMap<(SourceId, u64), usize>,
    texts: Vec<Value>,
}

impl Lines {
    fn number(&mut self, origin: &Origin) -> usize {
        let texts = &mut self.texts;
        *self.known.entry((origin.source, origin.offset)).or_insert_with(|| {
            texts.push(json!([origin.source.0, origin.line, printable(&origin.text)]));
            texts.len() - 1
        })
    }
}
