//! Files of readings, read back: the other end of `credtrail extract`.
//!
//! What cannot be is refused in one sentence: another table, another version, a column that is
//! missing, a value that is none of ours.

use std::collections::BTreeMap;
use std::io::Cursor;
use std::sync::Arc;

use compact_str::CompactString;
use polars::prelude::SerReader as _;
use polars_io::ipc::IpcReader;
use polars_io::parquet::read::ParquetReader;
use serde_json::Value;

use crate::frame::FrameError;
use crate::frame::Table;
use crate::frame::events::clock;
use crate::frame::events::witness;
use crate::frame::events::zone;
use crate::frame::readings::MENTIONED;
use crate::frame::schema::READINGS;
use crate::ingest::Reading;
use crate::ingest::envelope::ENVELOPES;
use crate::ingest::transport::TRANSPORTS;
use crate::model::Cell;
use crate::model::Clock;
use crate::model::Event;
use crate::model::EventKind;
use crate::model::Field;
use crate::model::JobId;
use crate::model::Label;
use crate::model::Mark;
use crate::model::Mention;
use crate::model::ObjectId;
use crate::model::Origin;
use crate::model::Sheet;
use crate::model::SourceId;
use crate::model::SourceReport;
use crate::model::Stamp;
use crate::model::Step;
use crate::model::TherapistId;
use crate::model::Witness;
use crate::model::Zone;

/// Rows that are put together at a time.
const ROWS: usize = 1 << 16;

/// Layers of a source that are neither wrappers nor loggers.
const SHELLS: [&str; 10] = [
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
];

/// Whether a file that begins so is Parquet or Arrow.
pub fn is_table(head: &[u8]) -> bool {
    head.starts_with(b"PAR1") || head.starts_with(b"ARROW1")
}

/// Reads a file of readings.
pub fn read(bytes: Vec<u8>) -> Result<Reading, FrameError> {
    let (table, pairs) = if bytes.starts_with(b"PAR1") { parquet(bytes)? } else { arrow(bytes)? };
    let schema = pairs.get("credtrail.schema").map_or("none", String::as_str);
    if schema != READINGS.id {
        return Err(FrameError(format!(
            "expected a file of {}, as `credtrail extract` writes it, found {schema}",
            READINGS.id
        )));
    }
    let sources = pairs.get("credtrail.sources").and_then(|text| serde_json::from_str(text).ok());
    let sources: Vec<Value> = sources.ok_or_else(|| wrong("credtrail.sources"))?;
    let sources = sources.iter().map(|told| source(told).ok_or_else(|| wrong("a source")));
    let mut reading = Reading { sources: sources.collect::<Result<_, _>>()?, ..Reading::default() };
    for from in (0..table.height()).step_by(ROWS) {
        let grid = table.grid(from, ROWS);
        let is_ours = |(name, column): (&String, &(&str, _, _))| name == column.0;
        if !grid.columns.iter().zip(READINGS.columns).all(is_ours)
            || grid.columns.len() < READINGS.columns.len()
        {
            return Err(wrong("its columns"));
        }
        for row in grid.rows {
            let at = reading.events.len() + reading.mentions.len() + 1;
            let row = Row { cells: row, sources: reading.sources.len() };
            row.take(&mut reading).ok_or_else(|| wrong(&format!("row {at}")))?;
        }
    }
    Ok(reading)
}

fn wrong(what: &str) -> FrameError {
    FrameError(format!("expected what `extract` writes, found something else in {what}"))
}

type Pairs = BTreeMap<String, String>;

fn parquet(bytes: Vec<u8>) -> Result<(Table, Pairs), FrameError> {
    let mut reader = ParquetReader::new(Cursor::new(bytes));
    let known = reader.get_metadata()?.key_value_metadata().clone().unwrap_or_default();
    let pairs = known.into_iter().filter_map(|pair| Some((pair.key, pair.value?))).collect();
    Ok((Table { frame: reader.finish()? }, pairs))
}

fn arrow(bytes: Vec<u8>) -> Result<(Table, Pairs), FrameError> {
    let mut reader = IpcReader::new(Cursor::new(bytes));
    let known = reader.custom_metadata()?;
    let pairs = known.iter().flat_map(|known| known.iter());
    let pairs = pairs.map(|(key, value)| (key.to_string(), value.to_string())).collect();
    Ok((Table { frame: reader.finish()? }, pairs))
}

fn source(told: &Value) -> Option<SourceReport> {
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

/// The name of a layer as the reader has it.
fn layer(name: &str) -> &'static str {
    let wrappers = TRANSPORTS.iter().map(|known| known.name());
    let loggers = ENVELOPES.iter().map(|known| known.name());
    wrappers.chain(loggers).chain(SHELLS).find(|known| *known == name).unwrap_or("other")
}

fn stamp(told: &Value) -> Option<Stamp> {
    let number = |at: usize| told[0][at].as_i64();
    let digits = u8::try_from(told[1].as_u64()?).ok()?;
    let (zone, clock) = (zone_of(told[2].as_str()?)?, clock_of(told[3].as_str()?)?);
    Some(Stamp::again([number(0)?, number(1)?, number(2)?], digits, zone, clock))
}

