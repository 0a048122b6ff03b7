//! What only looks like a write (design.md §4): dry runs, intentions, refusals, echoes.

use crate::ingest::Value;
use crate::ingest::statement::Statement;
use crate::ingest::statement::scene::Draft;
use crate::ingest::statement::scene::Flow;
use crate::ingest::statement::scene::Scene;
use crate::ingest::statement::scene::last_part;
use crate::ingest::statement::text;
use crate::ingest::statement::vocabulary::Topic;

/// What makes a clause no fact, but leaves the clauses beside it.
pub(super) const DOUBTS: &[&str] = &[
    "would set",
    "would update",
    "would assign",
    "would add",
    "would remove",
    "would create",
    "would change",
    "would clear",
    "would be ",
    "would have",
    "will set",
    "will update",
    "will assign",
    "will be ",
    "about to ",
    "going to ",
    "trying to ",
    "attempting to ",
    "attempt to ",
    "wants to ",
    "should be ",
    "should have ",
    "did not ",
    "didn't ",
    "won't ",
    "will not ",
    "must be ",
    "must not ",
    "must equal",
    "expected",
    "skipping",
    "skipped",
    "skip ",
    "not setting",
    "not set ",
    "not updating",
    "not updated",
    "not changed",
    "not changing",
    "not adding",
    "not removing",
    "not creating",
    "not created",
    "no change",
    "unchanged",
    "already set",
    "already has",
    "refusing",
    "refused",
    "ignoring",
    "ignored",
    "not saved",
];

/// What makes a whole line no fact.
pub(super) const VETOES: &[&str] = &[
    "dry run",
    "dry-run",
    "dry_run",
    "dryrun",
    "[dry]",
    "noop",
    "no-op",
    "is not unique",
    "has already been taken",
    "is invalid",
    "validation failed",
    "rejected",
    "rolled back",
    "rolling back",
    "parameters:",
    "\"isvalid\":false",
    "\"isvalid\": false",
    "\\\"isvalid\\\":false",
    "method=",
];

/// Clauses that are no fact.
#[derive(Debug)]
pub(super) struct Doubt;

impl Statement for Doubt {
    fn name(&self) -> &'static str {
        "doubt"
    }

    fn read(&self, scene: &Scene<'_>, _: &mut Draft) -> Flow {
        let is_doubt = scene.places(Topic::Doubt).any(|hit| {
            let before = text::words_before(&scene.text[..hit.start]).next();
            let value = &scene.text[hit.end..];
            let is_word =
                scene.text[hit.end - 1] == b' ' || text::is_whole(scene.text, hit.start, hit.end);
            is_word
                && !is_switched_off(value)
                && !before.is_some_and(|word| text::is_one_of(word, &["as", "than", "nothing"]))
        });
        if is_doubt { Flow::Settled } else { Flow::Next }
    }
}

/// Lines that are no fact.
#[derive(Debug)]
pub(super) struct Veto;

impl Statement for Veto {
    fn name(&self) -> &'static str {
        "veto"
    }

    fn read(&self, scene: &Scene<'_>, _: &mut Draft) -> Flow {
        let is_request = is_request(scene);
        let is_veto = scene.places(Topic::Veto).any(|hit| {
            let phrase = &scene.text[hit.start..hit.end];
            let value = &scene.text[hit.end..];
            match phrase.last() {
                Some(b'=') => is_request,
                _ => !is_switched_off(value),
            }
        });
        if is_veto || is_request_record(scene) || is_dry(scene) {
            Flow::Settled
        } else {
            Flow::Next
        }
    }
}

/// `dry_run=false`, `dry_run: false` and `skipped=0` say that it is none.
fn is_switched_off(value: &[u8]) -> bool {
    let rest = text::undecorated(value).trim_ascii_start();
    let rest = rest.strip_prefix(b"=>").or_else(|| rest.strip_prefix(b"="));
    let rest = rest.or_else(|| text::undecorated(value).strip_prefix(b":"));
    rest.is_some_and(|rest| {
        let rest = text::undecorated(rest.trim_ascii_start());
        let is_zero = matches!(rest, [b'0'] | [b'0', b' ' | b',', ..]);
        is_zero || text::is_one_of(text::word(rest).0, &["false", "nil", "null", "no"])
    })
}

/// A request line of lograge echoes what was asked for, whatever became of it.
fn is_request(scene: &Scene<'_>) -> bool {
    scene.has(Topic::Veto)
        && (memchr::memmem::find(scene.text, b" path=").is_some()
            || scene.text.starts_with(b"path="))
}

fn is_request_record(scene: &Scene<'_>) -> bool {
    let has = |name: &[u8]| scene.fields.iter().any(|(key, _)| **key == *name);
    !scene.fields.is_empty() && has(b"method") && has(b"path")
}

fn is_dry(scene: &Scene<'_>) -> bool {
    scene.fields.iter().any(|(key, value)| {
        let is_key =
            text::is_one_of(last_part(key), &["dry_run", "dryRun", "dry", "noop", "isValid"]);
        let wanted: &[u8] = if last_part(key) == b"isValid" { b"false" } else { b"true" };
        is_key && matches!(value, Value::Text(text) if **text == *wanted)
    })
}
