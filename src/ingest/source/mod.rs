//! Sources: named streams of bytes. Finds them, opens them, decompresses them, cuts them into
//! blocks of whole lines. Knows nothing of what the lines say.

mod codec;
mod expand;
mod feed;
mod utf16;
mod window;

pub use codec::Codec;
pub use expand::ExpandError;
pub use expand::expand;
pub use feed::Block;
pub use feed::Feed;
pub use feed::LEAD;
pub use feed::TRAIL;
pub use window::Window;

use std::io;
use std::io::Read as _;
use std::path::PathBuf;

/// Where the bytes come from.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Input {
    /// A file.
    File(PathBuf),
    /// Bytes already in memory, under a name.
    Memory(String, Vec<u8>),
    /// Standard input.
    Stdin,
    /// Standard input, of which these first bytes were read already.
    Begun(Vec<u8>),
}

impl Input {
    /// The name in reports: the path as given, or `stdin`.
    pub fn name(&self) -> String {
        match self {
            Self::File(path) => path.to_string_lossy().into_owned(),
            Self::Memory(name, _) => name.clone(),
            Self::Stdin | Self::Begun(_) => "stdin".to_owned(),
        }
    }

    /// How many bytes it has as it lies there, packed or not, where that is known.
    pub fn length(&self) -> Option<u64> {
        match self {
            Self::File(path) => std::fs::metadata(path).ok().map(|file| file.len()),
            Self::Memory(_, bytes) => Some(bytes.len() as u64),
            Self::Stdin | Self::Begun(_) => None,
        }
    }

    /// The same, but of standard input the first bytes are read, so that they can be looked at.
    pub fn begun(self) -> Self {
        if self != Self::Stdin {
            return self;
        }
        let mut head = Vec::new();
        match io::stdin().take(feed::HEAD as u64).read_to_end(&mut head) {
            Ok(_) => Self::Begun(head),
            // It is told by whoever reads on.
            Err(_) => self,
        }
    }
}

/// The first bytes of an input, unpacked.
pub fn head(input: &Input) -> io::Result<Vec<u8>> {
    let input = match input {
        // What stands behind its head can be read only once.
        Input::Begun(head) => &Input::Memory(String::new(), head.clone()),
        _ => input,
    };
    let mut head = Vec::new();
    let mut reader = codec::open(input)?.reader.take(feed::HEAD as u64);
    // What is cut off where the head ends cannot be unpacked to its end.
    let _ = reader.read_to_end(&mut head);
    Ok(head)
}

/// All of an input, unpacked.
pub fn whole(input: &Input) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    codec::open(input)?.reader.read_to_end(&mut bytes)?;
    Ok(bytes)
}
