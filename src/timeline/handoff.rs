//! What one run handed from which object to which: read off its events.

use std::collections::BTreeSet;

use crate::model::Event;
use crate::model::EventKind;
use crate::model::Field;
use crate::model::Label;
use crate::model::ObjectId;
use crate::model::Outcome;
use crate::model::Run;
use crate::model::Step;
use crate::timeline::Timeline;

/// The objects that one run touched, by the step it touched them in. Failed steps count: the run
/// meant that object.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Handoff {
    /// Objects it activated or took "Active Attested" from, in order.
    pub firsts: Vec<ObjectId>,
    /// Objects it attested, in order.
    pub seconds: Vec<ObjectId>,
    /// Objects it created.
    pub created: Vec<ObjectId>,
}

impl Handoff {
    /// The one first object, if the run touched exactly one.
    pub fn first(&self) -> Option<&ObjectId> {
        only(&self.firsts)
    }

    /// The one second object, if the run attested exactly one, else the one it created.
    pub fn second(&self) -> Option<&ObjectId> {
        if self.seconds.is_empty() { only(&self.created) } else { only(&self.seconds) }
    }
}

fn only(objects: &[ObjectId]) -> Option<&ObjectId> {
    match objects {
        [object] => Some(object),
        _ => None,
    }
}

/// Reads a run's hand-off off its events.
pub fn run_handoff(events: &[Event], run: &Run) -> Handoff {
    let mut handoff = Handoff::default();
    for event in run.events.iter().filter_map(|at| events.get(*at)) {
        let (list, object) = match &event.kind {
            EventKind::Created { object } => (&mut handoff.created, object),
            EventKind::Assigned { field: Field::Hubspot, object: Some(object), .. }
            | EventKind::Labelled { object, label: Label::Active }
            | EventKind::Unlabelled { object, label: Label::ActiveAttested }
            | EventKind::StepFailed {
                step: Step::Activate | Step::Unattest,
                object: Some(object),
            } => (&mut handoff.firsts, object),
            EventKind::Assigned { field: Field::ActiveAttested, object: Some(object), .. }
            | EventKind::Labelled { object, label: Label::ActiveAttested }
            | EventKind::StepFailed { step: Step::Attest, object: Some(object) } => {
                (&mut handoff.seconds, object)
            }
            EventKind::StepFailed { .. }
            | EventKind::Assigned { object: None, .. }
            | EventKind::Unlabelled { label: Label::Active, .. }
            | EventKind::Started
            | EventKind::Done
            | EventKind::Failed => continue,
        };
        if !list.contains(object) {
            list.push(object.clone());
        }
    }
    handoff
}

/// What the log knows of the age of two objects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Age {
    /// The log shows the creation of one certainly after the other, or its creation after the
    /// other was already in use.
    Newer,
    /// Nothing is known and the ids do not hint at it.
    Unknown,
    /// Only the smaller id hints that it is older.
    HintsOlder,
    /// The log shows its creation certainly before the other's.
    Older,
}

impl Timeline {
    /// How old `object` is compared with `other`: logged creations are evidence, ids a hint.
    pub fn age(&self, object: &ObjectId, other: &ObjectId) -> Age {
        let created = |wanted: &ObjectId| {
            self.events.iter().position(
                |event| matches!(&event.kind, EventKind::Created { object } if object == wanted),
            )
        };
        let used = |wanted: &ObjectId| {
            self.events.iter().position(|event| event.kind.object() == Some(wanted))
        };
        let is_before = |one: Option<usize>, two: Option<usize>| {
            one.zip(two).is_some_and(|(one, two)| self.is_known_before(one, two))
        };
        let (mine, theirs) = (created(object), created(other));
        match (mine, theirs) {
            _ if is_before(mine, theirs) => Age::Older,
            _ if is_before(theirs, mine) => Age::Newer,
            // In use before the other was created: older, whatever the ids say.
            (None, Some(_)) if is_before(used(object), theirs) => Age::Older,
            (Some(_), None) if is_before(used(other), mine) => Age::Newer,
            // A run hands down what it found attested before it created its own (design.md §6).
            (Some(at), None) if self.hands_down(at, other) => Age::Newer,
            (None, Some(at)) if self.hands_down(at, object) => Age::Older,
            _ if object.is_numerically_below(other) => Age::HintsOlder,
            _ => Age::Unknown,
        }
    }

