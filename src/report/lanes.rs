//! Lanes: runs side by side, so that two in flight at once are seen as such.
//!
//! Takes the runs of a timeline, gives each the leftmost lane that is free from its first event
//! to its last, and for each event the marks of all lanes.

use crate::model::Run;

/// What a lane shows beside one event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mark {
    /// No run.
    Free,
    /// A run is in flight, and this event is not of it.
    Passing,
    /// The first event of a run that has more.
    First,
    /// An event within a run.
    Within,
    /// The last event of a run.
    Last,
    /// The only event of a run.
    Only,
}

/// The lane of each run.
#[derive(Debug)]
pub(crate) struct Lanes {
    /// First and last event and the lane, per run.
    spans: Vec<(usize, usize, usize)>,
    count: usize,
}

impl Lanes {
    /// Lays the runs out; they must be in the order of their first events.
    pub(crate) fn of(runs: &[Run]) -> Self {
        let mut busy_until: Vec<usize> = Vec::new();
        let mut spans = Vec::with_capacity(runs.len());
        for run in runs {
            let (Some(&first), Some(&last)) = (run.events.first(), run.events.last()) else {
                spans.push((1, 0, 0));
                continue;
            };
            let free = busy_until.iter().position(|until| *until < first);
            let lane = free.unwrap_or_else(|| {
                busy_until.push(0);
                busy_until.len() - 1
            });
            busy_until[lane] = last;
            spans.push((first, last, lane));
        }
        Self { spans, count: busy_until.len() }
    }

    /// How many lanes there are.
    pub(crate) fn count(&self) -> usize {
        self.count
    }

    /// The marks of all lanes beside an event that is of run `own`.
    pub(crate) fn marks(&self, event: usize, own: Option<usize>) -> Vec<Mark> {
        let mut marks = vec![Mark::Free; self.count];
        for (run, &(first, last, lane)) in self.spans.iter().enumerate() {
            if (first..=last).contains(&event) {
                marks[lane] = match () {
                    () if own != Some(run) => Mark::Passing,
                    () if first == last => Mark::Only,
                    () if event == first => Mark::First,
                    () if event == last => Mark::Last,
                    () => Mark::Within,
                };
            }
        }
        marks
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample::run_of;

    #[test]
    fn runs_in_flight_at_once_stand_side_by_side() {
        let lanes = Lanes::of(&[run_of(1, &[0, 2, 3]), run_of(2, &[1, 4]), run_of(3, &[5])]);
        assert_eq!(lanes.count(), 2);
        let expected = [
            (0, 0, [Mark::First, Mark::Free]),
            (1, 1, [Mark::Passing, Mark::First]),
            (2, 0, [Mark::Within, Mark::Passing]),
            (3, 0, [Mark::Last, Mark::Passing]),
            (4, 1, [Mark::Free, Mark::Last]),
            (5, 2, [Mark::Only, Mark::Free]),
        ];
        for (event, run, marks) in expected {
            assert_eq!(lanes.marks(event, Some(run)), marks, "event {event}");
        }
    }
}
