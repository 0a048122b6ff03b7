//! The shelf: all events by therapist, between reading and judging.
//!
//! Events stay where they were read to; what is sorted are their places. So a log of millions of
//! events is in memory once, and each therapist's are taken out when they are judged.

use std::collections::BTreeSet;
use std::hash::BuildHasher as _;
use std::ops::Range;

use hashbrown::DefaultHashBuilder;
use hashbrown::HashTable;

use crate::model::Event;
use crate::model::Mention;
use crate::model::TherapistId;
use crate::timeline::alias;
use crate::timeline::identity;
use crate::timeline::knots::Knots;
use crate::timeline::merge;
use crate::timeline::order;
use crate::timeline::parts;
use crate::timeline::replaced::Replaced;
use crate::timeline::witness;

/// Events by therapist, in honest order: the seam between reading and judging.
#[derive(Clone, Debug, Default)]
pub struct Shelf {
    /// Those that were taken out are gone.
    events: Vec<Option<Event>>,
    /// The places of each therapist's events, one therapist after the other. More than four billion
    /// events fit into no memory.
    places: Vec<u32>,
    /// By number and id: where in `places` each therapist's begin and end. Events of which nothing
    /// tells whose they are stand under [`TherapistId::unknown`].
    shares: Vec<(TherapistId, Range<usize>)>,
    /// Lines that tell of a removal where nothing was removed: no events, but to be kept with them.
    pub vacant: Vec<Event>,
    /// Whether no line of the input names a therapist, so that all events are taken as one's.
    pub is_nameless: bool,
}

impl Shelf {
    /// Whether it holds nobody's events.
    pub fn is_empty(&self) -> bool {
        self.shares.is_empty()
    }

    /// All therapists, by number and id, and how many events each was shelved with.
    pub fn therapists(&self) -> impl ExactSizeIterator<Item = (&TherapistId, usize)> {
        self.shares.iter().map(|(therapist, places)| (therapist, places.len()))
    }

    /// All events, in the order of their sources.
    pub fn events(&self) -> impl Iterator<Item = &Event> {
        self.events.iter().flatten()
    }

    /// One therapist's events in honest order; `None` of somebody who has no place here.
    pub fn of(&self, therapist: &TherapistId) -> Option<impl Iterator<Item = &Event>> {
        let (_, share) = &self.shares[self.place(therapist)?];
        let places = self.places[share.clone()].iter();
        Some(places.filter_map(|at| self.events[*at as usize].as_ref()))
    }

    /// The events of the therapist who has the n-th place of [`Shelf::therapists`], taken out.
    pub fn take(&mut self, place: usize) -> Vec<Event> {
        let share = self.shares.get(place).map(|(_, places)| places.clone()).unwrap_or_default();
        let mut taken = Vec::with_capacity(share.len());
        for at in &self.places[share] {
            taken.extend(self.events[*at as usize].take());
        }
        taken
    }

    /// One therapist's events, and with them the therapist's place.
    pub fn remove(&mut self, therapist: &TherapistId) -> Vec<Event> {
        let Some(place) = self.place(therapist) else { return Vec::new() };
        let events = self.take(place);
        self.shares.remove(place);
        events
    }

    fn place(&self, therapist: &TherapistId) -> Option<usize> {
        let key = (therapist.number(), therapist);
        self.shares.binary_search_by(|(known, _)| (known.number(), known).cmp(&key)).ok()
    }

    /// Takes out what a call that sets all labels only seems to have taken away.
    fn vacate(&mut self) {
        for (_, share) in &mut self.shares {
            let mut replaced = Replaced::default();
            let mut kept = share.start;
            for at in share.clone() {
                let place = self.places[at];
                let event = &mut self.events[place as usize];
                if event.as_ref().is_some_and(|event| replaced.is_vacant(event)) {
                    self.vacant.extend(event.take());
                } else {
                    self.places[kept] = place;
                    kept += 1;
                }
            }
            share.end = kept;
        }
    }
}

/// Sorts events onto one shelf for all therapists. What comes out does not depend on the threads.
pub fn shelve(mut events: Vec<Event>, mentions: &[Mention], threads: usize) -> Shelf {
    let mut knots = Knots::of(&events, mentions, threads);
    if knots.is_misplaced {
        events.sort_by_key(|event| event.origin.place());
        knots = Knots::of(&events, mentions, threads);
    }
    let is_less = merge::merge(&mut events, !knots.prints_earlier, threads);
    let is_more = identity::resolve(&mut events, mentions, !knots.lacks_jobs, threads);
    if is_less || is_more {
        knots = Knots::of(&events, mentions, threads);
    }
    if knots.has_aliases {
        alias::rename(&mut events);
    }
    if knots.has_witnesses {
        events = witness::unite(events);
        knots = Knots::of(&events, mentions, threads);
    }
    let is_nameless = is_nameless(&events);
    let order = if knots.is_unordered {
        order::order(&mut events)
    } else {
        (0..).take(events.len()).collect()
    };
    let (places, shares) = sorted(&events, &order, threads);
    // In place: an event that is gone takes no more room than one that is there.
    let events = events.into_iter().map(Some).collect();
    let mut shelf = Shelf { events, places, shares, vacant: Vec::new(), is_nameless };
    if knots.has_calls {
        shelf.vacate();
    }
    shelf
}

