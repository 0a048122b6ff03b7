//! `diff`: two reports or two sets of logs compared.

use std::collections::BTreeMap;

use crate::app::analyze;
use crate::app::analyze::Evidence;
use crate::app::analyze::Question;
use crate::model::Clock;
use crate::model::Stamp;
use crate::model::Zone;

pub use crate::diff::Answer;
pub use crate::diff::Diff;
pub use crate::diff::ReadError;
pub use crate::diff::SCHEMA;
pub use crate::diff::Side;
pub use crate::diff::schema_of;

/// A side made of logs: judged, and of what came after `--from` alone where that was asked for.
pub fn of_logs(name: String, evidence: Evidence, question: &Question) -> Side {
    let mut begun = BTreeMap::new();
    let analysis = analyze::judge_each(evidence, question, |timeline, _| {
        if question.from.is_some() {
            let own: Vec<Stamp> = timeline.runs.iter().filter_map(|run| run.from).collect();
            begun.insert(timeline.therapist, own);
        }
    });
    let side = Side::of(name, &analysis);
    match question.from {
        None => side,
        Some(from) => {
            side.since(Stamp::truncated(from, 9, Zone::Stated, Clock::Application), &begun)
        }
    }
}

/// A side made of a report's JSON. What it leaves out stays out; what is below the asked severity
/// or of another therapist is left out too.
pub fn of_report(name: String, bytes: &[u8], question: &Question) -> Result<Side, ReadError> {
    let side = Side::read(name, bytes)?;
    Ok(side.only(question.severity, question.therapist.as_ref()))
}
