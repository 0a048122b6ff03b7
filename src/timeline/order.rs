//! Order for display and replay: (earliest, source, place in the source). An event without a clock
//! stands after the last clocked event before it in its own source.
//!
//! Many exports are newest first: in such a source a later line is an earlier one, and of two
//! lines of one tick too.

use hashbrown::HashSet;

use crate::model::Event;
use crate::model::SourceId;
use crate::model::Stamp;

/// The sources whose lines stand in falling order of time; expects (source, offset) order.
pub(super) fn newest_first(events: &[Event]) -> HashSet<SourceId> {
    let falls = |of_source: &&[Event]| {
        let mut balance = 0_i64;
        let mut last: Option<Stamp> = None;
        for stamp in of_source.iter().filter_map(|event| event.stamp) {
            if let Some(before) = last.replace(stamp) {
                balance += i64::from(before.certainly_before(stamp));
                balance -= i64::from(stamp.certainly_before(before));
            }
        }
        balance < 0
    };
    by_source(events).filter(falls).map(|of_source| of_source[0].origin.source).collect()
}

/// When an event may have happened at the earliest.
pub(super) fn time(event: &Event) -> Option<i64> {
    event.stamp.map(Stamp::earliest)
}

/// The events of each source; expects those of one to stand together.
fn by_source(events: &[Event]) -> impl Iterator<Item = &[Event]> + Clone {
    events.chunk_by(|one, other| one.origin.source == other.origin.source)
}

/// The place of a line in the order in which its source was written.
pub(super) fn place(source: SourceId, offset: u64, newest_first: &HashSet<SourceId>) -> u64 {
    turned(offset, newest_first.contains(&source))
}

fn turned(offset: u64, falls: bool) -> u64 {
    if falls { u64::MAX - offset } else { offset }
}

type Key = (i64, SourceId, u64, u32);

/// The places of events in that order. Expects them in (source, offset) order; turns round what is
/// newest first.
pub(super) fn order(events: &mut [Event]) -> Vec<u32> {
    let falling = newest_first(events);
    if !falling.is_empty() {
        // Stable: events of one line keep the order in which the line says them.
        events.sort_by_key(|event| {
            let source = event.origin.source;
            (source, place(source, event.origin.offset, &falling))
        });
    }
    let sourced = by_source(events).flat_map(|of_source| {
        let source = of_source[0].origin.source;
        let falls = falling.contains(&source);
        let mut last = i64::MIN;
        of_source.iter().map(move |event| {
            last = event.stamp.map_or(last, Stamp::earliest);
            (last, source, turned(event.origin.offset, falls))
        })
    });
    let keys = (0..).zip(sourced).map(|(at, (time, source, place))| (time, source, place, at));
    let mut keys: Vec<Key> = keys.collect();
    keys.sort_unstable();
    keys.into_iter().map(|(.., at)| at).collect()
}
