//! One therapist on a terminal: every event in order, its run as a bracket, the gap before it as
//! an interval, what it changed, the findings that rest on it, and its place.
//!
//! Takes a [`Timeline`] and its findings, gives text. Events whose order the stamps do not tell
//! are marked `~`.

use crate::model::Event;
use crate::model::EventKind;
use crate::model::Field;
use crate::model::Finding;
use crate::model::Outcome;
use crate::model::Run;
use crate::model::Severity;
use crate::model::SourceReport;
use crate::model::Stamp;
use crate::report::line::DOT;
use crate::report::line::Line;
use crate::report::line::Page;
use crate::report::moment::length;
use crate::report::place::place;
use crate::report::style::Role;
use crate::report::style::Screen;
use crate::report::words;
use crate::timeline::Timeline;

/// The whole screen of one therapist.
pub fn timeline_screen(
    timeline: &Timeline,
    findings: &[Finding],
    sources: &[SourceReport],
    screen: &Screen,
) -> String {
    let mut page = Page::new(screen);
    let counts = format!("{} events, {} runs", timeline.events.len(), timeline.runs.len());
    let who = format!("therapist {}", timeline.therapist);
    page.line(Line::of(Role::Strong, &who).add(Role::Dim, "  ").plain(&counts));
    if let [only] = sources {
        page.line(Line::of(Role::Dim, &only.name));
    }
    let mut day = None;
    for at in 0..timeline.events.len() {
        let date = timeline.events[at].stamp.map(Stamp::date);
        if date.is_some() && date != day {
            page.blank();
            page.line(Line::of(Role::Strong, date.as_deref().unwrap_or_default()).plain(" UTC"));
            day = date;
        }
        opening(&mut page, timeline, at);
        page.line(event(timeline, findings, sources, at));
    }
    legend(&mut page, findings);
    page.render()
}

/// The line above a run's first event.
fn opening(page: &mut Page, timeline: &Timeline, at: usize) {
    let Some(run) = timeline.run(at).filter(|run| run.events.first() == Some(&at)) else { return };
    let facts = run_facts(run).into_iter().map(|fact| Line::of(Role::Dim, &fact)).collect();
    page.facts(
        Line::of(Role::Dim, "  ┌ ").add(Role::Strong, run.id.as_str()).plain("  "),
        DOT,
        facts,
    );
}

fn run_facts(run: &Run) -> Vec<String> {
    let mut facts = Vec::new();
    match &run.mark.job {
        Some(job) => facts.push(format!("job {job}")),
        None if run.inferred => facts.push("inferred".to_owned()),
        None => {}
    }
    if run.attempt > 1 {
        facts.push(format!("attempt {}", run.attempt));
    }
    if run.outcome != Outcome::Unknown {
        facts.push(run.outcome.name().to_owned());
    }
    facts
}

fn event(timeline: &Timeline, findings: &[Finding], sources: &[SourceReport], at: usize) -> Line {
    let event = &timeline.events[at];
    let is_last = timeline.run(at).is_some_and(|run| run.events.last() == Some(&at));
    let time = event.stamp.map_or_else(|| "no clock".to_owned(), Stamp::time_of_day);
    // Two things that one line says have neither a gap nor an order in doubt.
    let before = at.checked_sub(1).map(|before| &timeline.events[before]);
    let before = before.filter(|before| before.origin != event.origin);
    let pair = before.and_then(|before| before.stamp).zip(event.stamp);
    let doubt = if pair.is_some_and(|(one, other)| one.overlaps(other)) { "~" } else { " " };
    let gap = pair.map_or_else(String::new, |(one, other)| format!("+{}", length(one.gap(other))));
    let marks: Vec<String> = findings
        .iter()
        .enumerate()
        .filter(|(_, finding)| finding.origins().contains(&event.origin))
        .map(|(number, _)| (number + 1).to_string())
        .collect();
    let marks = if marks.is_empty() { String::new() } else { format!("  [{}]", marks.join(" ")) };
    Line::of(Role::Dim, if is_last { "  └ " } else { "  │ " })
        .add(Role::Time, &time)
        .add(Role::Doubt, doubt)
        .add(Role::Dim, &format!("{gap:<13} "))
        .plain(&what(&event.kind))
        .add(Role::Wrong, &marks)
        .add(Role::Dim, &format!("  {}", shown_place(event, sources)))
}

/// With one source its name is said once, above; each event says only the line.
fn shown_place(event: &Event, sources: &[SourceReport]) -> String {
    if sources.len() == 1 {
        format!(":{}", event.origin.line)
    } else {
        place(&event.origin, sources)
    }
}

fn what(kind: &EventKind) -> String {
    match kind {
        EventKind::Created { object } => format!("created {object}"),
        EventKind::Assigned { field, object: Some(object), .. } => {
            format!("{} := {object}", short(*field))
        }
        EventKind::Assigned { field, object: None, .. } => format!("{} cleared", short(*field)),
        EventKind::Labelled { object, label } => format!("{object} + \"{}\"", label.name()),
        EventKind::Unlabelled { object, label } => format!("{object} - \"{}\"", label.name()),
        EventKind::Started => "started".to_owned(),
        EventKind::Done => "done".to_owned(),
        EventKind::Failed => "failed".to_owned(),
        EventKind::StepFailed { step, object } => {
            let target = object.as_ref().map_or_else(String::new, |object| format!(" on {object}"));
            format!("step {} ({}) failed{target}", step.number(), step.name())
        }
    }
}

/// Without the prefix that both fields share: the object must stay in sight at 80 columns.
fn short(field: Field) -> &'static str {
    field.name().trim_start_matches("credentialing_")
}

fn legend(page: &mut Page, findings: &[Finding]) {
    page.blank();
    for (number, finding) in findings.iter().enumerate() {
        let role = if finding.severity >= Severity::Medium { Role::Wrong } else { Role::Doubt };
        let head = Line::of(role, &format!("[{}] ", number + 1));
        let certainty = finding.certainty.name();
        let found = words::rule(finding.rule);
        page.prose(head, Role::Plain, &format!("{certainty}: {found}. {}", finding.summary));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_reads_as_one_thought() {
        let object = crate::model::ObjectId::new("30278823850");
        let field = Field::Hubspot;
        let written = EventKind::Assigned { field, object: Some(object.clone()), previous: None };
        assert_eq!(what(&written), "hubspot_id := 30278823850");
        let label = crate::model::Label::Active;
        assert_eq!(what(&EventKind::Labelled { object, label }), "30278823850 + \"Active\"");
    }
}
