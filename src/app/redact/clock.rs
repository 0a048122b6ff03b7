//! Dates and times as they stand in a line: what may stay when a line is masked.
//!
//! Takes text and a place, gives where the date or time ends. A date stays only if the log is
//! about that day, so that a date of birth is none. A time of day stays always.

use chrono::DateTime;
use chrono::Datelike;
use chrono::Days;
use chrono::NaiveDate;

use crate::model::Stamp;

const MONTHS: [&[u8]; 12] = [
    b"Jan", b"Feb", b"Mar", b"Apr", b"May", b"Jun", b"Jul", b"Aug", b"Sep", b"Oct", b"Nov", b"Dec",
];

/// The days a log is about, with a day to both sides for time zones.
#[derive(Clone, Copy, Debug)]
pub(super) struct Calendar {
    days: Option<(NaiveDate, NaiveDate)>,
}

impl Calendar {
    /// The days of a window; without one no date stays.
    pub(super) fn of(window: Option<(Stamp, Stamp)>) -> Self {
        let day = |stamp: Stamp| DateTime::from_timestamp_nanos(stamp.printed()).date_naive();
        let days = window.and_then(|(from, to)| {
            let first = day(from).checked_sub_days(Days::new(1))?;
            Some((first, day(to).checked_add_days(Days::new(1))?))
        });
        Self { days }
    }

    /// Where the date, the time or both that begin here end.
    pub(super) fn end(self, text: &[u8], at: usize) -> Option<usize> {
        let end = match self.date(text, at) {
            Some(date) => time_after(text, date.end).or(date.is_whole.then_some(date.end)),
            None => time(text, at),
        };
        end.filter(|end| !text.get(*end).is_some_and(|byte| is_word(*byte)))
    }

    fn date(self, text: &[u8], at: usize) -> Option<Date> {
        let date = year_first(text, at)
            .or_else(|| day_first(text, at))
            .or_else(|| month_first(text, at))?;
        self.has(&date).then_some(date)
    }

    fn has(self, date: &Date) -> bool {
        let Some((first, last)) = self.days else { return false };
        let years = date.year.map_or(first.year()..=last.year(), |year| year..=year);
        years
            .take(400)
            .filter_map(|year| NaiveDate::from_ymd_opt(year, date.month, date.day))
            .any(|day| first <= day && day <= last)
    }
}

struct Date {
    year: Option<i32>,
    month: u32,
    day: u32,
    end: usize,
    /// Whether it is a date without a time beside it.
    is_whole: bool,
}

/// `2025-07-04`, `2025/07/04`.
fn year_first(text: &[u8], at: usize) -> Option<Date> {
    let separator = *text.get(at + 4).filter(|byte| b"-/".contains(byte))?;
    let year = i32::try_from(number(text, at, 4)?).ok()?;
    let (month, day) = (number(text, at + 5, 2)?, number(text, at + 8, 2)?);
    let date = Date { year: Some(year), month, day, end: at + 10, is_whole: true };
    (text[at + 7] == separator).then_some(date)
}

/// `04/Jul/2025`, `04 Jul 2025`.
fn day_first(text: &[u8], at: usize) -> Option<Date> {
    let day = number(text, at, 2)?;
    let separator = *text.get(at + 2).filter(|byte| b"/- ".contains(byte))?;
    let month = month(text, at + 3)?;
    let year = i32::try_from(number(text, at + 7, 4)?).ok()?;
    let date = Date { year: Some(year), month, day, end: at + 11, is_whole: true };
    (text[at + 6] == separator).then_some(date)
}

/// `Jul  4`, `Jul 04, 2025`; only before a time, since May is also a name.
fn month_first(text: &[u8], at: usize) -> Option<Date> {
    let month = month(text, at)?;
    let blanks = text[at + 3..].iter().take(3).take_while(|byte| **byte == b' ').count();
    let from = at + 3 + blanks;
    let digits = text[from..].iter().take(3).take_while(|byte| byte.is_ascii_digit()).count();
    if blanks == 0 || !(1..=2).contains(&digits) {
        return None;
    }
    let (day, end) = (number(text, from, digits)?, from + digits);
    let year = text[end..].starts_with(b", ").then(|| number(text, end + 2, 4)).flatten();
    let year = year.and_then(|year| i32::try_from(year).ok());
    let end = if year.is_some() { end + 6 } else { end };
    Some(Date { year, month, day, end, is_whole: false })
}

