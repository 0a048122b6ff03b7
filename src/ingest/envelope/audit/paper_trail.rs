//! Rows of paper_trail's `versions`, in any export.
//!
//! Source: paper_trail `lib/generators/paper_trail/install/templates/*.erb`,
//! `lib/paper_trail/record_trail.rb`; formats.md §4.1 and §4.4. One real line of `COPY … TO stdout`:
//!
//! ```text
//! 5 → Therapist → 48213 → update → sidekiq:6f2c0d9be8417a35c1d9470e → ---\ncredentialing_hubspot_id:\n-\n- 30278823850\n → 2025-07-04 07:04:56.312454
//! ```
//!
//! (with TABs for the arrows)
//!
//! ```text
//! row     = [ item_type ] item_id event [ whodunnit ] [ object ] [ object_changes ] created_at
//! copy    = id TAB item_type TAB item_id TAB event TAB whodunnit TAB [ object TAB ]
//!           object_changes TAB created_at [ TAB object_changes ] *( TAB any )
//! changes = YAML | JSON     ; attribute → [ old, new ]
//! escape  = "\" ( "N" | "n" | "t" | "r" | "\" | … )
//! ```
//!
//! `object` is the state before the change and says nothing of the change itself. A destroyed row
//! writes no field. `created_at` of an update is the row's own `updated_at`.

use std::borrow::Cow;

use crate::ingest::Record;
use crate::ingest::Row;
use crate::ingest::Subject;
use crate::ingest::Value;
use crate::ingest::envelope::Envelope;
use crate::ingest::envelope::audit::changes;
use crate::ingest::envelope::audit::is_nothing;
use crate::ingest::envelope::audit::job;
use crate::ingest::envelope::audit::stamp;
use crate::ingest::json::Pair;
use crate::model::Clock;
use crate::model::Witness;

const STATE_ALONE: &str =
    "expected object_changes, found only the state before the change in object";

#[derive(Debug)]
pub(in super::super) struct PaperTrail;

impl Envelope for PaperTrail {
    fn name(&self) -> &'static str {
        "paper-trail"
    }

    fn example(&self) -> &'static str {
        r#"{"item_type":"Therapist","item_id":48213,"event":"update","object_changes":{…}}"#
    }

    fn proves(&self) -> &'static str {
        "old and new value of every write but update_columns; the job only if whodunnit names it"
    }

    fn read<'a>(&self, line: &'a [u8]) -> Option<Record<'a>> {
        copied(line).map(record)
    }

    fn claims(&self, row: &Row<'_>) -> bool {
        let is_column = |key: &[u8]| {
            let rest = key.strip_prefix(b"object_changes").or_else(|| key.strip_prefix(b"object"));
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(b"."))
        };
        row.has(&["item_id", "event"]) && row.pairs.iter().any(|(key, _)| is_column(key))
    }

    fn file<'a>(&self, row: Row<'a>) -> Vec<Record<'a>> {
        vec![record(row)]
    }
}

fn record(mut row: Row<'_>) -> Record<'_> {
    let is_destroyed = row.text("event").is_some_and(|event| **event == *b"destroy");
    let changed = changes(&row, "object_changes");
    let is_state_alone = changed.is_none()
        && row.get("object_changes").is_none()
        && (row.text("object").is_some() || row.inside("object").is_some());
    let is_change = |(_, value): &Pair<'_>| matches!(value, Value::Array(_)) && !is_nothing(value);
    let fields = changed.unwrap_or_default().into_iter().filter(|pair| is_change(pair));
    let mut record = Record {
        stamp: row.text("created_at").and_then(|text| stamp(text)),
        clock: Some(Clock::Payload),
        job: row.text("whodunnit").and_then(|text| job(text)),
        witness: Witness::PaperTrail,
        unread: (is_state_alone && !is_destroyed).then_some(STATE_ALONE),
        fields: fields.collect(),
        ..Record::default()
    };
    if is_destroyed {
        record.fields.clear();
    }
    let model = row.take("item_type");
    record.subject = Some(Subject { model, id: row.take("item_id").unwrap_or_default() });
    record
}

/// A line of `COPY … TO stdout`, which has no header: told by what stands in its places.
fn copied(line: &[u8]) -> Option<Row<'_>> {
    memchr::memchr(b'\t', &line[..line.len().min(LONGEST_ID + 1)])?;
    let mut cells = line.split(|byte| *byte == b'\t');
    let is_name = |cell: &[u8]| cell.first().is_some_and(u8::is_ascii_uppercase);
    let id = cells.next().filter(|id| is_id(id))?;
    let model = cells.next().filter(|model| is_name(model))?;
    let item = cells.next().filter(|id| is_id(id))?;
    let event = cells.next().filter(|event| EVENTS.contains(event))?;
    let who = cells.next()?;
    let rest: Vec<&[u8]> = cells.collect();
    let at = rest.iter().position(|cell| stamp(cell).is_some())?;
    let after = rest[at + 1..].iter().find(|cell| is_changes(cell));
    let (object, changed) = match (&rest[..at], after) {
        ([object, ..], Some(after)) => (Some(*object), Some(*after)),
        ([object, changed, ..], None) => (Some(*object), Some(*changed)),
        ([only], None) => (None, Some(*only)),
        ([], after) => (None, after.copied()),
    };
    let named = [
        (&b"id"[..], Some(id)),
        (b"item_type", Some(model)),
        (b"item_id", Some(item)),
        (b"event", Some(event)),
        (b"whodunnit", Some(who)),
        (b"object", object),
        (b"object_changes", changed),
        (b"created_at", Some(rest[at])),
    ];
    let named = named.into_iter().filter_map(|(name, cell)| Some((name, cell?)));
    Some(Row { pairs: named.map(|(name, cell)| (Cow::Borrowed(name), unescaped(cell))).collect() })
}