    /// Whether the run of an event hands an object down.
    fn hands_down(&self, event: usize, object: &ObjectId) -> bool {
        let run = self.run(event).map(|run| run_handoff(&self.events, run));
        run.is_some_and(|handoff| handoff.first() == Some(object))
    }

    /// Whether one event is known to come before another: by their clocks, or by the order of the
    /// file that holds both.
    fn is_known_before(&self, one: usize, other: usize) -> bool {
        let (before, after) = (&self.events[one], &self.events[other]);
        let by_clock = before.stamp.zip(after.stamp).is_some_and(|(a, b)| a.certainly_before(b));
        by_clock || (one < other && before.shares_source(after))
    }

    /// Whether a run, or a later attempt of its job, is a clean hand-off: a whole one, and the
    /// second newer as far as known, be it only by a hint.
    pub fn is_clean_handoff(&self, run: usize) -> bool {
        self.handed_over(run).is_some_and(|[first, second]| {
            matches!(self.age(&second, &first), Age::Newer | Age::Unknown)
        })
    }

    /// Whether a run, or a later attempt of its job, is a hand-off that nothing speaks against;
    /// a smaller id is only a hint and does not.
    pub fn is_whole_handoff(&self, run: usize) -> bool {
        self.handed_over(run).is_some_and(|[first, second]| self.age(&second, &first) != Age::Older)
    }

    /// The first and the second object of a run and the later attempts of its job, if the first
    /// was made Active and unattested, the second attested, and nothing failed. That the end of a
    /// run is not logged does not matter where all of it is.
    fn handed_over(&self, run: usize) -> Option<[ObjectId; 2]> {
        let start = self.runs.get(run)?;
        let chain = self.runs.iter().enumerate().skip(run).filter(|(at, later)| {
            *at == run || (start.mark.job.is_some() && later.mark.job == start.mark.job)
        });
        let mut objects = Handoff::default();
        let mut is_settled = false;
        for (_, attempt) in chain {
            let part = run_handoff(&self.events, attempt);
            objects.firsts.extend(part.firsts);
            objects.seconds.extend(part.seconds);
            is_settled = attempt.failed_steps.is_empty() && attempt.outcome != Outcome::Failed;
        }
        let firsts: BTreeSet<_> = objects.firsts.iter().collect();
        let seconds: BTreeSet<_> = objects.seconds.iter().collect();
        let (first, second) = (firsts.first()?, seconds.first()?);
        let is_whole = is_settled && firsts.len() == 1 && seconds.len() == 1 && first != second;
        is_whole.then(|| [(*first).clone(), (*second).clone()])
    }

    /// Whether two runs may have been in flight at the same time, as far as their events show.
    pub fn may_overlap(&self, one: usize, other: usize) -> bool {
        let (Some(one), Some(other)) = (self.runs.get(one), self.runs.get(other)) else {
            return false;
        };
        if self.follows(one, other) || self.follows(other, one) {
            return false;
        }
        match (one.from, one.to, other.from, other.to) {
            (Some(a_from), Some(a_to), Some(b_from), Some(b_to)) => {
                a_from.earliest() < b_to.until() && b_from.earliest() < a_to.until()
            }
            _ => false,
        }
    }

    /// Whether a run begins where an earlier one has ended: their stamps may share a tick, but one
    /// file shows all of one before all of the other, and it is all the evidence there is.
    pub fn follows(&self, earlier: &Run, later: &Run) -> bool {
        let (Some(last), Some(first)) = (earlier.events.last(), later.events.first()) else {
            return false;
        };
        last < first && self.events[*last].shares_source(&self.events[*first])
    }
}
