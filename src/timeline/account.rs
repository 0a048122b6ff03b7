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
    /// The same, unless a step failed that no line shows.
    pub assumed: Vec<Step>,
    /// Steps of which the log does not tell whether it did them.
    pub open: Vec<Step>,
    /// The event before which it must have read which object to hand down, where that is earlier
    /// than its own first step.
    pub read_before: Option<usize>,
    /// The same, unless a step failed that no line shows.
    pub read_before_unless_failed: Option<usize>,
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

/// Accounts for a timeline of the runs of a worker class.
pub fn account(timeline: &Timeline, worker: &str) -> Account {
    match Matched::of(timeline, worker) {
        Ok(matched) => matched.account(),
        Err(fit) => Account {
            runs: deeds(timeline),
            fit,
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
        assumed: Vec::new(),
        open: Vec::new(),
        read_before: None,
        read_before_unless_failed: None,
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
    fn of(timeline: &Timeline, worker: &str) -> Result<Self, Fit> {
        let deeds = deeds(timeline);
        if deeds.len() > MOST_RUNS {
            return Err(Fit::Unmatched("more runs took part than the model is led along"));
        }
        if timeline.pairing.is_some_and(|pairing| pairing.ways > 1) {
            return Err(Fit::Unmatched("lines and runs can be paired in more than one way"));
        }
        let is_other = |deeds: &Deeds| {
            timeline.runs[deeds.run].mark.class.as_ref().is_some_and(|class| class != worker)
        };
        if deeds.iter().any(is_other) {
            return Err(Fit::Unmatched("another class than the worker's took a step"));
        }
        let handoffs: Vec<Handoff> = deeds
            .iter()
            .map(|deeds| run_handoff(&timeline.events, &timeline.runs[deeds.run]))
            .collect();
        let numbers = numbers(&handoffs);
        let objects = objects(timeline, &deeds, &numbers)?;
        let is_start_open = !objects.values().any(|object| *object == 0);
        let (sights, events) = sights(timeline, &deeds, &numbers, &objects);
        if has_ties(timeline, &events) {
            return Err(Fit::Unmatched("lines of different files share a printed time"));
        }
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
        let can = |unseen, barred| {
            !matches!(self.replay(Mitigations::NONE, unseen, Some(barred)), Replayed::Impossible(_))
        };
        for step in Step::ALL {
            if deeds.seen.contains(&step) || deeds.failed.contains(&step) {
                continue;
            }
            let barred = Barred::Step(number, step);
            let list = match can(unseen, barred) {
                true => &mut deeds.open,
                false if can(Unseen::MayFail, barred) => &mut deeds.assumed,
                false => &mut deeds.unseen,
            };
            list.push(step);
        }
        let is_step = |sight: &Sight| {
            sight.run == number && matches!(sight.what, Seen::Does(..) | Seen::Fails(_))
        };
        let hands_down =
            |sight: &Sight| matches!(sight.what, Seen::Does(_, Some(_))) && sight.run == number;
        let Some(own) = self.sights.iter().position(is_step) else { return };
        if self.sights.iter().any(hands_down) {
            let before = |unseen| {
                let barred = |line: &usize| Barred::ReadBefore(number, *line);
                let late = (0..=own).rev().find(|line| can(unseen, barred(line)));
                late.filter(|line| *line < own).map(|line| self.events[line])
            };
            deeds.read_before = before(Unseen::MayFail);
            let sooner = before(unseen).filter(|_| deeds.read_before.is_none());
            deeds.read_before_unless_failed = sooner;
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

/// The model's object for each of the log's: what a run creates or attests is its own; what is
/// handed down before any run did so stood there before the log.
fn objects(
    timeline: &Timeline,
    deeds: &[Deeds],
    numbers: &[usize],
) -> Result<BTreeMap<ObjectId, Object>, Fit> {
    let mut objects: BTreeMap<ObjectId, Object> = BTreeMap::new();
    let mut of_run: BTreeMap<usize, [BTreeSet<&ObjectId>; 2]> = BTreeMap::new();
    for (at, event) in timeline.events.iter().enumerate() {
        let place = place_of(timeline, deeds, at);
        let (Some(place), Some(object)) = (place, event.kind.object()) else { continue };
        let step = match &event.kind {
            EventKind::StepFailed { step, .. } => Some(*step),
            kind => kind.step(),
        };
        let Some(step) = step else { continue };
        let hands_down = matches!(step, Step::Activate | Step::Unattest);
        let own = second(numbers[place]);
        of_run.entry(place).or_default()[usize::from(hands_down)].insert(object);
        match objects.get(object) {
            None if hands_down && objects.values().any(|known| *known == 0) => {
                let reason = "more objects were handed down than the one that stood before the log";
                return Err(Fit::Unmatched(reason));
            }
            None => {
                objects.insert(object.clone(), if hands_down { 0 } else { own });
            }
            // No run of the worker attests what it has not created.
            Some(0) if !hands_down => return Err(Fit::Never(at)),
            Some(known) if !hands_down && *known != own => {
                return Err(Fit::Unmatched("two runs attest the same object"));
            }
            Some(_) => {}
        }
    }
    if of_run.values().flatten().any(|objects| objects.len() > 1) {
        return Err(Fit::Unmatched("a run touched more objects than one hand-off has"));
    }
    Ok(objects)
}

/// The place among the deeds of the run of an event.
fn place_of(timeline: &Timeline, deeds: &[Deeds], event: usize) -> Option<usize> {
    deeds.iter().position(|deeds| Some(deeds.run) == timeline.run_of[event])
}

/// Whether two runs' lines stand beside each other of which nothing tells which came first.
fn has_ties(timeline: &Timeline, events: &[usize]) -> bool {
    events.array_windows().any(|[one, other]| {
        let (before, after) = (&timeline.events[*one], &timeline.events[*other]);
        let overlaps = before.stamp.zip(after.stamp).is_none_or(|(one, two)| one.overlaps(two));
        overlaps && timeline.run_of[*one] != timeline.run_of[*other] && !before.shares_source(after)
    })
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
        let Some(place) = place_of(timeline, deeds, at) else { continue };
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
    let object = event.kind.object().and_then(|object| objects.get(object)).copied();
    let step = match &event.kind {
        EventKind::Started => return vec![Seen::Begins],
        EventKind::Done => return vec![Seen::Ends],
        EventKind::Failed => return vec![Seen::Breaks],
        // Tried again and done: what counts is that it was done.
        EventKind::StepFailed { step, .. } if deeds.seen.contains(step) => return Vec::new(),
        EventKind::StepFailed { step, .. } => Some(*step),
        kind => kind.step(),
    };
    let of = |step: Step| match step {
        _ if !deeds.seen.contains(&step) => Seen::Fails(step),
        Step::Activate | Step::Unattest => Seen::Does(step, object),
        Step::Create | Step::Attest => Seen::Does(step, None),
    };
    match step {
        // Loggers write the two in either order, the model in one.
        Some(Step::Unattest)
            if deeds.seen.contains(&Step::Activate) || deeds.failed.contains(&Step::Activate) =>
        {
            vec![of(Step::Activate), of(Step::Unattest)]
        }
        Some(step) => vec![of(step)],
        None => Vec::new(),
    }
}
