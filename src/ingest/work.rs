//! What a block gives: events, mentions and unread lines, with their marks shared.

use std::borrow::Cow;
use std::sync::Arc;

use compact_str::CompactString;

use crate::ingest::Record;
use crate::ingest::reader::End;
use crate::ingest::statement::Said;
use crate::ingest::statement::Transaction;
use crate::model::Event;
use crate::model::JobId;
use crate::model::Mark;
use crate::model::Origin;
use crate::model::Stamp;
use crate::model::TherapistId;
use crate::model::Unread;
use crate::model::Witness;

/// Marks kept to be shared by the events of a block.
const REMEMBERED: usize = 32;

/// What one block gives. Line numbers count from the block's first line, 0.
#[derive(Debug, Default)]
pub(super) struct Yield {
    pub(super) number: usize,
    pub(super) bytes: u64,
    pub(super) line_ends: u64,
    pub(super) ends_open: bool,
    pub(super) used: u64,
    pub(super) events: Vec<Event>,
    pub(super) unread: Vec<Unread>,
    pub(super) mentions: Vec<(u64, Arc<Mark>, TherapistId)>,
    pub(super) span: Option<(Stamp, Stamp)>,
    /// SQL events by place, and the ranges of offsets that a rollback undid.
    pub(super) sql: Vec<usize>,
    pub(super) undone: Vec<(Arc<Mark>, u64, u64)>,
}

/// A block, or a whole source of documents, being read.
#[derive(Default)]
pub(super) struct Work {
    marks: Vec<Arc<Mark>>,
    pub(super) yielded: Yield,
}

impl Work {
    pub(super) fn take(
        &mut self,
        record: &Record<'_>,
        said: Said,
        stamp: Option<Stamp>,
        host: Option<&[u8]>,
        origin: &dyn Fn() -> Origin,
        since: &dyn Fn(&End<'_>) -> u64,
    ) {
        let yielded = &mut self.yielded;
        if let Some(stamp) = stamp {
            yielded.span = Some(stamp.widen(yielded.span));
        }
        let mark = mark(record, &said, host);
        let mark = share(&mut self.marks, mark);
        if said.transaction == Some(Transaction::Rollback) {
            let end = origin().offset;
            let began = since(&End { mark: &mark, savepoint: said.savepoint.as_ref() });
            yielded.undone.push((mark.clone(), began, end));
        }
        if said.kinds.is_empty() {
            if let Some(reason) = said.unread {
                yielded.unread.push(Unread { origin: origin(), reason });
            } else if let Some(therapist) = said.therapist {
                let is_linked = mark.job.is_some() || mark.has_thread() || mark.contact.is_some();
                let is_new =
                    yielded.mentions.last().is_none_or(|(_, m, t)| (m, t) != (&mark, &therapist));
                if is_linked && is_new {
                    yielded.mentions.push((origin().offset, mark, therapist));
                }
            }
            return;
        }
        let origin = origin();
        let others = said.others.iter().map(|other| Some(other.clone()));
        let whose: Vec<_> = std::iter::once(said.therapist.clone()).chain(others).collect();
        let both = said.kinds.iter().flat_map(|kind| whose.iter().map(move |whose| (kind, whose)));
        for (kind, therapist) in both {
            if said.is_sql {
                yielded.sql.push(yielded.events.len());
            }
            yielded.events.push(Event {
                therapist: therapist.clone(),
                stamp,
                kind: kind.clone(),
                mark: mark.clone(),
                witness: if said.is_sql { Witness::Sql } else { record.witness },
                origin: origin.clone(),
                also: Vec::new(),
                said: None,
            });
        }
    }
}

fn text(bytes: &[u8]) -> CompactString {
    CompactString::from_utf8_lossy(bytes)
}

pub(super) fn mark(record: &Record<'_>, said: &Said, host: Option<&[u8]>) -> Mark {
    let own = |bytes: &Option<Cow<'_, [u8]>>| bytes.as_deref().map(text);
    let job = record.job.as_deref().map(|job| JobId::new(text(job)));
    Mark {
        job: said.job.clone().or(job),
        class: said.class.clone().or_else(|| own(&record.class)),
        pid: record.pid,
        tid: own(&record.tid),
        host: own(&record.host).or_else(|| host.map(text)),
        contact: own(&record.contact),
    }
}

/// The same mark, shared with earlier events of the block where one of these has it.
fn share(marks: &mut Vec<Arc<Mark>>, mark: Mark) -> Arc<Mark> {
    if let Some(known) = marks.iter().rev().find(|known| ***known == mark) {
        return known.clone();
    }
    let shared = Arc::new(mark);
    if marks.len() == REMEMBERED {
        marks.remove(0);
    }
    marks.push(shared.clone());
    shared
}
