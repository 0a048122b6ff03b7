//! The stable face for other programs: `credtrail/report/1` and `credtrail/timeline/1`
//! (design.md §8). Fields may be added, never changed.

use std::collections::BTreeMap;

use serde_json::Value;
use serde_json::json;

use crate::model::Analysis;
use crate::model::Event;
use crate::model::EventKind;
use crate::model::Finding;
use crate::model::Gap;
use crate::model::Origin;
use crate::model::SourceReport;
use crate::model::Stamp;
use crate::model::Still;
use crate::model::Unread;
use crate::model::Verdict;
use crate::report::account;
use crate::report::place::source;
use crate::timeline::Account;
use crate::timeline::Timeline;

/// Nanoseconds in a millisecond.
const MILLI: i64 = 1_000_000;

/// The whole analysis as one document.
pub fn report(analysis: &Analysis) -> String {
    let sources = &analysis.sources;
    pretty(&json!({
        "schema": "credtrail/report/1",
        "window": {
            "from": analysis.window.map(|(from, _)| from.to_rfc3339()),
            "to": analysis.window.map(|(_, to)| to.to_rfc3339()),
        },
        "sources": sources.iter().map(source_report).collect::<Vec<_>>(),
        "therapists": analysis.therapists.iter().map(verdict).collect::<Vec<_>>(),
        "findings": analysis.findings.iter().map(|f| finding(f, sources)).collect::<Vec<_>>(),
        "unread": sources.iter().flat_map(|s| &s.unread).map(|u| unread(u, sources)).collect::<Vec<_>>(),
        "severity": analysis.severity,
        "hidden": analysis.hidden,
        "notes": analysis.notes,
    }))
}

/// One therapist's timeline as one document.
pub fn timeline(
    timeline: &Timeline,
    findings: &[Finding],
    sources: &[SourceReport],
    account: &Account,
) -> String {
    let runs = timeline.runs.iter().map(|run| {
        json!({
            "id": run.id,
            "jid": run.mark.job,
            "class": run.mark.class,
            "attempt": run.attempt,
            "inferred": run.inferred,
            "from": run.from.map(Stamp::to_rfc3339),
            "to": run.to.map(Stamp::to_rfc3339),
            "outcome": run.outcome,
            "steps": run.steps,
            "failed_steps": run.failed_steps,
        })
    });
    let events = (0..timeline.events.len()).map(|at| event(timeline, at, sources));
    pretty(&json!({
        "schema": "credtrail/timeline/1",
        "therapist": timeline.therapist,
        "runs": runs.collect::<Vec<_>>(),
        "events": events.collect::<Vec<_>>(),
        "findings": findings.iter().map(Finding::id).collect::<Vec<_>>(),
        "pairing": account::pairing_value(timeline.pairing),
        "account": account::value(timeline, account, sources),
    }))
}

pub(super) fn pretty(value: &Value) -> String {
    format!("{value:#}\n")
}

fn source_report(report: &SourceReport) -> Value {
    let sheet = &report.sheet;
    json!({
        "name": report.name,
        "format": report.format,
        "confidence": (report.confidence * 1000.0).round() / 1000.0,
        "bytes": sheet.bytes,
        "lines": sheet.lines,
        "used": sheet.used,
        "ignored": sheet.ignored,
        "unread": sheet.unread,
        "error": report.error,
    })
}

fn verdict(verdict: &Verdict) -> Value {
    let end = &verdict.end_state;
    let fields: BTreeMap<&str, _> =
        end.fields.iter().map(|(field, object)| (field.name(), object)).collect();
    let labels: BTreeMap<&str, _> =
        end.labels.iter().map(|(object, labels)| (object.as_str(), labels)).collect();
    json!({
        "id": verdict.therapist,
        "events": verdict.events,
        "runs": verdict.runs,
        "pairing": account::pairing_value(verdict.pairing),
        "status": verdict.status,
        "end_state": {
            "state": end.number,
            "also": end.also,
            "name": end.name,
            "risk": end.risk,
            "certainty": end.certainty,
            "labels": labels,
            "fields": fields,
        },
    })
}

