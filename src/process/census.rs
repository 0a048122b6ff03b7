//! The census: every end state that some number of runs can reach, told apart by labels and fields
//! and not by which run did what, with what is wrong with it and how it comes about.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use crate::model::Label;
use crate::model::Risk;
use crate::process::explore::Reached;
use crate::process::explore::explore;
use crate::process::mitigation::Mitigations;
use crate::process::worker::Action;
use crate::process::worker::Fate;
use crate::process::worker::Object;
use crate::process::worker::Setting;
use crate::process::worker::State;
use crate::process::worker::has;
use crate::process::worker::members;
use crate::process::wrong::Wrong;
use crate::process::wrong::wrongs;

/// Labels and fields at the end. Objects are the first one and then the others that were ever
/// attested, the attested ones before the rest; fields are places in that list. Objects that were
/// created and never got a label are left out: nothing points to them.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Shape {
    /// The labels of each object.
    pub objects: Vec<BTreeSet<Label>>,
    /// Where `credentialing_active_attested_id` points.
    pub attested_field: Option<usize>,
    /// Where `credentialing_hubspot_id` points.
    pub hubspot_field: Option<usize>,
}

/// An end state that can be reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ending {
    /// Labels and fields.
    pub shape: Shape,
    /// The numbers that credentialing-states.md gives these labels; none if it does not list them.
    pub numbers: Vec<u8>,
    /// In words.
    pub name: String,
    /// The document's risk, or that of the worst thing that is wrong.
    pub risk: Risk,
    /// What is wrong.
    pub wrongs: BTreeSet<Wrong>,
    /// How many sequences of actions lead there.
    pub ways: u128,
    /// One of them, with the fewest failures and of these the fewest actions.
    pub path: Vec<Action>,
}

impl Ending {
    /// How many tasks fail on the way.
    pub fn failures(&self) -> usize {
        self.path.iter().filter(|action| is_failure(action)).count()
    }
}

/// All end states of a number of runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Census {
    /// How many runs.
    pub runs: usize,
    /// How many states they can go through.
    pub states: usize,
    /// The end states, the well ones first, then the worst.
    pub endings: Vec<Ending>,
}

/// Takes the census of `runs` runs, whether they are duplicates of one job or asked for one by one.
pub fn census(runs: usize, mitigations: Mitigations) -> Census {
    let mut endings: BTreeMap<Shape, Ending> = BTreeMap::new();
    let mut states = 0;
    for requests in 1..=runs {
        let setting = Setting { runs, requests, mitigations };
        let explored = explore(&setting);
        states = states.max(explored.states);
        let mut here: BTreeMap<Shape, Ending> = BTreeMap::new();
        for reached in explored.ends {
            let ending = ending(reached, &setting);
            match here.get_mut(&ending.shape) {
                Some(known) => known.take(ending, u128::wrapping_add),
                None => drop(here.insert(ending.shape.clone(), ending)),
            }
        }
        for (shape, ending) in here {
            match endings.get_mut(&shape) {
                Some(known) => known.take(ending, Ord::max),
                None => drop(endings.insert(shape, ending)),
            }
        }
    }
    let mut endings: Vec<Ending> = endings.into_values().collect();
    endings.sort_by_cached_key(|ending| {
        (!ending.wrongs.is_empty(), std::cmp::Reverse(ending.risk), ending.path.len())
    });
    Census { runs, states, endings }
}

/// The fewest failures with which each thing can go wrong in up to `runs` runs; what cannot is
/// absent.
pub(super) fn fewest_failures(runs: usize, mitigations: Mitigations) -> BTreeMap<Wrong, usize> {
    let mut fewest: BTreeMap<Wrong, usize> = BTreeMap::new();
    let settings = (1..=runs).flat_map(|runs| (1..=runs).map(move |requests| (runs, requests)));
    for (runs, requests) in settings {
        let setting = Setting { runs, requests, mitigations };
        for end in explore(&setting).ends {
            let failures = end.path.iter().filter(|action| is_failure(action)).count();
            for wrong in wrongs(&end.state, &setting) {
                let known = fewest.entry(wrong).or_insert(failures);
                *known = failures.min(*known);
            }
        }
    }
    fewest
}

/// Being refused is no failure.
fn is_failure(action: &Action) -> bool {
    matches!(action.fate, Fate::IsSwallowed | Fate::Aborts | Fate::Dies)
}

