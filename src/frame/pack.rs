//! Rows made ready to be put into a file: what of a row group can be made on any thread.

use std::io;

use polars::prelude::PolarsError;
use polars_io::parquet::write::BatchedWriter;
use polars_io::parquet::write::ParquetWriter;
use polars_io::parquet::write::RowGroupIterColumns;

use crate::frame::Form;
use crate::frame::FrameError;
use crate::frame::Rows;
use crate::frame::Table;

/// Makes rows ready to be put into a file.
pub struct Packer(Option<BatchedWriter<io::Sink>>);

/// Rows that are ready to be put into a file.
pub enum Part {
    /// As they are.
    Rows(Table),
    /// Row groups of Parquet, encoded; their pages are packed when they are written.
    Groups(Vec<RowGroupIterColumns<'static, PolarsError>>),
}

impl std::fmt::Debug for Packer {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Packer").finish_non_exhaustive()
    }
}

impl std::fmt::Debug for Part {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Part").finish_non_exhaustive()
    }
}

impl Part {
    /// The rows, unless they are packed.
    pub fn table(self) -> Result<Table, FrameError> {
        match self {
            Self::Rows(table) => Ok(table),
            Self::Groups(_) => {
                Err(FrameError("expected rows, found row groups of Parquet".to_owned()))
            }
        }
    }
}

impl Packer {
    /// For a file of columns in that form, or of text if it is none, of tables like this one.
    pub fn new(form: Option<Form>, like: &Table) -> Result<Self, FrameError> {
        Ok(Self(match form {
            Some(Form::Parquet) => {
                Some(ParquetWriter::new(io::sink()).batched(like.frame.schema())?)
            }
            Some(Form::Arrow) | None => None,
        }))
    }

    /// Makes all ready that can be without the rows before them.
    pub fn pack(&self, rows: Rows) -> Result<Part, FrameError> {
        let table = rows.table()?;
        Ok(match &self.0 {
            Some(writer) => {
                Part::Groups(writer.encode_and_compress(&table.frame).collect::<Result<_, _>>()?)
            }
            None => Part::Rows(table),
        })
    }
}
