//! Runs where no line names any: the fewest runs of the worker that can have written the events,
//! and in how many ways the events can be paired with so many runs.
//!
//! Events are taken in order. Each goes to an open run that it can be the next step of, or begins
//! one; what has come to the same open runs in several ways is counted and carried on once. So the
//! work grows with the number of runs open at a time and not with the number of ways, and where
//! too many are open the search is cut and says so: what it then gives is a pairing, but not known
//! to be of the fewest. Sources: design.md §5, the power-set construction of porcupine.

use std::collections::HashMap;

use crate::model::Event;
use crate::model::EventKind;
use crate::model::Profile;
use crate::timeline::runs::Shape;

/// Partial pairings carried at most from one event to the next; four runs at once, whose steps
/// come in any order, stay far below.
const CARRIED: usize = 512;

/// Whole pairings listed at most.
pub(super) const LISTED: usize = 48;

/// What a search finds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Found {
    /// How many runs it takes at least.
    pub(super) fewest: usize,
    /// In how many ways the events can be paired with so many.
    pub(super) ways: u64,
    /// Whether no partial pairing was let go.
    pub(super) is_complete: bool,
    /// The run of each event, for the first of the ways.
    pub(super) pairings: Vec<Vec<usize>>,
}

/// A run that may go on.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Open {
    number: usize,
    shape: Shape,
    has_start: bool,
    has_end: bool,
    last: usize,
}

/// All that matters of a partial pairing for what comes.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Node {
    runs: usize,
    open: Vec<Open>,
}

/// How a node was reached: from which one, by giving the event to which run.
type Way = (usize, usize);

struct Layer {
    nodes: Vec<Node>,
    ways: Vec<u64>,
    from: Vec<Vec<Way>>,
}

/// Finds the pairings of events that no line names a run of.
pub(super) fn find(events: &[Event], profile: &Profile) -> Found {
    let first = Node { runs: 0, open: Vec::new() };
    let mut layers = vec![Layer { nodes: vec![first], ways: vec![1], from: vec![Vec::new()] }];
    let mut is_complete = true;
    for at in 0..events.len() {
        let last = &layers[layers.len() - 1];
        let (next, is_whole) = advance(last, events, at, profile);
        is_complete &= is_whole;
        layers.push(next);
    }
    let last = &layers[layers.len() - 1];
    let fewest = last.nodes.iter().map(|node| node.runs).min().unwrap_or(0);
    let best = || (0..last.nodes.len()).filter(|at| last.nodes[*at].runs == fewest);
    let ways = best().fold(0_u64, |sum, at| sum.saturating_add(last.ways[at]));
    let mut pairings = Vec::new();
    for node in best() {
        list(&layers, node, &mut pairings);
    }
    Found { fewest, ways, is_complete, pairings }
}

fn advance(last: &Layer, events: &[Event], at: usize, profile: &Profile) -> (Layer, bool) {
    let mut next = Layer { nodes: Vec::new(), ways: Vec::new(), from: Vec::new() };
    let mut places: HashMap<Node, usize> = HashMap::new();
    for (parent, node) in last.nodes.iter().enumerate() {
        for (node, run) in choices(node, events, at, profile) {
            let place = *places.entry(node).or_insert_with_key(|node| {
                next.nodes.push(node.clone());
                next.ways.push(0);
                next.from.push(Vec::new());
                next.nodes.len() - 1
            });
            next.ways[place] = next.ways[place].saturating_add(last.ways[parent]);
            next.from[place].push((parent, run));
        }
    }
    let is_whole = next.nodes.len() <= CARRIED;
    if !is_whole {
        let mut order: Vec<usize> = (0..next.nodes.len()).collect();
        order.sort_by_key(|place| next.nodes[*place].runs);
        order.truncate(CARRIED);
        order.sort_unstable();
        next = Layer {
            nodes: order.iter().map(|place| next.nodes[*place].clone()).collect(),
            ways: order.iter().map(|place| next.ways[*place]).collect(),
            from: order.iter().map(|place| next.from[*place].clone()).collect(),
        };
    }
    (next, is_whole)
}

/// What an event can do to a partial pairing: the run that was last at work first, a new run last.
fn choices(node: &Node, events: &[Event], at: usize, profile: &Profile) -> Vec<(Node, usize)> {
    let event = &events[at];
    let is_near = |open: &Open| {
        let stamps = events[open.last].stamp.zip(event.stamp);
        stamps.is_none_or(|(last, now)| last.gap(now).shortest() <= profile.idle_gap())
    };
    let (is_start, is_end) = (
        matches!(event.kind, EventKind::Started),
        matches!(event.kind, EventKind::Done | EventKind::Failed),
    );
    let waits = |open: &Open| !open.has_end && (is_near(open) || open.has_start);
    let alive: Vec<Open> = node.open.iter().filter(|open| waits(open)).cloned().collect();
    let mut found = Vec::new();
    for place in (0..alive.len()).rev().filter(|_| !is_start) {
        let open = &alive[place];
        let is_tied = {
            let stamps = events[open.last].stamp.zip(event.stamp);
            stamps.is_some_and(|(last, now)| last.overlaps(now))
                && !events[open.last].shares_source(event)
        };
        let is_in_time = is_near(open) || (open.has_start && is_end);
        if is_in_time && open.shape.fits(&event.kind, is_tied) {
            let mut open = open.clone();
            open.shape.take(&event.kind);
            (open.last, open.has_end) = (at, open.has_end || is_end);
            let number = open.number;
            let mut others = alive.clone();
            others.remove(place);
            others.push(open);
            found.push((Node { runs: node.runs, open: others }, number));
        }
    }
    let mut shape = Shape::default();
    shape.take(&event.kind);
    let number = node.runs;
    let open = Open { number, shape, has_start: is_start, has_end: is_end, last: at };
    found.push((Node { runs: node.runs + 1, open: [alive, vec![open]].concat() }, number));
    found
}

