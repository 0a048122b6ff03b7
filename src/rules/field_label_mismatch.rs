//! `field-label-mismatch`: a field and a label disagree about which object is attested or active.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use crate::model::EventKind;
use crate::model::Field;
use crate::model::Finding;
use crate::model::Label;
use crate::model::ObjectId;
use crate::model::Recommendation;
use crate::model::RuleId;
use crate::model::Severity;
use crate::model::Step;
use crate::rules::Bench;
use crate::rules::Rule;
use crate::rules::states;
use crate::timeline::Board;
use crate::timeline::Held;
use crate::timeline::Timeline;
use crate::timeline::Truth;
use crate::timeline::Window;
use crate::timeline::windows;

/// The rule.
#[derive(Debug)]
pub(super) struct FieldLabelMismatch;

impl Rule for FieldLabelMismatch {
    fn id(&self) -> RuleId {
        RuleId("field-label-mismatch")
    }

    fn title(&self) -> &'static str {
        "a field and a label disagree"
    }

    fn severity(&self) -> Severity {
        Severity::Medium
    }

    fn page(&self) -> &'static str {
        include_str!("../../docs/rules/field-label-mismatch.md")
    }

    fn judge(&self, timeline: &Timeline, bench: &Bench<'_>) -> Vec<Finding> {
        let judge_field = |field| {
            let mut logged = Logged::default();
            let mut events = timeline.events.iter().enumerate();
            // Boards are asked in order, each once: what is logged keeps pace with them.
            let held = windows(timeline, |board| {
                if let Some((at, event)) = events.next() {
                    logged.take(at, timeline.run_of[at], &event.kind);
                }
                logged.disagreement(board, field)
            });
            let lasting = held.into_iter().filter(|window| {
                !states::is_transient(timeline, window)
                    && !states::is_healed_by_retry(timeline, window, bench)
            });
            lasting.map(|window| self.finding(timeline, &window, bench, field)).collect::<Vec<_>>()
        };
        Field::ALL.into_iter().flat_map(judge_field).collect()
    }
}

impl FieldLabelMismatch {
    fn finding(
        &self,
        timeline: &Timeline,
        window: &Window,
        bench: &Bench<'_>,
        field: Field,
    ) -> Finding {
        let label = label(field);
        let mut objects = window.objects.iter().map(ObjectId::as_str);
        let named = objects.next().unwrap_or("?");
        let bearers: Vec<&str> = objects.collect();
        let (field_name, label_name) = (field.name(), label.name());
        let summary = if bearers.is_empty() {
            format!("{field_name} names {named}, which does not bear \"{label_name}\"")
        } else {
            let bearers = bearers.join(" and ");
            format!("{field_name} names {named}, but {bearers} bears \"{label_name}\"")
        };
        let written = timeline.events[..=window.opened].iter().rev().find(|event| {
            matches!(&event.kind, EventKind::Assigned { field: written, .. } if *written == field)
        });
        states::finding(self.id(), self.severity(), timeline, window, bench)
            .topic(field_name)
            .summary(summary)
            .evidence(written.map(|event| &event.origin))
            .evidence(states::causes(timeline, window))
            .recommend(&[
                Recommendation::AtomicChanges,
                Recommendation::ValidateFinalState,
                Recommendation::CleanupJob,
            ])
    }
}

/// The label that stands for what a field says.
fn label(field: Field) -> Label {
    match field {
        Field::ActiveAttested => Label::ActiveAttested,
        Field::Hubspot => Label::Active,
    }
}

/// What the log says outright of labels, apart from what a replay implies.
#[derive(Default)]
struct Logged {
    /// Labels that were taken away.
    lost: BTreeSet<(ObjectId, Label)>,
    /// Labels that could not be given.
    refused: BTreeSet<(ObjectId, Label)>,
    /// Who gave an object its "Active Attested" last: event and run.
    attested: BTreeMap<ObjectId, (usize, Option<usize>)>,
    /// The last write of `credentialing_active_attested_id`.
    written: usize,
    /// Objects that a run wrote into it.
    writers: BTreeSet<(ObjectId, Option<usize>)>,
}

impl Logged {
    fn take(&mut self, at: usize, run: Option<usize>, kind: &EventKind) {
        match kind {
            EventKind::Assigned { field: Field::ActiveAttested, object: Some(object), .. } => {
                self.written = at;
                self.writers.insert((object.clone(), run));
            }
            EventKind::Labelled { object, label } => {
                if *label == Label::ActiveAttested {
                    self.attested.insert(object.clone(), (at, run));
                }
                self.lost.remove(&(object.clone(), *label));
                self.refused.remove(&(object.clone(), *label));
            }
            EventKind::Unlabelled { object, label } => {
                self.lost.insert((object.clone(), *label));
            }
            EventKind::StepFailed { step: Step::Activate, object: Some(object) } => {
                self.refused.insert((object.clone(), Label::Active));
            }
            EventKind::StepFailed { step: Step::Attest, object: Some(object) } => {
                self.refused.insert((object.clone(), Label::ActiveAttested));
            }
            _ => {}
        }
    }

    /// Whether the field names another object though it was written for this one, or after this one
    /// bore the label. Where the run that attested it logs no write, it is taken to have written.
    fn is_passed_over(&self, object: &ObjectId) -> bool {
        let Some((at, run)) = self.attested.get(object) else { return true };
        *at < self.written || self.writers.contains(&(object.clone(), *run))
    }

    /// Whether the object a field names is logged not to bear the label, while another bears it or
    /// it never got there. A label that nobody bears any more is `none-attested`'s to tell.
    fn disagreement(&self, board: &Board, field: Field) -> Truth {
        let label = label(field);
        let Some(named) = board.field(field).flatten() else { return Truth::No };
        if board.held(named, label) != Held::No {
            return Truth::No;
        }
        let key = (named.clone(), label);
        let (is_lost, is_refused) = (self.lost.contains(&key), self.refused.contains(&key));
        if !is_lost && !is_refused {
            return Truth::No;
        }
        let bearers = |held| board.bearers(label, held).cloned();
        // Many objects may be Active at once, so another one that is says nothing.
        let others: Vec<ObjectId> = match field {
            Field::ActiveAttested => {
                bearers(Held::Yes).filter(|object| self.is_passed_over(object)).collect()
            }
            Field::Hubspot => Vec::new(),
        };
        let is_possible = field == Field::ActiveAttested
            && (bearers(Held::Maybe).next().is_some() || bearers(Held::Presumed).next().is_some());
        let objects: Vec<ObjectId> = std::iter::once(named.clone()).chain(others).collect();
        match field {
            Field::Hubspot => Truth::Certain(objects),
            Field::ActiveAttested if objects.len() > 1 || is_refused => Truth::Certain(objects),
            Field::ActiveAttested if is_possible => Truth::Possible(objects),
            Field::ActiveAttested => Truth::No,
        }
    }
}
