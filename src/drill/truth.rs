//! The truth beside a log: what happened to each therapist, what a reader must find, and what it
//! may say for certain without being wrong.
//!
//! Times are compared as the log prints them: what falls into one printed tick nobody can tell
//! apart. What is wrong with the labels is what the process model says of its own states.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use serde::Serialize;

use crate::drill::MILLI;
use crate::drill::Order;
use crate::drill::history::Act;
use crate::drill::history::History;
use crate::drill::history::Run;
use crate::drill::history::Told;
use crate::drill::plot::Plot;
use crate::drill::skew;
use crate::model::Certainty;
use crate::model::Field;
use crate::model::Label;
use crate::model::Step;
use crate::process::State;
use crate::process::Wrong;
use crate::process::has;
use crate::process::members;
use crate::process::wrongs;

/// Starts closer than this are duplicates, in nanoseconds: the built-in profile's window.
const WINDOW: i64 = 1000 * MILLI;

/// Something that a reader must find.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Expected {
    /// Under which rule.
    pub rule: &'static str,
    /// How sure it must be at least.
    pub certainty: Certainty,
    /// Whether it lasts to the end of the log.
    pub still: bool,
}

/// What happened to one therapist.
#[derive(Clone, Debug, Serialize)]
pub struct Fate {
    /// Whose.
    pub therapist: String,
    /// What was played.
    pub plot: &'static str,
    /// How many runs.
    pub runs: usize,
    /// Labels at the end, by object.
    pub labels: BTreeMap<String, Vec<Label>>,
    /// What must be found.
    pub expected: BTreeSet<Expected>,
    /// The rules that may say something for certain; any other would be a false alarm.
    pub allowed: BTreeSet<&'static str>,
}

/// What happened to all.
#[derive(Clone, Debug, Serialize)]
pub struct Truth {
    schema: &'static str,
    seed: u64,
    logger: &'static str,
    digits: u8,
    /// One entry per therapist, in the order of their ids.
    pub therapists: Vec<Fate>,
}

impl Truth {
    pub(super) fn of(order: &Order, histories: &[History]) -> Self {
        Self {
            schema: "credtrail/truth/1",
            seed: order.seed,
            logger: order.logger.name(),
            digits: order.digits,
            therapists: histories.iter().map(|history| fate(order, history)).collect(),
        }
    }

    /// As one JSON document.
    pub fn json(&self) -> String {
        // Strings, numbers and maps with string keys can always be written.
        let mut text = serde_json::to_string_pretty(self).unwrap_or_default();
        text.push('\n');
        text
    }
}

fn fate(order: &Order, history: &History) -> Fate {
    let clock = Clock::of(order);
    let mut expected = BTreeSet::new();
    let is_alone = history.runs.iter().filter(|run| !run.is_sign_up).count() == 1;
    if is_alone && history.runs.iter().any(|run| !run.failed.is_empty()) {
        let certainty = Certainty::Certain;
        expected.insert(Expected { rule: "failed-step", certainty, still: false });
    }
    if order.logger.names_jobs() {
        of_runs(history, &clock, &mut expected);
        of_overwrites(history, &clock, &mut expected);
    }
    of_states(history, order, &mut expected);
    let last = history.last();
    let labels = |object: u8| {
        let bears = |label: &Label| match label {
            Label::Active => has(last.active, object),
            Label::ActiveAttested => has(last.attested, object),
        };
        Label::ALL.into_iter().filter(bears).collect()
    };
    let name = |object: u8| history.objects[usize::from(object)].to_string();
    Fate {
        therapist: history.therapist.to_string(),
        plot: history.plot.name(),
        runs: history.runs.len(),
        labels: members(last.exist).map(|object| (name(object), labels(object))).collect(),
        allowed: allowed(history, order.logger.names_jobs(), &expected),
        expected,
    }
}

/// Time as the log prints it.
struct Clock<'a> {
    order: &'a Order,
    tick: i64,
}

impl<'a> Clock<'a> {
    fn of(order: &'a Order) -> Self {
        Self { order, tick: 10_i64.pow(9 - u32::from(order.digits.min(6))) }
    }

    fn printed(&self, run: &Run, at: i64) -> i64 {
        (at + skew(self.order, run.host) * MILLI).div_euclid(self.tick) * self.tick
    }

    fn start(&self, run: &Run) -> i64 {
        self.printed(run, run.begin)
    }

    fn end(&self, run: &Run) -> i64 {
        self.printed(run, run.end)
    }

    /// Whether one printed time is certainly, or only possibly, before another.
    fn before(&self, one: i64, other: i64) -> Option<Certainty> {
        match other - one {
            gap if gap >= self.tick => Some(Certainty::Certain),
            0 => Some(Certainty::Possible),
            _ => None,
        }
    }
}

