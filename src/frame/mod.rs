//! Tables: events, runs, findings and therapists as polars columns, written as files and asked in
//! SQL.
//!
//! The one door to polars. Each table has one fixed schema with a version ([`schema`]); instants
//! are microseconds in UTC, with the precision beside them; ids are text and never numbers. What
//! leaves this room is bytes or a [`Grid`](crate::model::Grid).

mod events;
mod file;
mod findings;
mod hint;
mod query;
mod read;
mod readings;
mod runs;
pub mod schema;
mod table;
mod therapists;
mod ties;

pub use events::nobodys_events;
pub use events::push_events;
pub use file::Form;
pub use file::Label;
pub use file::bytes;
pub use findings::push_finding;
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