fn month(text: &[u8], at: usize) -> Option<u32> {
    let name = text.get(at..at + 3)?;
    (1..).zip(MONTHS).find(|(_, month)| *month == name).map(|(number, _)| number)
}

/// A time that follows a date.
fn time_after(text: &[u8], at: usize) -> Option<usize> {
    let between: [&[u8]; 4] = [b" @ ", b"T", b" ", b":"];
    let between = between.iter().find(|between| text[at..].starts_with(between))?;
    time(text, at + between.len())
}

/// `07:04:57`, with decimals and zone as they come.
fn time(text: &[u8], at: usize) -> Option<usize> {
    let is_time = number(text, at, 2)? < 24
        && number(text, at + 3, 2)? < 60
        && number(text, at + 6, 2)? <= 60
        && text[at + 2] == b':'
        && text[at + 5] == b':';
    // Not the first half of a hardware address, nor its second.
    let is_after_pair = at >= 2 && text[at - 1] == b':' && text[at - 2].is_ascii_hexdigit();
    let is_alone = !is_after_pair || at >= 6 && text[at - 6] == b'/';
    let mut end = at + 8;
    let is_before_pair =
        text.get(end) == Some(&b':') && text.get(end + 1).is_some_and(u8::is_ascii_hexdigit);
    if !is_time || !is_alone || is_before_pair {
        return None;
    }
    if matches!(text.get(end), Some(b'.' | b',')) {
        let digits = text[end + 1..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        if (1..=9).contains(&digits) {
            end += 1 + digits;
        }
    }
    Some(zone(text, end).unwrap_or(end))
}

/// `Z`, `+02:00`, ` +0000`.
fn zone(text: &[u8], at: usize) -> Option<usize> {
    if text.get(at) == Some(&b'Z') {
        return Some(at + 1);
    }
    let at = if text.get(at) == Some(&b' ') { at + 1 } else { at };
    text.get(at).filter(|byte| b"+-".contains(byte))?;
    let hours = number(text, at + 1, 2)?;
    let colon = usize::from(text.get(at + 3) == Some(&b':'));
    let minutes = number(text, at + 3 + colon, 2)?;
    let end = at + 5 + colon;
    let is_end = !text.get(end).is_some_and(|byte| is_word(*byte));
    (hours <= 14 && minutes % 15 == 0 && minutes < 60 && is_end).then_some(end)
}

fn number(text: &[u8], at: usize, digits: usize) -> Option<u32> {
    let digits = text.get(at..at + digits)?;
    digits.iter().try_fold(0, |sum, digit| {
        digit.is_ascii_digit().then(|| sum * 10 + u32::from(digit - b'0'))
    })
}

/// Whether a byte belongs to a word: letters, digits, `_`, and all that is not ASCII.
pub(super) fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || !byte.is_ascii()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Clock;
    use crate::model::Zone;

    fn july_4() -> Calendar {
        let nanos = 1_751_587_200_000_000_000;
        let stamp = Stamp::truncated(nanos, 0, Zone::Stated, Clock::Application);
        Calendar::of(Some((stamp, stamp)))
    }

    #[test]
    fn times_are_known_as_they_are_printed() {
        for text in [
            "2025-07-04T07:04:56.412Z",
            "2025-07-04 07:04:56,412",
            "2025-07-04T07:04:56+02:00",
            "2025/07/04 07:04:56 +0000",
            "04/Jul/2025:07:04:56 +0000",
            "Jul  4 07:04:56",
            "Jul 4, 2025 @ 07:46:38.591",
            "07:04:56.412905",
            "2025-07-04",
        ] {
            assert_eq!(july_4().end(text.as_bytes(), 0), Some(text.len()), "{text}");
        }
    }

    #[test]
    fn what_only_looks_like_a_time_is_none() {
        for text in [
            "1985-03-12",
            "2025-07-0",
            "07:04:56:ab:cd:ef",
            "25:04:56",
            "May 4",
            "2025-07-04x",
            "555-123-4567",
        ] {
            assert_eq!(july_4().end(text.as_bytes(), 0), None, "{text}");
        }
    }

    #[test]
    fn a_time_near_the_begin_of_the_text_is_read_alone() {
        for before in ["", ":", "a:", "aa:", "a:aa:", "aa:aa:"] {
            let text = format!("{before}07:04:56");
            let end = july_4().end(text.as_bytes(), before.len());
            assert_eq!(end.is_some(), before.len() < 2, "{text}");
        }
    }
}
