//! `overwrite`: a field's object is replaced by another outside a clean hand-off.

use crate::model::Certainty;
use crate::model::EventKind;
use crate::model::Field;
use crate::model::Finding;
use crate::model::ObjectId;
use crate::model::Recommendation;
use crate::model::RuleId;
use crate::model::Severity;
use crate::model::Step;
use crate::model::Still;
use crate::rules::Bench;
use crate::rules::Rule;
use crate::rules::writes::Write;
use crate::rules::writes::writes;
use crate::timeline::Age;
use crate::timeline::Timeline;
use crate::timeline::run_handoff;

/// The rule.
#[derive(Debug)]
pub(super) struct Overwrite;

impl Rule for Overwrite {
    fn id(&self) -> RuleId {
        RuleId("overwrite")
    }

    fn title(&self) -> &'static str {
        "a field was overwritten outside a clean hand-off"
    }

    fn severity(&self) -> Severity {
        Severity::High
    }

    fn page(&self) -> &'static str {
        include_str!("../../docs/rules/overwrite.md")
    }

    fn judge(&self, timeline: &Timeline, bench: &Bench<'_>) -> Vec<Finding> {
        let _ = bench;
        let writes = writes(timeline);
        let mut findings = Vec::new();
        for (at, write) in writes.iter().enumerate() {
            let (Some(old), Some(new)) = (write.replaced, write.object) else { continue };
            if write.is_change()
                && let Some((certainty, why)) = reason(timeline, &writes, at, [old, new])
            {
                findings.push(self.finding(timeline, &writes, at, [old, new], certainty, why));
            }
        }
        findings
    }
}

