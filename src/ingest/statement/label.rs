//! Labels added, removed and changed.
//!
//! ```text
//! added   = verb "label" labels ( "to" | "from" ) object | "label" labels verb ( "to" | "from" ) object
//!         | "associated" object "with label" labels | object ":" "label" labels verb | …
//! changed = "label changed on" object ":" old ( "->" | "→" | "=>" ) new
//!         | "changed label of" object "from" old "to" new
//! fields  = ( from, to | label, action ) beside a message about a label, with object_id
//! ```
//!
//! The wordings differ in order only, so a clause is read as a row of tokens (verb, label, object)
//! and not by a template each.

use std::cell::LazyCell;

use crate::ingest::Value as Structured;
use crate::ingest::statement::Statement;
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

const ADD: &[&str] = &[
    "add",
    "appl",
    "attach",
    "associated",
    "associating",
    "associate",
    "gained",
    "set",
    "put",
    "grant",
];
const REMOVE: &[&str] = &[
    "remov",
    "delet",
    "detach",
    "dropp",
    "disassociat",
    "dissociat",
    "lost",
    "strip",
    "unset",
    "clear",
    "revok",
];
const CHANGE: &[&str] =
    &["chang", "mov", "replac", "swap", "switch", "transition", "relabel", "updat"];

/// What the wording does to a label.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verb {
    Add,
    Remove,
    Change,
}

/// On which side of a change a label stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Side {
    Old,
    New,
}

#[derive(Clone, Copy, Debug)]
enum Token<'t> {
    Verb(Verb),
    Label(Label, Option<Side>),
    Object(&'t [u8]),
}

#[derive(Debug)]
pub(super) struct Labels;

impl Statement for Labels {
    fn name(&self) -> &'static str {
        "label"
    }

    fn read(&self, scene: &Scene<'_>, draft: &mut Draft) -> Flow {
        let Some(hit) = scene.places(Topic::Label).next() else { return Flow::Next };
        let at = scene.offset + hit.start;
        let tokens = tokens(scene);
        let verb = tokens.iter().find_map(|token| match token {
            Token::Verb(verb) => Some(*verb),
            Token::Label(..) | Token::Object(_) => None,
        });
        if structured(scene, draft, verb, at) {
            return Flow::Next;
        }
        let has_sides = tokens.iter().any(|token| matches!(token, Token::Label(_, Some(_))));
        if has_sides {
            changed(scene, &tokens, draft, at);
        } else {
            clauses(scene, &tokens, draft, at);
        }
        Flow::Next
    }
}

/// The watched labels and the first object that a text names, for other families.
pub(super) fn mentioned(scene: &Scene<'_>) -> (Vec<Label>, Option<ObjectId>) {
    let tokens = tokens(scene);
    let labels = tokens.iter().filter_map(|token| match token {
        Token::Label(label, _) => Some(*label),
        Token::Verb(_) | Token::Object(_) => None,
    });
    (labels.collect(), first_object(scene, &tokens))
}

/// What a word does to a label, if it is such a word.
pub(super) fn verb(word: &[u8]) -> Option<Verb> {
    if text::has_stem(word, REMOVE) {
        Some(Verb::Remove)
    } else if text::has_stem(word, ADD) {
        Some(Verb::Add)
    } else if text::has_stem(word, CHANGE) {
        Some(Verb::Change)
    } else {
        None
    }
}

fn tokens<'s>(scene: &Scene<'s>) -> Vec<Token<'s>> {
    let text = scene.text;
    let is_change = LazyCell::new(|| is_change(text));
    let mut found = Vec::with_capacity(8);
    let (mut at, mut object, mut other, mut last) = (0, false, false, None);
    while let Some(byte) = text.get(at) {
        if !text::is_word(*byte) || (at > 0 && text::is_word(text[at - 1])) {
            at += 1;
            continue;
        }
        if let Some((label, end)) = label(scene, at) {
            let side = side(text, (at, end), &|| *is_change, last);
            found.push(Token::Label(label, side));
            last = Some((end, side));
            (at, object, other) = (end, false, false);
        } else if byte.is_ascii_digit() {
            let digits = text[at..].iter().take_while(|byte| byte.is_ascii_alphanumeric()).count();
            match value::value(&text[at..]) {
                // What follows is another record, glued on by two threads writing at once.
                Ok((_, Value::Id(id))) if id.len() < digits => found.clear(),
                Ok((_, Value::Id(id))) if !other && (object || id.len() >= 9) => {
                    found.push(Token::Object(id));
                }
                _ => {}
            }
            (at, object, other) = (at + digits, false, false);
        } else {
            let word = text::word(&text[at..]).0;
            found.extend(verb(word).map(Token::Verb));
            let is_link = text::is_one_of(word, &["id", "is", "with", "hubspot"]);
            object =
                (is_link && object) || text::has_stem(word, &["object", "credentialing_object"]);
            other = (is_link && other) || text::has_stem(word, &["therapist", "jid", "pid"]);
            at += word.len().max(1);
        }
    }
    found
}

