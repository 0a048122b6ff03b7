//! Replay: which labels each object bears after each event.
//!
//! Explicit label lines win. What a run's assignments imply is applied where it has no label line
//! for that object: `credentialing_hubspot_id := X` implies that X gains "Active" and loses
//! "Active Attested", `credentialing_active_attested_id := Y` that Y gains "Active Attested".
//! The absence of a line is not evidence of a failure. A seen failure is, and a run that failed
//! or never ended leaves the last thing it did in doubt ([`Held::Maybe`]). Source: design.md §5.

use std::collections::BTreeSet;

use crate::model::Event;
use crate::model::EventKind;
use crate::model::Field;
use crate::model::Label;
use crate::model::ObjectId;
use crate::model::Outcome;
use crate::model::Run;
use crate::model::Step;
use crate::timeline::Board;
use crate::timeline::Handoff;
use crate::timeline::Held;
use crate::timeline::run_handoff;

/// What must be known of a run before its first event can be replayed.
struct Plan {
    handoff: Handoff,
    /// Objects and labels that the run has explicit lines for.
    explicit: BTreeSet<(ObjectId, Label)>,
    has_label_lines: bool,
    /// Whether there is a sign that the run did not finish its work.
    is_doubtful: bool,
    last_step: Option<usize>,
    last_event: usize,
}

/// Labels that no line tells: the steps beside them imply them, in a run that logs labels.
pub(super) type Silent = BTreeSet<(ObjectId, Label)>;

/// Gives the board after each event, and what of the last one only silence tells.
pub(super) fn replay(
    events: &[Event],
    runs: &[Run],
    run_of: &[Option<usize>],
    slack: i64,
) -> (Vec<Board>, Silent) {
    let plans: Vec<Plan> = runs.iter().map(|run| Plan::new(events, run)).collect();
    let shows_hand_downs = events.iter().any(|event| {
        matches!(
            event.kind,
            EventKind::Labelled { label: Label::Active, .. }
                | EventKind::Unlabelled { label: Label::ActiveAttested, .. }
        )
    });
    let logs_labels = plans.iter().any(|plan| plan.has_label_lines);
    let mut replay = Replay {
        events,
        runs,
        run_of,
        plans,
        board: Board::default(),
        silent: Silent::new(),
        slack,
        shows_hand_downs,
        logs_labels,
    };
    let boards = (0..events.len()).map(|at| {
        replay.step(at);
        replay.board.clone()
    });
    let boards = boards.collect();
    (boards, replay.silent)
}

impl Plan {
    fn new(events: &[Event], run: &Run) -> Self {
        let mut explicit = BTreeSet::new();
        let mut last_step = None;
        for at in &run.events {
            match &events[*at].kind {
                EventKind::Labelled { object, label } | EventKind::Unlabelled { object, label } => {
                    explicit.insert((object.clone(), *label));
                }
                _ => {}
            }
            if events[*at].kind.step().is_some() {
                last_step = Some(*at);
            }
        }
        Self {
            handoff: run_handoff(events, run),
            has_label_lines: !explicit.is_empty(),
            explicit,
            is_doubtful: matches!(run.outcome, Outcome::Failed | Outcome::Unfinished),
            last_step,
            last_event: run.events.last().copied().unwrap_or_default(),
        }
    }

    fn says(&self, object: &ObjectId, label: Label) -> bool {
        self.explicit.contains(&(object.clone(), label))
    }
}

struct Replay<'a> {
    events: &'a [Event],
    runs: &'a [Run],
    run_of: &'a [Option<usize>],
    plans: Vec<Plan>,
    board: Board,
    silent: Silent,
    /// Nanoseconds by which a run without a start line may have begun before its first event.
    slack: i64,
    /// Whether any run logs that a first object is handed down.
    shows_hand_downs: bool,
    /// Whether any run logs labels.
    logs_labels: bool,
}

