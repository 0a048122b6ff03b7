//! Bars and steps of the chart: from when to when an object bears a label, and a field points to
//! an object.

use serde_json::Value;
use serde_json::json;

use crate::model::Field;
use crate::model::Label;
use crate::model::ObjectId;
use crate::report::page::detail::Place;
use crate::timeline::Held;
use crate::timeline::Timeline;

/// `[object, label, how, from, to]`: label 0 is "Active", 1 "Active Attested"; how is 1 presumed,
/// 2 maybe, 3 certain; from and to are places, to is null while it lasts.
pub(super) fn labels(timeline: &Timeline, objects: &[ObjectId], places: &[Place]) -> Vec<Value> {
    let mut bars = Vec::new();
    for (number, object) in objects.iter().enumerate() {
        for label in Label::ALL {
            let how = |at: usize| match timeline.boards[at].held(object, label) {
                Held::Unknown | Held::No => 0,
                Held::Presumed => 1,
                Held::Maybe => 2,
                Held::Yes => 3,
            };
            for (how, from, to) in stretches(timeline.boards.len(), how) {
                if how > 0 {
                    let to = to.map(|to| places[to]);
                    bars.push(json!([number, label as usize, how, places[from], to]));
                }
            }
        }
    }
    bars
}

/// `[field, object, from, to]`: object is null where the field was cleared, -1 where the object
/// has no lane of its own.
pub(super) fn fields(timeline: &Timeline, objects: &[ObjectId], places: &[Place]) -> Vec<Value> {
    let number = |object: &ObjectId| {
        let lane = objects.iter().position(|known| known == object);
        lane.map_or(Value::from(-1), Value::from)
    };
    let mut steps = Vec::new();
    for (field, name) in Field::ALL.into_iter().enumerate() {
        let points = |at: usize| timeline.boards[at].field(name);
        for (object, from, to) in stretches(timeline.boards.len(), points) {
            if let Some(object) = object {
                let to = to.map(|to| places[to]);
                steps.push(json!([field, object.map(number), places[from], to]));
            }
        }
    }
    steps
}

/// Stretches of events over which a value stays the same, with the event that ends each.
fn stretches<T: PartialEq>(
    events: usize,
    value: impl Fn(usize) -> T,
) -> Vec<(T, usize, Option<usize>)> {
    let mut stretches: Vec<(T, usize, Option<usize>)> = Vec::new();
    for at in 0..events {
        let value = value(at);
        match stretches.last_mut() {
            Some((same, _, _)) if *same == value => {}
            last => {
                if let Some((_, _, to)) = last {
                    *to = Some(at);
                }
                stretches.push((value, at, None));
            }
        }
    }
    stretches
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stretch_ends_where_the_value_changes() {
        let values = [0, 0, 1, 1, 0];
        let found = stretches(values.len(), |at| values[at]);
        assert_eq!(found, [(0, 0, Some(2)), (1, 2, Some(4)), (0, 4, None)]);
    }
}
