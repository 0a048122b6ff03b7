//! What to do when lines mention what is watched and nobody can read them: three of them, and how
//! a profile teaches their wording.

use crate::model::Analysis;
use crate::report::escape::printable;
use crate::report::line::Line;
use crate::report::line::Page;
use crate::report::number;
use crate::report::place::place;
use crate::report::screen::Answer;
use crate::report::screen::sheet;
use crate::report::style::Role;

/// Lines shown.
const EXAMPLES: usize = 3;

const STATEMENT: [&str; 4] = [
    "[[statement]]",
    "name = \"ours\"",
    "contains = \"a word that all these lines hold\"",
    "pattern = 'therapist (?<therapist>\\d+): (?<field>\\w+) is now (?<to>\\d+)'",
];

/// Adds the lesson, if the answer is that too little could be read.
pub(super) fn draw(page: &mut Page, analysis: &Analysis) {
    let unread = sheet::total(&analysis.sources).unread;
    if unread == 0 || Answer::of(analysis) != Answer::Inconclusive {
        return;
    }
    let text = format!(
        "{} what is watched, in words or in a format that is not known:",
        number::of(unread, if unread == 1 { "line mentions" } else { "line" })
            + if unread == 1 { "" } else { " mention" }
    );
    page.prose(Line::new(), Role::Doubt, &text);
    let sources = &analysis.sources;
    for line in sources.iter().flat_map(|source| &source.unread).take(EXAMPLES) {
        let head = Line::new().plain("  ").add(Role::Strong, &place(&line.origin, sources));
        page.prose(head.plain("  "), Role::Plain, &line.reason);
        page.line(Line::new().plain("    ").add(Role::Dim, &printable(&line.origin.text)));
    }
    page.blank();
    page.line(Line::of(Role::Strong, "teach it in a profile (--profile FILE), with groups as in"));
    for line in STATEMENT {
        page.line(Line::new().plain("  ").plain(line));
    }
    page.blank();
}
