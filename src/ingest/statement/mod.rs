//! Statements: what a message says happened. One file per family of wordings.
//!
//! Takes a [`Record`] and a [`Vocabulary`], gives what was [`Said`]. Knows no zones, no runs and
//! no other lines. A field name in a line is no assignment: what only looks like a write is quiet,
//! and what nobody can read is `unread` (design.md §4).

mod assignment;
mod failure;
mod house;
mod hubspot;
mod label;
#[cfg(test)]
mod laws;
mod lifecycle;
mod named;
mod object;
mod operator;
mod quiet;
mod scene;
mod sql;
#[cfg(test)]
mod tests;
mod text;
mod therapist;
mod value;
mod vocabulary;
mod wording;

use compact_str::CompactString;

use crate::ingest::Record;
use crate::ingest::statement::scene::Draft;
use crate::ingest::statement::scene::Flow;
use crate::ingest::statement::scene::Scene;
use crate::ingest::time::RawStamp;
use crate::model::EventKind;
use crate::model::JobId;
use crate::model::TherapistId;

pub(in crate::ingest) use sql::opens as opens_sql;
pub use vocabulary::Vocabulary;
pub(in crate::ingest) use wording::Wordings;

/// A border of a database transaction. Writes before a rollback never were.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transaction {
    /// `BEGIN`.
    Begin,
    /// `COMMIT`.
    Commit,
    /// `ROLLBACK`, of the whole or to a savepoint.
    Rollback,
    /// `SAVEPOINT`.
    Savepoint,
}

/// What one record says.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Said {
    /// What happened, in the order of the line.
    pub kinds: Vec<EventKind>,
    /// To whom, if the line tells.
    pub therapist: Option<TherapistId>,
    /// To whom else: one statement in SQL may write to several.
    pub others: Vec<TherapistId>,
    /// The job the message names, as opposed to the logger.
    pub job: Option<JobId>,
    /// The worker class the message names, as opposed to the logger.
    pub class: Option<CompactString>,
    /// `updated_at` among the values of a write: the payload's own clock, in UTC.
    pub payload_stamp: Option<RawStamp>,
    /// A border of a database transaction.
    pub transaction: Option<Transaction>,
    /// The savepoint that the border is about.
    pub savepoint: Option<CompactString>,
    /// Whether this is SQL, so that a later rollback undoes it.
    pub is_sql: bool,
    /// Whether a profile's own statement says it, whatever the logger.
    pub is_taught: bool,
    /// Why a mention of a watched field could not be read.
    pub unread: Option<String>,
}

/// One family of wordings.
trait Statement: Sync {
    /// The family's name: `assignment`.
    fn name(&self) -> &'static str;

    /// Reads what it knows into the draft. [`Flow::Settled`] says that nobody else may read this:
    /// for a family of [`LINE`] the rest of the line, for one of [`CLAUSE`] the rest of the clause.
    fn read(&self, scene: &Scene<'_>, draft: &mut Draft) -> Flow;
}

/// Families that see the whole line, in order: a team's own wording wins over ours, and what
/// vetoes the line comes after what may still be told of its run.
static LINE: &[&dyn Statement] =
    &[&house::House, &hubspot::Hubspot, &lifecycle::Lifecycle, &sql::Sql, &quiet::Veto];

/// Families that see one clause, in order: failures and doubts first, since they make no writes of
/// what follows them.
static CLAUSE: &[&dyn Statement] = &[
    &failure::Failure,
    &quiet::Doubt,
    &assignment::Assignment,
    &label::Labels,
    &named::Named,
    &object::Object,
];

/// The names of all families, in the order they are asked.
pub fn names() -> impl Iterator<Item = &'static str> {
    LINE.iter().chain(CLAUSE).map(|family| family.name())
}

/// Reads what a record says.
pub fn read(record: &Record<'_>, words: &Vocabulary) -> Said {
    let model = record.subject.as_ref().and_then(|subject| subject.model.as_deref());
    if model.is_some_and(|model| !words.is_therapist(model)) {
        return Said::default();
    }
    let scene = Scene::new(record, words);
    let mut draft = Draft::default();
    if let Some(reason) = record.unread {
        draft.unread(reason.to_owned());
    }
    if ask(LINE, &scene, &mut draft) == Flow::Next {
        if scene.is_doubtful() {
            for clause in scene.clauses() {
                ask(CLAUSE, &clause, &mut draft);
            }
        } else {
            ask(CLAUSE, &scene, &mut draft);
        }
    }
    therapist::name(&scene, &mut draft);
    draft.said
}

fn ask(families: &[&dyn Statement], scene: &Scene<'_>, draft: &mut Draft) -> Flow {
    let is_settled = families.iter().any(|family| family.read(scene, draft) == Flow::Settled);
    if is_settled { Flow::Settled } else { Flow::Next }
}
