//! Tables: events, runs, gaps, findings and therapists as polars columns, written as files, read
//! back, asked in SQL, and counted into [`Figures`](crate::model::Figures).
//!
//! The one door to polars. Each table has one fixed schema with a version ([`schema`]); instants
//! are microseconds in UTC, with the precision beside them; ids are text and never numbers. What
//! leaves this room is a file, a reading or a [`Grid`](crate::model::Grid).

mod about;
mod ascii;
mod column;
mod duplicates;
mod events;
mod figures;
mod file;
mod findings;
mod gaps;
mod growing;
mod hint;
mod hours;
mod laid;
mod pack;
mod query;
mod read;
mod row;
mod runs;
pub mod schema;
mod table;
mod texts;
mod therapists;
mod ties;
mod told;
mod value;

pub use about::About;
pub use events::Carrier;
pub use events::Pen;
pub use figures::Counted;
pub use figures::figures;
pub use file::Form;
pub use file::Sink;
pub use findings::push_finding;
pub use gaps::NEEDS as GAPS_NEED;
pub use gaps::gaps;
pub use hours::Begun;
pub use pack::Packer;
pub use pack::Part;
pub use query::Asked;
pub use query::QueryError;
pub use query::query;
pub use read::Kept;
pub use read::has_metadata;
pub use read::is_table;
pub use read::kept;
pub use read::read;
pub use runs::push_runs;
pub use schema::Kind;
pub use schema::Schema;
pub use table::FrameError;
pub use table::Rows;
pub use table::Table;
pub use therapists::push_therapist;
