//! From a timeline and its findings to what is drawn of them.

use std::collections::BTreeSet;

use crate::model::Event;
use crate::model::EventKind;
use crate::model::Field;
use crate::model::Finding;
use crate::model::Label;
use crate::model::ObjectId;
use crate::model::Outcome;
use crate::model::Run;
use crate::model::SourceReport;
use crate::model::Stamp;
use crate::report::chart::picture::harmless;
use crate::report::chart::timeline::Bar;
use crate::report::chart::timeline::Bracket;
use crate::report::chart::timeline::FieldLane;
use crate::report::chart::timeline::FieldStep;
use crate::report::chart::timeline::LabelLane;
use crate::report::chart::timeline::Moment;
use crate::report::chart::timeline::Sign;
use crate::report::chart::timeline::TimelineSpec;
use crate::report::chart::timeline::marks;
use crate::report::chart::words::left_out;
use crate::report::chart::words::standing;
use crate::report::moment::Days;
use crate::report::moment::span;
use crate::report::number::count;
use crate::report::number::of;
use crate::rules;
use crate::timeline::Board;
use crate::timeline::Held;
use crate::timeline::Timeline;

/// More marks than this are a smear.
const MOST_EVENTS: usize = 2_000;

/// More lanes than this do not fit on a page.
const MOST_OBJECTS: usize = 8;

/// More brackets than this do not fit on a page.
const MOST_RUNS: usize = 200;

/// More findings than this push the picture off the page.
const MOST_FINDINGS: usize = 12;

/// Says what is drawn.
pub(super) fn spec(
    timeline: &Timeline,
    findings: &[Finding],
    sources: &[SourceReport],
) -> TimelineSpec {
    let clock = Clock::of(timeline, sources);
    let status = rules::verdict(timeline, findings).status;
    let objects = objects(timeline, findings);
    let shown = &objects[..objects.len().min(MOST_OBJECTS)];
    let rank = |object: &ObjectId| shown.iter().position(|known| *known == object);
    let view = View { timeline, clock: &clock, rank: &rank };
    let days = Days::of(clock.window);
    let notices = [
        left_out(timeline.events.len(), MOST_EVENTS, "event"),
        left_out(objects.len(), MOST_OBJECTS, "object"),
        left_out(timeline.runs.len(), MOST_RUNS, "run"),
        left_out(findings.len(), MOST_FINDINGS, "finding"),
    ];
    let marks = findings.iter().take(MOST_FINDINGS).enumerate();
    TimelineSpec {
        title: format!("Therapist {} {}", timeline.therapist, standing(status, findings)),
        subtitle: subtitle(timeline, findings, sources, &clock),
        end: clock.end,
        moments: moments(timeline, &days, &rank),
        labels: Label::ALL.into_iter().flat_map(|label| view.lanes(label, shown)).collect(),
        fields: [Field::Hubspot, Field::ActiveAttested]
            .into_iter()
            .filter_map(|field| view.field(field))
            .collect(),
        objects: shown.iter().map(|object| harmless(object.as_str())).collect(),
        runs: timeline.runs.iter().take(MOST_RUNS).filter_map(bracket).collect(),
        marks: marks
            .map(|(at, finding)| marks::numbered(&view, at + 1, finding, &days, sources))
            .collect(),
        notices: notices.into_iter().flatten().collect(),
    }
}

/// When each event is drawn, and where the chart ends.
pub(super) struct Clock {
    /// For each event its own time, or that of the nearest one before it (at the very beginning:
    /// after it) which has a clock.
    pub(super) times: Vec<i64>,
    pub(super) end: i64,
    window: Option<(Stamp, Stamp)>,
}

impl Clock {
    fn of(timeline: &Timeline, sources: &[SourceReport]) -> Self {
        let stamps = || timeline.events.iter().filter_map(|event| event.stamp);
        let first = stamps().min_by_key(|stamp| stamp.earliest());
        let last = stamps().max_by_key(|stamp| stamp.until());
        let mut now = stamps().next().map_or(0, Stamp::printed);
        let times = timeline.events.iter().map(|event| {
            now = event.stamp.map_or(now, Stamp::printed);
            now
        });
        let times: Vec<i64> = times.collect();
        let ends = sources.iter().filter_map(|source| source.span).map(|(_, to)| to.printed());
        let end = ends.chain(last.map(Stamp::until)).max().unwrap_or(now);
        Self { times, end, window: first.zip(last) }
    }
}

/// The objects in the order of events; where not all can be drawn, those of findings first.
fn objects<'a>(timeline: &'a Timeline, findings: &'a [Finding]) -> Vec<&'a ObjectId> {
    let found: BTreeSet<&ObjectId> = findings.iter().flat_map(|f| &f.objects).collect();
    let seen = || timeline.events.iter().filter_map(|event| event.kind.object());
    let mut known = BTreeSet::new();
    let all: Vec<&ObjectId> = seen().filter(|object| known.insert(*object)).collect();
    if all.len() <= MOST_OBJECTS {
        return all;
    }
    let (told, rest): (Vec<_>, Vec<_>) = all.into_iter().partition(|it| found.contains(it));
    told.into_iter().chain(rest).collect()
}

fn subtitle(
    timeline: &Timeline,
    findings: &[Finding],
    sources: &[SourceReport],
    clock: &Clock,
) -> String {
    let inferred = timeline.runs.iter().filter(|run| run.inferred).count();
    let runs = of(count(timeline.runs.len()), "run");
    let runs = match inferred {
        0 => runs,
        all if all == timeline.runs.len() => format!("at least {runs} (inferred)"),
        some => format!("{runs} ({some} inferred)"),
    };
    let found = of(count(findings.len()), "finding");
    let mut facts = vec![of(count(timeline.events.len()), "event"), runs, found];
    match clock.window {
        Some(window) => {
            facts.push(format!("{} UTC", span(window)));
            facts.push(format!("precision {}", precision(timeline)));
        }
        None => facts.push("no event carries a time".to_owned()),
    }
    facts.push(match sources {
        [one] => harmless(&one.name),
        many => of(count(many.len()), "source"),
    });
    facts.join("  ·  ")
}

