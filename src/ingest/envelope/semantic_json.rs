//! semantic_logger's JSON.
//!
//! Source: semantic_logger `lib/semantic_logger/formatters/json.rb`; formats.md §2.7. One real
//! line, shortened:
//!
//! ```text
//! {"host":"worker-1","timestamp":"2025-07-04T01:31:38.412907Z","level":"info","level_index":2,"pid":4,"thread":"processor-2tc","named_tags":{"jid":"b4a5","class":"W"},"name":"W","message":"Start #perform"}
//! ```

use crate::ingest::Row;
use crate::ingest::envelope::Envelope;

#[derive(Debug)]
pub(super) struct SemanticJson;

impl Envelope for SemanticJson {
    fn name(&self) -> &'static str {
        "semantic-json"
    }

    fn example(&self) -> &'static str {
        r#"{"timestamp":"2025-07-04T01:31:38.412907Z","level_index":2,"message":"Start #perform",…}"#
    }

    fn claims(&self, row: &Row<'_>) -> bool {
        row.has(&["level_index", "timestamp"]) || row.has(&["level_index", "time"])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_named_tags_are_the_records_own() {
        let line = br#"{"host":"w","timestamp":"2025-07-04T01:31:38.412907Z","level":"info","level_index":2,"pid":4,"thread":"p","named_tags":{"jid":"j","class":"W"},"name":"W","message":"Start #perform"}"#;
        let row = Row::of_json(line).expect("an object");
        assert!(SemanticJson.claims(&row));
        let record = SemanticJson.file(row).pop().expect("a record");
        assert_eq!(
            (record.job.as_deref(), record.class.as_deref()),
            (Some(&b"j"[..]), Some(&b"W"[..]))
        );
    }
}
