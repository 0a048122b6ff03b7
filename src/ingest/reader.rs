//! From a block to events: each line that may matter is unwrapped, read and understood.
//!
//! Takes a [`Block`], gives a [`Yield`]. Pure: knows no other block. A line without a head of its
//! own continues the record above it, which is looked for in the block's lead.

use std::borrow::Cow;
use std::sync::Arc;

use compact_str::CompactString;

use crate::ingest::Content;
use crate::ingest::Record;
use crate::ingest::detect::BYTE_ORDER_MARK;
use crate::ingest::detect::Format;
use crate::ingest::detect::Peel;
use crate::ingest::detect::lines;
use crate::ingest::detect::peel;
use crate::ingest::detect::read_head;
use crate::ingest::envelope::headless;
use crate::ingest::frame::Frame;
use crate::ingest::frame::Sieve;
use crate::ingest::frame::hits;
use crate::ingest::frame::line_before;
use crate::ingest::source::Block;
use crate::ingest::source::LEAD;
use crate::ingest::statement;
use crate::ingest::statement::Said;
use crate::ingest::statement::Transaction;
use crate::ingest::statement::Vocabulary;
use crate::ingest::time::RawStamp;
use crate::ingest::time::TimeRules;
use crate::ingest::time::resolve;
use crate::model::Clock;
use crate::model::Event;
use crate::model::EventKind;
use crate::model::JobId;
use crate::model::Mark;
use crate::model::Origin;
use crate::model::SourceId;
use crate::model::Stamp;
use crate::model::TherapistId;
use crate::model::Unread;
use crate::model::Witness;

/// How far up the head of a continuation line is looked for, in lines.
const LOOK_BACK: usize = 64;

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

/// All that reading needs beside the bytes.
#[derive(Clone, Copy)]
pub(super) struct Reader<'a> {
    pub(super) source: SourceId,
    pub(super) format: &'a Format,
    pub(super) sieve: &'a Sieve,
    pub(super) words: &'a Vocabulary,
    pub(super) time: &'a TimeRules,
}

