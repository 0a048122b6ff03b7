//! The sentences of a comparison: the same on the screen and in Markdown.

use crate::diff::Answer;
use crate::diff::Aspect;
use crate::diff::Class;
use crate::diff::Diff;
use crate::diff::Difference;
use crate::diff::Entry;
use crate::diff::Measure;
use crate::diff::Row;
use crate::diff::Side;
use crate::diff::Told;
use crate::diff::Why;
use crate::model::Stamp;
use crate::model::Still;
use crate::model::rate::Direction;
use crate::report::diff::rates;
use crate::report::moment;
use crate::report::number;
use crate::report::number::grouped;
use crate::report::number::of;
use crate::report::style::Role;

/// The first words, in capitals, and their role.
pub(super) fn verdict(answer: &Answer) -> (&'static str, Role) {
    match answer {
        Answer::Inconclusive { .. } => ("INCONCLUSIVE", Role::Doubt),
        Answer::NoRate => ("NO RATE", Role::Doubt),
        Answer::Rate(Direction::Fell, _) => ("FELL", Role::Healed),
        Answer::Rate(Direction::Rose, _) => ("ROSE", Role::Wrong),
        Answer::Rate(Direction::Unclear, _) => ("NO DIFFERENCE CAN BE SHOWN", Role::Doubt),
    }
}

/// What the first words are about, as one sentence.
pub(super) fn answer(diff: &Diff) -> String {
    pieces(diff).join(", ")
}

/// The same in pieces that are not to be broken.
pub(super) fn pieces(diff: &Diff) -> Vec<String> {
    match &diff.answer {
        Answer::Inconclusive { before, after } => {
            let lack = |is: bool, name: &str, side: &Side| is.then(|| lack(name, side));
            let lacks = [lack(*before, "BEFORE", &diff.before), lack(*after, "AFTER", &diff.after)];
            vec![lacks.into_iter().flatten().collect::<Vec<_>>().join("; ")]
        }
        Answer::NoRate => {
            let [before, after] = [&diff.before, &diff.after].map(|side| of(side.runs(), "run"));
            vec![format!("{before} before, {after} after: a rate needs runs on both sides")]
        }
        Answer::Rate(direction, row) => rate(*direction, row),
    }
}

fn rate(direction: Direction, row: &Row) -> Vec<String> {
    let name = row.measure.name();
    let (Some(before), Some(after), Some(change)) = (row.before, row.after, row.change) else {
        return vec![name.to_owned()];
    };
    if before.events + after.events == 0 {
        let [before, after] = [before.of, after.of].map(grouped);
        return vec![format!("no findings on either side, in {before} and {after} runs")];
    }
    let [from, to] = [before, after].map(|rate| rates::per(rate.per_thousand));
    let from_to = match direction {
        Direction::Unclear => format!("{from} → {to}"),
        Direction::Fell | Direction::Rose => format!("from {from} to {to}"),
    };
    let bounds = format!("95 %: {}", rates::bounds(&change));
    vec![
        format!("{name} {from_to} per 1,000 runs"),
        change.ratio.map_or(bounds.clone(), |ratio| format!("×{} ({bounds})", rates::times(ratio))),
    ]
}

/// What is missing on a side.
fn lack(name: &str, side: &Side) -> String {
    let sheet = &side.sheet;
    let [lines, used, unread] = [sheet.lines, sheet.used, sheet.unread].map(grouped);
    if sheet.lines == 0 {
        format!("{name}: nothing was read")
    } else if side.therapists.is_empty() {
        format!("{name}: no therapist was seen, in {used} of {lines} lines used, {unread} unread")
    } else {
        format!("{name}: too many lines could not be read: {unread} unread beside {used} used")
    }
}

/// Names of the other measures that certainly moved so, worst first.
pub(super) fn also(diff: &Diff, direction: Direction) -> Vec<&str> {
    let lead = diff.answer.row().map(|row| &row.measure);
    let moved = diff.rows.iter().filter(|row| {
        row.change.is_some_and(|change| change.direction == direction) && Some(&row.measure) != lead
    });
    moved.map(|row| row.measure.name()).collect()
}

/// Whether findings can be told to be new or gone: not where a side tells of nobody, for then all
/// of them would look gone.
pub(super) fn has_findings(diff: &Diff) -> bool {
    !matches!(diff.answer, Answer::Inconclusive { .. })
}

