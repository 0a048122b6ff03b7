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
use crate::frame::column::counts;
use crate::frame::column::numbers;
use crate::model::Gap;
use crate::model::GapColumn;
use crate::model::Gaps;
use crate::model::Quantile;

/// The quantiles that are told: the low ones show what machines do, the others what people do.
const PERCENTS: [u8; 7] = [1, 5, 25, 50, 75, 95, 99];

/// Columns of runs that gaps are made of.
pub const NEEDS: [&str; 6] =
    ["therapist", "run", "began", "began_earliest_ns", "began_until_ns", "host"];

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
    let gaps = shortest.len();
    // Of few gaps the outer quantiles would only repeat the shortest and the longest one.
    let is_told = |percent: &u8| match *percent {
        50 => gaps > 0,
        percent => gaps * usize::from(percent.min(100 - percent)) >= 100,
    };
    let quantile = |percent: u8| {
        let rank = rank(gaps, percent);
        Quantile { percent, gap: Gap::again([shortest[rank], longest[rank]]) }
    };
    PERCENTS.into_iter().filter(is_told).map(quantile).collect()
}

/// The first of so many sorted gaps that has so many of a hundred below it; in whole numbers, so
/// that no rounding decides.
fn rank(gaps: usize, percent: u8) -> usize {
    (gaps * usize::from(percent) / 100).min(gaps - 1)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::sync::Arc;

    use proptest::collection::vec;
    use proptest::prelude::prop_assert;
    use proptest::prelude::prop_assert_eq;

    use super::*;
    use crate::frame::Rows;
    use crate::frame::column::texts;
    use crate::frame::push_runs;
    use crate::frame::schema;
    use crate::model::Clock;
    use crate::model::Outcome;
    use crate::model::Run;
    use crate::model::RunId;
    use crate::model::Stamp;
    use crate::model::TherapistId;
    use crate::model::Within;
    use crate::model::Zone;
    use crate::timeline::Timeline;

    const WINDOW: i64 = 1_000_000_000;

    /// A therapist whose runs began then; those that began at 0 have no clock.
    fn timeline(therapist: usize, starts: &[(i64, u8)]) -> Timeline {
        let run = |(at, (nanos, digits)): (usize, &(i64, u8))| Run {
            id: RunId::new(format!("r{}", at + 1)),
            mark: Arc::default(),
            attempt: 1,
            inferred: true,
            from: (*nanos > 0).then(|| stamp(*nanos, *digits)),
            to: None,
            outcome: Outcome::Unknown,
            steps: Vec::new(),
            failed_steps: Vec::new(),
            events: Vec::new(),
            has_start: false,
            redelivery_of: None,
        };
        Timeline {
            therapist: TherapistId::new(therapist.to_string()),
            events: Vec::new(),
            runs: starts.iter().enumerate().map(run).collect(),
            run_of: Vec::new(),
            boards: Vec::new(),
            silent: BTreeSet::new(),
            pairing: None,
            left_open: Vec::new(),
        }
    }

    fn stamp(nanos: i64, digits: u8) -> Stamp {
        let tick = 10_i64.pow(9 - u32::from(digits));
        Stamp::truncated(nanos / tick * tick, digits, Zone::Stated, Clock::Application)
    }

    fn table(timelines: &[Timeline]) -> Table {
        let mut rows = Rows::new(&schema::RUNS);
        for timeline in timelines {
            push_runs(&mut rows, timeline);
        }
        gaps(&rows.table().expect("runs"), WINDOW).expect("gaps")
    }

    /// The same without polars: the bounds and the verdict of each gap.
    fn expected(timelines: &[Timeline]) -> Vec<(i64, i64, Within)> {
        let own = |timeline: &Timeline| {
            let mut starts: Vec<Stamp> = timeline.runs.iter().filter_map(|run| run.from).collect();
            starts.sort_by_key(|start| start.earliest());
            let gaps = starts.windows(2).map(|pair| pair[0].gap(pair[1]));
            gaps.map(|gap| (gap.shortest(), gap.longest(), gap.within(WINDOW))).collect::<Vec<_>>()
        };
        timelines.iter().flat_map(own).collect()
    }

    #[test]
    fn the_columns_are_those_of_the_schema() {
        let table = table(&[timeline(9, &[(5 * WINDOW, 0), (4 * WINDOW, 0)]), timeline(10, &[])]);
        let names: Vec<_> = table.frame.columns().iter().map(|it| it.name().as_str()).collect();
        let promised: Vec<_> = schema::GAPS.columns.iter().map(|column| column.0).collect();
        assert_eq!(names, promised);
        let row = ["run", "previous_run", "within"].map(|name| texts(&table.frame, name));
        let row = row.map(|column| column.expect("text").remove(0).unwrap_or_default());
        assert_eq!(row, ["r1", "r2", "possible"], "in the order of starts");
    }

    #[test]
    fn no_run_has_no_gap() {
        let table = table(&[]);
        assert_eq!(table.height(), 0);
        assert_eq!(counted(&table, 7).expect("gaps"), Gaps { window: 7, ..Gaps::default() });
    }

    proptest::proptest! {
        #![proptest_config(proptest::test_runner::Config::with_cases(64))]

        #[test]
        fn a_gap_is_that_of_its_stamps(
            starts in vec(vec((0_i64..5_000_000_000, 0_u8..=9), 0..8), 0..6),
        ) {
            let timelines: Vec<_> =
                starts.iter().enumerate().map(|(at, own)| timeline(at, own)).collect();
            let table = table(&timelines);
            let within = texts(&table.frame, "within").expect("text");
            let within = within.into_iter().map(|name| match name.as_deref() {
                Some("certain") => Within::Certain,
                Some("possible") => Within::Possible,
                _ => Within::No,
            });
            let bounds = ["gap_min_ns", "gap_max_ns"].map(|it| numbers(&table.frame, it));
            let [low, high] = bounds.map(|column| column.expect("numbers"));
            let found: Vec<_> =
                low.into_iter().zip(high).zip(within).map(|((a, b), c)| (a, b, c)).collect();
            let expected = expected(&timelines);
            prop_assert_eq!(&found, &expected);
            let counted = counted(&table, WINDOW).expect("gaps");
            prop_assert_eq!(counted.count(), expected.len() as u64);
            let is = |verdict| expected.iter().filter(|gap| gap.2 == verdict).count() as u64;
            let sums = [Within::Certain, Within::Possible, Within::No].map(is);
            prop_assert_eq!(GapColumn::sums(&counted.columns), sums);
            prop_assert!(counted.columns.is_sorted_by(|one, other| one.place < other.place));
        }

        #[test]
        fn a_true_quantile_lies_between_its_bounds(
            gaps in vec((0_i64..1_000_000, 0_i64..1_000_000, 0_i64..=100), 1..300),
        ) {
            let sorted = |of: &dyn Fn(&(i64, i64, i64)) -> i64| {
                let mut all: Vec<i64> = gaps.iter().map(of).collect();
                all.sort_unstable();
                all
            };
            // Each gap was somewhere between its bounds.
            let truth = sorted(&|(low, wide, at)| low + wide * at / 100);
            let told = quantiles(&sorted(&|gap| gap.0), &sorted(&|gap| gap.0 + gap.1));
            prop_assert!(told.is_sorted_by_key(|it| (it.gap.shortest(), it.gap.longest())));
            for Quantile { percent, gap } in told {
                let rank = rank(truth.len(), percent);
                prop_assert!(gap.shortest() <= truth[rank] && truth[rank] <= gap.longest());
            }
        }
    }
}