impl Reader<'_> {
    /// Reads one block.
    pub(super) fn read(&self, block: &Block) -> Yield {
        let bytes = block.bytes();
        let mut work = Work { marks: Vec::new(), yielded: Yield::default() };
        work.yielded.number = block.number;
        work.yielded.bytes = bytes.len() as u64;
        work.yielded.ends_open = bytes.last().is_some_and(|byte| *byte != b'\n');
        let line_ends = hits(bytes, self.sieve, |frame| self.line(block, frame, &mut work));
        work.yielded.line_ends = line_ends;
        work.yielded
    }

    fn line(&self, block: &Block, frame: Frame, work: &mut Work) {
        let whole = &block.bytes()[frame.start..frame.end];
        let offset = block.offset + frame.start as u64;
        let origin = || Origin {
            source: self.source,
            offset,
            line: frame.lines_before,
            text: Arc::from(&whole[..whole.len().min(Origin::CLIP)]),
        };
        if block.torn {
            let reason = "expected a line of at most 64 MiB, found a longer one".to_owned();
            work.yielded.unread.push(Unread { origin: origin(), reason });
            return;
        }
        let line = if offset == 0 { strip_mark(whole) } else { whole };
        let peeled = peel(Content::line(line), self.format);
        let since = || self.since(block, frame.start);
        let above = || above(block, frame.start);
        self.content(&peeled, above, &origin, &since, work);
    }

    /// Reads what is inside the wrappers: all records of it, or what continues the record above.
    fn content<'b, A: Iterator<Item = &'b [u8]>>(
        &self,
        peeled: &Peel<'_>,
        above: impl Fn() -> A,
        origin: &dyn Fn() -> Origin,
        since: &dyn Fn() -> u64,
        work: &mut Work,
    ) {
        let host = peeled.host.as_deref();
        if let Some((_, records)) = read_head(&peeled.inner, self.format) {
            let before = work.yielded.events.len();
            for mut record in records {
                if record.witness == Witness::Client && record.stamp.or(peeled.stamp).is_none() {
                    self.adopt(&mut record, above());
                }
                let said = statement::read(&record, self.words);
                let stamp = self.stamp(&record, &said, peeled.stamp);
                work.take(&record, said, stamp, host, origin, since);
            }
            work.yielded.used += u64::from(work.yielded.events.len() > before);
            return;
        }
        let Content::Text(text) = &peeled.inner else { return };
        if let Some((record, said)) = self.continued(above(), text) {
            let stamp = self.stamp(&record, &said, peeled.stamp);
            let before = work.yielded.events.len();
            work.take(&record, said, stamp, host, origin, since);
            work.yielded.used += u64::from(work.yielded.events.len() > before);
        } else if let Some(reason) = strange(text, self.words) {
            work.yielded.unread.push(Unread { origin: origin(), reason });
        }
    }

    /// The time of the fact itself, else of the logger's call, else of the collector's read.
    fn stamp(&self, record: &Record<'_>, said: &Said, outer: Option<RawStamp>) -> Option<Stamp> {
        let payload = said.payload_stamp.filter(|_| !said.kinds.is_empty());
        let clock = record.clock.unwrap_or(Clock::Application);
        payload
            .and_then(|raw| resolve(raw, self.time, Clock::Payload))
            .or_else(|| record.stamp.and_then(|raw| resolve(raw, self.time, clock)))
            .or_else(|| outer.and_then(|raw| resolve(raw, self.time, Clock::Transport)))
    }

    /// A line without a head: the record above it says when and who, the line itself says what.
    /// Below a record that tells of a failure nothing is a write: it shows what was asked for.
    fn continued<'a, 'b>(
        &self,
        above: impl Iterator<Item = &'b [u8]>,
        inner: &'a [u8],
    ) -> Option<(Record<'a>, Said)> {
        for line in above.take(LOOK_BACK) {
            let peeled = peel(Content::line(line), self.format);
            let Some((_, heads)) = read_head(&peeled.inner, self.format) else { continue };
            let Some(head) = heads.into_iter().next_back() else { continue };
            let above = statement::read(&head, self.words);
            let mut record = Record {
                witness: head.witness,
                message: Cow::Borrowed(inner),
                ..Record::default()
            };
            marked(&mut record, &head, peeled.stamp);
            let mut said = statement::read(&record, self.words);
            if tells_failure(&head.message, &above) {
                said.kinds.clear();
                said.unread = None;
            }
            said.therapist = said.therapist.or(above.therapist);
            said.job = said.job.or(above.job);
            return Some((record, said));
        }
        None
    }

    /// A body that a client logged has no time of its own: the line above it has.
    fn adopt<'b>(&self, record: &mut Record<'_>, above: impl Iterator<Item = &'b [u8]>) {
        for line in above.take(LOOK_BACK) {
            let peeled = peel(Content::line(line), self.format);
            let heads = read_head(&peeled.inner, self.format).map(|(_, heads)| heads);
            if let Some(head) = heads.and_then(|heads| heads.into_iter().next_back()) {
                return marked(record, &head, peeled.stamp);
            }
        }
    }

    /// Where the transaction that ends on this line began, as far as the lead shows.
    fn since(&self, block: &Block, start: usize) -> u64 {
        let mut offset = block.offset + start as u64;
        for line in above(block, start) {
            let peeled = peel(Content::line(line), self.format);
            let is_border = read_head(&peeled.inner, self.format).is_some_and(|(_, records)| {
                let is_border =
                    |r: &Record<'_>| statement::read(r, self.words).transaction.is_some();
                records.iter().any(is_border)
            });
            if is_border {
                break;
            }
            offset = offset.saturating_sub(line.len() as u64 + 1);
        }
        offset
    }
}

/// Gives a record without a head of its own the time and the marks of the one above it.
fn marked(record: &mut Record<'_>, head: &Record<'_>, outer: Option<RawStamp>) {
    let own = |text: &Option<Cow<'_, [u8]>>| text.as_ref().map(|t| Cow::Owned(t.to_vec()));
    record.stamp = head.stamp.or(outer);
    record.clock = head.clock;
    record.job = own(&head.job);
    record.class = own(&head.class);
    record.pid = head.pid;
    record.tid = own(&head.tid);
    record.host = own(&head.host);
}

