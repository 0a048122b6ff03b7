//! A call that sets all labels of an object at once takes away those it does not name, also where
//! the object did not bear them. What took nothing away is no event.
//!
//! Only for "Active": an object that is made Active is one that was attested, whether or not the
//! export begins early enough to show it.

use std::collections::BTreeSet;

use crate::model::Event;
use crate::model::EventKind;
use crate::model::Field;
use crate::model::Label;
use crate::model::ObjectId;
use crate::model::Witness;

/// What calls of one therapist can have taken away, event by event.
#[derive(Debug, Default)]
pub(super) struct Replaced {
    /// What something has made Active.
    active: BTreeSet<ObjectId>,
}

impl Replaced {
    /// Whether an event is the removal, by a call, of "Active" from an object that nothing before
    /// has made Active.
    pub(super) fn is_vacant(&mut self, event: &Event) -> bool {
        // Nothing says what stood before a line without a clock.
        if event.stamp.is_none() {
            return false;
        }
        match &event.kind {
            EventKind::Labelled { object, label: Label::Active }
            | EventKind::Assigned { field: Field::Hubspot, object: Some(object), .. } => {
                self.active.insert(object.clone());
            }
            EventKind::Unlabelled { object, label: Label::Active } => {
                return !self.active.remove(object) && event.witness == Witness::Client;
            }
            _ => {}
        }
        false
    }
}
