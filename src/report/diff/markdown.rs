//! A comparison as Markdown, to be pasted into a ticket or a postmortem. All text of the log is
//! escaped.

use std::fmt::Write as _;

use crate::diff::Class;
use crate::diff::Diff;
use crate::diff::Entry;
use crate::diff::Side;
use crate::model::rate::Direction;
use crate::report::diff::rates::Columns;
use crate::report::diff::telling;
use crate::report::escape::markdown;
use crate::report::moment;
use crate::report::moment::Days;
use crate::report::number;
use crate::report::words;

/// The whole document.
pub fn document(diff: &Diff) -> String {
    let (words, _) = telling::verdict(&diff.answer);
    let mut out = format!("# {words}\n\n{}.\n", markdown(&telling::answer(diff)));
    if telling::has_rates(diff) {
        for direction in [Direction::Rose, Direction::Fell] {
            let names = telling::also(diff, direction);
            if !names.is_empty() {
                let names = markdown(&names.join(", "));
                line(&mut out, format_args!("\nAlso {}: {names}.", direction.name()));
            }
        }
    }
    out.push_str("\n| side | of | what it covers |\n|---|---|---|\n");
    side(&mut out, "before", &diff.before);
    side(&mut out, "after", &diff.after);
    for note in &diff.notes {
        line(&mut out, format_args!("\n> {}", markdown(note)));
    }
    if telling::has_rates(diff) {
        rates(&mut out, diff);
    }
    if telling::has_findings(diff) {
        for class in Class::ALL {
            findings(&mut out, diff, class);
        }
    }
    out
}

fn line(out: &mut String, text: std::fmt::Arguments<'_>) {
    // Writing to a String cannot fail.
    let _ = writeln!(out, "{text}");
}

fn side(out: &mut String, name: &str, side: &Side) {
    let facts = markdown(&telling::facts(side).join(", "));
    line(out, format_args!("| {name} | {} | {facts} |", markdown(&side.name)));
}

fn rates(out: &mut String, diff: &Diff) {
    out.push_str("\n## Rates per 1,000\n\n");
    out.push_str(
        "| | per | before | of | rate | 95 % | after | of | rate | 95 % | ratio | 95 % | |\n",
    );
    out.push_str("|---|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|---|\n");
    for row in &diff.rows {
        let cells = Columns::All.cells(row).iter().map(|cell| markdown(cell)).collect::<Vec<_>>();
        let (name, unit) = (markdown(telling::label(&row.measure)), row.measure.unit().name());
        line(out, format_args!("| {name} | {unit} | {} |", cells.join(" | ")));
    }
}

fn findings(out: &mut String, diff: &Diff, class: Class) {
    let all = diff.of(class).count();
    let title = number::grouped(number::count(all));
    line(out, format_args!("\n## {}: {title}", class.name()));
    for (count, reason) in telling::reasons(diff, class) {
        let count = number::grouped(number::count(count));
        line(out, format_args!("\n- {count} {}", markdown(reason)));
    }
    if all == 0 {
        return;
    }
    out.push_str("\n| finding | therapist | when | what | what differs | where |\n");
    out.push_str("|---|---|---|---|---|---|\n");
    let days = Days::of(None);
    diff.of(class).for_each(|entry| finding(out, entry, &days));
}

fn finding(out: &mut String, entry: &Entry, days: &Days) {
    let told = entry.last();
    let place = told.first.as_ref();
    let differences: Vec<String> =
        telling::differences(entry).into_iter().map(|(text, _)| text).collect();
    line(
        out,
        format_args!(
            "| {} {} {} | {} | {} | {} | {} | {} |",
            words::severity(told.severity),
            told.certainty.name(),
            markdown(&told.rule),
            markdown(told.therapist.as_str()),
            moment::lasting(told.still, told.from, told.to, days),
            markdown(&told.summary),
            markdown(&differences.join(", ")),
            markdown(&place.map_or_else(String::new, |(source, at)| format!("{source}:{at}"))),
        ),
    );
}
