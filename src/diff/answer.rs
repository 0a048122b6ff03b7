//! The answer: what a comparison comes to, in one row.

use crate::diff::measure::Measure;
use crate::diff::measure::Row;
use crate::diff::side::Side;
use crate::model::rate::Direction;

/// What a comparison comes to. Which row it rests on is fixed before anything is counted:
/// `duplicate-run` where either side found any, else all findings of high severity, else all. To
/// take the row that changed most would find a change in every comparison.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    /// A side has too little to compare.
    Inconclusive {
        /// Whether it is the first.
        before: bool,
        /// Whether it is the second.
        after: bool,
    },
    /// A side has no run to be a rate of.
    NoRate,
    /// The row's rate rose or fell, or no difference can be shown.
    Rate(Direction, Box<Row>),
}

impl Answer {
    pub(super) fn of(before: &Side, after: &Side, rows: &[Row], unread_limit: f64) -> Self {
        let [one, other] = [before, after].map(|side| side.is_inconclusive(unread_limit));
        if one || other {
            return Self::Inconclusive { before: one, after: other };
        }
        let is_wanted = |row: &&Row| match &row.measure {
            Measure::Rule(rule) => rule == "duplicate-run",
            Measure::High => row.events() > 0,
            Measure::All => true,
            Measure::ExtraRuns | Measure::Therapists => false,
        };
        let row = rows.iter().find(is_wanted);
        match row.and_then(|row| Some((row.change?.direction, row))) {
            Some((direction, row)) => Self::Rate(direction, Box::new(row.clone())),
            None => Self::NoRate,
        }
    }

    /// The verdict in JSON and as the first words.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Inconclusive { .. } => "inconclusive",
            Self::NoRate => "no rate",
            Self::Rate(direction, _) => direction.name(),
        }
    }

    /// The row it rests on.
    pub fn row(&self) -> Option<&Row> {
        match self {
            Self::Rate(_, row) => Some(row),
            Self::Inconclusive { .. } | Self::NoRate => None,
        }
    }
}
