//! What the worker's model makes of a timeline: what must have happened unseen, until when a run
//! must have read what it handed down, and which mitigation would have made the history impossible.
//!
//! Takes a [`Timeline`], gives an [`Account`]; the model itself stands in `process`. Objects and
//! runs of the log are matched with those of the model; where they cannot be, the account says why
//! and claims nothing.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use crate::model::Event;
use crate::model::EventKind;
use crate::model::ObjectId;
use crate::model::Step;
use crate::process::Barred;
use crate::process::MOST_RUNS;
use crate::process::Mitigation;
use crate::process::Mitigations;
use crate::process::Object;
use crate::process::Replayed;
use crate::process::Seen;
use crate::process::Setting;
use crate::process::Sight;
use crate::process::State;
use crate::process::Unseen;
use crate::process::init;
use crate::process::replay;
use crate::process::second;
use crate::timeline::Handoff;
use crate::timeline::Timeline;
use crate::timeline::run_handoff;

/// What the model makes of a timeline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// What each run that took a step did, by its place in the timeline.
    pub runs: Vec<Deeds>,
    /// How the model can write the log at all.
    pub fit: Fit,
    /// Whether what stood before the log is open: no line names the object that was attested then.
    pub is_start_open: bool,
    /// What each mitigation would have come to.
    pub mitigations: Vec<(Mitigation, Effect)>,
    /// The runs taken for duplicates of an earlier one, by their places.
    pub duplicates: Vec<usize>,
}

/// What one run did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deeds {
    /// Its place in the timeline.
    pub run: usize,
    /// Steps that lines show.
    pub seen: Vec<Step>,
    /// Steps that lines show to fail.
    pub failed: Vec<Step>,
    /// Steps that it must have done though no line shows them.
    pub unseen: Vec<Step>,
    /// Steps of which the log does not tell whether it did them.
    pub open: Vec<Step>,
    /// The event before which it must have read which object to hand down, where that is earlier
    /// than its own first step.
    pub read_before: Option<usize>,
}

/// How a log fits the model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fit {
    /// It can be written by runs of which nothing unlogged failed.
    AsLogged,
    /// Something must have failed that no line shows.
    FailedUnseen,
    /// No history of the model has this event here.
    Never(usize),
    /// Log and model cannot be matched, for this reason.
    Unmatched(&'static str),
}

/// What a mitigation would have come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// This event could not have followed, whatever happened unseen.
    Stops(usize),
    /// This event could not have followed, unless something failed unseen.
    StopsUnlessFailed(usize),
    /// The same could have happened all the same.
    Leaves,
    /// Too many histories to look at.
    Unknown,
}

/// Accounts for a timeline.
pub fn account(timeline: &Timeline) -> Account {
    match Matched::of(timeline) {
        Ok(matched) => matched.account(),
        Err(reason) => Account {
            runs: deeds(timeline),
            fit: Fit::Unmatched(reason),
            is_start_open: false,
            mitigations: Vec::new(),
            duplicates: Vec::new(),
        },
    }
}

/// What lines show of each run that took a step.
fn deeds(timeline: &Timeline) -> Vec<Deeds> {
    let runs = timeline.runs.iter().enumerate();
    let acting = runs.filter(|(_, run)| !run.steps.is_empty() || !run.failed_steps.is_empty());
    let deeds = acting.map(|(at, run)| Deeds {
        run: at,
        seen: run.steps.clone(),
        failed: run.failed_steps.clone(),
        unseen: Vec::new(),
        open: Vec::new(),
        read_before: None,
    });
    deeds.collect()
}

/// A timeline in the terms of the model.
struct Matched {
    deeds: Vec<Deeds>,
    /// The model's number of each of them.
    numbers: Vec<usize>,
    sights: Vec<Sight>,
    /// The event of each sight.
    events: Vec<usize>,
    starts: Vec<State>,
    requests: usize,
}

