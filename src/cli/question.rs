//! From what was typed to what it means here. Errors are one sentence each, for people.

use chrono::DateTime;
use chrono::NaiveDate;
use chrono::NaiveDateTime;
use chrono::NaiveTime;
use chrono::TimeDelta;
use chrono::Utc;
use chrono_tz::Tz;
use credtrail::app::analyze::Question;
use credtrail::ingest::Format;
use credtrail::ingest::Options;
use credtrail::ingest::time::TimeRules;
use credtrail::model::Profile;
use credtrail::model::TherapistId;

use crate::cli::args::Common;
use crate::cli::read_text;

/// What to look at.
pub(crate) fn question(common: &Common) -> Result<Question, String> {
    let rules = time(common)?;
    let bound = |flag: &str, typed: &Option<String>| {
        match typed {
        None => Ok(None),
        Some(text) => moment(text, rules)
            .map(Some)
            .ok_or_else(|| format!("{flag}: expected a time such as 2025-07-04T07:00:00Z, 07:00 (with --date) or -2h, found \"{text}\"")),
    }
    };
    Ok(Question {
        profile: profile(common)?,
        from: bound("--from", &common.from)?,
        to: bound("--to", &common.to)?,
        therapist: common.therapist.as_deref().map(TherapistId::new),
        severity: common.severity.severity(),
    })
}

/// What times without zone or day mean.
pub(crate) fn time(common: &Common) -> Result<TimeRules, String> {
    let zone: Tz = common.tz.parse().map_err(|_| {
        format!("--tz: expected a zone such as UTC or America/New_York, found \"{}\"", common.tz)
    })?;
    Ok(TimeRules { zone, date: common.date, year: common.year, ..TimeRules::default() })
}

/// How to read.
pub(crate) fn options(common: &Common) -> Result<Options, String> {
    let known = Options::default();
    let format = common.input_format.as_deref().map(Format::named).transpose();
    Ok(Options {
        threads: common.threads.unwrap_or(known.threads).max(1),
        time: time(common)?,
        format: format.map_err(|error| format!("--input-format: {error}"))?,
        ..known
    })
}

fn profile(common: &Common) -> Result<Profile, String> {
    let mut profile = match &common.profile {
        None => Profile::default(),
        Some(path) => {
            let shown = path.display();
            let text = read_text(path).map_err(|error| format!("{shown}: {error}"))?;
            Profile::from_toml(&text).map_err(|error| format!("{shown}: {error}"))?
        }
    };
    match common.window {
        Some(0) => return Err("--window: expected milliseconds above 0, found 0".to_owned()),
        Some(window) => profile.window_ms = window,
        None => {}
    }
    Ok(profile)
}

/// A typed time in nanoseconds since the epoch: RFC 3339, a date with or without time, a time of
/// day with `--date`, or a distance back from now (`-2h`).
pub(crate) fn moment(text: &str, rules: TimeRules) -> Option<i64> {
    if let Some(back) = text.strip_prefix('-') {
        return (Utc::now() - distance(back)?).timestamp_nanos_opt();
    }
    if let Ok(time) = DateTime::parse_from_rfc3339(text) {
        return time.timestamp_nanos_opt();
    }
    let spellings =
        ["%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"];
    let local = spellings
        .iter()
        .find_map(|spelling| NaiveDateTime::parse_from_str(text, spelling).ok())
        .or_else(|| NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()?.and_hms_opt(0, 0, 0))
        .or_else(|| {
            let times = ["%H:%M:%S%.f", "%H:%M"];
            let of_day = times.iter().find_map(|t| NaiveTime::parse_from_str(text, t).ok())?;
            Some(rules.date?.and_time(of_day))
        })?;
    local.and_local_timezone(rules.zone).earliest()?.timestamp_nanos_opt()
}

fn distance(text: &str) -> Option<TimeDelta> {
    let (number, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    let number: i64 = number.parse().ok()?;
    match unit {
        "s" => TimeDelta::try_seconds(number),
        "m" => TimeDelta::try_minutes(number),
        "h" => TimeDelta::try_hours(number),
        "d" => TimeDelta::try_days(number),
        _ => None,
    }
}
