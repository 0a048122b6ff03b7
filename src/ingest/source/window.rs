//! A window on one source for records that are not lines: it grows at its end and is let go at
//! its begin, so that a document of any size is read with the memory of its largest record.

use memchr::memchr;
use memchr::memchr_iter;

use crate::ingest::source::Feed;

/// Bytes let go at once; less would copy the rest too often.
const LET_GO: u64 = 256 << 10;

/// The bytes of a source from some offset on. All places are offsets into the source.
#[derive(Debug)]
pub struct Window<'f> {
    feed: &'f mut Feed,
    bytes: Vec<u8>,
    base: u64,
    /// Lines before `counted`.
    lines: u64,
    counted: u64,
}

impl<'f> Window<'f> {
    /// Opens a window at the begin of a feed.
    pub fn new(feed: &'f mut Feed) -> Self {
        Self { feed, bytes: Vec::new(), base: 0, lines: 0, counted: 0 }
    }

    /// Reads on; `false` at the end of the source.
    fn grow(&mut self) -> bool {
        let Some(block) = self.feed.next_block() else { return false };
        self.bytes.extend_from_slice(block.bytes());
        self.feed.recycle(block);
        true
    }

    fn place(&self, at: u64) -> usize {
        usize::try_from(at.saturating_sub(self.base)).unwrap_or(usize::MAX)
    }

    /// The byte at a place, or `None` behind the end.
    pub fn byte(&mut self, at: u64) -> Option<u8> {
        loop {
            if let Some(byte) = self.bytes.get(self.place(at)) {
                return Some(*byte);
            }
            if !self.grow() {
                return None;
            }
        }
    }

    /// The bytes of a range that was walked over already.
    pub fn slice(&self, from: u64, to: u64) -> &[u8] {
        let (from, to) = (self.place(from), self.place(to).min(self.bytes.len()));
        self.bytes.get(from..to).unwrap_or_default()
    }

    /// The place of the first byte at or after `at` that `find` finds.
    pub fn find(&mut self, mut at: u64, find: impl Fn(&[u8]) -> Option<usize>) -> Option<u64> {
        loop {
            let rest = self.bytes.get(self.place(at)..).unwrap_or_default();
            if let Some(found) = find(rest) {
                return Some(at + found as u64);
            }
            at += rest.len() as u64;
            if !self.grow() {
                return None;
            }
        }
    }

    /// The end of the line at `at`, before its line feed; the end of the source if it has none.
    pub fn line_end(&mut self, at: u64) -> u64 {
        self.find(at, |rest| memchr(b'\n', rest)).unwrap_or_else(|| self.end())
    }

    /// The end of what was read so far: of the source, once nothing more is found.
    pub fn end(&self) -> u64 {
        self.base + self.bytes.len() as u64
    }

    /// The number of the line at a place, from 0. Places must come in order.
    pub fn line(&mut self, at: u64) -> u64 {
        self.lines += memchr_iter(b'\n', self.slice(self.counted, at)).count() as u64;
        self.counted = self.counted.max(at.min(self.end()));
        self.lines
    }

    /// Lets go of what stands before a place.
    pub fn let_go(&mut self, at: u64) {
        if at.saturating_sub(self.base) < LET_GO {
            return;
        }
        self.line(at);
        let gone = self.place(at).min(self.bytes.len());
        self.bytes.drain(..gone);
        self.base += gone as u64;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::source::Input;

    #[test]
    fn places_stay_while_the_window_moves() {
        let bytes: Vec<u8> = (0..200_000).flat_map(|n| format!("{n}\n").into_bytes()).collect();
        let input = Input::Memory("x".to_owned(), bytes.clone());
        let mut feed = Feed::open(&input, 1000).expect("memory opens");
        let mut window = Window::new(&mut feed);
        let (mut at, mut line) = (0, 0);
        while window.byte(at).is_some() {
            let end = window.line_end(at);
            assert_eq!(window.slice(at, end), line.to_string().as_bytes());
            assert_eq!(window.line(at), line);
            at = end + 1;
            line += 1;
            window.let_go(at);
        }
        assert_eq!((at, line), (bytes.len() as u64, 200_000));
        assert!(window.bytes.len() < 400_000);
    }
}
