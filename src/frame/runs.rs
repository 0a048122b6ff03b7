//! Runs as rows.

use crate::frame::Rows;
use crate::frame::events::instant;
use crate::model::Cell;
use crate::model::JobId;
use crate::model::RunId;
use crate::model::Stamp;
use crate::model::Step;
use crate::timeline::Timeline;

/// Adds all runs of a timeline.
pub fn push_runs(rows: &mut Rows, timeline: &Timeline) {
    for run in &timeline.runs {
        let mark = &run.mark;
        rows.push([
            Cell::text(Some(timeline.therapist.as_str())),
            Cell::text(Some(run.id.as_str())),
            instant(run.from),
            instant(run.to),
            Cell::text(run.from.map(Stamp::precision)),
            Cell::text(Some(run.outcome.name())),
            steps(&run.steps),
            steps(&run.failed_steps),
            Cell::count(run.events.len()),
            Cell::Count(u64::from(run.attempt)),
            Cell::Truth(run.inferred),
            Cell::Truth(run.has_start),
            Cell::text(run.redelivery_of.as_ref().map(RunId::as_str)),
            Cell::text(mark.job.as_ref().map(JobId::as_str)),
            Cell::text(mark.class.as_deref()),
            Cell::text(mark.host.as_deref()),
            Cell::text(mark.pid.map(|pid| pid.to_string())),
            Cell::text(mark.tid.as_deref()),
            Cell::number(run.from.map(Stamp::printed)),
            Cell::number(run.from.map(Stamp::earliest)),
            Cell::number(run.from.map(Stamp::until)),
            Cell::number(run.to.map(Stamp::until)),
        ]);
    }
}

fn steps(steps: &[Step]) -> Cell {
    let names: Vec<&str> = steps.iter().map(|step| step.name()).collect();
    Cell::Text(names.join(" "))
}
