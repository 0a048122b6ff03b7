//! What HubSpot, or a call to it, says of a credentialing object: created, labels given and taken.
//!
//! The envelopes of `envelope/hubspot/` name the facts alike, as fields of the record:
//!
//! ```text
//! created      = object id, beside "object_type" where it is told
//! labels       = array of names    ; all that "object_id" bears from now on
//! types        = array of type ids ; the same by number
//! added_type   = type id           ; one more on "object_id"
//! removed_type = type id           ; one less
//! failed       = status            ; the labels or types were not set
//! <status>     = name | [ old, new ]    ; the profile's mirror property of "object_id"
//! ```
//!
//! Type ids differ from portal to portal: the profile names them (formats.md §5.2).

use crate::ingest::Value;
use crate::ingest::json;
use crate::ingest::statement::Statement;
use crate::ingest::statement::failure;
use crate::ingest::statement::label::Verb;
use crate::ingest::statement::scene::Draft;
use crate::ingest::statement::scene::Flow;
use crate::ingest::statement::scene::Scene;
use crate::ingest::statement::text;
use crate::ingest::statement::value;
use crate::model::EventKind;
use crate::model::Label;
use crate::model::ObjectId;
use crate::model::TypeLabel;
use crate::model::Witness;

#[derive(Debug)]
pub(super) struct Hubspot;

impl Statement for Hubspot {
    fn name(&self) -> &'static str {
        "hubspot"
    }

    fn read(&self, scene: &Scene<'_>, draft: &mut Draft) -> Flow {
        if !matches!(scene.record.witness, Witness::Hubspot | Witness::Client) {
            return Flow::Next;
        }
        created(scene, draft);
        if let Some(object) = object(scene, "object_id") {
            replaced(scene, draft, &object);
            one_more_or_less(scene, draft, &object);
            mirrored(scene, draft, &object);
        }
        Flow::Next
    }
}

fn field<'s>(scene: &Scene<'s>, name: &str) -> Option<&'s Value<'s>> {
    let mut fields = scene.record.fields.iter();
    fields.find(|(key, _)| **key == *name.as_bytes()).map(|(_, value)| value)
}

fn written<'s>(scene: &Scene<'s>, name: &str) -> Option<&'s [u8]> {
    match field(scene, name)? {
        Value::Text(text) => Some(text),
        Value::Null | Value::Array(_) => None,
    }
}

fn object(scene: &Scene<'_>, name: &str) -> Option<ObjectId> {
    value::whole(written(scene, name)?)?.object()
}

fn created(scene: &Scene<'_>, draft: &mut Draft) {
    let Some(object) = object(scene, "created") else { return };
    let is_ours = match (written(scene, "object_type"), &scene.words.portal.object_type) {
        (Some(found), Some(own)) => found == own.as_slice(),
        // HubSpot's own types begin with 0: contacts, companies, deals.
        (Some(found), None) => !found.starts_with(b"0-"),
        (None, _) => true,
    };
    if is_ours {
        draft.say(EventKind::Created { object }, 0);
    }
}

/// All labels of an object are told: those not among them are gone.
fn replaced(scene: &Scene<'_>, draft: &mut Draft, object: &ObjectId) {
    let labels = if let Some(Value::Array(names)) = field(scene, "labels") {
        names_in(scene, names)
    } else if let Some(Value::Array(types)) = field(scene, "types") {
        let types = json::elements(types).unwrap_or_default();
        types.into_iter().filter_map(|id| of_type(scene, draft, id)).collect()
    } else {
        return;
    };
    if field(scene, "failed").is_some() {
        if let Some(step) = failure::of_labels(&labels, Some(Verb::Add)) {
            draft.say(EventKind::StepFailed { step, object: Some(object.clone()) }, 0);
        }
        return;
    }
    set(draft, object, &labels);
}

/// What stands before an unknown remainder is not taken for gone: an object without a watched
/// label may never have had one.
fn set(draft: &mut Draft, object: &ObjectId, labels: &[Label]) {
    if labels.is_empty() {
        return;
    }
    for label in Label::ALL.into_iter().filter(|label| !labels.contains(label)) {
        draft.say(EventKind::Unlabelled { object: object.clone(), label }, 0);
    }
    for label in labels {
        draft.say(EventKind::Labelled { object: object.clone(), label: *label }, 0);
    }
}

fn one_more_or_less(scene: &Scene<'_>, draft: &mut Draft, object: &ObjectId) {
    let mut of = |name: &str| written(scene, name).and_then(|id| of_type(scene, draft, id));
    let (added, removed) = (of("added_type"), of("removed_type"));
    if let Some(label) = removed {
        draft.say(EventKind::Unlabelled { object: object.clone(), label }, 0);
    }
    if let Some(label) = added {
        draft.say(EventKind::Labelled { object: object.clone(), label }, 0);
    }
}

