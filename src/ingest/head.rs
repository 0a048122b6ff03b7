//! What the head and the tail of a source tell of its clock: from when to when it goes, in which
//! order it stands, which day and which zone it means.

use chrono::NaiveDate;

use crate::ingest::Content;
use crate::ingest::Record;
use crate::ingest::detect::Format;
use crate::ingest::detect::Peel;
use crate::ingest::detect::lines;
use crate::ingest::detect::peel;
use crate::ingest::detect::read_head;
use crate::ingest::statement;
use crate::ingest::statement::Vocabulary;
use crate::ingest::time::RawStamp;
use crate::ingest::time::TimeRules;
use crate::ingest::time::resolve;
use crate::model::Clock;
use crate::model::Stamp;

/// The times of whole lines at the head or the tail of a source.
pub(super) fn span_of(
    bytes: &[u8],
    format: &Format,
    time: TimeRules,
    mut span: Option<(Stamp, Stamp)>,
) -> Option<(Stamp, Stamp)> {
    for line in lines(bytes) {
        let peeled = peel(Content::line(line), format);
        for stamp in stamps(&peeled, format, &time) {
            span = Some(stamp.widen(span));
        }
    }
    span
}

/// The first whole date that a line of the head states, by whatever clock.
pub(super) fn stated_day(bytes: &[u8], format: &Format) -> Option<NaiveDate> {
    let day = |raw: RawStamp| {
        let is_whole = raw.date().is_none_or(|date| date.parts().0.is_some()) && raw.has_day();
        let stamp = resolve(raw, &TimeRules::default(), Clock::Application).filter(|_| is_whole)?;
        NaiveDate::parse_from_str(&stamp.date(), "%Y-%m-%d").ok()
    };
    lines(bytes).find_map(|line| {
        let peeled = peel(Content::line(line), format);
        let records = read_head(&peeled.inner, format).map(|(_, records)| records);
        let own = records.into_iter().flatten().find_map(|record| record.stamp.and_then(day));
        own.or_else(|| peeled.stamp.and_then(day))
    })
}

/// How far the logger's clock, which names no zone, stands from the UTC of the values that its
/// lines hold (formats.md §7): in seconds, and only if all lines of the head that show it agree.
pub(super) fn shown_offset(bytes: &[u8], format: &Format, words: &Vocabulary) -> Option<i32> {
    let nanos =
        |raw: RawStamp| resolve(raw, &TimeRules::default(), Clock::Application).map(Stamp::printed);
    let mut shown = lines(bytes).filter_map(|line| {
        let peeled = peel(Content::line(line), format);
        let (_, records) = read_head(&peeled.inner, format)?;
        let record = records.into_iter().next()?;
        let own = record.stamp.filter(|raw| raw.is_unmarked() && raw.has_day())?;
        let payload = statement::read(&record, words).payload_stamp?;
        let seconds = (nanos(own)? - nanos(payload)?) / 1_000_000_000;
        let quarter = (seconds + 450).div_euclid(900) * 900;
        ((seconds - quarter).abs() <= 5).then_some(quarter)
    });
    let first = shown.next()?;
    let is_agreed = shown.all(|other| other == first);
    i32::try_from(first).ok().filter(|_| is_agreed)
}

/// Whether the records of a head stand in falling order of time.
pub(super) fn is_newest_first(bytes: &[u8], format: &Format, time: &TimeRules) -> bool {
    let (mut rising, mut falling) = (0, 0);
    let mut last: Option<Stamp> = None;
    for line in lines(bytes) {
        let peeled = peel(Content::line(line), format);
        for stamp in stamps(&peeled, format, time) {
            let before = last.replace(stamp);
            rising += u32::from(before.is_some_and(|last| last.certainly_before(stamp)));
            falling += u32::from(before.is_some_and(|last| stamp.certainly_before(last)));
        }
    }
    falling > rising
}

/// The times of what one wrapper holds.
pub(super) fn stamps(peeled: &Peel<'_>, format: &Format, time: &TimeRules) -> Vec<Stamp> {
    let records = read_head(&peeled.inner, format).map(|(_, records)| records);
    let outer = || peeled.stamp.and_then(|raw| resolve(raw, time, Clock::Transport));
    let own = |record: &Record<'_>| {
        let clock = record.clock.unwrap_or(Clock::Application);
        record.stamp.and_then(|raw| resolve(raw, time, clock)).or_else(outer)
    };
    match records {
        Some(records) => records.iter().filter_map(own).collect(),
        None if peeled.transports.is_empty() => Vec::new(),
        None => outer().into_iter().collect(),
    }
}
