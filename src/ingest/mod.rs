//! Reading what was written: bytes → frames → records → statements → events.
//!
//! A straight corridor, never mixed: `source` (bytes), `frame` (lines), `transport` (wrappers,
//! peeled repeatedly), `envelope` (loggers), `statement` (what a message says). Knows no rules.

pub mod ansi;
mod content;
mod detect;
mod documents;
pub mod envelope;
mod explain;
pub mod frame;
mod head;
mod join;
pub mod json;
mod near;
mod pool;
mod reader;
mod record;
pub mod source;
pub mod statement;
pub mod time;
pub mod transport;
mod whole;
mod work;

pub use content::Content;
pub use content::Row;
pub use detect::Format;
pub use explain::Explanation;
pub use explain::Sample;
pub use explain::explain;
pub use pool::Options;
pub use pool::Reading;
pub use pool::read;
pub use record::Record;
pub use record::Subject;
pub use record::Value;
