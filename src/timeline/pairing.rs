//! Runs where no line names any: the fewest runs of the worker that can have written the events,
//! and in how many ways the events can be paired with so many.
//!
//! Events are taken in order. Each goes to an open run that it can be the next step of, or begins
//! one. What has come to the same open runs in several ways is carried on once, with the fewest
//! runs it took and the number of ways that took so few; so the work grows with what is open at a
//! time and not with the number of ways or the length of the log. Where no run is open any more
//! one *stretch* ends and the next begins, and each is paired for itself. Where too much is open
//! the search is cut and says so: what it then gives is a pairing, but not known to be of the
//! fewest. Sources: design.md §5, the power-set construction of porcupine.

use hashbrown::HashMap;
use std::ops::Range;

use crate::model::Event;
use crate::model::EventKind;
use crate::model::Profile;
use crate::timeline::runs::Shape;

/// Partial pairings carried at most from one event to the next; four runs at once, whose steps
/// come in any order, stay below.
const CARRIED: usize = 256;

/// Runs open at a time at most in one partial pairing.
const OPEN: usize = 24;

/// Open runs looked at for one stretch; beyond, one partial pairing is carried.
const WORK: usize = 400_000;

/// Pairings of one stretch listed at most.
const LISTED: usize = 24;

/// Readings looked at besides the first, at most.
const READINGS: usize = 48;

/// Events in all those readings, at most.
const REREAD: usize = 200_000;

/// What a search finds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Found {
    /// How many runs it takes at least.
    pub(super) fewest: usize,
    /// In how many ways the events can be paired with so many.
    pub(super) ways: u64,
    /// Whether all of them were looked at.
    pub(super) is_complete: bool,
    /// The stretches, in order.
    stretches: Vec<Stretch>,
}

/// Events from the first of a run to where no run is open any more.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Stretch {
    /// Where its events begin.
    begin: usize,
    /// How many runs it takes.
    runs: usize,
    /// Whether all ways are listed.
    is_whole: bool,
    /// The run of each of its events, from 0, in each listed way.
    pairings: Vec<Vec<usize>>,
}

impl Found {
    /// The run of each event in the first way.
    pub(super) fn first(&self) -> Vec<usize> {
        self.with(usize::MAX, 0)
    }

    /// The other ways to look at: those in which one stretch is paired otherwise.
    pub(super) fn others(&self) -> impl Iterator<Item = Vec<usize>> {
        let stretches = self.stretches.iter().enumerate().take(self.looked_at());
        let ways = stretches
            .flat_map(|(at, stretch)| (1..stretch.pairings.len()).map(move |way| (at, way)));
        ways.map(|(at, way)| self.with(at, way))
    }

    /// Events of which not all pairings are looked at.
    pub(super) fn left_open(&self) -> Vec<Range<usize>> {
        let looked_at = self.looked_at();
        let open = self.stretches.iter().enumerate().filter(|(at, stretch)| {
            !stretch.is_whole || (stretch.pairings.len() > 1 && *at >= looked_at)
        });
        let range = |stretch: &Stretch| stretch.begin..stretch.begin + stretch.pairings[0].len();
        open.map(|(_, stretch)| range(stretch)).collect()
    }

    /// How many stretches are looked at in all their ways.
    fn looked_at(&self) -> usize {
        let events: usize = self.stretches.iter().map(|stretch| stretch.pairings[0].len()).sum();
        let most = READINGS.min(REREAD / events.max(1));
        let mut readings = 0;
        let looks = |stretch: &&Stretch| {
            readings += stretch.pairings.len() - 1;
            readings <= most
        };
        self.stretches.iter().take_while(looks).count()
    }

    /// The first way, but for one stretch.
    fn with(&self, other: usize, way: usize) -> Vec<usize> {
        let mut runs = Vec::new();
        let mut base = 0;
        for (at, stretch) in self.stretches.iter().enumerate() {
            let pairing = &stretch.pairings[if at == other { way } else { 0 }];
            runs.extend(pairing.iter().map(|run| base + run));
            base += stretch.runs;
        }
        runs
    }
}

/// A run that may go on.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Open {
    shape: Shape,
    has_start: bool,
    last: usize,
}

/// All that matters of a partial pairing for what comes.
type Node = Vec<Open>;

/// How a node was reached with the fewest runs: from which one, and to which of its open runs that
/// were still alive the event went; `None` if it began one.
type Way = (usize, Option<usize>);

