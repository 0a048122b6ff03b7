//! Findings made from windows of the board: shared by the rules about label states.

use crate::model::Certainty;
use crate::model::Finding;
use crate::model::Outcome;
use crate::model::RuleId;
use crate::model::Severity;
use crate::model::Still;
use crate::rules::Bench;
use crate::timeline::Timeline;
use crate::timeline::Window;

/// Whether the window is a run's own work in progress: the run that opened it closed it.
pub(super) fn is_transient(timeline: &Timeline, window: &Window) -> bool {
    let opener = timeline.run_of[window.opened];
    window.closed.is_some_and(|closed| opener.is_some() && timeline.run_of[closed] == opener)
}

/// Whether a retry of the job that opened the window soon closed it: the job healed itself.
pub(super) fn is_healed_by_retry(timeline: &Timeline, window: &Window, bench: &Bench<'_>) -> bool {
    let stamp = |at: usize| timeline.events.get(at).and_then(|event| event.stamp);
    let lasted = window.closed.and_then(|closed| Some(stamp(window.opened)?.gap(stamp(closed)?)));
    if lasted.is_some_and(|gap| gap.shortest() > bench.profile.unfinished_after()) {
        return false;
    }
    let closer = window.closed.and_then(|closed| timeline.run_of[closed]);
    match (timeline.run_of[window.opened], closer) {
        (Some(opener), Some(closer)) => timeline.are_attempts_of_one_job(opener, closer),
        _ => false,
    }
}

/// Whether the run that opened the window may simply not have come to its end when the log did.
fn is_in_progress(timeline: &Timeline, window: &Window, bench: &Bench<'_>) -> bool {
    let Some(run) = timeline.run(window.opened) else { return false };
    if run.outcome != Outcome::Unknown {
        return false;
    }
    match (run.to, bench.end) {
        (Some(to), Some(end)) => {
            end.earliest().saturating_sub(to.until()) < bench.profile.idle_gap()
        }
        _ => true,
    }
}

/// Begins a finding for a window: time, objects, runs and the lines that opened and closed it.
pub(super) fn finding(
    rule: RuleId,
    severity: Severity,
    timeline: &Timeline,
    window: &Window,
    bench: &Bench<'_>,
) -> Finding {
    let opened = &timeline.events[window.opened];
    let closed = window.closed.map(|at| &timeline.events[at]);
    let is_doubtful = window.closed.is_none() && is_in_progress(timeline, window, bench);
    let certainty = if is_doubtful { Certainty::Possible } else { window.certainty };
    let still = if closed.is_none() { Still::Wrong } else { Still::Over };
    let run = |at: Option<usize>| at.and_then(|at| timeline.run(at)).map(|run| &run.id);
    Finding::new(rule, severity, &timeline.therapist, &opened.origin)
        .certainty(certainty)
        .between(opened.stamp, closed.and_then(|event| event.stamp))
        .still(still)
        .objects(&window.objects)
        .window(run(Some(window.opened)), run(window.closed))
        .evidence(closed.map(|event| &event.origin))
}

/// The lines that gave the window's objects their labels: the last line before it about each.
pub(super) fn causes<'a>(
    timeline: &'a Timeline,
    window: &'a Window,
) -> impl Iterator<Item = &'a crate::model::Origin> {
    window.objects.iter().filter_map(|object| {
        timeline.events[..=window.opened]
            .iter()
            .rev()
            .find(|event| event.kind.object() == Some(object) && event.kind.step().is_some())
            .map(|event| &event.origin)
    })
}
