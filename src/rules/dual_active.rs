//! `dual-active`: two objects "Active" at once; only worth knowing when clean hand-offs led there.

use crate::model::Certainty;
use crate::model::Finding;
use crate::model::Label;
use crate::model::ObjectId;
use crate::model::Outcome;
use crate::model::Recommendation;
use crate::model::RuleId;
use crate::model::Severity;
use crate::model::Step;
use crate::rules::Bench;
use crate::rules::Rule;
use crate::rules::dual_attested::two_bearers;
use crate::rules::duplicate_run::duplicates;
use crate::rules::flip_flop;
use crate::rules::states;
use crate::timeline::Timeline;
use crate::timeline::Window;
use crate::timeline::windows;

/// The rule.
#[derive(Debug)]
pub(super) struct DualActive;

impl Rule for DualActive {
    fn id(&self) -> RuleId {
        RuleId("dual-active")
    }

    fn title(&self) -> &'static str {
        "two objects \"Active\" at once"
    }

    fn severity(&self) -> Severity {
        Severity::Medium
    }

    fn page(&self) -> &'static str {
        include_str!("../../docs/rules/dual-active.md")
    }

    fn judge(&self, timeline: &Timeline, bench: &Bench<'_>) -> Vec<Finding> {
        windows(timeline, |board| two_bearers(board, Label::Active))
            .iter()
            .filter(|window| !states::is_transient(timeline, window))
            .map(|window| self.finding(timeline, window, bench))
            .collect()
    }
}

impl DualActive {
    fn finding(&self, timeline: &Timeline, window: &Window, bench: &Bench<'_>) -> Finding {
        let objects: Vec<&str> = window.objects.iter().map(ObjectId::as_str).collect();
        let objects = objects.join(" and ");
        let path = path(timeline, window, bench);
        let (severity, why) = match path {
            Path::Clean => (Severity::Info, "only clean hand-offs led there"),
            Path::Unclean => (self.severity(), "not by clean hand-offs"),
            Path::Untold => (self.severity(), "the log does not show whole hand-offs"),
        };
        let found = states::finding(self.id(), severity, timeline, window, bench);
        let certainty = match path {
            Path::Untold => Certainty::Possible,
            Path::Clean | Path::Unclean => found.certainty,
        };
        found
            .certainty(certainty)
            .summary(format!("objects {objects} bear \"Active\" at the same time; {why}"))
            .evidence(states::causes(timeline, window))
            .recommend(&[Recommendation::ValidateFinalState, Recommendation::CleanupJob])
    }
}

/// How the objects of a window came to be Active.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Path {
    Clean,
    Unclean,
    Untold,
}

fn path(timeline: &Timeline, window: &Window, bench: &Bench<'_>) -> Path {
    let makers: Vec<usize> = window
        .objects
        .iter()
        .filter_map(|object| {
            timeline.events.iter().enumerate().find(|(_, event)| {
                event.kind.object() == Some(object) && event.kind.step() == Some(Step::Activate)
            })
        })
        .filter_map(|(at, _)| timeline.run_of[at])
        .collect();
    let is_whole = makers.len() == window.objects.len()
        && makers.iter().all(|run| timeline.is_whole_handoff(*run));
    // Of two hand-offs by duplicates one leaves an object too many, whole or not.
    let pairs = makers.iter().flat_map(|one| makers.iter().map(move |other| [*one, *other]));
    let duplicate = pairs.filter_map(|pair| duplicates(timeline, pair, bench)).max();
    match duplicate {
        None if is_whole => return Path::Clean,
        Some(Certainty::Certain) => return Path::Unclean,
        Some(Certainty::Possible) if is_whole => return Path::Untold,
        None | Some(Certainty::Possible) => {}
    }
    if makers.iter().any(|run| has_sign(timeline, *run)) || flip_flop::concerns(timeline, window) {
        return Path::Unclean;
    }
    Path::Untold
}

/// A sign that a run did not do, alone and whole, what a hand-off is.
fn has_sign(timeline: &Timeline, run: usize) -> bool {
    let this = &timeline.runs[run];
    let is_alone = |other: usize| other == run || !timeline.may_overlap(run, other);
    !this.failed_steps.is_empty()
        || this.redelivery_of.is_some()
        || matches!(this.outcome, Outcome::Failed | Outcome::Unfinished)
        || !(0..timeline.runs.len()).all(is_alone)
}
