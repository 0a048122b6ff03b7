//! Credentialing objects created.
//!
//! ```text
//! created = "created" *word noun [ *any "object_id" sep ] object | noun object *auxiliary "created"
//! noun    = the profile's, by default "credentialing object"
//! ```
//!
//! `found existing credentialing object X` creates nothing.

use crate::ingest::statement::Statement;
use crate::ingest::statement::label;
use crate::ingest::statement::scene::Draft;
use crate::ingest::statement::scene::Flow;
use crate::ingest::statement::scene::Scene;
use crate::ingest::statement::text;
use crate::ingest::statement::value;
use crate::ingest::statement::value::Value;
use crate::ingest::statement::vocabulary::Topic;
use crate::model::EventKind;
use crate::model::ObjectId;

#[derive(Debug)]
pub(super) struct Object;

impl Statement for Object {
    fn name(&self) -> &'static str {
        "object"
    }

    fn read(&self, scene: &Scene<'_>, draft: &mut Draft) -> Flow {
        for hit in scene.places(Topic::Noun).take(16) {
            let (before, after) = (&scene.text[..hit.start], &scene.text[hit.end..]);
            let beside = beside(after);
            let is_before = text::words_before(before).take(4).any(is_created);
            let is_after = is_created_after(beside.as_ref().map_or(after, |(_, rest)| rest));
            if !(is_before || is_after) {
                continue;
            }
            let object = beside.map(|(object, _)| object).or_else(|| keyed(after));
            if let Some(object) = object.or_else(|| label::object_field(scene)) {
                draft.say(EventKind::Created { object }, scene.offset + hit.start);
            }
        }
        Flow::Next
    }
}

/// The id right behind the noun: `object 302…`, `object (id: 302…)`, `object #302…`.
fn beside(after: &[u8]) -> Option<(ObjectId, &[u8])> {
    let is_filler = |byte: &&u8| b" :=#(".contains(byte);
    let rest = &after[after.iter().take_while(is_filler).count()..];
    let (word, behind) = text::word(rest);
    let rest = if text::is_one_of(word, &["id", "with", "object_id"]) { behind } else { rest };
    let rest = &rest[rest.iter().take_while(is_filler).count()..];
    match value::value(rest) {
        Ok((rest, value @ Value::Id(_))) => Some((value.object()?, rest)),
        _ => None,
    }
}

/// The id in a hash behind the message: `-- {:object_id=>302…}`.
fn keyed(after: &[u8]) -> Option<ObjectId> {
    let value = text::after_key(after, "object_id")?;
    match value::value(value) {
        Ok((_, value @ Value::Id(_))) => value.object(),
        _ => None,
    }
}

fn is_created(word: &[u8]) -> bool {
    text::is_one_of(word, &["created"])
}

fn is_created_after(after: &[u8]) -> bool {
    let mut rest = after;
    for _ in 0..4 {
        let (word, behind) = text::word(rest.trim_ascii_start());
        if is_created(word) {
            return true;
        }
        if !text::is_one_of(word, &["was", "has", "been", "is", "successfully", "now"]) {
            return false;
        }
        rest = behind;
    }
    false
}
