//! How one therapist stands, above its findings.

use crate::model::Analysis;
use crate::model::Certainty;
use crate::model::EndState;
use crate::model::TherapistId;
use crate::model::Verdict;
use crate::report::fit;
use crate::report::line::DOT;
use crate::report::line::Line;
use crate::report::line::Page;
use crate::report::number;
use crate::report::style::Role;
use crate::report::words;

/// Where the texts of a therapist begin, after their names.
const COLUMN: usize = 9;

/// Objects and fields listed before the rest is only counted.
const LISTED: usize = 6;

/// Adds the heading and the end state; only the name if there is no verdict.
pub(super) fn draw(page: &mut Page, analysis: &Analysis, therapist: &TherapistId) {
    let known = analysis.therapists.iter().find(|verdict| verdict.therapist == *therapist);
    let name = if therapist.is_unknown() {
        "therapist unknown".to_owned()
    } else {
        format!("therapist {therapist}")
    };
    let Some(verdict) = known else {
        return page.line(Line::of(Role::Strong, &name));
    };
    page.facts(Line::new(), "  ", heading(&name, verdict));
    page.facts(entry("ends as"), DOT, ending(&verdict.end_state));
    draw_labels(page, &verdict.end_state);
    draw_fields(page, &verdict.end_state);
}

fn entry(name: &str) -> Line {
    Line::new().plain("  ").add(Role::Dim, name).pad(2 + COLUMN)
}

fn heading(name: &str, verdict: &Verdict) -> Vec<Line> {
    let (words, role) = words::status(verdict.status);
    let events = number::of(number::count(verdict.events), "event");
    let runs = words::runs(verdict.runs, verdict.pairing);
    vec![
        Line::of(Role::Strong, name),
        Line::of(role, words),
        Line::new().plain(&format!("{events}, {runs}")),
    ]
}

fn ending(end: &EndState) -> Vec<Line> {
    let state = match (end.number, end.also.as_slice()) {
        (None, []) => "beyond states 1–6".to_owned(),
        (None, also) => format!("beyond states 1–6 (or {})", numbers(also)),
        (Some(number), []) => format!("state {number}"),
        (Some(number), also) => format!("state {number} (or {})", numbers(also)),
    };
    let mut facts = vec![
        Line::new().plain(&state),
        Line::new().plain(&end.name),
        Line::of(words::risk(end.risk), &format!("risk {}", end.risk.name())),
    ];
    if end.certainty == Certainty::Possible {
        facts.push(Line::of(Role::Doubt, "possible"));
    }
    facts
}

fn numbers(numbers: &[u8]) -> String {
    numbers.iter().map(u8::to_string).collect::<Vec<_>>().join(", ")
}

fn draw_labels(page: &mut Page, end: &EndState) {
    let column = end.labels.keys().map(|id| fit::width(id.as_str())).max().unwrap_or(0);
    let mut first = entry("labels");
    let start = first.width();
    for (object, labels) in end.labels.iter().take(LISTED) {
        let line = first.plain(object.as_str()).pad(start + column + 2);
        page.line(line.plain(&words::labels(labels)));
        first = entry("");
    }
    if end.labels.len() > LISTED {
        page.line(first.plain(&format!("… and {} more objects", end.labels.len() - LISTED)));
    }
}

fn draw_fields(page: &mut Page, end: &EndState) {
    let column = end.fields.keys().map(|field| field.name().len()).max().unwrap_or(0);
    let mut first = entry("fields");
    let start = first.width();
    for (field, object) in &end.fields {
        let object = object.as_ref().map_or("cleared", |object| object.as_str());
        page.line(first.plain(field.name()).pad(start + column + 2).plain(object));
        first = entry("");
    }
}
