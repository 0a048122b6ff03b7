//! One message as the statements see it: its text, the watched words in it, and the draft they
//! write into.

use std::borrow::Cow;

use crate::ingest::Record;
use crate::ingest::Value;
use crate::ingest::statement::Said;
use crate::ingest::statement::failure;
use crate::ingest::statement::quiet;
use crate::ingest::statement::text;
use crate::ingest::statement::vocabulary::Topic;
use crate::ingest::statement::vocabulary::Vocabulary;
use crate::model::EventKind;

/// A watched word in a message.
#[derive(Clone, Copy, Debug)]
pub(super) struct Hit {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) topic: Topic,
}

/// A key and its value.
pub(super) type FieldPair<'s> = (Cow<'s, [u8]>, Value<'s>);

/// A message, or one clause of it.
#[derive(Debug)]
pub(super) struct Scene<'s> {
    /// The record as a whole.
    pub(super) record: &'s Record<'s>,
    /// What is watched.
    pub(super) words: &'s Vocabulary,
    /// The message or clause.
    pub(super) text: &'s [u8],
    /// Where in the message it begins.
    pub(super) offset: usize,
    /// The watched words in it, in order.
    pub(super) hits: Vec<Hit>,
    /// Structured fields that may be statements: none for a clause of a doubtful message.
    pub(super) fields: &'s [FieldPair<'s>],
}

impl<'s> Scene<'s> {
    /// Finds the watched words of a record.
    pub(super) fn new(record: &'s Record<'s>, words: &'s Vocabulary) -> Self {
        Self { fields: &record.fields, ..Self::of(record, words, &record.message, 0) }
    }

    fn of(record: &'s Record<'s>, words: &'s Vocabulary, text: &'s [u8], offset: usize) -> Self {
        let found = words.finder.find_iter(text).map(|found| Hit {
            start: found.start(),
            end: found.end(),
            topic: words.topics[found.pattern().as_usize()],
        });
        Self { record, words, text, offset, hits: found.collect(), fields: &[] }
    }

    /// Whether a topic is mentioned.
    pub(super) fn has(&self, topic: Topic) -> bool {
        self.hits.iter().any(|hit| hit.topic == topic)
    }

    /// The places of a topic.
    pub(super) fn places(&self, topic: Topic) -> impl Iterator<Item = Hit> {
        self.hits.iter().copied().filter(move |hit| hit.topic == topic)
    }

    /// Whether some clause of this may be no fact.
    pub(super) fn is_doubtful(&self) -> bool {
        self.hits.iter().any(|hit| matches!(hit.topic, Topic::Failure | Topic::Doubt))
    }

    /// The clauses of the message: what `;`, a full stop, a line end or "but" separates, and a
    /// comma or "and" before a failure.
    pub(super) fn clauses(&self) -> impl Iterator<Item = Scene<'s>> {
        let (record, words) = (self.record, self.words);
        let (mut rest, mut offset) = (self.text, self.offset);
        std::iter::from_fn(move || {
            if rest.is_empty() {
                return None;
            }
            let (end, next) = clause_end(rest);
            let clause = Scene::of(record, words, &rest[..end], offset);
            rest = &rest[next..];
            offset += next;
            Some(clause)
        })
    }

    /// Whether the line is the worker's own: by its logger, or by a name in the message.
    pub(super) fn is_workers(&self) -> bool {
        self.record.class.as_deref().is_some_and(|class| self.words.is_worker(class))
            || self.has(Topic::Worker)
    }

    /// A field of the record by the last part of its key.
    pub(super) fn field(&self, names: &[&str]) -> Option<&'s Value<'s>> {
        let record = self.record;
        names.iter().find_map(|name| {
            let is_named = |pair: &&FieldPair<'_>| last_part(&pair.0) == name.as_bytes();
            record.fields.iter().find(is_named).map(|(_, value)| value)
        })
    }
}

fn clause_end(text: &[u8]) -> (usize, usize) {
    for (at, byte) in text.iter().enumerate() {
        let rest = &text[at..];
        let length = match byte {
            b'\n' => 1,
            b';' | b'.' if rest.get(1) == Some(&b' ') => 2,
            b' ' if text::starts_with(rest, b" but ") => 5,
            b',' if is_turn(rest, b", ") => 2,
            b' ' if is_turn(rest, b" and ") => 5,
            _ => continue,
        };
        return (at, at + length);
    }
    (text.len(), text.len())
}

/// Whether a failure or a doubt begins behind a comma or an "and".
fn is_turn(rest: &[u8], joint: &[u8]) -> bool {
    let next = rest.strip_prefix(joint);
    next.is_some_and(|n| text::has_stem(n, failure::PHRASES) || text::has_stem(n, quiet::DOUBTS))
}

/// The part of a dotted key that names the value.
pub(super) fn last_part(key: &[u8]) -> &[u8] {
    memchr::memrchr(b'.', key).map_or(key, |dot| &key[dot + 1..])
}

/// Whether others may still read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Flow {
    /// The next family is asked.
    Next,
    /// Nobody else is.
    Settled,
}

/// What is said so far.
#[derive(Debug, Default)]
pub(super) struct Draft {
    pub(super) said: Said,
    /// Where in the message the first event stands.
    pub(super) anchor: Option<usize>,
}

impl Draft {
    /// Notes an event, once: a line that says the same twice means it once.
    pub(super) fn say(&mut self, kind: EventKind, at: usize) {
        self.anchor.get_or_insert(at);
        if !self.said.kinds.contains(&kind) {
            self.said.kinds.push(kind);
        }
    }

    /// Notes why something could not be read; the first reason stays.
    pub(super) fn unread(&mut self, reason: String) {
        self.said.unread.get_or_insert(reason);
    }
}
