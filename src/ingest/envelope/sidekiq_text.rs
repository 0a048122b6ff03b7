//! Sidekiq 5 to 8 with its text formatters: Pretty, Plain and WithoutTimestamp (Heroku).
//!
//! Source: sidekiq/sidekiq `lib/sidekiq/logger.rb`, 5: `logging.rb`; formats.md §1.1. Real lines:
//!
//! ```text
//! 2025-07-04T01:31:41.021Z 4 TID-2tc ExtendedSignUpWorker JID-b4a577edbccf1d805744efa9 INFO: done: 2.608 sec
//! 2025-07-04T01:31:41.021Z pid=4 tid=2tc class=ExtendedSignUpWorker jid=b4a577edbccf1d805744efa9 elapsed=2.608 INFO: done
//! INFO  2025-07-04T01:31:41.021Z pid=4 tid=2tc jid=b4a577edbccf1d805744efa9 class=ExtendedSignUpWorker elapsed=2.608: done
//! ```
//!
//! ```text
//! line     = v8 | v6 | v5
//! v8       = severity 1*SP [ ts SP ] process context ":" [ SP msg ]
//! v6       = [ ts SP ] process context SP severity ":" [ SP msg ]
//! v5       = [ ts SP ] pid SP "TID-" tid [ SP class SP "JID-" jid [ SP "BID-" bid ] ] SP severity ":" [ SP msg ]
//! process  = "pid=" pid SP "tid=" tid
//! context  = *( 1*SP key "=" value )     ; unquoted, may be empty, may hold blanks and Ruby hashes
//! severity = "DEBUG" | "INFO" | "WARN" | "ERROR" | "FATAL" | "ANY"
//! ```

use std::borrow::Cow;

use nom::IResult;
use nom::Parser;
use nom::branch::alt;
use nom::bytes::complete::tag;
use nom::bytes::complete::take_while1;
use nom::character::complete::digit1;
use nom::character::complete::space1;
use nom::combinator::opt;
use nom::sequence::preceded;
use nom::sequence::separated_pair;
use nom::sequence::terminated;

use crate::ingest::Record;
use crate::ingest::Value;
use crate::ingest::envelope::Envelope;
use crate::ingest::envelope::keys;
use crate::ingest::json;
use crate::ingest::time::RawStamp;
use crate::ingest::time::date_time;

const SEVERITIES: [&[u8]; 6] = [b"INFO", b"WARN", b"ERROR", b"DEBUG", b"FATAL", b"ANY"];

/// Bytes of `2025-07-04T01:31:41.021Z`.
const TIME: usize = 24;

/// Contexts hold a handful of pairs; a bound keeps a hostile line from costing its length squared.
const MOST_PAIRS: usize = 64;

#[derive(Debug)]
pub(super) struct SidekiqText;

impl Envelope for SidekiqText {
    fn name(&self) -> &'static str {
        "sidekiq-text"
    }

    fn example(&self) -> &'static str {
        "2025-07-04T01:31:38.412Z pid=4 tid=2tc class=ExtendedSignUpWorker jid=b4a5 INFO: start"
    }

    fn owns(&self, line: &[u8]) -> bool {
        let is_version_8 = || {
            let name = SEVERITIES.iter().find_map(|name| line.strip_prefix(*name));
            name.is_some_and(|rest| rest.trim_ascii_start().starts_with(b"20") && rest[0] == b' ')
        };
        match line {
            [b'0'..=b'9', ..] => line.split_at_checked(TIME).is_some_and(|(time, rest)| {
                (time[4], time[10], time[19], time[23]) == (b'-', b'T', b'.', b'Z')
                    && rest.starts_with(b" pid=")
            }),
            _ => is_version_8(),
        }
    }

    fn read<'a>(&self, line: &'a [u8]) -> Option<Record<'a>> {
        match line.first()? {
            b'0'..=b'9' | b'p' => {
                let (rest, stamp) = opt(terminated(date_time, space1)).parse(line).ok()?;
                if rest.first() == Some(&b'p') { v6(rest, stamp) } else { v5(rest, stamp) }
            }
            b'A' | b'D' | b'E' | b'F' | b'I' | b'W' => v8(line),
            _ => None,
        }
    }
}

fn v8(line: &[u8]) -> Option<Record<'_>> {
    let (rest, _) = terminated(severity, space1).parse(line).ok()?;
    let (rest, stamp) = opt(terminated(date_time, space1)).parse(rest).ok()?;
    let (mut rest, (pid, tid)) = process(rest).ok()?;
    let mut record = begun(pid, tid, stamp);
    for _ in 0..MOST_PAIRS {
        let Some((key, value, after)) = pair(rest, v8_value_end) else { break };
        file(&mut record, key, value);
        rest = after;
    }
    record.message = Cow::Borrowed(message(rest.strip_prefix(b":")?)?);
    Some(record)
}

