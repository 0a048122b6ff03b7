//! `log_data` of Logidze: all versions of a row in one column, written by a trigger.
//!
//! Source: logidze `lib/logidze/history.rb` and `functions/*.sql`; formats.md §4.3. One row, cut:
//!
//! ```text
//! {"id":48213,"log_data":{"h":[{"c":{"updated_at":"2025-07-04 07:04:57.048931","credentialing_active_attested_id":30272441773},"m":{"_r":"sidekiq:6f2c0d9be8417a35c1d9470e"},"v":4,"ts":1751612697049}],"v":4}}
//! ```
//!
//! ```text
//! log_data = "{" "h" ":" "[" *version "]" … "}"
//! version  = "{" c v ts [ m ] "}"   ; c: the columns that changed; of the first one, all of them
//! ts       = epoch milliseconds, rounded
//! ```
//!
//! The first version of a row is its birth, and what it holds was written then. The first of a
//! history cut to `limit` is a state that others wrote.

use std::borrow::Cow;

use crate::ingest::Record;
use crate::ingest::Row;
use crate::ingest::Subject;
use crate::ingest::Value;
use crate::ingest::envelope::Envelope;
use crate::ingest::envelope::audit::job;
use crate::ingest::envelope::audit::stamp;
use crate::ingest::json;
use crate::ingest::time;
use crate::ingest::time::RawStamp;
use crate::ingest::time::TimeRules;
use crate::ingest::time::resolve;
use crate::model::Clock;
use crate::model::Witness;

#[derive(Debug)]
pub(in super::super) struct Logidze;

impl Envelope for Logidze {
    fn name(&self) -> &'static str {
        "logidze"
    }

    fn example(&self) -> &'static str {
        r#"{"id":48213,"log_data":{"h":[{"c":{…},"v":1,"ts":1751592700312}]}}"#
    }

    fn proves(&self) -> &'static str {
        "every write, rounded to the millisecond; the job only if it was set as responsible"
    }

    fn claims(&self, row: &Row<'_>) -> bool {
        match row.get("log_data") {
            Some(Value::Text(text)) => text.trim_ascii_start().starts_with(b"{"),
            Some(Value::Null) => true,
            Some(Value::Array(_)) => false,
            None => row.get("log_data.h").is_some(),
        }
    }

    fn file<'a>(&self, mut row: Row<'a>) -> Vec<Record<'a>> {
        let history = history(&row);
        let versions = history.as_deref().and_then(json::elements).unwrap_or_default();
        let versions = versions.into_iter().enumerate();
        let mut records: Vec<Record<'a>> =
            versions.filter_map(|(at, text)| version(text, at == 0)).collect();
        let model = row.take("loggable_type");
        let id = row.take("loggable_id").or_else(|| row.take("id")).unwrap_or_default();
        if records.is_empty() {
            records.push(Record { witness: Witness::Logidze, ..Record::default() });
        }
        for record in &mut records {
            record.subject = Some(Subject { model: model.clone(), id: id.clone() });
        }
        records
    }
}

fn history(row: &Row<'_>) -> Option<Vec<u8>> {
    let own = |value: &Value<'_>| match value {
        Value::Array(text) => Some(text.to_vec()),
        Value::Null | Value::Text(_) => None,
    };
    match row.text("log_data") {
        Some(text) => own(Row::of_json(text)?.get("h")?),
        None => own(row.get("log_data.h")?),
    }
}

fn version<'a>(text: &[u8], is_first: bool) -> Option<Record<'a>> {
    let row = Row::of_json(text)?.into_owned();
    let ts = time::whole(row.text("ts")?)?.rounded();
    let is_birth = row.text("v").is_some_and(|number| **number == *b"1");
    let columns = row.inside("c").unwrap_or_default();
    let mut record = Record {
        stamp: Some(finer(&columns, ts).unwrap_or(ts)),
        clock: Some(Clock::Payload),
        job: row.text("m._r").and_then(|text| job(text)),
        witness: Witness::Logidze,
        ..Record::default()
    };
    if is_birth || !is_first {
        let is_written = |value: &Value<'_>| !(is_first && *value == Value::Null);
        record.fields = columns.pairs.into_iter().filter(|(_, v)| is_written(v)).collect();
    }
    record.fields.iter_mut().for_each(|(key, _)| *key = Cow::Owned(key.to_vec()));
    Some(record)
}

/// The row's own `updated_at`, if it is what `ts` was rounded from.
fn finer(columns: &Row<'_>, ts: RawStamp) -> Option<RawStamp> {
    let fine = stamp(columns.text("updated_at")?)?;
    let moment = |raw| resolve(raw, &TimeRules::default(), Clock::Payload);
    let is_same = moment(ts)?.overlaps(moment(fine)?);
    (is_same && fine.digits() > ts.digits()).then_some(fine)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROW: &[u8] = br#"{"id":48213,"log_data":{"h":[{"c":{"f":null,"g":1},"v":1,"ts":1751122931205},{"c":{"updated_at":"2025-07-04 07:04:57.048931","f":3},"m":{"_r":"sidekiq:6f2c"},"v":2,"ts":1751612697049},{"c":{"f":null},"v":3,"ts":1751612697050}],"v":3}}"#;

    fn filed(line: &[u8]) -> Vec<Record<'static>> {
        let row = Row::of_json(line).map(Row::into_owned).expect("an object");
        assert!(Logidze.claims(&row));
        Logidze.file(row)
    }

    #[test]
    fn each_version_is_a_record() {
        let records = filed(ROW);
        assert_eq!(records.len(), 3);
        assert_eq!((records[0].field(b"f"), records[0].fields.len()), (None, 1));
        assert_eq!(records[1].field(b"f"), Some(&Value::Text(b"3"[..].into())));
        assert_eq!(records[1].job.as_deref(), Some(&b"6f2c"[..]));
        assert_eq!(records[1].stamp, stamp(b"2025-07-04 07:04:57.048931"));
        assert_eq!(records[2].stamp, time::whole(b"1751612697050").map(RawStamp::rounded));
        assert_eq!(records[2].field(b"f"), Some(&Value::Null));
    }

    #[test]
    fn the_head_of_a_cut_history_is_a_state() {
        let cut = br#"{"id":1,"log_data":{"h":[{"c":{"f":3},"v":7,"ts":1751612697049}],"v":7}}"#;
        assert!(filed(cut)[0].fields.is_empty());
        let csv = Row {
            pairs: vec![
                (b"id"[..].into(), Value::Text(b"1"[..].into())),
                (
                    b"log_data"[..].into(),
                    Value::Text(br#"{"h":[{"c":{"f":3},"v":1,"ts":1751612697049}]}"#[..].into()),
                ),
            ],
        };
        assert_eq!(Logidze.file(csv)[0].fields.len(), 1);
    }

    #[test]
    fn other_rows_are_refused() {
        let row = Row::of_json(br#"{"id":1,"log":"x"}"#).expect("an object");
        assert!(!Logidze.claims(&row));
        assert_eq!(filed(br#"{"id":1,"log_data":null}"#).len(), 1);
    }
}
