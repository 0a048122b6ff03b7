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
}

impl Input {
    /// The name in reports: the path as given, or `stdin`.
    pub fn name(&self) -> String {
        match self {
            Self::File(path) => path.to_string_lossy().into_owned(),
            Self::Memory(name, _) => name.clone(),
            Self::Stdin => "stdin".to_owned(),
        }
    }
}
