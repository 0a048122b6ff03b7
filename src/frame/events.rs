//! Events as rows.

use std::borrow::Cow;

use serde_json::Value;
use serde_json::json;

use crate::frame::Rows;
use crate::model::Cell;
use crate::model::Clock;
use crate::model::Event;
use crate::model::EventKind;
use crate::model::JobId;
use crate::model::ObjectId;
use crate::model::Origin;
use crate::model::SourceReport;
use crate::model::Stamp;
use crate::model::Witness;
use crate::model::Zone;
use crate::timeline::Timeline;

/// Adds all events of a timeline.
pub fn push_events(rows: &mut Rows, timeline: &Timeline, sources: &[SourceReport]) {
    let therapist = timeline.therapist.as_str();
    for (place, event) in timeline.events.iter().enumerate() {
        let run = timeline.run(place).map(|run| run.id.as_str());
        push(rows, Some(therapist), run, place, event, sources);
    }
}

/// Adds events of which nothing tells whose they are.
pub fn nobodys_events(rows: &mut Rows, events: &[Event], sources: &[SourceReport]) {
    for (place, event) in events.iter().enumerate() {
        push(rows, None, None, place, event, sources);
    }
}

fn push(
    rows: &mut Rows,
    therapist: Option<&str>,
    run: Option<&str>,
    place: usize,
    event: &Event,
    sources: &[SourceReport],
) {
    let what = what(&event.kind);
    let (stamp, mark) = (event.stamp, &event.mark);
    rows.push([
        Cell::text(therapist),
        Cell::count(place),
        instant(stamp),
        Cell::text(stamp.map(Stamp::precision)),
        Cell::text(Some(event.kind.name())),
        Cell::text(what.field),
        Cell::text(event.kind.object().map(ObjectId::as_str)),
        Cell::text(what.previous),
        Cell::text(what.label),
        Cell::text(what.step),
        Cell::text(run),
        Cell::text(mark.job.as_ref().map(JobId::as_str)),
        Cell::text(mark.class.as_deref()),
        Cell::text(mark.host.as_deref()),
        Cell::text(mark.pid.map(|pid| pid.to_string())),
        Cell::text(mark.tid.as_deref()),
        Cell::text(mark.contact.as_deref()),
        Cell::text(Some(witness(event.witness))),
        Cell::text(Some(source(&event.origin, sources))),
        Cell::Count(event.origin.line),
        Cell::Count(event.origin.offset),
        Cell::text(Some(String::from_utf8_lossy(&event.origin.text))),
        Cell::count(1 + event.also.len()),
        Cell::text(also(event, sources)),
        Cell::text(stamp.map(|stamp| clock(stamp.clock()))),
        Cell::text(stamp.map(|stamp| zone(stamp.zone()))),
        stamp.map_or(Cell::Null, |stamp| Cell::Count(u64::from(stamp.digits()))),
        Cell::number(stamp.map(Stamp::printed)),
        Cell::number(stamp.map(Stamp::earliest)),
        Cell::number(stamp.map(Stamp::until)),
    ]);
}

/// A printed time as microseconds.
pub(super) fn instant(stamp: Option<Stamp>) -> Cell {
    stamp.map_or(Cell::Null, |stamp| Cell::Instant(stamp.printed().div_euclid(1000)))
}

/// The name of an origin's source.
pub(super) fn source<'a>(origin: &Origin, sources: &'a [SourceReport]) -> Cow<'a, str> {
    let number = origin.source.0;
    let known = usize::try_from(number).ok().and_then(|at| sources.get(at));
    known.map_or_else(|| format!("source {number}").into(), |source| (&*source.name).into())
}

#[derive(Default)]
pub(super) struct What<'a> {
    pub(super) field: Option<&'static str>,
    pub(super) previous: Option<&'a str>,
    pub(super) label: Option<&'static str>,
    pub(super) step: Option<&'static str>,
}

pub(super) fn what(kind: &EventKind) -> What<'_> {
    match kind {
        EventKind::Assigned { field, previous, .. } => What {
            field: Some(field.name()),
            previous: previous.as_ref().map(ObjectId::as_str),
            ..What::default()
        },
        EventKind::Labelled { label, .. } | EventKind::Unlabelled { label, .. } => {
            What { label: Some(label.name()), ..What::default() }
        }
        EventKind::StepFailed { step, .. } => What { step: Some(step.name()), ..What::default() },
        EventKind::Created { .. } | EventKind::Started | EventKind::Done | EventKind::Failed => {
            What::default()
        }
    }
}

/// The further lines as JSON; `None` if there are none.
fn also(event: &Event, sources: &[SourceReport]) -> Option<String> {
    let line = |(origin, stamp): (&Origin, Option<Stamp>)| {
        json!({
            "source": source(origin, sources),
            "line": origin.line,
            "offset": origin.offset,
            "at": stamp.map(Stamp::to_rfc3339),
            "clock": stamp.map(|stamp| clock(stamp.clock())),
        })
    };
    let lines: Vec<Value> = event.sightings().skip(1).map(line).collect();
    (!lines.is_empty()).then(|| Value::from(lines).to_string())
}

pub(super) fn witness(witness: Witness) -> &'static str {
    match witness {
        Witness::Log => "log",
        Witness::Client => "client",
        Witness::Sql => "sql",
        Witness::PaperTrail => "paper-trail",
        Witness::Audited => "audited",
        Witness::Logidze => "logidze",
        Witness::Hubspot => "hubspot",
    }
}

pub(super) fn clock(clock: Clock) -> &'static str {
    match clock {
        Clock::Transport => "transport",
        Clock::Application => "application",
        Clock::Payload => "payload",
    }
}

pub(super) fn zone(zone: Zone) -> &'static str {
    match zone {
        Zone::Stated => "stated",
        Zone::Assumed => "assumed",
    }
}
