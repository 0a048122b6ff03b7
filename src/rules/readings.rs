//! Judging where runs are inferred: what holds in every way to pair events and runs is certain, what
//! holds in some is possible. Source: design.md §5.

use std::collections::BTreeMap;

use crate::model::Certainty;
use crate::model::Finding;
use crate::model::FindingId;
use crate::model::Pairing;
use crate::model::Still;
use crate::model::Verdict;
use crate::rules::Bench;
use crate::rules::judge;
use crate::rules::verdict;
use crate::timeline::Timeline;
use crate::timeline::other_readings;

/// Judges a timeline in all its readings.
pub fn judge_readings(timeline: &Timeline, bench: &Bench<'_>) -> (Vec<Finding>, Verdict) {
    let mut findings = judge(timeline, bench);
    let mut summed = verdict(timeline, &findings);
    let Some(pairing) = timeline.pairing else { return (findings, summed) };
    let mut is_agreed = true;
    for other in other_readings(timeline, bench.end, bench.profile) {
        let found = judge(&other, bench);
        let sum = verdict(&other, &found);
        is_agreed &= is_same(&summed, &sum) & join(&mut findings, found);
    }
    if !pairing.is_complete {
        // What was not looked at may be otherwise.
        findings.iter_mut().for_each(|finding| finding.certainty = Certainty::Possible);
    }
    if !is_agreed || !pairing.is_complete {
        summed = verdict(timeline, &findings);
        summed.end_state.certainty = Certainty::Possible;
    }
    summed.pairing = Some(Pairing { is_agreed, ..pairing });
    (findings, summed)
}

/// Whether two readings end in the same state.
fn is_same(one: &Verdict, other: &Verdict) -> bool {
    let labels = |verdict: &Verdict| verdict.end_state.labels.clone();
    (one.end_state.number, &one.end_state.name) == (other.end_state.number, &other.end_state.name)
        && labels(one) == labels(other)
}

/// Joins what two readings find; says whether they agree.
fn join(findings: &mut Vec<Finding>, others: Vec<Finding>) -> bool {
    let mut others: BTreeMap<FindingId, Finding> =
        others.into_iter().map(|finding| (finding.id(), finding)).collect();
    let mut is_agreed = true;
    for finding in findings.iter_mut() {
        match others.remove(&finding.id()) {
            Some(other) => {
                is_agreed &= finding.certainty == other.certainty && finding.still == other.still;
                finding.certainty = finding.certainty.min(other.certainty);
                if other.still == Still::Wrong && finding.still == Still::Over {
                    (finding.still, finding.certainty) = (Still::Wrong, Certainty::Possible);
                }
            }
            None => {
                is_agreed = false;
                finding.certainty = Certainty::Possible;
            }
        }
    }
    is_agreed &= others.is_empty();
    findings.extend(others.into_values().map(|finding| finding.certainty(Certainty::Possible)));
    is_agreed
}
