//! Decompression by magic bytes, never by file name: a `.log` can be gzip and a `.gz` plain.
//!
//! gzip (RFC 1952, several members in a row as `cat *.gz` makes them) and zstd (RFC 8878).

use std::fs::File;
use std::io;
use std::io::Cursor;
use std::io::Read;

use flate2::read::MultiGzDecoder;

use crate::ingest::source::Input;

/// What the bytes are wrapped in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Codec {
    /// Nothing.
    Plain,
    /// gzip.
    Gzip,
    /// Zstandard.
    Zstd,
}

/// Bytes needed to tell codecs apart.
const MAGIC: usize = 4;

impl Codec {
    /// The name in reports; plain has none.
    pub fn name(self) -> Option<&'static str> {
        match self {
            Self::Plain => None,
            Self::Gzip => Some("gzip"),
            Self::Zstd => Some("zstd"),
        }
    }

    fn of(magic: &[u8]) -> Self {
        match magic {
            [0x1f, 0x8b, 0x08, ..] => Self::Gzip,
            [0x28, 0xb5, 0x2f, 0xfd] | [0x50..=0x5f, 0x2a, 0x4d, 0x18] => Self::Zstd,
            _ => Self::Plain,
        }
    }
}

/// Opens an input and gives its decompressed bytes.
pub(super) fn open(input: &Input) -> io::Result<(Codec, Box<dyn Read + Send>)> {
    let mut raw: Box<dyn Read + Send> = match input {
        Input::File(path) => Box::new(open_file(path)?),
        Input::Memory(_, bytes) => Box::new(Cursor::new(bytes.clone())),
        Input::Stdin => Box::new(io::stdin()),
    };
    let mut magic = Vec::with_capacity(MAGIC);
    raw.by_ref().take(MAGIC as u64).read_to_end(&mut magic)?;
    let codec = Codec::of(&magic);
    let whole = Cursor::new(magic).chain(raw);
    Ok((
        codec,
        match codec {
            Codec::Plain => Box::new(whole),
            Codec::Gzip => Box::new(MultiGzDecoder::new(whole)),
            Codec::Zstd => Box::new(zstd::Decoder::new(whole)?),
        },
    ))
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
