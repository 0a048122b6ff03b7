//! Structured events of Rails 8.1 and later, as JSON.
//!
//! Source: activesupport `lib/active_support/event_reporter.rb`, activerecord and activejob
//! `structured_event_subscriber.rb`; formats.md §2.4. One line, shortened:
//!
//! ```text
//! {"name":"active_record.sql","payload":{"name":"Therapist Update","sql":"UPDATE …","binds":[["id",48213]]},"tags":{},"context":{},"timestamp":1751612696312454001,"source_location":{"filepath":"app/w.rb"}}
//! ```
//!
//! ```text
//! line = object with name, payload, [ tags, ] [ context, ] timestamp, [ source_location ]
//! name = room "." event ; timestamp = nanoseconds since the epoch
//! ```
//!
//! How the application writes it down is its own affair; the keys are Rails'.

use std::borrow::Cow;

use crate::ingest::Record;
use crate::ingest::Row;
use crate::ingest::Value;
use crate::ingest::envelope::Envelope;
use crate::ingest::envelope::keys;

#[derive(Debug)]
pub(super) struct RailsEvent;

impl Envelope for RailsEvent {
    fn name(&self) -> &'static str {
        "rails-event"
    }

    fn example(&self) -> &'static str {
        r#"{"name":"active_record.sql","payload":{"sql":"UPDATE …","binds":[["id",48213]]},"timestamp":1751612696312454001}"#
    }

    fn proves(&self) -> &'static str {
        "the value of every write, to the microsecond, and the life of jobs"
    }

    fn claims(&self, row: &Row<'_>) -> bool {
        let Some(name) = row.text("name") else { return false };
        let is_rails = name.starts_with(b"active_record.") || name.starts_with(b"active_job.");
        let is_told = || row.pairs.iter().any(|(key, _)| key.starts_with(b"payload."));
        let is_event = is_rails || row.has(&["source_location.filepath"]);
        is_event && row.has(&["timestamp"]) && is_told()
    }

    fn file<'a>(&self, row: Row<'a>) -> Vec<Record<'a>> {
        let mut record = keys::record(row.pairs);
        let name = match record.field(b"name") {
            Some(Value::Text(name)) if record.message.is_empty() => name.to_vec(),
            _ => return vec![record],
        };
        record.message = Cow::Owned(name);
        vec![record]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_payload_names_job_and_class() {
        let line = br#"{"name":"active_job.started","payload":{"job_class":"W","job_id":"u","arguments":[48213]},"tags":{},"context":{},"timestamp":1751612696312454001}"#;
        let row = Row::of_json(line).expect("an object");
        assert!(RailsEvent.claims(&row));
        let record = RailsEvent.file(row).pop().expect("a record");
        assert_eq!(record.message.as_ref(), b"active_job.started");
        assert_eq!(record.job.as_deref(), Some(&b"u"[..]));
        assert_eq!(record.class.as_deref(), Some(&b"W"[..]));
        assert_eq!(record.stamp.map(crate::ingest::time::RawStamp::digits), Some(9));
    }

    #[test]
    fn other_rows_are_left_alone() {
        for line in [
            r#"{"name":"W","payload":{"a":1},"timestamp":"2025-07-04T01:31:38Z","level_index":2}"#,
            r#"{"name":"active_record.sql","timestamp":1751612696312454001}"#,
            r#"{"name":"active_record.sql","payload":{"a":1}}"#,
        ] {
            assert!(
                !RailsEvent.claims(&Row::of_json(line.as_bytes()).expect("an object")),
                "{line}"
            );
        }
    }
}
