//! Tables as Parquet and Arrow IPC, with what they are in their metadata.

use std::sync::Arc;

use polars::prelude::SerWriter as _;
use polars_io::ipc::IpcCompression;
use polars_io::ipc::IpcWriter;
use polars_io::parquet::write::KeyValueMetadata;
use polars_io::parquet::write::ParquetWriter;
use serde_json::Value;
use serde_json::json;

use crate::frame::FrameError;
use crate::frame::Table;
use crate::frame::events::clock;
use crate::frame::events::zone;
use crate::model::SourceReport;
use crate::model::Stamp;

/// A format of columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Parquet, packed with zstd.
    Parquet,
    /// Arrow's IPC file, packed with zstd.
    Arrow,
}

/// What a file says of itself.
#[derive(Clone, Copy, Debug)]
pub struct Label<'a> {
    /// `credtrail/events/1`; for the answer to a question `credtrail/answer/1`.
    pub schema: &'a str,
    /// The question, if it answers one.
    pub sql: Option<&'a str>,
    /// What was read, and how it adds up.
    pub sources: &'a [SourceReport],
}

impl Label<'_> {
    /// Keys and values, all text; sources as JSON.
    fn pairs(&self) -> Vec<(&'static str, String)> {
        let sources: Vec<Value> = self.sources.iter().map(source).collect();
        let mut pairs = vec![
            ("credtrail.schema", self.schema.to_owned()),
            ("credtrail.version", env!("CARGO_PKG_VERSION").to_owned()),
            ("credtrail.sources", Value::from(sources).to_string()),
        ];
        pairs.extend(self.sql.map(|sql| ("credtrail.sql", sql.to_owned())));
        pairs
    }
}

fn source(report: &SourceReport) -> Value {
    let sheet = &report.sheet;
    json!({
        "name": report.name,
        "format": report.format,
        "confidence": report.confidence,
        "bytes": sheet.bytes,
        "lines": sheet.lines,
        "used": sheet.used,
        "ignored": sheet.ignored,
        "unread": sheet.unread,
        "from": report.span.map(|(from, _)| Stamp::to_rfc3339(from)),
        "to": report.span.map(|(_, to)| Stamp::to_rfc3339(to)),
        "span": report.span.map(|(from, to)| [parts(from), parts(to)]),
        "error": report.error,
    })
}

/// All of a stamp, to be put together again.
fn parts(stamp: Stamp) -> Value {
    json!([
        [stamp.printed(), stamp.earliest(), stamp.until()],
        stamp.digits(),
        zone(stamp.zone()),
        clock(stamp.clock()),
    ])
}

/// The whole file.
pub fn bytes(table: &Table, form: Form, label: &Label<'_>) -> Result<Vec<u8>, FrameError> {
    let mut bytes = Vec::new();
    let mut frame = table.frame.clone();
    let pairs = label.pairs().into_iter();
    match form {
        Form::Parquet => {
            let pairs = pairs.map(|(key, value)| (key.to_owned(), value)).collect();
            ParquetWriter::new(&mut bytes)
                .with_key_value_metadata(Some(KeyValueMetadata::from_static(pairs)))
                .finish(&mut frame)?;
        }
        Form::Arrow => {
            let pairs = pairs.map(|(key, value)| (key.into(), value.into())).collect();
            let mut writer =
                IpcWriter::new(&mut bytes).with_compression(Some(IpcCompression::default()));
            writer.set_custom_schema_metadata(Arc::new(pairs));
            writer.finish(&mut frame)?;
        }
    }
    Ok(bytes)
}
