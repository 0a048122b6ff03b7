//! Times and gaps for eyes. The zone is UTC everywhere, and no more digits than the source had.

use crate::model::Finding;
use crate::model::Gap;
use crate::model::Span;
use crate::model::Stamp;
use crate::model::Still;
use crate::report::number::grouped;

const SECOND: i64 = 1_000_000_000;

/// From here on a gap is told as a length of time and no longer by its bounds.
const LONG: i64 = 60 * SECOND;

/// How to write a time: without the date where all is of one day.
#[derive(Clone, Debug)]
pub(crate) struct Days {
    only: Option<String>,
}

impl Days {
    /// Looks at the window: one day or several.
    pub(crate) fn of(window: Option<(Stamp, Stamp)>) -> Self {
        let only =
            window.filter(|(from, to)| from.date() == to.date()).map(|(from, _)| from.date());
        Self { only }
    }

    /// A time, with its date unless that is known.
    pub(crate) fn time(&self, stamp: Stamp) -> String {
        let date = stamp.date();
        if self.only.as_ref() == Some(&date) {
            stamp.time_of_day()
        } else {
            format!("{date} {}", stamp.time_of_day())
        }
    }
}

/// From when to when in one phrase: `2025-07-04 01:31:40–07:46:38`.
pub(crate) fn span((from, to): (Stamp, Stamp)) -> String {
    // Whole seconds do here; the precision is told beside it.
    let second = |stamp: Stamp| stamp.time_of_day().chars().take(8).collect::<String>();
    let minute = |stamp: Stamp| stamp.time_of_day().chars().take(5).collect::<String>();
    let (day, last) = (from.date(), to.date());
    if day == last {
        format!("{day} {}–{}", second(from), second(to))
    } else {
        format!("{day} {} – {last} {}", minute(from), minute(to))
    }
}

/// From when to when to the minute: `01:31–07:46`.
pub(crate) fn minutes((from, to): (Stamp, Stamp)) -> String {
    let minute = |stamp: Stamp| stamp.time_of_day().chars().take(5).collect::<String>();
    if from.date() == to.date() {
        format!("{}–{}", minute(from), minute(to))
    } else {
        span((from, to))
    }
}

/// Since when a finding holds, and until when.
pub(crate) fn since(finding: &Finding, days: &Days) -> String {
    lasting(finding.still, finding.from, finding.to, days)
}

/// Since when something holds, and until when.
pub(crate) fn lasting(still: Still, from: Option<Stamp>, to: Option<Stamp>, days: &Days) -> String {
    match (still, from, to) {
        (Still::Wrong, Some(from), _) => format!("since {} UTC, still", days.time(from)),
        (Still::Wrong, None, _) => "still, since when is not known".to_owned(),
        (Still::Over, Some(from), Some(to)) if from == to => format!("at {} UTC", days.time(from)),
        (Still::Over, Some(from), Some(to)) => {
            format!("{}–{} UTC, for {}", days.time(from), days.time(to), length(from.gap(to)))
        }
        (Still::Over, Some(from), None) => format!("at {} UTC", days.time(from)),
        (Still::Over, None, Some(to)) => format!("until {} UTC", days.time(to)),
        (Still::Over, None, None) => "time not known".to_owned(),
    }
}

/// The precision of a printed time: `1 s`, `1 ms`.
pub(crate) fn precision(stamp: Stamp) -> String {
    let text = stamp.precision();
    let unit = text.find(|character: char| !character.is_ascii_digit()).unwrap_or(text.len());
    format!("{} {}", &text[..unit], text[unit..].replace("us", "µs"))
}

/// A gap in the fewest columns that are true: `<2 s`, `692–694 ms`, `5 h 33 m`.
pub(crate) fn length(gap: Gap) -> String {
    if is_long(gap) {
        return Span(gap.shortest().midpoint(gap.longest())).to_string();
    }
    let (unit, name) = match gap.longest() {
        ..2_000 => (1, "ns"),
        2_000..2_000_000 => (1_000, "µs"),
        2_000_000..2_000_000_000 => (1_000_000, "ms"),
        _ => (SECOND, "s"),
    };
    let low = gap.shortest() / unit;
    let high = gap.longest().saturating_add(unit - 1) / unit;
    let [low, high] = [low, high].map(|bound| grouped(bound.unsigned_abs()));
    if low == "0" { format!("<{high} {name}") } else { format!("{low}–{high} {name}") }
}

/// Whether a gap is so long that its bounds say less than its length.
pub(crate) fn is_long(gap: Gap) -> bool {
    gap.shortest() >= LONG
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample::at;

    #[test]
    fn gaps_are_short_and_true() {
        assert_eq!(length(at("07:04:56").gap(at("07:04:57"))), "<2 s");
        assert_eq!(length(at("07:04:56.412").gap(at("07:04:57.105"))), "692–694 ms");
        assert_eq!(length(at("01:31:40").gap(at("07:04:56"))), "5 h 33 m");
        assert_eq!(length(at("07:04:56").gap(at("07:05:02"))), "5–7 s");
    }

    #[test]
    fn the_date_is_left_out_where_all_is_of_one_day() {
        let window = (at("01:31:40"), at("07:46:38"));
        assert_eq!(Days::of(Some(window)).time(at("07:00:00")), "07:00:00");
        assert_eq!(Days::of(None).time(at("07:00:00")), "2025-07-04 07:00:00");
        assert_eq!(span(window), "2025-07-04 01:31:40–07:46:38");
        assert_eq!(minutes(window), "01:31–07:46");
    }
}
