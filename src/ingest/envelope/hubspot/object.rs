//! Contacts and credentialing objects as HubSpot's CRM API gives them, alone or in `results`.
//!
//! Source: HubSpot `PublicApiSpecs/CRM/Objects/Rollouts/424/v3/objects.json`; formats.md §5.1. One
//! real object, cut:
//!
//! ```text
//! {"id":"30278823850","properties":{"hs_object_id":"30278823850","therapist_id":"48213"},"propertiesWithHistory":{"credentialing_status":[{"value":"Active","timestamp":"2025-07-04T07:04:56.201Z"}]},"createdAt":"2025-07-04T01:31:39.881Z"}
//! ```
//!
//! ```text
//! answer  = object | "{" … "results" ":" "[" *object "]" … "}"
//! object  = id properties [ propertiesWithHistory ] createdAt updatedAt archived
//! history = name ":" "[" *( value timestamp *any ) "]"     ; newest first
//! ```
//!
//! `properties` are a state: they tell whose the object is, and of no write.

use std::borrow::Cow;

use crate::ingest::Record;
use crate::ingest::Row;
use crate::ingest::Value;
use crate::ingest::envelope::Envelope;
use crate::ingest::envelope::hubspot::field;
use crate::ingest::envelope::hubspot::record;
use crate::ingest::json;
use crate::ingest::json::Pair;
use crate::ingest::time;
use crate::ingest::time::RawStamp;

const HISTORY: &[u8] = b"propertiesWithHistory.";

/// Properties that contacts have and objects of a portal's own have not.
const OF_CONTACTS: [&str; 4] = [
    "properties.createdate",
    "properties.lastmodifieddate",
    "properties.email",
    "properties.lifecyclestage",
];

#[derive(Debug)]
pub(in super::super) struct Object;

impl Envelope for Object {
    fn name(&self) -> &'static str {
        "hubspot-object"
    }

    fn example(&self) -> &'static str {
        r#"{"id":"30278823850","properties":{"therapist_id":"48213"},"propertiesWithHistory":{…}}"#
    }

    fn proves(&self) -> &'static str {
        "HubSpot's mirror of the fields with its history, creations"
    }

    fn claims(&self, row: &Row<'_>) -> bool {
        match row.get("results") {
            Some(Value::Array(list)) => {
                memchr::memmem::find(list, b"\"properties\"").is_some()
                    && listed(list).is_some_and(|list| list.iter().all(is_object))
            }
            _ => is_object(row),
        }
    }

    fn file<'a>(&self, row: Row<'a>) -> Vec<Record<'a>> {
        match row.get("results") {
            Some(Value::Array(list)) => {
                listed(list).unwrap_or_default().into_iter().flat_map(one).collect()
            }
            _ => one(row.into_owned()),
        }
    }
}

fn is_object(row: &Row<'_>) -> bool {
    row.get("id").is_some()
        && row
            .pairs
            .iter()
            .any(|(key, _)| key.starts_with(HISTORY) || **key == *b"properties.hs_object_id")
}

fn listed(list: &[u8]) -> Option<Vec<Row<'static>>> {
    let rows = json::elements(list)?.into_iter();
    rows.map(|text| Row::of_json(text).map(Row::into_owned)).collect()
}

/// The records of one object: its creation, then what its properties were set to, oldest first.
fn one<'a>(mut row: Row<'static>) -> Vec<Record<'a>> {
    let is_contact = OF_CONTACTS.iter().any(|name| row.get(name).is_some());
    let created = row.text("createdAt").and_then(|text| time::whole(text));
    let mut changes: Vec<(RawStamp, Pair<'static>)> = Vec::new();
    for (key, value) in &row.pairs {
        if let (Some(name), Value::Array(list)) = (key.strip_prefix(HISTORY), value) {
            changes.extend(history(name, list));
        }
    }
    let id = row.take("id").unwrap_or_default();
    let known = known(&row);
    let base = || {
        let mut record = record();
        record.fields.extend(known.iter().cloned());
        if is_contact {
            record.contact = Some(id.clone());
        }
        record
    };
    let mut first = Record { stamp: created, ..base() };
    if !is_contact {
        first.fields.push(field("created", id.clone()));
    }
    let mut records = vec![first];
    records.extend(changes.into_iter().map(|(stamp, change)| {
        let mut record = Record { stamp: Some(stamp), ..base() };
        if !is_contact {
            record.fields.push(field("object_id", id.clone()));
        }
        record.fields.push(change);
        record
    }));
    records
}

