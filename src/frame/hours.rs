//! Runs and findings by the hour.

use polars::prelude::DataFrame;
use polars::prelude::DataType;
use polars::prelude::Expr;
use polars::prelude::IntoColumn as _;
use polars::prelude::IntoLazy as _;
use polars::prelude::LazyFrame;
use polars::prelude::NamedFrom as _;
use polars::prelude::Series;
use polars::prelude::col;
use polars::prelude::len;
use polars::prelude::lit;

use crate::frame::FrameError;
use crate::frame::Table;
use crate::frame::column::counts;
use crate::frame::column::numbers;
use crate::frame::column::texts;
use crate::model::Analysis;
use crate::model::Hour;
use crate::model::Hours;
use crate::model::SEVERITIES;
use crate::model::Stamp;
use crate::timeline::Timeline;

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

/// When runs began: all that the hours need of them, collected without polars until it is known
/// that there will be hours.
#[derive(Clone, Debug, Default)]
pub struct Begun {
    at: Vec<i64>,
    therapists: usize,
}

impl Begun {
    /// Adds the runs of a timeline.
    pub fn see(&mut self, timeline: &Timeline) {
        self.therapists += 1;
        self.at.extend(timeline.runs.iter().filter_map(|run| run.from).map(Stamp::printed));
    }

    /// How many runs have a clock.
    pub fn runs(&self) -> usize {
        self.at.len()
    }

    /// How many timelines were seen.
    pub fn therapists(&self) -> usize {
        self.therapists
    }

    /// Counts into at most so many columns, as short as that allows but not below what the log is
    /// worth: hours, where it is longer than a few of them. `None` where nothing has a time.
    pub fn hours(self, analysis: &Analysis, most: usize) -> Result<Option<Hours>, FrameError> {
        let findings = analysis.findings.iter().filter_map(|finding| {
            // To the microsecond, as in the table of findings.
            let at = finding.from?.printed().div_euclid(1000) * 1000;
            Some((at, finding.severity.name()))
        });
        let (at, severities): (Vec<i64>, Vec<&str>) = findings.unzip();
        let runs = Series::new("at".into(), self.at).into_column();
        let runs = DataFrame::new(runs.len(), vec![runs])?;
        let found = [Series::new("at".into(), at), Series::new("severity".into(), severities)];
        let found = found.map(Series::into_column);
        let found = DataFrame::new(found[0].len(), found.into())?;
        hours(&[runs.lazy(), found.lazy()], analysis, most)
    }
}

/// The same from the tables.
pub(super) fn counted(
    [runs, findings]: [&Table; 2],
    analysis: &Analysis,
    most: usize,
) -> Result<Option<Hours>, FrameError> {
    let at = (col("began").cast(DataType::Int64) * lit(1000_i64)).alias("at");
    let runs = runs.frame.clone().lazy().select([col("began_ns").alias("at")]);
    let found = findings.frame.clone().lazy().select([at, col("severity")]);
    let timed = |frame: LazyFrame| frame.filter(col("at").is_not_null());
    hours(&[timed(runs), timed(found)], analysis, most)
}

/// Counts what began `at` nanoseconds: runs, and findings with their severity.
fn hours(
    [runs, found]: &[LazyFrame; 2],
    analysis: &Analysis,
    most: usize,
) -> Result<Option<Hours>, FrameError> {
    let mut ends: Vec<i64> = Vec::new();
    for frame in [runs, found] {
        let both = [col("at").min().alias("first"), col("at").max().alias("last")];
        let both = frame.clone().select(both).collect()?;
        ends.extend(numbers(&both, "first")?);
        ends.extend(numbers(&both, "last")?);
    }
    ends.extend(analysis.window.into_iter().flat_map(|(from, to)| [from.printed(), to.printed()]));
    let Some((first, last)) = ends.iter().min().zip(ends.iter().max()) else { return Ok(None) };
    let (step, name) = step(last - first, most);
    let from = first.div_euclid(step) * step;
    let place = |at: i64| usize::try_from((at - from) / step).unwrap_or_default();
    let mut columns = vec![Hour::default(); place(*last) + 1];
    let at = || (col("at") - lit(from)).floor_div(lit(step)).alias("place");
    let begun = by(runs, &[at()])?;
    let number = |place: &i64| usize::try_from(*place).unwrap_or_default();
    for (place, count) in numbers(&begun, "place")?.iter().zip(counts(&begun, "len")?) {
        columns[number(place)].runs += count;
    }
    let found = by(found, &[at(), col("severity")])?;
    let severities = texts(&found, "severity")?.into_iter().map(|name| rank(name.as_deref()));
    let found = numbers(&found, "place")?.into_iter().zip(counts(&found, "len")?);
    for ((place, count), severity) in found.zip(severities) {
        columns[number(&place)].findings[severity] += count;
    }
    Ok(Some(Hours { from, step, name, columns }))
}

/// How many rows there are of each kind; in which order does not matter, since they are added up.
fn by(frame: &LazyFrame, kinds: &[Expr]) -> Result<DataFrame, FrameError> {
    Ok(frame.clone().group_by(kinds).agg([len().alias("len")]).collect()?)
}

fn rank(severity: Option<&str>) -> usize {
    let known = SEVERITIES.iter().position(|known| Some(known.name()) == severity);
    known.unwrap_or(SEVERITIES.len() - 1)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_log_makes_too_many_columns() {
        for length in [0, 1, 60, 3_600, 86_400, 400 * 86_400, 100 * 365 * 86_400_i64] {
            for most in [2, 10, 60] {
                let (step, _) = step(length * SECOND, most);
                assert!(length * SECOND / step + 2 <= i64::try_from(most).expect("small"));
            }
        }
    }

    #[test]
    fn nothing_has_no_hours() {
        assert_eq!(Begun::default().hours(&Analysis::default(), 60).expect("tables"), None);
    }
}
