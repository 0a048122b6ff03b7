//! lograge's JSON: one row per request. What a request asked for is no write.
//!
//! Source: lograge `lib/lograge/formatters/json.rb`; formats.md §2.6. One real line, shortened:
//!
//! ```text
//! {"method":"PATCH","path":"/admin/therapists/48213","controller":"TherapistsController","action":"update","status":422,"duration":12.3,"time":"2025-07-04T07:22:41.002Z"}
//! ```

use crate::ingest::Row;
use crate::ingest::envelope::Envelope;

#[derive(Debug)]
pub(super) struct LogrageJson;

impl Envelope for LogrageJson {
    fn name(&self) -> &'static str {
        "lograge-json"
    }

    fn example(&self) -> &'static str {
        r#"{"method":"PATCH","path":"/admin/therapists/48213","controller":"C","action":"update","status":422}"#
    }

    fn proves(&self) -> &'static str {
        "nothing: what a request asked for is no write"
    }

    fn claims(&self, row: &Row<'_>) -> bool {
        row.has(&["method", "path", "controller", "action", "status"])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_claimed() {
        let line = br#"{"method":"GET","path":"/","controller":"C","action":"a","status":200}"#;
        assert!(LogrageJson.claims(&Row::of_json(line).expect("an object")));
        assert!(!LogrageJson.claims(&Row::of_json(br#"{"method":"GET"}"#).expect("an object")));
    }
}
