//! A run: one execution of the worker for one therapist.

use std::sync::Arc;

use serde::Serialize;

use crate::model::Mark;
use crate::model::RunId;
use crate::model::Stamp;
use crate::model::Step;

/// How a run ended, as far as the log shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// Its end is logged, without an error.
    Done,
    /// Its end is logged, with an error.
    Failed,
    /// Its start is logged and the log goes on well past it, but no end.
    Unfinished,
    /// Nothing says.
    Unknown,
}

impl Outcome {
    /// The outcome's name in JSON and tables.
    pub fn name(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Unfinished => "unfinished",
            Self::Unknown => "unknown",
        }
    }
}

/// One run of one therapist's timeline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    /// `r1`, `r2` … in the order of first events.
    pub id: RunId,
    /// Job, class, process and thread, as far as known.
    pub mark: Arc<Mark>,
    /// 1 for the first execution of a job, 2 for its first retry …
    pub attempt: u32,
    /// Whether no line names this run: it was cut out of a burst of events.
    pub inferred: bool,
    /// Time of its first event that has one.
    pub from: Option<Stamp>,
    /// Time of its last event that has one.
    pub to: Option<Stamp>,
    /// How it ended.
    pub outcome: Outcome,
    /// Steps seen done, in the worker's order.
    pub steps: Vec<Step>,
    /// Steps seen to fail, in the worker's order.
    pub failed_steps: Vec<Step>,
    /// Places of its events in the timeline, ascending.
    pub events: Vec<usize>,
    /// Whether its start is logged.
    pub has_start: bool,
    /// The earlier run of the same job without a failure in between: a redelivery.
    pub redelivery_of: Option<RunId>,
}

/// In how many ways events and runs can be paired where no line names a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Pairing {
    /// How many runs it takes at least.
    pub fewest: usize,
    /// In how many ways the events can be paired with so many.
    pub ways: u64,
    /// Whether all ways were looked at.
    pub is_complete: bool,
    /// Whether all that were looked at give the same verdict.
    pub is_agreed: bool,
}
