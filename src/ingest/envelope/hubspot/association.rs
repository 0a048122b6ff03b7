//! Answers of HubSpot's associations API: labels as they stand, and the catalogue of labels.
//!
//! Source: HubSpot `CRM/Associations/Rollouts/130902/v4/associations.json`; formats.md §5.2 and
//! §5.4. Real answers, to a `PUT` and to a `GET`:
//!
//! ```text
//! {"fromObjectTypeId":"0-1","fromObjectId":98651234567,"toObjectTypeId":"2-41563912","toObjectId":30278823850,"labels":["Active"]}
//! {"results":[{"toObjectId":30278823850,"associationTypes":[{"category":"USER_DEFINED","typeId":73,"label":"Active"}]}]}
//! ```
//!
//! ```text
//! answer    = set | read | catalogue | "{" "results" ":" "[" *( read | catalogue ) "]" … "}"
//! set       = fromObjectId toObjectId labels         ; what the object bears from now on
//! read      = toObjectId associationTypes            ; a state without a clock: says nothing
//! catalogue = category typeId label                  ; the profile has to name these
//! ```
//!
//! None has a time of its own: the line above, that the client logged, has it.

use crate::ingest::Record;
use crate::ingest::Row;
use crate::ingest::Value;
use crate::ingest::envelope::Envelope;
use crate::ingest::envelope::hubspot::field;
use crate::ingest::envelope::hubspot::record;
use crate::ingest::envelope::hubspot::sides;
use crate::ingest::json;
use crate::model::Clock;
use crate::model::Witness;

#[derive(Debug)]
pub(in super::super) struct Association;

impl Envelope for Association {
    fn name(&self) -> &'static str {
        "hubspot-association"
    }

    fn example(&self) -> &'static str {
        r#"{"toObjectId":30278823850,"associationTypes":[{"typeId":73,"label":"Active"}]}"#
    }

    fn proves(&self) -> &'static str {
        "nothing by itself: the labels of now, without times"
    }

    fn claims(&self, row: &Row<'_>) -> bool {
        match row.get("results") {
            Some(Value::Array(list)) => {
                memchr::memmem::find(list, b"ypeId\"").is_some()
                    && json::elements(list).is_some_and(|list| list.into_iter().all(is_state))
            }
            _ => is_one(row) || row.has(&["fromObjectId", "toObjectId", "labels"]),
        }
    }

    fn file<'a>(&self, mut row: Row<'a>) -> Vec<Record<'a>> {
        let Some(Value::Array(labels)) = row.get("labels").cloned() else {
            return vec![record()];
        };
        let from = (row.take("fromObjectTypeId"), row.take("fromObjectId"));
        let to = (row.take("toObjectTypeId"), row.take("toObjectId"));
        let (contact, object) = sides(from, to);
        let mut record = Record {
            clock: Some(Clock::Application),
            witness: Witness::Client,
            contact,
            ..Record::default()
        };
        record.fields.extend(object.map(|id| field("object_id", id)));
        record.fields.push((b"labels"[..].into(), Value::Array(labels)));
        vec![record]
    }
}

fn is_state(text: &[u8]) -> bool {
    Row::of_json(text).is_some_and(|row| is_one(&row))
}

fn is_one(row: &Row<'_>) -> bool {
    row.has(&["toObjectId", "associationTypes"]) || row.has(&["category", "typeId", "label"])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filed(line: &str) -> Option<Vec<Record<'_>>> {
        let row = Row::of_json(line.as_bytes()).expect("an object");
        Association.claims(&row).then(|| Association.file(row))
    }

    #[test]
    fn the_answer_to_a_put_tells_all_labels() {
        let line = r#"{"fromObjectTypeId":"0-1","fromObjectId":9,"toObjectTypeId":"2-7","toObjectId":3,"labels":["Active"]}"#;
        let record = filed(line).and_then(|mut records| records.pop()).expect("a record");
        assert_eq!(record.contact.as_deref(), Some(&b"9"[..]));
        assert_eq!(record.field(b"object_id"), Some(&Value::Text(b"3"[..].into())));
        assert_eq!(record.field(b"labels"), Some(&Value::Array(b"[\"Active\"]"[..].into())));
    }

    #[test]
    fn states_say_nothing() {
        for line in [
            r#"{"results":[{"toObjectId":3,"associationTypes":[{"typeId":73}]}]}"#,
            r#"{"toObjectId":3,"associationTypes":[]}"#,
            r#"{"results":[{"category":"USER_DEFINED","typeId":69,"label":null}]}"#,
        ] {
            let records = filed(line).expect("ours");
            assert!(records.iter().all(|record| record.fields.is_empty()), "{line}");
        }
    }

    #[test]
    fn other_answers_are_refused() {
        for line in [
            r#"{"labels":{"app":"x"},"line":"y","timestamp":"z"}"#,
            r#"{"results":[{"id":"3","properties":{},"objectTypeId":"2-7"}]}"#,
            r#"{"toObjectId":3}"#,
        ] {
            assert!(filed(line).is_none(), "{line}");
        }
    }
}
