//! Ougai, in the shapes of Bunyan and Pino.
//!
//! Source: ougai `lib/ougai/formatters/{bunyan,pino}.rb`; formats.md §2.8. One real line:
//!
//! ```text
//! {"name":"portal","hostname":"worker-1","pid":4,"level":30,"time":"2025-07-04T01:31:38.412+00:00","v":0,"msg":"start","class":"W","jid":"b4a5"}
//! ```
//!
//! Pino prints its time in milliseconds since the epoch, and `"v":1`. An error may stand without
//! a message, as `err` or as `type` and `stack`.

use crate::ingest::Row;
use crate::ingest::envelope::Envelope;

#[derive(Debug)]
pub(super) struct Ougai;

impl Envelope for Ougai {
    fn name(&self) -> &'static str {
        "ougai"
    }

    fn example(&self) -> &'static str {
        r#"{"name":"portal","hostname":"w","pid":4,"level":30,"time":"2025-07-04T01:31:38.412+00:00","v":0,"msg":"start"}"#
    }

    fn claims(&self, row: &Row<'_>) -> bool {
        let is_level = row.text("level").is_some_and(|level| level.iter().all(u8::is_ascii_digit));
        is_level && row.has(&["name", "hostname", "pid", "time", "v"])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_shapes_are_claimed() {
        for time in ["\"2025-07-04T01:31:38.412+00:00\"", "1751592698412"] {
            let line = format!(
                r#"{{"name":"p","hostname":"w","pid":4,"level":30,"time":{time},"v":0,"msg":"start","class":"W","jid":"j"}}"#
            );
            let row = Row::of_json(line.as_bytes()).expect("an object");
            assert!(Ougai.claims(&row));
            let record = Ougai.file(row).pop().expect("a record");
            assert!(record.stamp.is_some() && record.job.is_some());
        }
        let named = Row::of_json(br#"{"name":"p","level":"info","msg":"x"}"#).expect("an object");
        assert!(!Ougai.claims(&named));
    }
}
