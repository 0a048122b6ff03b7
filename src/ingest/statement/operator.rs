//! The grammar of an assignment: what may stand after a field's name.
//!
//! ```text
//! after   = *decoration [ "(" … ")" ] [ ( "for" | "of" | "on" ) owner ] ( symbol change | words )
//! symbol  = "=" | "=>" | ":=" | ":" | "->" | "→" | "<-"
//! change  = "[" value "," value "]" | [ "from" ] value [ arrow value ] [ before ]
//! arrow   = "->" | "=>" | "→" | "to"
//! before  = [ "(" ] ( "was" | "previously" | "from" | … ) [ ":" ] value
//! words   = *( auxiliary | verb | "back" ) ( "to" change | "from" value arrow value | cleared | ":" change | "now" value )
//!         | [ verb ] ( arrow | "with" | "by" ) value
//! ```
//!
//! `F was X` and `F is X` tell what is, not what was done.

use crate::ingest::statement::text;
use crate::ingest::statement::therapist;
use crate::ingest::statement::value::Value;
use crate::ingest::statement::value::value;

/// What stands after a field's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome<'t> {
    /// A write, with the value before where it is told.
    Write { new: Value<'t>, old: Option<Value<'t>> },
    /// A reading or comparison.
    Quiet,
    /// Nothing this grammar knows.
    Unknown,
}

const VERBS: &[&str] = &[
    "set", "updat", "chang", "assign", "reset", "revert", "restor", "switch", "moved", "moving",
    "overwr", "writ", "wrote", "replac", "saved", "saving", "persist", "stored", "storing",
    "pointed", "pointing", "flipp", "backfill", "populat",
];
const AUXILIARIES: &[&str] = &[
    "was",
    "is",
    "has",
    "have",
    "been",
    "got",
    "successfully",
    "just",
    "value",
    "field",
    "column",
    "attribute",
    "back",
    "again",
    "for",
    "on",
    "also",
    "then",
];
const CLEARED: &[&str] =
    &["cleared", "nulled", "nullified", "blanked", "unset", "removed", "wiped", "emptied"];

/// Whether a word is one of writing.
pub(super) fn is_verb(word: &[u8]) -> bool {
    text::has_stem(word, VERBS)
}

/// Reads what follows a field's name; `verb` says whether one of writing stands before it.
pub(super) fn after<'t>(input: &'t [u8], verb: &dyn Fn() -> bool) -> Outcome<'t> {
    let rest = closing(input).trim_ascii_start();
    match rest {
        [b'=', b'=', b'>', ..] | [b':', b':', ..] => Outcome::Unknown,
        [b'=' | b'!', b'=', ..] | [b'=', b'~', ..] => Outcome::Quiet,
        _ => symbol(rest).map_or_else(|| words(rest, verb), change),
    }
}

fn symbol(rest: &[u8]) -> Option<&[u8]> {
    match rest {
        [b':', b'=', rest @ ..]
        | [b'=' | b'-', b'>', rest @ ..]
        | [b'<', b'-', rest @ ..]
        | [0xe2, 0x86, 0x92, rest @ ..]
        | [b'=' | b':', rest @ ..] => Some(rest),
        _ => None,
    }
}

/// Quotes and brackets that close around the name.
fn closing(mut rest: &[u8]) -> &[u8] {
    loop {
        rest = match text::undecorated(rest) {
            [b']', after @ ..] => after,
            other => return other,
        };
    }
}

fn words<'t>(input: &'t [u8], verb: &dyn Fn() -> bool) -> Outcome<'t> {
    let (mut rest, mut verbs, mut now, mut state) = (input, false, false, false);
    for _ in 0..8 {
        let (word, after) = text::word(rest);
        let next = after.trim_ascii_start();
        if word.is_empty() && !verbs && rest.starts_with(b"(") {
            let Some(close) = memchr::memchr(b')', &rest[..rest.len().min(64)]) else { break };
            rest = rest[close + 1..].trim_ascii_start();
            continue;
        }
        if word.is_empty() {
            return bare(rest, (verbs, verb), now, state);
        } else if text::is_one_of(word, &["for", "of", "on"]) {
            let Some(owned) = owner(next) else { break };
            if let Some(rest) = symbol(owned.trim_ascii_start()) {
                return change(rest);
            }
            rest = owned.trim_ascii_start();
            continue;
        } else if text::is_one_of(word, &["to", "with", "as"]) {
            return if verbs || now || verb() { change(next) } else { Outcome::Unknown };
        } else if text::is_one_of(word, &["from"]) {
            return if verbs || verb() { from_to(next) } else { Outcome::Unknown };
        } else if text::is_one_of(word, CLEARED) {
            return Outcome::Write { new: Value::Null, old: None };
        } else if is_null(word) {
            return bare(rest, (verbs, verb), now, state);
        } else if text::is_one_of(word, &["now", "becomes", "became"]) {
            now = true;
        } else if is_verb(word) {
            verbs = true;
        } else if !text::is_one_of(word, AUXILIARIES) {
            return Outcome::Unknown;
        }
        state |= text::is_one_of(word, &["was", "is"]);
        rest = next;
    }
    Outcome::Unknown
}

