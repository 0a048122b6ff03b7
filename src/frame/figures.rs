//! What a log comes to in numbers, from the tables: rates, hosts, the busiest therapists, and what
//! [`hours`](super::hours) and [`gaps`](super::gaps) count.
//!
//! Every answer is sorted to the last tie, so that threads have no say in it.

use polars::prelude::DataFrame;
use polars::prelude::DataType;
use polars::prelude::Expr;
use polars::prelude::IntoLazy as _;
use polars::prelude::LazyFrame;
use polars::prelude::SortMultipleOptions;
use polars::prelude::col;
use polars::prelude::len;
use polars::prelude::lit;

use crate::frame::FrameError;
use crate::frame::Table;
use crate::frame::column::counts;
use crate::frame::column::texts;
use crate::frame::duplicates;
use crate::frame::gaps;
use crate::frame::hours;
use crate::model::Analysis;
use crate::model::Busy;
use crate::model::Duplicates;
use crate::model::Figures;
use crate::model::Host;
use crate::model::TherapistId;
use crate::model::rate::Rate;

/// Columns of hours: what the overview has room for.
const MOST_COLUMNS: usize = 72;

/// The busiest therapists that are told.
const TOP: u32 = 10;

/// What figures are counted from.
#[derive(Clone, Copy, Debug)]
pub struct Counted<'a> {
    /// What was judged.
    pub analysis: &'a Analysis,
    /// The tables of runs, findings and therapists.
    pub tables: [&'a Table; 3],
    /// Starts closer than this are suspicious, in nanoseconds.
    pub window: i64,
    /// Findings that were over before are left out, in nanoseconds since the epoch.
    pub from: Option<i64>,
    /// The class of the worker.
    pub worker: &'a str,
}

/// Counts everything.
pub fn figures(counted: &Counted<'_>) -> Result<Figures, FrameError> {
    let [runs, findings, therapists] = counted.tables;
    // Asked three times, and made once.
    let marked = duplicates::marked(runs, findings, counted).collect()?;
    let all = all(&marked)?;
    Ok(Figures {
        hours: hours::counted([runs, findings], counted.analysis, MOST_COLUMNS)?,
        gaps: gaps::counted(&gaps::gaps(runs, counted.window)?, counted.window)?,
        duplicates: rates(&all)?,
        hosts: hosts(&marked)?,
        top: top(&marked, therapists, findings)?,
        therapists: first(&all, "therapists")?,
        runs: first(&all, "runs")?,
    })
}

/// How often something is true.
fn sum(name: &str) -> Expr {
    col(name).sum().cast(DataType::UInt64)
}

fn all(marked: &DataFrame) -> Result<DataFrame, FrameError> {
    let sums = [
        col("therapist").n_unique().alias("therapists"),
        len().alias("runs"),
        sum("counts"),
        sum("is_certain"),
        sum("is_duplicate"),
    ];
    Ok(marked.clone().lazy().select(sums).collect()?)
}

fn first(frame: &DataFrame, name: &str) -> Result<u64, FrameError> {
    Ok(counts(frame, name)?.first().copied().unwrap_or_default())
}

fn rates(all: &DataFrame) -> Result<Duplicates, FrameError> {
    let of = first(all, "counts")?;
    Ok(Duplicates {
        certain: Rate::wilson(first(all, "is_certain")?, of),
        at_most: Rate::wilson(first(all, "is_duplicate")?, of),
    })
}

fn hosts(marked: &DataFrame) -> Result<Vec<Host>, FrameError> {
    let falling = [true, true, false];
    let order = SortMultipleOptions::default().with_order_descending_multi(falling);
    let hosts = marked
        .clone()
        .lazy()
        .group_by([col("host")])
        .agg([len().alias("runs"), sum("named"), sum("is_duplicate")])
        .sort(["named", "runs", "host"], order.with_nulls_last(true))
        .collect()?;
    let names = texts(&hosts, "host")?;
    let [runs, found, duplicates] =
        [counts(&hosts, "runs")?, counts(&hosts, "named")?, counts(&hosts, "is_duplicate")?];
    let host = |(at, name): (usize, Option<String>)| Host {
        name: name.map(Into::into),
        runs: runs[at],
        found: found[at],
        duplicates: duplicates[at],
    };
    Ok(names.into_iter().enumerate().map(host).collect())
}

fn top(marked: &DataFrame, therapists: &Table, findings: &Table) -> Result<Vec<Busy>, FrameError> {
    let of = |frame: LazyFrame, name| frame.group_by([col("therapist")]).agg([sum(name)]);
    let own = |frame: LazyFrame, other| frame.left_join(other, col("therapist"), col("therapist"));
    let top = therapists.frame.clone().lazy().with_row_index("row", None);
    let top = top.filter(col("runs").gt(lit(0)));
    let top = own(top, of(findings.frame.clone().lazy(), "still"));
    let top = own(top, of(marked.clone().lazy(), "is_duplicate"));
    let falling = [true, true, false];
    let order = SortMultipleOptions::default().with_order_descending_multi(falling);
    let top = top.sort(["findings", "runs", "row"], order).limit(TOP).collect()?;
    let ids = texts(&top, "therapist")?;
    let [found, still, runs, duplicates] = [
        counts(&top, "findings")?,
        counts(&top, "still")?,
        counts(&top, "runs")?,
        counts(&top, "is_duplicate")?,
    ];
    let busy = |(at, id): (usize, Option<String>)| Busy {
        therapist: TherapistId::new(id.unwrap_or_default()),
        findings: found[at],
        still: still[at],
        runs: runs[at],
        duplicates: duplicates[at],
    };
    Ok(ids.into_iter().enumerate().map(busy).collect())
}