/// The partial pairings after an event.
struct Layer {
    nodes: Vec<Node>,
    runs: Vec<usize>,
    ways: Vec<u64>,
    from: Vec<Vec<Way>>,
}

impl Layer {
    fn first() -> Self {
        Self { nodes: vec![Vec::new()], runs: vec![0], ways: vec![1], from: vec![Vec::new()] }
    }
}

/// Finds the pairings of events that no line names a run of.
pub(super) fn find(events: &[Event], profile: &Profile) -> Found {
    let mut found = Found { fewest: 0, ways: 1, is_complete: true, stretches: Vec::new() };
    let layers = vec![Layer::first()];
    let mut search = Search { events, profile, begin: 0, layers, work: 0, is_whole: true };
    for at in 0..events.len() {
        if search.is_over(at) {
            found.take(search.stretch());
            let layers = vec![Layer::first()];
            search = Search { begin: at, layers, work: 0, is_whole: true, ..search };
        }
        search.is_whole &= search.advance(at);
    }
    found.take(search.stretch());
    found.is_complete = found.left_open().is_empty();
    found
}

impl Found {
    fn take(&mut self, (stretch, ways): (Stretch, u64)) {
        self.fewest += stretch.runs;
        self.ways = self.ways.saturating_mul(ways);
        self.stretches.push(stretch);
    }
}

/// The search through one stretch.
struct Search<'a> {
    events: &'a [Event],
    profile: &'a Profile,
    begin: usize,
    layers: Vec<Layer>,
    work: usize,
    /// Whether no partial pairing was let go.
    is_whole: bool,
}