impl Matched {
    fn of(timeline: &Timeline) -> Result<Self, &'static str> {
        let deeds = deeds(timeline);
        if deeds.len() > MOST_RUNS {
            return Err("more runs took part than the model is led along");
        }
        let handoffs: Vec<Handoff> = deeds
            .iter()
            .map(|deeds| run_handoff(&timeline.events, &timeline.runs[deeds.run]))
            .collect();
        let numbers = numbers(&handoffs);
        let objects = objects(&handoffs, &numbers)?;
        let is_start_open = !objects.values().any(|object| *object == 0);
        let (sights, events) = sights(timeline, &deeds, &numbers, &objects);
        let mut starts = vec![init()];
        if is_start_open {
            starts.push(State::default());
        }
        let lead = handoffs.iter().position(|handoff| !handoff.firsts.is_empty()).unwrap_or(0);
        Ok(Self { deeds, numbers, sights, events, starts, requests: lead + 1 })
    }

    fn setting(&self, mitigations: Mitigations) -> Setting {
        Setting { runs: self.deeds.len(), requests: self.requests, mitigations }
    }

    fn replay(&self, mitigations: Mitigations, unseen: Unseen, barred: Option<Barred>) -> Replayed {
        replay(&self.starts, &self.setting(mitigations), &self.sights, unseen, barred)
    }

    fn account(self) -> Account {
        let plain = |unseen| self.replay(Mitigations::NONE, unseen, None);
        let (fit, unseen) = match plain(Unseen::Works) {
            Replayed::Possible(_) => (Fit::AsLogged, Unseen::Works),
            Replayed::TooMany => (Fit::Unmatched("too many histories fit"), Unseen::Works),
            Replayed::Impossible(_) => match plain(Unseen::MayFail) {
                Replayed::Possible(_) => (Fit::FailedUnseen, Unseen::MayFail),
                Replayed::TooMany => (Fit::Unmatched("too many histories fit"), Unseen::MayFail),
                Replayed::Impossible(at) => (Fit::Never(self.events[at]), Unseen::MayFail),
            },
        };
        let is_told = matches!(fit, Fit::AsLogged | Fit::FailedUnseen);
        let mut runs = self.deeds.clone();
        let mut mitigations = Vec::new();
        if is_told {
            for (deeds, number) in runs.iter_mut().zip(&self.numbers) {
                self.complete(deeds, *number, unseen);
            }
            mitigations = Mitigation::ALL.map(|it| (it, self.effect(it))).to_vec();
        }
        let duplicates = runs.iter().zip(&self.numbers);
        let duplicates =
            duplicates.filter(|(_, number)| **number >= self.requests).map(|(deeds, _)| deeds.run);
        Account {
            duplicates: duplicates.collect(),
            runs,
            fit,
            is_start_open: self.starts.len() > 1,
            mitigations,
        }
    }

    /// Asks of each step that no line shows whether the history can do without it, and how late the
    /// run can have read.
    fn complete(&self, deeds: &mut Deeds, number: usize, unseen: Unseen) {
        let can = |barred| {
            !matches!(self.replay(Mitigations::NONE, unseen, Some(barred)), Replayed::Impossible(_))
        };
        for step in Step::ALL {
            if deeds.seen.contains(&step) || deeds.failed.contains(&step) {
                continue;
            }
            let list =
                if can(Barred::Step(number, step)) { &mut deeds.open } else { &mut deeds.unseen };
            list.push(step);
        }
        let is_step = |sight: &Sight| {
            sight.run == number && matches!(sight.what, Seen::Does(..) | Seen::Fails(_))
        };
        let hands_down =
            |sight: &Sight| matches!(sight.what, Seen::Does(_, Some(_))) && sight.run == number;
        let Some(own) = self.sights.iter().position(is_step) else { return };
        if self.sights.iter().any(hands_down) {
            let late = (0..=own).rev().find(|line| can(Barred::ReadBefore(number, *line)));
            deeds.read_before = late.filter(|line| *line < own).map(|line| self.events[line]);
        }
    }

    fn effect(&self, mitigation: Mitigation) -> Effect {
        let with = Mitigations::NONE.with(mitigation);
        match self.replay(with, Unseen::MayFail, None) {
            Replayed::Impossible(at) => return Effect::Stops(self.events[at]),
            Replayed::TooMany => return Effect::Unknown,
            Replayed::Possible(_) => {}
        }
        match self.replay(with, Unseen::Works, None) {
            Replayed::Impossible(at) => Effect::StopsUnlessFailed(self.events[at]),
            Replayed::Possible(_) | Replayed::TooMany => Effect::Leaves,
        }
    }
}

