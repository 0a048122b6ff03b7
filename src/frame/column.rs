//! Columns of an answer as plain values, for the few rows that become figures.

use polars::prelude::DataFrame;
use polars::prelude::DataType;

use crate::frame::FrameError;

/// Numbers; a null is 0.
pub(super) fn counts(frame: &DataFrame, name: &str) -> Result<Vec<u64>, FrameError> {
    let column = frame.column(name)?.cast(&DataType::UInt64)?;
    Ok(column.u64()?.iter().map(Option::unwrap_or_default).collect())
}

/// Numbers with a sign; nulls are left out.
pub(super) fn numbers(frame: &DataFrame, name: &str) -> Result<Vec<i64>, FrameError> {
    let column = frame.column(name)?.cast(&DataType::Int64)?;
    Ok(column.i64()?.iter().flatten().collect())
}

/// Texts.
pub(super) fn texts(frame: &DataFrame, name: &str) -> Result<Vec<Option<String>>, FrameError> {
    let column = frame.column(name)?;
    Ok(column.str()?.iter().map(|text| text.map(str::to_owned)).collect())
}
