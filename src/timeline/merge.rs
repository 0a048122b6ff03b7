//! The same line exported twice is one event with two origins.
//!
//! Across sources, the n-th equal line of one pairs with the n-th equal line of the other: files
//! that overlap, at-least-once shippers. Within one source two equal lines stay two events,
//! unless they carry an identity and a full-precision time, which no two writes share.

use std::hash::BuildHasher as _;

use hashbrown::DefaultHashBuilder;
use hashbrown::HashMap;
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
    places: Vec<usize>,
    /// How the latest source stands: itself, how many of its lines came, where the last one stands.
    source: SourceId,
    nth: usize,
    offset: u64,
}

impl Alike {
    /// One event, as it was seen first.
    fn of(event: &Event, place: usize) -> Self {
        let (source, offset) = (event.origin.source, event.origin.offset);
        Self { places: vec![place], source, nth: 0, offset }
    }
}

/// The first event of each kind, by hash.
struct Firsts {
    hasher: DefaultHashBuilder,
    /// The upper half of the hash, and where the event stands.
    table: HashTable<(u32, u32)>,
}

impl Firsts {
    fn of(count: usize) -> Self {
        Self { hasher: DefaultHashBuilder::default(), table: HashTable::with_capacity(count) }
    }

    /// Where the first event stands that is like this one; else this one is, and will stand at
    /// `place`.
    fn find(&mut self, events: &[Event], event: &Event, place: usize) -> Option<usize> {
        // Most of what makes two lines alike is their text; the rest is compared.
        let printed = |event: &Event| event.stamp.map(Stamp::printed);
        let hash_of = |event: &Event| self.hasher.hash_one((&*event.origin.text, printed(event)));
        let hash = hash_of(event);
        let upper = u32::try_from(hash >> 32).unwrap_or_default();
        let is_alike = |(known, first): &(u32, u32)| {
            *known == upper && are_alike(&events[*first as usize], event)
        };
        if let Some((_, first)) = self.table.find(hash, is_alike) {
            return Some(*first as usize);
        }
        let place = u32::try_from(place).unwrap_or(u32::MAX);
        self.table.insert_unique(hash, (upper, place), |(_, at)| hash_of(&events[*at as usize]));
        None
    }
}

/// Merges events that the same line says; sorts origins by (source, offset).
pub(super) fn merge(mut events: Vec<Event>) -> Vec<Event> {
    events.sort_by_key(|event| (event.origin.source, event.origin.offset));
    let mut firsts = Firsts::of(events.len());
    // Few lines are like another, so that only these cost more.
    let mut repeated: HashMap<usize, Alike> = HashMap::new();
    // In place: events move up where others before them were taken out.
    let mut merged = 0;
    for at in 0..events.len() {
        let event = &events[at];
        let (source, offset) = (event.origin.source, event.origin.offset);
        let into = match firsts.find(&events, event, merged) {
            None => None,
            Some(first) => {
                let alike =
                    repeated.entry(first).or_insert_with(|| Alike::of(&events[first], first));
                if alike.source != source {
                    (alike.source, alike.nth) = (source, 0);
                } else if alike.offset == offset {
                    // A line that says one thing twice says it once.
                    continue;
                } else if !is_identity(event) {
                    alike.nth += 1;
                }
                alike.offset = offset;
                let into = alike.places.get(alike.nth).copied();
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
