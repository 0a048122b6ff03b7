//! What ties events of a log together, asked once: each look at millions of events costs what memory
//! does, and most logs are so plain that most ways to put lines together have nothing to do.

use crate::model::Event;
use crate::model::Mention;
use crate::model::SourceId;
use crate::model::Witness;
use crate::timeline::alias;
use crate::timeline::merge;
use crate::timeline::order;
use crate::timeline::parts;

/// What there is to do before events can be judged; nothing for the plainest. Whoever adds events or
/// takes some away asks anew.
#[expect(
    clippy::struct_excessive_bools,
    reason = "what there is to do does not depend on the rest"
)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Knots {
    /// Some do not stand by source and offset.
    pub(super) is_misplaced: bool,
    /// Some print an earlier time than the one before.
    pub(super) prints_earlier: bool,
    /// Some have no clock, or are earlier than the one before.
    pub(super) is_unordered: bool,
    /// Some do not name their job, or some mention does not.
    pub(super) lacks_jobs: bool,
    /// Some name their job by the id that ActiveJob gives it, or some mention does.
    pub(super) has_aliases: bool,
    /// Some are from another source, or not of the application's own log.
    pub(super) has_witnesses: bool,
    /// Some are requests to HubSpot.
    pub(super) has_calls: bool,
}

impl Knots {
    /// Of these events. What comes out does not depend on the threads.
    pub(super) fn of(events: &[Event], mentions: &[Mention], threads: usize) -> Self {
        let source = events.first().map_or(SourceId(0), |event| event.origin.source);
        let jobs = || mentions.iter().map(|mention| mention.mark.job.as_ref());
        let told = Self {
            lacks_jobs: jobs().any(|job| job.is_none()),
            has_aliases: jobs().flatten().any(alias::is_active_job),
            ..Self::default()
        };
        let of_parts = parts::each(events, threads, |part| Self::of_part(part, source));
        of_parts.into_iter().fold(told, Self::or)
    }

    fn of_part(events: &[Event], source: SourceId) -> Self {
        let mut knots = Self::default();
        let mut last: Option<&Event> = None;
        for event in events {
            if let Some(last) = last.replace(event) {
                knots.is_misplaced |= last.origin.place() > event.origin.place();
                knots.prints_earlier |= merge::printed(last) > merge::printed(event);
                knots.is_unordered |= order::time(last) > order::time(event);
            }
            let job = event.mark.job.as_ref();
            knots.is_unordered |= event.stamp.is_none();
            knots.lacks_jobs |= job.is_none();
            knots.has_aliases |= job.is_some_and(alias::is_active_job);
            knots.has_witnesses |= event.witness != Witness::Log || event.origin.source != source;
            knots.has_calls |= event.witness == Witness::Client;
        }
        knots
    }

    fn or(self, other: Self) -> Self {
        Self {
            is_misplaced: self.is_misplaced || other.is_misplaced,
            prints_earlier: self.prints_earlier || other.prints_earlier,
            is_unordered: self.is_unordered || other.is_unordered,
            lacks_jobs: self.lacks_jobs || other.lacks_jobs,
            has_aliases: self.has_aliases || other.has_aliases,
            has_witnesses: self.has_witnesses || other.has_witnesses,
            has_calls: self.has_calls || other.has_calls,
        }
    }
}
