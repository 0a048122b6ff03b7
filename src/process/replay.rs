//! What a log leaves possible: the worker's model led along the lines that a log shows.
//!
//! A log shows some of what runs do, in order: that a step was done or failed, that a run began or
//! ended. Between two lines anything may happen that no line tells: reads always, steps that are
//! not logged, deaths. So the replay carries the *set* of states that fit all lines so far; a line
//! that fits none of them makes the history impossible. The same three functions that are explored
//! decide here what can follow; there is no second model. Sources: design.md §6; the power-set
//! construction of porcupine.

use std::collections::BTreeSet;

use hashbrown::HashSet;

use crate::model::Step;
use crate::process::mitigation::Mitigation;
use crate::process::worker::Action;
use crate::process::worker::At;
use crate::process::worker::Fate;
use crate::process::worker::Object;
use crate::process::worker::Setting;
use crate::process::worker::State;
use crate::process::worker::Task;
use crate::process::worker::actions;
use crate::process::worker::has;
use crate::process::worker::second;
use crate::process::worker::step;

/// One line, as far as the model is concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sight {
    /// Of which run.
    pub run: usize,
    /// What it shows.
    pub what: Seen,
}

/// What a line shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seen {
    /// The run began: it did nothing before.
    Begins,
    /// A step was done; steps 2 and 3 on the object that the run had read.
    Does(Step, Option<Object>),
    /// A step failed.
    Fails(Step),
    /// The run ended: it does nothing any more.
    Ends,
}

/// Something that must not have happened unseen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Barred {
    /// That a run did a step that no line shows.
    Step(usize, Step),
    /// That a run read before so many lines were written.
    ReadBefore(usize, usize),
}

/// What comes of leading the model along a log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Replayed {
    /// The states it can have ended in, all that is unlogged included.
    Possible(BTreeSet<State>),
    /// No history of the model shows these lines: this one, by its place, cannot follow.
    Impossible(usize),
    /// More states fit than are carried.
    TooMany,
}

/// Whether steps may have failed without a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unseen {
    /// What no line tells of is taken to have done what it should: the absence of a line is not
    /// evidence of a failure.
    Works,
    /// What no line tells of may have failed too.
    MayFail,
}

/// States carried at most. Four runs without a line on any read stay below.
const CARRIED: usize = 60_000;

/// Leads the model along a log.
pub fn replay(
    starts: &[State],
    setting: &Setting,
    sights: &[Sight],
    unseen: Unseen,
    barred: Option<Barred>,
) -> Replayed {
    let lines = Lines { setting, sights, unseen, barred };
    let mut states: HashSet<State> = starts.iter().copied().collect();
    for at in 0..sights.len() {
        if !lines.close(&mut states, at) {
            return Replayed::TooMany;
        }
        let next: HashSet<State> =
            states.iter().flat_map(|state| lines.follow(state, at)).collect();
        if next.is_empty() {
            return Replayed::Impossible(at);
        }
        states = next;
    }
    if !lines.close(&mut states, sights.len()) {
        return Replayed::TooMany;
    }
    Replayed::Possible(states.into_iter().collect())
}

struct Lines<'a> {
    setting: &'a Setting,
    sights: &'a [Sight],
    unseen: Unseen,
    barred: Option<Barred>,
}

