//! Remarks: what makes two sides less comparable than they look.

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

pub(super) fn notes(before: &Side, after: &Side, entries: &[Entry], rows: &[Row]) -> Vec<String> {
    let sides = [("BEFORE", before), ("AFTER", after)];
    let mut notes = Vec::new();
    notes.extend(order(before, after));
    notes.extend(possible(rows));
    notes.extend(floors(sides));
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

/// A report leaves out what was below the severity it was made with, and does not say which that
/// was; where the other side has milder findings than any of it, that may be why.
fn floors(sides: [(&'static str, &Side); 2]) -> Option<String> {
    let least = |side: &Side| side.findings.iter().map(|told| told.severity).min();
    let [(_, one), (_, other)] = sides;
    let (mild, harsh) = match least(one)?.cmp(&least(other)?) {
        std::cmp::Ordering::Less => (one, sides[1]),
        std::cmp::Ordering::Greater => (other, sides[0]),
        std::cmp::Ordering::Equal => return None,
    };
    let is_cut = harsh.1.kind == Kind::Report && harsh.1.hidden > 0;
    let least: Severity = least(mild)?;
    is_cut.then(|| {
        format!(
            "{}: its report leaves {} out; if they are of severity {}, --severity makes both alike",
            harsh.0,
            counted(harsh.1.hidden, "finding"),
            least.name(),
        )
    })
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
