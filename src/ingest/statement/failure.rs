//! Steps that failed. Never a write, whatever else the clause holds.
//!
//! ```text
//! failure = phrase *word action *any          ; `failed to add label "L" to object X: 429 …`
//!         | "error" action-ing *any           ; `error removing label "L"`
//! action  = "add" | "remove" | "set" | "update" | "create" | "associate" | …
//! ```
//!
//! Which step it was follows from the meaning: what was to be created, which label, which field.

use crate::ingest::statement::Statement;
use crate::ingest::statement::label;
use crate::ingest::statement::label::Verb;
use crate::ingest::statement::operator;
use crate::ingest::statement::operator::Outcome;
use crate::ingest::statement::scene::Draft;
use crate::ingest::statement::scene::Flow;
use crate::ingest::statement::scene::Hit;
use crate::ingest::statement::scene::Scene;
use crate::ingest::statement::text;
use crate::ingest::statement::value::Value;
use crate::ingest::statement::vocabulary::Topic;
use crate::model::EventKind;
use crate::model::Field;
use crate::model::Label;
use crate::model::ObjectId;
use crate::model::Step;

/// How messages say that something did not succeed.
pub(super) const PHRASES: &[&str] = &[
    "failed to ",
    "fails to ",
    "failure to ",
    "could not ",
    "couldn't ",
    "cannot ",
    "can't ",
    "can not ",
    "unable to ",
    "not able to ",
    "failed adding",
    "failed removing",
    "failed setting",
    "failed updating",
    "failed creating",
    "failed associating",
    "failed changing",
    "error adding",
    "error removing",
    "error setting",
    "error updating",
    "error creating",
    "error associating",
    "error assigning",
    "error changing",
    "error while ",
    "error applying",
    "failure adding",
    "failure removing",
    "failure setting",
    "failed",
];

#[derive(Debug)]
pub(super) struct Failure;

impl Statement for Failure {
    fn name(&self) -> &'static str {
        "failure"
    }

    fn read(&self, scene: &Scene<'_>, draft: &mut Draft) -> Flow {
        let Some(hit) = scene.places(Topic::Failure).find(|hit| is_told(scene, hit)) else {
            return Flow::Next;
        };
        if let Some((step, object)) = step(scene, hit) {
            draft.say(EventKind::StepFailed { step, object }, scene.offset + hit.start);
        }
        Flow::Settled
    }
}

/// `failed_count=0` and `failed=false` tell of no failure.
fn is_told(scene: &Scene<'_>, hit: &Hit) -> bool {
    let is_whole = text::is_whole(scene.text, hit.start, hit.end);
    let is_key = scene.text.get(hit.end) == Some(&b'=');
    scene.text[hit.end - 1] == b' ' || (is_whole && !is_key)
}

fn step(scene: &Scene<'_>, hit: Hit) -> Option<(Step, Option<ObjectId>)> {
    let action = action(&scene.text[hit.start..]).or_else(|| action(scene.text));
    let (labels, object) = label::mentioned(scene);
    let object = object.filter(|object| !is_status(scene.text, object));
    let fields = || {
        scene.hits.iter().filter_map(|hit| match hit.topic {
            Topic::Field(field) => Some((field, *hit)),
            _ => None,
        })
    };
    let is_about_labels = scene.has(Topic::Label) || object.is_some();
    if let (true, Some(step)) = (is_about_labels, of_labels(&labels, action)) {
        return Some((step, object));
    }
    let is_write = scene.text.split(|byte| !text::is_word(*byte)).any(operator::is_verb);
    if let (true, Some((field, hit))) = (is_write || action.is_some(), fields().next()) {
        let step = match field {
            Field::Hubspot => Step::Activate,
            Field::ActiveAttested => Step::Attest,
        };
        return Some((step, object.or_else(|| intended(scene, hit))));
    }
    let is_creation = text_has_creation(&scene.text[hit.start..]) || text_has_creation(scene.text);
    (is_creation && scene.has(Topic::Noun)).then_some((Step::Create, object))
}

/// The step that a label's change belongs to.
pub(super) fn of_labels(labels: &[Label], action: Option<Verb>) -> Option<Step> {
    match (labels.first()?, action.unwrap_or(Verb::Add)) {
        (Label::ActiveAttested, Verb::Remove) => Some(Step::Unattest),
        (Label::ActiveAttested, Verb::Change) if labels.contains(&Label::Active) => {
            Some(Step::Activate)
        }
        (Label::ActiveAttested, Verb::Add | Verb::Change) => Some(Step::Attest),
        (Label::Active, Verb::Add | Verb::Change) => Some(Step::Activate),
        (Label::Active, Verb::Remove) => None,
    }
}

fn action(text: &[u8]) -> Option<Verb> {
    text.split(|byte| !text::is_word(*byte)).find_map(label::verb)
}

fn text_has_creation(text: &[u8]) -> bool {
    text.split(|byte| !text::is_word(*byte)).any(|word| text::has_stem(word, &["creat"]))
}

/// Digits below which a number after a failure is a status (`could not set F: 429`) and no object:
/// HubSpot's ids have 11 or 12 (formats.md §5.5).
const SHORTEST_ID: usize = 6;

/// Whether a number stands where the reason does: `failed to create object: 500`.
fn is_status(text: &[u8], object: &ObjectId) -> bool {
    let number = object.as_str();
    let told = format!(": {number}");
    let mut places = memchr::memmem::find_iter(text, &told);
    // The first digits of another number are none.
    let is_whole = |at: usize| !text.get(at + told.len()).is_some_and(u8::is_ascii_digit);
    number.len() < SHORTEST_ID && places.any(is_whole)
}

fn is_long(object: &ObjectId) -> bool {
    object.as_str().len() >= SHORTEST_ID
}

/// The object that the field was to be set to.
fn intended(scene: &Scene<'_>, hit: Hit) -> Option<ObjectId> {
    match operator::after(&scene.text[hit.end..], &|| true) {
        Outcome::Write { new: new @ Value::Id(_), .. } => new.object().filter(is_long),
        Outcome::Write { .. } | Outcome::Quiet | Outcome::Unknown => label::object_field(scene),
    }
}