/// More objects than this are no one therapist's.
const OBJECTS_OF_ONE: usize = 24;

/// Whether no event names a therapist, and all can be one's.
fn is_nameless(events: &[Event]) -> bool {
    let mut objects: BTreeSet<_> = BTreeSet::new();
    for event in events {
        objects.extend(event.kind.object());
        if event.therapist.is_some() || objects.len() > OBJECTS_OF_ONE {
            return false;
        }
    }
    !events.is_empty()
}

type Shares = Vec<(TherapistId, Range<usize>)>;

/// Neighbours in an order that are one therapist's.
struct Group<'e> {
    whose: &'e TherapistId,
    hash: u64,
    /// Where in the order they stand.
    range: Range<usize>,
}

/// The places of events by therapist, each one's in the given order.
fn sorted(events: &[Event], order: &[u32], threads: usize) -> (Vec<u32>, Shares) {
    let unknown = TherapistId::unknown();
    let hasher = DefaultHashBuilder::default();
    let whose = |at: u32| events[at as usize].therapist.as_ref().unwrap_or(&unknown);
    let share = parts::share(order.len(), threads);
    // Lines of one run mostly stand together.
    let grouped = |(part, order): (usize, &[u32])| {
        let mut groups: Vec<Group<'_>> = Vec::new();
        for (at, event) in (part * share..).zip(order) {
            let whose = whose(*event);
            match groups.last_mut() {
                Some(group) if group.whose == whose => group.range.end = at + 1,
                _ => groups.push(Group { whose, hash: hasher.hash_one(whose), range: at..at + 1 }),
            }
        }
        groups
    };
    let grouped = &grouped;
    let works = order.chunks(share).enumerate().map(|part| move || grouped(part));
    let groups = parts::at_once(works);
    // By hash: growing must not look at each of them again.
    let mut numbers: HashTable<(u64, usize)> = HashTable::new();
    let mut counts: Vec<(&TherapistId, usize)> = Vec::new();
    let mut number_of: Vec<usize> = Vec::new();
    for Group { whose, hash, range } in groups.iter().flatten() {
        let is_it = |(known, number): &(u64, usize)| known == hash && counts[*number].0 == *whose;
        let known = numbers.find(*hash, is_it).map(|(_, number)| *number);
        let number = known.unwrap_or_else(|| {
            counts.push((whose, 0));
            let number = counts.len() - 1;
            numbers.insert_unique(*hash, (*hash, number), |(hash, _)| *hash);
            number
        });
        counts[number].1 += range.len();
        number_of.push(number);
    }
    let ids =
        counts.iter().enumerate().map(|(number, (id, _))| (id.number(), (*id).clone(), number));
    let mut by_id: Vec<(u64, TherapistId, usize)> = ids.collect();
    by_id.sort_unstable();
    let mut shares = Shares::with_capacity(counts.len());
    let mut next = vec![0; counts.len()];
    let mut end = 0;
    for (_, therapist, number) in by_id {
        let count = counts[number].1;
        next[number] = end;
        shares.push((therapist, end..end + count));
        end += count;
    }
    let mut places = vec![0; order.len()];
    for (group, number) in groups.iter().flatten().zip(number_of) {
        let next = &mut next[number];
        let to = *next + group.range.len();
        places[*next..to].copy_from_slice(&order[group.range.clone()]);
        *next = to;
    }
    (places, shares)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::model::Clock;
    use crate::model::EventKind;
    use crate::model::JobId;
    use crate::model::Mark;
    use crate::model::ObjectId;
    use crate::model::Origin;
    use crate::model::SourceId;
    use crate::model::Stamp;
    use crate::model::Witness;
    use crate::model::Zone;

    #[test]
    fn a_start_of_several_comes_first_for_each_where_one_line_holds_more() {
        let mark = Arc::new(Mark { job: Some(JobId::new("j")), ..Mark::default() });
        let event = |whose: Option<&str>, second: i64, offset, kind| Event {
            therapist: whose.map(TherapistId::new),
            is_adopted: false,
            stamp: Some(Stamp::truncated(
                second * 1_000_000_000,
                3,
                Zone::Stated,
                Clock::Application,
            )),
            kind,
            mark: mark.clone(),
            witness: Witness::Log,
            origin: Origin { source: SourceId(0), offset, line: 1, text: (&b"x"[..]).into() },
            more: None,
        };
        let created = || EventKind::Created { object: ObjectId::new("1") };
        let events = vec![
            event(None, 0, 0, EventKind::Started),
            event(Some("20"), 1, 0, created()),
            event(Some("10"), 2, 9, created()),
        ];
        for threads in [1, 2] {
            let shelf = shelve(events.clone(), &[], threads);
            for whose in ["10", "20"] {
                let whose = TherapistId::new(whose);
                let told = shelf.of(&whose).into_iter().flatten();
                let told: Vec<_> = told.map(|event| event.kind.name()).collect();
                assert_eq!(told, ["started", "created"], "{whose}");
            }
        }
    }
}
