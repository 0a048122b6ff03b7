//! Rows become columns: collected row by row or column by column, then one polars frame.

use polars::prelude::AnyValue;
use polars::prelude::ArrayRef;
use polars::prelude::Column;
use polars::prelude::DataFrame;
use polars::prelude::IntoColumn as _;
use polars::prelude::PlSmallStr;
use polars::prelude::PolarsError;
use polars::prelude::Series;
use polars::prelude::TimeUnit;

use crate::frame::Schema;
use crate::frame::growing::Growing;
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

impl From<std::io::Error> for FrameError {
    fn from(error: std::io::Error) -> Self {
        Self(error.to_string())
    }
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
        let columns = columns.map(|(at, (name, kind, _))| {
            if at == 0 || is_asked(name) { Growing::Nothing(*kind, 0) } else { Growing::Unasked }
        });
        Self { schema, columns: columns.collect(), height: 0 }
    }

    /// The same, with room for so many rows.
    pub fn with_room(mut self, rows: usize) -> Self {
        for column in &mut self.columns {
            if let Growing::Nothing(_, room) = column {
                *room = rows;
            }
        }
        self
    }

    /// How many rows.
    pub fn height(&self) -> usize {
        self.height
    }

    /// Adds a row: one value per column.
    pub(super) fn push<const WIDTH: usize>(&mut self, row: [Value<'_>; WIDTH]) {
        debug_assert_eq!(WIDTH, self.columns.len(), "a row is as wide as {}", self.schema.table);
        for (column, value) in self.columns.iter_mut().zip(row) {
            column.push(value, self.height);
        }
        self.height += 1;
    }

    /// Begins to add so many rows, one column after the other.
    pub(super) fn fill(&mut self, rows: usize) -> Fill<'_> {
        let before = self.height;
        self.height += rows;
        Fill { columns: self.columns.iter_mut(), before }
    }

    /// The rows as columns.
    pub fn table(self) -> Result<Table, FrameError> {
        let height = self.height;
        let named = self.columns.into_iter().zip(self.schema.columns);
        let columns = named.filter_map(|(column, (name, ..))| {
            let array = column.array(height)?;
            let name = PlSmallStr::from_static(name);
            Some(Series::try_from((name, array)).map(Series::into_column))
        });
        let columns = columns.collect::<Result<Vec<_>, _>>()?;
        Ok(Table { frame: DataFrame::new(height, columns)? })
    }

    /// The rows as arrays with texts that repeat as numbers, and how many rows there are.
    pub(super) fn packed(self) -> Result<(usize, Vec<ArrayRef>), FrameError> {
        let columns = self.columns.into_iter();
        let columns = columns.filter_map(|column| column.packed(self.height).transpose());
        Ok((self.height, columns.collect::<Result<_, _>>()?))
    }
}

/// Rows while they are added column by column: all columns must get their values, in their order.
/// That is faster than row by row, since one column is one kind of work.
pub(super) struct Fill<'r> {
    columns: std::slice::IterMut<'r, Growing>,
    /// How many rows there were.
    before: usize,
}

impl Fill<'_> {
    /// The next column has a value of each row.
    pub(super) fn each<'v, R>(&mut self, rows: &'v [R], value: impl Fn(&'v R) -> Value<'v>) {
        let Some((column, before)) = self.asked() else { return };
        for (at, row) in rows.iter().enumerate() {
            column.push(value(row), before + at);
        }
    }

    /// The next column has one of a few words of each row, or none. Rows beside each other mostly
    /// have the same.
    pub(super) fn words<'v, R>(
        &mut self,
        rows: &'v [R],
        word: impl Fn(&'v R) -> Option<&'static str>,
    ) {
        let Some((column, before)) = self.asked() else { return };
        let (mut last, mut times) = (None, 0);
        for (at, row) in rows.iter().enumerate() {
            let word = word(row);
            if last.is_some_and(|last| is_same(last, word)) {
                times += 1;
                continue;
            }
            column.again(times);
            column.push(Value::word(word), before + at);
            (last, times) = (Some(word), 0);
        }
        column.again(times);
    }

    /// The next column has one value for all rows of a group; groups follow each other.
    pub(super) fn groups<'v, R: 'v>(
        &mut self,
        groups: impl Iterator<Item = &'v [R]>,
        value: impl Fn(&'v R) -> Value<'v>,
    ) {
        self.by_group(groups, |column, first, at| column.push(value(first), at));
    }

    /// The next column has one text for all rows of a group, made for it.
    pub(super) fn made<'v, R: 'v>(
        &mut self,
        groups: impl Iterator<Item = &'v [R]>,
        text: impl Fn(&'v R) -> Option<String>,
    ) {
        self.by_group(groups, |column, first, at| {
            column.push(Value::text(text(first).as_deref()), at);
        });
    }

    fn by_group<'v, R: 'v>(
        &mut self,
        groups: impl Iterator<Item = &'v [R]>,
        push: impl Fn(&mut Growing, &'v R, usize),
    ) {
        let Some((column, mut at)) = self.asked() else { return };
        for group in groups {
            let Some(first) = group.first() else { continue };
            push(column, first, at);
            column.again(group.len() - 1);
            at += group.len();
        }
    }

    /// The next column, if anybody asks for it, and how many values it has.
    fn asked(&mut self) -> Option<(&mut Growing, usize)> {
        let column = self.columns.next();
        debug_assert!(column.is_some(), "rows are as wide as their table");
        let column = column.filter(|column| !matches!(column, Growing::Unasked));
        column.map(|column| (column, self.before))
    }

    /// All columns have their values.
    pub(super) fn end(mut self) {
        debug_assert!(self.columns.next().is_none(), "rows are as wide as their table");
    }
}

/// Whether two values are one and the same in memory: what rows beside each other share.
pub(super) fn is_same<T: ?Sized>(one: Option<&T>, other: Option<&T>) -> bool {
    match (one, other) {
        (Some(one), Some(other)) => std::ptr::eq(one, other),
        (one, other) => one.is_none() && other.is_none(),
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
