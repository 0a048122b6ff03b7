//! What the chart says of an event, a time and a run.

use crate::model::Event;
use crate::model::Run;
use crate::model::Stamp;
use crate::model::Step;
use crate::report::escape::visible;
use crate::report::what;
use crate::report::what::Fields;
use crate::timeline::Timeline;

/// What happened: `credentialing_hubspot_id 30278823850 → 30272441773`.
pub(super) fn what(timeline: &Timeline, at: usize) -> String {
    visible(&what::what(timeline, at, Fields::Full))
}

/// The moments a printed time can mean, where they are not those of its last digit:
/// `07:04:56.4995 ≤ t < 07:04:56.5005`.
pub(super) fn reading(stamp: Stamp) -> Option<String> {
    let plain = Stamp::truncated(stamp.printed(), stamp.digits(), stamp.zone(), stamp.clock());
    if (plain.earliest(), plain.until()) == (stamp.earliest(), stamp.until()) {
        return None;
    }
    // A clock that rounds means half a tick to both sides, one digit finer than it prints.
    let digits = stamp.digits() + u8::from(stamp.earliest() != stamp.printed());
    let bound = |nanos| Stamp::truncated(nanos, digits, stamp.zone(), stamp.clock()).time_of_day();
    Some(format!("{} ≤ t < {}", bound(stamp.earliest()), bound(stamp.until())))
}

/// Whether the stamps leave open which of an event and the one before it came first. Two things
/// that one line says have no order in doubt.
pub(super) fn is_tied(before: &Event, event: &Event) -> bool {
    let pair = before.stamp.zip(event.stamp);
    before.origin != event.origin && pair.is_some_and(|(one, other)| one.overlaps(other))
}

/// Who a run is: class, process, thread, host.
pub(super) fn place(run: &Run) -> String {
    let mark = &run.mark;
    let mut facts: Vec<String> = Vec::new();
    facts.extend(mark.class.as_ref().map(ToString::to_string));
    facts.extend(mark.pid.map(|pid| format!("pid {pid}")));
    facts.extend(mark.tid.as_ref().map(|tid| format!("tid {tid}")));
    facts.extend(mark.host.as_ref().map(|host| format!("on {host}")));
    visible(&facts.join(" "))
}

/// Steps by number and name: `1 create · 2 activate`.
pub(super) fn steps(steps: &[Step]) -> String {
    let one = |step: &Step| format!("{} {}", step.number(), step.name());
    steps.iter().map(one).collect::<Vec<_>>().join(" · ")
}