/// The model's numbers of the runs: the first that hands an object down is run 0, of whose job
/// those after it may be duplicates; those before it come next.
fn numbers(handoffs: &[Handoff]) -> Vec<usize> {
    let lead = handoffs.iter().position(|handoff| !handoff.firsts.is_empty()).unwrap_or(0);
    (0..handoffs.len())
        .map(|at| match at.cmp(&lead) {
            std::cmp::Ordering::Less => at + 1,
            std::cmp::Ordering::Equal => 0,
            std::cmp::Ordering::Greater => at,
        })
        .collect()
}

/// The model's object for each of the log's.
fn objects(
    handoffs: &[Handoff],
    numbers: &[usize],
) -> Result<BTreeMap<ObjectId, Object>, &'static str> {
    let mut objects = BTreeMap::new();
    for (handoff, number) in handoffs.iter().zip(numbers) {
        let own: BTreeSet<&ObjectId> = handoff.seconds.iter().chain(&handoff.created).collect();
        if own.len() > 1 || handoff.firsts.len() > 1 {
            return Err("a run touched more objects than one hand-off has");
        }
        for object in own {
            if objects.insert(object.clone(), second(*number)).is_some() {
                return Err("two runs attest the same object");
            }
        }
    }
    for object in handoffs.iter().flat_map(|handoff| &handoff.firsts) {
        if !objects.contains_key(object) {
            if objects.values().any(|known| *known == 0) {
                return Err("more objects were handed down than one that stood before the log");
            }
            objects.insert(object.clone(), 0);
        }
    }
    Ok(objects)
}

/// The lines as the model sees them, and the event of each.
fn sights(
    timeline: &Timeline,
    deeds: &[Deeds],
    numbers: &[usize],
    objects: &BTreeMap<ObjectId, Object>,
) -> (Vec<Sight>, Vec<usize>) {
    let mut told: BTreeSet<(usize, Step)> = BTreeSet::new();
    let (mut sights, mut events) = (Vec::new(), Vec::new());
    for (at, event) in timeline.events.iter().enumerate() {
        let place = deeds.iter().position(|deeds| Some(deeds.run) == timeline.run_of[at]);
        let Some(place) = place else { continue };
        for what in seen(event, &deeds[place], objects) {
            // A label and a field tell the same step, and a step is done once.
            if let Seen::Does(step, _) | Seen::Fails(step) = what
                && !told.insert((place, step))
            {
                continue;
            }
            sights.push(Sight { run: numbers[place], what });
            events.push(at);
        }
    }
    (sights, events)
}

fn seen(event: &Event, deeds: &Deeds, objects: &BTreeMap<ObjectId, Object>) -> Vec<Seen> {
    let object = || event.kind.object().and_then(|object| objects.get(object)).copied();
    match &event.kind {
        EventKind::Started => vec![Seen::Begins],
        EventKind::Done | EventKind::Failed => vec![Seen::Ends],
        // Tried again and done: what counts is that it was done.
        EventKind::StepFailed { step, .. } if deeds.seen.contains(step) => Vec::new(),
        EventKind::StepFailed { step, .. } => vec![Seen::Fails(*step)],
        kind => match kind.step() {
            // Loggers write the two in either order.
            Some(Step::Unattest) if deeds.seen.contains(&Step::Activate) => {
                [Step::Activate, Step::Unattest].map(|step| Seen::Does(step, object())).to_vec()
            }
            Some(step @ (Step::Activate | Step::Unattest)) => vec![Seen::Does(step, object())],
            Some(step) => vec![Seen::Does(step, None)],
            None => Vec::new(),
        },
    }
}