fn v6(line: &[u8], stamp: Option<RawStamp>) -> Option<Record<'_>> {
    let (rest, (pid, tid)) = process(line).ok()?;
    let (mut context, message) = split_at_severity(rest)?;
    let mut record = begun(pid, tid, stamp);
    for _ in 0..MOST_PAIRS {
        let Some((key, value, after)) = pair(context, v6_value_end) else { break };
        file(&mut record, key, value);
        context = after;
    }
    record.message = Cow::Borrowed(message);
    Some(record)
}

fn v5(line: &[u8], stamp: Option<RawStamp>) -> Option<Record<'_>> {
    let thread = preceded(tag("TID-"), take_while1(is_id));
    let head: IResult<_, _> = separated_pair(digit1, tag(" "), thread).parse(line);
    let (rest, (pid, tid)) = head.ok()?;
    let (context, message) = split_at_severity(rest)?;
    let mut record = begun(pid, tid, stamp);
    record.message = Cow::Borrowed(message);
    for word in context.split(|byte| *byte == b' ').filter(|word| !word.is_empty()) {
        if let Some(jid) = word.strip_prefix(b"JID-") {
            file(&mut record, b"jid", jid);
        } else if let Some(bid) = word.strip_prefix(b"BID-") {
            file(&mut record, b"bid", bid);
        } else {
            file(&mut record, b"class", word);
        }
    }
    Some(record)
}

fn process(input: &[u8]) -> IResult<&[u8], (&[u8], &[u8])> {
    let pid = preceded(tag("pid="), digit1);
    let tid = preceded(tag("tid="), take_while1(is_id));
    separated_pair(pid, tag(" "), tid).parse(input)
}

/// A record of which process, thread and time are known.
fn begun<'a>(pid: &[u8], tid: &'a [u8], stamp: Option<RawStamp>) -> Record<'a> {
    let (pid, tid) = (keys::number(pid), Some(Cow::Borrowed(tid)));
    Record { stamp, pid, tid, ..Record::default() }
}

/// Reads one pair of the context; `end` finds where its value stops.
fn pair(input: &[u8], end: fn(&[u8]) -> usize) -> Option<(&[u8], &[u8], &[u8])> {
    let text = input.trim_ascii_start();
    let equals = key_length(text)?;
    let (key, value) = (&text[..equals], &text[equals + 1..]);
    let end = if value.starts_with(b"{") { json::closing(value) } else { None }
        .unwrap_or_else(|| end(value));
    Some((key, &value[..end], &value[end..]))
}

/// Where the `=` of a key at the front stands.
fn key_length(text: &[u8]) -> Option<usize> {
    let is_key = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
    let length = text.iter().take_while(|byte| is_key(byte)).count();
    (length > 0 && text.get(length) == Some(&b'=')).then_some(length)
}

/// A value ends where the next key begins.
fn v6_value_end(value: &[u8]) -> usize {
    let next = memchr::memchr_iter(b' ', value).find(|at| {
        let rest = &value[at + 1..];
        key_length(rest).is_some() || rest.is_empty()
    });
    next.unwrap_or(value.len())
}

/// In version 8 also at the colon before the message.
fn v8_value_end(value: &[u8]) -> usize {
    let next = v6_value_end(value);
    let is_end = |at: &usize| matches!(value.get(at + 1), None | Some(b' '));
    memchr::memchr_iter(b':', &value[..next]).find(is_end).unwrap_or(next)
}

/// Splits at the first ` SEV: `: what stands before it is unquoted and may hold anything else.
fn split_at_severity(rest: &[u8]) -> Option<(&[u8], &[u8])> {
    memchr::memchr_iter(b':', rest).find_map(|colon| {
        let message = message(&rest[colon + 1..])?;
        let before = &rest[..colon];
        let context = SEVERITIES.iter().find_map(|name| before.strip_suffix(*name))?;
        Some((context.strip_suffix(b" ")?, message))
    })
}

fn message(rest: &[u8]) -> Option<&[u8]> {
    if rest.is_empty() { Some(rest) } else { rest.strip_prefix(b" ") }
}

fn severity(input: &[u8]) -> IResult<&[u8], &[u8]> {
    let [info, warn, error, debug, fatal, any] = SEVERITIES.map(tag);
    alt((info, warn, error, debug, fatal, any)).parse(input)
}

