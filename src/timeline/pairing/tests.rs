//! The search, held against trying everything.

use std::sync::Arc;

use super::*;
use crate::model::Field;
use crate::model::Label;
use crate::model::Mark;
use crate::model::ObjectId;
use crate::model::Origin;
use crate::model::Quote;
use crate::model::SourceId;
use crate::model::Witness;

fn event(at: usize, kind: EventKind) -> Event {
    let text = Quote::from(&b""[..]);
    let origin = Origin { source: SourceId(0), offset: at as u64, line: at as u64, text };
    let (mark, witness) = (Arc::new(Mark::default()), Witness::Log);
    Event {
        therapist: None,
        stamp: None,
        kind,
        mark,
        witness,
        origin,
        is_adopted: false,
        more: None,
    }
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
        if !found.is_complete {
            proptest::prop_assert!(found.ways > LISTED as u64);
            return Ok(());
        }
        // Each way is a pairing of its own, and its runs are those of the fewest.
        let mut pairings: Vec<Vec<usize>> = found.others().chain([found.first()]).collect();
        pairings.sort();
        pairings.dedup();
        proptest::prop_assert_eq!(pairings.len() as u64, found.ways);
        for pairing in pairings {
            let runs = pairing.iter().max().map_or(0, |most| most + 1);
            proptest::prop_assert_eq!((pairing.len(), runs), (numbers.len(), found.fewest));
        }
    }
}

#[test]
fn any_number_of_runs_comes_to_an_end_and_is_not_taken_for_sure() {
    let numbers: Vec<u8> = (0..600).map(|at| [0, 1, 2, 3, 4, 5, 9, 10, 11][at * 7 % 9]).collect();
    let found = find(&events(&numbers), &Profile::default());
    assert!(!found.is_complete);
    assert_eq!(found.first().len(), numbers.len());
}
