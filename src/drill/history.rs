//! Histories: the process model acted out, with a clock.

use crate::drill::MILLI;
use crate::drill::dice::Dice;
use crate::drill::plot::Part;
use crate::drill::plot::Plot;
use crate::model::Field;
use crate::model::Label;
use crate::model::Step;
use crate::process::Action;
use crate::process::At;
use crate::process::Fate;
use crate::process::MOST_RUNS;
use crate::process::Mitigations;
use crate::process::Object;
use crate::process::Setting;
use crate::process::State;
use crate::process::Task;
use crate::process::actions;
use crate::process::init;
use crate::process::second;
use crate::process::step;

/// What one line tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Told {
    /// A run began.
    Started,
    /// A run ended, well or not.
    Ended(bool),
    /// An object was created.
    Created(u64),
    /// A field was written.
    Assigned(Field, u64),
    /// A label was added.
    Labelled(Label, u64),
    /// A label was removed.
    Unlabelled(Label, u64),
    /// A step failed, on an object if there is one.
    Failed(Step, Option<u64>),
}

impl Told {
    /// The message, in the words of the worker.
    pub(super) fn message(&self, therapist: u64) -> String {
        let said = match self {
            Self::Started | Self::Ended(_) => return String::new(),
            Self::Created(object) => format!("created HubSpot credentialing object {object}"),
            Self::Assigned(field, object) => format!("{}={object}", field.name()),
            Self::Labelled(label, object) => {
                format!("label \"{}\" added to object {object}", label.name())
            }
            Self::Unlabelled(label, object) => {
                format!("label \"{}\" removed from object {object}", label.name())
            }
            Self::Failed(step, object) => failure(*step, *object),
        };
        format!("therapist_id={therapist} {said}")
    }
}

fn failure(step: Step, object: Option<u64>) -> String {
    let object = object.map_or_else(String::new, |object| format!(" {object}"));
    match step {
        Step::Create => "failed to create HubSpot credentialing object: 500".to_owned(),
        Step::Activate => format!("failed to add label \"Active\" to object{object}: 429"),
        Step::Unattest => {
            format!("failed to remove label \"Active Attested\" from object{object}: 429")
        }
        Step::Attest => format!("failed to add label \"Active Attested\" to object{object}: 429"),
    }
}

/// One line to be.
#[derive(Clone, Debug)]
pub(super) struct Act {
    /// When, in nanoseconds since the epoch.
    pub(super) at: i64,
    /// By which of the history's runs.
    pub(super) run: usize,
    pub(super) told: Told,
}

/// One run of a history.
#[derive(Clone, Debug)]
pub(super) struct Run {
    pub(super) begin: i64,
    pub(super) end: i64,
    pub(super) jid: String,
    pub(super) host: u64,
    pub(super) pid: u64,
    pub(super) tid: String,
    /// How it ended; `None` if it died.
    pub(super) is_well: Option<bool>,
    /// The earlier run whose job it performs.
    pub(super) again: Option<usize>,
    /// Steps that failed.
    pub(super) failed: Vec<Step>,
    /// Whether the log tells where its first object came from.
    pub(super) is_sign_up: bool,
    /// Whether it found no object attested.
    pub(super) has_no_first: bool,
}

/// What happened to one therapist.
#[derive(Clone, Debug)]
pub(super) struct History {
    pub(super) therapist: u64,
    pub(super) plot: Plot,
    pub(super) acts: Vec<Act>,
    pub(super) runs: Vec<Run>,
    /// The model's state after each of its actions, with the time.
    pub(super) states: Vec<(i64, State)>,
    pub(super) setting: Setting,
    /// HubSpot's ids of the model's objects.
    pub(super) objects: [u64; MOST_RUNS + 1],
}

/// Two lines of one step are this far apart, in nanoseconds.
const APART: i64 = MILLI;

impl History {
    /// Acts a plot out, beginning at a time.
    pub(super) fn write(therapist: u64, plot: Plot, begin: i64, dice: &mut Dice) -> Self {
        let parts = plot.parts(dice);
        let again = parts.iter().filter(|part| part.again.is_some()).count();
        let requests = if plot.is_bad() { 1 } else { parts.len() - again };
        let setting = Setting { runs: parts.len(), requests, mitigations: Mitigations::NONE };
        let mut objects = [0; MOST_RUNS + 1];
        for object in &mut objects {
            *object = 30_200_000_000 + dice.below(100_000_000) * 8;
        }
        // Apart from one another, and in no order.
        (0..objects.len()).for_each(|at| objects[at] += at as u64);
        let mut history = Self {
            therapist,
            plot,
            acts: Vec::new(),
            runs: Vec::new(),
            states: vec![(begin, init())],
            setting,
            objects,
        };
        let mut begin = begin;
        if dice.below(2) == 0 {
            history.sign_up(begin, dice);
            begin += dice.between(600_000, 7_200_000) * MILLI;
        }
        history.act_out(&parts, begin, dice);
        history.acts.sort_by_key(|act| act.at);
        history
    }

    /// The run that made and attested the first object.
    fn sign_up(&mut self, begin: i64, dice: &mut Dice) {
        let run = self.begin(None, begin, dice);
        self.runs[run].is_sign_up = true;
        let first = self.objects[0];
        let mut at = begin;
        for told in [
            Told::Created(first),
            Told::Labelled(Label::ActiveAttested, first),
            Told::Assigned(Field::ActiveAttested, first),
        ] {
            at += dice.between(60, 400) * MILLI;
            self.acts.push(Act { at, run, told });
        }
        self.end(run, at + dice.between(5, 50) * MILLI, true);
    }

