//! `dual-label`: one object "Active" and "Active Attested" at once.

use std::collections::BTreeMap;

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
use crate::timeline::windows_over;

/// The rule.
#[derive(Debug)]
pub(super) struct DualLabel;

impl Rule for DualLabel {
    fn id(&self) -> RuleId {
        RuleId("dual-label")
    }

    fn title(&self) -> &'static str {
        "one object \"Active\" and \"Active Attested\" at once"
    }

    fn severity(&self) -> Severity {
        Severity::Medium
    }

    fn page(&self) -> &'static str {
        include_str!("../../docs/rules/dual-label.md")
    }

    fn judge(&self, timeline: &Timeline, bench: &Bench<'_>) -> Vec<Finding> {
        let mut changes: BTreeMap<&ObjectId, Vec<usize>> = BTreeMap::new();
        let nothing = Board::default();
        for (at, board) in timeline.boards.iter().enumerate() {
            for object in board.changed(timeline.board_before(at).unwrap_or(&nothing)) {
                changes.entry(object).or_default().push(at);
            }
        }
        let judged = changes.into_iter();
        judged.flat_map(|(object, at)| self.judge_object(timeline, bench, object, &at)).collect()
    }
}

impl DualLabel {
    fn judge_object(
        &self,
        timeline: &Timeline,
        bench: &Bench<'_>,
        object: &ObjectId,
        changes: &[usize],
    ) -> Vec<Finding> {
        let boards = changes.iter().map(|at| (*at, &timeline.boards[*at]));
        windows_over(boards, |board| both_labels(board, object))
            .iter()
            .filter(|window| {
                !states::is_transient(timeline, window)
                    && !states::is_healed_by_retry(timeline, window, bench)
            })
            .map(|window| {
                states::finding(self.id(), self.severity(), timeline, window, bench)
                    .summary(format!("object {object} bears \"Active\" and \"Active Attested\""))
                    .evidence(states::causes(timeline, window))
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

fn both_labels(board: &Board, object: &ObjectId) -> Truth {
    let held = Label::ALL.map(|label| board.held(object, label));
    if held == [Held::Yes; 2] {
        Truth::Certain(vec![object.clone()])
    } else if held.iter().all(|held| matches!(held, Held::Yes | Held::Maybe | Held::Presumed)) {
        Truth::Possible(vec![object.clone()])
    } else {
        Truth::No
    }
}
