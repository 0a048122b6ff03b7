//! Remarks: what makes two sides less comparable than they look.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use crate::diff::Entry;
use crate::diff::Match;
use crate::diff::measure::Measure;
use crate::diff::measure::Row;
use crate::diff::side::Kind;
use crate::diff::side::Side;
use crate::model::Severity;
use crate::model::TherapistId;
use crate::model::rate::Rate;

/// From so many findings on it is worth a word that most are of one therapist.
const CLUSTER: usize = 6;

pub(super) fn notes(
    [before, after]: [&Side; 2],
    made_with: [Severity; 2],
    entries: &[Entry],
    rows: &[Row],
) -> Vec<String> {
    let sides = [("BEFORE", before), ("AFTER", after)];
    let mut notes = Vec::new();
    notes.extend(order(before, after));
    notes.extend(possible(rows));
    notes.extend(floors(made_with));
    for (name, side) in sides {
        notes.extend(inferred(name, side));
        notes.extend(cluster(name, side));
        notes.extend(pseudonyms(name, side));
        let broken = side.broken.iter();
        notes.extend(broken.map(|it| format!("{name}: {it} broke off, so there may be more")));
        notes.extend(side.notes.iter().map(|note| format!("{name}: {note}")));
    }
    let by_state = entries.iter().filter(|it| it.matched() == Some(Match::State)).count();
    if by_state > 0 {
        notes.push(format!(
            "{by_state} recognised by therapist, rule and objects alone: one side's logs begin \
             after they did"
        ));
    }
    notes
}

/// Times that both sides cover are counted twice; sides the wrong way round turn every word round.
fn order(before: &Side, after: &Side) -> Option<String> {
    let ((first, last), (begin, end)) = before.window.zip(after.window)?;
    if end.certainly_before(first) {
        return Some(
            "AFTER ends before BEFORE begins: are the two the wrong way round?".to_owned(),
        );
    }
    let is_shared = begin.earliest() < last.until() && first.earliest() < end.until();
    is_shared.then(|| {
        "both sides cover some of the same time; what happened then counts on both, which draws \
         the rates together"
            .to_owned()
    })
}

fn possible(rows: &[Row]) -> Option<String> {
    let all = rows.iter().find(|row| row.measure == Measure::All)?;
    let [before, after] = all.possible;
    let events = |rate: Option<Rate>| rate.map_or(0, |rate| rate.events);
    (before + after > 0).then(|| {
        format!(
            "findings that are only possible count too: {before} of {} before, {after} of {} after",
            events(all.before),
            events(all.after),
        )
    })
}

/// A side made with a higher severity than the other has no milder findings; they are left out of
/// the other one too, since they would all look new, or gone.
fn floors([before, after]: [Severity; 2]) -> Option<String> {
    let (name, least) = match before.cmp(&after) {
        Ordering::Greater => ("BEFORE", before),
        Ordering::Less => ("AFTER", after),
        Ordering::Equal => return None,
    };
    Some(format!(
        "{name} was made with --severity {}; milder findings of the other side are left out",
        least.name()
    ))
}

fn inferred(name: &str, side: &Side) -> Option<String> {
    let whose = side.therapists.values().filter(|known| known.is_inferred).count();
    (whose > 0).then(|| {
        format!(
            "{name}: no line names the runs of {}; there may have been more runs, so rates are at \
             most these",
            counted(whose, "therapist"),
        )
    })
}

/// Intervals take findings for independent, and those of one therapist are not.
fn cluster(name: &str, side: &Side) -> Option<String> {
    let mut counts: BTreeMap<&TherapistId, usize> = BTreeMap::new();
    for told in &side.findings {
        *counts.entry(&told.therapist).or_default() += 1;
    }
    let all = side.findings.len();
    let (therapist, most) = counts.into_iter().max_by_key(|(_, count)| *count)?;
    (all >= CLUSTER && most * 2 > all).then(|| {
        format!(
            "{name}: {most} of {all} findings are of therapist {therapist}; what hangs together \
             makes intervals too narrow"
        )
    })
}

/// Pseudonyms are dealt out anew in each redacted report.
fn pseudonyms(name: &str, side: &Side) -> Option<String> {
    let is_pseudonym = |therapist: &TherapistId| {
        let number = therapist.as_str().strip_prefix("T-").unwrap_or_default();
        !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())
    };
    let is_redacted = side.kind == Kind::Report
        && !side.therapists.is_empty()
        && side.therapists.keys().all(is_pseudonym);
    is_redacted.then(|| {
        format!(
            "{name}: a redacted report; its pseudonyms are its own, so rates can be compared and \
             findings cannot"
        )
    })
}

fn counted(number: usize, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}
