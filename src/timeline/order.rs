//! Order for display and replay: (earliest, source, offset). An event without a clock stands
//! after the last clocked event before it in its own source.

use std::collections::HashMap;

use crate::model::Event;
use crate::model::SourceId;

/// Sorts events; expects them in (source, offset) order.
pub(super) fn sort(events: Vec<Event>) -> Vec<Event> {
    let mut clock: HashMap<SourceId, i64> = HashMap::new();
    let mut keyed: Vec<((i64, SourceId, u64), Event)> = events
        .into_iter()
        .map(|event| {
            let last = clock.entry(event.origin.source).or_insert(i64::MIN);
            if let Some(stamp) = event.stamp {
                *last = stamp.earliest();
            }
            ((*last, event.origin.source, event.origin.offset), event)
        })
        .collect();
    // Stable: events of one line keep the order in which the line says them.
    keyed.sort_by_key(|(key, _)| *key);
    keyed.into_iter().map(|(_, event)| event).collect()
}
