//! Rows become columns: collected value by value, then one polars frame.

use polars::prelude::AnyValue;
use polars::prelude::BooleanChunkedBuilder;
use polars::prelude::ChunkedBuilder as _;
use polars::prelude::Column;
use polars::prelude::DataFrame;
use polars::prelude::DataType;
use polars::prelude::Int64Type;
use polars::prelude::IntoColumn as _;
use polars::prelude::IntoSeries as _;
use polars::prelude::PolarsError;
use polars::prelude::PrimitiveChunkedBuilder;
use polars::prelude::Series;
use polars::prelude::StringChunkedBuilder;
use polars::prelude::TimeUnit;
use polars::prelude::UInt64Type;

use crate::frame::Kind;
use crate::frame::Schema;
use crate::frame::value::Value;
use crate::model::Cell;
use crate::model::Grid;

/// Something that polars could not do, in one sentence.
#[derive(Debug, thiserror::Error)]
#[error("tables: {0}")]
pub struct FrameError(pub(super) String);

impl From<PolarsError> for FrameError {
    fn from(error: PolarsError) -> Self {
        Self(error.to_string())
    }
}

/// One column while it grows.
enum Values {
    Text(StringChunkedBuilder),
    Count(PrimitiveChunkedBuilder<UInt64Type>),
    Number(PrimitiveChunkedBuilder<Int64Type>),
    Truth(BooleanChunkedBuilder),
    Instant(PrimitiveChunkedBuilder<Int64Type>),
}

impl Values {
    fn new(name: &str, kind: Kind) -> Self {
        let name = name.into();
        match kind {
            Kind::Text => Self::Text(StringChunkedBuilder::new(name, 0)),
            Kind::Count => Self::Count(PrimitiveChunkedBuilder::new(name, 0)),
            Kind::Number => Self::Number(PrimitiveChunkedBuilder::new(name, 0)),
            Kind::Truth => Self::Truth(BooleanChunkedBuilder::new(name, 0)),
            Kind::Instant => Self::Instant(PrimitiveChunkedBuilder::new(name, 0)),
        }
    }

    /// A value of another type than the schema's is null; a test holds all rows to it.
    fn push(&mut self, value: Value<'_>) {
        match (self, value) {
            (Self::Text(values), Value::Text(text)) => values.append_value(text),
            (Self::Count(values), Value::Count(count)) => values.append_value(count),
            (Self::Number(values), Value::Number(number)) => values.append_value(number),
            (Self::Truth(values), Value::Truth(truth)) => values.append_value(truth),
            (Self::Instant(values), Value::Instant(micros)) => values.append_value(micros),
            (values, value) => {
                debug_assert_eq!(value, Value::Null, "a value has the type of its column");
                values.push_nulls(1);
            }
        }
    }

    fn push_nulls(&mut self, count: usize) {
        for _ in 0..count {
            match self {
                Self::Text(values) => values.append_null(),
                Self::Count(values) => values.append_null(),
                Self::Truth(values) => values.append_null(),
                Self::Number(values) | Self::Instant(values) => values.append_null(),
            }
        }
    }

    fn series(self) -> Series {
        match self {
            Self::Text(values) => values.finish().into_series(),
            Self::Count(values) => values.finish().into_series(),
            Self::Number(values) => values.finish().into_series(),
            Self::Truth(values) => values.finish().into_series(),
            Self::Instant(values) => {
                values.finish().into_datetime(TimeUnit::Microseconds, None).into_series()
            }
        }
    }
}

/// The values of a column so far.
enum Growing {
    /// Nobody asks for it.
    Unasked,
    /// Not one that is known: many columns of most logs stay so.
    Nothing,
    /// Some, and after them so many nulls.
    Values(Values, usize),
}

/// Rows of one schema while they are collected.
pub struct Rows {
    schema: &'static Schema,
    columns: Vec<Growing>,
    height: usize,
}

impl std::fmt::Debug for Rows {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (table, height) = (self.schema.table, self.height);
        out.debug_struct("Rows")
            .field("table", &table)
            .field("height", &height)
            .finish_non_exhaustive()
    }
}

impl Rows {
    /// No rows yet.
    pub fn new(schema: &'static Schema) -> Self {
        Self::with(schema, |_| true)
    }

    /// No rows yet, and only columns that are asked for; the first always, so that rows can be
    /// counted.
    pub fn with(schema: &'static Schema, is_asked: impl Fn(&str) -> bool) -> Self {
        let columns = schema.columns.iter().enumerate();
        let columns = columns.map(|(at, (name, ..))| match at == 0 || is_asked(name) {
            true => Growing::Nothing,
            false => Growing::Unasked,
        });
        Self { schema, columns: columns.collect(), height: 0 }
    }

