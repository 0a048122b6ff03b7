//! `no-label`: an object that was attested is left without any label.

use std::collections::BTreeMap;

use crate::model::EventKind;
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
use crate::timeline::windows_over;

/// The rule.
#[derive(Debug)]
pub(super) struct NoLabel;

impl Rule for NoLabel {
    fn id(&self) -> RuleId {
        RuleId("no-label")
    }

    fn title(&self) -> &'static str {
        "an object that was attested is left without any label"
    }

    fn severity(&self) -> Severity {
        Severity::Medium
    }

    fn page(&self) -> &'static str {
        include_str!("../../docs/rules/no-label.md")
    }

    fn judge(&self, timeline: &Timeline, bench: &Bench<'_>) -> Vec<Finding> {
        // Without a step 2 that is seen to fail nothing says that an object is not Active.
        let mut failed: BTreeMap<&ObjectId, usize> = BTreeMap::new();
        for (at, event) in timeline.events.iter().enumerate() {
            if let EventKind::StepFailed { step: Step::Activate, object: Some(object) } =
                &event.kind
            {
                failed.entry(object).or_insert(at);
            }
        }
        let of_object = |(object, at)| self.judge_object(timeline, bench, object, at);
        failed.into_iter().flat_map(of_object).collect()
    }
}

impl NoLabel {
    fn judge_object(
        &self,
        timeline: &Timeline,
        bench: &Bench<'_>,
        object: &ObjectId,
        failed: usize,
    ) -> Vec<Finding> {
        let boards = timeline.boards.iter().enumerate().skip(failed);
        windows_over(boards, |board| bears_none(board, object))
            .iter()
            .filter(|window| {
                !states::is_transient(timeline, window)
                    && !states::is_healed_by_retry(timeline, window, bench)
                    && !is_taken_off(timeline, window, object)
            })
            .map(|window| {
                states::finding(self.id(), self.severity(), timeline, window, bench)
                    .summary(format!(
                        "object {object} lost \"Active Attested\" and was not made \"Active\""
                    ))
                    .evidence([&timeline.events[failed].origin])
                    .recommend(&[
                        Recommendation::AtomicChanges,
                        Recommendation::Rollback,
                        Recommendation::ValidateFinalState,
                        Recommendation::CleanupJob,
                    ])
            })
            .collect()
    }
}

/// Whoever takes "Active" off on purpose means the object to bear nothing.
fn is_taken_off(timeline: &Timeline, window: &Window, object: &ObjectId) -> bool {
    matches!(
        &timeline.events[window.opened].kind,
        EventKind::Unlabelled { object: target, label: Label::Active } if target == object
    )
}

fn bears_none(board: &Board, object: &ObjectId) -> Truth {
    let held = Label::ALL.map(|label| board.held(object, label));
    if held == [Held::No; 2] {
        Truth::Certain(vec![object.clone()])
    } else if held.iter().all(|held| matches!(held, Held::No | Held::Maybe)) {
        Truth::Possible(vec![object.clone()])
    } else {
        Truth::No
    }
}
