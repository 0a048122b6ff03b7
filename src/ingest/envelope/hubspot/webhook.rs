//! Events of HubSpot's webhooks, one element of a POST body each.
//!
//! Source: developers.hubspot.com, formats.md §5.3. One real event, cut:
//!
//! ```text
//! {"eventId":3029370077,"occurredAt":1751612696604,"subscriptionType":"object.propertyChange","attemptNumber":0,"objectId":98651234567,"objectTypeId":"0-1","propertyName":"credentialing_hubspot_id","propertyValue":"30278823850"}
//! ```
//!
//! ```text
//! event  = subscriptionType occurredAt *any      ; occurredAt: epoch milliseconds
//! type   = ( "object" | "contact" | … ) "." ( "propertyChange" | "creation" | "associationChange" | … )
//! change = objectId [ objectTypeId ] propertyName propertyValue
//! link   = fromObjectId toObjectId fromObjectTypeId toObjectTypeId associationTypeId associationRemoved
//! ```
//!
//! `eventId` is not unique and a delivery may be repeated: what the event says is its identity.

use std::borrow::Cow;

use crate::ingest::Record;
use crate::ingest::Row;
use crate::ingest::Value;
use crate::ingest::envelope::Envelope;
use crate::ingest::envelope::hubspot::CONTACT;
use crate::ingest::envelope::hubspot::field;
use crate::ingest::envelope::hubspot::record;
use crate::ingest::envelope::hubspot::sides;
use crate::ingest::time;

#[derive(Debug)]
pub(in super::super) struct Webhook;

impl Envelope for Webhook {
    fn name(&self) -> &'static str {
        "hubspot-webhook"
    }

    fn example(&self) -> &'static str {
        r#"{"subscriptionType":"object.propertyChange","propertyName":"credentialing_hubspot_id",…}"#
    }

    fn proves(&self) -> &'static str {
        "HubSpot's mirror of the fields, labels by type id, creations; order by occurredAt"
    }

    fn claims(&self, row: &Row<'_>) -> bool {
        row.has(&["subscriptionType", "occurredAt"])
    }

    fn file<'a>(&self, mut row: Row<'a>) -> Vec<Record<'a>> {
        let stamp = row.text("occurredAt").and_then(|text| time::whole(text));
        let kind = row.take("subscriptionType").unwrap_or_default();
        let dot = memchr::memchr(b'.', &kind).unwrap_or(kind.len());
        let (about, change) = kind.split_at(dot);
        let read = match change {
            b".propertyChange" => property(row, about == b"contact"),
            b".creation" => creation(row, about == b"contact"),
            b".associationChange" => link(row),
            _ => record(),
        };
        vec![Record { stamp, ..read }]
    }
}

fn property(mut row: Row<'_>, is_contact: bool) -> Record<'_> {
    let mut record = record();
    let id = row.take("objectId").unwrap_or_default();
    if is_contact || row.text("objectTypeId").is_some_and(|kind| **kind == *CONTACT) {
        record.contact = Some(id);
    } else {
        record.fields.push(field("object_id", id));
    }
    let name = row.take("propertyName").unwrap_or_default();
    let value = match row.take("propertyValue") {
        Some(value) if !value.is_empty() => Value::Text(value),
        _ => Value::Null,
    };
    record.fields.push((name, value));
    record
}

fn creation(mut row: Row<'_>, is_contact: bool) -> Record<'_> {
    let mut record = record();
    let kind = row.take("objectTypeId");
    let kind = if is_contact { Some(Cow::Borrowed(CONTACT)) } else { kind };
    record.fields.extend(row.take("objectId").map(|id| field("created", id)));
    record.fields.extend(kind.map(|kind| field("object_type", kind)));
    record
}

fn link(mut row: Row<'_>) -> Record<'_> {
    let mut record = record();
    let from = (row.take("fromObjectTypeId"), row.take("fromObjectId"));
    let to = (row.take("toObjectTypeId"), row.take("toObjectId"));
    let (contact, object) = sides(from, to);
    record.contact = contact;
    record.fields.extend(object.map(|id| field("object_id", id)));
    // HubSpot's own types say that two records belong together, and bear no label.
    let is_labelled =
        row.text("associationCategory").is_none_or(|category| **category != *b"HUBSPOT_DEFINED");
    let is_removed = row.text("associationRemoved").is_some_and(|flag| **flag == *b"true");
    let name = if is_removed { "removed_type" } else { "added_type" };
    let id = row.take("associationTypeId").filter(|_| is_labelled);
    record.fields.extend(id.map(|id| field(name, id)));
    record
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(line: &str) -> String {
        let row = Row::of_json(line.as_bytes()).expect("an object");
        assert!(Webhook.claims(&row), "{line}");
        let record = Webhook.file(row).pop().expect("a record");
        assert!(record.stamp.is_some(), "{line}");
        let fields = record.fields.iter().map(|(key, value)| {
            let value = match value {
                Value::Null => "~".into(),
                Value::Text(text) | Value::Array(text) => String::from_utf8_lossy(text),
            };
            format!("{}={value}", String::from_utf8_lossy(key))
        });
        let contact = record.contact.iter().map(|id| format!("@{}", String::from_utf8_lossy(id)));
        contact.chain(fields).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn each_kind_of_event_has_its_fields() {
        for (rest, fields) in [
            (
                r#""subscriptionType":"object.propertyChange","objectId":9,"objectTypeId":"0-1","propertyName":"f","propertyValue":"3""#,
                "@9 f=3",
            ),
            (
                r#""subscriptionType":"contact.propertyChange","objectId":9,"propertyName":"f","propertyValue":"""#,
                "@9 f=~",
            ),
            (
                r#""subscriptionType":"object.propertyChange","objectId":3,"objectTypeId":"2-7","propertyName":"s","propertyValue":"Active""#,
                "object_id=3 s=Active",
            ),
            (
                r#""subscriptionType":"object.creation","objectId":3,"objectTypeId":"2-7""#,
                "created=3 object_type=2-7",
            ),
            (
                r#""subscriptionType":"object.associationChange","associationTypeId":71,"associationRemoved":true,"fromObjectId":9,"toObjectId":3,"fromObjectTypeId":"0-1","toObjectTypeId":"2-7""#,
                "@9 object_id=3 removed_type=71",
            ),
            (
                r#""subscriptionType":"object.associationChange","associationTypeId":72,"associationRemoved":false,"fromObjectId":3,"toObjectId":9,"fromObjectTypeId":"2-7","toObjectTypeId":"0-1""#,
                "@9 object_id=3 added_type=72",
            ),
            (
                r#""subscriptionType":"object.associationChange","associationCategory":"HUBSPOT_DEFINED","associationTypeId":1,"fromObjectId":9,"toObjectId":3,"fromObjectTypeId":"0-1""#,
                "@9 object_id=3",
            ),
            (r#""subscriptionType":"contact.merge","objectId":9"#, ""),
        ] {
            assert_eq!(shown(&format!("{{\"occurredAt\":1751612696604,{rest}}}")), fields);
        }
    }

    #[test]
    fn other_rows_are_refused() {
        let row = Row::of_json(br#"{"occurredAt":1751612696604,"msg":"x"}"#).expect("an object");
        assert!(!Webhook.claims(&row));
    }
}