/// Lists the ways to a node of the last layer.
fn list(layers: &[Layer], node: usize, pairings: &mut Vec<Vec<usize>>) {
    let mut stack = vec![(layers.len() - 1, node, Vec::new())];
    while let Some((layer, node, behind)) = stack.pop() {
        if pairings.len() >= LISTED {
            return;
        }
        if layer == 0 {
            pairings.push(behind.into_iter().rev().collect());
            continue;
        }
        // The way that was found first comes off the stack first.
        for (parent, run) in layers[layer].from[node].iter().rev() {
            let mut behind: Vec<usize> = behind.clone();
            behind.push(*run);
            stack.push((layer - 1, *parent, behind));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::model::Field;
    use crate::model::Label;
    use crate::model::Mark;
    use crate::model::ObjectId;
    use crate::model::Origin;
    use crate::model::SourceId;
    use crate::model::Witness;

    fn event(at: usize, kind: EventKind) -> Event {
        let text: Arc<[u8]> = Arc::from(&b""[..]);
        let origin = Origin { source: SourceId(0), offset: at as u64, line: at as u64, text };
        let (mark, witness) = (Arc::new(Mark::default()), Witness::Log);
        Event { therapist: None, stamp: None, kind, mark, witness, origin, also: Vec::new() }
    }

    fn events(numbers: &[u8]) -> Vec<Event> {
        let object = |number: u8| ObjectId::new(format!("{}", number % 3));
        let kind = |number: u8| match number / 3 {
            0 => EventKind::Created { object: object(number) },
            1 => EventKind::Assigned {
                field: Field::Hubspot,
                object: Some(object(number)),
                previous: None,
            },
            2 => EventKind::Unlabelled { object: object(number), label: Label::ActiveAttested },
            3 => EventKind::Labelled { object: object(number), label: Label::ActiveAttested },
            4 => EventKind::Started,
            _ => EventKind::Done,
        };
        numbers.iter().enumerate().map(|(at, number)| event(at, kind(*number))).collect()
    }

    /// Every way to give each event to a run, tried one by one.
    fn tried(events: &[Event], at: usize, runs: &[(Shape, bool)], counts: &mut Vec<(usize, u64)>) {
        let Some(event) = events.get(at) else {
            match counts.iter_mut().find(|(count, _)| *count == runs.len()) {
                Some((_, ways)) => *ways += 1,
                None => counts.push((runs.len(), 1)),
            }
            return;
        };
        let is_end = matches!(event.kind, EventKind::Done);
        let mut go = |place: usize, shape: Shape| {
            let mut next = runs.to_vec();
            next.resize(next.len().max(place + 1), (Shape::default(), false));
            let mut shape = shape;
            shape.take(&event.kind);
            next[place] = (shape, is_end);
            tried(events, at + 1, &next, counts);
        };
        for (place, (shape, has_end)) in runs.iter().enumerate() {
            let is_start = matches!(event.kind, EventKind::Started);
            if !is_start && !has_end && shape.fits(&event.kind, false) {
                go(place, shape.clone());
            }
        }
        go(runs.len(), Shape::default());
    }

    proptest::proptest! {
        #[test]
        fn the_search_finds_what_trying_everything_finds(
            numbers in proptest::collection::vec(0_u8..18, 1..7),
        ) {
            let events = events(&numbers);
            let mut counts = Vec::new();
            tried(&events, 0, &[], &mut counts);
            let best = counts.into_iter().min().expect("at least one way");
            let found = find(&events, &Profile::default());
            proptest::prop_assert_eq!((found.fewest, found.ways), best);
            proptest::prop_assert!(found.is_complete);
            let listed = found.pairings.len() as u64;
            proptest::prop_assert_eq!(listed, found.ways.min(LISTED as u64));
        }
    }

    #[test]
    fn any_number_of_runs_comes_to_an_end_and_is_not_taken_for_sure() {
        let numbers: Vec<u8> =
            (0..600).map(|at| [0, 1, 2, 3, 4, 5, 9, 10, 11][at * 7 % 9]).collect();
        let found = find(&events(&numbers), &Profile::default());
        assert!(!found.is_complete && !found.pairings.is_empty());
    }
}
