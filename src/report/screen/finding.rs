//! One finding: how bad, what, since when, through which runs, the lines that prove it, what helps.

use crate::model::Analysis;
use crate::model::Finding;
use crate::model::ObjectId;
use crate::model::Origin;
use crate::report::escape::printable;
use crate::report::escape::visible;
use crate::report::fit;
use crate::report::line::DOT;
use crate::report::line::Line;
use crate::report::line::Page;
use crate::report::moment;
use crate::report::moment::Days;
use crate::report::place::place;
use crate::report::style::Role;
use crate::report::words;

/// Where the text of a finding begins, right of its number.
const INDENT: usize = 6;

/// Lines of evidence shown; the first ones are what the rule puts first.
const EVIDENCE: usize = 4;

/// Adds the block of the finding at place `at`.
pub(super) fn draw(page: &mut Page, analysis: &Analysis, at: usize, days: &Days) {
    let Some(finding) = analysis.findings.get(at) else { return };
    page.facts(number(at), "  ", heading(finding));
    page.facts(indent(), DOT, facts(finding, days));
    page.prose(indent(), Role::Plain, &finding.summary);
    draw_evidence(page, analysis, finding);
    draw_advice(page, finding);
}

fn number(at: usize) -> Line {
    let number = format!("[{}]", at + 1);
    Line::new().pad(INDENT.saturating_sub(1 + number.len())).add(Role::Strong, &number).plain(" ")
}

fn indent() -> Line {
    Line::new().pad(INDENT)
}

fn heading(finding: &Finding) -> Vec<Line> {
    let heading_role = words::role(finding);
    let severity =
        format!("{:<6}  {:<8}", words::severity(finding.severity), finding.certainty.name());
    let rule = Line::of(Role::Strong, words::rule(finding.rule))
        .add(Role::Dim, &format!("  {}", finding.rule));
    vec![Line::of(heading_role, &severity), rule]
}

fn facts(finding: &Finding, days: &Days) -> Vec<Line> {
    let mut facts = vec![Line::of(Role::Time, &moment::since(finding, days))];
    if let Some(gap) = finding.gap {
        facts.push(Line::new().plain(&format!("gap {gap}")));
    }
    if let Some(opened) = &finding.opened_by {
        let closed = finding.closed_by.as_ref();
        let closed = closed.map_or_else(String::new, |run| format!(", closed by {run}"));
        facts.push(Line::new().plain(&format!("opened by {opened}{closed}")));
    } else if !finding.runs.is_empty() {
        let noun = if finding.runs.len() == 1 { "run" } else { "runs" };
        facts.push(Line::new().plain(&format!("{noun} {}", list(&finding.runs))));
    }
    if !finding.objects.is_empty() {
        let noun = if finding.objects.len() == 1 { "object" } else { "objects" };
        facts.push(Line::new().plain(&format!("{noun} {}", list(&finding.objects))));
    }
    facts
}

fn list(items: &[impl ToString]) -> String {
    items.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

fn draw_evidence(page: &mut Page, analysis: &Analysis, finding: &Finding) {
    let shown: Vec<(String, &Origin)> = finding
        .origins()
        .iter()
        .take(EVIDENCE)
        .map(|origin| (visible(&place(origin, &analysis.sources)), origin))
        .collect();
    let most = page.width() / 3;
    let column = shown.iter().map(|(place, _)| fit::width(place)).max().unwrap_or(0).min(most);
    for (place, origin) in shown {
        let start = indent().plain("  ").add(Role::Dim, &fit::clip_left(&place, column));
        let start = start.pad(INDENT + 2 + column + 2);
        let room = page.width().saturating_sub(start.width());
        let wanted = finding.objects.iter().map(ObjectId::as_str);
        let text = fit::clip_around(&printable(&origin.text), room, wanted);
        page.line(start.plain(&text));
    }
    let more = finding.origins().len().saturating_sub(EVIDENCE);
    if more > 0 {
        let noun = if more == 1 { "line" } else { "lines" };
        page.line(indent().add(Role::Dim, &format!("  … and {more} more {noun}")));
    }
}

fn draw_advice(page: &mut Page, finding: &Finding) {
    if finding.recommendations.is_empty() {
        return;
    }
    let advice = finding.recommendations.iter().copied();
    let names = advice.map(|one| Line::new().plain(&words::recommendation(one))).collect();
    page.facts(indent().add(Role::Dim, "would help: "), DOT, names);
}
