//! Assignments of the two watched fields, in prose, in pairs and in structured fields.
//!
//! The grammar of what follows the name stands in `operator.rs`. What precedes it:
//!
//! ```text
//! before = "assigned" value "to" | "cleared" | *any verb *any      ; `set F to X`
//! read   = "reading" | "checking" | "current" | "find_by(" | "where(" | "lookup by" | "?" | "&"
//! ```

use crate::ingest::Value as Structured;
use crate::ingest::statement::Statement;
use crate::ingest::statement::operator;
use crate::ingest::statement::operator::Outcome;
use crate::ingest::statement::scene::Draft;
use crate::ingest::statement::scene::Flow;
use crate::ingest::statement::scene::Hit;
use crate::ingest::statement::scene::Scene;
use crate::ingest::statement::text;
use crate::ingest::statement::value;
use crate::ingest::statement::value::Value;
use crate::ingest::statement::vocabulary::Topic;
use crate::model::EventKind;
use crate::model::Field;
use crate::model::Witness;

/// How far after a field's name a number is taken to belong to it.
const REACH: usize = 40;

#[derive(Debug)]
pub(super) struct Assignment;

impl Statement for Assignment {
    fn name(&self) -> &'static str {
        "assignment"
    }

    fn read(&self, scene: &Scene<'_>, draft: &mut Draft) -> Flow {
        if !scene.fields.is_empty() {
            told_apart(scene, draft);
            structured(scene, draft);
        }
        for (place, hit) in scene.hits.iter().enumerate() {
            let Topic::Field(field) = hit.topic else { continue };
            if !text::is_whole(scene.text, hit.start, hit.end) {
                continue;
            }
            let is_field = |hit: &&Hit| matches!(hit.topic, Topic::Field(_));
            let next = scene.hits[place + 1..].iter().find(is_field);
            let end = next.map_or(scene.text.len(), |next| next.start);
            mention(scene, draft, (field, *hit), end);
        }
        Flow::Next
    }
}

/// Reads one mention of a field, up to the next mention.
fn mention(scene: &Scene<'_>, draft: &mut Draft, (field, hit): (Field, Hit), end: usize) {
    let before = &scene.text[..hit.start];
    let after = &scene.text[hit.end..end];
    if is_read(before) {
        return;
    }
    let at = scene.offset + hit.start;
    let has_verb = || text::words_before(clip_front(before)).take(8).any(operator::is_verb);
    match operator::after(after, &has_verb) {
        Outcome::Write { new, old } => write(draft, (field, at), new, old, name(scene, hit)),
        Outcome::Quiet => {}
        Outcome::Unknown if is_cleared(before) => {
            write(draft, (field, at), Value::Null, None, name(scene, hit));
        }
        Outcome::Unknown => match assigned_before(before) {
            Some(new) => write(draft, (field, at), new, None, name(scene, hit)),
            None => not_read(scene, draft, hit, after),
        },
    }
}

fn name<'s>(scene: &Scene<'s>, hit: Hit) -> &'s [u8] {
    &scene.text[hit.start..hit.end]
}

fn write(
    draft: &mut Draft,
    (field, at): (Field, usize),
    new: Value<'_>,
    old: Option<Value<'_>>,
    name: &[u8],
) {
    if let Value::Damaged(text) = new {
        draft.unread(damaged(name, text));
        return;
    }
    let previous = old.and_then(Value::object).map(Box::new);
    draft.say(EventKind::Assigned { field, object: new.object(), previous }, at);
}

/// The reason for a number that lost digits on its way through a spreadsheet.
pub(super) fn damaged(name: &[u8], text: &[u8]) -> String {
    let (name, text) = (name.escape_ascii(), text::shown(text));
    format!("expected an object id with all its digits after {name}, found \"{text}\"")
}

/// The part of a text in front of a field that can still say something about it.
fn clip_front(before: &[u8]) -> &[u8] {
    &before[before.len().saturating_sub(64)..]
}

/// Whether the field is only read, compared or asked for.
fn is_read(before: &[u8]) -> bool {
    let before = clip_front(before);
    if matches!(before.last(), Some(b'?' | b'&')) {
        return true;
    }
    let open = before.iter().rposition(|byte| b")];".contains(byte)).map_or(0, |at| at + 1);
    let near = text::words_before(before).take(3);
    let mut asked = text::words_before(&before[open..]).take(6);
    let reads = ["reading", "checking", "current", "previous", "old", "comparing", "querying"];
    near.enumerate().any(|(distance, word)| {
        text::is_one_of(word, &reads) || (distance == 0 && text::is_one_of(word, &["by"]))
    }) || asked.any(|word| text::has_stem(word, &["find_by", "where", "lookup", "find_or"]))
}

/// `cleared F`, `nulling therapist 48213's F`.
fn is_cleared(before: &[u8]) -> bool {
    let cleared =
        ["cleared", "clearing", "nulled", "nulling", "nullified", "blanked", "wiped", "unset"];
    let mut near = text::words_before(clip_front(before)).take(4);
    near.any(|word| text::is_one_of(word, &cleared))
}

/// `assigned 302… to F`, `wrote 302… into F`: the value before the name.
fn assigned_before(before: &[u8]) -> Option<Value<'_>> {
    let before = clip_front(before);
    let glued = before.iter().rposition(|byte| *byte == b' ')?;
    let mut words = before[..glued].rsplit(|byte| *byte == b' ').filter(|word| !word.is_empty());
    let lead = words.next()?;
    if !text::is_one_of(lead, &["to", "into", "in", "as"]) {
        return None;
    }
    let value = value::whole(words.next()?)?;
    words.take(5).any(operator::is_verb).then_some(value)
}