fn of_runs(history: &History, clock: &Clock<'_>, expected: &mut BTreeSet<Expected>) {
    let mut add = |rule, certainty, still| expected.insert(Expected { rule, certainty, still });
    let runs = history.runs.iter().enumerate();
    let runs: Vec<(usize, &Run)> =
        runs.filter(|(at, run)| !run.is_sign_up && is_named(history, *at)).collect();
    for (at, (place, later)) in runs.iter().enumerate() {
        let retry = runs[at + 1..].iter().find(|(_, run)| run.again == Some(*place));
        let is_made_good =
            !later.failed.is_empty() && retry.is_some_and(|(_, retry)| retry.is_well == Some(true));
        if !later.failed.is_empty() && !is_made_good {
            add("failed-step", Certainty::Certain, false);
        }
        if later.is_well.is_none() && retry.is_none() {
            add("unfinished-run", Certainty::Certain, true);
        }
        if let Some(earlier) = later.again.map(|run| &history.runs[run]) {
            if earlier.failed.is_empty() {
                let is_after = clock.before(clock.end(earlier), clock.start(later));
                add("duplicate-run", is_after.unwrap_or(Certainty::Possible), false);
            }
            continue;
        }
        for (_, earlier) in &runs[..at] {
            let gap = (clock.start(later) - clock.start(earlier)).abs();
            if gap + clock.tick < WINDOW {
                add("duplicate-run", Certainty::Certain, false);
            } else if gap - clock.tick < WINDOW {
                add("duplicate-run", Certainty::Possible, false);
            } else if clock.before(clock.start(later), clock.end(earlier))
                == Some(Certainty::Certain)
            {
                add("overlapping-runs", Certainty::Certain, false);
            }
        }
    }
}

/// Whether a line of the run, or of another run of its job, names the therapist; starts and ends
/// do not.
fn is_named(history: &History, run: usize) -> bool {
    let jid = &history.runs[run].jid;
    let is_message = |told: &Told| !matches!(told, Told::Started | Told::Ended(_));
    history.acts.iter().any(|act| is_message(&act.told) && history.runs[act.run].jid == *jid)
}

/// A field that runs in flight together write one after the other.
fn of_overwrites(history: &History, clock: &Clock<'_>, expected: &mut BTreeSet<Expected>) {
    let attests: Vec<&Run> = history
        .acts
        .iter()
        .filter(|act| matches!(act.told, Told::Assigned(Field::ActiveAttested, _)))
        .map(|act| &history.runs[act.run])
        .filter(|run| !run.is_sign_up)
        .collect();
    let is_certain = |one: i64, other: i64| clock.before(one, other) == Some(Certainty::Certain);
    for [earlier, later] in attests.array_windows() {
        let is_overlap = is_certain(clock.start(later), clock.end(earlier))
            && is_certain(clock.start(earlier), clock.end(later));
        if is_overlap {
            let certainty = Certainty::Certain;
            expected.insert(Expected { rule: "overwrite", certainty, still: false });
        }
    }
}

/// What is wrong in the end.
fn of_states(history: &History, order: &Order, expected: &mut BTreeSet<Expected>) {
    let clock = Clock::of(order);
    let is_known = history.runs.iter().any(|run| run.is_sign_up);
    let all = || 0..history.runs.len();
    // Without a job's name runs are inferred; without an earlier log, what was there is presumed;
    // what runs that mix do within one tick has no order.
    let is_certain = is_known
        && order.logger.names_jobs()
        && all().all(|run| !may_have_read_another(history, &clock, run))
        && all().all(|run| !may_have_unattested(history, run))
        && (order.digits >= 3 || all().all(|run| is_alone(history, &clock, run)));
    let certainty = if is_certain { Certainty::Certain } else { Certainty::Possible };
    // Whole hand-offs leave two objects Active; that it is one too many only the runs can tell.
    let is_sure = |found: &Expected| found.certainty == Certainty::Certain;
    let tells = |found: &Expected| is_sure(found) && found.rule != "unfinished-run";
    let is_told = expected.iter().any(tells);
    for wrong in wrongs(&history.last(), &history.setting) {
        let certainty = match wrong {
            Wrong::DualActive if !order.logger.names_jobs() => continue,
            Wrong::DualActive if !is_told => Certainty::Possible,
            _ => certainty,
        };
        expected.insert(Expected { rule: wrong.name(), certainty, still: true });
    }
}

