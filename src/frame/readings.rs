//! What was read as rows: events as their lines say them, then lines that only name a therapist.

use std::sync::Arc;

use crate::frame::Rows;
use crate::frame::events::clock;
use crate::frame::events::instant;
use crate::frame::events::what;
use crate::frame::events::witness;
use crate::frame::events::zone;
use crate::ingest::Reading;
use crate::model::Cell;
use crate::model::EventKind;
use crate::model::JobId;
use crate::model::Mark;
use crate::model::ObjectId;
use crate::model::Stamp;
use crate::model::TherapistId;
use crate::model::Witness;

/// The kind of a row that only names a therapist.
pub(super) const MENTIONED: &str = "mentioned";

/// Adds all that was read, in its order.
pub fn push_readings(rows: &mut Rows, reading: &Reading) {
    for event in &reading.events {
        let origin = &event.origin;
        push(
            rows,
            &Line {
                therapist: event.therapist.as_ref(),
                stamp: event.stamp,
                kind: Some(&event.kind),
                mark: &event.mark,
                witness: event.witness,
                place: [u64::from(origin.source.0), origin.line, origin.offset],
                text: Cell::text(Some(String::from_utf8_lossy(&origin.text))),
            },
        );
    }
    for mention in &reading.mentions {
        push(
            rows,
            &Line {
                therapist: Some(&mention.therapist),
                stamp: None,
                kind: None,
                mark: &mention.mark,
                witness: Witness::Log,
                place: [u64::from(mention.source.0), 0, mention.offset],
                text: Cell::Null,
            },
        );
    }
}

struct Line<'a> {
    therapist: Option<&'a TherapistId>,
    stamp: Option<Stamp>,
    kind: Option<&'a EventKind>,
    mark: &'a Arc<Mark>,
    witness: Witness,
    place: [u64; 3],
    text: Cell,
}

fn push(rows: &mut Rows, line: &Line<'_>) {
    let (stamp, mark) = (line.stamp, line.mark);
    let what = line.kind.map(what).unwrap_or_default();
    let [source, number, offset] = line.place.map(Cell::Count);
    rows.push([
        Cell::text(line.therapist.map(TherapistId::as_str)),
        instant(stamp),
        Cell::text(stamp.map(Stamp::precision)),
        Cell::text(Some(line.kind.map_or(MENTIONED, EventKind::name))),
        Cell::text(what.field),
        Cell::text(line.kind.and_then(EventKind::object).map(ObjectId::as_str)),
        Cell::text(what.previous),
        Cell::text(what.label),
        Cell::text(what.step),
        Cell::text(mark.job.as_ref().map(JobId::as_str)),
        Cell::text(mark.class.as_deref()),
        Cell::text(mark.host.as_deref()),
        Cell::text(mark.pid.map(|pid| pid.to_string())),
        Cell::text(mark.tid.as_deref()),
        Cell::text(mark.contact.as_deref()),
        Cell::text(Some(witness(line.witness))),
        source,
        number,
        offset,
        line.text.clone(),
        Cell::text(stamp.map(|stamp| clock(stamp.clock()))),
        Cell::text(stamp.map(|stamp| zone(stamp.zone()))),
        stamp.map_or(Cell::Null, |stamp| Cell::Count(u64::from(stamp.digits()))),
        Cell::number(stamp.map(Stamp::printed)),
        Cell::number(stamp.map(Stamp::earliest)),
        Cell::number(stamp.map(Stamp::until)),
    ]);
}
