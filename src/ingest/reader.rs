//! From a block to events: each line that may matter is unwrapped, read and understood.
//!
//! Takes a [`Block`], gives a [`Yield`]. Pure: knows no other block. A line without a head of its
//! own continues the record above it, which is looked for in the block's lead.

use std::borrow::Cow;

use compact_str::CompactString;

use crate::ingest::Content;
use crate::ingest::Record;
use crate::ingest::ansi;
use crate::ingest::detect::BYTE_ORDER_MARK;
use crate::ingest::detect::Format;
use crate::ingest::detect::Peel;
use crate::ingest::detect::peel;
use crate::ingest::detect::read_head;
use crate::ingest::detect::read_line;
use crate::ingest::envelope::ENVELOPES;
use crate::ingest::envelope::headless;
use crate::ingest::frame::Frame;
use crate::ingest::frame::Sieve;
use crate::ingest::frame::hits;
use crate::ingest::frame::pieces;
use crate::ingest::head::stamps;
use crate::ingest::near::Around;
use crate::ingest::near::Place;
use crate::ingest::near::placed_above;
use crate::ingest::source::Block;
use crate::ingest::statement;
use crate::ingest::statement::Said;
use crate::ingest::statement::Transaction;
use crate::ingest::statement::Vocabulary;
use crate::ingest::statement::Wordings;
use crate::ingest::statement::opens_sql;
use crate::ingest::time::RawStamp;
use crate::ingest::time::TimeRules;
use crate::ingest::time::resolve;
use crate::ingest::transport::Part;
use crate::ingest::whole::complete;
use crate::ingest::whole::gathered;
use crate::ingest::whole::goes_on;
use crate::ingest::whole::inside;
use crate::ingest::whole::is_closed;
use crate::ingest::whole::read_whole;
use crate::ingest::work::Line;
use crate::ingest::work::Work;
use crate::ingest::work::Yield;
use crate::ingest::work::mark;
use crate::model::Clock;
use crate::model::Event;
use crate::model::EventKind;
use crate::model::Mark;
use crate::model::SourceId;
use crate::model::Stamp;
use crate::model::Witness;

