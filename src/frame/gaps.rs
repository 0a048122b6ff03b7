//! The gaps between the starts of consecutive runs of one therapist: as a table, and counted.

use polars::lazy::dsl::max_horizontal;
use polars::prelude::Column;
use polars::prelude::DataType;
use polars::prelude::Expr;
use polars::prelude::Field;
use polars::prelude::Int32Chunked;
use polars::prelude::IntoColumn as _;
use polars::prelude::IntoLazy as _;
use polars::prelude::PolarsResult;
use polars::prelude::SortMultipleOptions;
use polars::prelude::SortOptions;
use polars::prelude::col;
use polars::prelude::lit;

use polars::prelude::when;

use crate::frame::FrameError;
use crate::frame::Table;
use crate::frame::values::counts;
use crate::frame::values::numbers;
use crate::model::Gap;
use crate::model::GapColumn;
use crate::model::Gaps;
use crate::model::Quantile;

/// The quantiles that are told: the low ones show what machines do, the others what people do.
const PERCENTS: [u8; 7] = [1, 5, 25, 50, 75, 95, 99];

/// The table of gaps: each therapist's in the order of starts, therapists as in `runs`. `window` in
/// nanoseconds.
///
/// As [`Stamp::gap`](crate::model::Stamp::gap), a test holds it to that.
pub fn gaps(runs: &Table, window: i64) -> Result<Table, FrameError> {
    let own = [col("therapist")];
    let before = |name: &str| col(name).shift(lit(1)).over(&own);
    let [earliest, until] = ["began_earliest_ns", "began_until_ns"];
    let shortest = col(earliest) - before(until)?;
    let longest = max_horizontal([col(until) - before(earliest)?, before(until)? - col(earliest)])?;
    let within = when(col("gap_max_ns").lt(lit(window)))
        .then(lit("certain"))
        .when(col("gap_min_ns").lt(lit(window)))
        .then(lit("possible"))
        .otherwise(lit("no"));
    let frame = runs
        .frame
        .clone()
        .lazy()
        .with_row_index("row", None)
        .filter(col(earliest).is_not_null())
        .with_column(col("row").min().over(&own)?.alias("first"))
        .sort(["first", earliest, "row"], SortMultipleOptions::default())
        .with_columns([
            before("run")?.alias("previous_run"),
            // Starts are sorted, so nothing lies between those that overlap.
            max_horizontal([shortest, lit(0_i64)])?.alias("gap_min_ns"),
            longest.alias("gap_max_ns"),
        ])
        .filter(col("previous_run").is_not_null())
        .with_column(within.alias("within"))
        .select(super::schema::GAPS.columns.iter().map(|column| col(column.0)).collect::<Vec<_>>())
        .collect()?;
    Ok(Table { frame })
}

/// The gaps by length, and their quantiles.
pub(super) fn counted(gaps: &Table, window: i64) -> Result<Gaps, FrameError> {
    let is = |verdict: &str| col("within").eq(lit(verdict)).sum().cast(DataType::UInt64);
    let gaps = gaps.frame.clone().lazy();
    let middle = (col("gap_min_ns") + col("gap_max_ns")).floor_div(lit(2_i64));
    let columns = gaps
        .clone()
        .group_by([place(middle).alias("place")])
        .agg(["certain", "possible", "no"].map(|verdict| is(verdict).alias(verdict)))
        .sort(["place"], SortMultipleOptions::default())
        .collect()?;
    let [certain, possible, outside] =
        [counts(&columns, "certain")?, counts(&columns, "possible")?, counts(&columns, "no")?];
    let columns = numbers(&columns, "place")?.into_iter().enumerate();
    let columns = columns.map(|(at, place)| GapColumn {
        place: i32::try_from(place).unwrap_or_default(),
        certain: certain[at],
        possible: possible[at],
        outside: outside[at],
    });
    let bound = |name: &str| col(name).sort(SortOptions::default());
    let sorted = gaps.clone().select([bound("gap_min_ns"), bound("gap_max_ns")]).collect()?;
    let [shortest, longest] = [numbers(&sorted, "gap_min_ns")?, numbers(&sorted, "gap_max_ns")?];
    let therapists = gaps.select([col("therapist").n_unique().cast(DataType::UInt64)]).collect()?;
    Ok(Gaps {
        window,
        therapists: counts(&therapists, "therapist")?.first().copied().unwrap_or_default(),
        columns: columns.collect(),
        quantiles: quantiles(&shortest, &longest),
    })
}

/// The place of a length on the axis.
fn place(length: Expr) -> Expr {
    let place = |lengths: Column| -> PolarsResult<Column> {
        let places: Int32Chunked =
            lengths.i64()?.iter().map(|length| length.map(Gaps::place)).collect();
        Ok(places.with_name(lengths.name().clone()).into_column())
    };
    length.map(place, |_, field| Ok(Field::new(field.name().clone(), DataType::Int32)))
}

/// Of each rank the bounds: both lists are sorted.
fn quantiles(shortest: &[i64], longest: &[i64]) -> Vec<Quantile> {
    let Some(last) = shortest.len().checked_sub(1) else { return Vec::new() };
    // Of few gaps the outermost quantiles would only repeat the shortest and the longest one.
    let is_told = |percent: &u8| shortest.len() * usize::from((*percent).min(100 - percent)) >= 50;
    let quantile = |percent: u8| {
        // The first rank that has so many below it; whole numbers, so that no rounding decides.
        let rank = (last * usize::from(percent)).div_ceil(100);
        Quantile { percent, gap: Gap::again([shortest[rank], longest[rank]]) }
    };
    PERCENTS.into_iter().filter(is_told).map(quantile).collect()
}
