//! The end states as Markdown tables.

use std::fmt::Write as _;

use crate::process::Atlas;
use crate::process::Ending;
use crate::process::Mitigation;
use crate::process::Wrong;
use crate::report::number::count;
use crate::report::number::of;
use crate::report::states::remarks;
use crate::report::states::words;

/// The whole document.
pub fn markdown(atlas: &Atlas) -> String {
    let mut out = String::new();
    line(&mut out, "# End states of the worker\n");
    let runs = of(count(atlas.censuses.len()), "run");
    line(&mut out, &format!("Up to {runs}, mitigations: {}.\n", atlas.mitigations.name()));
    for remark in remarks::of_the_document(atlas) {
        line(&mut out, &format!("- {remark}"));
    }
    mitigations(&mut out, atlas);
    for census in &atlas.censuses {
        let new = atlas.new_with(census.runs);
        line(&mut out, &format!("\n## {}\n", of(count(census.runs), "run")));
        let beyond = if census.runs == 1 { "" } else { " that fewer runs do not reach" };
        line(
            &mut out,
            &format!(
                "{}, {}{beyond}.\n",
                of(count(census.states), "state"),
                of(count(new.len()), "end state"),
            ),
        );
        line(&mut out, "| no. | state | labels | fields | risk | ways | shortest path |");
        line(&mut out, "|---|---|---|---|---|--:|---|");
        for ending in new {
            row(&mut out, ending);
        }
    }
    out
}

fn line(out: &mut String, text: &str) {
    out.push_str(text);
    out.push('\n');
}

fn mitigations(out: &mut String, atlas: &Atlas) {
    line(out, "\n## What each set of mitigations leaves open\n");
    line(out, "The fewest failures it takes; 0 is a pure race, empty cannot happen.\n");
    let columns: Vec<&str> = Wrong::ALL.iter().map(|wrong| wrong.words()).collect();
    line(out, &format!("| mitigations | {} |", columns.join(" | ")));
    line(out, &format!("|---|{}", "--:|".repeat(columns.len())));
    for row in &atlas.table {
        let cell = |wrong: &Wrong| row.open.get(wrong).map_or_else(String::new, usize::to_string);
        let cells: Vec<String> = Wrong::ALL.iter().map(cell).collect();
        line(out, &format!("| {} | {} |", row.mitigations.name(), cells.join(" | ")));
    }
    out.push('\n');
    for remark in remarks::of_the_mitigations(atlas) {
        line(out, &format!("- {remark}"));
    }
    for mitigation in Mitigation::ALL {
        let numbers: Vec<String> =
            mitigation.recommendations().iter().map(|r| r.number().to_string()).collect();
        // Writing to a String cannot fail.
        let _ = writeln!(
            out,
            "- **{}** (recommendation {}): {}.",
            mitigation.name(),
            numbers.join(", "),
            mitigation.meaning()
        );
    }
}

fn row(out: &mut String, ending: &Ending) {
    line(
        out,
        &format!(
            "| {} | {} | {} | {} | {} | {} | {}: {} |",
            words::number(&ending.numbers),
            ending.name,
            words::objects(&ending.shape),
            words::fields(&ending.shape),
            ending.risk.name(),
            words::ways(ending.ways),
            words::failures(ending.failures()),
            words::path(&ending.path)
        ),
    );
}
