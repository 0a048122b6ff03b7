//! A record: what one line says, borrowed from the line. No zones, no lookups, no meaning.

use std::borrow::Cow;

use crate::ingest::time::RawStamp;
use crate::model::Clock;
use crate::model::Witness;

/// The value of a structured field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value<'a> {
    /// `null`, `nil`, `(none)`: present and empty, distinct from absent.
    Null,
    /// Text, or a number or boolean as it was written.
    Text(Cow<'a, [u8]>),
    /// A JSON array as it was written (objects are flattened into dotted keys).
    Array(Cow<'a, [u8]>),
}

/// The row of the application's database that a record is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subject<'a> {
    /// Its model's class, where the record says it.
    pub model: Option<Cow<'a, [u8]>>,
    /// Its id.
    pub id: Cow<'a, [u8]>,
}

/// What one line says, before anybody asks what it means.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Record<'a> {
    /// The printed time, if the line has one.
    pub stamp: Option<RawStamp>,
    /// Whose clock printed it; the application's unless a transport overrides it.
    pub clock: Option<Clock>,
    /// Sidekiq jid or ActiveJob id.
    pub job: Option<Cow<'a, [u8]>>,
    /// The worker class that was running.
    pub class: Option<Cow<'a, [u8]>>,
    /// Process id.
    pub pid: Option<u64>,
    /// Thread id.
    pub tid: Option<Cow<'a, [u8]>>,
    /// Host, pod or dyno.
    pub host: Option<Cow<'a, [u8]>>,
    /// What kind of source wrote the line.
    pub witness: Witness,
    /// The row it is about, if it tells the history of one.
    pub subject: Option<Subject<'a>>,
    /// The contact in HubSpot it is about.
    pub contact: Option<Cow<'a, [u8]>>,
    /// Why what it holds of its subject cannot be read.
    pub unread: Option<&'static str>,
    /// The message, without header, tags and colour.
    pub message: Cow<'a, [u8]>,
    /// Structured fields beside the message, in the order of the line; nested keys are dotted.
    pub fields: Vec<(Cow<'a, [u8]>, Value<'a>)>,
}

impl Record<'_> {
    /// A structured field by its key.
    pub fn field(&self, key: &[u8]) -> Option<&Value<'_>> {
        self.fields.iter().find(|(name, _)| name.as_ref() == key).map(|(_, value)| value)
    }
}
