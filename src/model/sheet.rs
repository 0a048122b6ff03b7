//! The balance sheet: every byte and every line of every source is accounted for.

use crate::model::Origin;
use crate::model::Stamp;

/// Counts of one source. `lines = used + ignored + unread`, asserted by [`Sheet::is_balanced`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sheet {
    /// Bytes, after decompression.
    pub bytes: u64,
    /// Lines; a last line without newline counts.
    pub lines: u64,
    /// Lines that said something of concern.
    pub used: u64,
    /// Lines parsed or sieved out and of no concern.
    pub ignored: u64,
    /// Lines that mention something watched and could not be read.
    pub unread: u64,
}

impl Sheet {
    /// Whether every line is in exactly one of the three heaps.
    pub fn is_balanced(&self) -> bool {
        self.lines == self.used + self.ignored + self.unread
    }

    /// Adds another sheet to this one.
    pub fn add(&mut self, other: &Self) {
        self.bytes += other.bytes;
        self.lines += other.lines;
        self.used += other.used;
        self.ignored += other.ignored;
        self.unread += other.unread;
    }
}

/// A line that mentions something watched and could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unread {
    /// Where it stands, and its text.
    pub origin: Origin,
    /// `expected X after Y, found Z`.
    pub reason: String,
}

/// What is known of one source after reading it.
#[derive(Clone, Debug, PartialEq)]
pub struct SourceReport {
    /// The name as given: a path, or `stdin`.
    pub name: String,
    /// Layers from the outside in: `gzip`, `sidekiq-text`.
    pub format: Vec<&'static str>,
    /// Share of tried lines that the format could read, 0 to 1.
    pub confidence: f64,
    /// The counts.
    pub sheet: Sheet,
    /// Lines that mention something watched and could not be read, in order.
    pub unread: Vec<Unread>,
    /// The earliest and latest time seen at its head, its tail and its used lines.
    pub span: Option<(Stamp, Stamp)>,
    /// Why reading stopped before the end, if it did.
    pub error: Option<String>,
}
