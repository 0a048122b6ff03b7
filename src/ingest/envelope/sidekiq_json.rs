//! Sidekiq 6, 7 and 8 with `Sidekiq::Logger::Formatters::JSON`.
//!
//! Source: sidekiq/sidekiq `lib/sidekiq/logger.rb`; formats.md §1.3. One real line:
//!
//! ```text
//! {"ts":"2025-07-04T01:31:38.412Z","pid":4,"tid":"2tc","lvl":"INFO","msg":"start","ctx":{"class":"ExtendedSignUpWorker","jid":"b4a577edbccf1d805744efa9"}}
//! ```
//!
//! ```text
//! line = "{" ts "," pid "," tid "," lvl "," msg [ "," ctx ] "}"     ; in this order at first
//! ctx  = object: class, jid, bid, tags, elapsed; of job errors context and job
//! ```

use crate::ingest::Row;
use crate::ingest::envelope::Envelope;

#[derive(Debug)]
pub(super) struct SidekiqJson;

impl Envelope for SidekiqJson {
    fn name(&self) -> &'static str {
        "sidekiq-json"
    }

    fn example(&self) -> &'static str {
        r#"{"ts":"2025-07-04T07:04:56.312Z","pid":4,"tid":"2tc","lvl":"INFO","msg":"start","ctx":{…}}"#
    }

    fn claims(&self, row: &Row<'_>) -> bool {
        // A store may have sorted the keys.
        row.has(&["ts", "pid", "tid", "lvl", "msg"])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::Record;

    fn read(line: &str) -> Option<Record<'_>> {
        let row = Row::of_json(line.as_bytes()).filter(|row| SidekiqJson.claims(row))?;
        SidekiqJson.file(row).pop()
    }

    #[test]
    fn the_context_is_the_records_own() {
        let line = r#"{"ts":"2025-07-04T07:04:57.611Z","pid":4,"tid":"2tc","lvl":"INFO","msg":"fail","ctx":{"class":"W","jid":"j1","elapsed":2.391}}"#;
        let record = read(line).expect("a Sidekiq line");
        assert_eq!(record.class.as_deref(), Some(&b"W"[..]));
        assert_eq!(record.job.as_deref(), Some(&b"j1"[..]));
        assert_eq!((record.pid, record.message.as_ref()), (Some(4), &b"fail"[..]));
        assert!(record.stamp.is_some() && record.field(b"ctx.elapsed").is_some());
    }

    #[test]
    fn a_failed_job_stays_in_the_fields() {
        let line = r#"{"ts":"2025-07-04T07:04:57.612Z","pid":4,"tid":"2tc","lvl":"INFO","msg":"x","ctx":{"context":"Job raised exception","job":{"class":"W","jid":"j","args":[48213]}}}"#;
        let record = read(line).expect("a Sidekiq line");
        assert_eq!((record.class.as_ref(), record.job.as_ref()), (None, None));
        assert!(record.field(b"ctx.context").is_some() && record.field(b"ctx.job.args").is_some());
    }

    #[test]
    fn other_json_is_not_sidekiqs() {
        for line in [
            r#"{"ts":"2025-07-04T07:04:57.611Z","level":"info","msg":"fail"}"#,
            r#"{"ts":"2025-07-04T07:04:57.611Z","pid":4,"tid":"2tc","lvl":"INFO","msg":"fail""#,
            r#"{"time":"2025-07-04T07:04:57.611Z"}"#,
        ] {
            assert!(read(line).is_none(), "{line}");
        }
    }
}