/// What the object's properties say now, under a name that no statement takes for a write.
fn known(row: &Row<'static>) -> Vec<Pair<'static>> {
    let now = row.inside("properties").unwrap_or_default().pairs.into_iter();
    now.map(|(key, value)| (Cow::Owned([b"query.", key.as_ref()].concat()), value)).collect()
}

/// The values of one property, oldest first, each with the one before it.
fn history(name: &[u8], list: &[u8]) -> Vec<(RawStamp, Pair<'static>)> {
    let mut before: Option<Vec<u8>> = None;
    let mut found = Vec::new();
    let newest_first = listed(list).unwrap_or_default();
    for row in newest_first.iter().rev() {
        let Some(stamp) = row.text("timestamp").and_then(|text| time::whole(text)) else {
            continue;
        };
        let value = row.text("value").map(|value| value.to_vec()).filter(|value| !value.is_empty());
        let quoted = |value: &Option<Vec<u8>>| match value {
            Some(text) => [b"\"", text.as_slice(), b"\""].concat(),
            None => b"null".to_vec(),
        };
        let change = match &before {
            Some(old) => {
                let pair = [b"[", old.as_slice(), b", ", &quoted(&value), b"]"].concat();
                Value::Array(Cow::Owned(pair))
            }
            None => value.clone().map_or(Value::Null, |text| Value::Text(Cow::Owned(text))),
        };
        before = Some(quoted(&value));
        found.push((stamp, (Cow::Owned(name.to_vec()), change)));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    const CONTACT: &str = r#"{"id":"9","properties":{"createdate":"2025-06-28T15:02:13.118Z","f":"3","therapist_id":"48213"},"propertiesWithHistory":{"f":[{"value":"3","timestamp":"2025-07-04T07:46:38.511Z"},{"value":"","timestamp":"2025-07-04T07:22:44.390Z"},{"value":"3","timestamp":"2025-07-04T07:04:56.604Z"}]},"createdAt":"2025-06-28T15:02:13.118Z"}"#;
    const OBJECT: &str = r#"{"id":"3","properties":{"hs_object_id":"3","hs_createdate":"x","therapist_id":"48213"},"createdAt":"2025-07-04T01:31:39.881Z"}"#;

    fn filed(line: &str) -> Vec<Record<'static>> {
        let row = Row::of_json(line.as_bytes()).map(Row::into_owned).expect("an object");
        assert!(Object.claims(&row), "{line}");
        Object.file(row)
    }

    #[test]
    fn a_history_is_told_oldest_first() {
        let records = filed(CONTACT);
        assert_eq!(records.len(), 4);
        assert!(records.iter().all(|record| record.contact.as_deref() == Some(b"9")));
        assert_eq!(records[0].field(b"created"), None);
        assert_eq!(
            records[0].field(b"query.therapist_id"),
            Some(&Value::Text(b"48213"[..].into()))
        );
        assert_eq!(records[1].field(b"f"), Some(&Value::Text(b"3"[..].into())));
        assert_eq!(records[2].field(b"f"), Some(&Value::Array(b"[\"3\", null]"[..].into())));
        assert_eq!(records[3].field(b"f"), Some(&Value::Array(b"[null, \"3\"]"[..].into())));
        assert_eq!(records[3].stamp, time::whole(b"2025-07-04T07:46:38.511Z"));
    }

    #[test]
    fn an_object_was_created() {
        let records = filed(OBJECT);
        assert_eq!(records[0].field(b"created"), Some(&Value::Text(b"3"[..].into())));
        assert_eq!(records[0].stamp, time::whole(b"2025-07-04T01:31:39.881Z"));
        let both = filed(&format!(r#"{{"status":"COMPLETE","results":[{OBJECT}, {CONTACT}]}}"#));
        assert_eq!(both.len(), 5);
    }

    #[test]
    fn a_request_and_other_answers_are_refused() {
        for line in [
            r#"{"properties":{"hs_object_id":"3"}}"#,
            r#"{"id":"3","properties":{"name":"x"}}"#,
            r#"{"results":[{"toObjectId":3,"associationTypes":[]}]}"#,
            r#"{"results":[[{"field":"@ptr"}]]}"#,
            r#"{"results":[]}"#,
        ] {
            let row = Row::of_json(line.as_bytes()).expect("an object");
            assert!(!Object.claims(&row), "{line}");
        }
    }
}