impl Overwrite {
    fn finding(
        &self,
        timeline: &Timeline,
        writes: &[Write<'_>],
        at: usize,
        [old, new]: [&ObjectId; 2],
        certainty: Certainty,
        why: &'static str,
    ) -> Finding {
        let write = &writes[at];
        let field = write.field;
        let before = writes[..at].last();
        let setter = writes[..at].iter().rev().find(|w| w.field == field && w.object == Some(old));
        // Over as soon as the field is written again; wrong as long as it stands.
        let next = writes[at + 1..].iter().find(|w| w.field == field && w.object != Some(new));
        let runs = [setter, Some(write)].into_iter().flatten().filter_map(|w| timeline.run(w.at));
        Finding::new(self.id(), self.severity(), &timeline.therapist, &write.event.origin)
            .certainty(certainty)
            .between(write.event.stamp, next.and_then(|next| next.event.stamp))
            .still(if next.is_none() { Still::Wrong } else { Still::Over })
            .gap(before.and_then(|before| before.gap(write)))
            .objects([old, new])
            .topic(field.name())
            .runs(runs.map(|run| &run.id))
            .summary(format!("{} {old} → {new}, {why}", field.name()))
            .evidence(setter.map(|setter| &setter.event.origin))
            .evidence(before.map(|before| &before.event.origin))
            .evidence(taken_back(writes, at, [old, new]).map(|back| &back.event.origin))
            .recommend(&[Recommendation::JobDeduplication, Recommendation::TherapistLock])
    }
}

/// Why a change of a field is an overwrite, the surest reason first; `None` for a hand-off.
fn reason(
    timeline: &Timeline,
    writes: &[Write<'_>],
    at: usize,
    [old, new]: [&ObjectId; 2],
) -> Option<(Certainty, &'static str)> {
    let write = &writes[at];
    let setter =
        writes[..at].iter().rev().find(|w| w.field == write.field && w.object == Some(old));
    if let (Some(mine), Some(theirs)) = (write.run, setter.and_then(|setter| setter.run))
        && mine != theirs
        && timeline.may_overlap(mine, theirs)
        && !is_sequence_of_handoffs(timeline, theirs, mine)
    {
        return Some((concurrency(timeline, theirs, mine), "by a concurrent run"));
    }
    if timeline.age(new, old) == Age::Older {
        return Some((Certainty::Certain, "by an object that was there before it"));
    }
    if write.field != Field::ActiveAttested {
        return None;
    }
    if taken_back(writes, at, [old, new]).is_some() {
        let why = "by an object whose own promotion is later taken back";
        return Some((Certainty::Certain, why));
    }
    let run = write.run;
    if run.is_some_and(|run| has_failed_activation(timeline, run, old)) {
        return Some((Certainty::Certain, "though making the old one Active failed"));
    }
    // A hand-off explains only that the object it hands down gives way.
    let hands_down =
        |run: usize| run_handoff(&timeline.events, &timeline.runs[run]).first() == Some(old);
    let is_explained = run.is_some_and(|run| hands_down(run) && timeline.is_whole_handoff(run));
    if !is_activated(timeline, write.at, old) && !is_explained {
        let is_other = |run: usize| {
            let handoff = run_handoff(&timeline.events, &timeline.runs[run]);
            !timeline.runs[run].inferred && handoff.first().is_some_and(|first| first != old)
        };
        return Some(if run.is_some_and(is_other) {
            (Certainty::Certain, "by a run that handed down another object")
        } else {
            (Certainty::Possible, "before the old one is seen to be made Active")
        });
    }
    let is_hinted = timeline.age(new, old) == Age::HintsOlder;
    is_hinted.then_some((Certainty::Possible, "by an object with a smaller id"))
}

/// Runs that only share a tick, each a clean hand-off of its own, are a sequence and no race.
fn is_sequence_of_handoffs(timeline: &Timeline, earlier: usize, later: usize) -> bool {
    let [one, other] = [&timeline.runs[earlier], &timeline.runs[later]];
    let share_a_tick = one.to.zip(other.from).is_some_and(|(to, from)| !from.certainly_before(to));
    let [one, other] = [one, other].map(|run| run_handoff(&timeline.events, run));
    let goes_on = other.first().is_some() && other.first() == one.second();
    let is_first = one.firsts.is_empty() && one.second().is_some();
    let is_whole = is_first || timeline.is_whole_handoff(earlier);
    share_a_tick && goes_on && is_whole && timeline.is_whole_handoff(later)
}

fn concurrency(timeline: &Timeline, earlier: usize, later: usize) -> Certainty {
    let [one, other] = [&timeline.runs[earlier], &timeline.runs[later]];
    let is_named = !one.inferred && !other.inferred;
    let overlaps = |from: Option<crate::model::Stamp>, to: Option<crate::model::Stamp>| {
        from.zip(to).is_some_and(|(from, to)| from.certainly_before(to))
    };
    if is_named && overlaps(other.from, one.to) && overlaps(one.from, other.to) {
        Certainty::Certain
    } else {
        Certainty::Possible
    }
}

/// The write that takes the new object's promotion back: after the new object was made Active
/// itself, `credentialing_hubspot_id` returns to the object it had replaced.
fn taken_back<'a>(
    writes: &[Write<'a>],
    at: usize,
    [old, new]: [&ObjectId; 2],
) -> Option<Write<'a>> {
    if writes[at].field != Field::ActiveAttested {
        return None;
    }
    let mut later = writes[at + 1..].iter().filter(|write| write.field == Field::Hubspot);
    later.by_ref().find(|write| write.object == Some(new))?;
    later.find(|write| write.object == Some(old)).copied()
}

/// Whether the log shows the object made Active at or before an event.
fn is_activated(timeline: &Timeline, at: usize, object: &ObjectId) -> bool {
    timeline.events[..=at].iter().any(|event| {
        event.kind.object() == Some(object) && event.kind.step() == Some(Step::Activate)
    })
}

fn has_failed_activation(timeline: &Timeline, run: usize, object: &ObjectId) -> bool {
    timeline.runs[run].events.iter().any(|at| match &timeline.events[*at].kind {
        EventKind::StepFailed { step: Step::Activate, object: target } => {
            target.as_ref().is_none_or(|target| target == object)
        }
        _ => false,
    })
}
