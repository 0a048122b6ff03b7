//! Sources that are not lines: walked record by record, in one go.
//!
//! Takes a [`Feed`] and its [`Shape`], gives one [`Yield`]. A record's place is its first byte;
//! of several records on one line the line counts once.

use std::collections::BTreeSet;

use crate::ingest::Content;
use crate::ingest::detect::peel;
use crate::ingest::frame::Document;
use crate::ingest::frame::Documents;
use crate::ingest::frame::Shape;
use crate::ingest::near::Around;
use crate::ingest::reader::Reader;
use crate::ingest::source::Feed;
use crate::ingest::source::Input;
use crate::ingest::source::Window;
use crate::ingest::work::Line;
use crate::ingest::work::Work;
use crate::ingest::work::Yield;
use crate::model::Unread;

/// Records at the begin that are read for their time even if nothing in them is watched.
const TIMED: usize = 16;

/// Reads a whole source.
pub(super) fn read(reader: &Reader<'_>, shape: &Shape, feed: &mut Feed) -> Yield {
    let mut window = Window::new(feed);
    let mut documents = Documents::new(shape, &mut window);
    let mut work = Work::default();
    let mut lines = Lines::default();
    let (mut count, mut last) = (0, None);
    while let Some(document) = documents.next(&mut window) {
        let line = window.line(document.from);
        let record = window.slice(document.from, document.to);
        if reader.sieve.find(record, 0).is_some() {
            let (events, unread) = (work.yielded.events.len(), work.yielded.unread.len());
            one(reader, &documents, document, line, record, &mut work);
            lines.note(
                line,
                work.yielded.events.len() > events,
                work.yielded.unread.len() > unread,
            );
            last = None;
        } else {
            if count < TIMED
                && let Some(content) = documents.content(record)
            {
                reader.widen(content, &mut work);
            }
            last = Some(record.to_vec());
        }
        count += 1;
        window.let_go(documents.needs_from());
    }
    if let Some(content) = last.as_deref().and_then(|record| documents.content(record)) {
        reader.widen(content, &mut work);
    }
    let end = window.end();
    let mut yielded = work.yielded;
    yielded.bytes = end;
    yielded.line_ends = window.line(end);
    yielded.ends_open = end > 0 && window.slice(end - 1, end) != b"\n";
    yielded.used = lines.settle(&mut yielded.unread);
    yielded
}

fn one(
    reader: &Reader<'_>,
    documents: &Documents<'_>,
    document: Document,
    line: u64,
    record: &[u8],
    work: &mut Work,
) {
    let line = Line { source: reader.source, offset: document.from, number: line, text: record };
    if let Some(fault) = document.fault {
        let found = String::from_utf8_lossy(&record[..record.len().min(40)]).into_owned();
        let reason = format!("{fault}, found \"{}\"", found.escape_debug());
        work.refuse(line, reason);
        return;
    }
    let Some(content) = documents.content(record) else { return };
    let peeled = peel(content, reader.format);
    reader.content(&peeled, &Around::NOTHING, line, &|_| document.from, work);
}

/// The first records of a head, to tell the format from.
pub(super) fn sample(head: &[u8], shape: &Shape, count: usize) -> Vec<Content<'static>> {
    let input = Input::Memory(String::new(), head.to_vec());
    let Ok(mut feed) = Feed::open(&input, head.len().max(1)) else { return Vec::new() };
    let mut window = Window::new(&mut feed);
    let mut documents = Documents::new(shape, &mut window);
    let mut found = Vec::new();
    while found.len() < count
        && let Some(document) = documents.next(&mut window)
    {
        let record = window.slice(document.from, document.to);
        let content = documents.content(record).filter(|_| document.fault.is_none());
        found.extend(content.map(Content::into_owned));
    }
    found
}

/// Which lines gave events, and which could not be read: each counts once, by what most of its
/// records are.
#[derive(Debug, Default)]
struct Lines {
    used: u64,
    line: Option<u64>,
    good: u64,
    bad: u64,
    unread: BTreeSet<u64>,
}

impl Lines {
    fn note(&mut self, line: u64, is_used: bool, is_unread: bool) {
        if self.line != Some(line) {
            self.close();
            self.line = Some(line);
        }
        self.good += u64::from(is_used);
        self.bad += u64::from(is_unread);
    }

    fn close(&mut self) {
        let Some(line) = self.line else { return };
        if self.bad > 0 && self.bad >= self.good {
            self.unread.insert(line);
        } else if self.good > 0 {
            self.used += 1;
        }
        (self.good, self.bad) = (0, 0);
    }

    /// The number of used lines; leaves the unread records of lines that count as unread.
    fn settle(mut self, unread: &mut Vec<Unread>) -> u64 {
        self.close();
        unread.retain(|line| self.unread.contains(&line.origin.line));
        self.used
    }
}
