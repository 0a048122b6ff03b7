//! Order for display and replay: (earliest, source, place in the source). An event without a clock
//! stands after the last clocked event before it in its own source.
//!
//! Many exports are newest first: in such a source a later line is an earlier one, and of two
//! lines of one tick too.

use hashbrown::HashMap;
use hashbrown::HashSet;

use crate::model::Event;
use crate::model::SourceId;

/// The sources whose lines stand in falling order of time; expects (source, offset) order.
pub(super) fn newest_first(events: &[Event]) -> HashSet<SourceId> {
    let mut balance: HashMap<SourceId, i64> = HashMap::new();
    let mut last: HashMap<SourceId, crate::model::Stamp> = HashMap::new();
    for event in events {
        let Some(stamp) = event.stamp else { continue };
        let source = event.origin.source;
        if let Some(before) = last.insert(source, stamp) {
            let rises = i64::from(before.certainly_before(stamp));
            let falls = i64::from(stamp.certainly_before(before));
            *balance.entry(source).or_default() += rises - falls;
        }
    }
    balance.into_iter().filter(|(_, balance)| *balance < 0).map(|(source, _)| source).collect()
}

/// The place of a line in the order in which its source was written.
pub(super) fn place(source: SourceId, offset: u64, newest_first: &HashSet<SourceId>) -> u64 {
    if newest_first.contains(&source) { u64::MAX - offset } else { offset }
}

type Key = (i64, SourceId, u64, u32);

/// The places of events in that order. Expects them in (source, offset) order; turns round what is
/// newest first.
pub(super) fn order(events: &mut [Event]) -> Vec<u32> {
    let falling = newest_first(events);
    let key = |event: &Event| {
        (event.origin.source, place(event.origin.source, event.origin.offset, &falling))
    };
    if !falling.is_empty() {
        // Stable: events of one line keep the order in which the line says them.
        events.sort_by_key(key);
    }
    let keys = || {
        let mut clock: HashMap<SourceId, i64> = HashMap::new();
        (0..).zip(events.iter()).map(move |(at, event)| {
            let (source, place) = key(event);
            let last = clock.entry(source).or_insert(i64::MIN);
            if let Some(stamp) = event.stamp {
                *last = stamp.earliest();
            }
            (*last, source, place, at)
        })
    };
    let places = |keys: &mut dyn Iterator<Item = Key>| keys.map(|(.., at)| at).collect();
    // One log alone mostly is in order.
    if keys().is_sorted() {
        return places(&mut keys());
    }
    let mut sorted: Vec<Key> = keys().collect();
    sorted.sort_unstable();
    places(&mut sorted.into_iter())
}