/// A watched field with a number behind it that nobody could read must not go unseen.
fn not_read(scene: &Scene<'_>, draft: &mut Draft, hit: Hit, after: &[u8]) {
    let near = &after[..after.len().min(REACH)];
    if has_number(near) {
        let (name, found) = (name(scene, hit).escape_ascii(), text::shown(near));
        draft.unread(format!("expected an assignment after {name}, found \"{found}\""));
    }
}

/// Six digits or more that stand alone, or a number that lost some.
fn has_number(near: &[u8]) -> bool {
    let is_start = |at: usize| at == 0 || !text::is_word(near[at - 1]);
    let numbers =
        near.iter().enumerate().filter(|(at, byte)| byte.is_ascii_digit() && is_start(*at));
    numbers.into_iter().any(|(at, _)| {
        let is_others = text::words_before(&near[..at])
            .next()
            .is_some_and(|word| text::has_stem(word, &["therapist", "pid", "line"]));
        match value::value(&near[at..]) {
            Ok((_, Value::Id(digits))) => digits.len() >= 6 && !is_others,
            Ok((_, Value::Damaged(_))) => near[at..].iter().any(|byte| b"eE,".contains(byte)),
            Ok((_, Value::Null)) | Err(_) => false,
        }
    })
}

/// Reads a change told by fields of general names: `field`, `old`, `new`, or a message that is
/// about a field beside `from` and `to`.
fn told_apart(scene: &Scene<'_>, draft: &mut Draft) {
    let named = match scene.field(&["field", "attribute", "column", "property"]) {
        Some(Structured::Text(name)) => scene.words.field(name),
        _ => None,
    };
    let message = text::word(text::undecorated(scene.text)).0;
    let Some(field) = named.or_else(|| scene.words.field(message)) else { return };
    if is_reading(scene.text) {
        return;
    }
    let value = |names: &[&str]| scene.field(names).and_then(of_field);
    let new = value(&["to", "new", "new_value", "value"]);
    let old = value(&["from", "old", "old_value", "previous"]);
    if let Some(new) = new {
        write(draft, (field, 0), new, old, message);
    }
}

/// Reads the record's own fields: a key that is the watched name, or ends in it.
fn structured(scene: &Scene<'_>, draft: &mut Draft) {
    for (key, value) in scene.fields {
        let mut parts = key.rsplit(|byte| *byte == b'.');
        let last = parts.next().unwrap_or_default();
        if let Some(field) = scene.words.field(last) {
            if !is_echo(key) && !is_reading(&scene.record.message) {
                scalar(scene, draft, (field, last), value);
            }
        } else if text::is_one_of(last, &["to", "new", "after"]) {
            let Some((parent, field)) = parts.next().and_then(|name| {
                scene.words.field(name).map(|field| (&key[..key.len() - last.len()], field))
            }) else {
                continue;
            };
            let olds = ["from", "old", "before"].map(|old| [parent, old.as_bytes()].concat());
            let old = scene.fields.iter().find(|(key, _)| olds.iter().any(|old| **key == **old));
            let (Some(new), old) = (of_field(value), old.and_then(|(_, old)| of_field(old))) else {
                continue;
            };
            write(draft, (field, 0), new, old, parent);
        }
    }
}

fn scalar(
    scene: &Scene<'_>,
    draft: &mut Draft,
    (field, name): (Field, &[u8]),
    value: &Structured<'_>,
) {
    let outcome = match value {
        Structured::Null => Outcome::Write { new: Value::Null, old: None },
        Structured::Text(text) if text.is_empty() => Outcome::Write { new: Value::Null, old: None },
        Structured::Text(text) | Structured::Array(text) => operator::change(text),
    };
    match (outcome, value) {
        (Outcome::Write { new, old }, _) => write(draft, (field, 0), new, old, name),
        (Outcome::Unknown, Structured::Text(text) | Structured::Array(text))
            if tells_history(scene)
                || (has_number(text) && matches!(value, Structured::Text(_))) =>
        {
            let (name, found) = (name.escape_ascii(), text::shown(text));
            draft.unread(format!("expected an object id in {name}, found \"{found}\""));
        }
        _ => {}
    }
}

/// Whether each field of the record is a write by what the record is: a row of an audit trail.
fn tells_history(scene: &Scene<'_>) -> bool {
    !matches!(scene.record.witness, Witness::Log | Witness::Client | Witness::Sql)
}

fn of_field<'v>(value: &'v Structured<'_>) -> Option<Value<'v>> {
    match value {
        Structured::Null => Some(Value::Null),
        Structured::Text(text) => value::whole(text),
        Structured::Array(_) => None,
    }
}

/// Whether a key's path says that the value was asked for or stood there before.
fn is_echo(key: &[u8]) -> bool {
    let echoes = [
        "params",
        "parameters",
        "query",
        "filter",
        "where",
        "conditions",
        "request",
        "before",
        "old",
        "previous",
        "was",
        "expected",
    ];
    let mut outer = key.rsplit(|byte| *byte == b'.').skip(1);
    outer.any(|part| text::is_one_of(part, &echoes))
}

/// Whether a message with structured fields tells of reading them.
fn is_reading(message: &[u8]) -> bool {
    let reads = [
        "reading",
        "checking",
        "loaded",
        "loading",
        "fetched",
        "fetching",
        "found",
        "finding",
        "lookup",
        "querying",
        "comparing",
        "current",
        "read",
    ];
    text::is_one_of(text::word(message.trim_ascii_start()).0, &reads)
}
