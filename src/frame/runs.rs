//! Runs as rows.

use crate::frame::Rows;
use crate::frame::value::Value;
use crate::model::JobId;
use crate::model::RunId;
use crate::model::Stamp;
use crate::model::Step;
use crate::timeline::Timeline;

/// Adds all runs of a timeline.
pub fn push_runs(rows: &mut Rows, timeline: &Timeline) {
    for run in &timeline.runs {
        let mark = &run.mark;
        let pid = mark.pid.map(|pid| pid.to_string());
        let steps = [&run.steps, &run.failed_steps].map(|steps| names(steps));
        rows.push([
            Value::text(Some(timeline.therapist.as_str())),
            Value::text(Some(run.id.as_str())),
            Value::instant(run.from),
            Value::instant(run.to),
            Value::text(run.from.map(Stamp::precision)),
            Value::text(Some(run.outcome.name())),
            Value::Text(&steps[0]),
            Value::Text(&steps[1]),
            Value::count(run.events.len()),
            Value::Count(u64::from(run.attempt)),
            Value::Truth(run.inferred),
            Value::Truth(run.has_start),
            Value::text(run.redelivery_of.as_ref().map(RunId::as_str)),
            Value::text(mark.job.as_ref().map(JobId::as_str)),
            Value::text(mark.class.as_deref()),
            Value::text(mark.host.as_deref()),
            Value::text(pid.as_deref()),
            Value::text(mark.tid.as_deref()),
            Value::number(run.from.map(Stamp::printed)),
            Value::number(run.from.map(Stamp::earliest)),
            Value::number(run.from.map(Stamp::until)),
            Value::number(run.to.map(Stamp::until)),
        ]);
    }
}

fn names(steps: &[Step]) -> String {
    steps.iter().map(|step| step.name()).collect::<Vec<_>>().join(" ")
}
