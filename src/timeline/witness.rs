//! The same write told by several kinds of sources is one event with several witnesses.
//!
//! An assignment stands in the application's log, in its SQL, in an audit row and in HubSpot's
//! webhook, each by its own clock. They are matched by what they say (whose, which field or label,
//! which object) and by when it can have happened: each clock is read no earlier than the fact and
//! at most some time after it, and all witnesses of one write must leave a moment that fits all.
//! Of each kind one write has one witness: two rows of one audit trail are two writes, and
//! A → B → A stays three. Only where both read the very same clock (the row's `updated_at` to the
//! microsecond, HubSpot's `occurredAt`) two of one kind are one: a webhook delivered again, two
//! exports of one table, SQL logged by client and server.
//!
//! The same line exported by two collectors is one event too: of two sources of one kind those are
//! one that name the same job and thread at the same time, be it written with other digits. Two
//! lines of one source are always two events.
//!
//! A write that only one kind saw stays as it is. Source: design.md §4, formats.md §7 and §8.

use hashbrown::HashMap;
use std::sync::Arc;

use compact_str::CompactString;

use crate::model::Clock;
use crate::model::Event;
use crate::model::EventKind;
use crate::model::JobId;
use crate::model::Mark;
use crate::model::ObjectId;
use crate::model::Sighting;
use crate::model::Stamp;
use crate::model::TherapistId;
use crate::model::Witness;

/// Nanoseconds in one millisecond.
const MILLI: i64 = 1_000_000;

/// Decimals from which equal payload times are the same reading.
const FULL_PRECISION: u8 = 6;

/// Writes of one value that may still find a witness: more cannot happen within seconds.
const OPEN: usize = 64;

/// What all witnesses of one write agree on.
type Likeness = (Result<TherapistId, Option<CompactString>>, EventKind, Option<JobId>);

/// Unites the witnesses of each write; takes and gives (source, offset) order. Where all is one log
/// there is nothing to unite.
pub(super) fn unite(events: Vec<Event>) -> Vec<Event> {
    let mut places: Vec<Vec<usize>> = vec![Vec::new(); events.len()];
    let mut is_taken = vec![false; events.len()];
    for write in writes(&events) {
        for at in &write.members {
            is_taken[*at] = true;
        }
        let first = write.members.iter().copied().min().unwrap_or_default();
        places[first] = write.members;
    }
    let mut slots: Vec<Option<Event>> = events.into_iter().map(Some).collect();
    let mut united = Vec::with_capacity(slots.len());
    for (at, mut members) in places.into_iter().enumerate() {
        if !is_taken[at] {
            members.push(at);
        }
        let told = members.into_iter().filter_map(|at| slots[at].take());
        united.extend(one(told.collect()));
    }
    united.sort_by_key(|event| event.origin.place());
    united
}

/// The writes that more than the application's log tells of.
fn writes(events: &[Event]) -> Vec<Write> {
    let mut groups: HashMap<Likeness, Vec<usize>> = HashMap::new();
    for (at, event) in events.iter().enumerate() {
        if let Some(likeness) = likeness(event) {
            groups.entry(likeness).or_default().push(at);
        }
    }
    let mut writes: Vec<Write> = Vec::new();
    for mut places in groups.into_values().filter(|places| is_told_twice(events, places)) {
        places.sort_by_key(|at| (events[*at].stamp.map_or(i64::MAX, Stamp::earliest), *at));
        let first = writes.len();
        for at in places {
            let open = first.max(writes.len().saturating_sub(OPEN));
            match writes[open..].iter_mut().find(|write| write.fits(events, at)) {
                Some(write) => write.take(&events[at], at),
                None => writes.push(Write::new(&events[at], at)),
            }
        }
    }
    writes
}

/// Whether anybody beside one application's log tells of it.
fn is_told_twice(events: &[Event], places: &[usize]) -> bool {
    let source = |at: &usize| events[*at].origin.source;
    let is_other =
        |at: &usize| events[*at].witness != Witness::Log || source(at) != source(&places[0]);
    places.len() > 1 && places.iter().any(is_other)
}

