//! logfmt: `key=value` pairs, by go-logfmt and its many kin. A fallback, since many loggers write
//! it and no two name their keys alike.
//!
//! Source: go-logfmt/logfmt `decode.go`; formats.md §3. One real line:
//!
//! ```text
//! ts=2025-07-04T01:31:38.412907Z level=info class=ExtendedSignUpWorker jid=b4a577edbccf1d805744efa9 msg=start
//! ```
//!
//! ```text
//! record = pair *( garbage ( pair | word ) )     ; begins with a pair; garbage = bytes <= 0x20
//! pair   = key "=" [ value ]
//! key    = 1*( byte > 0x20, not "=" and not DQUOTE )
//! value  = DQUOTE *( "\" any | any-but-DQUOTE-and-\ ) DQUOTE | array | 1*( byte > 0x20 )
//! array  = "[" … "]"
//! word   = 1*( byte > 0x20 )                     ; of a message without a key
//! ```
//!
//! Lenient where the original refuses: a bare `=` or `"` inside an unquoted value is part of it.

use std::borrow::Cow;

use crate::ingest::Record;
use crate::ingest::Value;
use crate::ingest::ansi;
use crate::ingest::envelope::Envelope;
use crate::ingest::envelope::keys;
use crate::ingest::json;
use crate::ingest::json::Pair;

/// So many pairs are no accident, even without a time.
const ENOUGH: usize = 3;

/// An array beyond this is none, so that many open brackets cannot cost their number squared.
const LONGEST_ARRAY: usize = 4096;

#[derive(Debug)]
pub(super) struct Logfmt;

impl Envelope for Logfmt {
    fn name(&self) -> &'static str {
        "logfmt"
    }

    fn example(&self) -> &'static str {
        "ts=2025-07-04T01:31:38Z level=info class=ExtendedSignUpWorker jid=b4a5 msg=start"
    }

    fn is_fallback(&self) -> bool {
        true
    }

    fn read<'a>(&self, line: &'a [u8]) -> Option<Record<'a>> {
        key(line)?;
        let (pairs, words) = pairs(line);
        if pairs.len() < ENOUGH && !pairs.iter().any(|(key, _)| keys::is_time(key)) {
            return None;
        }
        let mut record = keys::record(pairs);
        if words && record.message.is_empty() {
            record.message = Cow::Borrowed(line);
        }
        Some(record)
    }
}

/// Reads all pairs, and whether words stand between them.
fn pairs(line: &[u8]) -> (Vec<Pair<'_>>, bool) {
    let mut found = Vec::with_capacity(12);
    let mut words = false;
    let mut rest = after_garbage(line);
    while !rest.is_empty() {
        if let Some((key, after)) = key(rest) {
            let (value, after) = value(after);
            found.push((Cow::Borrowed(key), value));
            rest = after;
        } else {
            words = true;
            rest = &rest[bare_length(rest)..];
        }
        rest = after_garbage(rest);
    }
    (found, words)
}

fn key(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let end = text.iter().position(|byte| *byte <= b' ' || *byte == b'=' || *byte == b'"')?;
    let after = text[end..].strip_prefix(b"=")?;
    (end > 0).then_some((&text[..end], after))
}

fn value(text: &[u8]) -> (Value<'_>, &[u8]) {
    match text.first() {
        Some(b'"') => quoted(text),
        Some(b'[') => match json::closing(&text[..text.len().min(LONGEST_ARRAY)]) {
            Some(end) => (Value::Array(Cow::Borrowed(&text[..end])), &text[end..]),
            None => bare(text),
        },
        _ => bare(text),
    }
}

fn quoted(text: &[u8]) -> (Value<'_>, &[u8]) {
    let mut at = 1;
    while let Some(step) = text.get(at..).and_then(|rest| memchr::memchr2(b'"', b'\\', rest)) {
        at += step;
        if text[at] == b'"' {
            let (body, rest) = (&text[1..at], &text[at + 1..]);
            let is_plain = memchr::memchr(b'\\', body).is_none();
            let body = if is_plain { Cow::Borrowed(body) } else { json::unescaped(body).into() };
            return (Value::Text(ansi::strip_cow(body)), rest);
        }
        at += 2;
    }
    bare(text)
}

fn bare(text: &[u8]) -> (Value<'_>, &[u8]) {
    let (value, rest) = text.split_at(bare_length(text));
    let value = match value {
        b"" | b"null" | b"nil" => Value::Null,
        value => Value::Text(Cow::Borrowed(value)),
    };
    (value, rest)
}

/// Skips more than blanks: control bytes separate pairs too.
fn after_garbage(text: &[u8]) -> &[u8] {
    &text[text.iter().take_while(|byte| **byte <= b' ').count()..]
}

fn bare_length(text: &[u8]) -> usize {
    text.iter().position(|byte| *byte <= b' ').unwrap_or(text.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> Record<'_> {
        Logfmt.read(line.as_bytes()).expect(line)
    }

    #[test]
    fn pairs_find_their_place() {
        let record = read(
            r#"ts=2025-07-04T01:31:40Z host=w1 class=W jid=j msg="label \"x\" changed" object_id=3 from=null args=[1, 2] url=/a?b=c"#,
        );
        assert!(record.stamp.is_some());
        assert_eq!(record.message.as_ref(), b"label \"x\" changed");
        assert_eq!(record.class.as_deref(), Some(&b"W"[..]));
        assert_eq!(record.field(b"from"), Some(&Value::Null));
        assert_eq!(record.field(b"args"), Some(&Value::Array(b"[1, 2]"[..].into())));
        assert_eq!(record.field(b"url"), Some(&Value::Text(b"/a?b=c"[..].into())));
    }

    #[test]
    fn words_between_pairs_make_the_line_a_message() {
        let line = "therapist_id=1 jid=j step=2 created HubSpot credentialing object 3";
        let record = read(line);
        assert_eq!(record.message.as_ref(), line.as_bytes());
        assert_eq!(record.job.as_deref(), Some(&b"j"[..]));
        assert_eq!(read("a=1 b=2 c=3").message.as_ref(), b"");
    }

    #[test]
    fn control_bytes_separate_pairs() {
        assert_eq!(
            Logfmt.read(b"a=1\x01b=2 \x0b c=3\0").map(|record| record.fields.len()),
            Some(3)
        );
    }

    #[test]
    fn other_lines_are_refused() {
        for line in
            ["a=1 b=2", "set a=1 b=2 c=3", "2025-07-04 a=1 b=2 c=3", "", "=", "\"a=1 b=2 c=3"]
        {
            assert!(Logfmt.read(line.as_bytes()).is_none(), "{line}");
        }
    }
}
