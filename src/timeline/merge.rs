//! The same line exported twice is one event with two origins.
//!
//! Across sources, the n-th equal line of one pairs with the n-th equal line of the other: files
//! that overlap, at-least-once shippers. Within one source two equal lines stay two events,
//! unless they carry an identity and a full-precision time, which no two writes share.

use std::hash::BuildHasher as _;
use std::ops::Range;

use hashbrown::DefaultHashBuilder;
use hashbrown::HashMap;
use hashbrown::HashTable;

use crate::model::Event;
use crate::model::Sighting;
use crate::model::SourceId;
use crate::model::Stamp;
use crate::timeline::parts;

/// Decimals from which a time is precise enough to be part of an identity.
const FULL_PRECISION: u8 = 3;

/// Events that are compared each with each: so few are compared sooner than hashed.
const FEW: usize = 8;

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
        let (source, offset) = event.origin.place();
        Self { places: vec![place], source, nth: 0, offset }
    }
}

/// Merges events that the same line says; expects them in (source, offset) order, and to be told
/// whether none prints an earlier time than the one before. What comes out does not depend on how
/// many threads look for them. Says whether there were any.
pub(super) fn merge(events: &mut Vec<Event>, is_in_order: bool, threads: usize) -> bool {
    let mut known: HashMap<usize, Alike> = HashMap::new();
    let mut gone = Vec::new();
    for (at, first) in repeats(events, is_in_order, threads) {
        let event = &events[at];
        let alike = known.entry(first).or_insert_with(|| Alike::of(&events[first], first));
        let (source, offset) = event.origin.place();
        if alike.source != source {
            (alike.source, alike.nth) = (source, 0);
        } else if alike.offset == offset {
            // A line that says one thing twice says it once.
            gone.push(at);
            continue;
        } else if !is_identity(event) {
            alike.nth += 1;
        }
        alike.offset = offset;
        let Some(into) = alike.places.get(alike.nth).copied() else {
            alike.places.push(at);
            continue;
        };
        // Alike in all that counts; another wrapper may make another kind of witness of it.
        let is_other = events[into].witness != event.witness;
        let said = is_other.then(|| Box::new(event.said()));
        let copy = Sighting { origin: event.origin.clone(), stamp: event.stamp, said };
        events[into].add(copy);
        gone.push(at);
    }
    if !gone.is_empty() {
        let mut at = 0..;
        events.retain(|_| at.next().is_some_and(|at| gone.binary_search(&at).is_err()));
    }
    !gone.is_empty()
}

/// The events that are like an earlier one, with the first that they are like, by place.
fn repeats(events: &[Event], is_in_order: bool, threads: usize) -> Vec<(usize, usize)> {
    let threads = parts::worth(events.len(), threads);
    if is_in_order { repeats_in_order(events, threads) } else { repeats_anywhere(events, threads) }
}

/// Of events in any order, by the hashes of their lines.
fn repeats_anywhere(events: &[Event], threads: usize) -> Vec<(usize, usize)> {
    let builder = DefaultHashBuilder::default();
    let fill = |(events, hashes): (&[Event], &mut [u64])| {
        for (event, hash) in events.iter().zip(hashes) {
            *hash = hash_of(event, &builder);
        }
    };
    let mut hashes = vec![0; events.len()];
    let part = events.len().div_ceil(threads).max(1);
    let parts = events.chunks(part).zip(hashes.chunks_mut(part));
    let fill = &fill;
    parts::at_once(parts.map(|part| move || fill(part)));
    // Each thread looks at the hashes of one remainder: what is alike is looked at by one.
    let hashes = &hashes;
    let threads = u32::try_from(threads).unwrap_or(1);
    let among = |rest| move || repeats_among(events, hashes, (rest, threads));
    let mut found = parts::at_once((0..threads).map(among)).concat();
    found.sort_unstable();
    found
}