fn likeness(event: &Event) -> Option<Likeness> {
    let kind = match &event.kind {
        EventKind::Assigned { field, object, .. } => {
            EventKind::Assigned { field: *field, object: object.clone(), previous: None }
        }
        kind @ (EventKind::Created { .. }
        | EventKind::Labelled { .. }
        | EventKind::Unlabelled { .. }) => kind.clone(),
        // Without its job such a line could be anybody's.
        kind if event.mark.job.is_some() => kind.clone(),
        _ => return None,
    };
    let job = if kind.is_lifecycle() { event.mark.job.clone() } else { None };
    let whose = event.therapist.clone().ok_or_else(|| event.mark.contact.clone());
    Some((whose, kind, job))
}

/// A write while its witnesses come together.
struct Write {
    members: Vec<usize>,
    /// The moments at which it can have happened; `None` while no witness has a clock.
    moments: Option<(i64, i64)>,
    job: Option<JobId>,
}

impl Write {
    fn new(event: &Event, at: usize) -> Self {
        Self { members: vec![at], moments: moments(event), job: event.mark.job.clone() }
    }

    fn take(&mut self, event: &Event, at: usize) {
        self.members.push(at);
        self.moments = match (self.moments, moments(event)) {
            (Some(a), Some(b)) => overlap(a, b).or(Some(a)),
            (a, b) => a.or(b),
        };
        self.job = self.job.take().or_else(|| event.mark.job.clone());
    }

    fn fits(&self, events: &[Event], at: usize) -> bool {
        let event = &events[at];
        if self.members.iter().any(|member| is_same_reading(&events[*member], event)) {
            return true;
        }
        let of_kind = |member: &&usize| events[**member].witness == event.witness;
        let is_known = self
            .members
            .iter()
            .filter(of_kind)
            .any(|member| !is_same_line(&events[*member], event));
        let is_others =
            self.job.as_ref().zip(event.mark.job.as_ref()).is_some_and(|(mine, its)| {
                // A Sidekiq jid and an ActiveJob id may name one job.
                mine != its && mine.as_str().len() == its.as_str().len()
            });
        let is_then = match (self.moments, moments(event)) {
            (Some(mine), Some(its)) => overlap(mine, its).is_some(),
            _ => self.job.is_some() && self.job == event.mark.job,
        };
        !is_known && !is_others && is_then
    }
}

/// Whether two witnesses read the same clock: the row's own `updated_at`, HubSpot's `occurredAt`.
fn is_same_reading(a: &Event, b: &Event) -> bool {
    let (Some(mine), Some(its)) = (a.stamp, b.stamp) else { return false };
    let is_fine = match (a.witness, b.witness) {
        (Witness::Hubspot, Witness::Hubspot) => true,
        (Witness::Hubspot, _) | (_, Witness::Hubspot) => false,
        _ => mine.digits() >= FULL_PRECISION && its.digits() >= FULL_PRECISION,
    };
    let are_facts = mine.clock() == Clock::Payload && its.clock() == Clock::Payload;
    are_facts && is_fine && mine.printed() == its.printed()
}

/// Whether two sources of one kind tell the same line, each in its own dress.
fn is_same_line(a: &Event, b: &Event) -> bool {
    let is_one_job = a.mark.job.is_some() && a.mark.job == b.mark.job;
    let is_one_thread = match (&a.mark.tid, &b.mark.tid) {
        // semantic_logger puts the pool's name before the thread's.
        (Some(a), Some(b)) => a.ends_with(b.as_str()) || b.ends_with(a.as_str()),
        _ => true,
    };
    let is_then = match (a.stamp, b.stamp) {
        (Some(mine), Some(its)) if is_late(mine) || is_late(its) => true,
        (Some(mine), Some(its)) => {
            // A clock that was a binary fraction once may be off by its last digit. A failure is
            // often told twice, by two lines a moment apart: these stay two.
            let slack = if a.kind == EventKind::Failed { 0 } else { MILLI };
            let widened = |stamp: Stamp| (stamp.earliest() - slack, stamp.until() + slack);
            overlap(widened(mine), widened(its)).is_some()
        }
        _ => true,
    };
    a.origin.source != b.origin.source && is_one_job && is_one_thread && is_then
}

