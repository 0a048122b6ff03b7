//! `rapid-writes`: two writes of different objects within the window that one run's hand-off does not explain.

use crate::model::Certainty;
use crate::model::Finding;
use crate::model::ObjectId;
use crate::model::Recommendation;
use crate::model::RuleId;
use crate::model::Severity;
use crate::model::Within;
use crate::rules::Bench;
use crate::rules::Rule;
use crate::rules::writes::Write;
use crate::rules::writes::writes;
use crate::timeline::Timeline;

/// The rule.
#[derive(Debug)]
pub(super) struct RapidWrites;

impl Rule for RapidWrites {
    fn id(&self) -> RuleId {
        RuleId("rapid-writes")
    }

    fn title(&self) -> &'static str {
        "different objects were written in quick succession"
    }

    fn severity(&self) -> Severity {
        Severity::Medium
    }

    fn page(&self) -> &'static str {
        include_str!("../../docs/rules/rapid-writes.md")
    }

    fn judge(&self, timeline: &Timeline, bench: &Bench<'_>) -> Vec<Finding> {
        let writes = writes(timeline);
        let mut findings: Vec<Finding> = Vec::new();
        let mut last_pair: Option<usize> = None;
        for (later_at, later) in writes.iter().enumerate() {
            let pair = writes[..later_at].iter().enumerate().rev().find_map(|(at, earlier)| {
                let certainty = closeness(timeline, earlier, later, bench)?;
                Some((at, earlier, certainty))
            });
            let Some((at, earlier, certainty)) = pair else { continue };
            // Writes that follow one another without a break are one burst and one finding.
            let goes_on = last_pair.is_some_and(|last| last >= at);
            last_pair = Some(later_at);
            match findings.last_mut().filter(|_| goes_on) {
                Some(burst) => extend(burst, timeline, later, certainty),
                None => findings.push(self.finding(timeline, [earlier, later], certainty)),
            }
        }
        findings
    }
}

impl RapidWrites {
    fn finding(
        &self,
        timeline: &Timeline,
        [earlier, later]: [&Write<'_>; 2],
        certainty: Certainty,
    ) -> Finding {
        let gap = earlier.gap(later);
        let apart = gap.map_or_else(String::new, |gap| format!(", {gap} apart"));
        let name = |object: Option<&ObjectId>| {
            object.map_or_else(|| "nothing".to_owned(), ToString::to_string)
        };
        Finding::new(self.id(), self.severity(), &timeline.therapist, &earlier.event.origin)
            .certainty(certainty)
            .between(earlier.event.stamp, later.event.stamp)
            .gap(gap)
            .objects([earlier.object, later.object].into_iter().flatten())
            .runs(
                [earlier, later].into_iter().filter_map(|w| timeline.run(w.at)).map(|run| &run.id),
            )
            .summary(format!(
                "{} := {} and {} := {}{apart}",
                earlier.field.name(),
                name(earlier.object),
                later.field.name(),
                name(later.object)
            ))
            .evidence([&later.event.origin])
            .recommend(&[
                Recommendation::JobDeduplication,
                Recommendation::NoConcurrentStart,
                Recommendation::MonitorRapidUpdates,
            ])
    }
}

fn extend(burst: &mut Finding, timeline: &Timeline, later: &Write<'_>, certainty: Certainty) {
    let mut longer = burst.clone().evidence([&later.event.origin]);
    longer.to = later.event.stamp.or(longer.to);
    longer.certainty = longer.certainty.max(certainty);
    if let Some(object) = later.object.filter(|object| !longer.objects.contains(object)) {
        longer.objects.push(object.clone());
    }
    if let Some(run) = timeline.run(later.at).filter(|run| !longer.runs.contains(&run.id)) {
        longer.runs.push(run.id.clone());
    }
    *burst = longer;
}

/// Whether two writes are of different objects, close, and not one run's hand-off.
fn closeness(
    timeline: &Timeline,
    earlier: &Write<'_>,
    later: &Write<'_>,
    bench: &Bench<'_>,
) -> Option<Certainty> {
    if earlier.object == later.object || is_explained(timeline, earlier, later) {
        return None;
    }
    match earlier.gap(later)?.within(bench.profile.window()) {
        Within::Certain => Some(Certainty::Certain),
        Within::Possible => Some(Certainty::Possible),
        Within::No => None,
    }
}

/// One named run writes two objects in each hand-off. An inferred run explains them only if what
/// it did is a clean hand-off: otherwise that it was one run at all is a guess.
fn is_explained(timeline: &Timeline, earlier: &Write<'_>, later: &Write<'_>) -> bool {
    let Some(run) = earlier.run.filter(|run| later.run == Some(*run)) else { return false };
    let is_handoff = earlier.field != later.field;
    is_handoff && (!timeline.runs[run].inferred || timeline.is_clean_handoff(run))
}
