//! What the screen left out and how to see it, remarks, and sources that could not be read to the
//! end.

use crate::model::Analysis;
use crate::report::line::Line;
use crate::report::line::Page;
use crate::report::number;
use crate::report::screen::SHOWN;
use crate::report::screen::sheet;
use crate::report::style::Role;

/// Sources that failed, named before the rest is only counted.
const ERRORS: usize = 5;

/// Adds the closing lines; none if there is nothing to add.
pub(super) fn draw(page: &mut Page, analysis: &Analysis) {
    draw_rest(page, analysis);
    page.blank();
    draw_errors(page, analysis);
    for note in &analysis.notes {
        page.prose(Line::of(Role::Dim, "note: "), Role::Plain, note);
    }
    let unread = sheet::total(&analysis.sources).unread;
    if unread > 0 {
        let verb = if unread == 1 { "mentions" } else { "mention" };
        let text = format!(
            "{} {verb} what is watched and could not be read (--unread)",
            number::of(unread, "line")
        );
        page.prose(Line::of(Role::Dim, "note: "), Role::Doubt, &text);
    }
    if analysis.hidden > 0 {
        let hidden = number::of(number::count(analysis.hidden), "finding");
        let text = format!("{hidden} below the asked severity not shown (--severity info)");
        page.prose(Line::of(Role::Dim, "note: "), Role::Plain, &text);
    }
}

fn draw_rest(page: &mut Page, analysis: &Analysis) {
    let Some(rest) = analysis.findings.get(SHOWN..).filter(|rest| !rest.is_empty()) else { return };
    let mut therapists: Vec<_> = rest.iter().map(|finding| &finding.therapist).collect();
    therapists.sort();
    therapists.dedup();
    let text = format!(
        "and {} of {} not shown: --format json has all, credtrail timeline ID has one therapist's",
        number::of(number::count(rest.len()), "more finding"),
        number::of(number::count(therapists.len()), "therapist"),
    );
    page.prose(Line::of(Role::Strong, "… "), Role::Strong, &text);
}

fn draw_errors(page: &mut Page, analysis: &Analysis) {
    let failed: Vec<_> = analysis
        .sources
        .iter()
        .filter_map(|source| source.error.as_ref().map(|error| (&source.name, error)))
        .collect();
    for (name, error) in failed.iter().take(ERRORS) {
        page.prose(Line::of(Role::Wrong, "error: "), Role::Plain, &format!("{name}: {error}"));
    }
    if failed.len() > ERRORS {
        let text = format!("{} more sources could not be read", failed.len() - ERRORS);
        page.prose(Line::of(Role::Wrong, "error: "), Role::Plain, &text);
    }
}
