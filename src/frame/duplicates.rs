//! Which runs findings name, and which of them are one too many.

use polars::prelude::DataType;
use polars::prelude::ExplodeOptions;
use polars::prelude::Expr;
use polars::prelude::IntoLazy as _;
use polars::prelude::JoinArgs;
use polars::prelude::JoinType;
use polars::prelude::LazyFrame;
use polars::prelude::NULL;
use polars::prelude::col;
use polars::prelude::cols;
use polars::prelude::lit;

use crate::frame::Counted;
use crate::frame::Table;

/// The rule whose findings tell of duplicates.
const RULE: &str = "duplicate-run";

/// The runs with what findings say of each: whether it is `named`, `is_certain` a duplicate,
/// `is_duplicate` at all, and whether it `counts` as a run of the worker since `--from`.
///
/// A finding lists its runs in the order of their starts, so all but the first are duplicates. A
/// run that two findings list is one duplicate.
pub(super) fn marked(runs: &Table, findings: &Table, counted: &Counted<'_>) -> LazyFrame {
    let named = listed(findings, 0).with_column(lit(true).alias("named"));
    let later = listed(findings, 1).filter(col("rule").eq(lit(RULE)));
    let is_certain = col("certainty").eq(lit("certain"));
    let named = named.group_by(key()).agg([col("named").any(true)]);
    let later = later.group_by(key()).agg([is_certain.any(true).alias("is_certain")]);
    let class = col("class");
    let is_worker = class.clone().is_null().or(class.eq(lit(counted.worker)));
    let until = col("ended_until_ns");
    let is_asked = match counted.from {
        Some(from) => until.clone().is_null().or(until.gt(lit(from))),
        None => lit(true),
    };
    let counts = is_worker.and(is_asked);
    let is_duplicate = col("is_certain").is_not_null().and(col("counts"));
    runs.frame
        .clone()
        .lazy()
        .with_column(counts.alias("counts"))
        .join(named, key(), key(), JoinArgs::new(JoinType::Left))
        .join(later, key(), key(), JoinArgs::new(JoinType::Left))
        .with_columns([
            col("named").fill_null(lit(false)),
            is_duplicate.clone().alias("is_duplicate"),
            is_duplicate.and(col("is_certain").fill_null(lit(false))).alias("is_certain"),
        ])
}

/// One row for each run that a finding lists, after the first so many.
fn listed(findings: &Table, first: i64) -> LazyFrame {
    let runs = col("runs").str().split(lit(" "));
    let options = ExplodeOptions { empty_as_null: true, keep_nulls: false };
    findings
        .frame
        .clone()
        .lazy()
        .select([
            col("therapist"),
            col("rule"),
            col("certainty"),
            runs.list().slice(lit(first), lit(NULL).cast(DataType::Int64)).alias("run"),
        ])
        .explode(cols(["run"]), options)
        .filter(col("run").is_not_null())
}

/// What tells one run from all others.
fn key() -> [Expr; 2] {
    [col("therapist"), col("run")]
}