/// Why a line of no known shape is unread, if it says something watched.
fn strange(line: &[u8], words: &Vocabulary) -> Option<String> {
    let said = statement::read(&headless(line), words);
    let says = !said.kinds.is_empty() && !said.kinds.iter().all(EventKind::is_lifecycle);
    let found = String::from_utf8_lossy(&line[..line.len().min(40)]);
    let found = found.escape_debug();
    match said.unread {
        Some(reason) => Some(reason),
        None if says => Some(format!("expected a known logger's head, found \"{found}\"")),
        None => None,
    }
}

fn strip_mark(line: &[u8]) -> &[u8] {
    line.strip_prefix(BYTE_ORDER_MARK).unwrap_or(line)
}

/// The lines above a place, nearest first: those of the block, then those of its lead.
fn above(block: &Block, start: usize) -> impl Iterator<Item = &[u8]> {
    let lead: &[u8] = &block.lead;
    // A full lead begins in the middle of a line.
    let whole =
        if lead.len() < LEAD { 0 } else { memchr::memchr(b'\n', lead).map_or(0, |n| n + 1) };
    lines_above(block.bytes(), start).chain(lines_above(&lead[whole..], lead.len() - whole))
}

fn lines_above(bytes: &[u8], mut end: usize) -> impl Iterator<Item = &[u8]> {
    std::iter::from_fn(move || {
        let (start, stop) = line_before(bytes, end)?;
        end = start;
        Some(&bytes[start..stop])
    })
}

fn tells_failure(message: &[u8], said: &Said) -> bool {
    let is_failure =
        |kind: &EventKind| matches!(kind, EventKind::Failed | EventKind::StepFailed { .. });
    said.kinds.iter().any(is_failure)
        || [&b"rror"[..], b"xception", b"ailed"]
            .iter()
            .any(|word| memchr::memmem::find(message, word).is_some())
}

/// A block being read.
struct Work {
    marks: Vec<Arc<Mark>>,
    yielded: Yield,
}

impl Work {
    fn take(
        &mut self,
        record: &Record<'_>,
        said: Said,
        stamp: Option<Stamp>,
        host: Option<&[u8]>,
        origin: &dyn Fn() -> Origin,
        since: &dyn Fn() -> u64,
    ) {
        let yielded = &mut self.yielded;
        if let Some(stamp) = stamp {
            yielded.span = Some(widen(yielded.span, stamp));
        }
        let mark = mark(record, &said, host);
        let mark = share(&mut self.marks, mark);
        if said.transaction == Some(Transaction::Rollback) {
            let end = origin().offset;
            yielded.undone.push((mark.clone(), since(), end));
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
        for kind in said.kinds {
            if said.is_sql {
                yielded.sql.push(yielded.events.len());
            }
            yielded.events.push(Event {
                therapist: said.therapist.clone(),
                stamp,
                kind,
                mark: mark.clone(),
                witness: if said.is_sql { Witness::Sql } else { record.witness },
                origin: origin.clone(),
                also: Vec::new(),
            });
        }
    }
}

/// The span that also holds this time.
pub(super) fn widen(span: Option<(Stamp, Stamp)>, stamp: Stamp) -> (Stamp, Stamp) {
    let (from, to) = span.unwrap_or((stamp, stamp));
    (
        if stamp.earliest() < from.earliest() { stamp } else { from },
        if stamp.until() > to.until() { stamp } else { to },
    )
}

/// The times of whole lines at the head or the tail of a source.
pub(super) fn span_of(
    bytes: &[u8],
    format: &Format,
    time: TimeRules,
    mut span: Option<(Stamp, Stamp)>,
) -> Option<(Stamp, Stamp)> {
    for line in lines(bytes) {
        let peeled = peel(Content::line(line), format);
        let Some((_, records)) = read_head(&peeled.inner, format) else { continue };
        for record in records {
            let own = record.stamp.and_then(|raw| resolve(raw, &time, Clock::Application));
            let outer = || peeled.stamp.and_then(|raw| resolve(raw, &time, Clock::Transport));
            if let Some(stamp) = own.or_else(outer) {
                span = Some(widen(span, stamp));
            }
        }
    }
    span
}

fn text(bytes: &[u8]) -> CompactString {
    CompactString::from_utf8_lossy(bytes)
}

fn mark(record: &Record<'_>, said: &Said, host: Option<&[u8]>) -> Mark {
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
