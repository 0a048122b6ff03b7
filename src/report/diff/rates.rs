//! Rates and ratios as text, and the columns they stand in.

use crate::diff::Row;
use crate::model::rate::Change;
use crate::model::rate::Direction;
use crate::model::rate::Rate;
use crate::report::number::grouped;

/// A rate per thousand, with as many digits as anybody reads.
pub(super) fn per(value: f64) -> String {
    match value {
        0.0 => "0".to_owned(),
        ..0.01 => "<0.01".to_owned(),
        ..1.0 => format!("{value:.2}"),
        ..99.95 => format!("{value:.1}"),
        _ => rounded(value),
    }
}

/// A ratio, with so many digits that one below 1 never reads as 1.
pub(super) fn times(value: f64) -> String {
    match value {
        0.0 => "0".to_owned(),
        ..0.001 => "<0.001".to_owned(),
        ..0.01 => format!("{value:.3}"),
        0.995..1.0 | 1.000_000_1..1.005 => format!("{value:.4}"),
        ..9.995 => format!("{value:.2}"),
        ..99.95 => format!("{value:.1}"),
        _ => rounded(value),
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a rate, rounded")]
fn rounded(value: f64) -> String {
    grouped(value.round() as u64)
}

/// Between which bounds a ratio lies: `×0.04–0.15`, `×1.3 or more`.
pub(super) fn bounds(change: &Change) -> String {
    match (change.low, change.high.is_finite()) {
        (0.0, false) => "not known".to_owned(),
        (low, false) => format!("×{} or more", times(low)),
        (low, true) => format!("×{}–{}", times(low), times(change.high)),
    }
}

/// Which columns there are, by how much room there is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Columns {
    /// Counts, of how many, and intervals.
    All,
    /// Counts and intervals.
    Counts,
    /// Intervals and no counts.
    Rates,
    /// Rates alone; the ratio keeps its interval.
    Few,
    /// By what factor, and what that means.
    Least,
}

impl Columns {
    /// The names.
    pub(super) fn heads(self) -> Vec<&'static str> {
        match self {
            Self::All => {
                vec![
                    "before", "of", "rate", "95 %", "after", "of", "rate", "95 %", "ratio", "95 %",
                    "",
                ]
            }
            Self::Counts => {
                vec!["before", "rate", "95 %", "after", "rate", "95 %", "ratio", "95 %", ""]
            }
            Self::Rates => vec!["before", "95 %", "after", "95 %", "ratio", "95 %", ""],
            Self::Few => vec!["before", "after", "ratio", "95 %", ""],
            Self::Least => vec!["ratio", ""],
        }
    }

    /// The cells of a row, as many as there are heads.
    pub(super) fn cells(self, row: &Row) -> Vec<String> {
        let mut cells = Vec::new();
        for rate in [&row.before, &row.after] {
            cells.extend(self.rate(rate.as_ref()));
        }
        let change = row.change.filter(|_| row.events() > 0);
        cells.push(match change.map(|change| change.ratio) {
            Some(Some(ratio)) => format!("×{}", times(ratio)),
            Some(None) => "from 0".to_owned(),
            None => "–".to_owned(),
        });
        let interval = |change: Change| bounds(&change).replace('×', "").replace(" or more", "–∞");
        if self != Self::Least {
            cells.push(change.map_or_else(String::new, interval));
        }
        cells.push(change.map_or("none", |change| verdict(change.direction)).to_owned());
        cells
    }

    fn rate(self, rate: Option<&Rate>) -> Vec<String> {
        let Some(rate) = rate else {
            let cells: &[&str] = match self {
                Self::All => &["", "", "–", ""],
                Self::Counts => &["", "–", ""],
                Self::Rates => &["–", ""],
                Self::Few => &["–"],
                Self::Least => &[],
            };
            return cells.iter().map(|cell| (*cell).to_owned()).collect();
        };
        let estimate = per(rate.per_thousand);
        let interval = format!("{}–{}", per(rate.low), per(rate.high));
        match self {
            Self::All => vec![grouped(rate.events), grouped(rate.of), estimate, interval],
            Self::Counts => vec![grouped(rate.events), estimate, interval],
            Self::Rates => vec![estimate, interval],
            Self::Few => vec![estimate],
            Self::Least => Vec::new(),
        }
    }
}

/// The verdict of a row, in one word.
pub(super) fn verdict(direction: Direction) -> &'static str {
    match direction {
        Direction::Fell => "fell",
        Direction::Rose => "rose",
        Direction::Unclear => "unclear",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_the_digits_anybody_reads() {
        assert_eq!([0.0, 0.004, 0.41, 3.07, 41.2].map(per), ["0", "<0.01", "0.41", "3.1", "41.2"]);
        assert_eq!([99.96, 1000.0, 12_345.6].map(per), ["100", "1,000", "12,346"]);
        assert_eq!([0.0, 0.081, 1.0, 12.34].map(times), ["0", "0.08", "1.00", "12.3"]);
    }

    #[test]
    fn a_ratio_below_one_never_reads_as_one() {
        assert_eq!([0.9961, 0.999_96, 1.0021].map(times), ["0.9961", "1.0000", "1.0021"]);
    }
}
