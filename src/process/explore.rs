//! Every state the worker can reach, with the number of ways that lead there and one shortest.
//!
//! Each action takes one run further, so the states form layers by how far the runs are together,
//! and one pass over the layers sees every state once, after all that lead to it.

use hashbrown::HashMap;

use crate::process::worker::Action;
use crate::process::worker::At;
use crate::process::worker::Fate;
use crate::process::worker::Setting;
use crate::process::worker::State;
use crate::process::worker::actions;
use crate::process::worker::init;
use crate::process::worker::step;

/// A state in which every run has ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reached {
    /// The state.
    pub state: State,
    /// How many sequences of actions lead there.
    pub ways: u128,
    /// One with the fewest failures, and of these the fewest actions.
    pub path: Vec<Action>,
}

/// What exploring a setting finds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explored {
    /// How many states can be reached, the first one included.
    pub states: usize,
    /// Those in which every run has ended, in the order of [`State`].
    pub ends: Vec<Reached>,
}

/// What a path costs: failures, actions, changes from one run to another.
type Cost = (u16, u16, u16);

struct Node {
    state: State,
    ways: u128,
    cost: Cost,
    from: Option<(usize, Action)>,
}

/// Explores a setting completely.
pub fn explore(setting: &Setting) -> Explored {
    let first = Node { state: init(), ways: 1, cost: (0, 0, 0), from: None };
    let mut nodes = vec![first];
    let mut places: HashMap<State, usize> = HashMap::from([(init(), 0)]);
    let mut layers: Vec<Vec<usize>> = vec![Vec::new(); At::FAREST * setting.runs + 1];
    layers[0].push(0);
    let mut ends = Vec::new();
    for layer in 0..layers.len() {
        for at in std::mem::take(&mut layers[layer]) {
            let state = nodes[at].state;
            let actions = actions(&state, setting);
            if actions.is_empty() {
                ends.push(at);
            }
            for action in actions {
                let next = step(&state, setting, &action);
                let (ways, cost) = (nodes[at].ways, cost(&nodes[at], &action));
                let place = *places.entry(next).or_insert_with(|| {
                    layers[progress(&next)].push(nodes.len());
                    nodes.push(Node { state: next, ways: 0, cost, from: Some((at, action)) });
                    nodes.len() - 1
                });
                let node = &mut nodes[place];
                node.ways += ways;
                if cost < node.cost {
                    (node.cost, node.from) = (cost, Some((at, action)));
                }
            }
        }
    }
    let mut ends: Vec<Reached> = ends
        .into_iter()
        .map(|at| Reached { state: nodes[at].state, ways: nodes[at].ways, path: path(&nodes, at) })
        .collect();
    ends.sort_by_key(|end| end.state);
    Explored { states: nodes.len(), ends }
}

/// How far all runs are together; every action adds to it.
fn progress(state: &State) -> usize {
    state.runs.iter().map(|run| run.at.how_far()).sum()
}

fn cost(node: &Node, action: &Action) -> Cost {
    let (failures, actions, changes) = node.cost;
    let is_change = node.from.is_none_or(|(_, last)| last.run != action.run);
    let is_failure = action.fate != Fate::Succeeds;
    (failures + u16::from(is_failure), actions + 1, changes + u16::from(is_change))
}

fn path(nodes: &[Node], end: usize) -> Vec<Action> {
    let mut path = Vec::new();
    let mut at = end;
    while let Some((from, action)) = nodes[at].from {
        path.push(action);
        at = from;
    }
    path.reverse();
    path
}
