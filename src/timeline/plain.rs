//! What holds for all events of a log, asked once: each look at millions of events costs what memory
//! does, and most logs are so plain that most ways to put lines together have nothing to do.

use crate::model::Event;
use crate::model::Mention;
use crate::model::SourceId;
use crate::model::Witness;
use crate::timeline::alias;
use crate::timeline::merge;
use crate::timeline::order;
use crate::timeline::parts;

/// In which ways events are plain. Whoever adds events or takes some away asks anew.
#[expect(clippy::struct_excessive_bools, reason = "ways do not depend on each other")]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Plain {
    /// They stand by source and offset.
    pub(super) is_placed: bool,
    /// None prints an earlier time than the one before.
    pub(super) is_printed_in_order: bool,
    /// All have a clock, and none is earlier than the one before.
    pub(super) is_in_order: bool,
    /// All name their job, and so do mentions.
    pub(super) has_jobs: bool,
    /// None names its job by the id that ActiveJob gives it, and no mention does.
    pub(super) has_no_alias: bool,
    /// All are from one source, and the application's own log.
    pub(super) is_one_log: bool,
    /// None is a request to HubSpot.
    pub(super) has_no_call: bool,
}

impl Plain {
    /// In which ways these are. What comes out does not depend on the threads.
    pub(super) fn of(events: &[Event], mentions: &[Mention], threads: usize) -> Self {
        let source = events.first().map_or(SourceId(0), |event| event.origin.source);
        let mut plain = Self::whole();
        for part in parts::each(events, threads, |part| Self::of_part(part, source)) {
            plain = plain.and(part);
        }
        let jobs = || mentions.iter().map(|mention| mention.mark.job.as_ref());
        plain.has_jobs &= jobs().all(|job| job.is_some());
        plain.has_no_alias &= !jobs().flatten().any(alias::is_active_job);
        plain
    }

    /// In all ways.
    fn whole() -> Self {
        Self {
            is_placed: true,
            is_printed_in_order: true,
            is_in_order: true,
            has_jobs: true,
            has_no_alias: true,
            is_one_log: true,
            has_no_call: true,
        }
    }

    fn of_part(events: &[Event], source: SourceId) -> Self {
        let mut plain = Self::whole();
        let mut last: Option<&Event> = None;
        for event in events {
            if let Some(last) = last.replace(event) {
                plain.is_placed &= last.origin.place() <= event.origin.place();
                plain.is_printed_in_order &= merge::printed(last) <= merge::printed(event);
                plain.is_in_order &= order::time(last) <= order::time(event);
            }
            let job = event.mark.job.as_ref();
            plain.is_in_order &= event.stamp.is_some();
            plain.has_jobs &= job.is_some();
            plain.has_no_alias &= !job.is_some_and(alias::is_active_job);
            plain.is_one_log &= event.witness == Witness::Log && event.origin.source == source;
            plain.has_no_call &= event.witness != Witness::Client;
        }
        plain
    }

    fn and(self, other: Self) -> Self {
        Self {
            is_placed: self.is_placed && other.is_placed,
            is_printed_in_order: self.is_printed_in_order && other.is_printed_in_order,
            is_in_order: self.is_in_order && other.is_in_order,
            has_jobs: self.has_jobs && other.has_jobs,
            has_no_alias: self.has_no_alias && other.has_no_alias,
            is_one_log: self.is_one_log && other.is_one_log,
            has_no_call: self.has_no_call && other.has_no_call,
        }
    }
}
