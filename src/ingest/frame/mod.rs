//! Frames: the bytes of one line each, with its origin, and only the lines that can matter.
//!
//! [`hits`] walks a block once: SIMD search for the needles, newlines counted on the way while
//! the bytes are in cache. Lines without a needle are counted and never looked at again.

pub mod csv;
mod glue;
pub mod json_stream;
pub mod psql;
mod shape;
mod sieve;

pub use glue::pieces;
pub use shape::Document;
pub use shape::Documents;
pub use shape::Shape;
pub use sieve::Sieve;

use memchr::memchr;
use memchr::memchr_iter;
use memchr::memrchr;

/// A line of a block that holds a needle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Frame {
    /// Where it begins in the block.
    pub start: usize,
    /// Where it ends, without its line end.
    pub end: usize,
    /// Lines of the block before it.
    pub lines_before: u64,
}

/// Calls `found` for each line that holds a needle, in order; gives the number of line ends.
pub fn hits(block: &[u8], sieve: &Sieve, mut found: impl FnMut(Frame)) -> u64 {
    let mut lines = 0;
    let mut at = 0;
    while let Some(hit) = sieve.find(block, at) {
        let start = memrchr(b'\n', &block[at..hit]).map_or(at, |newline| at + newline + 1);
        lines += count_lines(&block[at..start]);
        let end = memchr(b'\n', &block[hit..]).map_or(block.len(), |newline| hit + newline);
        found(Frame { start, end: trim_return(block, start, end), lines_before: lines });
        if end == block.len() {
            return lines;
        }
        lines += 1;
        at = end + 1;
    }
    lines + count_lines(&block[at..])
}

/// The line that ends just before `end` (which is the start of another line), without line end.
pub fn line_before(bytes: &[u8], end: usize) -> Option<(usize, usize)> {
    let last = end.checked_sub(1)?;
    let start = memrchr(b'\n', &bytes[..last]).map_or(0, |newline| newline + 1);
    Some((start, trim_return(bytes, start, last)))
}

fn count_lines(bytes: &[u8]) -> u64 {
    memchr_iter(b'\n', bytes).count() as u64
}

/// One `\r` before the newline belongs to the line end.
fn trim_return(bytes: &[u8], start: usize, end: usize) -> usize {
    if end > start && bytes[end - 1] == b'\r' { end - 1 } else { end }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(block: &[u8]) -> (Vec<(String, u64)>, u64) {
        let sieve = Sieve::new(["needle", "other"]);
        let mut lines = Vec::new();
        let count = hits(block, &sieve, |frame| {
            let text = String::from_utf8_lossy(&block[frame.start..frame.end]).into_owned();
            lines.push((text, frame.lines_before));
        });
        (lines, count)
    }

    #[test]
    fn each_line_with_a_needle_comes_once() {
        let (lines, count) = found(b"a\nx needle other\r\n\nneedle\nb\nother");
        let expected = [("x needle other", 1), ("needle", 3), ("other", 5)];
        assert_eq!(lines, expected.map(|(text, line)| (text.to_owned(), line)));
        assert_eq!(count, 5);
    }

    #[test]
    fn an_empty_block_has_no_line() {
        assert_eq!(found(b""), (Vec::new(), 0));
    }

    proptest::proptest! {
        #[test]
        fn the_walk_equals_a_plain_split(
            words in proptest::collection::vec(proptest::sample::select(vec!["needle", "nee", "dle", "\n", "other", "x"]), 0..60),
        ) {
            let text = words.concat();
            let (lines, count) = found(text.as_bytes());
            let plain: Vec<(String, u64)> = text
                .split('\n')
                .enumerate()
                .filter(|(_, line)| line.contains("needle") || line.contains("other"))
                .map(|(at, line)| (line.to_owned(), at as u64))
                .collect();
            proptest::prop_assert_eq!(lines, plain);
            proptest::prop_assert_eq!(count, text.matches('\n').count() as u64);
        }
    }
}
