//! From a printed time to a moment: what the reader has to add where the line leaves it open.

use chrono::Datelike as _;
use chrono::Days;
use chrono::MappedLocalTime;
use chrono::NaiveDate;
use chrono::NaiveDateTime;
use chrono::NaiveTime;
use chrono::Offset;
use chrono::TimeDelta;
use chrono::TimeZone;
use chrono_tz::Tz;

use crate::ingest::time::RawStamp;
use crate::ingest::time::RawZone;
use crate::ingest::time::Seconds;
use crate::model::Clock;
use crate::model::Stamp;
use crate::model::Zone;

/// What is known about a source's clock beyond what its lines say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimeRules {
    /// The zone of times that name none.
    pub zone: Tz,
    /// The day of times that have none.
    pub date: Option<NaiveDate>,
    /// The year of dates that have none.
    pub year: Option<i32>,
    /// Where the source itself shows it: seconds east of Greenwich of the times that name no zone.
    pub east: Option<i32>,
    /// A day that the source itself states: where no year is given, dates without one are in the
    /// year that brings them nearest to it.
    pub near: Option<NaiveDate>,
}

impl Default for TimeRules {
    fn default() -> Self {
        Self { zone: Tz::UTC, date: None, year: None, east: None, near: None }
    }
}

impl TimeRules {
    /// The date of a month and a day that come without a year. Around New Year's Eve the nearest
    /// date is in the other year.
    fn dated(&self, month: u8, day: u8) -> Option<NaiveDate> {
        let of_year = |year| NaiveDate::from_ymd_opt(year, month.into(), day.into());
        if let Some(year) = self.year {
            return of_year(year);
        }
        let near = self.near?;
        let years = near.year() - 4..=near.year() + 4;
        years.filter_map(of_year).min_by_key(|date| (*date - near).num_days().abs())
    }
}

/// Gives the moment a printed time stands for.
///
/// A bare time of day without a day in the rules has none; so has a date without a year where
/// neither the rules nor the source tell one, and a time beyond the years 1677 to
/// 2262, which nanoseconds cannot count. A local time that a clock change repeats is the interval
/// of both readings; one that it skips is shifted forward by what was skipped. Second 60 is the
/// first of the next minute.
pub fn resolve(raw: RawStamp, rules: &TimeRules, clock: Clock) -> Option<Stamp> {
    let mut again = 0;
    let (seconds, zone) = match raw.seconds {
        Seconds::Epoch(seconds) => (seconds, Zone::Stated),
        Seconds::Wall { date, of_day, zone } => {
            let date = match date.map(super::RawDate::parts) {
                Some((Some(year), month, day)) => {
                    NaiveDate::from_ymd_opt(i32::from(year), month.into(), day.into())?
                }
                Some((None, month, day)) => rules.dated(month, day)?,
                None => rules.date?,
            };
            let local = at(date, of_day)?;
            match zone {
                RawZone::Utc => (local.and_utc().timestamp(), Zone::Stated),
                RawZone::Offset(east) => {
                    (local.and_utc().timestamp() - i64::from(east), Zone::Stated)
                }
                RawZone::Unmarked => {
                    let (seconds, repeats, zone) = match rules.east {
                        Some(east) => {
                            (local.and_utc().timestamp() - i64::from(east), 0, Zone::Stated)
                        }
                        None => utc_seconds(local, rules.zone)
                            .map(|(seconds, repeats)| (seconds, repeats, Zone::Assumed))?,
                    };
                    again = repeats;
                    (seconds, zone)
                }
            }
        }
    };
    let nanos = seconds.checked_mul(1_000_000_000)?.checked_add(raw.nanos.into())?;
    let stamp = if raw.is_rounded { Stamp::rounded } else { Stamp::truncated };
    Some(stamp(nanos, raw.digits, zone, clock).or_again(u32::try_from(again).ok()?))
}

fn at(date: NaiveDate, seconds: u32) -> Option<NaiveDateTime> {
    let (days, seconds) = (seconds / 86_400, seconds % 86_400);
    let date = date.checked_add_days(Days::new(days.into()))?;
    Some(date.and_time(NaiveTime::from_num_seconds_from_midnight_opt(seconds, 0)?))
}

