//! What the worker's model makes of a therapist's log, in sentences: for the timeline on a screen, for
//! reports, and as JSON.
//!
//! Takes an [`Account`], gives named sentences; every one rests on a replay of the model and none
//! says more than that replay shows.

use serde_json::Value;
use serde_json::json;

use crate::model::Pairing;
use crate::model::RunId;
use crate::model::SourceReport;
use crate::model::Stamp;
use crate::model::Step;
use crate::process::Mitigation;
use crate::report::line::Line;
use crate::report::line::Page;
use crate::report::number::count;
use crate::report::number::of;
use crate::report::place::place;
use crate::report::style::Role;
use crate::timeline::Account;
use crate::timeline::Deeds;
use crate::timeline::Effect;
use crate::timeline::Fit;
use crate::timeline::Timeline;

/// A sentence and what it is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Sentence {
    /// A run, a mitigation, or a word.
    pub(crate) about: String,
    /// What is said of it.
    pub(crate) text: String,
}

/// How sure the runs are: `at least 4, inferred from their steps; …`. `None` where lines name them.
pub(crate) fn pairing(pairing: Pairing) -> String {
    let ways = match (pairing.ways, pairing.is_complete) {
        (1, true) => "one way to pair lines and runs".to_owned(),
        (ways, true) => format!("{} pairings of lines and runs possible", count_of(ways)),
        (ways, false) => format!("more pairings of lines and runs than were looked at ({})", {
            if ways == u64::MAX { "beyond count".to_owned() } else { count_of(ways) }
        }),
    };
    let verdict = match (pairing.ways, pairing.is_complete, pairing.is_agreed) {
        (1, true, _) => "",
        (_, true, true) => "; all give the same verdict",
        (_, true, false) => "; what they disagree on is marked possible",
        (_, false, _) => "; so nothing is certain",
    };
    let fewest = of(count(pairing.fewest), "run");
    format!("at least {fewest}, told by their steps alone; {ways}{verdict}")
}

fn count_of(ways: u64) -> String {
    crate::report::number::grouped(ways)
}

/// All sentences, in the order to read them; what would have stopped it only where something is
/// wrong.
pub(crate) fn sentences(
    timeline: &Timeline,
    account: &Account,
    sources: &[SourceReport],
    is_wrong: bool,
) -> Vec<Sentence> {
    let teller = Teller { timeline, sources };
    let mut all = Vec::new();
    let mut say = |about: &str, text: String| {
        all.push(Sentence { about: about.to_owned(), text });
    };
    if let Some(known) = timeline.pairing {
        say("runs", pairing(known));
    }
    for deeds in &account.runs {
        say(teller.run(deeds.run).as_str(), teller.deeds(deeds));
    }
    match &account.fit {
        Fit::AsLogged => {}
        Fit::FailedUnseen => {
            say(
                "unseen",
                "something failed that no line shows: else the lines could not follow one another"
                    .to_owned(),
            );
        }
        Fit::Never(at) => say(
            "beyond",
            format!(
                "no history of the worker writes {} here: it was written by hand, or by other code",
                teller.event(*at)
            ),
        ),
        Fit::Unmatched(reason) => say("model", format!("cannot tell more: {reason}")),
    }
    if account.is_start_open {
        let first = timeline.events.iter().find_map(|event| event.stamp);
        let when = first.map_or_else(String::new, |stamp| format!(" before {}", moment(stamp)));
        say("start", format!("which object was attested{when} no line tells"));
    }
    if is_wrong {
        let told = account.mitigations.iter();
        let told = told.filter(|(_, effect)| *effect != Effect::Leaves);
        for (mitigation, effect) in told {
            say(mitigation.name(), teller.effect(*mitigation, *effect, account));
        }
        let leaves = account.mitigations.iter().filter(|(_, effect)| *effect == Effect::Leaves);
        let leaves = leaves.map(|(it, _)| format!("{} ({})", it.name(), numbers(*it)));
        let leaves: Vec<String> = leaves.collect();
        if !leaves.is_empty() {
            say("not by", format!("{}: the same lines remain possible", leaves.join(", ")));
        }
    }
    all
}

struct Teller<'a> {
    timeline: &'a Timeline,
    sources: &'a [SourceReport],
}

