//! The bytes of a line, kept beside those of its neighbours: many lines share one block of memory.

use std::cmp::Ordering;
use std::fmt;
use std::ops::Deref;
use std::sync::Arc;
use std::sync::OnceLock;

/// Bytes of a block: so large that blocks are few, so small that one line alone wastes little.
const BLOCK: usize = 1 << 18;

type Block = Arc<OnceLock<Box<[u8]>>>;

/// Some bytes of a log as they stand, cheap to copy. Compares by its bytes.
#[derive(Clone, Default)]
pub struct Quote {
    block: Block,
    start: u32,
    length: u32,
}

impl Deref for Quote {
    type Target = [u8];

    /// The bytes; none while the [`Quotes`] that wrote them are still open.
    fn deref(&self) -> &[u8] {
        if self.length == 0 {
            return &[];
        }
        let (start, length) = (self.start as usize, self.length as usize);
        let block = self.block.get().and_then(|block| block.get(start..start + length));
        debug_assert!(block.is_some(), "a quote is read after its block is full");
        block.unwrap_or_default()
    }
}

impl From<&[u8]> for Quote {
    fn from(bytes: &[u8]) -> Self {
        Quotes::default().add(bytes)
    }
}

impl PartialEq for Quote {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl Eq for Quote {}

impl PartialOrd for Quote {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Quote {
    fn cmp(&self, other: &Self) -> Ordering {
        (**self).cmp(&**other)
    }
}

impl fmt::Debug for Quote {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "\"{}\"", self.escape_ascii())
    }
}

/// Writes quotes, one behind the other. They can be read once this is dropped, or its block full.
#[derive(Debug, Default)]
pub struct Quotes {
    block: Block,
    bytes: Vec<u8>,
}

impl Quotes {
    /// Keeps a copy of some bytes, at most 4 GiB of them.
    pub fn add(&mut self, bytes: &[u8]) -> Quote {
        if self.bytes.len() + bytes.len() > BLOCK {
            self.close();
            self.bytes.reserve_exact(BLOCK.max(bytes.len()));
        }
        let start = self.bytes.len();
        let length = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
        self.bytes.extend_from_slice(&bytes[..length as usize]);
        let start = u32::try_from(start).unwrap_or_default();
        Quote { block: self.block.clone(), start, length }
    }

    fn close(&mut self) {
        let bytes = std::mem::take(&mut self.bytes).into_boxed_slice();
        // Nobody else writes to a block.
        let _ = std::mem::take(&mut self.block).set(bytes);
    }
}

impl Drop for Quotes {
    fn drop(&mut self) {
        self.close();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_of_many_blocks_are_read_when_all_is_written() {
        let line = |at: usize| format!("{at}{}", "x".repeat(at % 300)).into_bytes();
        let mut quotes = Quotes::default();
        let told: Vec<Quote> = (0..5000).map(|at| quotes.add(&line(at))).collect();
        drop(quotes);
        assert!(told.iter().enumerate().all(|(at, quote)| **quote == *line(at)));
        assert!(!Arc::ptr_eq(&told[0].block, &told[4999].block));
    }

    #[test]
    fn what_is_longer_than_a_block_has_one_of_its_own() {
        let long = vec![b'x'; BLOCK * 2];
        let mut quotes = Quotes::default();
        let told = [quotes.add(b"a"), quotes.add(&long), quotes.add(b"b")];
        drop(quotes);
        assert_eq!(told.map(|quote| quote.len()), [1, BLOCK * 2, 1]);
    }

    #[test]
    fn the_same_bytes_are_the_same_quote() {
        let [one, other] = [Quote::from(&b"a\x1b"[..]), Quote::from(&b"a\x1b"[..])];
        assert_eq!((one == other, one.cmp(&other)), (true, Ordering::Equal));
        assert_eq!(format!("{one:?}"), "\"a\\x1b\"");
        assert!(Quote::from(&b"a"[..]) < one);
    }
}
