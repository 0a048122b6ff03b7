//! What a file says of itself: schema, version, sources and how they add up; there and back.
//!
//! Parquet and Arrow have it as metadata under `credtrail.*`; NDJSON and CSV as one JSON object in
//! the column `about` of their first row.

use serde_json::Map;
use serde_json::Value;
use serde_json::json;

use crate::frame::told::clock;
use crate::frame::told::clock_of;
use crate::frame::told::zone;
use crate::frame::told::zone_of;
use crate::ingest::envelope::ENVELOPES;
use crate::ingest::transport::TRANSPORTS;
use crate::model::Sheet;
use crate::model::SourceReport;
use crate::model::Stamp;

/// What stands before each key in metadata.
const PREFIX: &str = "credtrail.";

/// Layers of a source that are neither wrappers nor loggers.
const SHELLS: [&str; 12] = [
    "csv",
    "json-document",
    "octet-counted",
    "psql",
    "gzip",
    "zstd",
    "bzip2",
    "xz",
    "utf-16le",
    "utf-16be",
    ROWS,
    "other",
];

/// The layer of a source of which only rows are left.
pub(super) const ROWS: &str = "rows";

/// What a file says of itself.
#[derive(Clone, Copy, Debug)]
pub struct About<'a> {
    /// `credtrail/events/1`; for the answer to a question `credtrail/answer/1`.
    pub schema: &'a str,
    /// The question, if it answers one.
    pub sql: Option<&'a str>,
    /// With what names and thresholds it was judged, as a fingerprint.
    pub profile: &'a str,
    /// What was read, and how it adds up.
    pub sources: &'a [SourceReport],
}

impl About<'_> {
    /// Keys and values of metadata, all text; sources as JSON.
    pub(super) fn pairs(&self) -> impl Iterator<Item = (String, String)> {
        self.told().into_iter().map(|(key, value)| {
            let text = value.as_str().map_or_else(|| value.to_string(), ToOwned::to_owned);
            (format!("{PREFIX}{key}"), text)
        })
    }

    /// All of it as one JSON object.
    pub(super) fn json(&self) -> Value {
        Value::Object(self.told())
    }

    fn told(&self) -> Map<String, Value> {
        let sources: Vec<Value> = self.sources.iter().map(source).collect();
        let mut told = Map::from_iter([
            ("schema".to_owned(), Value::from(self.schema)),
            ("version".to_owned(), Value::from(env!("CARGO_PKG_VERSION"))),
            ("profile".to_owned(), Value::from(self.profile)),
            ("sources".to_owned(), Value::from(sources)),
        ]);
        if let Some(sql) = self.sql {
            told.insert("sql".to_owned(), Value::from(sql));
        }
        told
    }
}

/// What a file says of itself, read back.
#[derive(Debug, Default)]
pub(super) struct Known {
    pub(super) schema: String,
    pub(super) version: String,
    pub(super) profile: String,
    pub(super) sources: Option<Vec<SourceReport>>,
}

impl Known {
    /// From metadata.
    pub(super) fn of_pairs(pairs: impl Iterator<Item = (String, String)>) -> Self {
        let pairs = pairs.filter_map(|(key, value)| {
            let key = key.strip_prefix(PREFIX)?.to_owned();
            let value = match &*key {
                "sources" => serde_json::from_str(&value).unwrap_or(Value::Null),
                _ => Value::from(value),
            };
            Some((key, value))
        });
        Self::of(&Value::Object(pairs.collect::<Map<_, _>>()))
    }

    /// From the text of the column `about`.
    pub(super) fn of_text(text: &str) -> Self {
        Self::of(&serde_json::from_str(text).unwrap_or(Value::Null))
    }

    fn of(told: &Value) -> Self {
        let text = |key: &str| told[key].as_str().unwrap_or("none").to_owned();
        let sources = told["sources"].as_array();
        Self {
            schema: text("schema"),
            version: text("version"),
            profile: text("profile"),
            sources: sources.and_then(|all| all.iter().map(source_of).collect()),
        }
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

fn source_of(told: &Value) -> Option<SourceReport> {
    let count = |name: &str| told[name].as_u64();
    let layers = told["format"].as_array()?.iter();
    let span = match told["span"].as_array() {
        Some(span) => Some((stamp(span.first()?)?, stamp(span.get(1)?)?)),
        None => None,
    };
    let sheet = Sheet {
        bytes: count("bytes")?,
        lines: count("lines")?,
        used: count("used")?,
        ignored: count("ignored")?,
        unread: count("unread")?,
    };
    Some(SourceReport {
        name: told["name"].as_str()?.to_owned(),
        format: layers.map(|name| name.as_str().map_or("other", layer)).collect(),
        confidence: told["confidence"].as_f64()?,
        sheet,
        unread: Vec::new(),
        span,
        error: told["error"].as_str().map(ToOwned::to_owned),
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

fn stamp(told: &Value) -> Option<Stamp> {
    let number = |at: usize| told[0][at].as_i64();
    let digits = u8::try_from(told[1].as_u64()?).ok()?;
    let (zone, clock) = (zone_of(told[2].as_str()?)?, clock_of(told[3].as_str()?)?);
    Stamp::of_interval([number(0)?, number(1)?, number(2)?], digits, zone, clock)
}

/// The name of a layer as the reader has it.
fn layer(name: &str) -> &'static str {
    let wrappers = TRANSPORTS.iter().map(|known| known.name());
    let loggers = ENVELOPES.iter().map(|known| known.name());
    wrappers.chain(loggers).chain(SHELLS).find(|known| *known == name).unwrap_or("other")
}