impl Search<'_> {
    fn last(&self) -> &Layer {
        &self.layers[self.layers.len() - 1]
    }

    /// Whether no run is open any more in any partial pairing.
    fn is_over(&self, at: usize) -> bool {
        at > self.begin && self.last().nodes.iter().all(|node| self.alive(node, at).is_empty())
    }

    fn is_near(&self, open: &Open, at: usize) -> bool {
        let stamps = self.events[open.last].stamp.zip(self.events[at].stamp);
        stamps.is_none_or(|(last, now)| last.gap(now).shortest() <= self.profile.idle_gap())
    }

    /// The open runs that may still go on, by their places.
    fn alive(&self, node: &Node, at: usize) -> Vec<usize> {
        let is_alive = |open: &Open| self.is_near(open, at) || open.has_start;
        (0..node.len()).filter(|place| is_alive(&node[*place])).collect()
    }

    /// Takes the next event; false if partial pairings were let go.
    fn advance(&mut self, at: usize) -> bool {
        let mut next = Layer { nodes: vec![], runs: vec![], ways: vec![], from: vec![] };
        let mut places: HashMap<Node, usize> = HashMap::new();
        let mut is_whole = true;
        let mut work = 0;
        let last = self.last();
        for (parent, node) in last.nodes.iter().enumerate() {
            let alive = self.alive(node, at);
            work += 1 + alive.len();
            is_whole &= alive.len() <= OPEN;
            for (node, choice) in self.choices(node, &alive, at) {
                let runs = last.runs[parent] + usize::from(choice.is_none());
                let place = *places.entry(node).or_insert_with_key(|node| {
                    next.nodes.push(node.clone());
                    next.runs.push(usize::MAX);
                    next.ways.push(0);
                    next.from.push(Vec::new());
                    next.nodes.len() - 1
                });
                if runs < next.runs[place] {
                    (next.runs[place], next.ways[place]) = (runs, 0);
                    next.from[place].clear();
                }
                if runs == next.runs[place] {
                    next.ways[place] = next.ways[place].saturating_add(last.ways[parent]);
                    next.from[place].push((parent, choice));
                }
            }
        }
        self.work += work;
        let carried = if self.work > WORK { 1 } else { CARRIED };
        if next.nodes.len() > carried {
            is_whole = false;
            next = cut(&next, carried);
        }
        self.layers.push(next);
        is_whole
    }

    /// What an event can do to a partial pairing: the run that was last at work first, a new run
    /// last.
    fn choices(&self, node: &Node, alive: &[usize], at: usize) -> Vec<(Node, Option<usize>)> {
        let event = &self.events[at];
        let is_start = matches!(event.kind, EventKind::Started);
        let is_end = matches!(event.kind, EventKind::Done | EventKind::Failed);
        let kept = &alive[alive.len().saturating_sub(OPEN)..];
        let mut found = Vec::new();
        for (nth, place) in kept.iter().enumerate().rev().filter(|_| !is_start) {
            let open = &node[*place];
            let before = &self.events[open.last];
            let overlaps =
                before.stamp.zip(event.stamp).is_some_and(|(last, now)| last.overlaps(now));
            let is_tied = overlaps && !before.shares_source(event);
            let is_in_time = self.is_near(open, at) || (open.has_start && is_end);
            if is_in_time && open.shape.fits(&event.kind, is_tied) {
                let others = kept.iter().filter(|other| *other != place);
                let mut next: Node = others.map(|other| node[*other].clone()).collect();
                if !is_end {
                    let mut open = Open { last: at, ..open.clone() };
                    open.shape.take(&event.kind);
                    next.push(open);
                }
                found.push((next, Some(nth)));
            }
        }
        let mut next: Node = kept.iter().map(|place| node[*place].clone()).collect();
        if !is_end {
            let mut shape = Shape::default();
            shape.take(&event.kind);
            next.push(Open { shape, has_start: is_start, last: at });
        }
        found.push((next, None));
        found
    }

    /// The stretch as far as it was searched, and in how many ways it can be paired.
    fn stretch(&self) -> (Stretch, u64) {
        let last = self.last();
        let fewest = last.runs.iter().copied().min().unwrap_or(0);
        let best: Vec<usize> =
            (0..last.nodes.len()).filter(|at| last.runs[*at] == fewest).collect();
        let ways = best.iter().fold(0_u64, |sum, at| sum.saturating_add(last.ways[*at]));
        let mut pairings = Vec::new();
        for node in best {
            self.list(node, &mut pairings);
        }
        let is_whole = self.is_whole && pairings.len() as u64 == ways;
        (Stretch { begin: self.begin, runs: fewest, is_whole, pairings }, ways)
    }

    /// Lists the ways to a node of the last layer, by walking back depth first.
    fn list(&self, node: usize, pairings: &mut Vec<Vec<usize>>) {
        // The nodes on the way back, and at each how many of its ways were gone.
        let mut path: Vec<(usize, usize)> = vec![(node, 0)];
        while !path.is_empty() {
            let layer = self.layers.len() - path.len();
            let Some((node, gone)) = path.last_mut() else { return };
            if layer == 0 {
                pairings.push(self.numbered(&path));
                if pairings.len() >= LISTED {
                    return;
                }
                path.pop();
                continue;
            }
            match self.layers[layer].from[*node].get(*gone) {
                Some((parent, _)) => {
                    *gone += 1;
                    path.push((*parent, 0));
                }
                None => drop(path.pop()),
            }
        }
    }

    /// The runs of the events along a way, numbered as they begin.
    fn numbered(&self, path: &[(usize, usize)]) -> Vec<usize> {
        let mut open: Vec<usize> = Vec::new();
        let mut runs = Vec::new();
        let mut numbers = 0;
        for (layer, pair) in (1..self.layers.len()).zip(path.windows(2).rev()) {
            let ((node, gone), (parent, _)) = (pair[0], pair[1]);
            let at = self.begin + layer - 1;
            let alive = self.alive(&self.layers[layer - 1].nodes[parent], at);
            let kept = &alive[alive.len().saturating_sub(OPEN)..];
            open = kept.iter().map(|place| open[*place]).collect();
            let run = if let Some(nth) = self.layers[layer].from[node][gone - 1].1 {
                open.remove(nth)
            } else {
                numbers += 1;
                numbers - 1
            };
            runs.push(run);
            let kind = &self.events[at].kind;
            if !matches!(kind, EventKind::Done | EventKind::Failed) {
                open.push(run);
            }
        }
        runs
    }
}

/// The partial pairings with the fewest runs.
fn cut(layer: &Layer, carried: usize) -> Layer {
    let mut order: Vec<usize> = (0..layer.nodes.len()).collect();
    order.sort_by_key(|place| layer.runs[*place]);
    order.truncate(carried);
    order.sort_unstable();
    Layer {
        nodes: order.iter().map(|place| layer.nodes[*place].clone()).collect(),
        runs: order.iter().map(|place| layer.runs[*place]).collect(),
        ways: order.iter().map(|place| layer.ways[*place]).collect(),
        from: order.iter().map(|place| layer.from[*place].clone()).collect(),
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
        let numbers: Vec<u8> =
            (0..600).map(|at| [0, 1, 2, 3, 4, 5, 9, 10, 11][at * 7 % 9]).collect();
        let found = find(&events(&numbers), &Profile::default());
        assert!(!found.is_complete);
        assert_eq!(found.first().len(), numbers.len());
    }
}
