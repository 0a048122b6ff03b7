//! Which kind of source says that something happened. One write is told by several kinds, each in
//! its own words and by its own clock (formats.md §8); two of one kind are two writes.

/// A kind of source.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Witness {
    /// What the application's own logger says.
    #[default]
    Log,
    /// A log of HTTP calls to HubSpot.
    Client,
    /// An SQL statement in a log.
    Sql,
    /// A row of paper_trail's `versions`.
    PaperTrail,
    /// A row of audited's `audits`.
    Audited,
    /// A version in Logidze's `log_data`.
    Logidze,
    /// HubSpot itself: webhooks, property histories, creation times.
    Hubspot,
}
