//! Rows become columns: collected value by value, then one polars frame.

use polars::prelude::AnyValue;
use polars::prelude::Column;
use polars::prelude::DataFrame;
use polars::prelude::DataType;
use polars::prelude::IntoColumn as _;
use polars::prelude::IntoSeries as _;
use polars::prelude::NamedFrom as _;
use polars::prelude::PolarsError;
use polars::prelude::Series;
use polars::prelude::StringChunkedBuilder;
use polars::prelude::TimeUnit;

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
    /// Nobody asks for it.
    Unasked,
    Text(StringChunkedBuilder),
    Count(Vec<Option<u64>>),
    Number(Vec<Option<i64>>),
    Truth(Vec<Option<bool>>),
    Instant(Vec<Option<i64>>),
}

impl Values {
    fn new(name: &str, kind: Kind) -> Self {
        match kind {
            Kind::Text => Self::Text(StringChunkedBuilder::new(name.into(), 0)),
            Kind::Count => Self::Count(Vec::new()),
            Kind::Number => Self::Number(Vec::new()),
            Kind::Truth => Self::Truth(Vec::new()),
            Kind::Instant => Self::Instant(Vec::new()),
        }
    }

    /// A value of another type than the schema's is null; a test holds all rows to it.
    fn push(&mut self, value: Value<'_>) {
        match (self, value) {
            (Self::Unasked, _) => {}
            (Self::Text(values), Value::Text(text)) => values.append_value(text),
            (Self::Count(values), Value::Count(count)) => values.push(Some(count)),
            (Self::Number(values), Value::Number(number)) => values.push(Some(number)),
            (Self::Truth(values), Value::Truth(truth)) => values.push(Some(truth)),
            (Self::Instant(values), Value::Instant(micros)) => values.push(Some(micros)),
            (Self::Text(values), other) => values.append_option(none::<&str>(&other)),
            (Self::Count(values), other) => values.push(none(&other)),
            (Self::Number(values) | Self::Instant(values), other) => values.push(none(&other)),
            (Self::Truth(values), other) => values.push(none(&other)),
        }
    }

    fn column(self, name: &str) -> Result<Option<Column>, FrameError> {
        let name = name.into();
        let series = match self {
            Self::Unasked => return Ok(None),
            Self::Text(values) => values.finish().into_series(),
            Self::Count(values) => Series::new(name, values),
            Self::Number(values) => Series::new(name, values),
            Self::Truth(values) => Series::new(name, values),
            Self::Instant(values) => {
                Series::new(name, values).cast(&DataType::Datetime(TimeUnit::Microseconds, None))?
            }
        };
        Ok(Some(series.into_column()))
    }
}

fn none<T>(value: &Value<'_>) -> Option<T> {
    debug_assert_eq!(*value, Value::Null, "a value has the type of its column");
    None
}

/// Rows of one schema while they are collected.
pub struct Rows {
    schema: &'static Schema,
    values: Vec<Values>,
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
        let values = columns.map(|(at, (name, kind, _))| {
            if at == 0 || is_asked(name) { Values::new(name, *kind) } else { Values::Unasked }
        });
        Self { schema, values: values.collect(), height: 0 }
    }

    /// How many rows.
    pub fn height(&self) -> usize {
        self.height
    }

    /// Adds a row: one value per column.
    pub(super) fn push<const WIDTH: usize>(&mut self, row: [Value<'_>; WIDTH]) {
        debug_assert_eq!(WIDTH, self.values.len(), "a row is as wide as {}", self.schema.table);
        for (values, value) in self.values.iter_mut().zip(row) {
            values.push(value);
        }
        self.height += 1;
    }

    /// The rows as columns.
    pub fn table(self) -> Result<Table, FrameError> {
        let named = self.values.into_iter().zip(self.schema.columns);
        let columns = named.filter_map(|(values, column)| values.column(column.0).transpose());
        let columns = columns.collect::<Result<Vec<_>, _>>()?;
        Ok(Table { frame: DataFrame::new(self.height, columns)? })
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
