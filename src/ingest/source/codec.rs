//! Decompression by magic bytes, never by file name: a `.log` can be gzip and a `.gz` plain.
//!
//! gzip (RFC 1952, several members in a row as `cat *.gz` makes them), zstd (RFC 8878), bzip2 and
//! xz, several streams in a row too. UTF-16 inside becomes UTF-8.

use std::fs::File;
use std::io;
use std::io::Cursor;
use std::io::Read;

use bzip2::read::MultiBzDecoder;
use flate2::read::MultiGzDecoder;
use liblzma::read::XzDecoder;

use crate::ingest::source::Input;
use crate::ingest::source::utf16;
use crate::ingest::source::utf16::Order;
use crate::ingest::source::utf16::Utf8;

/// What the bytes are wrapped in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Codec {
    /// Nothing.
    Plain,
    /// gzip.
    Gzip,
    /// Zstandard.
    Zstd,
    /// bzip2.
    Bzip2,
    /// xz.
    Xz,
}

/// Bytes needed to tell codecs apart.
const MAGIC: usize = 6;

impl Codec {
    /// The name in reports; plain has none.
    pub fn name(self) -> Option<&'static str> {
        match self {
            Self::Plain => None,
            Self::Gzip => Some("gzip"),
            Self::Zstd => Some("zstd"),
            Self::Bzip2 => Some("bzip2"),
            Self::Xz => Some("xz"),
        }
    }

    fn of(magic: &[u8]) -> Self {
        match magic {
            [0x1f, 0x8b, 0x08, ..] => Self::Gzip,
            [0x28, 0xb5, 0x2f, 0xfd, ..] | [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..] => Self::Zstd,
            [b'B', b'Z', b'h', b'1'..=b'9', 0x31, 0x41] => Self::Bzip2,
            [0xfd, b'7', b'z', b'X', b'Z', 0] => Self::Xz,
            _ => Self::Plain,
        }
    }
}

/// An input, opened.
pub(super) struct Opened {
    /// The text: decompressed, in UTF-8 unless it is no text at all.
    pub(super) reader: Box<dyn Read + Send>,
    /// What the bytes were wrapped in.
    pub(super) codec: Codec,
    /// The encoding that became UTF-8.
    pub(super) encoding: Option<&'static str>,
}

/// Opens an input, decompresses and decodes it.
pub(super) fn open(input: &Input) -> io::Result<Opened> {
    let raw: Box<dyn Read + Send> = match input {
        Input::File(path) => Box::new(open_file(path)?),
        Input::Memory(_, bytes) => Box::new(Cursor::new(bytes.clone())),
        Input::Stdin => Box::new(io::stdin()),
        Input::Begun(head) => Box::new(Cursor::new(head.clone()).chain(io::stdin())),
    };
    let (magic, whole) = peek(raw, MAGIC)?;
    let codec = Codec::of(&magic);
    let plain: Box<dyn Read + Send> = match codec {
        Codec::Plain => whole,
        Codec::Gzip => Box::new(MultiGzDecoder::new(whole)),
        Codec::Zstd => Box::new(zstd::Decoder::new(whole)?),
        Codec::Bzip2 => Box::new(MultiBzDecoder::new(whole)),
        Codec::Xz => Box::new(XzDecoder::new_multi_decoder(whole)),
    };
    // What cannot be unpacked even at its head is told when it is read, like any later fault.
    let (head, text) = match codec {
        Codec::Plain => peek(plain, utf16::HEAD)?,
        _ => peek_packed(plain, utf16::HEAD),
    };
    let order = Order::of(&head);
    let reader = match order {
        Some(order) => Box::new(Utf8::new(text, order)),
        None => text,
    };
    Ok(Opened { reader, codec, encoding: order.map(Order::name) })
}

/// The first bytes, and a reader that gives them again.
fn peek(
    mut reader: Box<dyn Read + Send>,
    count: usize,
) -> io::Result<(Vec<u8>, Box<dyn Read + Send>)> {
    let mut head = Vec::with_capacity(count);
    reader.by_ref().take(count as u64).read_to_end(&mut head)?;
    Ok((head.clone(), Box::new(Cursor::new(head).chain(reader))))
}

/// As [`peek`], but a fault is given where it stands.
fn peek_packed(mut reader: Box<dyn Read + Send>, count: usize) -> (Vec<u8>, Box<dyn Read + Send>) {
    let mut head = Vec::with_capacity(count);
    match reader.by_ref().take(count as u64).read_to_end(&mut head) {
        Ok(_) => (head.clone(), Box::new(Cursor::new(head).chain(reader))),
        Err(error) => {
            let fault = Fault(Some(error));
            (head.clone(), Box::new(Cursor::new(head).chain(fault)))
        }
    }
}

/// Fails once, then is at its end.
struct Fault(Option<io::Error>);

impl Read for Fault {
    fn read(&mut self, _out: &mut [u8]) -> io::Result<usize> {
        self.0.take().map_or(Ok(0), Err)
    }
}

fn open_file(path: &std::path::Path) -> io::Result<File> {
    let file = File::open(path)?;
    if file.metadata()?.is_dir() {
        return Err(io::Error::new(
            io::ErrorKind::IsADirectory,
            "expected a file, found a directory",
        ));
    }
    Ok(file)
}
