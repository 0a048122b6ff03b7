//! Ruby's own `Logger::Formatter`, as Rails uses it up to 7.2, with or without tags.
//!
//! Source: ruby/logger `lib/logger/formatter.rb`; formats.md §2.1. One real line:
//!
//! ```text
//! I, [2025-07-04T07:04:56.312454 #4]  INFO -- : therapist_id=48213 credentialing_hubspot_id=30278823850
//! ```
//!
//! ```text
//! line     = letter ", [" datetime [ SP ] "#" pid "]" 1*SP severity " -- " progname ":" [ SP [ tags ] message ]
//! letter   = "D" | "I" | "W" | "E" | "F" | "A"
//! datetime = what `datetime_format` prints: by default local time with six digits and no zone
//! severity = 1*upper
//! progname = *any-but-colon                 ; empty in Rails; may hold "::"
//! tags     = see tags.rs
//! ```

use nom::IResult;
use nom::Parser;
use nom::bytes::complete::tag;
use nom::bytes::complete::take_until;
use nom::bytes::complete::take_while1;
use nom::character::complete::digit1;
use nom::character::complete::one_of;
use nom::character::complete::space1;
use nom::sequence::delimited;
use nom::sequence::preceded;
use nom::sequence::terminated;

use crate::ingest::Record;
use crate::ingest::envelope::Envelope;
use crate::ingest::envelope::inline;
use crate::ingest::envelope::keys;
use crate::ingest::envelope::tags;
use crate::ingest::time;

#[derive(Debug)]
pub(super) struct RubyLogger;

impl Envelope for RubyLogger {
    fn name(&self) -> &'static str {
        "ruby-logger"
    }

    fn example(&self) -> &'static str {
        "I, [2025-07-04T07:04:56.312454 #4]  INFO -- : credentialing_hubspot_id=30278823850"
    }

    fn owns(&self, line: &[u8]) -> bool {
        matches!(line, [b'D' | b'I' | b'W' | b'E' | b'F' | b'A', b',', b' ', b'[', b'2', b'0', ..])
    }

    fn read<'a>(&self, line: &'a [u8]) -> Option<Record<'a>> {
        let (rest, (datetime, pid)) = head(line).ok()?;
        let stamp = time::whole(datetime);
        let pid = keys::number(pid);
        let mut record = Record { stamp, pid, ..Record::default() };
        let message = tags::peel(&mut record, message(rest)?);
        inline::adopt(&mut record, message);
        Some(record)
    }
}

fn head(line: &[u8]) -> IResult<&[u8], (&[u8], &[u8])> {
    let letter = one_of("DIWEFA");
    let datetime = terminated(take_until("#"), tag("#"));
    let pid = terminated(digit1, tag("]"));
    let severity =
        delimited(space1, take_while1(|byte: u8| byte.is_ascii_uppercase()), tag(" -- "));
    let start = preceded((letter, tag(", [")), (datetime, pid));
    terminated(start, severity).parse(line)
}

/// What stands after the program's name, which may hold `::` but no blank colon.
fn message(rest: &[u8]) -> Option<&[u8]> {
    let is_end = |colon: &usize| matches!(rest.get(colon + 1), None | Some(b' '));
    let colon = memchr::memchr_iter(b':', rest).find(is_end)?;
    Some(rest[colon + 1..].strip_prefix(b" ").unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> Record<'_> {
        RubyLogger.read(line.as_bytes()).expect(line)
    }

    #[test]
    fn the_head_comes_off() {
        for line in [
            "I, [2025-07-04T07:04:56.312454 #4]  INFO -- : class=W jid=j set",
            "W, [2025-07-04 07:04:56#4]  WARN -- Rails::App: class=W jid=j set",
            "A, [2025-07-04T07:04:56.312454 #4]   ANY -- worker: class=W jid=j set",
        ] {
            let record = read(line);
            assert_eq!((record.message.as_ref(), record.pid), (&b"set"[..], Some(4)), "{line}");
            assert!(record.stamp.is_some(), "{line}");
            assert_eq!(record.class.as_deref(), Some(&b"W"[..]), "{line}");
            assert_eq!(record.job.as_deref(), Some(&b"j"[..]), "{line}");
        }
    }

    #[test]
    fn a_datetime_of_the_teams_own_costs_only_the_clock() {
        let record = read("I, [04/Jul/25 #4]  INFO -- : set");
        assert_eq!((record.message.as_ref(), record.stamp), (&b"set"[..], None));
    }

    #[test]
    fn active_job_tags_name_class_and_job() {
        let record = read(
            "D, [2025-07-04T07:04:56.312454 #4] DEBUG -- : [ActiveJob] [W] [9d2f1f5e-2c44-4d7b-8a3c-7a3de1b0c902]   Therapist Load (1.2ms)",
        );
        assert_eq!(record.class.as_deref(), Some(&b"W"[..]));
        assert_eq!(record.job.as_deref(), Some(&b"9d2f1f5e-2c44-4d7b-8a3c-7a3de1b0c902"[..]));
        assert_eq!(record.message.as_ref(), b"  Therapist Load (1.2ms)");
    }

    #[test]
    fn other_lines_are_refused() {
        for line in ["I, [2025-07-04T07:04:56 4]  INFO -- : x", "INFO -- : x", "I, [", "I, said he"]
        {
            assert!(RubyLogger.read(line.as_bytes()).is_none(), "{line}");
        }
    }
}
