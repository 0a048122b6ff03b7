//! Labels added and removed by name, without the word.
//!
//! Real line: `removed "Active Attested" from object 30278823850`.
//!
//! ```text
//! named = verb [ "the" ] quote name quote ( "to" | "from" | "on" | "off" ) object
//! verb  = "added" | "adding" | "removed" | … ; of labels, see label.rs
//! ```
//!
//! Only a quoted name: a bare `Active` is too common a word.

use crate::ingest::statement::Statement;
use crate::ingest::statement::label;
use crate::ingest::statement::label::Verb;
use crate::ingest::statement::scene::Draft;
use crate::ingest::statement::scene::Flow;
use crate::ingest::statement::scene::Scene;
use crate::ingest::statement::text;
use crate::ingest::statement::value;
use crate::ingest::statement::value::Value;
use crate::ingest::statement::vocabulary::Topic;
use crate::model::EventKind;
use crate::model::Label;
use crate::model::ObjectId;

/// An object's id is longer than any other number here, unless the word stands before it.
const SHORTEST_ID: usize = 9;

#[derive(Debug)]
pub(super) struct Named;

impl Statement for Named {
    fn name(&self) -> &'static str {
        "named"
    }

    fn read(&self, scene: &Scene<'_>, draft: &mut Draft) -> Flow {
        if scene.has(Topic::Label) {
            return Flow::Next;
        }
        for at in memchr::memchr3_iter(b'"', b'\'', b'`', scene.text).take(64) {
            let Some((verb, label, object)) = at_quote(scene, at) else { continue };
            let kind = match verb {
                Verb::Remove => EventKind::Unlabelled { object, label },
                Verb::Add | Verb::Change => EventKind::Labelled { object, label },
            };
            draft.say(kind, scene.offset + at);
        }
        Flow::Next
    }
}

fn at_quote(scene: &Scene<'_>, at: usize) -> Option<(Verb, Label, ObjectId)> {
    let (before, quoted) = scene.text.split_at(at);
    let (quote, body) = quoted.split_first()?;
    let end = memchr::memchr(*quote, &body[..body.len().min(64)])?;
    let label = scene.words.label(&body[..end])?;
    let before = before.strip_suffix(b" ")?;
    let mut words = text::words_before(before).filter(|word| !text::is_one_of(word, &["the"]));
    let verb = label::verb(words.next()?).filter(|verb| *verb != Verb::Change)?;
    let (word, rest) = text::word(body[end + 1..].strip_prefix(b" ")?);
    if !text::is_one_of(word, &["to", "from", "on", "off"]) {
        return None;
    }
    let rest = rest.strip_prefix(b" ")?;
    let is_named = text::has_stem(rest, &["object", "hubspot", "credentialing"]);
    match value::value(rest).ok()?.1 {
        value @ Value::Id(id) if is_named || id.len() >= SHORTEST_ID => {
            value.object().map(|object| (verb, label, object))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use crate::ingest::statement::tests::check;

    #[test]
    fn a_quoted_name_beside_an_object_is_enough() {
        check(&[
            ("removed \"Active Attested\" from object $1", "-Active Attested@1"),
            ("therapist_id=48213 removed 'Active' from $1", "-Active@1"),
            ("added the `Active` to credentialing object $1", "+Active@1"),
            (
                "adding \"Active\" to HubSpot object $1; removed \"Active Attested\" from object $2",
                "+Active@1 -Active Attested@2",
            ),
        ]);
    }

    #[test]
    fn less_is_not() {
        check(&[
            ("removed Active Attested from object $1", ""),
            ("removed \"Active Attested\" from queue 7", ""),
            ("removed \"Inactive\" from object $1", ""),
            ("\"Active Attested\" from object $1", ""),
            ("would remove \"Active Attested\" from object $1", ""),
            ("did not remove \"Active Attested\" from object $1", ""),
            ("could not remove \"Active Attested\" from object $1", "!unattest@1"),
            ("status changed \"Active\" to object $1", ""),
        ]);
    }
}