fn zone_of(name: &str) -> Option<Zone> {
    [Zone::Stated, Zone::Assumed].into_iter().find(|known| zone(*known) == name)
}

fn clock_of(name: &str) -> Option<Clock> {
    let known = [Clock::Transport, Clock::Application, Clock::Payload];
    known.into_iter().find(|known| clock(*known) == name)
}

fn witness_of(name: &str) -> Option<Witness> {
    use Witness::Audited;
    use Witness::Client;
    use Witness::Hubspot;
    use Witness::Log;
    use Witness::Logidze;
    use Witness::PaperTrail;
    use Witness::Sql;
    let known = [Log, Client, Sql, PaperTrail, Audited, Logidze, Hubspot];
    known.into_iter().find(|known| witness(*known) == name)
}

/// One row, by the names of its columns.
struct Row {
    cells: Vec<Cell>,
    sources: usize,
}

impl Row {
    fn cell(&self, name: &str) -> Option<&Cell> {
        let at = READINGS.columns.iter().position(|column| column.0 == name)?;
        self.cells.get(at)
    }

    fn text(&self, name: &str) -> Option<&str> {
        match self.cell(name) {
            Some(Cell::Text(text)) => Some(text),
            _ => None,
        }
    }

    fn count(&self, name: &str) -> Option<u64> {
        match self.cell(name) {
            Some(Cell::Count(count)) => Some(*count),
            _ => None,
        }
    }

    fn number(&self, name: &str) -> Option<i64> {
        match self.cell(name) {
            Some(Cell::Number(number)) => Some(*number),
            _ => None,
        }
    }

    /// Puts the row where it belongs; `None` if it is none of ours.
    fn take(&self, reading: &mut Reading) -> Option<()> {
        let source = self.count("source")?;
        usize::try_from(source).ok().filter(|source| *source < self.sources)?;
        let source = SourceId(u32::try_from(source).ok()?);
        let offset = self.count("offset")?;
        let therapist = self.text("therapist").map(TherapistId::new);
        let mark = self.mark(reading)?;
        if self.text("kind")? == MENTIONED {
            let therapist = therapist?;
            reading.mentions.push(Mention { source, offset, mark, therapist });
            return Some(());
        }
        let text = Arc::from(self.text("text")?.as_bytes());
        let stamp = match self.text("clock") {
            Some(_) => Some(self.stamp()?),
            None => None,
        };
        reading.events.push(Event {
            therapist,
            stamp,
            kind: self.kind()?,
            mark,
            witness: witness_of(self.text("witness")?)?,
            origin: Origin { source, offset, line: self.count("line")?, text },
            also: Vec::new(),
        });
        Some(())
    }

    /// The mark, shared with the event before where that has the same.
    fn mark(&self, reading: &Reading) -> Option<Arc<Mark>> {
        let own = |name: &str| self.text(name).map(CompactString::new);
        let pid = match self.text("pid") {
            Some(pid) => Some(pid.parse().ok()?),
            None => None,
        };
        let mark = Mark {
            job: self.text("job").map(JobId::new),
            class: own("class"),
            pid,
            tid: own("tid"),
            host: own("host"),
            contact: own("contact"),
        };
        let last = reading.events.last().map(|event| &event.mark);
        Some(last.filter(|last| ***last == mark).cloned().unwrap_or_else(|| Arc::new(mark)))
    }

    fn stamp(&self) -> Option<Stamp> {
        let interval =
            [self.number("printed_ns")?, self.number("earliest_ns")?, self.number("until_ns")?];
        let digits = u8::try_from(self.count("digits")?).ok()?;
        let (zone, clock) = (zone_of(self.text("zone")?)?, clock_of(self.text("clock")?)?);
        Some(Stamp::again(interval, digits, zone, clock))
    }

    fn kind(&self) -> Option<EventKind> {
        let object = self.text("object").map(ObjectId::new);
        let label = || {
            let name = self.text("label")?;
            Label::ALL.into_iter().find(|label| label.name() == name)
        };
        Some(match self.text("kind")? {
            "created" => EventKind::Created { object: object? },
            "assigned" => {
                let name = self.text("field")?;
                let field = Field::ALL.into_iter().find(|field| field.name() == name)?;
                let previous = self.text("previous").map(ObjectId::new);
                EventKind::Assigned { field, object, previous }
            }
            "labelled" => EventKind::Labelled { object: object?, label: label()? },
            "unlabelled" => EventKind::Unlabelled { object: object?, label: label()? },
            "started" => EventKind::Started,
            "done" => EventKind::Done,
            "failed" => EventKind::Failed,
            "step-failed" => {
                let name = self.text("step")?;
                let step = Step::ALL.into_iter().find(|step| step.name() == name)?;
                EventKind::StepFailed { step, object }
            }
            _ => return None,
        })
    }
}
