//! `failed-step`: a step of a run is seen to fail.

use crate::model::EventKind;
use crate::model::Finding;
use crate::model::Outcome;
use crate::model::Recommendation;
use crate::model::RuleId;
use crate::model::Run;
use crate::model::Severity;
use crate::model::Step;
use crate::rules::Bench;
use crate::rules::Rule;
use crate::timeline::Timeline;

/// The rule.
#[derive(Debug)]
pub(super) struct FailedStep;

impl Rule for FailedStep {
    fn id(&self) -> RuleId {
        RuleId("failed-step")
    }

    fn title(&self) -> &'static str {
        "a step of a run failed"
    }

    fn severity(&self) -> Severity {
        Severity::Medium
    }

    fn page(&self) -> &'static str {
        include_str!("../../docs/rules/failed-step.md")
    }

    fn judge(&self, timeline: &Timeline, bench: &Bench<'_>) -> Vec<Finding> {
        let _ = bench;
        let mut findings = Vec::new();
        for (at, run) in timeline.runs.iter().enumerate() {
            if is_made_good(timeline, at) {
                continue;
            }
            findings.extend(self.seen_failures(timeline, run));
            if run.outcome == Outcome::Failed && run.failed_steps.is_empty() {
                findings.extend(self.failed_run(timeline, run));
            }
        }
        findings
    }
}

impl FailedStep {
    fn seen_failures(&self, timeline: &Timeline, run: &Run) -> Vec<Finding> {
        let mut findings = Vec::new();
        for at in &run.events {
            let event = &timeline.events[*at];
            let EventKind::StepFailed { step, object } = &event.kind else { continue };
            if is_done_later(timeline, run, *at, *step) {
                continue;
            }
            let target = object.as_ref().map_or_else(String::new, |object| format!(" on {object}"));
            findings.push(
                Finding::new(self.id(), self.severity(), &timeline.therapist, &event.origin)
                    .between(event.stamp, None)
                    .objects(object)
                    .runs([&run.id])
                    .topic(step.name())
                    .summary(format!(
                        "step {} ({}) of run {} failed{target}",
                        step.number(),
                        step.name(),
                        run.id
                    ))
                    .recommend(&RECOMMENDED),
            );
        }
        findings
    }

    /// A run whose end is a failure, though no line says which step it was.
    fn failed_run(&self, timeline: &Timeline, run: &Run) -> Option<Finding> {
        let failures = run.events.iter().map(|at| &timeline.events[*at]);
        let mut failures = failures.filter(|event| matches!(event.kind, EventKind::Failed));
        let first = failures.next()?;
        let seen: Vec<&str> = run.steps.iter().map(|step| step.name()).collect();
        let seen = if seen.is_empty() { "no step".to_owned() } else { seen.join(", ") };
        Some(
            Finding::new(self.id(), self.severity(), &timeline.therapist, &first.origin)
                .between(first.stamp, None)
                .runs([&run.id])
                .topic("run")
                .summary(format!(
                    "run {} failed with no retry seen to succeed; done before: {seen}",
                    run.id
                ))
                .evidence(failures.map(|event| &event.origin))
                .recommend(&RECOMMENDED),
        )
    }
}

const RECOMMENDED: [Recommendation; 3] =
    [Recommendation::AtomicChanges, Recommendation::Rollback, Recommendation::ValidateFinalState];

/// A later attempt of the same job came to its end: the retry did what the run could not.
fn is_made_good(timeline: &Timeline, run: usize) -> bool {
    (run + 1..timeline.runs.len()).any(|later| {
        timeline.are_attempts_of_one_job(run, later)
            && timeline.runs[later].outcome == Outcome::Done
    })
}

/// The same run tried the step again and did it.
fn is_done_later(timeline: &Timeline, run: &Run, failed: usize, step: Step) -> bool {
    let later = run.events.iter().filter(|at| **at > failed);
    later.into_iter().any(|at| timeline.events[*at].kind.step() == Some(step))
}