fn file<'a>(record: &mut Record<'a>, key: &'a [u8], value: &'a [u8]) {
    match (key, value) {
        (b"class" | b"jid", b"") => {}
        (b"class", _) => record.class = Some(Cow::Borrowed(value)),
        (b"jid", _) => record.job = Some(Cow::Borrowed(value)),
        (_, b"") => record.fields.push((Cow::Borrowed(key), Value::Null)),
        _ => record.fields.push((Cow::Borrowed(key), Value::Text(Cow::Borrowed(value)))),
    }
}

fn is_id(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
}

#[cfg(test)]
mod tests {
    use super::*;

    const JID: &str = "b4a577edbccf1d805744efa9";

    fn read(line: &str) -> Record<'_> {
        SidekiqText.read(line.as_bytes()).expect(line)
    }

    #[test]
    fn every_version_says_the_same() {
        for (line, message) in [
            (
                "2025-07-04T01:31:41.021Z 4 TID-2tc W JID-b4a577edbccf1d805744efa9 INFO: done: 2.608 sec",
                "done: 2.608 sec",
            ),
            (
                "4 TID-2tc W JID-b4a577edbccf1d805744efa9 BID-x INFO: done: 2.608 sec",
                "done: 2.608 sec",
            ),
            (
                "2025-07-04T01:31:41.021Z pid=4 tid=2tc class=W jid=b4a577edbccf1d805744efa9 elapsed=2.608 INFO: done",
                "done",
            ),
            (
                "pid=4 tid=2tc class=W jid=b4a577edbccf1d805744efa9 tags=a b,c INFO: a: ERROR: b",
                "a: ERROR: b",
            ),
            (
                "INFO  2025-07-04T01:31:41.021Z pid=4 tid=2tc jid=b4a577edbccf1d805744efa9 class=W elapsed=2.608: done",
                "done",
            ),
            (
                "INFO 2025-07-04T01:31:41.021Z pid=4 tid=2tc jid=b4a577edbccf1d805744efa9 class=W bid= tags=: done: x",
                "done: x",
            ),
            ("INFO  pid=4 tid=2tc  jid=b4a577edbccf1d805744efa9 class=W: done", "done"),
            ("ERROR pid=4 tid=2tc jid=b4a577edbccf1d805744efa9 class=W:", ""),
        ] {
            let record = read(line);
            assert_eq!(record.message.as_ref(), message.as_bytes(), "{line}");
            assert_eq!(record.class.as_deref(), Some(&b"W"[..]), "{line}");
            assert_eq!(record.job.as_deref(), Some(JID.as_bytes()), "{line}");
            assert_eq!((record.pid, record.tid.as_deref()), (Some(4), Some(&b"2tc"[..])), "{line}");
            assert_eq!(record.stamp.is_some(), line.contains("2025-"), "{line}");
        }
    }

    #[test]
    fn the_context_keeps_its_values() {
        let record =
            read("pid=4 tid=2tc class=A::B jid=j tags=crm,hub spot elapsed=1.1 bid= INFO: m");
        assert_eq!(record.field(b"tags"), Some(&Value::Text(b"crm,hub spot"[..].into())));
        assert_eq!(record.field(b"elapsed"), Some(&Value::Text(b"1.1"[..].into())));
        assert_eq!(record.field(b"bid"), Some(&Value::Null));
    }

    #[test]
    fn a_colon_inside_a_ruby_hash_is_no_end() {
        for hash in [r#"{"a"=>"x: {y", "args"=>[48213]}"#, r#"{"a" => "x: y", "args" => [1]}"#] {
            let line =
                format!("INFO  pid=4 tid=2tc context=Job raised exception job={hash}: boom: x");
            let record = read(&line);
            assert_eq!(record.message.as_ref(), b"boom: x");
            assert_eq!(
                record.field(b"context"),
                Some(&Value::Text(b"Job raised exception"[..].into()))
            );
            assert_eq!(record.field(b"job"), Some(&Value::Text(hash.as_bytes().into())));
        }
    }

    #[test]
    fn other_lines_are_refused() {
        for line in [
            "2025-07-04T01:31:41.021Z INFO done",
            "I, [2025-07-04T00:58:12.980117 #4]  INFO -- : x",
            "pid=4 level=info msg=x",
            "pid=4 tid=2tc level=info msg=\"INFO\"",
            "INFO  2025-07-04T01:31:41.021Z something else: x",
            "HTTP status code: 429",
            "4 apples INFO: x",
        ] {
            assert!(SidekiqText.read(line.as_bytes()).is_none(), "{line}");
        }
    }
}
