//! semantic_logger's default text, and its coloured form once the colours are off.
//!
//! Source: semantic_logger `lib/semantic_logger/formatters/default.rb`; formats.md §2.7. One real
//! line:
//!
//! ```text
//! 2025-07-04 01:31:40.312454 I [4:sidekiq.default/processor-2tc] {jid: b4a5, class: W, queue: default} W -- Therapist updated -- {:therapist_id=>48213}
//! ```
//!
//! ```text
//! line    = TIME SP level SP "[" pid ":" thread [ SP file ":" n ] "]" SP [ tags ] [ named ] [ time ] name " -- " message [ " -- " payload ] [ " -- Exception: " … ]
//! level   = "T" | "D" | "I" | "W" | "E" | "F"
//! tags    = *( "[" tag "]" SP )
//! named   = "{" key ": " value *( ", " key ": " value ) "}" SP
//! time    = "(" duration ")" SP
//! payload = a Ruby hash, inspected
//! ```
//!
//! The time is local and names no zone.

use std::borrow::Cow;

use crate::ingest::Record;
use crate::ingest::Value;
use crate::ingest::envelope::Envelope;
use crate::ingest::envelope::keys;
use crate::ingest::envelope::ruby_hash;
use crate::ingest::json::Pair;
use crate::ingest::json::closing;
use crate::ingest::time;

const EXCEPTION: &[u8] = b" -- Exception: ";

/// Bytes of `2025-07-04 01:31:40.312454`.
const TIME: usize = 26;

#[derive(Debug)]
pub(super) struct SemanticText;

impl Envelope for SemanticText {
    fn name(&self) -> &'static str {
        "semantic-text"
    }

    fn example(&self) -> &'static str {
        "2025-07-04 01:31:40.312454 I [4:processor-2tc] {jid: b4a5} W -- Therapist updated -- {…}"
    }

    fn owns(&self, line: &[u8]) -> bool {
        let is_time = |line: &[u8]| (line[4], line[10], line[19]) == (b'-', b' ', b'.');
        line.get(..TIME).is_some_and(is_time)
            && matches!(
                line.get(TIME..),
                Some([b' ', b'T' | b'D' | b'I' | b'W' | b'E' | b'F', b' ', b'[', b'0'..=b'9', ..])
            )
    }

    fn read<'a>(&self, line: &'a [u8]) -> Option<Record<'a>> {
        if !line.first()?.is_ascii_digit() {
            return None;
        }
        let (rest, stamp) = time::date_time(line).ok()?;
        let (level, rest) = level(rest.strip_prefix(b" ")?)?;
        let rest = rest.strip_prefix(b" [")?;
        let end = memchr::memchr(b']', rest)?;
        let (pid, thread) = process(&rest[..end])?;
        let mut rest = rest[end + 1..].strip_prefix(b" ")?;
        let mut record = Record { stamp: Some(stamp), pid: Some(pid), ..Record::default() };
        record.tid = Some(Cow::Borrowed(thread));
        record.fields.push((Cow::Borrowed(b"level"), Value::Text(Cow::Borrowed(level))));
        while let Some(tag) = rest.strip_prefix(b"[") {
            let end = memchr::memmem::find(tag, b"] ")?;
            rest = &tag[end + 2..];
        }
        if rest.starts_with(b"{") {
            let end = closing(rest)?;
            for (key, value) in ruby_hash::list(&rest[1..end - 1]) {
                name(&mut record, &key, value);
            }
            rest = rest[end..].strip_prefix(b" ")?;
        }
        if rest.starts_with(b"(") {
            rest = &rest[memchr::memmem::find(rest, b") ")? + 2..];
        }
        let dashes = memchr::memmem::find(rest, b" -- ");
        let (logger, message) =
            dashes.map_or((rest, &b""[..]), |at| (&rest[..at], &rest[at + 4..]));
        if record.class.is_none() && is_class(logger) {
            record.class = Some(Cow::Borrowed(logger));
        }
        let (message, payload) = parted(message);
        record.fields.extend(payload);
        record.message = Cow::Borrowed(message);
        Some(record)
    }
}

fn level(text: &[u8]) -> Option<(&'static [u8], &[u8])> {
    let (letter, rest) = text.split_first()?;
    let name: &[u8] = match letter {
        b'T' => b"trace",
        b'D' => b"debug",
        b'I' => b"info",
        b'W' => b"warn",
        b'E' => b"error",
        b'F' => b"fatal",
        _ => return None,
    };
    Some((name, rest))
}

/// `4:sidekiq.default/processor-2tc api_client.rb:83`
fn process(text: &[u8]) -> Option<(u64, &[u8])> {
    let colon = memchr::memchr(b':', text)?;
    let thread = text[colon + 1..].split(|byte| *byte == b' ').next()?;
    (!thread.is_empty()).then_some((keys::number(&text[..colon])?, thread))
}

