//! What a block gives: events, mentions and unread lines, with their marks shared.

use std::sync::Arc;

use compact_str::CompactString;

use crate::ingest::Record;
use crate::ingest::reader::End;
use crate::ingest::statement::Said;
use crate::ingest::statement::Transaction;
use crate::ingest::statement::Wordings;
use crate::model::Event;
use crate::model::JobId;
use crate::model::Mark;
use crate::model::Origin;
use crate::model::Quotes;
use crate::model::SourceId;
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

/// A line, or what a collector made of several, and where it stands.
#[derive(Clone, Copy)]
pub(super) struct Line<'a> {
    pub(super) source: SourceId,
    pub(super) offset: u64,
    /// Counted as in [`Yield`].
    pub(super) number: u64,
    pub(super) text: &'a [u8],
}

/// A block, or a whole source of documents, being read.
#[derive(Default)]
pub(super) struct Work {
    /// With what tells most of them apart.
    marks: Vec<(u64, Arc<Mark>)>,
    quotes: Quotes,
    pub(super) wordings: Wordings,
    pub(super) yielded: Yield,
}

impl Work {
    /// With room for events.
    pub(super) fn with_room(events: Vec<Event>) -> Self {
        Self { yielded: Yield { events, ..Yield::default() }, ..Self::default() }
    }

    pub(super) fn take(
        &mut self,
        record: &Record<'_>,
        said: Said,
        stamp: Option<Stamp>,
        host: Option<&[u8]>,
        line: Line<'_>,
        since: &dyn Fn(&End<'_>) -> u64,
    ) {
        if let Some(stamp) = stamp {
            self.yielded.span = Some(stamp.widen(self.yielded.span));
        }
        let mark = self.mark(record, &said, host);
        if said.transaction == Some(Transaction::Rollback) {
            let began = since(&End { mark: &mark, savepoint: said.savepoint.as_ref() });
            self.yielded.undone.push((mark.clone(), began, line.offset));
        }
        let mut kinds = said.kinds.into_iter();
        let Some(last) = kinds.next_back() else {
            if let Some(reason) = said.unread {
                self.refuse(line, reason);
            } else if let Some(therapist) = said.therapist {
                let is_linked = mark.job.is_some() || mark.has_thread() || mark.contact.is_some();
                let mentions = &mut self.yielded.mentions;
                let is_new = mentions.last().is_none_or(|(_, m, t)| (m, t) != (&mark, &therapist));
                if is_linked && is_new {
                    mentions.push((line.offset, mark, therapist));
                }
            }
            return;
        };
        let event = Event {
            therapist: said.therapist,
            stamp,
            kind: last,
            mark,
            witness: if said.is_sql { Witness::Sql } else { record.witness },
            origin: self.origin(line),
            is_adopted: false,
            more: None,
        };
        let first = self.yielded.events.len();
        for kind in kinds {
            self.push(Event { kind, ..event.clone() }, &said.others);
        }
        self.push(event, &said.others);
        if said.is_sql {
            self.yielded.sql.extend(first..self.yielded.events.len());
        }
    }

    /// Keeps an event, and the same of other therapists.
    fn push(&mut self, event: Event, others: &[TherapistId]) {
        let other =
            |therapist: &TherapistId| Event { therapist: Some(therapist.clone()), ..event.clone() };
        let others: Vec<Event> = others.iter().map(other).collect();
        self.yielded.events.push(event);
        self.yielded.events.extend(others);
    }

    /// Notes that a line could not be read, and why.
    pub(super) fn refuse(&mut self, line: Line<'_>, reason: String) {
        let origin = self.origin(line);
        self.yielded.unread.push(Unread { origin, reason });
    }

    fn origin(&mut self, line: Line<'_>) -> Origin {
        let Line { source, offset, number, text } = line;
        let text = self.quotes.add(&text[..text.len().min(Origin::CLIP)]);
        Origin { source, offset, line: number, text }
    }

    /// The marks of a record, shared with earlier events of the block where one of these has them.
    fn mark(&mut self, record: &Record<'_>, said: &Said, host: Option<&[u8]>) -> Arc<Mark> {
        let told = Told::of(record, said, host);
        let print = told.print();
        let is_it = |(of, known): &&(u64, Arc<Mark>)| *of == print && told.is(known);
        if let Some((_, known)) = self.marks.iter().rev().find(is_it) {
            return known.clone();
        }
        let shared = Arc::new(told.mark());
        if self.marks.len() == REMEMBERED {
            self.marks.remove(0);
        }
        self.marks.push((print, shared.clone()));
        shared
    }
}

/// The marks of a record as its line has them.
struct Told<'a> {
    job: Option<&'a [u8]>,
    class: Option<&'a [u8]>,
    pid: Option<u64>,
    tid: Option<&'a [u8]>,
    host: Option<&'a [u8]>,
    contact: Option<&'a [u8]>,
}

impl<'a> Told<'a> {
    fn of(record: &'a Record<'_>, said: &'a Said, host: Option<&'a [u8]>) -> Self {
        let class = bytes(said.class.as_ref());
        Self {
            job: said.job.as_ref().map(|job| job.as_str().as_bytes()).or(record.job.as_deref()),
            class: class.or(record.class.as_deref()),
            pid: record.pid,
            tid: record.tid.as_deref(),
            host: record.host.as_deref().or(host),
            contact: record.contact.as_deref(),
        }
    }

    /// What is equal for equal marks, and for most others is not: the end of the job's name, which
    /// is where counted names differ, and of the thread's.
    fn print(&self) -> u64 {
        let end = |text: Option<&[u8]>| {
            let end = text.and_then(|text| text.last_chunk()).copied();
            end.map_or(0, u64::from_le_bytes)
        };
        let tid = self
            .tid
            .into_iter()
            .flatten()
            .fold(0, |print: u64, byte| print.rotate_left(5) ^ u64::from(*byte));
        end(self.job) ^ tid ^ self.pid.unwrap_or_default()
    }

    /// Whether a mark is this one; bytes that are no text are never found again.
    fn is(&self, mark: &Mark) -> bool {
        self.pid == mark.pid
            && self.job == mark.job.as_ref().map(|job| job.as_str().as_bytes())
            && self.tid == bytes(mark.tid.as_ref())
            && self.class == bytes(mark.class.as_ref())
            && self.host == bytes(mark.host.as_ref())
            && self.contact == bytes(mark.contact.as_ref())
    }

    fn mark(&self) -> Mark {
        Mark {
            job: self.job.map(|job| JobId::new(text(job))),
            class: self.class.map(text),
            pid: self.pid,
            tid: self.tid.map(text),
            host: self.host.map(text),
            contact: self.contact.map(text),
        }
    }
}

fn bytes(text: Option<&CompactString>) -> Option<&[u8]> {
    text.map(CompactString::as_bytes)
}

fn text(bytes: &[u8]) -> CompactString {
    match std::str::from_utf8(bytes) {
        Ok(text) => CompactString::new(text),
        Err(_) => CompactString::from_utf8_lossy(bytes),
    }
}

/// The marks of a record.
pub(super) fn mark(record: &Record<'_>, said: &Said, host: Option<&[u8]>) -> Mark {
    Told::of(record, said, host).mark()
}
