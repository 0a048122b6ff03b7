//! The worker, once: what a run of `ExtendedSignUpWorker` does, as data and three pure functions.
//!
//! A run *reads* which object is attested (no log shows that), then takes four steps: it
//! *creates* the second object, *activates* and *unattests* the first, *attests* the second. Each
//! step succeeds, fails and is swallowed, fails and aborts the run, or the process dies before
//! it. Runs interleave between any two tasks. Sources: credentialing-states.md, design.md §6.
//!
//! [`init`] gives the state before anything ran, [`actions`] what can happen next, and [`step`]
//! what comes of it. Everything else in this room asks these three.

use crate::model::Step;
use crate::process::mitigation::Mitigation;
use crate::process::mitigation::Mitigations;

/// Most runs in one state.
pub const MOST_RUNS: usize = 6;

/// An object by number: 0 was there before, `k` is the one that run `k - 1` creates.
pub type Object = u8;

/// A set of objects, one bit each.
pub type Objects = u8;

/// Who runs, and under which rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Setting {
    /// How many runs there are, at most [`MOST_RUNS`].
    pub runs: usize,
    /// How many of them were asked for; the others are duplicates of the first one's job.
    pub requests: usize,
    /// What the team has put in place.
    pub mitigations: Mitigations,
}

/// What a run does next, in the worker's order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Task {
    /// Look up the object that is attested now.
    Read,
    /// One of the four steps.
    Step(Step),
    /// Steps 2 to 4 as one transaction.
    HandOver,
}

/// How a task goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Fate {
    /// It does what it should.
    Succeeds,
    /// It fails, and the run goes on as if it had not.
    IsSwallowed,
    /// It fails, or must not be done, and the run ends.
    Aborts,
    /// The process dies before it.
    Dies,
    /// The job is a duplicate and is not let in.
    IsRefused,
}

/// One thing that can happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Action {
    /// To which run.
    pub run: usize,
    /// At which task.
    pub task: Task,
    /// How.
    pub fate: Fate,
    /// What a read finds.
    pub found: Option<Object>,
}

/// How far a run is: the task it is at, or how it ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum At {
    /// It has not begun.
    #[default]
    Read,
    /// It is at one of the four steps.
    Step(Step),
    /// It came to its end, whatever it swallowed.
    Done,
    /// It failed, died, or was not let in.
    Broken,
}

impl At {
    /// [`At::how_far`] of a run that has ended.
    pub const FAREST: usize = 5;

    /// How many tasks lie behind.
    pub fn how_far(self) -> usize {
        match self {
            Self::Read => 0,
            Self::Step(step) => usize::from(step.number()),
            Self::Done | Self::Broken => Self::FAREST,
        }
    }
}

/// One run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Run {
    /// How far it is.
    pub at: At,
    /// The object it hands down, as it read it.
    pub first: Option<Object>,
    /// For a rollback: the labels of the first and the field as it found them.
    undo: Option<(bool, bool, Option<Object>)>,
}

/// Labels, fields and runs at one moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct State {
    /// Objects that exist.
    pub exist: Objects,
    /// Objects that bear "Active".
    pub active: Objects,
    /// Objects that bear "Active Attested".
    pub attested: Objects,
    /// Objects that have ever borne "Active Attested".
    pub known: Objects,
    /// Where `credentialing_active_attested_id` points.
    pub attested_field: Option<Object>,
    /// Where `credentialing_hubspot_id` points.
    pub hubspot_field: Option<Object>,
    /// The runs; those beyond [`Setting::runs`] never begin.
    pub runs: [Run; MOST_RUNS],
}

/// The document's initial state: the first object is attested, the second does not exist.
pub fn init() -> State {
    State { exist: 1, attested: 1, known: 1, attested_field: Some(0), ..State::default() }
}

/// All that can happen next, in a fixed order; nothing once every run has ended.
pub fn actions(state: &State, setting: &Setting) -> Vec<Action> {
    let mut actions = Vec::new();
    for run in 0..setting.runs {
        let act = |task, fate, found| Action { run, task, fate, found };
        match state.runs[run].at {
            At::Read if is_refused(state, setting, run) => {
                actions.push(act(Task::Read, Fate::IsRefused, None));
            }
            At::Read if setting.mitigations.has(Mitigation::Lock) && is_any_in_flight(state) => {}
            At::Read if state.attested == 0 => actions.push(act(Task::Read, Fate::Succeeds, None)),
            At::Read => {
                let found = members(state.attested);
                actions.extend(found.map(|it| act(Task::Read, Fate::Succeeds, Some(it))));
            }
            At::Step(step) => {
                let task = task(step, setting.mitigations);
                let fates = [Fate::Succeeds, Fate::IsSwallowed, Fate::Aborts, Fate::Dies];
                let can = |fate: &Fate| can_be(state, setting.mitigations, run, task, *fate);
                actions.extend(fates.into_iter().filter(can).map(|fate| act(task, fate, None)));
            }
            At::Done | At::Broken => {}
        }
    }
    actions
}

/// What comes of an action.
pub fn step(state: &State, setting: &Setting, action: &Action) -> State {
    let mut next = *state;
    let (run, mitigations) = (action.run, setting.mitigations);
    match (action.fate, action.task) {
        (Fate::Succeeds, Task::Read) => next.runs[run].first = action.found,
        (Fate::Succeeds, Task::Step(step)) => take(&mut next, mitigations, run, step),
        (Fate::Succeeds, Task::HandOver) => hand_over(&mut next, mitigations, run),
        (Fate::Aborts, _) if mitigations.has(Mitigation::Rollback) => roll_back(&mut next, run),
        _ => {}
    }
    next.runs[run].at = match action.fate {
        Fate::Succeeds | Fate::IsSwallowed => after(action.task, next.runs[run].first.is_some()),
        Fate::Aborts | Fate::Dies | Fate::IsRefused => At::Broken,
    };
    if is_over(next.runs[run].at) {
        // What a run knew is gone with it.
        next.runs[run] = Run { at: next.runs[run].at, ..Run::default() };
    }
    next
}

