//! `duplicate-run`: two runs of the worker for one therapist that start within the window; one job delivered twice.

use std::collections::HashMap;

use crate::model::Certainty;
use crate::model::Finding;
use crate::model::Recommendation;
use crate::model::RuleId;
use crate::model::Run;
use crate::model::RunId;
use crate::model::Severity;
use crate::model::Stamp;
use crate::model::Within;
use crate::rules::Bench;
use crate::rules::Rule;
use crate::rules::overlapping_runs::is_worker;
use crate::timeline::Timeline;

/// The rule.
#[derive(Debug)]
pub(super) struct DuplicateRun;

impl Rule for DuplicateRun {
    fn id(&self) -> RuleId {
        RuleId("duplicate-run")
    }

    fn title(&self) -> &'static str {
        "the worker ran twice at once"
    }

    fn severity(&self) -> Severity {
        Severity::High
    }

    fn page(&self) -> &'static str {
        include_str!("../../docs/rules/duplicate-run.md")
    }

    fn judge(&self, timeline: &Timeline, bench: &Bench<'_>) -> Vec<Finding> {
        let mut findings: Vec<Finding> = Vec::new();
        let places: HashMap<&RunId, usize> =
            timeline.runs.iter().enumerate().map(|(at, run)| (&run.id, at)).collect();
        // The last run of the burst that the last finding tells of.
        let mut burst: Option<usize> = None;
        let workers = || timeline.runs.iter().enumerate().filter(|(_, run)| is_worker(run, bench));
        for (later_at, later) in workers() {
            let redelivered = later.redelivery_of.as_ref().and_then(|id| places.get(id));
            if let Some(earlier) = redelivered.map(|at| &timeline.runs[*at]) {
                let certainty = redelivery(earlier, later);
                findings.push(self.finding(
                    timeline,
                    [earlier, later],
                    certainty,
                    Cause::Redelivery,
                ));
                burst = None;
            }
            let near = timeline.runs[..later_at].iter().enumerate().rev();
            let near = near.take_while(|(_, run)| is_near(run, later, bench));
            let close = near.filter(|(_, run)| is_worker(run, bench)).find_map(|(at, earlier)| {
                let is_other = later.redelivery_of.as_ref() != Some(&earlier.id);
                let is_two = is_other && !is_retry(earlier, later);
                let certainty = closeness(timeline, at, later_at, bench).filter(|_| is_two)?;
                Some((at, earlier, certainty))
            });
            let Some((at, earlier, certainty)) = close else { continue };
            // Starts that follow one another without a break are one burst and one finding.
            if let Some(found) = findings.last_mut().filter(|_| burst == Some(at)) {
                extend(found, timeline, later, certainty);
            } else {
                let pair = [earlier, later];
                findings.push(self.finding(timeline, pair, certainty, Cause::CloseStarts));
            }
            burst = Some(later_at);
        }
        findings
    }
}

/// Whether a run started so shortly before that it is worth a look; runs stand in order of their
/// first events.
fn is_near(earlier: &Run, later: &Run, bench: &Bench<'_>) -> bool {
    let gap = earlier.from.zip(later.from).map(|(one, other)| one.gap(other));
    gap.is_none_or(|gap| gap.within(bench.profile.window()) != Within::No)
}

/// Two starts of one job with no failure between them. What stands in one tick with an end may be
/// the other way round, and two starts in one tick may be one line told twice, unless two threads
/// tell them.
fn redelivery(earlier: &Run, later: &Run) -> Certainty {
    let is_tied =
        |one: Option<Stamp>| one.zip(later.from).is_some_and(|(one, from)| one.overlaps(from));
    let [one, other] = [&earlier.mark, &later.mark];
    let are_two = one.has_thread()
        && other.has_thread()
        && (&one.host, one.pid, &one.tid) != (&other.host, other.pid, &other.tid);
    if is_tied(earlier.to) || (is_tied(earlier.from) && !are_two) {
        Certainty::Possible
    } else {
        Certainty::Certain
    }
}

