//! The lines around a line: where the rest of its record may stand, as far as the block, its lead
//! and its trail show.

use crate::ingest::detect::lines;
use crate::ingest::frame::line_before;
use crate::ingest::source::Block;
use crate::ingest::source::LEAD;
use crate::ingest::source::TRAIL;

/// Lines of the same source, nearest first.
pub(super) type Neighbours<'b> = Box<dyn Iterator<Item = &'b [u8]> + 'b>;

/// Where the rest of a record may stand.
pub(super) struct Around<'a, 'b> {
    /// The lines among which the head of a continuation line stands.
    pub(super) near: &'a dyn Fn() -> Neighbours<'b>,
    /// The lines that were written after this one.
    pub(super) after: &'a dyn Fn() -> Neighbours<'b>,
}

impl Around<'_, '_> {
    /// No line at all: a document stands for itself.
    pub(super) const NOTHING: Around<'static, 'static> =
        Around { near: &|| Box::new(std::iter::empty()), after: &|| Box::new(std::iter::empty()) };
}

/// A line within its block.
pub(super) struct Place<'b> {
    pub(super) block: &'b Block,
    pub(super) start: usize,
    pub(super) end: usize,
}

impl<'b> Place<'b> {
    pub(super) fn above(&self) -> impl Iterator<Item = &'b [u8]> + use<'b> {
        above(self.block, self.start)
    }

    /// The lines below, nearest first: those of the block, then those of its trail.
    pub(super) fn below(&self) -> impl Iterator<Item = &'b [u8]> + use<'b> {
        let (bytes, trail) = (self.block.bytes(), &self.block.trail[..]);
        // A full trail ends in the middle of a line.
        let whole = if trail.len() < TRAIL {
            trail.len()
        } else {
            memchr::memrchr(b'\n', trail).map_or(0, |newline| newline + 1)
        };
        let next = memchr::memchr(b'\n', &bytes[self.end..]).map(|newline| self.end + newline + 1);
        lines(&bytes[next.unwrap_or(bytes.len())..]).chain(lines(&trail[..whole]))
    }

    /// The lines among which the head of a continuation line stands, nearest first.
    pub(super) fn near(&self, is_newest_first: bool) -> Neighbours<'b> {
        if is_newest_first { Box::new(self.below()) } else { Box::new(self.above()) }
    }
}

/// The lines above a place, nearest first: those of the block, then those of its lead.
pub(super) fn above(block: &Block, start: usize) -> impl Iterator<Item = &[u8]> {
    placed_above(block, start).map(|(_, line)| line)
}

/// The same lines with their offsets.
pub(super) fn placed_above(block: &Block, start: usize) -> impl Iterator<Item = (u64, &[u8])> {
    let lead: &[u8] = &block.lead;
    // A full lead begins in the middle of a line.
    let whole =
        if lead.len() < LEAD { 0 } else { memchr::memchr(b'\n', lead).map_or(0, |n| n + 1) };
    let before = block.offset.saturating_sub((lead.len() - whole) as u64);
    let own = lines_above(block.bytes(), start).map(|(at, line)| (block.offset + at as u64, line));
    let upper = lines_above(&lead[whole..], lead.len() - whole);
    own.chain(upper.map(move |(at, line)| (before + at as u64, line)))
}

fn lines_above(bytes: &[u8], mut end: usize) -> impl Iterator<Item = (usize, &[u8])> {
    std::iter::from_fn(move || {
        let (start, stop) = line_before(bytes, end)?;
        end = start;
        Some((start, &bytes[start..stop]))
    })
}
