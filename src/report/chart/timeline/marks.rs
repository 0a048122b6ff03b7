//! Findings as numbered marks: where they stand, what they shade, what the legend says.

use crate::model::EventKind;
use crate::model::Field;
use crate::model::Finding;
use crate::model::Label;
use crate::model::SourceReport;
use crate::model::Stamp;
use crate::model::Still;
use crate::report::chart::picture::harmless;
use crate::report::chart::timeline::Numbered;
use crate::report::chart::timeline::build::Clock;
use crate::report::chart::timeline::build::View;
use crate::report::moment::Days;
use crate::report::moment::is_long;
use crate::report::moment::length;
use crate::report::moment::since;
use crate::report::place::place;
use crate::report::words;
use crate::timeline::Timeline;

/// One finding under its number.
pub(super) fn numbered(
    view: &View<'_>,
    number: usize,
    finding: &Finding,
    days: &Days,
    sources: &[SourceReport],
) -> Numbered {
    let (timeline, clock) = (view.timeline, view.clock);
    let from =
        finding.from.map_or_else(|| clock.times.first().copied().unwrap_or(0), Stamp::printed);
    let to = match finding.still {
        Still::Wrong => clock.end,
        Still::Over => finding.to.map_or(from, Stamp::printed),
    };
    // Only where it is the length of what is drawn.
    let drawn = finding.from.zip(finding.to).map(|(from, to)| from.gap(to));
    let gap = finding.gap.filter(|gap| drawn == Some(*gap) && finding.still == Still::Over);
    let place = finding.origins().first().map(|origin| harmless(&place(origin, sources)));
    Numbered {
        number,
        severity: finding.severity,
        certainty: finding.certainty,
        from,
        to: to.max(from),
        rule: finding.rule.0,
        words: words::rule(finding.rule),
        when: since(finding, days),
        summary: harmless(&finding.summary),
        place: place.unwrap_or_default(),
        over: over(finding.rule.0).to_vec(),
        written: written(timeline, finding, clock),
        gap: gap.filter(|gap| !is_long(*gap)).map(length),
        objects: finding.objects.iter().filter_map(view.rank).collect(),
    }
}

/// The field that a finding is about and when it was written, by the first line that proves it.
fn written(timeline: &Timeline, finding: &Finding, clock: &Clock) -> Option<(Field, i64)> {
    if !matches!(finding.rule.0, "overwrite" | "flip-flop" | "field-label-mismatch") {
        return None;
    }
    let first = finding.origins().first()?;
    let place = timeline.events.iter().position(|event| event.origins().any(|it| it == first))?;
    match timeline.events[place].kind {
        EventKind::Assigned { field, .. } => Some((field, clock.times[place])),
        _ => None,
    }
}

/// The labels whose lanes a rule's findings shade: those of states, not of acts.
fn over(rule: &str) -> &'static [Label] {
    match rule {
        "dual-active" => &[Label::Active],
        "dual-attested" | "none-attested" => &[Label::ActiveAttested],
        "dual-label" | "no-label" => &Label::ALL,
        _ => &[],
    }
}