/// One finding as an object of the report.
pub(crate) fn finding(finding: &Finding, sources: &[SourceReport]) -> Value {
    let is_still = finding.still == Still::Wrong;
    json!({
        "id": finding.id(),
        "rule": finding.rule,
        "severity": finding.severity,
        "certainty": finding.certainty,
        "therapist": finding.therapist,
        "from": finding.from.map(Stamp::to_rfc3339),
        "to": finding.to.filter(|_| !is_still).map(Stamp::to_rfc3339),
        "still": is_still,
        "gap_ms": finding.gap.map(gap),
        "objects": finding.objects,
        "runs": finding.runs,
        "opened_by": finding.opened_by,
        "closed_by": finding.closed_by,
        "summary": finding.summary,
        "evidence": finding.origins().iter().map(|o| origin(o, sources, true)).collect::<Vec<_>>(),
        "recommendations": finding.recommendations.iter().map(|r| r.number()).collect::<Vec<_>>(),
    })
}

fn gap(gap: Gap) -> Value {
    json!({ "min": at_least(gap), "max": at_most(gap) })
}

/// Whole milliseconds not above the gap's shortest.
pub(crate) fn at_least(gap: Gap) -> i64 {
    gap.shortest() / MILLI
}

/// Whole milliseconds not below the gap's longest.
pub(crate) fn at_most(gap: Gap) -> i64 {
    gap.longest().saturating_add(MILLI - 1) / MILLI
}

fn unread(line: &Unread, sources: &[SourceReport]) -> Value {
    let mut value = origin(&line.origin, sources, true);
    value["reason"] = Value::from(line.reason.clone());
    value
}

fn origin(origin: &Origin, sources: &[SourceReport], with_text: bool) -> Value {
    let mut value = json!({
        "source": source(origin, sources),
        "line": origin.line,
        "offset": origin.offset,
    });
    if with_text {
        value["text"] = Value::from(String::from_utf8_lossy(&origin.text).into_owned());
    }
    value
}

/// One line that tells of an event, with its own clock.
fn sighting((line, stamp): (&Origin, Option<Stamp>), sources: &[SourceReport]) -> Value {
    let mut value = origin(line, sources, false);
    value["at"] = Value::from(stamp.map(Stamp::to_rfc3339));
    value["clock"] = json!(stamp.map(Stamp::clock));
    value
}

fn event(timeline: &Timeline, at: usize, sources: &[SourceReport]) -> Value {
    let event: &Event = &timeline.events[at];
    let (mut field, mut previous, mut label, mut step) = (None, None, None, None);
    match &event.kind {
        EventKind::Assigned { field: written, previous: said, .. } => {
            let held = timeline.board_before(at).and_then(|board| board.field(*written)).flatten();
            field = Some(written.name());
            previous = said.as_deref().or(held);
        }
        EventKind::Labelled { label: given, .. } | EventKind::Unlabelled { label: given, .. } => {
            label = Some(given.name());
        }
        EventKind::StepFailed { step: failed, .. } => step = Some(failed.name()),
        EventKind::Created { .. } | EventKind::Started | EventKind::Done | EventKind::Failed => {}
    }
    json!({
        "at": event.stamp.map(Stamp::to_rfc3339),
        "precision": event.stamp.map(Stamp::precision),
        "clock": event.stamp.map(Stamp::clock),
        "zone": event.stamp.map(Stamp::zone),
        "kind": event.kind.name(),
        "field": field,
        "object": event.kind.object(),
        "previous": previous,
        "label": label,
        "step": step,
        "run": timeline.run(at).map(|run| &run.id),
        "origins": event.sightings().map(|seen| sighting(seen, sources)).collect::<Vec<_>>(),
    })
}
