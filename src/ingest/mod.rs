//! Reading what was written: bytes → frames → records → statements → events.
//!
//! A straight corridor, never mixed: `source` (bytes), `frame` (lines), `transport` (wrappers,
//! peeled repeatedly), `envelope` (loggers), `statement` (what a message says). Knows no rules.

pub mod ansi;
pub mod envelope;
pub mod json;
mod record;
pub mod statement;

pub mod time;
pub mod transport;

pub use record::Record;
pub use record::Value;