fn precision(timeline: &Timeline) -> String {
    let stamps = || timeline.events.iter().filter_map(|event| event.stamp);
    let told = |stamp: Stamp| {
        let text = stamp.precision().replace("us", "µs");
        let unit = text.find(|sign: char| !sign.is_ascii_digit()).unwrap_or(text.len());
        format!("{} {}", &text[..unit], &text[unit..])
    };
    let fine = stamps().max_by_key(|stamp| stamp.digits());
    let coarse = stamps().min_by_key(|stamp| stamp.digits());
    match (fine, coarse) {
        (Some(fine), Some(coarse)) if fine.digits() != coarse.digits() => {
            format!("{} to {}", told(fine), told(coarse))
        }
        (Some(one), _) => told(one),
        (None, _) => "not known".to_owned(),
    }
}

fn moments(
    timeline: &Timeline,
    days: &Days,
    rank: &dyn Fn(&ObjectId) -> Option<usize>,
) -> Vec<Moment> {
    let moment = |event: &Event| {
        let stamp = event.stamp?;
        let object = event.kind.object().and_then(rank);
        // Within a log the year is known: the subtitle names it.
        let time = days.time(stamp);
        let time = match time.split_once('-').filter(|_| time.contains(' ')) {
            Some((_, day)) => day.to_owned(),
            None => time,
        };
        Some(Moment { stamp, time, sign: sign(&event.kind), object })
    };
    timeline.events.iter().take(MOST_EVENTS).filter_map(moment).collect()
}

fn sign(kind: &EventKind) -> Sign {
    match kind {
        EventKind::Created { .. } => Sign::Created,
        EventKind::Assigned { .. } => Sign::Written,
        EventKind::Labelled { .. } | EventKind::Unlabelled { .. } => Sign::Labelled,
        EventKind::Started | EventKind::Done => Sign::Border,
        EventKind::Failed | EventKind::StepFailed { .. } => Sign::Failed,
    }
}

/// What lanes and marks are read from.
pub(super) struct View<'a> {
    pub(super) timeline: &'a Timeline,
    pub(super) clock: &'a Clock,
    /// The place of an object among those drawn.
    pub(super) rank: &'a dyn Fn(&ObjectId) -> Option<usize>,
}

impl View<'_> {
    /// What a test of the board says, from when to when, and whether it still says so at the end.
    fn stretches<T: PartialEq>(&self, test: impl Fn(&Board) -> T) -> Vec<(i64, i64, T, bool)> {
        let mut found: Vec<(i64, i64, T, bool)> = Vec::new();
        for (board, now) in self.timeline.boards.iter().zip(&self.clock.times) {
            let told = test(board);
            if let Some(last) = found.last_mut() {
                last.1 = *now;
                if last.2 == told {
                    continue;
                }
            }
            found.push((*now, *now, told, false));
        }
        if let Some(last) = found.last_mut() {
            (last.1, last.3) = (self.clock.end, true);
        }
        found.retain(|(from, to, ..)| from < to);
        found
    }

    /// The lanes of a label: one for each object that ever bears it.
    fn lanes(&self, label: Label, objects: &[&ObjectId]) -> Vec<LabelLane> {
        let lane = |(rank, object): (usize, &&ObjectId)| {
            let held = self.stretches(|board| board.held(object, label));
            let borne = |held: Held| matches!(held, Held::Yes | Held::Maybe | Held::Presumed);
            let bars: Vec<Bar> = held
                .into_iter()
                .filter(|(_, _, held, _)| borne(*held))
                .map(|(from, to, held, is_open)| Bar { from, to, held, is_open })
                .collect();
            (!bars.is_empty()).then_some(LabelLane { label, object: rank, bars })
        };
        objects.iter().enumerate().filter_map(lane).collect()
    }

    /// A field that is ever written.
    fn field(&self, field: Field) -> Option<FieldLane> {
        let told = self.stretches(|board| {
            board
                .field(field)
                .map(|object| object.map(|object| (object.clone(), (self.rank)(object))))
        });
        let steps: Vec<FieldStep> = told
            .into_iter()
            .filter_map(|(from, to, object, _)| {
                let object = object?.and_then(|(_, rank)| rank);
                Some(FieldStep { from, to, object })
            })
            .collect();
        (!steps.is_empty()).then_some(FieldLane { field, steps })
    }
}

fn bracket(run: &Run) -> Option<Bracket> {
    let (from, to) = run.from.zip(run.to)?;
    let mut facts: Vec<String> = Vec::new();
    match &run.mark.job {
        Some(job) => facts.push(harmless(job.as_str())),
        None if run.inferred => facts.push("inferred".to_owned()),
        None => {}
    }
    if run.attempt > 1 {
        facts.push(format!("attempt {}", run.attempt));
    }
    for step in &run.failed_steps {
        facts.push(format!("step {} failed", step.number()));
    }
    if run.outcome != Outcome::Unknown {
        facts.push(run.outcome.name().to_owned());
    }
    let is_ended_badly = matches!(run.outcome, Outcome::Failed | Outcome::Unfinished);
    Some(Bracket {
        from: from.printed(),
        to: to.printed().max(from.printed()),
        name: harmless(run.id.as_str()),
        facts: facts.join(" · "),
        is_inferred: run.inferred,
        is_wrong: is_ended_badly || !run.failed_steps.is_empty(),
    })
}
