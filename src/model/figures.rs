//! Figures: what a log comes to in numbers. `frame` computes them, `report` draws and tells them;
//! neither knows the other, and both know these.

use compact_str::CompactString;

use crate::model::Gap;
use crate::model::Severity;
use crate::model::TherapistId;
use crate::model::rate::Rate;

/// Severities from the worst, as columns are stacked.
pub const SEVERITIES: [Severity; 4] =
    [Severity::High, Severity::Medium, Severity::Low, Severity::Info];

/// All figures of one analysis.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Figures {
    /// Runs and findings by the hour; `None` where nothing has a time.
    pub hours: Option<Hours>,
    /// How long after a run of a therapist the next one began.
    pub gaps: Gaps,
    /// How many runs are one too many.
    pub duplicates: Duplicates,
    /// What ran where: most runs with findings first, then most runs, then by name.
    pub hosts: Vec<Host>,
    /// The therapists with most findings, then most runs, then by number; not all.
    pub top: Vec<Busy>,
    /// Therapists with a run.
    pub therapists: u64,
    /// Runs, those without a clock among them.
    pub runs: u64,
}

/// One column.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Hour {
    /// Runs that began.
    pub runs: u64,
    /// Findings that began, in the order of [`SEVERITIES`].
    pub findings: [u64; 4],
}

impl Hour {
    /// Findings of all severities.
    pub fn found(&self) -> u64 {
        self.findings.iter().sum()
    }
}

/// Columns of equal length, from a round time on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hours {
    /// When the first begins, in nanoseconds since the epoch.
    pub from: i64,
    /// How long each is.
    pub step: i64,
    /// What each is called.
    pub name: &'static str,
    /// At least one.
    pub columns: Vec<Hour>,
}

impl Hours {
    /// When a column begins.
    pub fn at(&self, column: usize) -> i64 {
        let before = i64::try_from(column).unwrap_or(i64::MAX);
        self.from.saturating_add(self.step.saturating_mul(before))
    }

    /// When it ends.
    pub fn to(&self) -> i64 {
        self.at(self.columns.len())
    }

    /// Runs of all columns: those that have a clock.
    pub fn runs(&self) -> u64 {
        self.columns.iter().map(|hour| hour.runs).sum()
    }

    /// The most runs of a column.
    pub fn most_runs(&self) -> u64 {
        self.columns.iter().map(|hour| hour.runs).max().unwrap_or_default()
    }

    /// The most findings of a column.
    pub fn most_found(&self) -> u64 {
        self.columns.iter().map(Hour::found).max().unwrap_or_default()
    }
}

/// The gaps between the starts of consecutive runs of one therapist. Each is an interval.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Gaps {
    /// What they are held against, in nanoseconds.
    pub window: i64,
    /// Therapists who have one.
    pub therapists: u64,
    /// Places on the axis that hold a gap, rising.
    pub columns: Vec<GapColumn>,
    /// What so many of a hundred gaps are not longer than, rising; none where there is no gap.
    pub quantiles: Vec<Quantile>,
}

/// Gaps of about one length.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct GapColumn {
    /// The [`Gaps::place`] of their middles.
    pub place: i32,
    /// Certainly inside the window.
    pub certain: u64,
    /// Inside or outside: the printed times cannot tell.
    pub possible: u64,
    /// Outside.
    pub outside: u64,
}

impl GapColumn {
    /// Gaps of the column.
    pub fn all(&self) -> u64 {
        self.certain + self.possible + self.outside
    }

    /// How many gaps are certainly inside the window, possibly, and outside.
    pub fn sums(columns: &[Self]) -> [u64; 3] {
        columns.iter().fold([0; 3], |[certain, possible, outside], column| {
            [certain + column.certain, possible + column.possible, outside + column.outside]
        })
    }
}

/// A gap by its rank. The shortest and the longest bound are those of that rank among all gaps, so
/// that whatever the gaps truly were, the one of that rank lies between.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quantile {
    /// Of a hundred gaps so many are not longer.
    pub percent: u8,
    /// Between which bounds.
    pub gap: Gap,
}

impl Gaps {
    /// Columns to a power of ten.
    pub const TO_A_DECADE: f64 = 5.0;

    /// Shorter gaps stand with this one: a microsecond, which few loggers print.
    pub const SHORTEST: i64 = 1_000;

    /// Where a length stands on the logarithmic axis, in fifths of a decade from one nanosecond.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_precision_loss,
        reason = "a small number"
    )]
    pub fn place(length: i64) -> i32 {
        ((length.max(Self::SHORTEST) as f64).log10() * Self::TO_A_DECADE + 1e-9).floor() as i32
    }

    /// How many gaps.
    pub fn count(&self) -> u64 {
        self.columns.iter().map(GapColumn::all).sum()
    }

    /// The gap in the middle.
    pub fn median(&self) -> Option<Gap> {
        self.quantiles.iter().find(|quantile| quantile.percent == 50).map(|median| median.gap)
    }
}

/// How many runs of the worker are duplicates: runs that a `duplicate-run` finding lists after
/// another one. Runs that were over before `--from` are left out, as their findings are.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Duplicates {
    /// Those of certain findings; `None` where no run is left to count.
    pub certain: Option<Rate>,
    /// Those of certain and of possible findings.
    pub at_most: Option<Rate>,
}

/// The runs of one host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Host {
    /// `None` where the lines name none.
    pub name: Option<CompactString>,
    /// Its runs.
    pub runs: u64,
    /// Those that a finding names.
    pub found: u64,
    /// Those that are duplicates, certain or possible.
    pub duplicates: u64,
}

/// The runs of one therapist.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Busy {
    /// Whose.
    pub therapist: TherapistId,
    /// Findings.
    pub findings: u64,
    /// Findings that last to the end of the log.
    pub still: u64,
    /// Runs.
    pub runs: u64,
    /// Those that are duplicates, certain or possible.
    pub duplicates: u64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_rise_by_fifths_of_a_decade() {
        assert_eq!([1, 1_000, 10_000, 1_000_000_000].map(Gaps::place), [15, 15, 20, 45]);
    }

    proptest::proptest! {
        #[test]
        fn a_longer_gap_never_stands_before(one in 0_i64..i64::MAX, other in 0_i64..i64::MAX) {
            let (short, long) = (one.min(other), one.max(other));
            proptest::prop_assert!(Gaps::place(short) <= Gaps::place(long));
        }
    }
}
