//! How far a log goes on: a file may be continued by others, and only what is of one log tells that
//! something never came.
//!
//! Takes what is known of the sources and the events read from them, gives for each source the last
//! time that it, or one that continues it, shows. A source goes on in another if that one begins
//! where it ends (a rotated file), if both hold the same line (overlapping exports), or if a process
//! that wrote in it writes in a later one of the same format. That another host's log goes on says
//! nothing.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use crate::model::Event;
use crate::model::SourceReport;
use crate::model::Stamp;
use crate::timeline::Shelf;

/// How far a file may begin from the end of the one that it continues, in nanoseconds: a log that
/// was rotated goes on where it was cut, one of another host runs beside it.
const ROTATED: [i64; 2] = [-1_000_000_000, 60_000_000_000];

/// For each source the last time that it, or a source that continues it, shows.
pub fn ends(sources: &[SourceReport], shelf: &Shelf) -> Vec<Option<Stamp>> {
    let spans: Vec<_> = sources.iter().map(|source| source.span).collect();
    if sources.len() < 2 {
        return spans.into_iter().map(|span| span.map(|(_, to)| to)).collect();
    }
    let mut next: Vec<BTreeSet<usize>> = vec![BTreeSet::new(); sources.len()];
    let mut link = |one: usize, other: usize| {
        let to = |at: usize| spans.get(at).copied().flatten().map(|(_, to)| to.until());
        match (to(one), to(other)) {
            (Some(mine), Some(theirs)) if mine < theirs => next[one].insert(other),
            (Some(mine), Some(theirs)) if mine > theirs => next[other].insert(one),
            _ => false,
        };
    };
    let is_alike = |(one, other): &(usize, usize)| sources[*one].format == sources[*other].format;
    for (one, other) in rotated(&spans).into_iter().filter(is_alike).chain(shared(shelf)) {
        link(one, other);
    }
    for (one, other) in carried_on(sources, shelf) {
        link(one, other);
    }
    // From the source that ends last to the one that ends first: what a source goes on in is known
    // before it is asked.
    let mut order: Vec<usize> = (0..sources.len()).filter(|at| spans[*at].is_some()).collect();
    order.sort_by_key(|at| std::cmp::Reverse(spans[*at].map(|(_, to)| to.until())));
    let mut ends: Vec<Option<Stamp>> = spans.iter().map(|span| span.map(|(_, to)| to)).collect();
    for at in order {
        let last = next[at].iter().filter_map(|other| ends[*other]);
        ends[at] = last.chain(ends[at]).max_by_key(|end| end.until());
    }
    ends
}

/// Pairs of sources of which one begins where the other ends.
fn rotated(spans: &[Option<(Stamp, Stamp)>]) -> Vec<(usize, usize)> {
    let known = spans.iter().enumerate().filter_map(|(at, span)| Some((at, (*span)?)));
    let mut order: Vec<(i64, usize, i64)> =
        known.map(|(at, (from, to))| (from.earliest(), at, to.earliest())).collect();
    order.sort_unstable();
    let mut pairs = Vec::new();
    for (_, at, to) in &order {
        let first = order.partition_point(|(from, ..)| from.saturating_sub(*to) < ROTATED[0]);
        let near = order[first..].iter();
        let near = near.take_while(|(from, ..)| from.saturating_sub(*to) <= ROTATED[1]);
        pairs.extend(near.filter(|(_, other, _)| other != at).map(|(_, other, _)| (*at, *other)));
    }
    pairs
}

/// Pairs of sources that hold the same line.
fn shared(shelf: &Shelf) -> BTreeSet<(usize, usize)> {
    let mut pairs = BTreeSet::new();
    for event in shelf.events().filter(|event| !event.also().is_empty()) {
        let own = place(event);
        let copies = event.also().iter().filter(|copy| copy.origin.text == event.origin.text);
        pairs.extend(copies.filter_map(|copy| Some((own?, source(copy.origin.source.0)?))));
    }
    pairs
}

/// Pairs of sources of one format in which the same process writes, one after the other.
fn carried_on(sources: &[SourceReport], shelf: &Shelf) -> BTreeSet<(usize, usize)> {
    let mut of_process: BTreeMap<_, BTreeSet<usize>> = BTreeMap::new();
    for event in shelf.events() {
        let Some((at, report)) = place(event).and_then(|at| Some((at, sources.get(at)?))) else {
            continue;
        };
        let process = (&report.format, &event.mark.host, event.mark.pid);
        of_process.entry(process).or_default().insert(at);
    }
    let mut pairs = BTreeSet::new();
    for places in of_process.into_values() {
        let span = |at: usize| sources[at].span.map(|(from, to)| (from.earliest(), to.earliest()));
        let mut places: Vec<_> = places.iter().filter_map(|at| Some((span(*at)?, *at))).collect();
        places.sort_unstable();
        let follows = |pair: &&[((i64, i64), usize); 2]| {
            pair[1].0.0.saturating_sub(pair[0].0.1) >= ROTATED[0]
        };
        pairs.extend(places.array_windows().filter(follows).map(|[one, other]| (one.1, other.1)));
    }
    pairs
}

fn place(event: &Event) -> Option<usize> {
    source(event.origin.source.0)
}

fn source(number: u32) -> Option<usize> {
    usize::try_from(number).ok()
}
