//! PostgreSQL's server log with `log_min_duration_statement` or `log_statement`.
//!
//! Source: formats.md §2.5 (PostgreSQL 15); RDS prefixes as pgbadger reads them. Real lines:
//!
//! ```text
//! 2025-07-04 07:04:56.313 UTC [2231] app@db LOG:  duration: 0.068 ms  execute <unnamed>: UPDATE "therapists" SET "credentialing_hubspot_id" = $1 WHERE "therapists"."id" = $2
//! 2025-07-04 07:04:56.313 UTC [2231] app@db DETAIL:  parameters: $1 = '30278823850', $2 = '48213'
//! ```
//!
//! ```text
//! line    = TIME prefix severity ":" 2SP text
//! text    = [ "duration: " ms " ms" 2SP ] ( "execute " name | "statement" ) ": " sql
//! details = "parameters: " "$" n " = " ( "'" value "'" | "NULL" ) *( ", " … )      ; of the line below
//! ```
//!
//! Each statement is told as parsed, bound and executed: only the last is a fact. A quote within a
//! value is doubled.

use std::borrow::Cow;

use crate::ingest::Record;
use crate::ingest::envelope::Below;
use crate::ingest::envelope::Envelope;
use crate::ingest::envelope::keys;
use crate::ingest::time;
use crate::ingest::time::RawZone;

/// The severity stands this far into a line at most.
const PREFIX: usize = 240;

const SEVERITIES: [&str; 12] = [
    "LOG",
    "DETAIL",
    "ERROR",
    "STATEMENT",
    "WARNING",
    "NOTICE",
    "HINT",
    "FATAL",
    "CONTEXT",
    "PANIC",
    "INFO",
    "QUERY",
];

#[derive(Debug)]
pub(super) struct Postgres;

impl Envelope for Postgres {
    fn name(&self) -> &'static str {
        "postgresql"
    }

    fn example(&self) -> &'static str {
        r#"2025-07-04 07:04:56.313 UTC [2231] app@db LOG:  execute <unnamed>: UPDATE "therapists" …"#
    }

    fn proves(&self) -> &'static str {
        "the value of every write, to the microsecond; no job, no labels"
    }

    fn read<'a>(&self, line: &'a [u8]) -> Option<Record<'a>> {
        let head = head(line)?;
        let message = if head.severity == b"LOG" { executed(head.text) } else { &[] };
        Some(Record {
            stamp: head.stamp,
            pid: head.pid,
            message: Cow::Borrowed(message),
            ..Record::default()
        })
    }

    fn below(&self, own: &Record<'_>, line: &[u8]) -> Below {
        let Some(next) = head(line).filter(|next| next.pid == own.pid) else { return Below::Other };
        let listed = next.text.strip_prefix(b"parameters: ");
        // Since PostgreSQL 16 with a capital.
        let listed = listed.or_else(|| next.text.strip_prefix(b"Parameters: "));
        match listed.filter(|_| next.severity == b"DETAIL") {
            Some(listed) => Below::Values(values(listed)),
            None => Below::End,
        }
    }

    /// A failed statement, a plan and a context quote what was asked for.
    fn is_mute(&self, record: &Record<'_>) -> bool {
        record.message.is_empty()
    }
}

/// Lists values as ActiveRecord does whose columns it does not know.
fn values(listed: &[u8]) -> Vec<u8> {
    let mut list = b"  [".to_vec();
    for (at, value) in parameters(listed).into_iter().enumerate() {
        list.extend_from_slice(if at == 0 { b"[nil, " } else { b", [nil, " });
        list.extend_from_slice(&value);
        list.push(b']');
    }
    list.push(b']');
    list
}

struct Head<'a> {
    stamp: Option<time::RawStamp>,
    pid: Option<u64>,
    severity: &'a [u8],
    text: &'a [u8],
}

fn head(line: &[u8]) -> Option<Head<'_>> {
    if !line.first()?.is_ascii_digit() {
        return None;
    }
    let (rest, stamp) = time::date_time(line).ok()?;
    let stamp = zone(rest).map_or(stamp, |zone| stamp.or_zone(zone));
    let window = &rest[..rest.len().min(PREFIX)];
    let mut from = 0;
    while let Some(found) = memchr::memmem::find(&window[from..], b":  ") {
        let colon = from + found;
        let begin = window[..colon].iter().rposition(|b| !b.is_ascii_uppercase())? + 1;
        let severity = &window[begin..colon];
        if SEVERITIES.iter().any(|known| known.as_bytes() == severity) {
            let pid = pid(&window[..begin]);
            pid?;
            return Some(Head { stamp: Some(stamp), pid, severity, text: &rest[colon + 3..] });
        }
        from = colon + 3;
    }
    None
}

/// The zone that an abbreviation behind the time names, if it means one zone alone. UTC is read
/// with the time.
fn zone(rest: &[u8]) -> Option<RawZone> {
    let name = rest.strip_prefix(b" ")?;
    let hours = match name.get(..3)? {
        b"EDT" => -4,
        b"EST" | b"CDT" => -5,
        b"MDT" => -6,
        b"MST" | b"PDT" => -7,
        b"PST" => -8,
        b"CET" => 1,
        b"CES" if name.starts_with(b"CEST") => 2,
        _ => return None,
    };
    let length = if hours == 2 { 4 } else { 3 };
    let is_end = name.get(length).is_none_or(|byte| !byte.is_ascii_alphanumeric());
    is_end.then_some(RawZone::Offset(hours * 3600))
}

