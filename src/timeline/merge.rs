//! The same line exported twice is one event with two origins.
//!
//! Across sources, the n-th equal line of one pairs with the n-th equal line of the other: files
//! that overlap, at-least-once shippers. Within one source two equal lines stay two events,
//! unless they carry an identity and a full-precision time, which no two writes share.

use std::hash::BuildHasher as _;

use hashbrown::DefaultHashBuilder;
use hashbrown::HashTable;

use crate::model::Event;
use crate::model::Sighting;
use crate::model::SourceId;
use crate::model::Stamp;

/// Decimals from which a time is precise enough to be part of an identity.
const FULL_PRECISION: u8 = 3;

/// Lines that are alike, as far as they were seen.
struct Alike {
    /// The places of their events: the n-th is where the n-th of each source belongs.
    places: Places,
    /// How the latest source stands: itself, how many of its lines came, where the last one stands.
    source: SourceId,
    nth: usize,
    offset: u64,
}

/// Mostly there is one, which needs no memory of its own.
enum Places {
    One(usize),
    Many(Vec<usize>),
}

impl Places {
    fn get(&self, nth: usize) -> Option<usize> {
        match self {
            Self::One(place) => (nth == 0).then_some(*place),
            Self::Many(places) => places.get(nth).copied(),
        }
    }

    fn first(&self) -> usize {
        match self {
            Self::One(place) => *place,
            Self::Many(places) => places.first().copied().unwrap_or_default(),
        }
    }

    fn push(&mut self, place: usize) {
        match self {
            Self::One(first) => *self = Self::Many(vec![*first, place]),
            Self::Many(places) => places.push(place),
        }
    }
}

/// Merges events that the same line says; sorts origins by (source, offset).
pub(super) fn merge(mut events: Vec<Event>) -> Vec<Event> {
    events.sort_by_key(|event| (event.origin.source, event.origin.offset));
    let hasher = DefaultHashBuilder::default();
    let mut seen: HashTable<(u64, Alike)> = HashTable::with_capacity(events.len());
    // In place: events move up where others before them were taken out.
    let mut merged = 0;
    for at in 0..events.len() {
        let event = &events[at];
        // Most of what makes two lines alike is their text; the rest is compared.
        let hash = hasher.hash_one((&*event.origin.text, event.stamp.map(Stamp::printed)));
        let is_alike = |(known, alike): &(u64, Alike)| {
            *known == hash && are_alike(&events[alike.places.first()], event)
        };
        let (source, offset) = (event.origin.source, event.origin.offset);
        let into = match seen.find_mut(hash, is_alike) {
            None => {
                let alike = Alike { places: Places::One(merged), source, nth: 0, offset };
                seen.insert_unique(hash, (hash, alike), |(hash, _)| *hash);
                None
            }
            Some((_, alike)) => {
                if alike.source != source {
                    (alike.source, alike.nth) = (source, 0);
                } else if alike.offset == offset {
                    // A line that says one thing twice says it once.
                    continue;
                } else if !is_identity(event) {
                    alike.nth += 1;
                }
                alike.offset = offset;
                let into = alike.places.get(alike.nth);
                if into.is_none() {
                    alike.places.push(merged);
                }
                into
            }
        };
        match into {
            None => {
                events.swap(merged, at);
                merged += 1;
            }
            Some(into) => {
                let event = &events[at];
                // Alike in all that counts; another wrapper may make another kind of witness of it.
                let is_other = events[into].witness != event.witness;
                let said = is_other.then(|| Box::new(event.said()));
                let copy = Sighting { origin: event.origin.clone(), stamp: event.stamp, said };
                events[into].also.push(copy);
            }
        }
    }
    events.truncate(merged);
    events
}

fn are_alike(one: &Event, other: &Event) -> bool {
    let printed = |stamp: Option<Stamp>| stamp.map(|stamp| (stamp.printed(), stamp.digits()));
    one.origin.text == other.origin.text
        && printed(one.stamp) == printed(other.stamp)
        && one.kind == other.kind
        && one.therapist == other.therapist
        && one.mark == other.mark
}

fn is_identity(event: &Event) -> bool {
    let is_named = event.mark.job.is_some() || event.mark.has_thread();
    is_named && event.stamp.is_some_and(|stamp| stamp.digits() >= FULL_PRECISION)
}
