//! The columns of each table: the contract. Columns may be added at the end within a version,
//! never renamed, retyped or taken away.

use crate::frame::Kind::Count;
use crate::frame::Kind::Instant;
use crate::frame::Kind::Number;
use crate::frame::Kind::Text;
use crate::frame::Kind::Truth;

/// The type of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// UTF-8. Ids are text.
    Text,
    /// A whole number from 0, 64 bits.
    Count,
    /// A whole number with a sign, 64 bits.
    Number,
    /// Yes or no.
    Truth,
    /// Microseconds since 1970 in UTC, without a zone of its own.
    Instant,
}

impl Kind {
    /// The name for people.
    pub fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Count => "count",
            Self::Number => "number",
            Self::Truth => "truth",
            Self::Instant => "instant",
        }
    }
}

/// A column: its name, its type, what it means.
pub type Column = (&'static str, Kind, &'static str);

/// A table as it is promised.
#[derive(Clone, Copy, Debug)]
pub struct Schema {
    /// The name in SQL.
    pub table: &'static str,
    /// The name and version in files.
    pub id: &'static str,
    /// What one row is.
    pub row: &'static str,
    /// The columns in their order.
    pub columns: &'static [Column],
}

/// All tables.
pub const ALL: [&Schema; 5] = [&EVENTS, &RUNS, &GAPS, &FINDINGS, &THERAPISTS];

/// What happened. In files every command reads it back, and it also holds the rows that are no
/// events of their own: their `lines` is 0.
pub const EVENTS: Schema = Schema {
    table: "events",
    id: "credtrail/events/1",
    row: "one thing that happened; in files also each further line that was read, with `lines` 0",
    columns: &[
        ("therapist", Text, "whose; null where nothing in the input tells"),
        ("place", Count, "its place among the therapist's events, from 0"),
        ("at", Instant, "when, as printed, in UTC; null where the record has no clock"),
        ("precision", Text, "of what was printed: 1s, 1ms, 1us"),
        (
            "kind",
            Text,
            "created, assigned, labelled, unlabelled, started, done, failed, step-failed; in files \
             also mentioned, unread, nothing",
        ),
        ("field", Text, "the field that was written"),
        ("object", Text, "the credentialing object"),
        ("previous", Text, "the field's value before, where the line says it"),
        ("label", Text, "Active or Active Attested"),
        ("step", Text, "the step that failed: create, activate, unattest, attest"),
        ("run", Text, "the run within the therapist: r1, r2 …"),
        ("job", Text, "Sidekiq jid or ActiveJob id"),
        ("class", Text, "the worker class"),
        ("host", Text, "host, pod or dyno"),
        ("pid", Text, "process id"),
        ("tid", Text, "thread id"),
        ("contact", Text, "the therapist's contact in HubSpot"),
        ("witness", Text, "log, client, sql, paper-trail, audited, logidze, hubspot"),
        ("source", Text, "the file of the first line that says it"),
        ("line", Count, "that line's number, from 1"),
        ("offset", Count, "that line's first byte, after decompression"),
        ("text", Text, "that line, at most 2048 bytes of it"),
        ("lines", Count, "how many lines say it; 0 where another row counts it, or it is no event"),
        ("also", Text, "the other lines, as JSON: source, line, offset, at, clock"),
        ("clock", Text, "whose clock `at` is: transport, application, payload"),
        ("zone", Text, "how the zone is known: stated, assumed"),
        ("digits", Count, "decimals of a second that were printed"),
        ("printed_ns", Number, "`at` in nanoseconds since 1970"),
        ("earliest_ns", Number, "the first nanosecond that `at` can mean"),
        ("until_ns", Number, "the first nanosecond that `at` can no longer mean"),
        ("said", Text, "what the line itself says where that is not what stands here, as JSON"),
        ("bytes", Text, "the line in hexadecimal, where `text` cannot hold it exactly"),
        ("about", Text, "in NDJSON and CSV, on the first row: version and sources, as JSON"),
    ],
};

