//! Runs: which events belong to one execution of the worker.
//!
//! A run is named by its job (jid, ActiveJob id), or by process and thread between start and
//! done. Where no line names one it is inferred: a burst of events, cut where the steps would go
//! backwards or where silence exceeds the idle gap (design.md §5). A retry of a job after a
//! recorded failure is its next attempt; a second start without a failure in between is a
//! redelivery.

use hashbrown::HashMap;
use std::collections::BTreeMap;
use std::sync::Arc;

use crate::model::Event;
use crate::model::EventKind;
use crate::model::JobId;
use crate::model::Label;
use crate::model::Mark;
use crate::model::ObjectId;
use crate::model::Outcome;
use crate::model::Profile;
use crate::model::Run;
use crate::model::RunId;
use crate::model::SourceId;
use crate::model::Stamp;
use crate::model::Step;

/// How far the steps of a run have come. Activate and unattest are one phase: both act on the
/// first object, and loggers write them in either order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum Phase {
    Create,
    HandDown,
    Attest,
}

/// How far a run has come, and with which objects: what decides whether an event can be its next
/// step.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Shape {
    phase: Option<Phase>,
    first: Option<ObjectId>,
    second: Option<ObjectId>,
}

impl Shape {
    /// Goes on by an event.
    pub(super) fn take(&mut self, kind: &EventKind) {
        if let Some((phase, object)) = phase(kind) {
            self.phase = self.phase.max(Some(phase));
            let known = match phase {
                Phase::HandDown => &mut self.first,
                Phase::Create | Phase::Attest => &mut self.second,
            };
            if object.is_some() && known.as_ref() != object {
                *known = object.cloned();
            }
        }
    }

    /// Whether the event can be the next step; `is_tied` if nothing tells that it came later.
    pub(super) fn fits(&self, kind: &EventKind, is_tied: bool) -> bool {
        let Some((phase, object)) = phase(kind) else { return true };
        if self.phase.is_some_and(|reached| phase < reached) && !is_tied {
            return false;
        }
        let (first, second) = (self.first.as_ref(), self.second.as_ref());
        let is_same =
            |known: Option<&ObjectId>| known.is_none() || object.is_none() || known == object;
        match phase {
            // Nothing is created twice: the same creation is told again.
            Phase::Create => second.is_none() || second == object,
            Phase::HandDown => is_same(first) && (second.is_none() || object != second),
            Phase::Attest => is_same(second) && (first.is_none() || object != first),
        }
    }
}

/// A run being collected.
#[derive(Debug)]
struct Draft {
    run: Run,
    shape: Shape,
    has_end: bool,
    /// Whether any failure was logged, made good later or not.
    has_failed: bool,
    /// Time and sources of the last event.
    last: (Option<Stamp>, Vec<SourceId>),
}

/// The runs in the order of their first events, and the run of each event.
pub(super) type Runs = (Vec<Run>, Vec<Option<usize>>);

/// Whether no line names a run, so that runs are told by their steps alone.
pub(super) fn is_nameless(events: &[Event]) -> bool {
    events.iter().all(|event| event.mark.job.is_none() && !event.mark.has_thread())
}

/// Makes runs of a pairing.
pub(super) fn paired(
    events: &[Event],
    pairing: &[usize],
    end: Option<Stamp>,
    profile: &Profile,
) -> Runs {
    let mut drafts: Vec<Draft> = Vec::new();
    for (at, (event, run)) in events.iter().zip(pairing).enumerate() {
        if *run == drafts.len() {
            drafts.push(begin(&drafts, &[], event));
        }
        drafts[*run].take(at, event);
    }
    let runs = drafts.into_iter().map(|draft| draft.finish(end, profile)).collect();
    (runs, pairing.iter().copied().map(Some).collect())
}

/// Which run each of the loose events is of, by their places: those that nothing names, and that no
/// named run can have written.
pub(super) type Loose = BTreeMap<usize, usize>;