/// A watched label at a place: whole, and not a part of a longer quoted name.
fn label(scene: &Scene<'_>, at: usize) -> Option<(Label, usize)> {
    scene.words.labels.iter().find_map(|(label, name)| {
        let end = at + name.len();
        let is_here =
            text::starts_with(&scene.text[at..], name) && text::is_whole(scene.text, at, end);
        let opens = at.checked_sub(1).map(|at| scene.text[at]);
        let is_quote = |byte: Option<u8>| matches!(byte, Some(b'"' | b'\'' | b'`'));
        let closes = scene.text.get(end).copied().filter(|byte| *byte != b'\\');
        let is_escaped = scene.text.get(end) == Some(&b'\\');
        (is_here && (is_escaped || is_quote(opens) == is_quote(closes))).then_some((*label, end))
    })
}

/// The side a label stands on: an arrow beside it, `from` or `to` before it, or the side of the
/// label that it is listed with.
fn side(
    text: &[u8],
    (start, end): (usize, usize),
    is_change: &dyn Fn() -> bool,
    last: Option<(usize, Option<Side>)>,
) -> Option<Side> {
    let is_dress = |byte: &u8| text::is_decoration(*byte) || b" ([])".contains(byte);
    let before = &text[..start];
    let before = &before[..before.iter().rposition(|byte| !is_dress(byte)).map_or(0, |at| at + 1)];
    let after = &text[end..];
    let after = &after[after.iter().take_while(|byte| is_dress(byte)).count()..];
    if [&b"->"[..], b"=>", "→".as_bytes()].iter().any(|arrow| after.starts_with(arrow)) {
        return Some(Side::Old);
    }
    let pair = before.strip_suffix(b"=>").or_else(|| before.strip_suffix(b":"));
    let name = pair.or_else(|| before.strip_suffix(b"=")).unwrap_or(before).trim_ascii_end();
    let name = name.strip_suffix(b"\"").unwrap_or(name);
    let word = text::words_before(&name[name.len().saturating_sub(8)..]).next();
    let adjoins = name.last().is_some_and(|byte| text::is_word(*byte));
    match word.filter(|_| adjoins) {
        Some(word) if text::is_one_of(word, &["from", "old"]) && is_change() => {
            return Some(Side::Old);
        }
        Some(word) if text::is_one_of(word, &["to", "new"]) && is_change() => {
            return Some(Side::New);
        }
        _ => {}
    }
    if before.ends_with(b"->") || before.ends_with(b"=>") || before.ends_with("→".as_bytes()) {
        return Some(Side::New);
    }
    let (end, side) = last?;
    let between = text[end..start].iter().copied().filter(|byte| !is_dress(byte));
    between.eq(*b",").then_some(side).flatten()
}

fn is_change(text: &[u8]) -> bool {
    text.split(|byte| !text::is_word(*byte)).any(|word| verb(word) == Some(Verb::Change))
}

fn first_object(scene: &Scene<'_>, tokens: &[Token<'_>]) -> Option<ObjectId> {
    let named = tokens.iter().find_map(|token| match token {
        Token::Object(id) => Value::Id(id).object(),
        Token::Verb(_) | Token::Label(..) => None,
    });
    named.or_else(|| object_field(scene))
}

/// The object in the record's own fields.
pub(super) fn object_field(scene: &Scene<'_>) -> Option<ObjectId> {
    let names = ["object_id", "credentialing_object_id", "hubspot_object_id", "objectId", "object"];
    match scene.field(&names)? {
        Structured::Text(text) => value::whole(text)?.object(),
        Structured::Null | Structured::Array(_) => None,
    }
}

