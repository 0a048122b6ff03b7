//! One source put together from its blocks, in their order, while further ones are being read.
//!
//! Line numbers become absolute, writes that a rollback undid vanish, the sheet is added up.

use std::collections::HashSet;
use std::sync::Arc;

use crate::ingest::work::Yield;
use crate::model::Event;
use crate::model::Mark;
use crate::model::Mention;
use crate::model::Sheet;
use crate::model::SourceId;
use crate::model::Stamp;
use crate::model::Unread;

/// Unread lines kept per source; all are counted.
const KEPT_UNREAD: usize = 10_000;

/// Blocks whose room is kept, at most.
const KEPT_ROOM: usize = 16;

/// What a source gave so far.
#[derive(Debug, Default)]
pub(super) struct Joined {
    /// Blocks that came before their turn.
    waiting: Vec<Yield>,
    /// The number of the block whose turn it is.
    next: usize,
    /// Room for the events of further blocks: memory that was touched once is not touched anew.
    spare: Vec<Vec<Event>>,
    /// Whether all blocks have been taken.
    is_read: bool,
    /// All bytes of the source, where they are known.
    expected: Option<u64>,
    pub(super) sheet: Sheet,
    pub(super) unread: Vec<Unread>,
    last_unread: Option<u64>,
    pub(super) events: Vec<Event>,
    pub(super) mentions: Vec<Mention>,
    pub(super) span: Option<(Stamp, Stamp)>,
    /// SQL events by place, and the ranges of offsets that a rollback undid.
    sql: HashSet<usize>,
    undone: Vec<(Arc<Mark>, u64, u64)>,
    ends_open: bool,
}

impl Joined {
    /// Of a source of so many bytes, if that is known.
    pub(super) fn of(expected: Option<u64>) -> Self {
        Self { expected, ..Self::default() }
    }

    /// Takes what a block gave; blocks may come in any order.
    pub(super) fn add(&mut self, source: SourceId, part: Yield) {
        self.waiting.push(part);
        while let Some(at) = self.waiting.iter().position(|part| part.number == self.next) {
            let part = self.waiting.swap_remove(at);
            self.append(source, part);
            self.next += 1;
        }
    }

    /// The last block has been taken.
    pub(super) fn end(&mut self) {
        (self.is_read, self.spare) = (true, Vec::new());
    }

    /// Room that earlier blocks needed.
    pub(super) fn spare(&mut self) -> Vec<Event> {
        self.spare.pop().unwrap_or_default()
    }

    fn append(&mut self, source: SourceId, mut part: Yield) {
        let base = self.sheet.lines + 1;
        self.sheet.bytes += part.bytes;
        self.sheet.lines += part.line_ends;
        self.sheet.used += part.used;
        self.ends_open = part.ends_open;
        if let Some(span) = part.span {
            self.span = Some(Stamp::join(self.span, span));
        }
        let first = self.events.len();
        self.sql.extend(part.sql.into_iter().map(|at| first + at));
        if first == 0 {
            // Mostly of a source that is one part: its memory is kept.
            std::mem::swap(&mut self.events, &mut part.events);
        } else {
            self.make_room(part.events.len());
            self.events.append(&mut part.events);
        }
        self.events[first..].iter_mut().for_each(|event| event.origin.line += base);
        if !self.is_read && self.spare.len() < KEPT_ROOM {
            self.spare.push(part.events);
        }
        for mut line in part.unread {
            line.origin.line += base;
            // The pieces of one torn line are one line.
            if self.last_unread != Some(line.origin.line) {
                self.last_unread = Some(line.origin.line);
                self.sheet.unread += 1;
                if self.unread.len() < KEPT_UNREAD {
                    self.unread.push(line);
                }
            }
        }
        self.undone.extend(part.undone);
        for (offset, mark, therapist) in part.mentions {
            let mention = Mention { source, offset, mark, therapist };
            // Across blocks as within them, so that block size cannot show.
            let repeats = self.mentions.last().is_some_and(|last| {
                (&last.mark, &last.therapist) == (&mention.mark, &mention.therapist)
            });
            if !repeats {
                self.mentions.push(mention);
            }
        }
    }

    /// Makes room for further events: if the source goes on as it began, for all that will come,
    /// since moving them would touch their memory twice.
    fn make_room(&mut self, further: usize) {
        let wanted = self.events.len() + further;
        if wanted <= self.events.capacity() {
            return;
        }
        let share = |expected: u64| (wanted as u64).saturating_mul(expected) / self.sheet.bytes;
        let all = self.expected.filter(|_| self.sheet.bytes > 0).map_or(0, share);
        let all = usize::try_from(all + all / 8).unwrap_or(wanted);
        let room = all.max(self.events.len() * 3 / 2).max(wanted);
        // A guess must not cost more than there is.
        if self.events.try_reserve_exact(room - self.events.len()).is_err() {
            self.events.reserve(further);
        }
    }

    /// The source is read: what was undone goes, and the sheet must be balanced.
    pub(super) fn close(&mut self, name: &str) {
        let sheet = &mut self.sheet;
        sheet.lines += u64::from(self.ends_open);
        sheet.ignored = sheet.lines.saturating_sub(sheet.used + sheet.unread);
        assert!(sheet.is_balanced(), "the balance sheet of {name} must add up: {sheet:?}");
        if self.undone.is_empty() {
            return;
        }
        let is_undone = |event: &Event| {
            self.undone.iter().any(|(mark, from, to)| {
                mark.is_same_session(&event.mark) && (from..to).contains(&&event.origin.offset)
            })
        };
        let mut places = 0..;
        self.events.retain(|event| {
            let is_sql = places.next().is_some_and(|at| self.sql.contains(&at));
            !(is_sql && is_undone(event))
        });
    }
}
