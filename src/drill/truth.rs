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
use crate::drill::history::History;
use crate::drill::history::Run;
use crate::drill::skew;
use crate::model::Certainty;
use crate::model::Label;
use crate::process::State;
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
        allowed: allowed(history, &expected),
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
    let runs: Vec<(usize, &Run)> =
        history.runs.iter().enumerate().filter(|(_, run)| !run.is_sign_up).collect();
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

/// A field that runs in flight together write one after the other.
fn of_overwrites(history: &History, clock: &Clock<'_>, expected: &mut BTreeSet<Expected>) {
    let attests: Vec<&Run> = history
        .acts
        .iter()
        .filter(|act| {
            matches!(act.told, crate::drill::Told::Assigned(crate::model::Field::ActiveAttested, _))
        })
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
    let is_known = history.runs.iter().any(|run| run.is_sign_up);
    // Without a job's name runs are inferred; without an earlier log, what was there is presumed;
    // within one printed tick, of lines that come from several hosts, the order is the file's.
    let is_certain = is_known && order.logger.names_jobs();
    let certainty = if is_certain { Certainty::Certain } else { Certainty::Possible };
    for wrong in wrongs(&history.last(), &history.setting) {
        expected.insert(Expected { rule: wrong.name(), certainty, still: true });
    }
}

/// What may be said for certain: all that must be found, what was wrong on the way, and what runs
/// in each other's way can do to the fields.
fn allowed(history: &History, expected: &BTreeSet<Expected>) -> BTreeSet<&'static str> {
    let mut allowed: BTreeSet<&'static str> = expected.iter().map(|found| found.rule).collect();
    for (_, state) in &history.states {
        allowed.extend(wrongs(state, &history.setting).iter().map(|wrong| wrong.name()));
    }
    if history.states.is_empty() || !history.plot.is_bad() {
        return BTreeSet::new();
    }
    let has_company = history.runs.iter().filter(|run| !run.is_sign_up).count() > 1;
    if has_company {
        allowed.extend(["overwrite", "rapid-writes", "duplicate-run", "overlapping-runs"]);
    }
    if history.runs.iter().any(|run| run.failed.contains(&crate::model::Step::Activate)) {
        // The old object gives way though it was not made Active.
        allowed.insert("overwrite");
    }
    if goes_back(&history.states) {
        allowed.insert("flip-flop");
    }
    allowed
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