impl Replay<'_> {
    fn step(&mut self, at: usize) {
        let Some(run) = self.run_of[at] else { return };
        match &self.events[at].kind {
            EventKind::Created { object } => {
                self.settle(object, Label::Active, Held::No);
                self.settle(object, Label::ActiveAttested, Held::No);
            }
            EventKind::Labelled { object, label } => {
                if *label == Label::Active {
                    self.presume_attested(object);
                } else {
                    self.settle(object, Label::Active, Held::No);
                }
                self.tell(object, *label, Held::Yes);
            }
            EventKind::Unlabelled { object, label } => self.tell(object, *label, Held::No),
            EventKind::Assigned { field, object, .. } => {
                self.assign(at, run, *field, object.as_ref());
            }
            EventKind::StepFailed { step, object: Some(object) } => self.fail(*step, object),
            EventKind::StepFailed { object: None, .. }
            | EventKind::Started
            | EventKind::Done
            | EventKind::Failed => {}
        }
        if at == self.plans[run].last_event {
            if self.plans[run].has_label_lines {
                self.close(run);
            }
            self.doubt_attest(run);
        }
    }

    /// Sets what a line says.
    fn tell(&mut self, object: &ObjectId, label: Label, held: Held) {
        self.board.set(object, label, held);
        self.silent.remove(&(object.clone(), label));
    }

    /// Sets what is not known yet; what is known stays.
    fn settle(&mut self, object: &ObjectId, label: Label, held: Held) {
        if self.board.held(object, label) == Held::Unknown {
            self.board.set(object, label, held);
        }
    }

    /// The object a run hands down had "Active Attested" before (the document's initial state),
    /// unless the log has shown otherwise.
    fn presume_attested(&mut self, object: &ObjectId) {
        self.settle(object, Label::ActiveAttested, Held::Presumed);
    }

    /// A step that fails on an object shows that the object was as the step expects it.
    fn show_attested(&mut self, object: &ObjectId) {
        if self.board.held(object, Label::ActiveAttested) == Held::Presumed {
            self.board.set(object, Label::ActiveAttested, Held::Yes);
        }
        self.settle(object, Label::ActiveAttested, Held::Yes);
    }

    fn assign(&mut self, at: usize, run: usize, field: Field, object: Option<&ObjectId>) {
        let before = self.board.field(field).flatten().cloned();
        self.board.point(field, object);
        let Some(object) = object else {
            if let (Field::ActiveAttested, Some(holder)) = (field, before) {
                self.imply(at, run, &holder, Label::ActiveAttested, Step::Unattest);
                if self.logs_labels {
                    // The field is not the label, and no line tells of the label.
                    self.board.set(&holder, Label::ActiveAttested, Held::Maybe);
                }
            }
            return;
        };
        match field {
            Field::Hubspot => {
                self.presume_attested(object);
                if self.plans[run].has_label_lines {
                    self.imply_silent(at, run, object, Label::Active, Step::Activate);
                } else {
                    self.imply(at, run, object, Label::Active, Step::Activate);
                    self.imply(at, run, object, Label::ActiveAttested, Step::Unattest);
                }
            }
            Field::ActiveAttested => {
                self.settle(object, Label::Active, Held::No);
                if self.plans[run].has_label_lines {
                    self.imply_silent(at, run, object, Label::ActiveAttested, Step::Attest);
                } else {
                    self.imply(at, run, object, Label::ActiveAttested, Step::Attest);
                    self.imply_handed_down(at, run, object, before.as_ref());
                }
            }
        }
    }

    /// Applies what a step does to a label, as far as the run gives no sign against it.
    fn imply(&mut self, at: usize, run: usize, object: &ObjectId, label: Label, step: Step) {
        let plan = &self.plans[run];
        let now = self.board.held(object, label);
        let wanted = if step == Step::Unattest { Held::No } else { Held::Yes };
        let opposite = if step == Step::Unattest { Held::Yes } else { Held::No };
        let is_last = plan.last_step.is_none_or(|last| last <= at);
        let held = if self.runs[run].failed_steps.contains(&step) {
            if now == Held::Unknown { opposite } else { now }
        } else if plan.is_doubtful && is_last && now != wanted {
            Held::Maybe
        } else {
            wanted
        };
        if held != now && self.logs_labels {
            self.silent.insert((object.clone(), label));
        }
        self.board.set(object, label, held);
    }

    /// A run that attests and mentions no first object is taken to have handed down the one that
    /// was attested, unless that one was attested while this run may already have read another.
    fn imply_handed_down(
        &mut self,
        at: usize,
        run: usize,
        second: &ObjectId,
        before: Option<&ObjectId>,
    ) {
        let Some(first) = before.filter(|first| *first != second) else { return };
        if !self.plans[run].handoff.firsts.is_empty() {
            return;
        }
        let held = self.board.held(first, Label::ActiveAttested);
        if !matches!(held, Held::Yes | Held::Presumed) || self.cannot_have_read(run, first) {
            return;
        }
        if self.may_have_read_another(run, first) {
            self.board.set(first, Label::ActiveAttested, Held::Maybe);
        } else {
            self.imply(at, run, first, Label::Active, Step::Activate);
            self.imply(at, run, first, Label::ActiveAttested, Step::Unattest);
            self.silent.extend(Label::ALL.map(|label| (first.clone(), label)));
        }
    }

    /// Whether `object` was attested only when `run` had already read which object is: a run reads
    /// before it creates its second (design.md §6).
    fn cannot_have_read(&self, run: usize, object: &ObjectId) -> bool {
        let events = &self.events;
        let is_before = |one: usize, other: usize| {
            let stamps = events[one].stamp.zip(events[other].stamp);
            stamps.is_some_and(|(one, other)| one.certainly_before(other))
        };
        let mut created = self.runs[run].events.iter().copied();
        let created = created.find(|at| matches!(events[*at].kind, EventKind::Created { .. }));
        let attests =
            |kind: &EventKind| kind.step() == Some(Step::Attest) && kind.object() == Some(object);
        let mut attested = (0..events.len()).filter(|at| attests(&events[*at].kind)).peekable();
        created.is_some_and(|created| {
            attested.peek().is_some() && attested.all(|at| is_before(created, at))
        })
    }

    /// Whether another run that attested `object` may have been in flight together with `run`.
    fn may_have_read_another(&self, run: usize, object: &ObjectId) -> bool {
        let this = &self.runs[run];
        self.runs.iter().enumerate().any(|(other, there)| {
            // What is not bounded by a start line may have begun, and read, a while before.
            let is_bounded = |run: &Run| !run.inferred && run.has_start;
            let slack = if is_bounded(this) && is_bounded(there) { 0 } else { self.slack };
            other != run
                && self.plans[other].handoff.seconds.contains(object)
                && match (this.from, there.to) {
                    (Some(from), Some(to)) => {
                        from.earliest().saturating_sub(slack) < to.until()
                            && !self.follows(there, this)
                    }
                    _ => false,
                }
                && this.to.zip(there.from).is_none_or(|(to, from)| from.earliest() < to.until())
        })
    }

    /// Whether one file shows all of a named run before all of another.
    fn follows(&self, earlier: &Run, later: &Run) -> bool {
        let (Some(last), Some(first)) = (earlier.events.last(), later.events.first()) else {
            return false;
        };
        let is_named = !earlier.inferred && !later.inferred;
        is_named && last < first && self.events[*last].shares_source(&self.events[*first])
    }

    /// A step seen to fail leaves its object as it was; the document's initial state tells how
    /// that is where the log does not.
    fn fail(&mut self, step: Step, object: &ObjectId) {
        match step {
            Step::Create => {}
            Step::Activate => {
                self.show_attested(object);
                self.settle(object, Label::Active, Held::No);
            }
            Step::Unattest => self.show_attested(object),
            Step::Attest => {
                self.settle(object, Label::Active, Held::No);
                self.settle(object, Label::ActiveAttested, Held::No);
            }
        }
    }

    /// At the end of a run with label lines: the steps it has no line for are taken to have done
    /// what the steps beside them imply; where something speaks against that, they are in doubt.
    fn close(&mut self, run: usize) {
        let at = self.plans[run].last_event;
        let handoff = self.plans[run].handoff.clone();
        let has = |step| self.runs[run].steps.contains(&step);
        let [activates, unattests, attests] =
            [Step::Activate, Step::Unattest, Step::Attest].map(has);
        if let Some(second) = handoff.second() {
            if attests {
                self.imply_silent(at, run, second, Label::ActiveAttested, Step::Attest);
            }
            if attests && handoff.firsts.is_empty() {
                self.close_attest_only(at, run, second);
            }
        }
        let Some(first) = handoff.first() else { return };
        if activates || (unattests && attests) {
            self.imply_silent(at, run, first, Label::Active, Step::Activate);
        }
        if activates && attests && self.runs[run].failed_steps.is_empty() {
            self.imply_silent(at, run, first, Label::ActiveAttested, Step::Unattest);
        } else if !self.stops_at_activate(run) {
            self.doubt_silent(run, first, Step::Unattest);
        }
    }

    /// A run that handed its first down and ended well may have attested what it created.
    fn doubt_attest(&mut self, run: usize) {
        let steps = &self.runs[run].steps;
        let hands_down = steps.contains(&Step::Activate) || steps.contains(&Step::Unattest);
        let is_silent = !steps.contains(&Step::Attest) && !self.plans[run].is_doubtful;
        if let Some(second) = self.plans[run].handoff.second().cloned()
            && hands_down
            && is_silent
        {
            self.doubt_silent(run, &second, Step::Attest);
        }
    }

    /// Whether the run broke off when it could not activate, so that it came to no later step.
    fn stops_at_activate(&self, run: usize) -> bool {
        let run = &self.runs[run];
        let kinds = run.events.iter().rev().map(|at| &self.events[*at].kind);
        let mut kinds = kinds.filter(|kind| !kind.is_lifecycle());
        let is_it =
            |kind: &EventKind| matches!(kind, EventKind::StepFailed { step: Step::Activate, .. });
        run.outcome == Outcome::Failed && kinds.next().is_some_and(is_it)
    }

    /// A step that the run may or may not have taken leaves its label in doubt.
    fn doubt_silent(&mut self, run: usize, object: &ObjectId, step: Step) {
        let label = Label::ActiveAttested;
        let has_failed = self.runs[run].failed_steps.contains(&step);
        let is_done = step == Step::Unattest && self.board.held(object, label) == Held::No;
        if !self.plans[run].says(object, label) && !has_failed && !is_done {
            self.board.set(object, label, Held::Maybe);
        }
    }

    /// A run that logs only that it attested: the absence of a hand-down is no evidence where no
    /// run logs one, and a doubt where others do.
    fn close_attest_only(&mut self, at: usize, run: usize, second: &ObjectId) {
        let others = self.board.bearers(Label::ActiveAttested, Held::Yes);
        let others: Vec<ObjectId> = others.filter(|object| *object != second).cloned().collect();
        let [first] = &others[..] else { return };
        if self.cannot_have_read(run, first) {
            return;
        }
        if self.shows_hand_downs {
            self.board.set(first, Label::ActiveAttested, Held::Maybe);
        } else {
            self.imply_handed_down(at, run, second, Some(first));
        }
    }

    fn imply_silent(&mut self, at: usize, run: usize, object: &ObjectId, label: Label, step: Step) {
        let has_failed = self.runs[run].failed_steps.contains(&step);
        if self.plans[run].says(object, label) || has_failed {
            return;
        }
        self.imply(at, run, object, label, step);
    }
}
