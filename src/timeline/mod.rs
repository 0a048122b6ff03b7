//! Who, in which order, in which run, with which labels, since when.
//!
//! Takes events in any order, gives one [`Timeline`] per therapist. Knows no bytes and judges
//! nothing.

mod board;

use crate::model::Event;
use crate::model::Run;
use crate::model::TherapistId;

pub use board::Board;
pub use board::Held;

/// All events of one therapist, in honest order.
#[derive(Clone, Debug)]
pub struct Timeline {
    /// Whose.
    pub therapist: TherapistId,
    /// Events by (earliest, source, offset).
    pub events: Vec<Event>,
    /// Runs in the order of their first events.
    pub runs: Vec<Run>,
    /// For each event the place of its run in `runs`.
    pub run_of: Vec<Option<usize>>,
    /// For each event the labels and fields as they stand after it.
    pub boards: Vec<Board>,
}