/// Whether it tells only when a collector read the line.
fn is_late(stamp: Stamp) -> bool {
    stamp.clock() == Clock::Transport
}

/// When what the event tells can have happened: how late a witness may be, and how early. A
/// logger may be called just before the write that it announces.
fn moments(event: &Event) -> Option<(i64, i64)> {
    let stamp = event.stamp?;
    let (late, early) = match (event.witness, stamp.clock()) {
        (Witness::Hubspot, _) => (2_000, 0),
        // The collector's host may have a clock of its own.
        (_, Clock::Transport) => (2_000, 100),
        (Witness::Audited, _) => (1_000, 0),
        (_, Clock::Application) => (1_000, 100),
        (_, Clock::Payload) => (0, 0),
    };
    let from = stamp.earliest().saturating_sub(late * MILLI);
    Some((from, stamp.until().saturating_add(early * MILLI)))
}

fn overlap(a: (i64, i64), b: (i64, i64)) -> Option<(i64, i64)> {
    let (from, until) = (a.0.max(b.0), a.1.min(b.1));
    (from < until).then_some((from, until))
}

/// One event of all that tell it: the line whose clock is nearest to the fact speaks. A line
/// without a clock keeps its place among its neighbours and is told the time.
fn one(mut told: Vec<Event>) -> Option<Event> {
    if told.len() < 2 {
        return told.pop();
    }
    told.sort_by_key(|event| (event.witness, event.origin.source, event.origin.offset));
    let best = (0..told.len()).rev().max_by_key(|at| trust(&told[*at]))?;
    let stamp = told[best].stamp;
    let speaker = told.iter().position(|event| event.stamp.is_none()).unwrap_or(best);
    let mark =
        told.iter().skip(1).fold(told[0].mark.clone(), |mark, event| both(&mark, &event.mark));
    let previous = told.iter().find_map(|event| previous(&event.kind)).cloned().map(Box::new);
    let mut kept = told.remove(speaker);
    kept.keep();
    (kept.stamp, kept.mark) = (stamp, mark);
    if let EventKind::Assigned { previous: own, .. } = &mut kept.kind {
        *own = own.take().or(previous);
    }
    for event in told {
        for sighting in event.also() {
            let said = Some(Box::new(event.said_by(sighting)));
            kept.add(Sighting { said, ..sighting.clone() });
        }
        let said = Some(Box::new(event.said()));
        kept.add(Sighting { origin: event.origin, stamp: event.stamp, said });
    }
    Some(kept)
}

fn previous(kind: &EventKind) -> Option<&ObjectId> {
    match kind {
        EventKind::Assigned { previous, .. } => previous.as_deref(),
        _ => None,
    }
}

/// How near a witness's clock is to the fact. HubSpot's is near to its own copy of it.
fn trust(event: &Event) -> Option<(u8, u8)> {
    let stamp = event.stamp?;
    let rank = match (event.witness, stamp.clock()) {
        (Witness::Hubspot, _) => 0,
        (_, Clock::Transport) => 1,
        (_, Clock::Application) => 2,
        (Witness::Audited, _) => 3,
        (_, Clock::Payload) => 4,
    };
    Some((rank, stamp.digits()))
}

fn both(mine: &Arc<Mark>, its: &Arc<Mark>) -> Arc<Mark> {
    let is_covered = (mine.job.is_some() || its.job.is_none())
        && (mine.contact.is_some() || its.contact.is_none());
    if is_covered {
        return mine.clone();
    }
    let mut mark = (**mine).clone();
    mark.job = mark.job.or_else(|| its.job.clone());
    mark.class = mark.class.or_else(|| its.class.clone());
    mark.contact = mark.contact.or_else(|| its.contact.clone());
    Arc::new(mark)
}

#[cfg(test)]
mod tests;