/// Of events none of which is earlier than the one before: only those of one time can be alike, and
/// they stand together. So it is for most logs, and nearly all of their events are alone in their
/// time.
fn repeats_in_order(events: &[Event], threads: usize) -> Vec<(usize, usize)> {
    let part = events.len().div_ceil(threads).max(1);
    // Parts begin where a time does.
    let begin = |at: usize| {
        let is_new = |at: &usize| *at == 0 || printed(&events[*at - 1]) != printed(&events[*at]);
        (at..events.len()).find(is_new).unwrap_or(events.len())
    };
    let begins = (0..events.len()).step_by(part).map(begin).chain([events.len()]);
    let begins: Vec<usize> = begins.collect();
    let among = |[from, to]: &[usize; 2]| {
        let part = *from..*to;
        move || repeats_of_times(events, part)
    };
    parts::at_once(begins.array_windows().map(among)).concat()
}

fn repeats_of_times(events: &[Event], part: Range<usize>) -> Vec<(usize, usize)> {
    let builder = DefaultHashBuilder::default();
    let mut repeats = Vec::new();
    let mut from = part.start;
    for group in events[part].chunk_by(|one, other| printed(one) == printed(other)) {
        if group.len() > FEW {
            let hashes: Vec<u64> = group.iter().map(|event| hash_of(event, &builder)).collect();
            let found = repeats_among(group, &hashes, (0, 1)).into_iter();
            repeats.extend(found.map(|(at, first)| (from + at, from + first)));
        } else {
            for at in 1..group.len() {
                let first = (0..at).find(|first| are_alike(&group[*first], &group[at]));
                repeats.extend(first.map(|first| (from + at, from + first)));
            }
        }
        from += group.len();
    }
    repeats
}

/// Most of what makes two lines alike is their text; the rest is compared.
fn hash_of(event: &Event, builder: &DefaultHashBuilder) -> u64 {
    builder.hash_one((&*event.origin.text, printed(event)))
}

/// The time that an event's line prints.
pub(super) fn printed(event: &Event) -> Option<i64> {
    event.stamp.map(Stamp::printed)
}

fn repeats_among(
    events: &[Event],
    hashes: &[u64],
    (rest, threads): (u32, u32),
) -> Vec<(usize, usize)> {
    let mut repeats = Vec::new();
    let room = events.len() / threads as usize;
    let mut firsts: HashTable<(u32, u32)> = HashTable::with_capacity(room + room / 8);
    for (at, hash) in hashes.iter().enumerate().filter(|(_, hash)| upper(**hash) % threads == rest)
    {
        // Half the hash beside the place spares most looks at events.
        let upper = upper(*hash);
        let is_alike = |(known, first): &(u32, u32)| {
            *known == upper && are_alike(&events[*first as usize], &events[at])
        };
        if let Some((_, first)) = firsts.find(*hash, is_alike) {
            repeats.push((at, *first as usize));
        } else {
            // More than four billion events fit into no memory.
            let place = u32::try_from(at).unwrap_or(u32::MAX);
            firsts.insert_unique(*hash, (upper, place), |(_, at)| hashes[*at as usize]);
        }
    }
    repeats
}

fn upper(hash: u64) -> u32 {
    u32::try_from(hash >> 32).unwrap_or_default()
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

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::model::Clock;
    use crate::model::EventKind;
    use crate::model::JobId;
    use crate::model::Mark;
    use crate::model::Origin;
    use crate::model::Witness;
    use crate::model::Zone;

    fn event(at: usize, (millis, text): (i64, u8)) -> Event {
        let stamp = Stamp::truncated(millis * 1_000_000, 3, Zone::Stated, Clock::Application);
        Event {
            therapist: None,
            is_adopted: false,
            stamp: Some(stamp).filter(|_| millis > 0),
            kind: EventKind::Started,
            mark: Arc::new(Mark { job: Some(JobId::new("j")), ..Mark::default() }),
            witness: Witness::Log,
            origin: Origin {
                source: SourceId(u32::from(at > 20)),
                offset: at as u64,
                line: 1,
                text: (&[text][..]).into(),
            },
            more: None,
        }
    }

    proptest::proptest! {
        #[test]
        fn one_time_is_enough_to_look_at(
            mut lines in proptest::collection::vec((0_i64..6, 0_u8..4), 0..60),
            threads in 1_usize..4,
        ) {
            lines.sort_by_key(|(millis, _)| *millis);
            let events = lines.into_iter().enumerate().map(|(at, line)| event(at, line));
            let events: Vec<Event> = events.collect();
            let expected = repeats_anywhere(&events, threads);
            proptest::prop_assert_eq!(repeats_in_order(&events, threads), expected);
        }
    }
}
