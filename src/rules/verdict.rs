//! The verdict on one therapist: how it stands at the end of the log, and in which end state.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use crate::model::Certainty;
use crate::model::EndState;
use crate::model::EventKind;
use crate::model::Finding;
use crate::model::Label;
use crate::model::ObjectId;
use crate::model::Outcome;
use crate::model::Risk;
use crate::model::Severity;
use crate::model::Status;
use crate::model::Step;
use crate::model::Still;
use crate::model::TherapistId;
use crate::model::Verdict;
use crate::process::Bearing;
use crate::process::Classified;
use crate::process::classify;
use crate::timeline::Board;
use crate::timeline::Held;
use crate::timeline::Timeline;
use crate::timeline::run_handoff;

/// Sums up one therapist from the timeline and what the rules found in it.
pub fn verdict(timeline: &Timeline, findings: &[Finding]) -> Verdict {
    let end_state = end_state(timeline);
    Verdict {
        therapist: timeline.therapist.clone(),
        events: timeline.events.len(),
        runs: timeline.runs.len(),
        status: status(timeline, findings, &end_state),
        end_state,
        pairing: timeline.pairing,
    }
}

/// The verdict on events of which nothing tells whose they are: none.
pub fn unjudged(therapist: TherapistId, events: usize) -> Verdict {
    Verdict {
        therapist,
        events,
        runs: 0,
        status: Status::Undetermined,
        end_state: EndState {
            number: None,
            also: Vec::new(),
            name: "not judged: nothing tells whose events these are".to_owned(),
            risk: Risk::None,
            certainty: Certainty::Possible,
            labels: BTreeMap::new(),
            fields: BTreeMap::new(),
        },
        pairing: None,
    }
}

/// Violating if something certain is still wrong, undetermined if it only may be, healed if all
/// that was wrong is over. What is only worth knowing does not count.
fn status(timeline: &Timeline, findings: &[Finding], end_state: &EndState) -> Status {
    if timeline.therapist.is_unknown() && findings.is_empty() {
        return Status::Undetermined;
    }
    let wrong = findings.iter().filter(|finding| finding.severity > Severity::Info);
    // That a run never ended leaves open how it ended; it is not itself a wrong state.
    let is_open = |finding: &Finding| finding.rule.0 == "unfinished-run";
    // A failure that nothing made good is over only if the labels ended well all the same.
    let is_well = end_state.number == Some(1) && end_state.certainty == Certainty::Certain;
    let is_failure = |finding: &Finding| finding.rule.0 == "failed-step";
    let of = |finding: &Finding| match (finding.still, finding.certainty) {
        (Still::Over, _) if is_failure(finding) && !is_well => Status::Undetermined,
        (Still::Wrong, Certainty::Certain) if is_open(finding) => Status::Undetermined,
        (Still::Wrong, Certainty::Certain) => Status::Violating,
        (Still::Wrong, Certainty::Possible) => Status::Undetermined,
        (Still::Over, _) => Status::Healed,
    };
    wrong.map(of).min().unwrap_or(Status::Ok)
}

/// Classifies the last hand-off by the labels its two objects bear at the end.
fn end_state(timeline: &Timeline) -> EndState {
    let empty = Board::default();
    let board = timeline.last_board().unwrap_or(&empty);
    let (first, second) = match last_pair(timeline) {
        // No run shows a hand-off: the labels speak for themselves.
        (None, None) => borne(board),
        pair => pair,
    };
    let (failed, has_broken_off) = last_failures(timeline);
    let bearing = |object: &Option<ObjectId>| -> Bearing {
        object.as_ref().map(|object| labels(board, object))
    };
    let mut class = classify(&bearing(&first), &bearing(&second), &failed, has_broken_off);
    let is_of_pair = |object: &&ObjectId| [&first, &second].contains(&&Some((*object).clone()));
    let others = board.bearers(Label::ActiveAttested, Held::Yes).filter(|o| !is_of_pair(o));
    let has_pair = first.is_some() || second.is_some();
    if has_pair && others.count() > 0 {
        // The pair alone may look well while a third object is attested beside it.
        class = Classified {
            number: None,
            also: Vec::new(),
            name: "an object outside the last hand-off is attested too".to_owned(),
            risk: Risk::High,
        };
    }
    let is_settled = [&first, &second].into_iter().flatten().all(|object| {
        Label::ALL.iter().all(|label| matches!(board.held(object, *label), Held::Yes | Held::No))
    });
    let is_open = |held| board.bearers(Label::ActiveAttested, held).next().is_some();
    let is_settled = is_settled && ![Held::Maybe, Held::Presumed].into_iter().any(is_open);
    // What stood before the log is open where no line tells of a first object.
    let has_both = first.is_some() && second.is_some();
    let is_certain = has_both && is_settled && timeline.silent.is_empty() && class.also.is_empty();
    let fields: BTreeMap<_, _> = board.fields().clone();
    EndState {
        number: class.number,
        also: class.also,
        name: class.name,
        risk: class.risk,
        certainty: if is_certain { Certainty::Certain } else { Certainty::Possible },
        labels: board.objects().map(|object| (object.clone(), labels(board, object))).collect(),
        fields,
    }
}

