//! `class=… jid=…` that an application itself puts into its messages, where the logger has no
//! place for them (lograge beside Sidekiq).
//!
//! Takes a message, sets class and job where they are missing; leading identity pairs go, so that
//! `class=W jid=J elapsed=2.6 done` says `done`.

use std::borrow::Cow;

use crate::ingest::Record;

/// Files what the message says of its job, and makes the rest the record's message.
pub(super) fn adopt<'a>(record: &mut Record<'a>, message: &'a [u8]) {
    let mut rest = message;
    while let Some((key, value, after)) = pair(rest) {
        if !matches!(key, b"class" | b"jid" | b"elapsed" | b"bid" | b"tags" | b"queue") {
            break;
        }
        file(record, key, value);
        rest = after;
    }
    if record.job.is_none() || record.class.is_none() {
        for (key, value, _) in rest.split(|byte| *byte == b' ').filter_map(pair) {
            file(record, key, value);
        }
    }
    record.message = Cow::Borrowed(rest);
}

fn pair(text: &[u8]) -> Option<(&[u8], &[u8], &[u8])> {
    let equals = text.iter().position(|byte| !byte.is_ascii_alphanumeric() && *byte != b'_')?;
    let value = text[equals..].strip_prefix(b"=")?;
    let end = memchr::memchr(b' ', value).unwrap_or(value.len());
    Some((&text[..equals], &value[..end], value[end..].trim_ascii_start()))
}

fn file<'a>(record: &mut Record<'a>, key: &[u8], value: &'a [u8]) {
    let value = without_punctuation(value);
    let slot = match key {
        b"class" | b"worker" | b"job_class" => &mut record.class,
        b"jid" | b"job_id" => &mut record.job,
        _ => return,
    };
    if slot.is_none() && !value.is_empty() {
        *slot = Some(Cow::Borrowed(value));
    }
}

/// Punctuation after a value belongs to the sentence.
fn without_punctuation(value: &[u8]) -> &[u8] {
    let last = value.iter().rposition(|byte| !b",;".contains(byte));
    &value[..last.map_or(0, |last| last + 1)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identity_is_found_wherever_it_stands() {
        for (message, class, job, rest) in [
            ("class=W jid=j elapsed=2.608 done", Some("W"), Some("j"), "done"),
            ("therapist_id=1 jid=j, set", None, Some("j"), "therapist_id=1 jid=j, set"),
            ("enqueued_jid=j x", None, None, "enqueued_jid=j x"),
            ("done", None, None, "done"),
            ("jid=j", None, Some("j"), ""),
        ] {
            let mut record = Record::default();
            adopt(&mut record, message.as_bytes());
            assert_eq!(record.class.as_deref(), class.map(str::as_bytes), "{message}");
            assert_eq!(record.job.as_deref(), job.map(str::as_bytes), "{message}");
            assert_eq!(record.message.as_ref(), rest.as_bytes(), "{message}");
        }
    }
}
