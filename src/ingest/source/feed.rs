//! A feed: one source as a row of blocks, each of whole lines, handed out under a lock.
//!
//! Whoever calls [`Feed::next_block`] reads (and decompresses) while others search the blocks they hold,
//! so that no thread of its own is needed. Plain reads, no mapping: a log cut by `copytruncate`
//! under a mapping would kill the process.

use std::io;
use std::io::Read;
use std::sync::Arc;

use memchr::memchr;
use memchr::memrchr;

use crate::ingest::source::Codec;
use crate::ingest::source::Input;
use crate::ingest::source::codec;
use crate::ingest::source::codec::Opened;

/// How many bytes before its first line a block still shows: enough to find the header of a
/// continuation line. A constant, so that results cannot depend on the block size.
pub const LEAD: usize = 32 << 10;

/// How many bytes after its last line a block still shows: enough for the rest of a record that a
/// collector has cut, or for its header where an export is newest-first.
pub const TRAIL: usize = 32 << 10;

/// How much of a source is looked at to tell its format.
pub(crate) const HEAD: usize = 64 << 10;

/// A longer line is handed out in pieces and never read as one: memory stays bounded.
const LONGEST_LINE: usize = 64 << 20;

/// Whole lines of one source.
#[derive(Debug)]
pub struct Block {
    /// Its place in the row.
    pub number: usize,
    /// Offset of its first byte in the source.
    pub offset: u64,
    /// The bytes before it, at most [`LEAD`].
    pub lead: Arc<[u8]>,
    /// The bytes after it, at most [`TRAIL`].
    pub trail: Arc<[u8]>,
    /// Whether it is a piece of a line longer than can be read, or the rest of one.
    pub torn: bool,
    buffer: Vec<u8>,
    filled: usize,
}

impl Block {
    /// The lines.
    pub fn bytes(&self) -> &[u8] {
        &self.buffer[..self.filled]
    }
}

/// One source, read block by block.
pub struct Feed {
    reader: Box<dyn Read + Send>,
    codec: Codec,
    encoding: Option<&'static str>,
    block: usize,
    /// Read and not yet handed out: `buffer[..filled]`. The rest is spare and initialised.
    buffer: Vec<u8>,
    filled: usize,
    spare: Vec<Vec<u8>>,
    offset: u64,
    number: usize,
    lead: Arc<[u8]>,
    is_at_end: bool,
    in_torn_line: bool,
    error: Option<io::Error>,
}

impl std::fmt::Debug for Feed {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Feed")
            .field("codec", &self.codec)
            .field("offset", &self.offset)
            .finish_non_exhaustive()
    }
}

impl Feed {
    /// Opens an input and reads its head.
    pub fn open(input: &Input, block: usize) -> io::Result<Self> {
        let Opened { reader, codec, encoding } = codec::open(input)?;
        let mut feed = Self {
            reader,
            codec,
            encoding,
            block: block.max(1),
            buffer: Vec::new(),
            filled: 0,
            spare: Vec::new(),
            offset: 0,
            number: 0,
            lead: Arc::from([]),
            is_at_end: false,
            in_torn_line: false,
            error: None,
        };
        feed.fill(HEAD);
        Ok(feed)
    }