/// The labels an object bears in some reading. In doubt a label counts: better to ask in vain.
fn labels(board: &Board, object: &ObjectId) -> BTreeSet<Label> {
    let bears = |label: &Label| {
        matches!(board.held(object, *label), Held::Yes | Held::Maybe | Held::Presumed)
    };
    Label::ALL.into_iter().filter(bears).collect()
}

/// The objects that bear labels where no hand-off names any: the last one Active, the last one
/// attested; where none is attested, the last two Active.
fn borne(board: &Board) -> (Option<ObjectId>, Option<ObjectId>) {
    let last = |label| board.bearers(label, Held::Yes).last().cloned();
    let (active, attested) = (last(Label::Active), last(Label::ActiveAttested));
    let mut others = board.bearers(Label::Active, Held::Yes);
    if let (None, Some(other)) = (&attested, others.find(|it| Some(*it) != active.as_ref())) {
        return (Some(other.clone()), active);
    }
    let attested = attested.filter(|attested| Some(attested) != active.as_ref());
    (active, attested)
}

/// The first and the second object of the last hand-off: the object attested (or meant to be)
/// last, and the one its run handed down, else the one attested before it.
fn last_pair(timeline: &Timeline) -> (Option<ObjectId>, Option<ObjectId>) {
    let mut second = None;
    let mut first = None;
    for run in timeline.runs.iter().rev() {
        let handoff = run_handoff(&timeline.events, run);
        if second.is_none() {
            second = handoff.seconds.last().or(handoff.created.last()).cloned();
            let hands_down = handoff.firsts.iter().rev().find(|o| Some(*o) != second.as_ref());
            if second.is_some() || is_meant_to_attest(timeline, run) {
                first = hands_down.cloned();
            }
        } else if first.is_none() {
            let earlier = handoff.seconds.iter().rev();
            first = earlier.into_iter().find(|object| Some(*object) != second.as_ref()).cloned();
        }
        if first.is_some() {
            break;
        }
    }
    (first, second)
}

/// A run that shows no second object and failed on the way to one.
fn is_meant_to_attest(timeline: &Timeline, run: &crate::model::Run) -> bool {
    run.failed_steps.iter().any(|step| matches!(step, Step::Create | Step::Attest))
        || run.events.iter().any(|at| matches!(timeline.events[*at].kind, EventKind::Failed))
}

/// Steps seen to fail in the last run that touched both objects and in the attempts of its job,
/// and whether one of these broke off.
fn last_failures(timeline: &Timeline) -> (BTreeSet<Step>, bool) {
    let last = timeline.runs.iter().rposition(|run| {
        let handoff = run_handoff(&timeline.events, run);
        !handoff.seconds.is_empty() || !run.failed_steps.is_empty()
    });
    let Some(last) = last else { return (BTreeSet::new(), false) };
    let this = &timeline.runs[last];
    let of_job = |run: &&crate::model::Run| {
        run.id == this.id || (this.mark.job.is_some() && run.mark.job == this.mark.job)
    };
    let attempts: Vec<_> = timeline.runs.iter().filter(of_job).collect();
    let failed = attempts.iter().flat_map(|run| run.failed_steps.iter().copied()).collect();
    let broke_off =
        |run: &&crate::model::Run| matches!(run.outcome, Outcome::Failed | Outcome::Unfinished);
    (failed, attempts.iter().any(broke_off))
}
