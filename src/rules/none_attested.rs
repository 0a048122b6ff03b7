//! `none-attested`: a therapist who had an attested object has none.

use crate::model::Certainty;
use crate::model::EventKind;
use crate::model::Field;
use crate::model::Finding;
use crate::model::Label;
use crate::model::Outcome;
use crate::model::Recommendation;
use crate::model::RuleId;
use crate::model::Severity;
use crate::model::Step;
use crate::rules::Bench;
use crate::rules::Rule;
use crate::rules::states;
use crate::rules::unfinished_run;
use crate::timeline::Board;
use crate::timeline::Held;
use crate::timeline::Timeline;
use crate::timeline::Truth;
use crate::timeline::Window;
use crate::timeline::windows;

/// The rule.
#[derive(Debug)]
pub(super) struct NoneAttested;

impl Rule for NoneAttested {
    fn id(&self) -> RuleId {
        RuleId("none-attested")
    }

    fn title(&self) -> &'static str {
        "no object is attested any more"
    }

    fn severity(&self) -> Severity {
        Severity::Low
    }

    fn page(&self) -> &'static str {
        include_str!("../../docs/rules/none-attested.md")
    }

    fn judge(&self, timeline: &Timeline, bench: &Bench<'_>) -> Vec<Finding> {
        let (logged, taken) = first_attested(timeline);
        let was_there = |window: &Window| {
            logged.is_some_and(|logged| window.opened > logged)
                || taken.is_some_and(|taken| window.opened >= taken)
        };
        windows(timeline, none_attested)
            .into_iter()
            .filter(was_there)
            .filter(|window| {
                !states::is_transient(timeline, window)
                    && !states::is_healed_by_retry(timeline, window, bench)
            })
            .filter_map(|window| {
                let certainty = sign(timeline, &window, bench)?.min(window.certainty);
                let found = states::finding(self.id(), self.severity(), timeline, &window, bench);
                let certainty = certainty.min(found.certainty);
                let lost = timeline.events[window.opened].kind.object();
                Some(
                    found
                        .certainty(certainty)
                        .objects(lost)
                        .summary("the attested object lost \"Active Attested\" and no other has it")
                        .evidence(failures(timeline, window.opened))
                        .recommend(&[
                            Recommendation::AtomicChanges,
                            Recommendation::Rollback,
                            Recommendation::CleanupJob,
                        ]),
                )
            })
            .collect()
    }
}

/// The first event after which some object is attested, and the first that takes the label away.
fn first_attested(timeline: &Timeline) -> (Option<usize>, Option<usize>) {
    let attested = |board: &Board| board.bearers(Label::ActiveAttested, Held::Yes).next().is_some();
    let logged = timeline.boards.iter().position(attested);
    // A run that takes the label away shows that it was there before the log began.
    let taken = timeline.events.iter().position(|event| {
        matches!(&event.kind, EventKind::Unlabelled { label: Label::ActiveAttested, .. })
            || matches!(&event.kind, EventKind::Assigned { field: Field::Hubspot, .. })
    });
    (logged, taken)
}

fn none_attested(board: &Board) -> Truth {
    let presumed = board.bearers(Label::ActiveAttested, Held::Presumed);
    let mut bearers = board.bearers(Label::ActiveAttested, Held::Yes).chain(presumed);
    if bearers.next().is_some() || board.objects().next().is_none() {
        return Truth::No;
    }
    if board.bearers(Label::ActiveAttested, Held::Maybe).next().is_some() {
        Truth::Possible(Vec::new())
    } else {
        Truth::Certain(Vec::new())
    }
}

/// How sure the log is that nothing was attested instead. A run that shows no attest step is
/// taken to have attested something unlogged, unless there is a sign against it.
fn sign(timeline: &Timeline, window: &Window, bench: &Bench<'_>) -> Option<Certainty> {
    let event = &timeline.events[window.opened];
    if matches!(event.kind, EventKind::Assigned { object: None, .. }) {
        return Some(Certainty::Certain);
    }
    let run = timeline.run(window.opened)?;
    if run.failed_steps.contains(&Step::Attest) || run.outcome == Outcome::Failed {
        return Some(Certainty::Certain);
    }
    if run.outcome == Outcome::Unfinished {
        // Its own log may have been cut off where others go on.
        return Some(unfinished_run::certainty(timeline, run, bench));
    }
    let is_explicit = matches!(event.kind, EventKind::Unlabelled { .. });
    is_explicit.then_some(Certainty::Possible)
}

fn failures(timeline: &Timeline, at: usize) -> impl Iterator<Item = &crate::model::Origin> {
    let events = timeline.run(at).map(|run| run.events.as_slice()).unwrap_or_default();
    events
        .iter()
        .filter_map(|at| timeline.events.get(*at))
        .filter(|event| matches!(event.kind, EventKind::StepFailed { .. } | EventKind::Failed))
        .map(|event| &event.origin)
}
