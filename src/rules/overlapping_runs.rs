//! `overlapping-runs`: two runs of the worker in flight at once, started further apart than the window.

use crate::model::Certainty;
use crate::model::Finding;
use crate::model::Recommendation;
use crate::model::RuleId;
use crate::model::Run;
use crate::model::Severity;
use crate::model::Within;
use crate::rules::Bench;
use crate::rules::Rule;
use crate::timeline::Timeline;

/// The rule.
#[derive(Debug)]
pub(super) struct OverlappingRuns;

impl Rule for OverlappingRuns {
    fn id(&self) -> RuleId {
        RuleId("overlapping-runs")
    }

    fn title(&self) -> &'static str {
        "two runs were in flight at once"
    }

    fn severity(&self) -> Severity {
        Severity::High
    }

    fn page(&self) -> &'static str {
        include_str!("../../docs/rules/overlapping-runs.md")
    }

    fn judge(&self, timeline: &Timeline, bench: &Bench<'_>) -> Vec<Finding> {
        let mut findings = Vec::new();
        // Runs that may still be in flight when the next one begins.
        let mut open: Vec<usize> = Vec::new();
        for (later_at, later) in timeline.runs.iter().enumerate() {
            open.retain(|at| may_be_in_flight(&timeline.runs[*at], later));
            let earlier = open.clone();
            open.push(later_at);
            for (earlier_at, earlier) in earlier.into_iter().map(|at| (at, &timeline.runs[at])) {
                let is_redelivery = later.redelivery_of.as_ref() == Some(&earlier.id);
                let are_workers = is_worker(earlier, bench) && is_worker(later, bench);
                if !are_workers || is_redelivery || earlier.inferred || later.inferred {
                    continue;
                }
                if let Some(certainty) = overlap(timeline, earlier_at, later_at, bench) {
                    findings.push(self.finding(timeline, [earlier, later], certainty));
                }
            }
        }
        findings
    }
}

impl OverlappingRuns {
    fn finding(
        &self,
        timeline: &Timeline,
        [earlier, later]: [&Run; 2],
        certainty: Certainty,
    ) -> Finding {
        let gap = earlier.from.zip(later.from).map(|(one, other)| one.gap(other));
        let apart = gap.map_or_else(String::new, |gap| format!(", started {gap} after it"));
        let last = |run: &Run| run.events.last().map(|at| &timeline.events[*at].origin);
        let first = &timeline.events[earlier.events[0]].origin;
        let begins = &timeline.events[later.events[0]].origin;
        Finding::new(self.id(), self.severity(), &timeline.therapist, first)
            .certainty(certainty)
            .between(later.from, earlier.to)
            .gap(gap)
            .runs([&earlier.id, &later.id])
            .summary(format!("run {} was in flight while run {}{apart}", later.id, earlier.id))
            .evidence([begins])
            .evidence(last(earlier))
            .recommend(&[
                Recommendation::JobDeduplication,
                Recommendation::TherapistLock,
                Recommendation::NoConcurrentStart,
            ])
    }
}

fn may_be_in_flight(earlier: &Run, later: &Run) -> bool {
    earlier.to.zip(later.from).is_none_or(|(to, from)| from.earliest() < to.until())
}

/// Whether this is a run of the watched worker, or of one that the log does not name.
pub(super) fn is_worker(run: &Run, bench: &Bench<'_>) -> bool {
    run.mark.class.as_ref().is_none_or(|class| class == bench.profile.worker.as_str())
}

/// Whether two runs were in flight together. Only what is logged counts: a run is in flight from
/// its first to its last event. Starts within the window are `duplicate-run`'s business.
fn overlap(
    timeline: &Timeline,
    earlier: usize,
    later: usize,
    bench: &Bench<'_>,
) -> Option<Certainty> {
    let [one, other] = [&timeline.runs[earlier], &timeline.runs[later]];
    let (begins, ends) = (other.from?, one.to?);
    if one.from?.gap(begins).within(bench.profile.window()) != Within::No {
        return None;
    }
    if begins.certainly_before(ends) {
        return Some(Certainty::Certain);
    }
    let is_possible = begins.overlaps(ends) && !timeline.follows(one, other);
    is_possible.then_some(Certainty::Possible)
}