fn extend(burst: &mut Finding, timeline: &Timeline, later: &Run, certainty: Certainty) {
    let mut longer = burst.clone();
    if let Some(first) = later.events.first() {
        longer = longer.evidence([&timeline.events[*first].origin]);
    }
    longer.to = later.to.or(longer.to);
    longer.certainty = longer.certainty.max(certainty);
    for object in objects(timeline, &[later]) {
        if !longer.objects.contains(object) {
            longer.objects.push(object.clone());
        }
    }
    longer.runs.push(later.id.clone());
    let runs: Vec<&str> = longer.runs.iter().map(RunId::as_str).collect();
    longer.summary = format!("runs {} started within the window of one another", runs.join(", "));
    *burst = longer;
}

#[derive(Clone, Copy)]
enum Cause {
    Redelivery,
    CloseStarts,
}

impl DuplicateRun {
    fn finding(
        &self,
        timeline: &Timeline,
        [earlier, later]: [&Run; 2],
        certainty: Certainty,
        cause: Cause,
    ) -> Finding {
        let gap = earlier.from.zip(later.from).map(|(one, other)| one.gap(other));
        let between =
            gap.map_or_else(|| "at an unknown distance".to_owned(), |gap| format!("{gap} apart"));
        let summary = match cause {
            Cause::Redelivery => format!(
                "job {} was performed twice with no failure in between, starts {between}",
                later.mark.job.as_ref().map_or("?", |job| job.as_str())
            ),
            Cause::CloseStarts => {
                format!("runs {} and {} started {between}", earlier.id, later.id)
            }
        };
        let first = &timeline.events[earlier.events[0]].origin;
        let rest = [later].map(|run| &timeline.events[run.events[0]].origin);
        Finding::new(self.id(), self.severity(), &timeline.therapist, first)
            .certainty(certainty)
            .between(earlier.from, later.to)
            .gap(gap)
            .objects(objects(timeline, &[earlier, later]))
            .runs([&earlier.id, &later.id])
            .summary(summary)
            .evidence(rest)
            .recommend(&[
                Recommendation::JobDeduplication,
                Recommendation::TherapistLock,
                Recommendation::NoConcurrentStart,
            ])
    }
}

/// The objects the runs touched, in the order of their events.
fn objects<'a>(timeline: &'a Timeline, runs: &[&Run]) -> Vec<&'a crate::model::ObjectId> {
    let mut objects = Vec::new();
    for object in
        runs.iter().flat_map(|run| &run.events).filter_map(|at| timeline.events[*at].kind.object())
    {
        if !objects.contains(&object) {
            objects.push(object);
        }
    }
    objects
}

/// A later attempt of one job after a recorded failure is what retries are for. Without start
/// lines nothing tells a retry from a redelivery, so that is no evidence either.
fn is_retry(earlier: &Run, later: &Run) -> bool {
    earlier.mark.job.is_some() && earlier.mark.job == later.mark.job
}

/// Whether a run is one too many beside an earlier one: its job delivered again, or another job
/// started within the window.
pub(super) fn duplicates(
    timeline: &Timeline,
    [earlier, later]: [usize; 2],
    bench: &Bench<'_>,
) -> Option<Certainty> {
    let [one, other] = [&timeline.runs[earlier], &timeline.runs[later]];
    if other.redelivery_of.as_ref() == Some(&one.id) {
        return Some(redelivery(one, other));
    }
    let is_two = earlier < later && !is_retry(one, other);
    closeness(timeline, earlier, later, bench).filter(|_| is_two)
}

/// Whether two runs start within the window. Certain only if the starts themselves are logged, or
/// both runs are named and first seen in the same step; a run that is inferred is never certain.
fn closeness(
    timeline: &Timeline,
    earlier: usize,
    later: usize,
    bench: &Bench<'_>,
) -> Option<Certainty> {
    let [one, other] = [&timeline.runs[earlier], &timeline.runs[later]];
    let gap = one.from?.gap(other.from?);
    let step = |run: &Run| timeline.events[run.events[0]].kind.step();
    let are_named = !one.inferred && !other.inferred;
    let are_comparable = (one.has_start && other.has_start)
        || (are_named && step(one).is_some() && step(one) == step(other));
    match gap.within(bench.profile.window()) {
        Within::No => None,
        Within::Certain if are_comparable => Some(Certainty::Certain),
        Within::Certain | Within::Possible => Some(Certainty::Possible),
    }
}
