//! Spellings of a time that only one tool writes.
//!
//! Source: RFC 3164 §4.1.2; formats.md §6.
//!
//! ```text
//! syslog = Mmm SP ( SP digit | 2digit ) SP hh ":" mm ":" ss           ; no year, no zone
//! kibana = Mmm SP d "," SP yyyy SP "@" SP hh ":" mm ":" ss [ "." 1*digit ]
//! ```

use crate::ingest::time::RawDate;
use crate::ingest::time::RawStamp;
use crate::ingest::time::time_of_day;

const MONTHS: [&[u8; 3]; 12] = [
    b"Jan", b"Feb", b"Mar", b"Apr", b"May", b"Jun", b"Jul", b"Aug", b"Sep", b"Oct", b"Nov", b"Dec",
];

/// Reads `Jul  4 01:31:38` from the front; gives the rest.
pub fn syslog(input: &[u8]) -> Option<(RawStamp, &[u8])> {
    let (month, rest) = month(input)?;
    let (day, rest) = day(rest.strip_prefix(b" ")?)?;
    let clock = rest.strip_prefix(b" ")?;
    // A time of day takes a zone with it, and here the next word is the host.
    let (clock, rest) = clock.split_at_checked(8)?;
    let stamp = bare(clock)?;
    let is_end = rest.first().is_none_or(|byte| b" .,".contains(byte));
    let (stamp, rest) = fraction(stamp, rest);
    is_end.then_some((stamp.on(RawDate::yearless(month, day)?), rest))
}

/// Reads `Jul 4, 2025 @ 01:31:40.312` and nothing else.
pub fn kibana(input: &[u8]) -> Option<RawStamp> {
    let (month, rest) = month(input)?;
    let (day, rest) = day(rest.strip_prefix(b" ")?)?;
    let (year, rest) = rest.strip_prefix(b", ")?.split_at_checked(4)?;
    let year = std::str::from_utf8(year).ok()?.parse().ok()?;
    let (rest, stamp) = time_of_day(rest.strip_prefix(b" @ ")?).ok()?;
    rest.is_empty().then_some(stamp.on(RawDate::new(year, month, day)?))
}

fn month(input: &[u8]) -> Option<(u8, &[u8])> {
    let (name, rest) = input.split_at_checked(3)?;
    let at = MONTHS.iter().position(|month| month[..] == *name)?;
    Some((u8::try_from(at + 1).ok()?, rest))
}

fn day(input: &[u8]) -> Option<(u8, &[u8])> {
    let input = input.strip_prefix(b" ").unwrap_or(input);
    let digits = input.iter().take(2).take_while(|byte| byte.is_ascii_digit()).count();
    let (day, rest) = input.split_at(digits);
    Some((std::str::from_utf8(day).ok()?.parse().ok()?, rest))
}

fn bare(clock: &[u8]) -> Option<RawStamp> {
    time_of_day(clock).ok().filter(|(rest, _)| rest.is_empty()).map(|(_, stamp)| stamp)
}

fn fraction(stamp: RawStamp, rest: &[u8]) -> (RawStamp, &[u8]) {
    let Some(digits) = rest.strip_prefix(b".") else { return (stamp, rest) };
    let count = digits.iter().take_while(|byte| byte.is_ascii_digit()).count();
    if count == 0 {
        return (stamp, rest);
    }
    let kept = count.min(9);
    let nanos = digits[..kept].iter().fold(0, |sum, digit| sum * 10 + u32::from(digit - b'0'));
    let scale = 10_u32.pow(9 - u32::try_from(kept).unwrap_or(9));
    let digits_kept = u8::try_from(kept).unwrap_or(9);
    (stamp.with_fraction(nanos * scale, digits_kept), &digits[count..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_may_be_padded_with_a_blank_or_a_zero() {
        for text in ["Jul  4 01:31:38 host", "Jul 04 01:31:38 host", "Jul 4 01:31:38 host"] {
            let (stamp, rest) = syslog(text.as_bytes()).expect(text);
            let date = stamp.date().expect("a date").parts();
            assert_eq!((date, rest), ((None, 7, 4), &b" host"[..]), "{text}");
        }
        let (stamp, _) = syslog(b"Feb 29 23:59:60.25 h").expect("a leap day");
        assert_eq!(stamp.digits(), 2);
    }

    #[test]
    fn kibana_prints_a_sentence() {
        let stamp = kibana(b"Jul 4, 2025 @ 01:31:40.312").expect("a time");
        assert_eq!(
            (stamp.date().expect("a date").parts(), stamp.digits()),
            ((Some(2025), 7, 4), 3)
        );
    }

    #[test]
    fn other_text_is_no_time() {
        for text in [
            "Jul",
            "July 4 01:31:38",
            "Jul 32 01:31:38 h",
            "Jul  4 25:31:38 h",
            "Feb 30 01:00:00 h",
            "",
        ] {
            assert_eq!(syslog(text.as_bytes()), None, "{text}");
            assert_eq!(kibana(text.as_bytes()), None, "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_panic(bytes: Vec<u8>, text in "(Jul|Feb| |4|29|:|01:02:03|, |2025| @ ){0,9}") {
            for input in [&bytes[..], text.as_bytes()] {
                let _ = (syslog(input).is_some(), kibana(input).is_some());
            }
        }
    }
}