/// The object that a run creates.
pub fn second(run: usize) -> Object {
    u8::try_from(run + 1).unwrap_or(u8::MAX)
}

/// The members of a set, ascending.
pub fn members(objects: Objects) -> impl Iterator<Item = Object> {
    (0..8).filter(move |object| objects & bit(*object) != 0)
}

/// Whether a set has an object.
pub fn has(objects: Objects, object: Object) -> bool {
    objects & bit(object) != 0
}

fn bit(object: Object) -> Objects {
    1 << object
}

/// With atomic label changes, what begins at step 2 (at step 4 where nothing was attested) is the
/// whole hand-over.
fn task(step: Step, mitigations: Mitigations) -> Task {
    let is_change = step != Step::Create;
    if is_change && mitigations.has(Mitigation::Atomic) { Task::HandOver } else { Task::Step(step) }
}

fn after(task: Task, has_first: bool) -> At {
    match task {
        Task::Read => At::Step(Step::Create),
        Task::Step(Step::Create) if has_first => At::Step(Step::Activate),
        Task::Step(Step::Activate) => At::Step(Step::Unattest),
        Task::Step(Step::Create | Step::Unattest) => At::Step(Step::Attest),
        Task::Step(Step::Attest) | Task::HandOver => At::Done,
    }
}

fn is_over(at: At) -> bool {
    matches!(at, At::Done | At::Broken)
}

fn is_any_in_flight(state: &State) -> bool {
    state.runs.iter().any(|run| matches!(run.at, At::Step(_)))
}

/// With deduplication a duplicate gets in only as a retry: when every run of its job so far has
/// ended, and none of them well.
fn is_refused(state: &State, setting: &Setting, run: usize) -> bool {
    let is_of_job = |other: usize| other == 0 || other >= setting.requests;
    let others = (0..setting.runs).filter(|other| *other != run && is_of_job(*other));
    let stands_in_the_way = |other: usize| match state.runs[other].at {
        At::Done | At::Step(_) => true,
        At::Read => other == 0,
        At::Broken => false,
    };
    setting.mitigations.has(Mitigation::Dedup)
        && run >= setting.requests
        && others.into_iter().any(stands_in_the_way)
}

/// Whether a task can go that way. Nothing can be attested that was not created; a run that can
/// roll back swallows nothing; one that validates stops where the last step would end badly.
fn can_be(state: &State, mitigations: Mitigations, run: usize, task: Task, fate: Fate) -> bool {
    let is_last = matches!(task, Task::HandOver | Task::Step(Step::Attest));
    match fate {
        Fate::Succeeds if is_last => {
            has(state.exist, second(run))
                && (!mitigations.has(Mitigation::Validate) || is_well_after(state, run, task))
        }
        Fate::IsSwallowed => !mitigations.has(Mitigation::Rollback),
        Fate::Succeeds | Fate::Aborts | Fate::Dies | Fate::IsRefused => true,
    }
}

/// Whether the last task would leave this run's second object alone attested, and its first, which
/// must still be the attested one if the task is to hand it over, Active.
fn is_well_after(state: &State, run: usize, task: Task) -> bool {
    let first = state.runs[run].first;
    if task == Task::HandOver {
        return state.attested == first.map_or(0, bit);
    }
    state.attested == 0 && first.is_none_or(|first| has(state.active, first))
}

fn take(state: &mut State, mitigations: Mitigations, run: usize, step: Step) {
    let second = second(run);
    match (step, state.runs[run].first) {
        (Step::Create, _) => state.exist |= bit(second),
        (Step::Activate, Some(first)) => {
            note(state, mitigations, run, first);
            state.active |= bit(first);
            state.hubspot_field = Some(first);
        }
        (Step::Unattest, Some(first)) => {
            note(state, mitigations, run, first);
            state.attested &= !bit(first);
        }
        (Step::Activate | Step::Unattest, None) => {}
        (Step::Attest, _) => {
            state.attested |= bit(second);
            state.known |= bit(second);
            state.attested_field = Some(second);
        }
    }
}

fn hand_over(state: &mut State, mitigations: Mitigations, run: usize) {
    for step in [Step::Activate, Step::Unattest, Step::Attest] {
        take(state, mitigations, run, step);
    }
}

/// A run that can roll back notes how it found what it changes.
fn note(state: &mut State, mitigations: Mitigations, run: usize, first: Object) {
    let found = (has(state.active, first), has(state.attested, first), state.hubspot_field);
    if mitigations.has(Mitigation::Rollback) {
        state.runs[run].undo.get_or_insert(found);
    }
}

/// Puts the first object and the field back as they were found, whatever others did meanwhile, and
/// removes the second. The rollback itself is taken to succeed.
fn roll_back(state: &mut State, run: usize) {
    if let (Some(first), Some((active, attested, field))) =
        (state.runs[run].first, state.runs[run].undo)
    {
        let set = |objects: Objects, is: bool| {
            if is { objects | bit(first) } else { objects & !bit(first) }
        };
        state.active = set(state.active, active);
        state.attested = set(state.attested, attested);
        state.hubspot_field = field;
    }
    state.exist &= !bit(second(run));
}