/// The property of the object that mirrors its label.
fn mirrored(scene: &Scene<'_>, draft: &mut Draft, object: &ObjectId) {
    let Ok(status) = std::str::from_utf8(&scene.words.portal.status) else { return };
    match field(scene, status) {
        Some(Value::Text(name)) => {
            let Some(label) = scene.words.label(name) else { return };
            // What it was before is not told; only attested objects are made Active.
            if label == Label::Active {
                let label = Label::ActiveAttested;
                draft.say(EventKind::Unlabelled { object: object.clone(), label }, 0);
            }
            draft.say(EventKind::Labelled { object: object.clone(), label }, 0);
        }
        Some(Value::Array(pair)) => {
            let sides = json::elements(pair).unwrap_or_default();
            let of = |side: Option<&&[u8]>| scene.words.label(text::unquoted(side?));
            let (old, new) = (of(sides.first()), of(sides.get(1)));
            if let Some(label) = old.filter(|_| old != new) {
                draft.say(EventKind::Unlabelled { object: object.clone(), label }, 0);
            }
            if let Some(label) = new.filter(|_| old != new) {
                draft.say(EventKind::Labelled { object: object.clone(), label }, 0);
            }
        }
        Some(Value::Null) | None => {}
    }
}

fn names_in(scene: &Scene<'_>, names: &[u8]) -> Vec<Label> {
    let names = json::elements(names).unwrap_or_default();
    names.into_iter().filter_map(|name| scene.words.label(text::unquoted(name))).collect()
}

/// The label of a type id; one that the profile does not name is unread.
fn of_type(scene: &Scene<'_>, draft: &mut Draft, id: &[u8]) -> Option<Label> {
    let id = text::unquoted(id);
    match scene.words.portal.labels.get(id) {
        Some(TypeLabel::Active) => Some(Label::Active),
        Some(TypeLabel::ActiveAttested) => Some(Label::ActiveAttested),
        Some(TypeLabel::Other) => None,
        None => {
            let id = text::shown(id);
            draft.unread(format!(
                "expected a known association type, found {id}: name it in the profile under [hubspot.labels]"
            ));
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use super::*;
    use crate::ingest::Record;
    use crate::ingest::statement::Vocabulary;
    use crate::ingest::statement::read;
    use crate::model::Profile;

    fn said(fields: &[(&'static str, &'static str)]) -> String {
        let toml = "[hubspot.labels]\n71 = \"active_attested\"\n73 = \"active\"\n69 = \"other\"";
        let profile = Profile::from_toml(toml).expect("a profile");
        let words = Vocabulary::new(&profile).expect("a vocabulary");
        let fields = fields.iter().map(|(key, text)| {
            let text = Cow::Borrowed(text.as_bytes());
            let value = if text.starts_with(b"[") { Value::Array(text) } else { Value::Text(text) };
            (Cow::Borrowed(key.as_bytes()), value)
        });
        let fields = fields.collect();
        let record = Record { witness: Witness::Hubspot, fields, ..Record::default() };
        let said = read(&record, &words);
        let kinds = said.kinds.iter().map(|kind| match kind {
            EventKind::Labelled { label, .. } => format!("+{}", label.name()),
            EventKind::Unlabelled { label, .. } => format!("-{}", label.name()),
            other => other.name().to_owned(),
        });
        kinds.chain(said.unread).collect::<Vec<_>>().join(", ")
    }

    #[test]
    fn facts_about_an_object_become_events() {
        let object = ("object_id", "30278823850");
        for (field, events) in [
            (("labels", "[\"Active\"]"), "-Active Attested, +Active"),
            (("labels", "[\"Active\", \"Active Attested\"]"), "+Active, +Active Attested"),
            (("labels", "[\"Former\"]"), ""),
            (("types", "[71]"), "-Active, +Active Attested"),
            (("types", "[69, \"73\"]"), "-Active Attested, +Active"),
            (("added_type", "71"), "+Active Attested"),
            (("removed_type", "73"), "-Active"),
            (("removed_type", "69"), ""),
            (
                ("added_type", "99"),
                "expected a known association type, found 99: name it in the profile under [hubspot.labels]",
            ),
            (
                ("credentialing_status", "[\"Active Attested\",\"Active\"]"),
                "-Active Attested, +Active",
            ),
            (("credentialing_status", "[\"Active\",\"Active\"]"), ""),
            (("credentialing_status", "Active Attested"), "+Active Attested"),
            (("credentialing_status", "Active"), "-Active Attested, +Active"),
            (("credentialing_status", "Pending"), ""),
        ] {
            assert_eq!(said(&[object, field]), events, "{field:?}");
        }
        assert_eq!(said(&[object, ("types", "[71]"), ("failed", "429")]), "step-failed");
    }

    #[test]
    fn contacts_are_no_credentialing_objects() {
        let created = ("created", "30278823850");
        assert_eq!(said(&[created]), "created");
        assert_eq!(said(&[created, ("object_type", "2-41563912")]), "created");
        assert_eq!(said(&[created, ("object_type", "0-1")]), "");
    }

    #[test]
    fn a_logger_that_names_its_fields_alike_is_left_alone() {
        let words = crate::ingest::statement::tests::words();
        let fields = vec![(Cow::Borrowed(&b"created"[..]), Value::Text(b"30278823850"[..].into()))];
        let record = Record { fields, ..Record::default() };
        assert!(read(&record, &words).kinds.is_empty());
    }
}