    /// What the bytes were wrapped in, and their encoding where it was not UTF-8.
    pub fn shell(&self) -> impl Iterator<Item = &'static str> {
        self.codec.name().into_iter().chain(self.encoding)
    }

    /// The first bytes, before any block was handed out: whole lines if there are any.
    pub fn head(&self) -> &[u8] {
        let head = &self.buffer[..self.filled.min(HEAD)];
        match memrchr(b'\n', head) {
            Some(last) if self.filled > HEAD || !self.is_at_end => &head[..=last],
            _ => head,
        }
    }

    /// The last bytes, after the last block was handed out.
    pub fn tail(&self) -> &[u8] {
        &self.lead
    }

    /// Why reading stopped early, if it did. What came before the error has been handed out.
    pub fn take_error(&mut self) -> Option<io::Error> {
        self.error.take()
    }

    /// Takes back the buffer of a block that is done with.
    pub fn recycle(&mut self, block: Block) {
        if self.spare.len() < 16 && block.buffer.len() <= self.block * 2 + HEAD + TRAIL {
            self.spare.push(block.buffer);
        }
    }

    /// The next block, or `None` at the end.
    pub fn next_block(&mut self) -> Option<Block> {
        self.fill(self.block);
        if self.filled == 0 {
            return None;
        }
        let (length, torn) = self.cut();
        self.fill(length + TRAIL);
        let trail = Arc::from(&self.buffer[length..self.filled.min(length + TRAIL)]);
        let mut rest = self.spare.pop().unwrap_or_default();
        let left = self.filled - length;
        if rest.len() < left {
            rest.resize(left.max(self.block), 0);
        }
        rest[..left].copy_from_slice(&self.buffer[length..self.filled]);
        let buffer = std::mem::replace(&mut self.buffer, rest);
        self.filled = left;
        let lead = std::mem::replace(&mut self.lead, Arc::from([]));
        self.lead = follow(&lead, &buffer[..length]);
        let block = Block {
            number: self.number,
            offset: self.offset,
            lead,
            trail,
            torn,
            buffer,
            filled: length,
        };
        self.number += 1;
        self.offset += length as u64;
        Some(block)
    }

    /// Where the next block ends: after the last newline within the block size, else after the
    /// next newline, else at the end. Also says whether it is a piece of a torn line.
    fn cut(&mut self) -> (usize, bool) {
        let was_torn = self.in_torn_line;
        let within = self.filled.min(self.block);
        if !was_torn && let Some(last) = memrchr(b'\n', &self.buffer[..within]) {
            return (last + 1, false);
        }
        let mut searched = 0;
        loop {
            if let Some(next) = memchr(b'\n', &self.buffer[searched..self.filled]) {
                self.in_torn_line = false;
                return (searched + next + 1, was_torn);
            }
            searched = self.filled;
            if self.filled >= LONGEST_LINE {
                self.in_torn_line = true;
                return (self.filled, true);
            }
            if self.is_at_end {
                return (self.filled, was_torn);
            }
            self.fill(self.filled + self.block.max(HEAD));
        }
    }

    /// Reads until `wanted` bytes are there or the source ends.
    fn fill(&mut self, wanted: usize) {
        if self.buffer.len() < wanted {
            self.buffer.resize(wanted.max(self.buffer.len() * 2).min(wanted.max(LONGEST_LINE)), 0);
        }
        while self.filled < wanted && !self.is_at_end {
            match self.reader.read(&mut self.buffer[self.filled..]) {
                Ok(0) => self.is_at_end = true,
                Ok(count) => self.filled += count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => {
                    self.error = Some(error);
                    self.is_at_end = true;
                }
            }
        }
    }
}

/// The last [`LEAD`] bytes of `before` followed by `bytes`.
fn follow(before: &[u8], bytes: &[u8]) -> Arc<[u8]> {
    if bytes.len() >= LEAD {
        return Arc::from(&bytes[bytes.len() - LEAD..]);
    }
    let kept = before.len().min(LEAD - bytes.len());
    let mut lead = Vec::with_capacity(kept + bytes.len());
    lead.extend_from_slice(&before[before.len() - kept..]);
    lead.extend_from_slice(bytes);
    Arc::from(lead)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn blocks(bytes: &[u8], size: usize) -> Vec<(u64, Vec<u8>)> {
        let input = Input::Memory("x".to_owned(), bytes.to_vec());
        let mut feed = Feed::open(&input, size).expect("memory opens");
        let mut all = Vec::new();
        while let Some(block) = feed.next_block() {
            all.push((block.offset, block.bytes().to_vec()));
            feed.recycle(block);
        }
        all
    }

    proptest::proptest! {
        #[test]
        fn blocks_are_whole_lines_and_lose_nothing(
            bytes in proptest::collection::vec(proptest::sample::select(b"a\n\r\0".to_vec()), 0..400),
            size in 1_usize..64,
        ) {
            let blocks = blocks(&bytes, size);
            let joined: Vec<u8> = blocks.iter().flat_map(|(_, bytes)| bytes.clone()).collect();
            proptest::prop_assert_eq!(&joined, &bytes);
            let mut offset = 0;
            for (at, (start, block)) in blocks.iter().enumerate() {
                proptest::prop_assert_eq!(*start, offset);
                offset += block.len() as u64;
                proptest::prop_assert!(block.ends_with(b"\n") || at + 1 == blocks.len());
            }
        }

        #[test]
        fn the_lead_is_what_stood_before(
            bytes in proptest::collection::vec(proptest::sample::select(b"ab\n".to_vec()), 0..300),
            size in 1_usize..40,
        ) {
            let input = Input::Memory("x".to_owned(), bytes.clone());
            let mut feed = Feed::open(&input, size).expect("memory opens");
            while let Some(block) = feed.next_block() {
                let start = usize::try_from(block.offset).expect("small");
                proptest::prop_assert_eq!(&block.lead[..], &bytes[start.saturating_sub(LEAD)..start]);
                let end = start + block.bytes().len();
                proptest::prop_assert_eq!(&block.trail[..], &bytes[end..bytes.len().min(end + TRAIL)]);
            }
        }
    }

    #[test]
    fn an_empty_source_has_no_block() {
        assert!(blocks(b"", 10).is_empty());
    }

    #[test]
    fn a_long_line_is_one_block() {
        let mut bytes = vec![b'x'; 300_000];
        bytes.push(b'\n');
        assert_eq!(blocks(&bytes, 1000).len(), 1);
    }
}