/// Skips whose field it is: `for therapist 48213`, `of Therapist#48213`.
fn owner(rest: &[u8]) -> Option<&[u8]> {
    let (word, after) = text::word(rest);
    let joint = after.iter().take_while(|byte| b" #:=".contains(byte)).count();
    let rest = if word.is_empty() { rest } else { &after[joint..] };
    let id = therapist::id(rest)?;
    Some(&rest[id.len()..])
}

fn is_null(word: &[u8]) -> bool {
    text::is_one_of(word, &["nil", "null", "none"])
}

/// A value without a word that leads to it: what it means depends on the words before.
fn bare<'t>(
    rest: &'t [u8],
    (verbs, verb): (bool, &dyn Fn() -> bool),
    now: bool,
    state: bool,
) -> Outcome<'t> {
    if let (true, Some(rest)) = (verbs, rest.strip_prefix(b":").or_else(|| rest.strip_prefix(b"(")))
    {
        return change(rest);
    }
    let Ok((tail, first)) = value(rest) else { return Outcome::Unknown };
    let is_long = matches!(first, Value::Id(digits) if digits.len() >= 6);
    if let Some(Outcome::Write { new, old }) = arrow(tail).map(|rest| second(rest, first)) {
        return Outcome::Write { new, old };
    }
    if let Some(Outcome::Write { new, old }) = exchange(tail, verb).map(|rest| second(rest, first))
    {
        return Outcome::Write { new, old };
    }
    if now || (verbs && is_long) {
        return with_before(first, tail);
    }
    if state { Outcome::Quiet } else { Outcome::Unknown }
}

/// `302… overwritten with 303…`, or `with 303…` behind a verb that stands before the field.
fn exchange<'t>(tail: &'t [u8], verb: &dyn Fn() -> bool) -> Option<&'t [u8]> {
    let (word, rest) = text::word(tail.trim_ascii_start());
    let is_exchanged = is_verb(word);
    let (word, rest) =
        if is_exchanged { text::word(rest.trim_ascii_start()) } else { (word, rest) };
    let leads = text::is_one_of(word, &["with", "by"]);
    (leads && (is_exchanged || verb())).then(|| rest.trim_ascii_start())
}

/// Reads what an operator assigns.
pub(super) fn change(input: &[u8]) -> Outcome<'_> {
    let rest = input.trim_ascii_start();
    if let Some(inside) = rest.strip_prefix(b"[") {
        return pair(inside);
    }
    if let Some(rest) = text::starts_with(rest, b"from ").then(|| &rest[5..]) {
        return from_to(rest);
    }
    let Ok((tail, first)) = value(rest) else { return Outcome::Unknown };
    if let Some(Outcome::Write { new, old }) = arrow(tail).map(|rest| second(rest, first)) {
        return Outcome::Write { new, old };
    }
    with_before(first, tail)
}

/// Old and new value, as a hash of changes holds them.
fn pair(inside: &[u8]) -> Outcome<'_> {
    let Ok((tail, old)) = value(inside.trim_ascii_start()) else { return Outcome::Unknown };
    let tail = tail.trim_ascii_start();
    let Some(rest) = tail.strip_prefix(b",").or_else(|| arrow(tail)) else {
        return Outcome::Unknown;
    };
    match second(rest, old) {
        Outcome::Write { new, old } => Outcome::Write { new, old },
        Outcome::Quiet | Outcome::Unknown => Outcome::Unknown,
    }
}

fn from_to(rest: &[u8]) -> Outcome<'_> {
    let Ok((tail, old)) = value(rest.trim_ascii_start()) else { return Outcome::Unknown };
    arrow(tail).map_or(Outcome::Unknown, |rest| second(rest, old))
}

fn second<'t>(rest: &'t [u8], old: Value<'t>) -> Outcome<'t> {
    match value(rest.trim_ascii_start()) {
        Ok((_, new)) => Outcome::Write { new, old: Some(old) },
        Err(_) => Outcome::Unknown,
    }
}

fn arrow(tail: &[u8]) -> Option<&[u8]> {
    let rest = tail.trim_ascii_start();
    for arrow in [&b"->"[..], b"=>", "→".as_bytes()] {
        if let Some(rest) = rest.strip_prefix(arrow) {
            return Some(rest);
        }
    }
    (rest.len() < tail.len() && text::starts_with(rest, b"to ")).then(|| &rest[3..])
}

/// `… (was 302…)`, `… from 302…`: the value before, told after.
fn with_before<'t>(new: Value<'t>, tail: &'t [u8]) -> Outcome<'t> {
    let rest = tail.trim_ascii_start();
    let rest = rest.strip_prefix(b"(").unwrap_or(rest);
    let (word, rest) = text::word(rest);
    let leads = ["was", "previously", "formerly", "from", "old", "previous", "before"];
    let rest = rest.trim_ascii_start();
    let rest = rest.strip_prefix(b":").unwrap_or(rest).trim_ascii_start();
    let old = text::is_one_of(word, &leads).then(|| value(rest).ok()).flatten();
    Outcome::Write { new, old: old.map(|(_, old)| old) }
}