impl Teller<'_> {
    fn run(&self, at: usize) -> &RunId {
        &self.timeline.runs[at].id
    }

    /// `hubspot_id := 30278823850 at 07:04:56 (worker.log:2)`
    fn event(&self, at: usize) -> String {
        let event = &self.timeline.events[at];
        let when = event.stamp.map_or_else(String::new, |stamp| format!("of {} ", moment(stamp)));
        format!("the line {when}({})", place(&event.origin, self.sources))
    }

    fn deeds(&self, deeds: &Deeds) -> String {
        let mut parts = vec![match deeds.seen.as_slice() {
            [] => "no step is seen done".to_owned(),
            seen => format!("seen: {}", steps(seen)),
        }];
        let of = |is_done: bool| {
            let failed = deeds.failed.iter().filter(|step| deeds.seen.contains(step) == is_done);
            failed.copied().collect::<Vec<Step>>()
        };
        for (failed, how) in [(of(false), "seen to fail"), (of(true), "seen to fail in part")] {
            if !failed.is_empty() {
                parts.push(format!("{how}: {}", steps(&failed)));
            }
        }
        if !deeds.unseen.is_empty() {
            parts.push(format!("must have done unseen: {}", steps(&deeds.unseen)));
        }
        if !deeds.assumed.is_empty() {
            let assumed = steps(&deeds.assumed);
            parts.push(format!("did unseen, unless something failed unseen: {assumed}"));
        }
        if !deeds.open.is_empty() {
            parts.push(format!("cannot be told: {}", steps(&deeds.open)));
        }
        let read = deeds.read_before.map(|at| (at, ""));
        let unless =
            deeds.read_before_unless_failed.map(|at| (at, ", unless a step failed unseen"));
        if let Some((at, unless)) = read.or(unless) {
            let line = self.event(at);
            parts.push(format!("must have read which object is attested before {line}{unless}"));
        }
        parts.join("; ")
    }

    fn effect(&self, mitigation: Mitigation, effect: Effect, account: &Account) -> String {
        let duplicates = || {
            let runs = account.duplicates.iter().map(|run| self.run(*run).as_str());
            runs.collect::<Vec<_>>().join(" and ")
        };
        let provided = match mitigation {
            Mitigation::Dedup if !account.duplicates.is_empty() => {
                format!(", provided that {} repeat an earlier job", duplicates())
            }
            _ => String::new(),
        };
        let what = match effect {
            Effect::Stops(at) => format!("would have stopped {}{provided}", self.event(at)),
            Effect::StopsUnlessFailed(at) => format!(
                "would have stopped {}{provided}, unless a step failed unseen",
                self.event(at)
            ),
            Effect::Leaves => {
                "would not have stopped it: the same lines remain possible".to_owned()
            }
            Effect::Unknown => "too many histories to look at".to_owned(),
        };
        format!("({}) {what}", numbers(mitigation))
    }
}

/// The recommendations of a mitigation: `6, 7`.
fn numbers(mitigation: Mitigation) -> String {
    let numbers = mitigation.recommendations().iter().map(|it| it.number().to_string());
    numbers.collect::<Vec<_>>().join(", ")
}

/// `2 activate, 4 attest`
fn steps(steps: &[Step]) -> String {
    let named = steps.iter().map(|step| format!("{} {}", step.number(), step.name()));
    named.collect::<Vec<_>>().join(", ")
}

fn moment(stamp: Stamp) -> String {
    stamp.time_of_day()
}

/// Draws the sentences under a heading, their subjects in a column.
pub(crate) fn draw(
    page: &mut Page,
    timeline: &Timeline,
    account: &Account,
    sources: &[SourceReport],
    is_wrong: bool,
) {
    let all = sentences(timeline, account, sources, is_wrong);
    if all.is_empty() {
        return;
    }
    page.blank();
    page.line(Line::of(Role::Strong, "WHAT THE WORKER'S MODEL SAYS"));
    let column = all.iter().map(|it| it.about.chars().count()).max().unwrap_or(0).min(10);
    for sentence in all {
        let head = Line::new().plain("  ").add(Role::Dim, &sentence.about).pad(4 + column);
        page.prose(head, Role::Plain, &sentence.text);
    }
}

/// The account as an object of `credtrail/timeline/1`.
pub(crate) fn value(timeline: &Timeline, account: &Account, sources: &[SourceReport]) -> Value {
    let teller = Teller { timeline, sources };
    let line = |at: usize| place(&timeline.events[at].origin, sources);
    let runs = account.runs.iter().map(|deeds| {
        json!({
            "run": teller.run(deeds.run),
            "seen": deeds.seen,
            "failed": deeds.failed,
            "must_have_done": deeds.unseen,
            "did_unless_failed_unseen": deeds.assumed,
            "cannot_be_told": deeds.open,
            "read_before": deeds.read_before.map(line),
            "read_before_unless_failed_unseen": deeds.read_before_unless_failed.map(line),
        })
    });
    let mitigations = account.mitigations.iter().map(|(mitigation, effect)| {
        let (effect, at) = match effect {
            Effect::Stops(at) => ("stops", Some(*at)),
            Effect::StopsUnlessFailed(at) => ("stops-unless-failed-unseen", Some(*at)),
            Effect::Leaves => ("leaves", None),
            Effect::Unknown => ("unknown", None),
        };
        let recommendations = mitigation.recommendations().iter();
        json!({
            "mitigation": mitigation.name(),
            "recommendations": recommendations.map(|it| it.number()).collect::<Vec<_>>(),
            "effect": effect,
            "at": at.map(line),
        })
    });
    let fit = match account.fit {
        Fit::AsLogged => "as-logged",
        Fit::FailedUnseen => "failed-unseen",
        Fit::Never(_) => "never",
        Fit::Unmatched(_) => "unmatched",
    };
    json!({
        "fit": fit,
        "start": if account.is_start_open { "open" } else { "told" },
        "runs": runs.collect::<Vec<_>>(),
        "mitigations": mitigations.collect::<Vec<_>>(),
    })
}

/// How events and runs can be paired, for JSON; null where lines name the runs.
pub(crate) fn pairing_value(pairing: Option<Pairing>) -> Value {
    pairing.map_or(Value::Null, |pairing| {
        json!({
            "fewest_runs": pairing.fewest,
            "pairings": pairing.ways,
            "complete": pairing.is_complete,
            "same_verdict": pairing.is_agreed,
        })
    })
}