/// How far up the head of a continuation line is looked for, in lines.
const LOOK_BACK: usize = 64;

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
    /// Reads one block; `room` is where its events go, and empty.
    pub(super) fn read(&self, block: &Block, room: Vec<Event>) -> Yield {
        let bytes = block.bytes();
        let mut work = Work::with_room(room);
        work.yielded.number = block.number;
        work.yielded.bytes = bytes.len() as u64;
        work.yielded.ends_open = bytes.last().is_some_and(|byte| *byte != b'\n');
        let line_ends = hits(bytes, self.sieve, |frame| self.line(block, frame, &mut work));
        work.yielded.line_ends = line_ends;
        work.yielded
    }

    fn line(&self, block: &Block, frame: Frame, work: &mut Work) {
        let whole = &block.bytes()[frame.start..frame.end];
        let told = |at: usize, text| Line {
            source: self.source,
            offset: block.offset + (frame.start + at) as u64,
            number: frame.lines_before,
            text,
        };
        if block.torn {
            let reason = "expected a line of at most 64 MiB, found a longer one".to_owned();
            work.refuse(told(0, whole), reason);
            return;
        }
        let (events, unread) = (work.yielded.events.len(), work.yielded.unread.len());
        let is_first = block.offset == 0 && frame.start == 0;
        let line = if is_first { strip_mark(whole) } else { whole };
        let mark = whole.len() - line.len();
        for (at, piece) in pieces(line) {
            let place = Place { block, start: frame.start, end: frame.end };
            let around = Around {
                near: &|| place.near(self.format.is_newest_first),
                after: &|| place.near(!self.format.is_newest_first),
            };
            let since = |end: &End<'_>| self.since(block, frame.start, end);
            let told = told(mark + at, piece);
            if let Some((at, mut record)) = self.own(piece) {
                complete(at, &mut record, around.after, None, self.format);
                self.record(&record, None, None, told, &since, work);
            } else if let Some(peeled) =
                self.joined(&place, peel(Content::line(piece), self.format))
            {
                self.content(&peeled, &around, told, &since, work);
            }
        }
        // A line counts once: as used if anything in it was.
        if work.yielded.events.len() > events {
            work.yielded.used += 1;
            work.yielded.unread.truncate(unread);
        }
    }

    /// The record of a line that shows by its beginning that no collector has wrapped it: where
    /// none is expected, the common case, in which nobody else is asked.
    fn own<'a>(&self, line: &'a [u8]) -> Option<(usize, Record<'a>)> {
        let at = self.format.envelope.filter(|_| self.format.transports.is_empty())?;
        let is_own = ENVELOPES[at].owns(line) && !ansi::is_in(line);
        if is_own { ENVELOPES[at].read(line).map(|record| (at, record)) } else { None }
    }

    fn record(
        &self,
        record: &Record<'_>,
        outer: Option<RawStamp>,
        host: Option<&[u8]>,
        line: Line<'_>,
        since: &dyn Fn(&End<'_>) -> u64,
        work: &mut Work,
    ) {
        let said = self.said(record, &mut work.wordings);
        let stamp = self.stamp(record, &said, outer);
        work.take(record, said, stamp, host, line, since);
    }

    /// Puts together a record that a collector has cut at its longest line. `None` if an earlier
    /// part of it lets the sieve through and was read as the whole already.
    fn joined<'a>(&self, place: &Place<'_>, peeled: Peel<'a>) -> Option<Peel<'a>> {
        if peeled.stream.is_none() {
            return Some(peeled);
        }
        let same = |other: &Peel<'_>| {
            other.transports.first() == peeled.transports.first()
                && (&other.host, &other.stream) == (&peeled.host, &peeled.stream)
        };
        let mut heads = Vec::new();
        for line in place.above().take(LOOK_BACK) {
            let upper = peel(Content::line(line), self.format);
            if !same(&upper) {
                continue;
            }
            if upper.part != Part::Torn {
                break;
            }
            if self.sieve.find(line, 0).is_some() {
                return None;
            }
            heads.push(upper.inner.into_text());
        }
        if heads.is_empty() && peeled.part != Part::Torn {
            return Some(peeled);
        }
        let mut tails = Vec::new();
        if peeled.part == Part::Torn {
            for line in place.below().take(LOOK_BACK) {
                let lower = peel(Content::line(line), self.format);
                if !same(&lower) {
                    continue;
                }
                let is_last = lower.part != Part::Torn;
                tails.push(lower.inner.into_text());
                if is_last {
                    break;
                }
            }
        }
        let mut text: Vec<u8> = heads.into_iter().rev().flatten().collect();
        text.extend(peeled.inner.into_text());
        text.extend(tails.into_iter().flatten());
        let inner = peel(Content::Text(Cow::Owned(text)), &Format::default());
        Some(Peel {
            stamp: inner.stamp.or(peeled.stamp),
            host: inner.host.or(peeled.host),
            part: Part::Whole,
            inner: inner.inner,
            ..peeled
        })
    }

    /// Reads what is inside the wrappers: all records of it, or what continues the record above.
    pub(super) fn content(
        &self,
        peeled: &Peel<'_>,
        around: &Around<'_, '_>,
        line: Line<'_>,
        since: &dyn Fn(&End<'_>) -> u64,
        work: &mut Work,
    ) {
        if peeled.part == Part::NotFinal {
            return;
        }
        let host = peeled.host.as_deref();
        match &peeled.inner {
            Content::Row(_) => {
                let records = read_head(&peeled.inner, self.format);
                for mut record in records.into_iter().flat_map(|(_, records)| records) {
                    if record.witness == Witness::Client && record.stamp.or(peeled.stamp).is_none()
                    {
                        self.adopt(&mut record, (around.near)());
                    }
                    self.record(&record, peeled.stamp, host, line, since, work);
                }
            }
            Content::Text(text) => {
                for part in self.records(text) {
                    match self.text(part, peeled, around, &mut work.wordings) {
                        Ok((record, said)) => {
                            let stamp = self.stamp(&record, &said, peeled.stamp);
                            work.take(&record, said, stamp, host, line, since);
                        }
                        Err(Some(reason)) => work.refuse(line, reason),
                        Err(None) => {}
                    }
                }
            }
        }
    }

    /// Reads one record of text: by its own head, else as the continuation of the record above,
    /// else by its wrapper's clock alone.
    fn text<'a>(
        &self,
        text: &'a [u8],
        peeled: &Peel<'_>,
        around: &Around<'_, '_>,
        wordings: &mut Wordings,
    ) -> Result<(Record<'a>, Said), Option<String>> {
        let host = peeled.host.as_deref();
        if let Some(record) = read_whole(text, around.after, host, self.format) {
            let said = self.said(&record, wordings);
            return Ok((record, said));
        }
        // Where no logger writes heads, each line under the wrapper's clock is a record.
        let is_naked = peeled.stamp.is_some() && self.format.envelope.is_none();
        let continued = if is_naked { None } else { self.continued(around, text, host) };
        continued
            .or_else(|| {
                let record = headless(text);
                let said = self.said(&record, wordings);
                (peeled.stamp.is_some() || said.is_taught).then_some((record, said))
            })
            .ok_or_else(|| strange(text, self.words))
    }

    /// The records of a text: one as a rule; several where a collector has put lines together
    /// that have heads of their own.
    fn records<'a>(&self, text: &'a [u8]) -> Vec<&'a [u8]> {
        let mut parts = Vec::with_capacity(1);
        let mut begin = 0;
        for newline in memchr::memchr_iter(b'\n', text) {
            let line = text[newline + 1..].split(|byte| *byte == b'\n').next().unwrap_or_default();
            if begin <= newline && read_line(line, self.format).is_some() {
                parts.extend(pieces(&text[begin..newline]).map(|(_, piece)| piece));
                begin = newline + 1;
            }
        }
        parts.extend(pieces(&text[begin..]).map(|(_, piece)| piece));
        parts
    }

    /// What a record says. Below a line that tells of a failure nothing is a write: what follows
    /// shows what was asked for.
    fn said(&self, record: &Record<'_>, wordings: &mut Wordings) -> Said {
        let first = memchr::memchr(b'\n', &record.message).map(|end| &record.message[..end]);
        match first.filter(|first| is_failure_told(first)) {
            Some(first) => {
                let head = Record { message: Cow::Borrowed(first), ..record.clone() };
                wordings.read(&head, self.words)
            }
            None => wordings.read(record, self.words),
        }
    }

    /// Takes only the time of a record.
    pub(super) fn widen(&self, content: Content<'_>, work: &mut Work) {
        let peeled = peel(content, self.format);
        for stamp in stamps(&peeled, self.format, self.time) {
            work.yielded.span = Some(stamp.widen(work.yielded.span));
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
    fn continued<'a>(
        &self,
        around: &Around<'_, '_>,
        inner: &'a [u8],
        host: Option<&[u8]>,
    ) -> Option<(Record<'a>, Said)> {
        let mut between: Vec<&[u8]> = Vec::new();
        for line in (around.near)().take(LOOK_BACK) {
            let peeled = peel(Content::line(line), self.format);
            if host.is_some() && peeled.host.as_deref() != host {
                continue;
            }
            let last = last_piece(&peeled.inner);
            let last = last.as_ref().unwrap_or(&peeled.inner);
            let Some((at, heads)) = read_head(last, self.format) else {
                between.push(line);
                continue;
            };
            let Some(head) = heads.into_iter().next_back() else { continue };
            let above = statement::read(&head, self.words);
            let mut record = beneath(&head, peeled.stamp, inner);
            if ENVELOPES[at].is_mute(&head) {
                return Some((record, Said::default()));
            }
            let own = |line: &&[u8]| inside(line, host, self.format);
            let mut lines: Vec<Vec<u8>> = between.iter().rev().filter_map(own).collect();
            lines.push(inner.to_vec());
            if is_opened_by(&head, &lines) {
                // An earlier line of it that the sieve lets through was read as the whole.
                if between.iter().chain([&line]).any(|line| self.sieve.find(line, 0).is_some()) {
                    return Some((record, Said::default()));
                }
                let below = lines.into_iter().chain((around.after)().filter_map(|l| own(&l)));
                record.message = Cow::Owned(gathered(at, &head, below, self.format));
                let said = statement::read(&record, self.words);
                return Some((record, said));
            }
            let mut said = statement::read(&record, self.words);
            if head.field(b"exception").is_some() || tells_failure(&head.message, &above) {
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

    /// Where what is undone on this line began, as far as the lead shows: at the last border of a
    /// transaction of the same session, or at the savepoint.
    fn since(&self, block: &Block, start: usize, end: &End<'_>) -> u64 {
        let mut offset = block.offset + start as u64;
        for (at, line) in placed_above(block, start) {
            let peeled = peel(Content::line(line), self.format);
            let records = read_head(&peeled.inner, self.format).map(|(_, records)| records);
            let is_border = records.into_iter().flatten().any(|record| {
                let said = statement::read(&record, self.words);
                let is_border = match said.transaction {
                    Some(Transaction::Savepoint) => {
                        end.savepoint.is_some() && end.savepoint == said.savepoint.as_ref()
                    }
                    Some(Transaction::Rollback) => said.savepoint.is_none(),
                    Some(Transaction::Begin | Transaction::Commit) => true,
                    None => false,
                };
                is_border && mark(&record, &said, peeled.host.as_deref()).is_same_session(end.mark)
            });
            if is_border {
                break;
            }
            offset = at;
        }
        offset
    }
}

/// The record of a line without a head, beneath one that has.
fn beneath<'a>(head: &Record<'_>, outer: Option<RawStamp>, inner: &'a [u8]) -> Record<'a> {
    let mut record =
        Record { witness: head.witness, message: Cow::Borrowed(inner), ..Record::default() };
    marked(&mut record, head, outer);
    record
}

/// Whether lines go on with a statement in SQL that a record opens.
fn is_opened_by(head: &Record<'_>, lines: &[Vec<u8>]) -> bool {
    opens_sql(&head.message) && !is_closed(&head.message) && lines.iter().all(|line| goes_on(line))
}

/// What a rollback undoes: of which session, and back to where.
pub(super) struct End<'a> {
    pub(super) mark: &'a Mark,
    pub(super) savepoint: Option<&'a CompactString>,
}

/// Of a line that ran into another the last record, which the lines below continue.
fn last_piece<'a>(inner: &'a Content<'_>) -> Option<Content<'a>> {
    let Content::Text(text) = inner else { return None };
    let (at, last) = pieces(text).last()?;
    (at > 0).then(|| Content::line(last))
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

fn tells_failure(message: &[u8], said: &Said) -> bool {
    let is_failure =
        |kind: &EventKind| matches!(kind, EventKind::Failed | EventKind::StepFailed { .. });
    said.kinds.iter().any(is_failure) || is_failure_told(message)
}

fn is_failure_told(message: &[u8]) -> bool {
    let is_in = |word: &&[u8]| memchr::memmem::find(message, word).is_some();
    [&b"rror"[..], b"xception", b"ailed"].iter().any(is_in)
}