fn changed(scene: &Scene<'_>, tokens: &[Token<'_>], draft: &mut Draft, at: usize) {
    let Some(object) = first_object(scene, tokens) else { return };
    let on = |side: Side| {
        let labels = tokens.iter().filter_map(move |token| match token {
            Token::Label(label, Some(own)) if *own == side => Some(*label),
            Token::Label(..) | Token::Verb(_) | Token::Object(_) => None,
        });
        labels.collect::<Vec<_>>()
    };
    replace(draft, &object, (&on(Side::Old), &on(Side::New)), at);
}

fn replace(draft: &mut Draft, object: &ObjectId, (old, new): (&[Label], &[Label]), at: usize) {
    for label in old.iter().filter(|label| !new.contains(label)) {
        draft.say(EventKind::Unlabelled { object: object.clone(), label: *label }, at);
    }
    for label in new.iter().filter(|label| !old.contains(label)) {
        draft.say(EventKind::Labelled { object: object.clone(), label: *label }, at);
    }
}

/// One sentence about labels, while its tokens come in.
#[derive(Default)]
struct Sentence<'t> {
    verb: Option<Verb>,
    labels: Vec<Label>,
    verb_is_last: bool,
    object: Option<&'t [u8]>,
}

fn clauses(scene: &Scene<'_>, tokens: &[Token<'_>], draft: &mut Draft, at: usize) {
    let mut sentence = Sentence::default();
    let mut known = None;
    for token in tokens {
        let is_full = sentence.verb.is_some() && !sentence.labels.is_empty();
        let starts_next = match token {
            Token::Verb(_) => is_full,
            Token::Label(..) => is_full && (sentence.verb_is_last || sentence.object.is_some()),
            Token::Object(_) => false,
        };
        if starts_next {
            let done = std::mem::take(&mut sentence);
            known = done.object.or(known);
            say(scene, draft, &done, known, at);
        }
        match token {
            Token::Verb(verb) => {
                sentence.verb = Some(*verb);
                sentence.verb_is_last = !sentence.labels.is_empty();
            }
            Token::Label(label, _) => sentence.labels.push(*label),
            Token::Object(id) if sentence.labels.is_empty() && sentence.verb.is_none() => {
                known = Some(id);
            }
            Token::Object(id) => sentence.object = sentence.object.or(Some(id)),
        }
    }
    let known = sentence.object.or(known);
    say(scene, draft, &sentence, known, at);
}

fn say(
    scene: &Scene<'_>,
    draft: &mut Draft,
    sentence: &Sentence<'_>,
    object: Option<&[u8]>,
    at: usize,
) {
    let object = object.and_then(|id| Value::Id(id).object()).or_else(|| object_field(scene));
    let (Some(object), Some(verb)) = (object, sentence.verb) else { return };
    for label in &sentence.labels {
        let (object, label) = (object.clone(), *label);
        match verb {
            Verb::Add | Verb::Change => draft.say(EventKind::Labelled { object, label }, at),
            Verb::Remove => draft.say(EventKind::Unlabelled { object, label }, at),
        }
    }
}

/// Reads a message about labels whose facts stand in the record's fields.
fn structured(scene: &Scene<'_>, draft: &mut Draft, verb: Option<Verb>, at: usize) -> bool {
    if scene.fields.is_empty() {
        return false;
    }
    let Some(object) = object_field(scene) else { return false };
    let labels = |names: &[&str]| scene.field(names).map(|value| listed(scene, value));
    let (old, new) = (labels(&["from", "old_label"]), labels(&["to", "new_label"]));
    if old.is_some() || new.is_some() {
        replace(draft, &object, (&old.unwrap_or_default(), &new.unwrap_or_default()), at);
        return true;
    }
    let Some(labels) = labels(&["label", "labels", "label_name"]) else { return false };
    let action = match scene.field(&["action", "operation", "change"]) {
        Some(Structured::Text(word)) => self::verb(word),
        _ => None,
    };
    match action.or(verb) {
        Some(Verb::Remove) => replace(draft, &object, (&labels, &[]), at),
        Some(Verb::Add | Verb::Change) => replace(draft, &object, (&[], &labels), at),
        None => {}
    }
    true
}

fn listed(scene: &Scene<'_>, value: &Structured<'_>) -> Vec<Label> {
    match value {
        Structured::Null => Vec::new(),
        Structured::Text(text) | Structured::Array(text) => {
            let names = text.split(|byte| b"[],".contains(byte));
            let plain = names.map(|name| text::unquoted(name.trim_ascii()));
            plain.filter_map(|name| scene.words.label(name)).collect()
        }
    }
}
