//! Findings and runs by the hour: what the overview draws, on a sheet and on a terminal.

use crate::model::Analysis;
use crate::model::Finding;
use crate::model::Severity;
use crate::model::Stamp;
use crate::model::Starts;

/// Nanoseconds in one second.
const SECOND: i64 = 1_000_000_000;

/// Lengths of a column in seconds, and what they are called.
const STEPS: &[(i64, &str)] = &[
    (60, "minute"),
    (300, "5 minutes"),
    (900, "15 minutes"),
    (3_600, "hour"),
    (10_800, "3 hours"),
    (21_600, "6 hours"),
    (86_400, "day"),
    (604_800, "week"),
    (2_592_000, "30 days"),
    (31_536_000, "365 days"),
];

/// Severities from the worst, as columns are stacked.
pub(crate) const SEVERITIES: [Severity; 4] =
    [Severity::High, Severity::Medium, Severity::Low, Severity::Info];

/// One column.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Hour {
    /// Runs that began.
    pub(crate) runs: usize,
    /// Findings that began, in the order of [`SEVERITIES`].
    pub(crate) findings: [usize; 4],
}

impl Hour {
    /// Findings of all severities.
    pub(crate) fn found(&self) -> usize {
        self.findings.iter().sum()
    }
}

/// Columns of equal length, from a round time on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Hours {
    /// When the first begins, in nanoseconds since the epoch.
    pub(crate) from: i64,
    /// How long each is.
    pub(crate) step: i64,
    /// What each is called.
    pub(crate) name: &'static str,
    /// At least one.
    pub(crate) columns: Vec<Hour>,
}

impl Hours {
    /// Counts into at most so many columns, as short as that allows but not below what the log is
    /// worth: hours, where it is longer than a few of them. `None` where nothing has a time.
    pub(crate) fn of(analysis: &Analysis, starts: &Starts, most: usize) -> Option<Self> {
        let begun: Vec<i64> = starts.values().flatten().map(|stamp| stamp.printed()).collect();
        let found = || analysis.findings.iter().filter_map(|f| Some((f, f.from?.printed())));
        let window = analysis.window.map(|(from, to)| [from, to].map(Stamp::printed));
        let all = || {
            begun
                .iter()
                .copied()
                .chain(found().map(|(_, at)| at))
                .chain(window.into_iter().flatten())
        };
        let (first, last) = all().min().zip(all().max())?;
        let (step, name) = step(last - first, most);
        let from = first.div_euclid(step) * step;
        let place = |at: i64| usize::try_from((at - from) / step).unwrap_or_default();
        let mut columns = vec![Hour::default(); place(last) + 1];
        for at in begun {
            columns[place(at)].runs += 1;
        }
        for (finding, at) in found() {
            columns[place(at)].findings[rank(finding)] += 1;
        }
        Some(Self { from, step, name, columns })
    }

    /// When it ends.
    #[cfg(feature = "charts")]
    pub(crate) fn to(&self) -> i64 {
        let count = i64::try_from(self.columns.len()).unwrap_or(i64::MAX);
        self.from.saturating_add(self.step.saturating_mul(count))
    }

    /// The most runs of a column.
    pub(crate) fn most_runs(&self) -> usize {
        self.columns.iter().map(|hour| hour.runs).max().unwrap_or_default()
    }

    /// The most findings of a column.
    pub(crate) fn most_found(&self) -> usize {
        self.columns.iter().map(Hour::found).max().unwrap_or_default()
    }
}

fn step(length: i64, most: usize) -> (i64, &'static str) {
    let most = i64::try_from(most.max(2)).unwrap_or(i64::MAX);
    // An hour is what people ask for; shorter only where hours would show next to nothing.
    let least = if length >= 3 * 3_600 * SECOND { 3_600 } else { 0 };
    let fits =
        |(seconds, _): &&(i64, &str)| *seconds >= least && length / (seconds * SECOND) + 2 <= most;
    let (seconds, name) = STEPS.iter().find(fits).unwrap_or(&STEPS[STEPS.len() - 1]);
    let mut step = seconds * SECOND;
    while length / step + 2 > most {
        step *= 2;
    }
    (step, name)
}

fn rank(finding: &Finding) -> usize {
    SEVERITIES.iter().position(|severity| *severity == finding.severity).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample;

    #[test]
    fn july_4_by_the_hour() {
        let starts = ["01:31:40", "07:04:56", "07:22:44", "07:46:38"].map(sample::at);
        let starts = Starts::from([(sample::therapist(), starts.to_vec())]);
        let hours = Hours::of(&sample::july_4(), &starts, 60).expect("times");
        assert_eq!((hours.name, hours.columns.len()), ("hour", 7));
        assert_eq!(hours.columns[6], Hour { runs: 3, findings: [1, 3, 0, 0] });
        assert_eq!((hours.most_runs(), hours.most_found()), (3, 4));
    }

    #[test]
    fn no_log_makes_too_many_columns() {
        for length in [0, 1, 60, 3_600, 86_400, 400 * 86_400, 100 * 365 * 86_400_i64] {
            for most in [2, 10, 60] {
                let (step, _) = step(length * SECOND, most);
                assert!(length * SECOND / step + 2 <= i64::try_from(most).expect("small"));
            }
        }
    }
}