/// Tells the runs of events of which at least some name one, with the loose ones paired so; also
/// gives the places of the loose events.
pub(super) fn named(
    events: &[Event],
    loose: &Loose,
    end: Option<Stamp>,
    profile: &Profile,
) -> (Runs, Vec<usize>) {
    let mut drafts: Vec<Draft> = Vec::new();
    let mut jobs = Jobs::default();
    let mut of_loose: HashMap<usize, usize> = HashMap::new();
    let mut places = Vec::new();
    let mut run_of = Vec::with_capacity(events.len());
    for (at, event) in events.iter().enumerate() {
        let mut of_job = jobs.runs_of(&event.mark);
        let known = of_job.as_deref().map_or(&[][..], Vec::as_slice);
        let found = if matches!(event.kind, EventKind::Started) {
            find_started(&drafts, known, event)
        } else if event.mark.job.is_some() {
            find_by_job(&drafts, known, event, profile)
        } else if event.mark.has_thread() {
            find_by_thread(&drafts, event, profile)
        } else {
            find_in_flight(&drafts, event, profile).or_else(|| {
                places.push(at);
                of_loose.get(loose.get(&at)?).copied()
            })
        };
        let place = found.unwrap_or_else(|| {
            let draft = begin(&drafts, known, event);
            drafts.push(draft);
            drafts.len() - 1
        });
        if let Some(run) = loose.get(&at) {
            of_loose.entry(*run).or_insert(place);
        }
        if let Some(known) = &mut of_job
            && known.last() != Some(&place)
            && !known.contains(&place)
        {
            known.push(place);
        }
        drafts[place].take(at, event);
        run_of.push(Some(place));
    }
    let runs = drafts.into_iter().map(|draft| draft.finish(end, profile)).collect();
    ((runs, run_of), places)
}

/// The runs of each job so far, in their order.
#[derive(Default)]
struct Jobs<'e> {
    runs: Vec<Vec<usize>>,
    places: HashMap<&'e JobId, usize>,
    /// The last mark with a job: lines of one run mostly stand together, and share theirs.
    last: Option<(&'e Arc<Mark>, usize)>,
}

impl<'e> Jobs<'e> {
    /// Those of a mark's job, if it names one.
    fn runs_of(&mut self, mark: &'e Arc<Mark>) -> Option<&mut Vec<usize>> {
        let job = mark.job.as_ref()?;
        let last = self.last.filter(|(known, _)| Arc::ptr_eq(known, mark));
        let (_, place) = last.unwrap_or_else(|| {
            let place = *self.places.entry(job).or_insert(self.runs.len());
            if place == self.runs.len() {
                self.runs.push(Vec::new());
            }
            (mark, place)
        });
        self.last = Some((mark, place));
        self.runs.get_mut(place)
    }
}

fn begin(drafts: &[Draft], of_job: &[usize], event: &Event) -> Draft {
    let is_start = matches!(event.kind, EventKind::Started);
    let is_named = event.mark.job.is_some() || event.mark.has_thread() || is_start;
    let earlier = of_job.last().map(|at| &drafts[*at]);
    let (attempt, redelivery_of) = match earlier {
        None => (1, None),
        Some(draft) if draft.has_failed => (draft.run.attempt + 1, None),
        // Two starts of one job and no failure between: delivered twice.
        Some(draft) if is_start && draft.run.has_start => {
            (draft.run.attempt, Some(draft.run.id.clone()))
        }
        // Without start lines nothing tells a retry from a redelivery.
        Some(draft) => (draft.run.attempt + 1, None),
    };
    Draft {
        run: Run {
            id: RunId::new(format!("r{}", drafts.len() + 1)),
            mark: event.mark.clone(),
            attempt,
            inferred: !is_named,
            from: None,
            to: None,
            outcome: Outcome::Unknown,
            steps: Vec::new(),
            failed_steps: Vec::new(),
            events: Vec::new(),
            has_start: is_start,
            redelivery_of,
        },
        shape: Shape::default(),
        has_end: false,
        has_failed: false,
        last: (None, Vec::new()),
    }
}

