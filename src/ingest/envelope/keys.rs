//! The keys by which structured loggers name the same few things.
//!
//! Takes flat pairs, gives a [`Record`]: what has a place there goes to it, the rest stays a field.

use std::borrow::Cow;

use crate::ingest::Record;
use crate::ingest::Value;
use crate::ingest::json::Pair;
use crate::ingest::time;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Time,
    Message,
    Job,
    Class,
    Pid,
    Tid,
    Host,
}

const PLACES: usize = 7;

/// The place of a key, and its rank: of two keys for one place the lower rank wins, since a
/// Sidekiq jid says more than the ActiveJob id beside it.
fn place(key: &[u8]) -> Option<(Place, u8)> {
    let key = ["ctx.", "named_tags.", "context.", "mdc.", "fields.", "payload.", "extra."]
        .iter()
        .find_map(|outer| key.strip_prefix(outer.as_bytes()).filter(|key| is_identity(key)))
        .unwrap_or(key);
    Some(match key {
        b"ts" | b"@timestamp" | b"timestamp" | b"Timestamp" | b"TIMESTAMP" => (Place::Time, 0),
        b"time" | b"Time" | b"datetime" | b"asctime" | b"eventTime" => (Place::Time, 1),
        b"event_time" | b"logged_at" | b"date" | b"t" | b"@t" => (Place::Time, 2),
        b"message" | b"Message" | b"msg" | b"@message" | b"MESSAGE" => (Place::Message, 0),
        b"log" | b"@m" => (Place::Message, 1),
        b"text" | b"body" => (Place::Message, 2),
        b"event" => (Place::Message, 3),
        b"jid" | b"JID" => (Place::Job, 0),
        b"provider_job_id" => (Place::Job, 1),
        b"job_id" | b"jobId" | b"active_job_id" => (Place::Job, 2),
        b"class" => (Place::Class, 0),
        b"worker" | b"job_class" | b"worker_class" | b"jobClass" => (Place::Class, 1),
        b"pid" | b"process_id" | b"PID" => (Place::Pid, 0),
        b"tid" | b"TID" => (Place::Tid, 0),
        b"thread" | b"thread_id" | b"thread_name" => (Place::Tid, 1),
        b"host" | b"hostname" | b"host.hostname" => (Place::Host, 0),
        b"host.name" | b"pod" | b"dyno" => (Place::Host, 1),
        _ => return None,
    })
}

/// What a nested object may say in the record's name.
fn is_identity(key: &[u8]) -> bool {
    matches!(key, b"jid" | b"job_id" | b"provider_job_id" | b"class" | b"job_class")
}

/// Whether a key can be the clock of a line.
pub(super) fn is_time(key: &[u8]) -> bool {
    matches!(place(key), Some((Place::Time, _)))
}

/// Files the pairs of one line.
pub(super) fn record(pairs: Vec<Pair<'_>>) -> Record<'_> {
    let mut best: [Option<(u8, usize)>; PLACES] = [None; PLACES];
    for (at, (key, value)) in pairs.iter().enumerate() {
        let Some((place, rank)) = place(key) else { continue };
        let slot = &mut best[place as usize];
        if slot.is_none_or(|(other, _)| rank < other) && fits(place, value) {
            *slot = Some((rank, at));
        }
    }
    let mut record = Record { fields: Vec::with_capacity(pairs.len()), ..Record::default() };
    for (at, (key, value)) in pairs.into_iter().enumerate() {
        let place = place(&key).filter(|(place, rank)| best[*place as usize] == Some((*rank, at)));
        match (place, value) {
            (Some((place, _)), Value::Text(text)) => put(&mut record, place, text),
            (_, value) => record.fields.push((key, value)),
        }
    }
    record
}

fn fits(place: Place, value: &Value<'_>) -> bool {
    let Value::Text(text) = value else { return false };
    match place {
        Place::Time => time::whole(text).is_some(),
        Place::Pid => number(text).is_some(),
        Place::Message | Place::Job | Place::Class | Place::Tid | Place::Host => !text.is_empty(),
    }
}

fn put<'a>(record: &mut Record<'a>, place: Place, text: Cow<'a, [u8]>) {
    match place {
        Place::Time => record.stamp = time::whole(&text),
        Place::Message => record.message = text,
        Place::Job => record.job = Some(text),
        Place::Class => record.class = Some(text),
        Place::Pid => record.pid = number(&text),
        Place::Tid => record.tid = Some(text),
        Place::Host => record.host = Some(text),
    }
}

/// A process id.
pub(super) fn number(text: &[u8]) -> Option<u64> {
    std::str::from_utf8(text).ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::json;

    #[test]
    fn the_better_key_wins_and_the_other_stays_a_field() {
        let pairs =
            json::pairs(br#"{"job_id":"u","jid":"j","time":"noon","ts":1751612696,"pid":"x"}"#);
        let record = record(pairs.expect("an object"));
        assert_eq!(record.job.as_deref(), Some(&b"j"[..]));
        assert!(record.stamp.is_some() && record.pid.is_none());
        let keys: Vec<_> = record.fields.iter().map(|(key, _)| key.as_ref()).collect();
        assert_eq!(keys, [&b"job_id"[..], b"time", b"pid"]);
    }
}
