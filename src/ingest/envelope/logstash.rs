//! logstash-logger's JSON.
//!
//! Source: logstash-logger `lib/logstash-logger/formatter/base.rb`; formats.md §2.9. One real
//! line:
//!
//! ```text
//! {"@timestamp":"2025-07-04T01:31:38.412+00:00","message":"start","@version":"1","severity":"INFO","host":{"hostname":"worker-1"},"tags":["ActiveJob","W","b4a5"]}
//! ```
//!
//! The tags are those of `TaggedLogging`: behind `ActiveJob` stand the class and the job. A line of
//! the CEE kind begins with `@cee:`.

use std::borrow::Cow;

use crate::ingest::Record;
use crate::ingest::Row;
use crate::ingest::Value;
use crate::ingest::envelope::Envelope;
use crate::ingest::envelope::keys;

#[derive(Debug)]
pub(super) struct Logstash;

impl Envelope for Logstash {
    fn name(&self) -> &'static str {
        "logstash"
    }

    fn example(&self) -> &'static str {
        r#"{"@timestamp":"2025-07-04T01:31:38.412+00:00","message":"start","@version":"1","host":{"hostname":"w"}}"#
    }

    fn read<'a>(&self, line: &'a [u8]) -> Option<Record<'a>> {
        let row = Row::of_json(line.strip_prefix(b"@cee:")?)?;
        self.file(row).pop()
    }

    fn claims(&self, row: &Row<'_>) -> bool {
        row.has(&["@timestamp", "@version"])
    }

    fn file<'a>(&self, row: Row<'a>) -> Vec<Record<'a>> {
        let tags = match row.get("tags") {
            Some(Value::Array(tags)) => serde_json::from_slice::<Vec<String>>(tags).ok(),
            _ => None,
        };
        let mut record = keys::record(row.pairs);
        if let Some([name, class, job, ..]) = tags.as_deref()
            && name == "ActiveJob"
        {
            let own = |text: &String| Some(Cow::Owned(text.clone().into_bytes()));
            record.class = record.class.take().or_else(|| own(class));
            record.job = record.job.take().or_else(|| own(job));
        }
        vec![record]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tags_name_class_and_job() {
        let json = r#"{"@timestamp":"2025-07-04T01:31:38.412+00:00","message":"start","@version":"1","host":"w","tags":["ActiveJob","W","j"]}"#;
        let row = Row::of_json(json.as_bytes()).expect("an object");
        assert!(Logstash.claims(&row));
        let record = Logstash.file(row).pop().expect("a record");
        assert_eq!(
            (record.class.as_deref(), record.job.as_deref()),
            (Some(&b"W"[..]), Some(&b"j"[..]))
        );
        let cee = format!("@cee: {json}");
        assert_eq!(Logstash.read(cee.as_bytes()).expect("a line").message.as_ref(), b"start");
    }
}