impl Draft {
    fn take(&mut self, at: usize, event: &Event) {
        let run = &mut self.run;
        run.events.push(at);
        if let Some(stamp) = event.stamp {
            run.from = Some(run.from.map_or(stamp, |from| {
                if stamp.earliest() < from.earliest() { stamp } else { from }
            }));
            run.to = Some(
                run.to.map_or(stamp, |to| if stamp.until() >= to.until() { stamp } else { to }),
            );
        }
        if more_is_known(&event.mark, &run.mark) {
            run.mark = event.mark.clone();
        }
        self.last.0 = event.stamp;
        self.last.1.clear();
        self.last.1.extend(event.origins().map(|origin| origin.source));
        match &event.kind {
            EventKind::Started => run.has_start = true,
            EventKind::Done => (run.outcome, self.has_end) = (Outcome::Done, true),
            EventKind::Failed => {
                (run.outcome, self.has_end) = (Outcome::Failed, true);
                self.has_failed = true;
            }
            EventKind::StepFailed { step, .. } => {
                insert(&mut run.failed_steps, *step);
                self.has_failed = true;
            }
            _ => {}
        }
        if let Some(step) = event.kind.step() {
            insert(&mut run.steps, step);
            // Tried again and done: the failure left nothing behind.
            run.failed_steps.retain(|failed| *failed != step);
        }
        self.shape.take(&event.kind);
    }

    /// Whether the event can be the next step of this run.
    fn fits(&self, event: &Event) -> bool {
        // Between two files whose stamps share a tick nothing tells which line came first.
        let (stamp, sources) = &self.last;
        let overlaps = stamp.zip(event.stamp).is_some_and(|(one, other)| one.overlaps(other));
        let is_tied = overlaps && !event.origins().any(|origin| sources.contains(&origin.source));
        self.shape.fits(&event.kind, is_tied)
    }

    /// Whether the event comes within `gap` nanoseconds of silence after this run.
    fn is_near(&self, event: &Event, gap: i64) -> bool {
        match (self.run.to, event.stamp) {
            (Some(to), Some(stamp)) => to.gap(stamp).shortest() <= gap,
            _ => true,
        }
    }

    fn has_thread_of(&self, event: &Event) -> bool {
        let (mine, theirs) = (&self.run.mark, &event.mark);
        let agree = |same: bool, known: bool| same || !known;
        agree(mine.pid == theirs.pid, mine.pid.is_some() && theirs.pid.is_some())
            && agree(mine.tid == theirs.tid, mine.tid.is_some() && theirs.tid.is_some())
            && agree(mine.host == theirs.host, mine.host.is_some() && theirs.host.is_some())
    }

    fn finish(mut self, end: Option<Stamp>, profile: &Profile) -> Run {
        if self.run.outcome == Outcome::Unknown && self.run.has_start {
            let silence = match (self.run.to, end) {
                (Some(to), Some(end)) => end.earliest().saturating_sub(to.until()),
                _ => 0,
            };
            if silence >= profile.idle_gap() {
                self.run.outcome = Outcome::Unfinished;
            }
        }
        self.run
    }
}

/// The run of a start line that is not its first: one that a clock of few digits, or of another
/// layer, put behind the first thing the run did, or one that was exported twice. A thread that
/// starts a job in the tick in which it started it has nothing to begin again with.
fn find_started(drafts: &[Draft], of_job: &[usize], event: &Event) -> Option<usize> {
    let of_job = of_job.iter().rev().map(|at| (*at, &drafts[*at]));
    let (at, draft) = of_job.into_iter().find(|(_, draft)| draft.has_thread_of(event))?;
    let is_tied = draft.run.from.zip(event.stamp).is_some_and(|(from, start)| from.overlaps(start));
    let is_echo = event.mark.has_thread() && draft.run.mark.has_thread() && !draft.has_end;
    let is_only_started = draft.run.steps.is_empty() && draft.run.failed_steps.is_empty();
    (is_tied && (!draft.run.has_start || (is_echo && is_only_started))).then_some(at)
}

