//! The usual spellings of a time, read from the front of a line.
//!
//! By hand and not by combinators: every line of every log goes through here.
//!
//! ```text
//! date_time   = date ( "T" | "t" | blank ) time_of_day
//! date        = yyyy ( "-" mm "-" dd | "/" mm "/" dd )
//! time_of_day = hh ":" mm ":" ss [ ( "." | "," ) 1*digit ] [ zone ]   ; no digit may follow
//! zone        = "Z" | "z" | offset | blank ( "UTC" | "GMT" | "Z" | sign hh [ ":" ] mm )
//! offset      = sign hh [ [ ":" ] mm ]
//! epoch       = 10digit [ "." 1*digit ]      ; seconds
//!             | 13digit | 16digit | 19digit  ; milli-, micro-, nanoseconds
//! ```

use nom::Err;
use nom::IResult;
use nom::error::Error;
use nom::error::ErrorKind;

use crate::ingest::time::RawDate;
use crate::ingest::time::RawStamp;
use crate::ingest::time::RawZone;

type Read<'a> = IResult<&'a [u8], RawStamp>;

fn refused<T>(input: &[u8]) -> IResult<&[u8], T> {
    Err(Err::Error(Error::new(input, ErrorKind::Verify)))
}

/// Reads a date with a time of day.
pub fn date_time(input: &[u8]) -> Read<'_> {
    let Some((date, rest)) = date(input) else { return refused(input) };
    match rest.split_first() {
        Some((b'T' | b't' | b' ', rest)) => clock(Some(date), rest),
        _ => refused(input),
    }
}

/// Reads a bare time of day.
pub fn time_of_day(input: &[u8]) -> Read<'_> {
    clock(None, input)
}

/// Reads an epoch number; its digits tell the unit (formats.md §7). Eleven digits are an id.
pub fn epoch(input: &[u8]) -> Read<'_> {
    let digits = input.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let (number, rest) = input.split_at(digits);
    let decimals = match digits {
        10 => 0,
        13 => 3,
        16 => 6,
        19 => 9,
        _ => return refused(input),
    };
    let (seconds, fraction) = number.split_at(digits - decimals);
    let seconds = seconds.iter().fold(0, |sum, digit| sum * 10 + i64::from(digit - b'0'));
    let stamp = RawStamp::epoch(seconds);
    if decimals > 0 {
        let (nanos, digits) = nanos(fraction);
        return Ok((rest, stamp.with_fraction(nanos, digits)));
    }
    let (nanos, digits, rest) = fraction_of(rest, b".");
    Ok((rest, stamp.with_fraction(nanos, digits)))
}

/// Reads a value that is a time and nothing else: a JSON or logfmt value.
pub fn whole(value: &[u8]) -> Option<RawStamp> {
    let value = value.trim_ascii();
    let read = if value.get(4).is_some_and(u8::is_ascii_digit) { epoch } else { date_time };
    match read(value) {
        Ok(([], stamp)) => Some(stamp),
        _ => None,
    }
}

fn date(input: &[u8]) -> Option<(RawDate, &[u8])> {
    let (head, rest) = input.split_first_chunk::<10>()?;
    if head[4] != head[7] || (head[4] != b'-' && head[4] != b'/') {
        return None;
    }
    let year = u16::from(two(head, 0)?) * 100 + u16::from(two(head, 2)?);
    Some((RawDate::new(year, two(head, 5)?, two(head, 8)?)?, rest))
}

fn clock(date: Option<RawDate>, input: &[u8]) -> Read<'_> {
    let Some((stamp, rest)) = hours_to_seconds(date, input) else { return refused(input) };
    let (nanos, digits, rest) = fraction_of(rest, b".,");
    if rest.first().is_some_and(u8::is_ascii_digit) {
        return refused(input);
    }
    let (zone, rest) = zone(rest);
    Ok((rest, stamp.with_fraction(nanos, digits).or_zone(zone)))
}

fn hours_to_seconds(date: Option<RawDate>, input: &[u8]) -> Option<(RawStamp, &[u8])> {
    let (head, rest) = input.split_first_chunk::<8>()?;
    if head[2] != b':' || head[5] != b':' {
        return None;
    }
    let clock = [two(head, 0)?, two(head, 3)?, two(head, 6)?];
    Some((RawStamp::wall(date, clock, RawZone::Unmarked)?, rest))
}

/// Reads `.312454`; more than nine digits are truncated, as every clock here does.
fn fraction_of<'a>(input: &'a [u8], points: &[u8]) -> (u32, u8, &'a [u8]) {
    let Some((point, rest)) = input.split_first() else { return (0, 0, input) };
    let width = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    if !points.contains(point) || width == 0 {
        return (0, 0, input);
    }
    let (nanos, digits) = nanos(&rest[..width]);
    (nanos, digits, &rest[width..])
}

fn nanos(digits: &[u8]) -> (u32, u8) {
    let (mut sum, mut count) = (0, 0);
    for digit in digits.iter().take(9) {
        sum = sum * 10 + u32::from(digit - b'0');
        count += 1;
    }
    (sum * 10_u32.pow(9 - u32::from(count)), count)
}

fn zone(input: &[u8]) -> (RawZone, &[u8]) {
    match input {
        [b'Z' | b'z', rest @ ..] => (RawZone::Utc, rest),
        [b'+' | b'-', ..] => offset(input).unwrap_or((RawZone::Unmarked, input)),
        [b' ', b'U', b'T', b'C', rest @ ..]
        | [b' ', b'G', b'M', b'T', rest @ ..]
        | [b' ', b'Z', rest @ ..]
            if !rest.first().is_some_and(u8::is_ascii_alphanumeric) =>
        {
            (RawZone::Utc, rest)
        }
        [b' ', rest @ ..] if is_full_offset(rest) => {
            offset(rest).unwrap_or((RawZone::Unmarked, input))
        }
        _ => (RawZone::Unmarked, input),
    }
}

