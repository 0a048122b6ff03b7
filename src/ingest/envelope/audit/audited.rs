//! Rows of audited's `audits`, in any export.
//!
//! Source: audited `lib/audited/auditor.rb`, `audit.rb`; formats.md §4.2. One real row:
//!
//! ```text
//! {"id":5,"auditable_id":48213,"auditable_type":"Therapist","action":"update","audited_changes":{"credentialing_hubspot_id": [null, 30278823850]},"comment":"sidekiq:6f2c0d9be8417a35c1d9470e","created_at":"2025-07-04T07:04:56.312454"}
//! ```
//!
//! ```text
//! row     = auditable_type auditable_id action audited_changes [ comment ] created_at
//! changes = YAML | JSON     ; of an update attribute → [ old, new ], of a create attribute → value
//! ```
//!
//! `created_at` is the audit row's own: slightly after the write.

use crate::ingest::Record;
use crate::ingest::Row;
use crate::ingest::Subject;
use crate::ingest::envelope::Envelope;
use crate::ingest::envelope::audit::changes;
use crate::ingest::envelope::audit::is_nothing;
use crate::ingest::envelope::audit::job;
use crate::ingest::envelope::audit::stamp;
use crate::model::Clock;
use crate::model::Witness;

#[derive(Debug)]
pub(in super::super) struct Audited;

impl Envelope for Audited {
    fn name(&self) -> &'static str {
        "audited"
    }

    fn example(&self) -> &'static str {
        r#"{"auditable_type":"Therapist","auditable_id":48213,"audited_changes":{…},…}"#
    }

    fn proves(&self) -> &'static str {
        "old and new value of every write but update_columns; the job only if the comment names it"
    }

    fn claims(&self, row: &Row<'_>) -> bool {
        row.has(&["auditable_type", "auditable_id", "action"])
    }

    fn file<'a>(&self, mut row: Row<'a>) -> Vec<Record<'a>> {
        let is_destroyed = row.text("action").is_some_and(|action| **action == *b"destroy");
        let changed = changes(&row, "audited_changes").filter(|_| !is_destroyed);
        let fields = changed.unwrap_or_default().into_iter().filter(|(_, v)| !is_nothing(v));
        let mut record = Record {
            stamp: row.text("created_at").and_then(|text| stamp(text)),
            clock: Some(Clock::Payload),
            job: row.text("comment").and_then(|text| job(text)),
            witness: Witness::Audited,
            fields: fields.collect(),
            ..Record::default()
        };
        let model = row.take("auditable_type");
        record.subject = Some(Subject { model, id: row.take("auditable_id").unwrap_or_default() });
        vec![record]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::Value;

    fn filed(action: &str, changes: &str) -> Record<'static> {
        let line = format!(
            r#"{{"auditable_id":48213,"auditable_type":"Therapist","action":"{action}","audited_changes":{changes},"comment":"sidekiq:6f2c","created_at":"2025-07-04T07:04:56.312454"}}"#
        );
        let row = Row::of_json(line.as_bytes()).map(Row::into_owned).expect("an object");
        assert!(Audited.claims(&row));
        Audited.file(row).pop().expect("a record")
    }

    #[test]
    fn updates_hold_pairs_and_creates_values() {
        let record = filed("update", r#"{"f":[null, 3]}"#);
        assert_eq!(record.field(b"f"), Some(&Value::Array(b"[null, 3]"[..].into())));
        assert_eq!(record.job.as_deref(), Some(&b"6f2c"[..]));
        assert_eq!(record.subject.expect("a subject").id.as_ref(), b"48213");
        let record = filed("create", r#"{"f":3,"g":null}"#);
        assert_eq!(record.fields.len(), 1);
        let record = filed("update", r#""---\nf:\n- \n- 3\n""#);
        assert_eq!(record.field(b"f"), Some(&Value::Array(b"[null, 3]"[..].into())));
    }

    #[test]
    fn the_end_of_a_row_writes_no_field() {
        assert!(filed("destroy", r#"{"f":3}"#).fields.is_empty());
        let row = Row::of_json(br#"{"auditable_type":"T"}"#).expect("an object");
        assert!(!Audited.claims(&row));
    }
}