/// The open execution of the event's job; the one on the same thread if there are several.
fn find_by_job(
    drafts: &[Draft],
    of_job: &[usize],
    event: &Event,
    profile: &Profile,
) -> Option<usize> {
    let of_job = of_job.iter().rev().map(|at| (*at, &drafts[*at]));
    let mut of_job = of_job.filter(|(_, draft)| draft.has_thread_of(event));
    let open = of_job.clone().find(|(_, draft)| !draft.has_end);
    if let Some((at, draft)) = open {
        let is_bounded = draft.run.has_start || event.kind.is_lifecycle();
        let is_next = draft.is_near(event, profile.idle_gap()) || draft.fits(event);
        return (is_bounded || is_next).then_some(at);
    }
    let (at, draft) = of_job.next()?;
    let repeats_the_end = match event.kind {
        EventKind::Failed => draft.run.outcome == Outcome::Failed,
        EventKind::Done => draft.run.outcome == Outcome::Done,
        _ => false,
    };
    let is_simultaneous = match (draft.run.to, event.stamp) {
        (Some(to), Some(stamp)) => stamp.overlaps(to) || stamp.certainly_before(to),
        _ => false,
    };
    (repeats_the_end || is_simultaneous).then_some(at)
}

/// The open execution on the event's process and thread.
fn find_by_thread(drafts: &[Draft], event: &Event, profile: &Profile) -> Option<usize> {
    let (at, draft) = drafts.iter().enumerate().rev().find(|(_, draft)| {
        draft.run.mark.has_thread() && draft.run.mark.job.is_none() && draft.has_thread_of(event)
    })?;
    let is_open = !draft.has_end
        && (draft.run.has_start || (draft.is_near(event, profile.idle_gap()) && draft.fits(event)));
    let repeats_failure =
        matches!(event.kind, EventKind::Failed) && draft.run.outcome == Outcome::Failed;
    (is_open || repeats_failure).then_some(at)
}

/// For a line that nothing names: the only named run in flight that it fits.
fn find_in_flight(drafts: &[Draft], event: &Event, profile: &Profile) -> Option<usize> {
    let ends = matches!(event.kind, EventKind::Done | EventKind::Failed);
    let mut in_flight = drafts.iter().enumerate().filter(|(_, draft)| {
        let waits = draft.run.has_start && ends || draft.is_near(event, profile.idle_gap());
        !draft.run.inferred && !draft.has_end && waits && draft.fits(event)
    });
    let (at, _) = in_flight.next_back()?;
    let is_only_one = in_flight.next_back().is_none();
    let is_unnamed = drafts[at].run.mark.job.is_none() && !drafts[at].run.mark.has_thread();
    (is_only_one || is_unnamed).then_some(at)
}

/// The phase an event belongs to, and the object of that phase.
fn phase(kind: &EventKind) -> Option<(Phase, Option<&ObjectId>)> {
    let of_step = |step| match step {
        Step::Create => Phase::Create,
        Step::Activate | Step::Unattest => Phase::HandDown,
        Step::Attest => Phase::Attest,
    };
    match kind {
        EventKind::Created { object } => Some((Phase::Create, Some(object))),
        EventKind::Assigned { field, object: Some(object), .. } => {
            Some((of_step(field.step()), Some(object)))
        }
        EventKind::Labelled { object, label: Label::ActiveAttested } => {
            Some((Phase::Attest, Some(object)))
        }
        EventKind::Labelled { object, label: Label::Active }
        | EventKind::Unlabelled { object, label: Label::ActiveAttested } => {
            Some((Phase::HandDown, Some(object)))
        }
        EventKind::StepFailed { step, object } => Some((of_step(*step), object.as_ref())),
        EventKind::Assigned { object: None, .. }
        | EventKind::Unlabelled { label: Label::Active, .. }
        | EventKind::Started
        | EventKind::Done
        | EventKind::Failed => None,
    }
}

fn more_is_known(new: &Arc<Mark>, old: &Arc<Mark>) -> bool {
    let known = |mark: &Mark| {
        u8::from(mark.job.is_some())
            + u8::from(mark.class.is_some())
            + u8::from(mark.pid.is_some())
            + u8::from(mark.tid.is_some())
            + u8::from(mark.host.is_some())
    };
    !Arc::ptr_eq(new, old) && known(new) > known(old)
}

fn insert(steps: &mut Vec<Step>, step: Step) {
    if let Err(place) = steps.binary_search(&step) {
        steps.insert(place, step);
    }
}