/// After a blank only a full offset counts: ` -08` may be the beginning of anything.
fn is_full_offset(input: &[u8]) -> bool {
    matches!(input, [b'+' | b'-', b'0'..=b'9', b'0'..=b'9', b':' | b'0'..=b'9', b'0'..=b'9', ..])
}

fn offset(input: &[u8]) -> Option<(RawZone, &[u8])> {
    let (&sign, digits) = input.split_first()?;
    let (hours, rest) = pair(digits)?;
    let colon = rest.strip_prefix(b":").unwrap_or(rest);
    let (minutes, rest) = pair(colon).unwrap_or((0, rest));
    if hours > 18 || minutes > 59 || rest.first().is_some_and(u8::is_ascii_alphanumeric) {
        return None;
    }
    let east = i32::from(hours) * 3600 + i32::from(minutes) * 60;
    Some((RawZone::Offset(if sign == b'-' { -east } else { east }), rest))
}

fn pair(input: &[u8]) -> Option<(u8, &[u8])> {
    let (digits, rest) = input.split_first_chunk::<2>()?;
    Some((two(digits, 0)?, rest))
}

fn two<const N: usize>(text: &[u8; N], at: usize) -> Option<u8> {
    let (tens, ones) = (text[at].wrapping_sub(b'0'), text[at + 1].wrapping_sub(b'0'));
    (tens < 10 && ones < 10).then(|| tens * 10 + ones)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wall(clock: [u8; 3], zone: RawZone) -> RawStamp {
        RawStamp::wall(RawDate::new(2025, 7, 4), clock, zone).expect("a time that exists")
    }

    #[test]
    fn every_usual_spelling_reads() {
        let plain = wall([7, 4, 56], RawZone::Unmarked);
        let utc = wall([7, 4, 56], RawZone::Utc);
        let zero = wall([7, 4, 56], RawZone::Offset(0));
        for (text, stamp) in [
            ("2025-07-04T07:04:56Z", utc),
            ("2025-07-04t07:04:56z", utc),
            ("2025-07-04 07:04:56", plain),
            ("2025/07/04 07:04:56", plain),
            ("2025-07-04 07:04:56 UTC", utc),
            ("2025-07-04 07:04:56 +0000", zero),
            ("2025-07-04T07:04:56+00:00", zero),
            ("2025-07-04T07:04:56+0000", zero),
            ("2025-07-04 07:04:56+00", zero),
            ("2025-07-04T03:04:56-04:00", wall([3, 4, 56], RawZone::Offset(-14_400))),
            ("2025-07-04T07:04:56.312Z", utc.with_fraction(312_000_000, 3)),
            ("2025-07-04 07:04:56,312", plain.with_fraction(312_000_000, 3)),
            ("2025-07-04T07:04:56.123456789123Z", utc.with_fraction(123_456_789, 9)),
            ("2025-07-04T07:04:60Z", wall([7, 4, 60], RawZone::Utc)),
        ] {
            assert_eq!(date_time(text.as_bytes()), Ok((&b""[..], stamp)), "{text}");
        }
    }

    #[test]
    fn what_follows_is_left() {
        for (text, rest) in [
            ("2025-07-04T07:04:56Z pid=4", " pid=4"),
            ("2025-07-04 07:04:56 - message", " - message"),
            ("2025-07-04 07:04:56 -08 left", " -08 left"),
            ("2025-07-04 07:04:56 UTCX", " UTCX"),
            ("2025-07-04 07:04:56.", "."),
        ] {
            let read = date_time(text.as_bytes()).map(|(rest, _)| rest);
            assert_eq!(read, Ok(rest.as_bytes()), "{text}");
        }
    }

    #[test]
    fn what_no_calendar_has_is_no_stamp() {
        for text in [
            "2025-13-04T07:04:56Z",
            "2025-02-29 07:04:56",
            "2025-07-04T24:00:00Z",
            "2025-07-04T07:60:00Z",
            "2025-07-04T07:04:61Z",
            "2025-07/04 07:04:56",
            "2025-07-04",
            "2025-07-04T07:04:561",
            "----------T--:--:--",
            "",
        ] {
            assert!(date_time(text.as_bytes()).is_err(), "{text}");
        }
        assert!(date_time(b"2024-02-29 07:04:56").is_ok());
    }

    #[test]
    fn a_time_of_day_has_no_day() {
        let (rest, stamp) = time_of_day(b"07:04:56.5 x").expect("a bare time");
        assert_eq!((rest, stamp.has_day(), stamp.digits()), (&b" x"[..], false, 1));
    }

    #[test]
    fn an_epoch_number_tells_its_unit_by_its_digits() {
        let stamp = RawStamp::epoch(1_751_612_696);
        for (text, stamp) in [
            ("1751612696", stamp),
            ("1751612696312", stamp.with_fraction(312_000_000, 3)),
            ("1751612696312454", stamp.with_fraction(312_454_000, 6)),
            ("1751612696312454001", stamp.with_fraction(312_454_001, 9)),
            ("1751612696.312925", stamp.with_fraction(312_925_000, 6)),
        ] {
            assert_eq!(whole(text.as_bytes()), Some(stamp), "{text}");
        }
        assert_eq!(whole(b"30278823850"), None);
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_panic(bytes: Vec<u8>) {
            let _ = (date_time(&bytes).is_ok(), time_of_day(&bytes).is_ok(), whole(&bytes));
        }
    }
}
