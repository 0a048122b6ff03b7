//! `dual-attested`: two objects "Active Attested" at once.

use crate::model::Finding;
use crate::model::Label;
use crate::model::ObjectId;
use crate::model::Recommendation;
use crate::model::RuleId;
use crate::model::Severity;
use crate::rules::Bench;
use crate::rules::Rule;
use crate::rules::states;
use crate::timeline::Board;
use crate::timeline::Held;
use crate::timeline::Timeline;
use crate::timeline::Truth;
use crate::timeline::windows;

/// The rule.
#[derive(Debug)]
pub(super) struct DualAttested;

impl Rule for DualAttested {
    fn id(&self) -> RuleId {
        RuleId("dual-attested")
    }

    fn title(&self) -> &'static str {
        "two objects \"Active Attested\" at once"
    }

    fn severity(&self) -> Severity {
        Severity::High
    }

    fn page(&self) -> &'static str {
        include_str!("../../docs/rules/dual-attested.md")
    }

    fn judge(&self, timeline: &Timeline, bench: &Bench<'_>) -> Vec<Finding> {
        windows(timeline, |board| two_bearers(board, Label::ActiveAttested))
            .iter()
            .filter(|window| !states::is_transient(timeline, window))
            .map(|window| {
                let objects: Vec<&str> = window.objects.iter().map(ObjectId::as_str).collect();
                states::finding(self.id(), self.severity(), timeline, window, bench)
                    .summary(format!(
                        "objects {} bear \"Active Attested\" at the same time",
                        objects.join(" and ")
                    ))
                    .evidence(states::causes(timeline, window))
                    .recommend(&[
                        Recommendation::AtomicChanges,
                        Recommendation::ValidateFinalState,
                        Recommendation::CleanupJob,
                        Recommendation::TherapistLock,
                    ])
            })
            .collect()
    }
}

/// Whether at least two objects bear a label: in every reading, in some, or in none.
pub(super) fn two_bearers(board: &Board, label: Label) -> Truth {
    let certain: Vec<_> = board.bearers(label, Held::Yes).cloned().collect();
    if certain.len() >= 2 {
        return Truth::Certain(certain);
    }
    let maybe = [Held::Maybe, Held::Presumed].map(|held| board.bearers(label, held).cloned());
    let all: Vec<_> = certain.into_iter().chain(maybe.into_iter().flatten()).collect();
    if all.len() >= 2 { Truth::Possible(all) } else { Truth::No }
}