/// What the worker did.
pub const RUNS: Schema = Schema {
    table: "runs",
    id: "credtrail/runs/1",
    row: "one execution of the worker for one therapist",
    columns: &[
        ("therapist", Text, "whose"),
        ("run", Text, "r1, r2 … in the order of first events"),
        ("began", Instant, "its first event that has a clock"),
        ("ended", Instant, "its last event that has a clock"),
        ("precision", Text, "of `began`: 1s, 1ms, 1us"),
        ("outcome", Text, "done, failed, unfinished, unknown"),
        ("steps", Text, "steps seen done, in the worker's order, between blanks"),
        ("failed_steps", Text, "steps seen to fail"),
        ("events", Count, "how many events it has"),
        ("attempt", Count, "1 for the first execution of a job, 2 for its first retry"),
        ("inferred", Truth, "whether no line names this run"),
        ("has_start", Truth, "whether its start is logged"),
        ("redelivery_of", Text, "the earlier run of the same job, without a failure between"),
        ("job", Text, "Sidekiq jid or ActiveJob id"),
        ("class", Text, "the worker class"),
        ("host", Text, "host, pod or dyno"),
        ("pid", Text, "process id"),
        ("tid", Text, "thread id"),
        ("began_ns", Number, "`began` in nanoseconds since 1970"),
        ("began_earliest_ns", Number, "the first nanosecond that `began` can mean"),
        ("began_until_ns", Number, "the first nanosecond that `began` can no longer mean"),
        ("ended_until_ns", Number, "the first nanosecond that `ended` can no longer mean"),
    ],
};

/// How long after a run of a therapist the next one began: made of [`RUNS`].
pub const GAPS: Schema = Schema {
    table: "gaps",
    id: "credtrail/gaps/1",
    row: "one run that began after another of the same therapist, both with a clock",
    columns: &[
        ("therapist", Text, "whose"),
        ("run", Text, "the later run"),
        ("previous_run", Text, "the one before it in the order of starts"),
        ("began", Instant, "when the later run began"),
        ("gap_min_ns", Number, "from start to start at least, in nanoseconds"),
        ("gap_max_ns", Number, "from start to start at most"),
        ("within", Text, "whether that is inside the window: certain, possible, no"),
        ("host", Text, "host, pod or dyno of the later run"),
    ],
};

/// What is wrong.
pub const FINDINGS: Schema = Schema {
    table: "findings",
    id: "credtrail/findings/1",
    row: "one thing that is or was wrong, worst first",
    columns: &[
        ("id", Text, "16 hex digits made of what it means"),
        ("rule", Text, "which rule says so: `credtrail rules`"),
        ("severity", Text, "high, medium, low, info"),
        ("certainty", Text, "certain or possible"),
        ("therapist", Text, "whose"),
        ("began", Instant, "since when"),
        ("ended", Instant, "until when; null while it lasts"),
        ("still", Truth, "whether it lasts to the end of the log"),
        ("lasted_ms", Number, "from `began` to `ended`, or to the end of the log while it lasts"),
        ("gap_min_ms", Number, "the gap that matters, at least"),
        ("gap_max_ms", Number, "the gap that matters, at most"),
        ("objects", Text, "the objects between blanks, in the order of what happened"),
        ("runs", Text, "the runs between blanks"),
        ("opened_by", Text, "the run that brought it about"),
        ("closed_by", Text, "the run that ended it"),
        ("summary", Text, "what and why, in one sentence"),
        ("recommendations", Text, "numbers in credentialing-states.md, between blanks"),
        ("evidence", Text, "the lines that prove it, as file:line, between blanks"),
    ],
};

/// How everyone stands.
pub const THERAPISTS: Schema = Schema {
    table: "therapists",
    id: "credtrail/therapists/1",
    row: "one therapist at the end of the log",
    columns: &[
        ("therapist", Text, "whose"),
        ("status", Text, "violating, undetermined, healed, ok"),
        ("events", Count, "how many events"),
        ("runs", Count, "how many runs"),
        ("findings", Count, "how many findings"),
        ("state", Count, "the end state in credentialing-states.md; null beyond its list"),
        ("ends_as", Text, "the end state in words"),
        ("risk", Text, "none, low, medium, high"),
        ("certainty", Text, "certain or possible"),
        ("labels", Text, "the objects and their labels at the end"),
        ("attested_id", Text, "credentialing_active_attested_id at the end"),
        ("hubspot_id", Text, "credentialing_hubspot_id at the end"),
    ],
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_need_no_quotes() {
        for schema in ALL {
            let mut names: Vec<_> = schema.columns.iter().map(|column| column.0).collect();
            let plain = |name: &&str| name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
            assert!(names.iter().all(plain), "{}", schema.table);
            names.sort_unstable();
            names.dedup();
            assert_eq!(names.len(), schema.columns.len(), "{}", schema.table);
        }
    }
}
