//! The same line exported twice is one event with two origins.
//!
//! Across sources, the n-th equal line of one pairs with the n-th equal line of the other: files
//! that overlap, at-least-once shippers. Within one source two equal lines stay two events,
//! unless they carry an identity and a full-precision time, which no two writes share.

use hashbrown::HashMap;
use hashbrown::hash_map::Entry;

use crate::model::Event;
use crate::model::EventKind;
use crate::model::Mark;
use crate::model::Sighting;
use crate::model::SourceId;
use crate::model::Stamp;
use crate::model::TherapistId;

/// Decimals from which a time is precise enough to be part of an identity.
const FULL_PRECISION: u8 = 3;

type Likeness =
    (Option<TherapistId>, Option<(i64, u8)>, EventKind, std::sync::Arc<Mark>, std::sync::Arc<[u8]>);

/// Merges events that the same line says; sorts origins by (source, offset).
pub(super) fn merge(mut events: Vec<Event>) -> Vec<Event> {
    events.sort_by_key(|event| (event.origin.source, event.origin.offset));
    let mut merged: Vec<Event> = Vec::with_capacity(events.len());
    let mut seen: HashMap<(Likeness, u32), usize> = HashMap::new();
    let mut counts: HashMap<(SourceId, Likeness), (u32, u64)> = HashMap::new();
    for event in events {
        let likeness = likeness(&event);
        let place = (event.origin.source, event.origin.offset);
        let nth = match counts.entry((place.0, likeness.clone())) {
            Entry::Vacant(entry) => {
                entry.insert((0, place.1));
                0
            }
            // A line that says one thing twice says it once.
            Entry::Occupied(entry) if entry.get().1 == place.1 => continue,
            Entry::Occupied(entry) if is_identity(&event) => entry.get().0,
            Entry::Occupied(mut entry) => {
                let (nth, offset) = entry.get_mut();
                (*nth, *offset) = (*nth + 1, place.1);
                *nth
            }
        };
        match seen.entry((likeness, nth)) {
            Entry::Vacant(entry) => {
                entry.insert(merged.len());
                merged.push(event);
            }
            Entry::Occupied(entry) => {
                let first = &mut merged[*entry.get()];
                // Alike in all that counts; another wrapper may make another kind of witness of it.
                let is_other = first.witness != event.witness;
                let said = is_other.then(|| Box::new(event.said()));
                first.also.push(Sighting { origin: event.origin, stamp: event.stamp, said });
            }
        }
    }
    merged
}

fn likeness(event: &Event) -> Likeness {
    (
        event.therapist.clone(),
        event.stamp.map(|stamp: Stamp| (stamp.printed(), stamp.digits())),
        event.kind.clone(),
        event.mark.clone(),
        event.origin.text.clone(),
    )
}

fn is_identity(event: &Event) -> bool {
    let is_named = event.mark.job.is_some() || event.mark.has_thread();
    is_named && event.stamp.is_some_and(|stamp| stamp.digits() >= FULL_PRECISION)
}