/// Whether a run that found nothing attested may, for all the log tells, have read later: another
/// run attested an object before this one logged its first step.
fn may_have_read_another(history: &History, clock: &Clock<'_>, run: usize) -> bool {
    let this = &history.runs[run];
    let of = |act: &&Act, wanted: bool| (act.run == run) == wanted;
    let printed = |act: &Act| clock.printed(&history.runs[act.run], act.at);
    let created = |act: &&Act| matches!(act.told, Told::Created(_));
    let created = history.acts.iter().filter(created).find(|act| of(act, true)).map(printed);
    let attested = |act: &&Act| matches!(act.told, Told::Labelled(Label::ActiveAttested, _));
    let mut others = history.acts.iter().filter(attested).filter(|act| of(act, false));
    this.has_no_first
        && others
            .any(|act| created.is_none_or(|created| printed(act) <= created) && act.at > this.begin)
}

/// Whether a run died after it activated its first, or tried to: whether it had taken the label away
/// before it died nobody logged.
fn may_have_unattested(history: &History, run: usize) -> bool {
    let last = history.acts.iter().rev().find(|act| act.run == run);
    let is_last = |told: &Told| {
        matches!(told, Told::Assigned(Field::Hubspot, _) | Told::Failed(Step::Activate, _))
    };
    history.runs[run].is_well.is_none() && last.is_some_and(|act| is_last(&act.told))
}

/// Whether no other run began or ended while this one was at work, as far as the log tells.
fn is_alone(history: &History, clock: &Clock<'_>, run: usize) -> bool {
    let this = &history.runs[run];
    let others = history.runs.iter().enumerate().filter(|(other, _)| *other != run);
    others.into_iter().all(|(_, other)| {
        clock.end(other) < clock.start(this) || clock.end(this) < clock.start(other)
    })
}

/// What may be said for certain: all that must be found, what was wrong on the way, and what the
/// runs truly did to each other.
fn allowed(
    history: &History,
    names_jobs: bool,
    expected: &BTreeSet<Expected>,
) -> BTreeSet<&'static str> {
    // Where no line names the job, nothing tells a retry from another job that came too late.
    let is_made_good = history.plot == Plot::Retried && names_jobs;
    if is_made_good || matches!(history.plot, Plot::Clean | Plot::TwoHandOffs) {
        return BTreeSet::new();
    }
    let mut allowed: BTreeSet<&'static str> = expected.iter().map(|found| found.rule).collect();
    for (_, state) in &history.states {
        allowed.extend(wrongs(state, &history.setting).iter().map(|wrong| wrong.name()));
    }
    let mut allow = |rule, has_cause: bool| {
        allowed.extend(has_cause.then_some(rule));
    };
    let runs = || history.runs.iter().filter(|run| !run.is_sign_up);
    let pairs =
        || runs().enumerate().flat_map(|(at, one)| runs().skip(at + 1).map(move |o| (one, o)));
    let overlap = |(one, other): (&Run, &Run)| other.begin <= one.end && one.begin <= other.end;
    let is_close = |(one, other): (&Run, &Run)| (other.begin - one.begin).abs() < WINDOW;
    allow("failed-step", runs().any(|run| !run.failed.is_empty()));
    allow("duplicate-run", runs().any(|run| run.again.is_some()) || pairs().any(is_close));
    allow("overlapping-runs", pairs().any(overlap));
    // Or the old object gave way though it was not made Active.
    let has_failed = |run: &Run| run.failed.contains(&Step::Activate);
    allow("overwrite", replaces_another(history) || runs().any(has_failed));
    allow("rapid-writes", has_rapid_writes(history));
    allow("flip-flop", goes_back(&history.states));
    allowed
}

/// Whether a run replaced an object in a field other than the one that it had handed down.
fn replaces_another(history: &History) -> bool {
    history.states.array_windows().any(|[(_, before), (_, after)]| {
        let acts = |run: &usize| before.runs[*run].at != after.runs[*run].at;
        let first = (0..history.setting.runs).find(acts).and_then(|run| before.runs[run].first);
        let [old, new] = [before.attested_field, after.attested_field];
        old != new && old.is_some() && old != first
    })
}

/// Whether two runs write different objects within the window.
fn has_rapid_writes(history: &History) -> bool {
    let writes = history.acts.iter().filter_map(|act| match act.told {
        Told::Assigned(_, object) => Some((act.at, act.run, object)),
        _ => None,
    });
    let writes: Vec<(i64, usize, u64)> = writes.collect();
    writes.iter().enumerate().any(|(at, (when, run, object))| {
        writes[at + 1..].iter().any(|(later, other, another)| {
            run != other && object != another && later - when < WINDOW
        })
    })
}

/// Whether a field returned to an earlier object.
fn goes_back(states: &[(i64, State)]) -> bool {
    let fields: [fn(&State) -> Option<u8>; 2] = [|s| s.attested_field, |s| s.hubspot_field];
    fields.iter().any(|field| {
        let mut values: Vec<Option<u8>> = states.iter().map(|(_, state)| field(state)).collect();
        values.dedup();
        let mut seen = BTreeSet::new();
        !values.into_iter().all(|value| seen.insert(value))
    })
}
