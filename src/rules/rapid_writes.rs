//! `rapid-writes`: two writes of different objects within the window that one run's hand-off does not explain.

use crate::model::Certainty;
use crate::model::Field;
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
            // Writes stand in order: beyond the window nothing is close.
            let is_near = |earlier: &&Write<'_>| {
                earlier
                    .gap(later)
                    .is_none_or(|gap| gap.within(bench.profile.window()) != Within::No)
            };
            let near = writes[..later_at].iter().rev().take_while(is_near).enumerate();
            let pair = near.into_iter().find_map(|(back, earlier)| {
                let certainty = closeness(timeline, earlier, later, bench)?;
                Some((later_at - 1 - back, earlier, certainty))
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
    let within = earlier.gap(later)?.within(bench.profile.window());
    if within == Within::No || earlier.object == later.object {
        return None;
    }
    let explained = explained(timeline, earlier, later);
    match (explained, within) {
        (Explained::Wholly, _) | (_, Within::No) => None,
        (Explained::No, Within::Certain) => Some(Certainty::Certain),
        (Explained::Perhaps, Within::Certain) | (_, Within::Possible) => Some(Certainty::Possible),
    }
}

/// Whether one run's hand-off explains two writes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Explained {
    Wholly,
    /// One run may have made both: nothing names it, or the second object's smaller id hints that
    /// it is the older one.
    Perhaps,
    No,
}

/// One named run writes two objects in each hand-off. An inferred run explains them only if what
/// it did is a clean hand-off; else that it was one run is a guess, and so is that it was two.
fn explained(timeline: &Timeline, earlier: &Write<'_>, later: &Write<'_>) -> Explained {
    let is_inferred = |run: usize| timeline.runs[run].inferred;
    let run = earlier.run.filter(|run| later.run == Some(*run) && earlier.field != later.field);
    if run.is_some_and(|run| !is_inferred(run) || timeline.is_clean_handoff(run)) {
        return Explained::Wholly;
    }
    let is_unnamed = [earlier.run, later.run].iter().any(|run| run.is_none_or(is_inferred));
    let is_in_order = earlier.field == Field::Hubspot && later.field == Field::ActiveAttested;
    if is_unnamed && is_in_order { Explained::Perhaps } else { Explained::No }
}
