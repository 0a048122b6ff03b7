//! Any logger that writes one JSON object per line. A fallback: many do, and no two name their
//! keys alike.
//!
//! One real line (Ougai, Bunyan style):
//!
//! ```text
//! {"name":"worker","hostname":"worker-1","pid":4,"level":30,"time":"2025-07-04T01:31:38.412+00:00","v":0,"msg":"start"}
//! ```
//!
//! The grammar is that of `ingest::json`; which key means what stands in `keys.rs`.

use crate::ingest::Row;
use crate::ingest::envelope::Envelope;

#[derive(Debug)]
pub(super) struct JsonLines;

impl Envelope for JsonLines {
    fn name(&self) -> &'static str {
        "json"
    }

    fn example(&self) -> &'static str {
        r#"{"time":"2025-07-04T07:04:56Z","msg":"set","credentialing_hubspot_id":30278823850}"#
    }

    fn is_fallback(&self) -> bool {
        true
    }

    fn claims(&self, _row: &Row<'_>) -> bool {
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::Record;
    use crate::ingest::Value;
    use crate::ingest::time;

    fn read(line: &[u8]) -> Option<Record<'_>> {
        JsonLines.file(Row::of_json(line)?).pop()
    }

    #[test]
    fn common_keys_find_their_place() {
        let line = br#"{"@timestamp":"2025-07-04T01:31:40.312+00:00","message":"set","host":{"hostname":"w1"},"pid":4,"job_id":"u","job_class":"W","therapist_id":48213,"changes":{"a":[null,1]}}"#;
        let record = read(line).expect("an object");
        assert_eq!(record.stamp, time::whole(b"2025-07-04T01:31:40.312+00:00"));
        assert_eq!(record.host.as_deref(), Some(&b"w1"[..]));
        assert_eq!(record.job.as_deref(), Some(&b"u"[..]));
        assert_eq!(record.class.as_deref(), Some(&b"W"[..]));
        assert_eq!(record.field(b"changes.a"), Some(&Value::Array(b"[null,1]"[..].into())));
    }

    #[test]
    fn an_epoch_number_is_a_time() {
        let record = read(br#"{"time":1751592700312,"msg":"x"}"#).expect("an object");
        assert_eq!(record.stamp, time::whole(b"1751592700312"));
    }

    #[test]
    fn text_is_refused() {
        assert!(read(b"I, [2025] {\"a\":1}").is_none());
        assert!(read(b"[1,2]").is_none());
    }
}