impl Lines<'_> {
    /// Adds all that can come of these states before the next line; false if it is too much.
    fn close(&self, states: &mut HashSet<State>, at: usize) -> bool {
        let mut open: Vec<State> = states.iter().copied().collect();
        while let Some(state) = open.pop() {
            for action in actions(&state, self.setting) {
                if !self.may_be_unseen(&action, at) {
                    continue;
                }
                let next = step(&state, self.setting, &action);
                if states.insert(next) {
                    open.push(next);
                }
            }
            if states.len() > CARRIED {
                return false;
            }
        }
        true
    }

    /// Whether an action can have happened before a line without one of its own.
    fn may_be_unseen(&self, action: &Action, at: usize) -> bool {
        let of_run = |sight: &&Sight| sight.run == action.run;
        let mut ahead = self.sights[at..].iter().filter(of_run);
        if ahead.clone().any(|sight| sight.what == Seen::Begins) {
            return false;
        }
        let is_barred = match (self.barred, action.task, action.fate) {
            (Some(Barred::Step(run, step)), Task::Step(own), Fate::Succeeds) => {
                run == action.run && step == own
            }
            (Some(Barred::Step(run, step)), Task::HandOver, Fate::Succeeds) => {
                run == action.run && step != Step::Create
            }
            (Some(Barred::ReadBefore(run, line)), Task::Read, _) => run == action.run && at < line,
            _ => false,
        };
        let is_over = self.sights[..at].iter().filter(of_run).any(|it| it.what == Seen::Ends);
        let fails = matches!(action.fate, Fate::IsSwallowed | Fate::Aborts);
        let is_barred = is_barred || (fails && self.unseen == Unseen::Works);
        if is_barred || (is_over && action.fate != Fate::Dies) {
            return false;
        }
        match action.fate {
            // A run of which more is to be seen goes on.
            Fate::Dies | Fate::Aborts | Fate::IsRefused => {
                ahead.all(|sight| action.fate == Fate::Aborts && sight.what == Seen::Ends)
            }
            Fate::Succeeds if action.task == Task::HandOver => {
                let changes = |sight: &Sight| matches!(sight.what, Seen::Does(step, _) if step != Step::Create);
                let has_begun = self.sights[..at].iter().filter(of_run).any(changes);
                let fails = ahead.clone().any(|sight| matches!(sight.what, Seen::Fails(_)));
                let creates = |sight: &Sight| matches!(sight.what, Seen::Does(Step::Create, _));
                !fails && !ahead.clone().any(creates) && (has_begun || !ahead.any(changes))
            }
            Fate::Succeeds | Fate::IsSwallowed => {
                let is_passed = |seen: Step| match action.task {
                    Task::Read => false,
                    Task::Step(step) => seen <= step,
                    Task::HandOver => true,
                };
                !ahead.any(|sight| match sight.what {
                    Seen::Does(step, _) | Seen::Fails(step) => is_passed(step),
                    Seen::Begins | Seen::Ends => false,
                })
            }
        }
    }

    /// The states after a line; none if the line cannot follow.
    fn follow(&self, state: &State, at: usize) -> Vec<State> {
        let Sight { run, what } = self.sights[at];
        let stays = |can: bool| if can { vec![*state] } else { Vec::new() };
        match what {
            Seen::Begins => stays(state.runs[run].at == At::Read),
            Seen::Ends => stays(matches!(state.runs[run].at, At::Done | At::Broken)),
            Seen::Does(step, first) => self.does(state, run, step, first).into_iter().collect(),
            Seen::Fails(failed) => {
                // It goes on if a line shows more of it than its end.
                let mut ahead = self.sights[at + 1..].iter().filter(|sight| sight.run == run);
                let goes_on = ahead.any(|sight| sight.what != Seen::Ends);
                let fates = [Fate::IsSwallowed, Fate::Aborts].into_iter();
                let fates = fates.filter(|fate| !goes_on || *fate != Fate::Aborts);
                fates.filter_map(|fate| self.act(state, run, failed, fate)).collect()
            }
        }
    }

    fn does(&self, state: &State, run: usize, step: Step, first: Option<Object>) -> Option<State> {
        let hands_down = matches!(step, Step::Activate | Step::Unattest);
        if self.setting.mitigations.has(Mitigation::Atomic) && step != Step::Create {
            // A line is written before its transaction is committed, or after.
            let is_begun = matches!(state.runs[run].at, At::Step(step) if step != Step::Create);
            let is_known = !hands_down || first.is_none() || state.runs[run].first == first;
            let is_committed = state.runs[run].at == At::Done && has(state.known, second(run));
            return ((is_begun && is_known) || is_committed).then_some(*state);
        }
        if hands_down && state.runs[run].first.is_none_or(|own| first.is_some_and(|it| it != own)) {
            return None;
        }
        self.act(state, run, step, Fate::Succeeds)
    }

    /// Takes the action of a run at a step, if it is one that can follow.
    fn act(&self, state: &State, run: usize, wanted: Step, fate: Fate) -> Option<State> {
        let is_it = |action: &&Action| {
            let is_task = match action.task {
                Task::Step(step) => step == wanted,
                Task::HandOver => wanted != Step::Create,
                Task::Read => false,
            };
            action.run == run && action.fate == fate && is_task
        };
        let actions = actions(state, self.setting);
        let action = actions.iter().find(is_it)?;
        Some(step(state, self.setting, action))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::process::Mitigations;
    use crate::process::explore;
    use crate::process::init;

    fn free(runs: usize) -> Setting {
        Setting { runs, requests: 1, mitigations: Mitigations::NONE }
    }

    /// All that a run of the model would log of a path; reads and deaths it does not.
    fn logged(path: &[Action], setting: &Setting) -> Vec<Sight> {
        let mut state = init();
        let mut sights = Vec::new();
        for action in path {
            let before = state;
            state = step(&state, setting, action);
            let Task::Step(of) = action.task else { continue };
            let first = before.runs[action.run].first;
            let what = match action.fate {
                Fate::Succeeds => Seen::Does(of, first),
                Fate::IsSwallowed | Fate::Aborts => Seen::Fails(of),
                Fate::Dies | Fate::IsRefused => continue,
            };
            sights.push(Sight { run: action.run, what });
        }
        sights
    }

    #[test]
    fn what_the_model_does_is_possible_and_ends_as_it_does() {
        for runs in 1..=2 {
            for end in explore(&free(runs)).ends {
                let sights = logged(&end.path, &free(runs));
                let Replayed::Possible(ends) =
                    replay(&[init()], &free(runs), &sights, Unseen::MayFail, None)
                else {
                    panic!("{:?}", end.path);
                };
                assert!(ends.contains(&end.state), "{:?}", end.path);
            }
        }
    }

    #[test]
    fn a_line_less_leaves_no_less_possible() {
        for end in explore(&free(2)).ends {
            let sights = logged(&end.path, &free(2));
            let whole = replay(&[init()], &free(2), &sights, Unseen::MayFail, None);
            let Replayed::Possible(whole) = whole else { panic!("{:?}", end.path) };
            for gone in 0..sights.len() {
                let mut left = sights.clone();
                left.remove(gone);
                let Replayed::Possible(more) =
                    replay(&[init()], &free(2), &left, Unseen::MayFail, None)
                else {
                    panic!("{:?} without {gone}", end.path);
                };
                assert!(whole.is_subset(&more), "{:?} without {gone}", end.path);
            }
        }
    }

    #[test]
    fn nobody_hands_down_what_was_not_attested_when_he_could_read() {
        let hands = |run, object| Sight { run, what: Seen::Does(Step::Activate, Some(object)) };
        let attests = |run| Sight { run, what: Seen::Does(Step::Attest, None) };
        let sights = [hands(0, 0), attests(0), hands(1, 0)];
        let is_possible = |barred| {
            matches!(
                replay(&[init()], &free(2), &sights, Unseen::MayFail, barred),
                Replayed::Possible(_)
            )
        };
        assert!(is_possible(None));
        // Once the first run had taken the label away and attested its own, the second had read.
        assert!(is_possible(Some(Barred::ReadBefore(1, 1))));
        let unattests = Sight { run: 0, what: Seen::Does(Step::Unattest, Some(0)) };
        let sights = [hands(0, 0), unattests, attests(0), hands(1, 0)];
        let late = Some(Barred::ReadBefore(1, 2));
        assert_eq!(
            replay(&[init()], &free(2), &sights, Unseen::MayFail, late),
            Replayed::Impossible(3)
        );
        let own = [hands(0, second(0))];
        assert_eq!(
            replay(&[init()], &free(1), &own, Unseen::MayFail, None),
            Replayed::Impossible(0)
        );
    }

    #[test]
    fn a_lock_forbids_what_only_a_race_can_write() {
        let setting = |it| Setting { mitigations: Mitigations::NONE.with(it), ..free(2) };
        let hands = |run| Sight { run, what: Seen::Does(Step::Activate, Some(0)) };
        let unattests = Sight { run: 0, what: Seen::Does(Step::Unattest, Some(0)) };
        let attests = |run| Sight { run, what: Seen::Does(Step::Attest, None) };
        let race = [hands(0), hands(1), unattests, attests(0), attests(1)];
        assert!(matches!(
            replay(&[init()], &free(2), &race, Unseen::MayFail, None),
            Replayed::Possible(_)
        ));
        assert!(matches!(
            replay(&[init()], &setting(Mitigation::Lock), &race, Unseen::MayFail, None),
            Replayed::Impossible(_)
        ));
        // Two transactions may be logged in turns, and both be committed.
        let atomic = replay(&[init()], &setting(Mitigation::Atomic), &race, Unseen::MayFail, None);
        assert!(matches!(atomic, Replayed::Possible(_)));
        let partial = [hands(0), Sight { run: 0, what: Seen::Fails(Step::Unattest) }, attests(0)];
        let atomic =
            replay(&[init()], &setting(Mitigation::Atomic), &partial, Unseen::MayFail, None);
        assert_eq!(atomic, Replayed::Impossible(2));
    }
}
