//! `timeline`: everything that is known of one therapist.

use crate::app::analyze::Evidence;
use crate::app::analyze::Question;
use crate::model::TherapistId;
use crate::timeline;
use crate::timeline::Timeline;

pub use crate::timeline::account;

/// Builds the timeline of one therapist, or `None` if the input has nothing of it.
pub fn timeline(
    evidence: &Evidence,
    therapist: &TherapistId,
    question: &Question,
) -> Option<Timeline> {
    let events = evidence.shelf.of(therapist)?.cloned().collect();
    let end = evidence.window.map(|(_, to)| to);
    Some(timeline::build(therapist.clone(), events, end, &question.profile))
}