fn name<'a>(record: &mut Record<'a>, key: &[u8], value: Value<'a>) {
    let Value::Text(text) = value else { return };
    match key {
        b"jid" => record.job = Some(text),
        b"job_id" if record.job.is_none() => record.job = Some(text),
        b"class" | b"job_class" => record.class = Some(text),
        _ => record.fields.push((Cow::Owned(key.to_vec()), Value::Text(text))),
    }
}

fn is_class(text: &[u8]) -> bool {
    text.first().is_some_and(u8::is_ascii_uppercase)
        && text.iter().all(|byte| byte.is_ascii_alphanumeric() || b":_".contains(byte))
}

/// Takes payload and exception off the end of a message.
fn parted(message: &[u8]) -> (&[u8], Vec<Pair<'_>>) {
    let raised = memchr::memmem::find(message, EXCEPTION);
    let exception = raised.map(|at| &message[at + EXCEPTION.len()..]);
    let message = &message[..raised.unwrap_or(message.len())];
    let (message, mut pairs) = match memchr::memmem::find(message, b" -- {") {
        Some(at) => match ruby_hash::pairs(&message[at + 4..]) {
            Some(pairs) => (&message[..at], pairs),
            None => (message, Vec::new()),
        },
        None => (message, Vec::new()),
    };
    let exception = exception.map(|text| Value::Text(Cow::Borrowed(text)));
    pairs.extend(exception.map(|text| (Cow::Borrowed(&b"exception"[..]), text)));
    (message, pairs)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> Record<'_> {
        SemanticText.read(line.as_bytes()).expect(line)
    }

    #[test]
    fn tags_time_and_payload_find_their_places() {
        for payload in [
            ":therapist_id=>48213, :from=>nil, :to=>\"Active, Attested\"",
            "therapist_id: 48213, from: nil, to: \"Active, Attested\"",
            "\"therapist_id\" => 48213, \"from\" => nil, \"to\" => \"Active, Attested\"",
        ] {
            let line = format!(
                "2025-07-04 07:04:57.611802 E [4:processor-2tc api_client.rb:83] [a] [b c] {{jid: j1, class: A::W, queue: q}} (2.391s) Other -- Label changed -- {{{payload}}}"
            );
            let record = read(&line);
            assert_eq!((record.pid, record.tid.as_deref()), (Some(4), Some(&b"processor-2tc"[..])));
            assert_eq!(record.class.as_deref(), Some(&b"A::W"[..]), "{line}");
            assert_eq!(record.job.as_deref(), Some(&b"j1"[..]), "{line}");
            assert_eq!(record.message.as_ref(), b"Label changed", "{line}");
            let text = |text: &'static [u8]| Some(Value::Text(Cow::Borrowed(text)));
            assert_eq!(record.field(b"therapist_id").cloned(), text(b"48213"), "{line}");
            assert_eq!(record.field(b"to").cloned(), text(b"Active, Attested"), "{line}");
            assert_eq!(record.field(b"from"), Some(&Value::Null), "{line}");
            assert_eq!(record.field(b"level").cloned(), text(b"error"));
        }
    }

    #[test]
    fn the_loggers_name_is_the_class_where_no_tag_says_it() {
        let record = read("2025-07-04 07:04:57.611802 I [4:main] Worker -- set");
        assert_eq!(record.class.as_deref(), Some(&b"Worker"[..]));
        let record = read(
            "2025-07-04 07:04:57.611802 I [4:main] Worker -- Completed -- Exception: E: a -- {b",
        );
        assert_eq!(record.message.as_ref(), b"Completed");
        let exception = Value::Text(Cow::Borrowed(&b"E: a -- {b"[..]));
        assert_eq!(record.field(b"exception"), Some(&exception));
    }

    #[test]
    fn sql_and_its_binds_come_out_of_the_payload() {
        for payload in [
            r#":sql=>"UPDATE \"t\"", :binds=>{:id=>7}, :cached=>nil"#,
            r#"sql: "UPDATE \"t\"", binds: {id: 7}, cached: nil"#,
        ] {
            let line = format!(
                "2025-07-04 07:04:57.611802 D [4:main] (1.2ms) ActiveRecord -- Load -- {{{payload}}}"
            );
            let record = read(&line);
            let text = |text: &'static [u8]| Some(Value::Text(Cow::Borrowed(text)));
            assert_eq!(record.field(b"sql").cloned(), text(b"UPDATE \"t\""), "{line}");
            assert_eq!(record.field(b"binds.id").cloned(), text(b"7"), "{line}");
        }
    }

    #[test]
    fn other_lines_are_refused() {
        for line in [
            "2025-07-04 07:04:57 INFO [4] x -- y",
            "2025-07-04 07:04:57.1 I [main] x -- y",
            "I [4:main] x -- y",
            "2025-07-04 07:04:57.1 I, [4:main] x",
        ] {
            assert!(SemanticText.read(line.as_bytes()).is_none(), "{line}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_text_panics(text in r#"(2025-07-04 07:04:57 I \[4:a\] )?([\[\]{}():,"\\ a=>]|-- ){0,40}"#) {
            let _ = SemanticText.read(text.as_bytes()).is_some();
        }
    }
}
