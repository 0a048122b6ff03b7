//! Logs of HTTP calls to HubSpot's CRM, by whatever client: a row with method, URL and status.
//!
//! Source: formats.md §5.2. One line, cut:
//!
//! ```text
//! {"time":"2025-07-04T07:04:55.903671Z","jid":"6f2c0d9be8417a35c1d9470e","method":"PUT","url":"https://api.hubapi.com/crm/v4/objects/0-1/98651234567/associations/2-41563912/30278823850","request_body":[{"associationCategory":"USER_DEFINED","associationTypeId":73}],"status":201,"response_body":{"toObjectId":30278823850,"labels":["Active"]}}
//! ```
//!
//! ```text
//! call   = method url [ request_body ] status [ response_body ] *any
//! put    = "PUT" …"/crm/v4/objects/" type "/" id "/associations/" type "/" id   ; replaces all labels
//! create = "POST" …"/crm/v3/objects/" type
//! ```
//!
//! The answer's `labels` say what came of it; without them the types of the request do. What was
//! refused wrote nothing. Reads and other calls say nothing.

use std::borrow::Cow;

use crate::ingest::Record;
use crate::ingest::Row;
use crate::ingest::Value;
use crate::ingest::envelope::Envelope;
use crate::ingest::envelope::hubspot::field;
use crate::ingest::envelope::hubspot::sides;
use crate::ingest::envelope::keys;
use crate::ingest::json;
use crate::model::Witness;

#[derive(Debug)]
pub(in super::super) struct Call;

impl Envelope for Call {
    fn name(&self) -> &'static str {
        "hubspot-call"
    }

    fn example(&self) -> &'static str {
        r#"{"method":"PUT","url":"https://api.hubapi.com/crm/v4/objects/…","status":201}"#
    }

    fn proves(&self) -> &'static str {
        "label changes that were sent and accepted"
    }

    fn claims(&self, row: &Row<'_>) -> bool {
        row.text("url").is_some_and(|url| memchr::memmem::find(url, b"/crm/").is_some())
            && row.get("method").is_some()
            && status(row).is_some()
    }

    fn file<'a>(&self, row: Row<'a>) -> Vec<Record<'a>> {
        let facts = facts(&row);
        let is_own = |key: &[u8]| {
            !(key.starts_with(b"request") || key.starts_with(b"response") || KEYS.contains(&key))
        };
        let pairs = row.pairs.into_iter().filter(|(key, _)| is_own(key)).collect();
        let mut record = Record { witness: Witness::Client, ..keys::record(pairs) };
        record.fields.clear();
        record.message = Cow::Borrowed(b"");
        if let Some((contact, fields)) = facts {
            record.contact = contact;
            record.fields = fields;
        }
        vec![record]
    }
}

const KEYS: [&[u8]; 4] = [b"method", b"url", b"body", b"status"];

const STATUS: [&str; 4] = ["status", "status_code", "response_status", "code"];

fn status<'r>(row: &'r Row<'_>) -> Option<&'r [u8]> {
    let text = STATUS.iter().find_map(|key| row.text(key))?;
    (text.len() == 3 && text.iter().all(u8::is_ascii_digit)).then_some(text)
}