    /// How many rows.
    pub fn height(&self) -> usize {
        self.height
    }

    /// Adds a row: one value per column.
    pub(super) fn push<const WIDTH: usize>(&mut self, row: [Value<'_>; WIDTH]) {
        debug_assert_eq!(WIDTH, self.columns.len(), "a row is as wide as {}", self.schema.table);
        for (at, (column, value)) in self.columns.iter_mut().zip(row).enumerate() {
            match (column, value) {
                (Growing::Unasked | Growing::Nothing, Value::Null) => {}
                (Growing::Values(_, nulls), Value::Null) => *nulls += 1,
                (Growing::Values(values, nulls), value) => {
                    values.push_nulls(std::mem::take(nulls));
                    values.push(value);
                }
                (Growing::Unasked, _) => {}
                (column @ Growing::Nothing, value) => {
                    let (name, kind, _) = self.schema.columns[at];
                    let mut values = Values::new(name, kind);
                    values.push_nulls(self.height);
                    values.push(value);
                    *column = Growing::Values(values, 0);
                }
            }
        }
        self.height += 1;
    }

    /// The rows as columns.
    pub fn table(self) -> Result<Table, FrameError> {
        let height = self.height;
        let named = self.columns.into_iter().zip(self.schema.columns);
        let columns = named.filter_map(|(column, (name, kind, _))| match column {
            Growing::Unasked => None,
            Growing::Nothing => Some(Series::full_null((*name).into(), height, &dtype(*kind))),
            Growing::Values(mut values, nulls) => {
                values.push_nulls(nulls);
                Some(values.series())
            }
        });
        let columns = columns.map(Series::into_column).collect();
        Ok(Table { frame: DataFrame::new(height, columns)? })
    }
}

/// The type that polars has for a column.
fn dtype(kind: Kind) -> DataType {
    match kind {
        Kind::Text => DataType::String,
        Kind::Count => DataType::UInt64,
        Kind::Number => DataType::Int64,
        Kind::Truth => DataType::Boolean,
        Kind::Instant => DataType::Datetime(TimeUnit::Microseconds, None),
    }
}

/// A table of polars columns.
#[derive(Clone, Debug)]
pub struct Table {
    pub(super) frame: DataFrame,
}

impl Table {
    /// The rows of several tables of one schema, one after the other.
    pub fn joined(tables: Vec<Self>) -> Result<Option<Self>, FrameError> {
        let mut all: Option<DataFrame> = None;
        for Self { frame } in tables {
            match &mut all {
                Some(all) => {
                    all.vstack_mut_owned(frame)?;
                }
                None => all = Some(frame),
            }
        }
        Ok(all.map(|frame| Self { frame }))
    }

    /// How many rows.
    pub fn height(&self) -> usize {
        self.frame.height()
    }

    /// Some of the rows as plain values.
    pub fn grid(&self, from: usize, rows: usize) -> Grid {
        let from = from.min(self.height());
        let rows = rows.min(self.height() - from);
        let columns = self.frame.columns();
        let names = columns.iter().map(|column| column.name().to_string()).collect();
        let row = |at: usize| {
            let cell = |column: &Column| column.get(at).map_or(Cell::Null, |value| plain(&value));
            columns.iter().map(cell).collect()
        };
        Grid { columns: names, rows: (from..from + rows).map(row).collect() }
    }
}

/// A value of polars as a plain one.
fn plain(value: &AnyValue<'_>) -> Cell {
    match value {
        AnyValue::Null => Cell::Null,
        AnyValue::Boolean(truth) => Cell::Truth(*truth),
        AnyValue::String(text) => Cell::Text((*text).to_owned()),
        AnyValue::StringOwned(text) => Cell::Text(text.to_string()),
        AnyValue::UInt32(number) => Cell::Count(u64::from(*number)),
        AnyValue::UInt64(number) => Cell::Count(*number),
        AnyValue::Int32(number) => Cell::Number(i64::from(*number)),
        AnyValue::Int64(number) => Cell::Number(*number),
        AnyValue::Float32(number) => Cell::Real(f64::from(*number)),
        AnyValue::Float64(number) => Cell::Real(*number),
        AnyValue::Datetime(number, unit, _) => Cell::Instant(match unit {
            TimeUnit::Nanoseconds => number.div_euclid(1000),
            TimeUnit::Microseconds => *number,
            TimeUnit::Milliseconds => number.saturating_mul(1000),
        }),
        AnyValue::List(series) => {
            let texts = series.iter().map(|value| match plain(&value) {
                Cell::Text(text) => text,
                _ => value.to_string(),
            });
            Cell::Text(texts.collect::<Vec<_>>().join(" "))
        }
        other => Cell::Text(other.to_string()),
    }
}
