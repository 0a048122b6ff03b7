//! Audit trails: rows in which the application's own database remembers each change of a row.
//!
//! All give records about a `Subject`, one field per changed attribute: `[old, new]`, or the new
//! value alone where nothing was before. Which model is the therapist's is for the statements to
//! say. Their clock is the payload's, in UTC where it is unmarked (formats.md §4).

mod audited;
mod logidze;
mod paper_trail;
mod yaml;

use std::borrow::Cow;

use crate::ingest::Row;
use crate::ingest::Value;
use crate::ingest::json;
use crate::ingest::json::Pair;
use crate::ingest::time;
use crate::ingest::time::RawStamp;
use crate::ingest::time::RawZone;

pub(super) use audited::Audited;
pub(super) use logidze::Logidze;
pub(super) use paper_trail::PaperTrail;

/// The changes in a column, however it is typed: text with YAML or JSON, or a JSON object that
/// the row was flattened with. `None` if the column says nothing.
fn changes(row: &Row<'_>, column: &str) -> Option<Vec<Pair<'static>>> {
    match row.get(column) {
        Some(Value::Text(text)) => of_text(text),
        Some(Value::Null | Value::Array(_)) => None,
        None => row.inside(column).map(|row| row.into_owned().pairs),
    }
}

fn of_text(text: &[u8]) -> Option<Vec<Pair<'static>>> {
    let text = text.trim_ascii();
    match text.first()? {
        b'{' => Row::of_json(text).map(|row| row.into_owned().pairs),
        // A JSON text in a JSON column: a string that holds an object.
        b'"' => match json::value(text)? {
            Value::Text(inner) if inner.starts_with(b"{") => of_text(&inner),
            _ => None,
        },
        _ => yaml::pairs(text),
    }
}

/// Whether a change is from nothing to nothing.
fn is_nothing(value: &Value<'_>) -> bool {
    match value {
        Value::Null => true,
        Value::Text(_) => false,
        Value::Array(text) => {
            let bare = text.iter().filter(|byte| !byte.is_ascii_whitespace());
            bare.eq(b"[null,null]")
        }
    }
}

/// `sidekiq:JID`, wherever in a whodunnit, a comment or a responsible id.
fn job(text: &[u8]) -> Option<Cow<'static, [u8]>> {
    const MARK: &[u8] = b"sidekiq:";
    let at = text.windows(MARK.len()).position(|window| window.eq_ignore_ascii_case(MARK))?;
    let rest = text[at + MARK.len()..].trim_ascii_start();
    let is_inside = |byte: &&u8| byte.is_ascii_alphanumeric() || **byte == b'-';
    let id = &rest[..rest.iter().take_while(is_inside).count()];
    (!id.is_empty()).then(|| Cow::Owned(id.to_vec()))
}

/// A timestamp column. PostgreSQL trims the zeros at the end of a fraction.
fn stamp(text: &[u8]) -> Option<RawStamp> {
    time::whole(text).map(|raw| raw.or_zone(RawZone::Utc).with_trimmed_zeros())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_job_is_found_behind_its_mark() {
        for (text, found) in [
            ("sidekiq:6f2c0d9be8417a35c1d9470e", Some("6f2c0d9be8417a35c1d9470e")),
            ("by Sidekiq: 6f2c, retried", Some("6f2c")),
            ("sidekiq:", None),
            ("1042", None),
            ("", None),
        ] {
            assert_eq!(job(text.as_bytes()).as_deref(), found.map(str::as_bytes), "{text}");
        }
    }

    #[test]
    fn a_column_is_read_in_every_type() {
        for line in [
            r#"{"c":{"f":[null, 3]}}"#,
            r#"{"c":"{\"f\": [null, 3]}"}"#,
            r#"{"c":"\"{\\\"f\\\": [null, 3]}\""}"#,
            r#"{"c":"---\nf:\n-\n- 3\n"}"#,
        ] {
            let row = Row::of_json(line.as_bytes()).expect("an object");
            let found = changes(&row, "c").expect("changes");
            assert_eq!(found[0].0.as_ref(), b"f", "{line}");
            let Value::Array(pair) = &found[0].1 else { panic!("a pair in {line}") };
            assert_eq!(String::from_utf8_lossy(pair).replace(' ', ""), "[null,3]", "{line}");
        }
    }

    #[test]
    fn trimmed_zeros_are_no_lost_precision() {
        for (text, digits) in [
            ("2025-07-04 07:22:44.12764", 6),
            ("2025-07-04 07:40:02.5", 3),
            ("2025-07-04 07:40:02", 0),
            ("2025-07-04 07:22:44.12764+00", 6),
        ] {
            assert_eq!(stamp(text.as_bytes()).map(RawStamp::digits), Some(digits), "{text}");
        }
    }
}
