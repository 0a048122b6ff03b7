//! Tables: events, runs, gaps, findings and therapists as polars columns, written as files, asked in
//! SQL, and counted into [`Figures`](crate::model::Figures).
//!
//! The one door to polars. Each table has one fixed schema with a version ([`schema`]); instants
//! are microseconds in UTC, with the precision beside them; ids are text and never numbers. What
//! leaves this room is bytes or a [`Grid`](crate::model::Grid).

mod duplicates;
mod events;
mod figures;
mod file;
mod findings;
mod gaps;
mod hint;
mod hours;
mod query;
mod read;
mod readings;
mod runs;
pub mod schema;
mod table;
mod therapists;
mod ties;
mod values;

pub use events::nobodys_events;
pub use events::push_events;
pub use figures::Counted;
pub use figures::figures;
pub use file::Form;
pub use file::Label;
pub use file::bytes;
pub use findings::push_finding;
pub use gaps::gaps;
pub use hours::Begun;
pub use query::Answer;
pub use query::QueryError;
pub use query::query;
pub use read::is_table;
pub use read::read;
pub use readings::push_readings;
pub use runs::push_runs;
pub use schema::Kind;
pub use schema::Schema;
pub use table::FrameError;
pub use table::Rows;
pub use table::Table;
pub use therapists::push_therapist;