/// The number in the first `[2231]`.
fn pid(prefix: &[u8]) -> Option<u64> {
    let open = memchr::memchr(b'[', prefix)?;
    let length = memchr::memchr(b']', &prefix[open..])?;
    let digits = &prefix[open + 1..open + length];
    let number = digits.split(|byte| *byte == b'-').next()?;
    keys::number(number)
}

/// The SQL that was executed; nothing of what was only parsed or bound.
fn executed(text: &[u8]) -> &[u8] {
    let timed = text.strip_prefix(b"duration: ").and_then(|timed| {
        let end = memchr::memmem::find(timed, b" ms  ")?;
        Some(&timed[end + 5..])
    });
    let text = timed.unwrap_or(text);
    let colon = memchr::memmem::find(text, b": ");
    match colon {
        Some(colon) if text.starts_with(b"execute ") || &text[..colon] == b"statement" => {
            &text[colon + 2..]
        }
        _ => &[],
    }
}

/// The values of `$1 = '…', $2 = NULL`, in their order, quoted anew where they were.
fn parameters(text: &[u8]) -> Vec<Vec<u8>> {
    let mut values = Vec::new();
    let mut rest = text;
    while let Some(at) = memchr::memmem::find(rest, b" = ") {
        rest = &rest[at + 3..];
        let Some(body) = rest.strip_prefix(b"'") else {
            let end = memchr::memchr(b',', rest).unwrap_or(rest.len());
            values.push(rest[..end].trim_ascii().to_ascii_lowercase());
            rest = &rest[end..];
            continue;
        };
        let mut value = vec![b'"'];
        let mut end = 0;
        while let Some(byte) = body.get(end) {
            match (byte, body.get(end + 1)) {
                (b'\'', Some(b'\'')) => {
                    value.push(b'\'');
                    end += 1;
                }
                (b'\'', _) => break,
                (b'"' | b'\\', _) => value.extend([b'\\', *byte]),
                _ => value.push(*byte),
            }
            end += 1;
        }
        value.push(b'"');
        values.push(value);
        rest = body.get(end + 1..).unwrap_or_default();
    }
    values
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "2025-07-04 07:04:56.313 UTC [2231] app@db ";

    #[test]
    fn only_what_is_executed_is_a_message() {
        for (text, message) in [
            ("LOG:  duration: 0.068 ms  execute <unnamed>: UPDATE t", "UPDATE t"),
            ("LOG:  execute a1: UPDATE t", "UPDATE t"),
            ("LOG:  statement: ROLLBACK", "ROLLBACK"),
            ("LOG:  duration: 0.1 ms  parse <unnamed>: UPDATE t", ""),
            ("LOG:  duration: 0.1 ms  bind <unnamed>: UPDATE t", ""),
            ("ERROR:  duplicate key value", ""),
            ("STATEMENT:  UPDATE t", ""),
        ] {
            let line = format!("{HEAD}{text}");
            let record = Postgres.read(line.as_bytes()).expect(&line);
            assert_eq!(record.message.as_ref(), message.as_bytes(), "{line}");
            assert_eq!(record.pid, Some(2231));
        }
        let rds = b"2025-07-04 07:04:56 UTC:10.0.0.1(5432):app@db:[2231]:LOG:  statement: COMMIT";
        assert_eq!(Postgres.read(rds).expect("a line").message.as_ref(), b"COMMIT");
    }

    #[test]
    fn the_line_below_gives_the_values() {
        let line = format!("{HEAD}LOG:  execute <unnamed>: UPDATE t SET a = $1");
        let own = Postgres.read(line.as_bytes()).expect("a line");
        let below = |text: &str| Postgres.below(&own, format!("{HEAD}{text}").as_bytes());
        let expected =
            Below::Values(br#"  [[nil, "O'Neil, \"x\""], [nil, null], [nil, "7"]]"#.into());
        for key in ["parameters", "Parameters"] {
            let text = format!("DETAIL:  {key}: $1 = 'O''Neil, \"x\"', $2 = NULL, $3 = '7'");
            assert_eq!(below(&text), expected);
        }
        assert_eq!(below("LOG:  statement: COMMIT"), Below::End);
        let other = HEAD.replace("2231", "2240") + "DETAIL:  parameters: $1 = '7'";
        assert_eq!(Postgres.below(&own, other.as_bytes()), Below::Other);
    }

    #[test]
    fn an_abbreviation_may_name_the_zone() {
        for (zone, stated) in [("EDT", true), ("CEST", true), ("UTC", true), ("XST", false)] {
            let line = format!("2025-07-04 03:04:56.313 {zone} [2231] a@b LOG:  statement: COMMIT");
            let stamp = Postgres.read(line.as_bytes()).and_then(|record| record.stamp);
            assert_eq!(stamp.is_some_and(time::RawStamp::is_unmarked), !stated, "{zone}");
        }
    }

    #[test]
    fn other_lines_are_refused() {
        for line in [
            "2025-07-04 07:04:56.313 UTC [2231] INFO: x",
            "2025-07-04 07:04:56.313 LOG:  x",
            "LOG:  x",
            "2025-07-04T01:31:38.412Z pid=4 tid=2tc INFO: start",
        ] {
            assert!(Postgres.read(line.as_bytes()).is_none(), "{line}");
        }
    }
}
