//! Round times on an even axis: each written once, the date where the day changes.

use chrono::DateTime;
use chrono::Utc;

/// Nanoseconds in one second.
const SECOND: i64 = 1_000_000_000;

/// Distances between ticks, in seconds, that read as round.
const ROUND: &[i64] = &[
    1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 10_800, 21_600, 43_200,
    86_400, 172_800, 604_800, 1_209_600, 2_592_000, 7_776_000, 31_536_000,
];

/// Ticks between two moments on so many pixels; `measure` tells how wide a label is.
pub(crate) fn ticks(
    from: i64,
    to: i64,
    width: f64,
    measure: impl Fn(&str) -> f64,
) -> Vec<(i64, String)> {
    let mut told = Vec::new();
    for step in ROUND.iter().map(|seconds| seconds * SECOND) {
        let count = (to - from) / step + 1;
        if count > 400 {
            continue;
        }
        told = labelled(from, to, step);
        let widest = told.iter().map(|(_, text)| measure(text)).fold(0.0, f64::max);
        #[expect(clippy::cast_precision_loss, reason = "a few pixels")]
        let apart = width * step as f64 / ((to - from).max(1) as f64);
        if apart >= widest + 16.0 {
            return told;
        }
    }
    told.truncate(1);
    told
}

fn labelled(from: i64, to: i64, step: i64) -> Vec<(i64, String)> {
    let first = from.div_euclid(step) + i64::from(from.rem_euclid(step) > 0);
    let spans_days = day(from) != day(to);
    let mut last_day = None;
    let ticks = (first..).map(|at| at.saturating_mul(step)).take_while(|at| *at <= to);
    let label = |at: i64| {
        let time = DateTime::<Utc>::from_timestamp_nanos(at);
        let is_new = last_day.replace(day(at)) != Some(day(at));
        let clock = if step < 60 * SECOND { "%H:%M:%S" } else { "%H:%M" };
        let text = match (spans_days, step >= 86_400 * SECOND, is_new) {
            (_, true, _) => time.format("%Y-%m-%d").to_string(),
            (true, _, true) => time.format(&format!("%m-%d {clock}")).to_string(),
            _ => time.format(clock).to_string(),
        };
        (at, text)
    };
    ticks.map(label).collect()
}

fn day(at: i64) -> i64 {
    at.div_euclid(86_400 * SECOND)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_morning_has_its_hours() {
        let at = |seconds: i64| seconds * SECOND;
        let told = ticks(at(5_500), at(27_998), 900.0, |_| 40.0);
        let texts: Vec<&str> = told.iter().map(|(_, text)| text.as_str()).collect();
        assert_eq!(texts[..3], ["02:00", "02:30", "03:00"]);
    }

    #[test]
    fn days_are_named_where_they_change() {
        let at = |hours: i64| hours * 3_600 * SECOND;
        let told = ticks(at(20), at(30), 500.0, |text| {
            7.0 * f64::from(u8::try_from(text.len()).unwrap_or(9))
        });
        assert!(told.iter().any(|(_, text)| text == "01-02 00:00"), "{told:?}");
    }
}
