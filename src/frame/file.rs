//! Tables as Parquet and Arrow IPC, batch by batch, with what they are in their metadata.
//!
//! A batch of Parquet can be made ready by a [`Packer`](crate::frame::Packer) beforehand, on any
//! thread.

use std::io::Write;
use std::sync::Arc;

use polars::prelude::CompatLevel;
use polars::prelude::DataFrame;
use polars::prelude::SerWriter as _;
use polars_io::ipc::IpcCompression;
use polars_io::ipc::IpcWriter;
use polars_io::parquet::write::BatchedWriter;
use polars_io::parquet::write::KeyValueMetadata;
use polars_io::parquet::write::ParquetWriter;

use crate::frame::About;
use crate::frame::FrameError;
use crate::frame::Part;
use crate::frame::Table;

/// A format of columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Parquet, packed with zstd.
    Parquet,
    /// Arrow's IPC file, packed with LZ4.
    Arrow,
}

/// A file while it is written.
pub struct Sink<W: Write>(Writer<W>);

enum Writer<W: Write> {
    Parquet(Box<BatchedWriter<W>>),
    /// polars' own batches leave the metadata out, so all rows are kept until the end.
    Arrow(Box<IpcWriter<W>>, DataFrame),
}

impl<W: Write> std::fmt::Debug for Sink<W> {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Sink").finish_non_exhaustive()
    }
}

impl<W: Write> Sink<W> {
    /// Begins a file of tables like this one.
    pub fn new(out: W, form: Form, like: &Table, about: &About<'_>) -> Result<Self, FrameError> {
        let schema = like.frame.schema();
        Ok(Self(match form {
            Form::Parquet => {
                let pairs = KeyValueMetadata::from_static(about.pairs().collect());
                let writer = ParquetWriter::new(out).with_key_value_metadata(Some(pairs));
                Writer::Parquet(Box::new(writer.batched(schema)?))
            }
            Form::Arrow => {
                let pairs = about.pairs().map(|(key, value)| (key.into(), value.into()));
                // Any reader of Arrow knows the oldest layout of text.
                let mut writer = IpcWriter::new(out)
                    .with_compression(Some(IpcCompression::LZ4))
                    .with_compat_level(CompatLevel::oldest());
                writer.set_custom_schema_metadata(Arc::new(pairs.collect()));
                Writer::Arrow(Box::new(writer), like.frame.clear())
            }
        }))
    }

    /// Adds rows: one row group, one record batch.
    pub fn push(&mut self, table: &Table) -> Result<(), FrameError> {
        if table.height() > 0 {
            match &mut self.0 {
                Writer::Parquet(writer) => writer.write_batch(&table.frame)?,
                Writer::Arrow(_, frame) => *frame = frame.vstack(&table.frame)?,
            }
        }
        Ok(())
    }

    /// Adds a batch that was made ready.
    pub fn put(&mut self, part: Part) -> Result<(), FrameError> {
        match (&mut self.0, part) {
            (Writer::Parquet(writer), Part::Pages { rows, columns }) => {
                writer.write_row_group(rows, &columns)?;
                Ok(())
            }
            (_, part) => self.push(&part.table()?),
        }
    }

    /// Ends the file.
    pub fn finish(self) -> Result<(), FrameError> {
        match self.0 {
            Writer::Parquet(writer) => writer.finish().map(|_| ())?,
            Writer::Arrow(mut writer, mut frame) => writer.finish(&mut frame)?,
        }
        Ok(())
    }
}