    fn begin(&mut self, again: Option<usize>, begin: i64, dice: &mut Dice) -> usize {
        let jid = again.map_or_else(|| dice.hex(24), |run| self.runs[run].jid.clone());
        self.acts.push(Act { at: begin, run: self.runs.len(), told: Told::Started });
        self.runs.push(Run {
            begin,
            end: begin,
            jid,
            host: dice.below(3),
            pid: 4 + dice.below(3),
            tid: dice.hex(3),
            is_well: None,
            again,
            failed: Vec::new(),
            is_sign_up: false,
            has_no_first: false,
        });
        self.runs.len() - 1
    }

    fn end(&mut self, run: usize, at: i64, is_well: bool) {
        self.acts.push(Act { at, run, told: Told::Ended(is_well) });
        self.runs[run].end = at;
        self.runs[run].is_well = Some(is_well);
    }

    /// Lets the runs take their tasks in the order of their clocks.
    fn act_out(&mut self, parts: &[Part], begin: i64, dice: &mut Dice) {
        let mut next: Vec<i64> = parts.iter().map(|part| begin + part.start * MILLI).collect();
        let mut run_of: Vec<Option<usize>> = vec![None; parts.len()];
        let mut state = init();
        let mut now = begin;
        loop {
            let open = (0..parts.len()).filter(|part| !is_over(state.runs[*part].at));
            let Some(part) = open.min_by_key(|part| next[*part]) else { return };
            // No two tasks at once: the lines of one do not interleave with those of another.
            now = next[part].max(now + 3 * APART);
            let run = *run_of[part].get_or_insert_with(|| {
                let again = parts[part].again.and_then(|other| run_of_before(&self.runs, other));
                self.begin(again, now, dice)
            });
            now += APART;
            let action = choose(&state, &self.setting, part, &parts[part].slips, dice);
            state = step(&state, &self.setting, &action);
            self.states.push((now, state));
            self.tell(run, now, &action, &state_before(&self.states));
            if is_over(state.runs[part].at) && action.fate != Fate::Dies {
                let at = now + 3 * APART;
                self.end(run, at, action.fate != Fate::Aborts);
                now = at;
            }
            let [low, high] = parts[part].pace;
            next[part] = now + dice.between(low, high) * MILLI;
            self.runs[run].end = self.runs[run].end.max(now);
        }
    }

    /// What a run logs of an action; a read and a death say nothing.
    fn tell(&mut self, run: usize, at: i64, action: &Action, before: &State) {
        let Task::Step(step) = action.task else {
            self.runs[run].has_no_first = action.found.is_none();
            return;
        };
        let name = |object: Object| self.objects[usize::from(object)];
        let first = before.runs[action.run].first.map(name);
        let own = second(action.run);
        let new = crate::process::has(before.exist, own).then(|| name(own));
        let told = match (action.fate, step, first) {
            (Fate::Dies, ..) | (Fate::Succeeds, Step::Activate | Step::Unattest, None) => vec![],
            (Fate::Succeeds, Step::Create, _) => vec![Told::Created(name(own))],
            (Fate::Succeeds, Step::Activate, Some(first)) => {
                vec![Told::Labelled(Label::Active, first), Told::Assigned(Field::Hubspot, first)]
            }
            (Fate::Succeeds, Step::Unattest, Some(first)) => {
                vec![Told::Unlabelled(Label::ActiveAttested, first)]
            }
            (Fate::Succeeds, Step::Attest, _) => vec![
                Told::Labelled(Label::ActiveAttested, name(own)),
                Told::Assigned(Field::ActiveAttested, name(own)),
            ],
            (_, Step::Create, _) => vec![Told::Failed(step, None)],
            (_, Step::Attest, _) => vec![Told::Failed(step, new)],
            (_, Step::Activate | Step::Unattest, _) => vec![Told::Failed(step, first)],
        };
        if matches!(action.fate, Fate::IsSwallowed | Fate::Aborts) {
            self.runs[run].failed.push(step);
        }
        for (place, told) in told.into_iter().enumerate() {
            let at = at + APART * i64::try_from(place).unwrap_or(0);
            self.acts.push(Act { at, run, told });
        }
    }

    /// The state in which it ended.
    pub(super) fn last(&self) -> State {
        self.states.last().map_or_else(init, |(_, state)| *state)
    }
}

fn is_over(at: At) -> bool {
    matches!(at, At::Done | At::Broken)
}

/// The state before the last action.
fn state_before(states: &[(i64, State)]) -> State {
    states.iter().rev().nth(1).map_or_else(init, |(_, state)| *state)
}

/// The run of an earlier part: sign-ups stand before all parts.
fn run_of_before(runs: &[Run], part: usize) -> Option<usize> {
    let sign_ups = runs.iter().filter(|run| run.is_sign_up).count();
    Some(part + sign_ups).filter(|run| *run < runs.len())
}

/// The planned fate of the run's next task, else success, else what is left: nothing can be
/// attested that was not created.
fn choose(
    state: &State,
    setting: &Setting,
    part: usize,
    slips: &[(Step, Fate)],
    dice: &mut Dice,
) -> Action {
    let mut can = actions(state, setting);
    can.retain(|action| action.run == part);
    let is_planned = |action: &&Action| {
        slips.iter().any(|(step, fate)| action.task == Task::Step(*step) && action.fate == *fate)
    };
    let planned: Vec<Action> = can.iter().filter(is_planned).copied().collect();
    let good = can.iter().filter(|action| action.fate == Fate::Succeeds).copied();
    let good: Vec<Action> = good.collect();
    let swallowed = can.iter().filter(|action| action.fate == Fate::IsSwallowed).copied();
    let swallowed: Vec<Action> = swallowed.collect();
    let choice = [planned, good, swallowed, can].into_iter().find(|list| !list.is_empty());
    dice.pick(&choice.unwrap_or_default())
}