impl Ending {
    /// Adds what else leads to the same labels and fields.
    fn take(&mut self, other: Self, join: fn(u128, u128) -> u128) {
        let cost = |ending: &Self| (ending.failures(), ending.path.len());
        let is_cheaper = cost(&other) < cost(self);
        self.ways = join(self.ways, other.ways);
        self.wrongs.extend(other.wrongs);
        self.risk = self.risk.max(other.risk);
        if is_cheaper {
            self.path = other.path;
        }
    }
}

fn ending(reached: Reached, setting: &Setting) -> Ending {
    let shape = shape(&reached.state);
    let wrongs = wrongs(&reached.state, setting);
    let numbers = numbers(&shape);
    Ending {
        risk: wrongs.iter().map(|wrong| wrong.risk()).max().unwrap_or(Risk::None),
        name: name(&shape, &numbers),
        shape,
        numbers,
        wrongs,
        ways: reached.ways,
        path: reached.path,
    }
}

fn shape(state: &State) -> Shape {
    let labels = |object: Object| -> BTreeSet<Label> {
        let bears = |label: &Label| match label {
            Label::Active => has(state.active, object),
            Label::ActiveAttested => has(state.attested, object),
        };
        Label::ALL.into_iter().filter(bears).collect()
    };
    let mut others: Vec<Object> = members(state.known & !1).collect();
    others.sort_by_key(|object| {
        let is = |field: Option<Object>| field == Some(*object);
        let named = (is(state.attested_field), is(state.hubspot_field));
        std::cmp::Reverse((has(state.attested, *object), has(state.active, *object), named))
    });
    let order: Vec<Object> = std::iter::once(0).chain(others).collect();
    let place = |field: Option<Object>| order.iter().position(|object| Some(*object) == field);
    Shape {
        objects: order.iter().map(|object| labels(*object)).collect(),
        attested_field: place(state.attested_field),
        hubspot_field: place(state.hubspot_field),
    }
}

impl Shape {
    fn bearers(&self, label: Label) -> usize {
        self.objects.iter().filter(|labels| labels.contains(&label)).count()
    }
}

/// The document's numbers for these labels. It tells 2 from 6, and 3 from 5, by what failed on the
/// way, which no label shows.
fn numbers(shape: &Shape) -> Vec<u8> {
    use Label::Active;
    use Label::ActiveAttested;
    let second = match &shape.objects[1..] {
        [] => &BTreeSet::new(),
        [second] => second,
        _ => return Vec::new(),
    };
    let is = |labels: &BTreeSet<Label>, wanted: &[Label]| labels.iter().eq(wanted);
    let first = &shape.objects[0];
    if shape.objects.len() == 1 && is(first, &[Active]) {
        return vec![4];
    }
    if !is(second, &[ActiveAttested]) {
        return Vec::new();
    }
    match first {
        _ if is(first, &[Active]) => vec![1],
        _ if is(first, &[Active, ActiveAttested]) => vec![2, 6],
        _ if is(first, &[ActiveAttested]) => vec![3, 5],
        _ => Vec::new(),
    }
}

fn name(shape: &Shape, numbers: &[u8]) -> String {
    let (first, others) = (&shape.objects[0], &shape.objects[1..]);
    let is_mixed = |labels: &BTreeSet<Label>| labels.len() == Label::ALL.len();
    let mut parts: Vec<String> = Vec::new();
    match (numbers, shape.bearers(Label::ActiveAttested)) {
        ([1], _) => parts.push("complete success".to_owned()),
        (_, 0) => parts.push("none attested".to_owned()),
        (_, 1) if others.is_empty() => parts.push("not handed over".to_owned()),
        (_, 1) if first.contains(&Label::ActiveAttested) => {
            parts.push("handed back to the first".to_owned());
        }
        (_, 1) => {}
        (_, 2) if others.len() == 1 => parts.push("both attested".to_owned()),
        (_, many) => parts.push(format!("{} attested", number_word(many))),
    }
    let active = shape.bearers(Label::Active);
    if active > 1 {
        parts.push(format!("{} Active", number_word(active)));
    }
    if is_mixed(first) {
        parts.push("the first with both labels".to_owned());
    } else if first.is_empty() {
        parts.push("the first without a label".to_owned());
    }
    if others.iter().any(is_mixed) {
        parts.push("a later one with both labels".to_owned());
    }
    if others.iter().any(BTreeSet::is_empty) {
        parts.push("a later one without a label".to_owned());
    }
    if parts.is_empty() { "handed over".to_owned() } else { parts.join(", ") }
}

fn number_word(number: usize) -> &'static str {
    ["no", "one", "two", "three", "four", "five", "six", "seven"].get(number).unwrap_or(&"many")
}
