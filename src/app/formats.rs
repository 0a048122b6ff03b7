//! `formats`: all that can be read, and why a file was taken for what it was.

use crate::ingest::envelope::ENVELOPES;
use crate::ingest::transport::TRANSPORTS;

pub use crate::ingest::Explanation;
pub use crate::ingest::explain;

/// One thing that can be read.
#[derive(Clone, Copy, Debug)]
pub struct Known {
    /// Its name, as in `--input-format`.
    pub name: &'static str,
    /// One line of it.
    pub example: &'static str,
    /// What it can prove; a wrapper adds only its clock and its host.
    pub proves: Option<&'static str>,
}

/// The wrappers, in the order they are asked.
pub fn wrappers() -> Vec<Known> {
    let known =
        TRANSPORTS.iter().map(|t| Known { name: t.name(), example: t.example(), proves: None });
    known.collect()
}

/// The loggers, in the order they are asked.
pub fn loggers() -> Vec<Known> {
    let known = ENVELOPES.iter().map(|e| Known {
        name: e.name(),
        example: e.example(),
        proves: Some(e.proves()),
    });
    known.collect()
}