/// Whether rates can be told at all.
pub(super) fn has_rates(diff: &Diff) -> bool {
    matches!(diff.answer, Answer::Rate(..))
}

/// What stands beside a side's name.
pub(super) fn facts(side: &Side) -> Vec<String> {
    let span = side.window.map(|window| format!("{} UTC", moment::span(window)));
    vec![
        span.unwrap_or_else(|| "no time seen".to_owned()),
        of(number::count(side.therapists.len()), "therapist"),
        of(side.runs(), "run"),
        of(number::count(side.findings.len()), "finding"),
    ]
}

/// Why the other side does not have so many findings, in the order that says most first.
pub(super) fn reasons(diff: &Diff, class: Class) -> Vec<(usize, &'static str)> {
    let count = |why| diff.of(class).filter(|entry| entry.why() == Some(why)).count();
    let all = Why::ALL.map(|why| (count(why), reason(class, why)));
    all.into_iter().filter(|(count, _)| *count > 0).collect()
}

/// Why what is gone is gone, in brief: that a log of another time does not have it is no news.
pub(super) fn unlike(diff: &Diff, class: Class) -> String {
    let count = |why| diff.of(class).filter(|entry| entry.why() == Some(why)).count();
    let all = Why::ALL.map(|why| (count(why), why.name()));
    let told: Vec<String> = all
        .iter()
        .filter(|(count, _)| *count > 0 && class == Class::Gone)
        .map(|(count, name)| format!("{} {name}", grouped(number::count(*count))))
        .collect();
    if told.is_empty() { String::new() } else { format!(" ({})", told.join(", ")) }
}

fn reason(class: Class, why: Why) -> &'static str {
    match (class == Class::New, why) {
        (true, Why::Absent) => "in BEFORE's time, and not found there",
        (true, Why::Later) => "older than BEFORE, which finds nothing of the kind",
        (true, Why::Unseen) => "of therapists or objects that BEFORE does not tell of",
        (true, Why::Outside) => "outside BEFORE's time",
        (false, Why::Absent) => "in AFTER's time, and found no more",
        (false, Why::Later) => "still wrong when BEFORE ended, and found no more by AFTER",
        (false, Why::Unseen) => "of therapists or objects that AFTER does not tell of: not known",
        (false, Why::Outside) => "outside AFTER's time, which says nothing of a fix",
    }
}

/// The differences of an entry, with what was and what is: `runs 2 → 3`.
pub(super) fn differences(entry: &Entry) -> Vec<(String, bool)> {
    let (Some(before), Some(after)) = (entry.before(), entry.after()) else { return Vec::new() };
    let told = |difference: &Difference| (difference.aspect, difference.is_worse);
    let differences = entry.differences().iter().map(told);
    differences.map(|(aspect, is_worse)| (difference(aspect, before, after), is_worse)).collect()
}

fn difference(aspect: Aspect, before: &Told, after: &Told) -> String {
    let counts = |name: &str, of: fn(&Told) -> usize| {
        let [one, other] = [before, after].map(|told| grouped(number::count(of(told))));
        format!("{name} {one} → {other}")
    };
    match aspect {
        Aspect::Still => {
            let word =
                |told: &Told| if told.still == Still::Wrong { "still wrong" } else { "over" };
            format!("{} → {}", word(before), word(after))
        }
        Aspect::Severity => format!("{} → {}", before.severity.name(), after.severity.name()),
        Aspect::Certainty => format!("{} → {}", before.certainty.name(), after.certainty.name()),
        Aspect::End => {
            let end = |told: &Told| told.to.map(Stamp::time_of_day).unwrap_or_default();
            format!("until {} → {}", end(before), end(after))
        }
        Aspect::Objects => counts("objects", |told| told.objects.len()),
        Aspect::Runs => counts("runs", |told| told.runs.len()),
        Aspect::Evidence => counts("lines", |told| told.evidence),
    }
}

/// What a row is called under its heading.
pub(super) fn label(measure: &Measure) -> &str {
    match measure {
        Measure::Therapists => "affected",
        Measure::Rule(_) | Measure::ExtraRuns | Measure::High | Measure::All => measure.name(),
    }
}
