//! `unfinished-run`: a run started, never ended, and the export goes on well past it.

use crate::model::Certainty;
use crate::model::Event;
use crate::model::Finding;
use crate::model::Outcome;
use crate::model::Recommendation;
use crate::model::RuleId;
use crate::model::Run;
use crate::model::Severity;
use crate::model::Span;
use crate::model::Still;
use crate::rules::Bench;
use crate::rules::Rule;
use crate::rules::overlapping_runs::is_worker;
use crate::timeline::Timeline;

/// The rule.
#[derive(Debug)]
pub(super) struct UnfinishedRun;

impl Rule for UnfinishedRun {
    fn id(&self) -> RuleId {
        RuleId("unfinished-run")
    }

    fn title(&self) -> &'static str {
        "a run started and never ended"
    }

    fn severity(&self) -> Severity {
        Severity::Medium
    }

    fn page(&self) -> &'static str {
        include_str!("../../docs/rules/unfinished-run.md")
    }

    fn judge(&self, timeline: &Timeline, bench: &Bench<'_>) -> Vec<Finding> {
        let open = timeline
            .runs
            .iter()
            .enumerate()
            .filter(|(_, run)| run.outcome == Outcome::Unfinished && is_worker(run, bench));
        let mut findings = Vec::new();
        for (at, run) in open {
            let is_repeated =
                |later: usize| timeline.runs[later].redelivery_of.as_ref() == Some(&run.id);
            if (at + 1..timeline.runs.len()).any(is_repeated) {
                // Sidekiq gives a job whose process died to another one: `duplicate-run` tells it.
                continue;
            }
            let silence = match (run.to, bench.end) {
                (Some(to), Some(end)) => end.earliest().saturating_sub(to.until()),
                _ => continue,
            };
            let first = &timeline.events[run.events[0]].origin;
            let last = run.events.last().map(|at| &timeline.events[*at]);
            let certainty = certainty(timeline, run, bench);
            findings.push(
                Finding::new(self.id(), self.severity(), &timeline.therapist, first)
                    .certainty(certainty)
                    .between(run.from, None)
                    .still(Still::Wrong)
                    .runs([&run.id])
                    .summary(format!(
                        "run {} was started and neither done nor failed; the log goes on for {}",
                        run.id,
                        Span(silence)
                    ))
                    .evidence(last.map(|event| &event.origin))
                    .recommend(&[Recommendation::Rollback, Recommendation::CleanupJob]),
            );
        }
        findings
    }
}

/// How sure it is that a run of which no end is logged did not end. That other hosts go on says
/// little: this one's export may simply end here.
pub(super) fn certainty(timeline: &Timeline, run: &Run, bench: &Bench<'_>) -> Certainty {
    let last = run.events.last().map(|at| &timeline.events[*at]);
    let of_sources = last.into_iter().flat_map(Event::origins).filter_map(|origin| {
        let source = usize::try_from(origin.source.0).ok()?;
        bench.ends.get(source).copied().flatten()
    });
    let own = of_sources.max_by_key(|end| end.until());
    let silence = match (run.to, own) {
        (Some(to), Some(end)) => end.earliest().saturating_sub(to.until()),
        _ => 0,
    };
    let is_certain = silence >= bench.profile.unfinished_after();
    if is_certain { Certainty::Certain } else { Certainty::Possible }
}
