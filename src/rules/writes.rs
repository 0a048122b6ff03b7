//! Writes: the assignments of one therapist's fields, with what each one replaced.

use crate::model::Event;
use crate::model::EventKind;
use crate::model::Field;
use crate::model::Gap;
use crate::model::ObjectId;
use crate::timeline::Timeline;

/// One assignment.
#[derive(Clone, Copy, Debug)]
pub(super) struct Write<'a> {
    /// Its place in the timeline.
    pub(super) at: usize,
    /// The event itself.
    pub(super) event: &'a Event,
    /// Which field.
    pub(super) field: Field,
    /// The new value; `None` clears.
    pub(super) object: Option<&'a ObjectId>,
    /// The value it replaced: what the line says, else what the field held before.
    pub(super) replaced: Option<&'a ObjectId>,
    /// Its run.
    pub(super) run: Option<usize>,
}

/// All assignments, in order.
pub(super) fn writes(timeline: &Timeline) -> Vec<Write<'_>> {
    let mut all = Vec::new();
    for (at, event) in timeline.events.iter().enumerate() {
        let EventKind::Assigned { field, object, previous } = &event.kind else { continue };
        let held = timeline.board_before(at).and_then(|board| board.field(*field)).flatten();
        let replaced = previous.as_deref().or(held);
        let run = timeline.run_of[at];
        all.push(Write { at, event, field: *field, object: object.as_ref(), replaced, run });
    }
    all
}

impl Write<'_> {
    /// The gap to another write, if both have a clock.
    pub(super) fn gap(&self, other: &Write<'_>) -> Option<Gap> {
        Some(self.event.stamp?.gap(other.event.stamp?))
    }

    /// Whether the field now points elsewhere than before.
    pub(super) fn is_change(&self) -> bool {
        self.replaced.is_some() && self.object != self.replaced
    }
}
