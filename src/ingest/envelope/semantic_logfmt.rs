//! semantic_logger's logfmt.
//!
//! Source: semantic_logger `lib/semantic_logger/formatters/logfmt.rb`; formats.md §2.7. One real
//! line:
//!
//! ```text
//! timestamp="2025-07-04T01:31:40.312454Z" level="info" name="W" message="Therapist updated" tag="success" jid="b4a5" class="W" therapist_id=48213
//! ```
//!
//! ```text
//! line = timestamp level name message … "tag=" DQUOTE ( "success" | "exception" ) DQUOTE …  ; logfmt
//! ```
//!
//! Of a line with an exception name and message are the exception's, and what the line itself had
//! said is lost. Only a job's end has a duration beside its class.

use std::borrow::Cow;

use crate::ingest::Record;
use crate::ingest::Value;
use crate::ingest::envelope::Envelope;
use crate::ingest::envelope::logfmt;

#[derive(Debug)]
pub(super) struct SemanticLogfmt;

impl Envelope for SemanticLogfmt {
    fn name(&self) -> &'static str {
        "semantic-logfmt"
    }

    fn example(&self) -> &'static str {
        r#"timestamp="2025-07-04T01:31:40.312454Z" level="info" name="W" message="Therapist updated" tag="success""#
    }

    fn read<'a>(&self, line: &'a [u8]) -> Option<Record<'a>> {
        if !line.starts_with(b"timestamp=\"") {
            return None;
        }
        let mut record = logfmt::Logfmt.read(line)?;
        let tag = match record.field(b"tag")? {
            Value::Text(tag) => tag,
            Value::Null | Value::Array(_) => return None,
        };
        let is_raised = match &**tag {
            b"success" => false,
            b"exception" => true,
            _ => return None,
        };
        if is_raised {
            let is_job = record.class.is_some() && record.field(b"duration_ms").is_some();
            let end: &[u8] = if is_job { b"Completed #perform" } else { b"" };
            let told = std::mem::replace(&mut record.message, Cow::Borrowed(end));
            record.fields.push((Cow::Borrowed(b"exception"), Value::Text(told)));
        }
        Some(record)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_exception_ends_a_job() {
        let line = |tag: &str, rest: &str| {
            format!(
                "timestamp=\"2025-07-04T01:31:40.312454Z\" level=\"error\" name=\"X\" message=\"m\" {rest}tag=\"{tag}\""
            )
        };
        for (tag, rest, message) in [
            ("success", "", "m"),
            ("exception", "duration_ms=2.0 class=\"W\" jid=\"j\" ", "Completed #perform"),
            ("exception", "class=\"W\" ", ""),
        ] {
            let line = line(tag, rest);
            let record = SemanticLogfmt.read(line.as_bytes()).expect(&line);
            assert_eq!(record.message.as_ref(), message.as_bytes(), "{line}");
            assert_eq!(record.field(b"exception").is_some(), tag == "exception");
        }
    }

    #[test]
    fn other_logfmt_is_left_alone() {
        for line in [
            "timestamp=\"2025-07-04T01:31:40.312454Z\" level=\"info\" message=\"m\"",
            "ts=2025-07-04T01:31:40.312454Z level=info tag=\"success\" msg=m",
        ] {
            assert!(SemanticLogfmt.read(line.as_bytes()).is_none(), "{line}");
        }
    }
}