/// A UUID.
const LONGEST_ID: usize = 36;

const EVENTS: [&[u8]; 3] = [b"create", b"update", b"destroy"];

fn is_id(cell: &[u8]) -> bool {
    !cell.is_empty() && cell.iter().all(|byte| byte.is_ascii_hexdigit() || *byte == b'-')
}

fn is_changes(cell: &[u8]) -> bool {
    cell.starts_with(b"---") || cell.starts_with(b"{")
}

fn unescaped(cell: &[u8]) -> Value<'_> {
    if cell == b"\\N" {
        return Value::Null;
    }
    Value::Text(if memchr::memchr(b'\\', cell).is_some() {
        Cow::Owned(crate::ingest::json::unescaped(cell))
    } else {
        Cow::Borrowed(cell)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(record: &Record<'_>) -> String {
        let fields = record.fields.iter().map(|(key, value)| {
            let Value::Array(pair) = value else { panic!("a pair") };
            format!("{}={}", String::from_utf8_lossy(key), String::from_utf8_lossy(pair))
        });
        fields.collect::<Vec<_>>().join(";").replace(' ', "")
    }

    const COPY: &[u8] = b"5\tTherapist\t48213\tupdate\tsidekiq:6f2c\t---\\nf:\\n-\\n- 3\\n\t2025-07-04 07:04:56.312454";

    #[test]
    fn a_row_and_a_copied_line_say_the_same() {
        let json = br#"{"id":5,"item_type":"Therapist","item_id":48213,"event":"update","whodunnit":"sidekiq:6f2c","object":{"f":1},"object_changes":{"f":[null, 3]},"created_at":"2025-07-04T07:04:56.312454"}"#;
        let row = Row::of_json(json).filter(|row| PaperTrail.claims(row)).expect("ours");
        let filed = PaperTrail.file(row).pop().expect("a record");
        let copied = PaperTrail.read(COPY).expect("a copied line");
        for record in [&filed, &copied] {
            assert_eq!(shown(record), "f=[null,3]");
            assert_eq!(record.job.as_deref(), Some(&b"6f2c"[..]));
            assert_eq!(record.stamp, stamp(b"2025-07-04 07:04:56.312454"));
            let subject = record.subject.as_ref().expect("a subject");
            assert_eq!(subject.model.as_deref(), Some(&b"Therapist"[..]));
            assert_eq!(subject.id.as_ref(), b"48213");
        }
    }

    #[test]
    fn the_columns_of_the_generator_stand_in_another_order() {
        let line = b"5\tTherapist\t48213\tupdate\t\\N\t---\\nf: 1\\n\t2025-07-04 07:04:56\t---\\nf:\\n- 1\\n- 3\\n";
        assert_eq!(PaperTrail.read(line).as_ref().map(shown).as_deref(), Some("f=[1,3]"));
        let line = b"5\tTherapist\t48213\tupdate\t\\N\t---\\nf: 1\\n\t---\\nf:\\n- 1\\n- 3\\n\t2025-07-04 07:04:56";
        assert_eq!(PaperTrail.read(line).as_ref().map(shown).as_deref(), Some("f=[1,3]"));
    }

    #[test]
    fn nothing_to_nothing_and_the_end_of_a_row_are_no_writes() {
        for (event, changes) in
            [("create", r#"{"f":[null, null]}"#), ("destroy", r#"{"f":[3, null]}"#)]
        {
            let line = format!(
                r#"{{"item_type":"T","item_id":1,"event":"{event}","object_changes":{changes}}}"#
            );
            let row = Row::of_json(line.as_bytes()).expect("an object");
            let record = PaperTrail.file(row).pop().expect("a record");
            assert!(record.fields.is_empty() && record.unread.is_none(), "{line}");
        }
    }

    #[test]
    fn a_query_may_leave_the_model_out() {
        let line = br#"{"item_id":"48213","event":"update","object_changes":"{\"f\": [1, 3]}"}"#;
        let row = Row::of_json(line).filter(|row| PaperTrail.claims(row)).expect("ours");
        let record = PaperTrail.file(row).pop().expect("a record");
        assert_eq!(shown(&record), "f=[1,3]");
        assert_eq!(record.subject.and_then(|subject| subject.model), None);
    }

    #[test]
    fn a_state_without_a_change_is_unread() {
        let line = br#"{"item_type":"T","item_id":1,"event":"update","object":{"f":3}}"#;
        let record = PaperTrail.file(Row::of_json(line).expect("an object")).pop();
        assert_eq!(record.and_then(|record| record.unread), Some(STATE_ALONE));
    }

    #[test]
    fn other_lines_are_refused() {
        for line in [
            &b"5\ttherapist\t48213\tupdate\tx\ty\t2025-07-04 07:04:56"[..],
            b"5\tTherapist\t48213\tpaint\tx\ty\t2025-07-04 07:04:56",
            b"5\tTherapist\t48213\tupdate\tx\ty\tz",
            b"x y z",
            b"",
        ] {
            assert!(PaperTrail.read(line).is_none(), "{line:?}");
        }
        for line in [r#"{"event":"x"}"#, r#"{"item_id":1,"event":"sold","object_id":3}"#] {
            let row = Row::of_json(line.as_bytes()).expect("an object");
            assert!(!PaperTrail.claims(&row), "{line}");
        }
    }
}
