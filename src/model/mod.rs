//! The nouns: what every other floor talks about. Knows no bytes, no files, no clock and no screen.
//!
//! Source → Frame → Record → Event → Timeline → Run → Finding → Report: one word per stage,
//! never a synonym. The nouns that outlive a line of log stand here.

mod analysis;
mod event;
mod finding;
mod grid;
mod id;
mod profile;
pub mod rate;
mod run;
mod sheet;
mod stamp;
mod tail;
mod witness;
mod words;

pub use analysis::Analysis;
pub use analysis::EndState;
pub use analysis::Risk;
pub use analysis::Status;
pub use analysis::Verdict;
pub use event::Event;
pub use event::EventKind;
pub use event::Mark;
pub use event::Mention;
pub use event::Origin;
pub use event::Sighting;
pub use event::SourceId;
pub use finding::Certainty;
pub use finding::Finding;
pub use finding::FindingId;
pub use finding::Recommendation;
pub use finding::RuleId;
pub use finding::Severity;
pub use finding::Still;
pub use grid::Cell;
pub use grid::Grid;
pub use id::JobId;
pub use id::ObjectId;
pub use id::RunId;
pub use id::TherapistId;
pub use profile::Profile;
pub use profile::ProfileError;
pub use profile::StatementPattern;
pub use profile::TypeLabel;
pub use run::Outcome;
pub use run::Pairing;
pub use run::Run;
pub use run::Starts;
pub use sheet::Sheet;
pub use sheet::SourceReport;
pub use sheet::Unread;
pub use stamp::Clock;
pub use stamp::Gap;
pub use stamp::Span;
pub use stamp::Stamp;
pub use stamp::Within;
pub use stamp::Zone;
pub use witness::Witness;
pub use words::Field;
pub use words::Label;
pub use words::Step;