type Facts = (Option<Cow<'static, [u8]>>, Vec<(Cow<'static, [u8]>, Value<'static>)>);

/// What a call changed, or failed to change.
fn facts(row: &Row<'_>) -> Option<Facts> {
    let (url, method) = (row.text("url")?, row.text("method")?);
    let path = &url[memchr::memmem::find(url, b"/crm/")?..];
    let path = path.split(|byte| *byte == b'?').next().unwrap_or_default();
    let parts: Vec<&[u8]> = path.split(|byte| *byte == b'/').filter(|p| !p.is_empty()).collect();
    let own = |text: &[u8]| Some(Cow::Owned(text.to_vec()));
    match parts.as_slice() {
        [_, _, b"objects", from, contact, b"associations", to, object]
            if method.eq_ignore_ascii_case(b"put") =>
        {
            let (contact, object) = sides((own(from), own(contact)), (own(to), own(object)));
            let mut fields = vec![field("object_id", object?), labels(row)?];
            fields.extend(failed(row));
            Some((contact, fields))
        }
        [_, _, b"objects", kind]
            if method.eq_ignore_ascii_case(b"post") && failed(row).is_none() =>
        {
            let id = row.text("response_body.id")?.to_vec();
            let fields = vec![field("created", Cow::Owned(id)), field("object_type", own(kind)?)];
            Some((None, fields))
        }
        _ => None,
    }
}

/// The labels the answer names, else the types that were asked for.
fn labels(row: &Row<'_>) -> Option<(Cow<'static, [u8]>, Value<'static>)> {
    if let Some(Value::Array(names)) = row.get("response_body.labels") {
        return Some((b"labels"[..].into(), Value::Array(Cow::Owned(names.to_vec()))));
    }
    let Some(Value::Array(body)) = row.get("request_body").or_else(|| row.get("body")) else {
        return None;
    };
    let types = json::elements(body)?.into_iter().filter_map(|text| {
        let entry = Row::of_json(text)?;
        let is_own =
            entry.text("associationCategory").is_none_or(|name| **name != *b"HUBSPOT_DEFINED");
        entry.text("associationTypeId").filter(|_| is_own).map(|id| id.to_vec())
    });
    let list = types.collect::<Vec<_>>().join(&b","[..]);
    let list = [b"[", list.as_slice(), b"]"].concat();
    Some((b"types"[..].into(), Value::Array(Cow::Owned(list))))
}

fn failed(row: &Row<'_>) -> Option<(Cow<'static, [u8]>, Value<'static>)> {
    let status = status(row)?;
    (status[0] != b'2').then(|| field("failed", Cow::Owned(status.to_vec())))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::time;

    fn filed(rest: &str) -> String {
        let line = format!(r#"{{"time":"2025-07-04T07:04:55.903671Z","jid":"6f2c",{rest}}}"#);
        let row = Row::of_json(line.as_bytes()).expect("an object");
        assert!(Call.claims(&row), "{line}");
        let record = Call.file(row).pop().expect("a record");
        assert_eq!(record.stamp, time::whole(b"2025-07-04T07:04:55.903671Z"));
        assert_eq!(record.job.as_deref(), Some(&b"6f2c"[..]));
        let fields = record.fields.iter().map(|(key, value)| {
            let (Value::Text(text) | Value::Array(text)) = value else { panic!("a value") };
            format!("{}={}", String::from_utf8_lossy(key), String::from_utf8_lossy(text))
        });
        let contact = record.contact.iter().map(|id| format!("@{}", String::from_utf8_lossy(id)));
        contact.chain(fields).collect::<Vec<_>>().join(" ")
    }

    const PUT: &str = r#""method":"PUT","url":"https://x/crm/v4/objects/0-1/9/associations/2-7/3""#;

    #[test]
    fn a_put_sets_all_labels() {
        for (rest, facts) in [
            (
                r#""status":201,"response_body":{"labels":["Active"]},"request_body":[{"associationTypeId":73}]"#,
                "@9 object_id=3 labels=[\"Active\"]",
            ),
            (
                r#""status":"200","request_body":[{"associationTypeId":73},{"associationCategory":"HUBSPOT_DEFINED","associationTypeId":1}]"#,
                "@9 object_id=3 types=[73]",
            ),
            (
                r#""status":429,"request_body":[{"associationTypeId":71}],"response_body":{"status":"error"}"#,
                "@9 object_id=3 types=[71] failed=429",
            ),
        ] {
            assert_eq!(filed(&format!("{PUT},{rest}")), facts, "{rest}");
        }
    }

    #[test]
    fn a_post_creates_and_a_get_says_nothing() {
        let post = r#""method":"POST","url":"https://x/crm/v3/objects/2-7?x=1","status":201,"response_body":{"id":"3"}"#;
        assert_eq!(filed(post), "created=3 object_type=2-7");
        let get = r#""method":"GET","url":"https://x/crm/v3/objects/2-7/3","status":200"#;
        assert_eq!(filed(get), "");
    }

    #[test]
    fn other_requests_are_refused() {
        for line in [
            r#"{"method":"PUT","url":"https://x/api/therapists/1","status":200}"#,
            r#"{"method":"PUT","url":"https://x/crm/v4/objects"}"#,
            r#"{"url":"https://x/crm/v4","status":200}"#,
        ] {
            assert!(!Call.claims(&Row::of_json(line.as_bytes()).expect("an object")), "{line}");
        }
    }
}
