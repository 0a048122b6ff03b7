//! Judging where runs are inferred: what holds in every way to pair events and runs is certain, what
//! holds in some is possible. Source: design.md §5.

use std::collections::BTreeSet;
use std::collections::HashMap;

use crate::model::Certainty;
use crate::model::Finding;
use crate::model::FindingId;
use crate::model::Origin;
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
    let mut is_agreed = true;
    other_readings(timeline, bench.end, bench.profile, |other| {
        let found = judge(other, bench);
        let has_same_end = is_same(&summed, &verdict(other, &found));
        let has_same_findings = join(&mut findings, found);
        is_agreed &= has_same_end && has_same_findings;
    });
    if !timeline.left_open.is_empty() {
        // What was not looked at may be otherwise.
        let open: BTreeSet<&Origin> = timeline
            .left_open
            .iter()
            .flat_map(|range| &timeline.events[range.clone()])
            .map(|event| &event.origin)
            .collect();
        let rests = |finding: &Finding| finding.origins().iter().any(|it| open.contains(it));
        for finding in findings.iter_mut().filter(|finding| rests(finding)) {
            finding.certainty = Certainty::Possible;
        }
    }
    if !is_agreed || !timeline.left_open.is_empty() {
        summed = verdict(timeline, &findings);
        summed.end_state.certainty = Certainty::Possible;
    }
    summed.pairing = timeline.pairing.map(|pairing| Pairing { is_agreed, ..pairing });
    (findings, summed)
}

/// Whether two readings end in the same state.
fn is_same(one: &Verdict, other: &Verdict) -> bool {
    let labels = |verdict: &Verdict| verdict.end_state.labels.clone();
    (one.end_state.number, &one.end_state.name) == (other.end_state.number, &other.end_state.name)
        && labels(one) == labels(other)
}

/// Joins what two readings find; says whether they agree. What rests on the same lines is the same,
/// whichever runs it is told of.
fn join(findings: &mut Vec<Finding>, others: Vec<Finding>) -> bool {
    let mut by_id: HashMap<FindingId, usize> = HashMap::new();
    for (at, other) in others.iter().enumerate() {
        by_id.entry(other.id()).or_insert(at);
    }
    let mut others: Vec<Option<Finding>> = others.into_iter().map(Some).collect();
    let mut is_agreed = true;
    let mut unmatched = Vec::new();
    for (at, finding) in findings.iter_mut().enumerate() {
        match by_id.get(&finding.id()).and_then(|other| others[*other].take()) {
            Some(other) => is_agreed &= meet(finding, &other),
            None => unmatched.push(at),
        }
    }
    let mut others: Vec<Finding> = others.into_iter().flatten().collect();
    for at in &unmatched {
        let alike = others.iter().position(|other| is_alike(&findings[*at], other));
        let other = alike.map(|other| others.swap_remove(other));
        let finding = &mut findings[*at];
        is_agreed &= other.as_ref().is_some_and(|other| meet(finding, other));
        if other.is_none() {
            finding.certainty = Certainty::Possible;
        }
    }
    others.retain(|other| !unmatched.iter().any(|at| is_alike(&findings[*at], other)));
    is_agreed &= others.is_empty();
    findings.extend(others.into_iter().map(|other| other.certainty(Certainty::Possible)));
    is_agreed
}

/// Takes from what two readings say of the same what both say; whether that is all.
fn meet(finding: &mut Finding, other: &Finding) -> bool {
    let is_agreed = finding.certainty == other.certainty && finding.still == other.still;
    finding.certainty = finding.certainty.min(other.certainty);
    if other.still == Still::Wrong && finding.still == Still::Over {
        (finding.still, finding.certainty) = (Still::Wrong, Certainty::Possible);
    }
    is_agreed
}

/// Whether two readings tell of the same: of the same objects, or on lines of which one has all
/// that the other has.
fn is_alike(one: &Finding, other: &Finding) -> bool {
    let objects = |finding: &Finding| finding.objects.iter().cloned().collect::<BTreeSet<_>>();
    let lines = |finding: &Finding| finding.origins().iter().cloned().collect::<BTreeSet<_>>();
    let has_same_lines = || {
        let (mine, theirs) = (lines(one), lines(other));
        mine.is_subset(&theirs) || theirs.is_subset(&mine)
    };
    one.rule == other.rule
        && one.is_about_the_same(other)
        && (one.id() == other.id()
            || (one.from == other.from && objects(one) == objects(other))
            || has_same_lines())
}
