//! Who, in which order, in which run, with which labels, since when.
//!
//! Takes events in any order, gives one [`Timeline`] per therapist. Knows no bytes and judges
//! nothing. The way: `merge` (one line, many copies) → `identity` (whose) →
//! `witness` (one write, many sources) → `order` → `runs` (by whom) → `replay` (with which labels).

mod account;
mod alias;
mod board;
mod extent;
mod handoff;
mod identity;
mod knots;
mod merge;
mod order;
mod pairing;
mod parts;
mod replaced;
mod replay;
mod runs;
mod shelf;
mod window;
mod witness;

use std::collections::BTreeSet;
use std::ops::Range;

use crate::model::Event;
use crate::model::Label;
use crate::model::ObjectId;
use crate::model::Outcome;
use crate::model::Pairing;
use crate::model::Profile;
use crate::model::Run;
use crate::model::Stamp;
use crate::model::TherapistId;

pub use account::Account;
pub use account::Deeds;
pub use account::Effect;
pub use account::Fit;
pub use account::account;
pub use board::Board;
pub use board::Held;
pub use extent::ends;
pub use handoff::Age;
pub use handoff::Handoff;
pub use handoff::run_handoff;
pub use shelf::Shelf;
pub use shelf::shelve;
pub use window::Truth;
pub use window::Window;
pub use window::windows;
pub use window::windows_over;

/// All events of one therapist, in honest order.
#[derive(Clone, Debug)]
pub struct Timeline {
    /// Whose.
    pub therapist: TherapistId,
    /// Events by (earliest, source, offset).
    pub events: Vec<Event>,
    /// Runs in the order of their first events.
    pub runs: Vec<Run>,
    /// For each event the place of its run in `runs`.
    pub run_of: Vec<Option<usize>>,
    /// For each event the labels and fields as they stand after it.
    pub boards: Vec<Board>,
    /// Labels of the last board that no line tells: in a run that logs labels, the steps beside
    /// them imply them.
    pub silent: BTreeSet<(ObjectId, Label)>,
    /// In how many ways events and runs can be paired, where no line names a run.
    pub pairing: Option<Pairing>,
    /// Events that can be paired with runs in more ways than were looked at.
    pub left_open: Vec<Range<usize>>,
}

impl Timeline {
    /// The board before an event.
    pub fn board_before(&self, event: usize) -> Option<&Board> {
        event.checked_sub(1).and_then(|before| self.boards.get(before))
    }

    /// The board at the end.
    pub fn last_board(&self) -> Option<&Board> {
        self.boards.last()
    }

    /// The run of an event.
    pub fn run(&self, event: usize) -> Option<&Run> {
        self.run_of.get(event).copied().flatten().and_then(|run| self.runs.get(run))
    }

    /// Whether two runs are executions of one job, the later a retry of the earlier.
    pub fn are_attempts_of_one_job(&self, earlier: usize, later: usize) -> bool {
        let (Some(earlier), Some(later)) = (self.runs.get(earlier), self.runs.get(later)) else {
            return false;
        };
        earlier.mark.job.is_some()
            && earlier.mark.job == later.mark.job
            && earlier.outcome != Outcome::Done
            && later.attempt > earlier.attempt
    }
}

/// Builds the timeline of one therapist from its events in honest order. `end` is the last time
/// the input shows, needed to tell an unfinished run from one the export cuts off.
pub fn build(
    therapist: TherapistId,
    events: Vec<Event>,
    end: Option<Stamp>,
    profile: &Profile,
) -> Timeline {
    replayed(build_runs(therapist, events, end, profile), profile)
}

/// The same without boards, for who asks no more than which event is of which run: half the work.
pub fn build_runs(
    therapist: TherapistId,
    events: Vec<Event>,
    end: Option<Stamp>,
    profile: &Profile,
) -> Timeline {
    if !runs::is_nameless(&events) {
        let (runs, loose) = runs::named(&events, &runs::Loose::new(), end, profile);
        if loose.is_empty() {
            return with_runs(therapist, events, runs, None);
        }
        let found = pairing::find(&of(&events, &loose), profile);
        let pairing = loose.iter().copied().zip(found.first()).collect();
        let (runs, _) = runs::named(&events, &pairing, end, profile);
        let timeline = with_runs(therapist, events, runs, None);
        let left_open = found.left_open().into_iter().flatten();
        let left_open = left_open.map(|at| loose[at]..loose[at] + 1).collect();
        return Timeline { left_open, ..timeline };
    }
    let found = pairing::find(&events, profile);
    let runs = runs::paired(&events, &found.first(), end, profile);
    let timeline = with_runs(therapist, events, runs, Some(told(&found)));
    Timeline { left_open: found.left_open(), ..timeline }
}

/// Shows the other ways to pair events and runs, each as a timeline of its own; so many as are
/// looked at.
pub fn other_readings(
    timeline: &Timeline,
    end: Option<Stamp>,
    profile: &Profile,
    mut seen: impl FnMut(&Timeline),
) {
    let Timeline { therapist, events, .. } = timeline;
    let mut show = |runs| {
        let events = events.clone();
        let other = with_runs(therapist.clone(), events, runs, timeline.pairing);
        seen(&replayed(other, profile));
    };
    if let Some(pairing) = timeline.pairing {
        if pairing.ways > 1 {
            let found = pairing::find(events, profile);
            found.others().for_each(|pairing| show(runs::paired(events, &pairing, end, profile)));
        }
        return;
    }
    let (_, loose) = runs::named(events, &runs::Loose::new(), end, profile);
    if !loose.is_empty() {
        for other in pairing::find(&of(events, &loose), profile).others() {
            let pairing = loose.iter().copied().zip(other).collect();
            show(runs::named(events, &pairing, end, profile).0);
        }
    }
}

/// Some of the events.
fn of(events: &[Event], places: &[usize]) -> Vec<Event> {
    places.iter().map(|at| events[*at].clone()).collect()
}

fn told(found: &pairing::Found) -> Pairing {
    let (fewest, ways, is_complete) = (found.fewest, found.ways, found.is_complete);
    Pairing { fewest, ways, is_complete, is_agreed: true }
}

fn with_runs(
    therapist: TherapistId,
    events: Vec<Event>,
    (runs, run_of): runs::Runs,
    pairing: Option<Pairing>,
) -> Timeline {
    let (boards, silent, left_open) = (Vec::new(), BTreeSet::new(), Vec::new());
    Timeline { therapist, events, runs, run_of, boards, silent, pairing, left_open }
}

fn replayed(timeline: Timeline, profile: &Profile) -> Timeline {
    let Timeline { events, runs, run_of, .. } = &timeline;
    let (boards, silent) = replay::replay(events, runs, run_of, profile.window());
    Timeline { boards, silent, ..timeline }
}