/// The earliest moment of a local time, and the seconds after which the clock showed it again.
fn utc_seconds(local: NaiveDateTime, zone: Tz) -> Option<(i64, i64)> {
    if zone == Tz::UTC {
        return Some((local.and_utc().timestamp(), 0));
    }
    match zone.from_local_datetime(&local) {
        MappedLocalTime::Single(time) => Some((time.timestamp(), 0)),
        MappedLocalTime::Ambiguous(one, two) => {
            let (first, last) = (one.timestamp(), two.timestamp());
            Some((first.min(last), (first - last).abs()))
        }
        MappedLocalTime::None => skipped(local, zone).map(|seconds| (seconds, 0)),
    }
}

/// A local time that never was: reads it with the offset from before the change. A change skips
/// an hour as a rule, and a whole day where a country crosses the date line.
fn skipped(local: NaiveDateTime, zone: Tz) -> Option<i64> {
    let before = (1..=25).find_map(|hours| {
        let earlier = local.checked_sub_signed(TimeDelta::hours(hours))?;
        zone.offset_from_local_datetime(&earlier).latest()
    })?;
    Some(local.and_utc().timestamp() - i64::from(before.fix().local_minus_utc()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::time::date_time;
    use crate::ingest::time::time_of_day;
    use crate::ingest::time::whole;

    fn said(text: &str, zone: Tz) -> String {
        let (_, raw) = date_time(text.as_bytes()).expect("a time");
        let rules = TimeRules { zone, ..TimeRules::default() };
        let stamp = resolve(raw, &rules, Clock::Application).expect("a moment");
        format!("{} {:?}", stamp.to_rfc3339(), stamp.zone())
    }

    #[test]
    fn a_stated_zone_wins_over_the_rules() {
        let york = Tz::America__New_York;
        assert_eq!(said("2025-07-04T07:04:56.312Z", york), "2025-07-04T07:04:56.312Z Stated");
        assert_eq!(said("2025-07-04T03:04:56-04:00", york), "2025-07-04T07:04:56Z Stated");
        assert_eq!(said("2025-07-04 03:04:56", york), "2025-07-04T07:04:56Z Assumed");
    }

    #[test]
    fn clock_changes_read_as_documented() {
        let york = Tz::America__New_York;
        assert_eq!(said("2025-11-02 01:30:00", york), "2025-11-02T05:30:00Z Assumed");
        assert_eq!(said("2025-03-09 02:30:00", york), "2025-03-09T07:30:00Z Assumed");
        assert_eq!(said("2011-12-30 12:00:00", Tz::Pacific__Apia), "2011-12-30T22:00:00Z Assumed");
    }

    #[test]
    fn a_leap_second_is_the_next_second() {
        assert_eq!(said("2016-12-31T23:59:60Z", Tz::UTC), "2017-01-01T00:00:00Z Stated");
    }

    #[test]
    fn a_time_of_day_needs_a_day() {
        let (_, raw) = time_of_day(b"07:04:56").expect("a time of day");
        assert_eq!(resolve(raw, &TimeRules::default(), Clock::Application), None);
        let rules = TimeRules { date: NaiveDate::from_ymd_opt(2025, 7, 4), ..TimeRules::default() };
        let stamp = resolve(raw, &rules, Clock::Application).map(Stamp::to_rfc3339);
        assert_eq!(stamp.as_deref(), Some("2025-07-04T07:04:56Z"));
    }

    #[test]
    fn an_epoch_number_is_a_stated_time() {
        let raw = whole(b"1751612696312").expect("milliseconds");
        let stamp = resolve(raw, &TimeRules::default(), Clock::Transport).expect("a moment");
        assert_eq!(stamp.to_rfc3339(), "2025-07-04T07:04:56.312Z");
        assert_eq!(resolve(RawStamp::epoch(i64::MAX), &TimeRules::default(), Clock::Payload), None);
    }
}
