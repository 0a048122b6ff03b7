//! Files of events, read back: the other end of `credtrail extract`.
//!
//! Parquet, Arrow, NDJSON and CSV. A file stands for the logs it was made of: what comes out is
//! what reading those gave. Of NDJSON and CSV some rows may be gone (`grep`, `head`), and several
//! files may stand one after the other; where the first row is gone, the sources are what the rows
//! tell of them.
//!
//! What cannot be is refused in one sentence: another table, another version, a column that is
//! missing, a value that is none of ours.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::io::Cursor;
use std::sync::Arc;

use polars::prelude::ChunkCompareIneq as _;
use polars::prelude::DataFrame;
use polars::prelude::DataType;
use polars::prelude::SerReader as _;
use polars_io::ipc::IpcReader;
use polars_io::parquet::read::ParquetReader;

use crate::frame::Asked;
use crate::frame::FrameError;
use crate::frame::Table;
use crate::frame::about::Known;
use crate::frame::about::ROWS;
use crate::frame::row::Row;
use crate::frame::row::Slot;
use crate::frame::schema::EVENTS;
use crate::frame::told::MENTIONED;
use crate::frame::told::NOTHING;
use crate::frame::told::UNREAD;
use crate::ingest::Reading;
use crate::model::Event;
use crate::model::Mark;
use crate::model::Mention;
use crate::model::Origin;
use crate::model::Quotes;
use crate::model::Sheet;
use crate::model::SourceId;
use crate::model::SourceReport;
use crate::model::Unread;

/// Columns by which rows of text are told from any other log.
const TELLING: [&str; 5] = ["kind", "witness", "printed_ns", "earliest_ns", "until_ns"];

/// The column by which rows are counted: see [`Rows::with`](crate::frame::Rows::with).
const FIRST: &str = "therapist";

/// The column that is 0 in rows that are no event of their own.
const LINES: &str = "lines";

/// Whether a file that begins so is a table: Parquet or Arrow whatever they hold, NDJSON and CSV
/// if they hold events.
pub fn is_table(head: &[u8]) -> bool {
    if has_metadata(head) {
        return true;
    }
    let first = head.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let Ok(first) = std::str::from_utf8(first) else { return false };
    let first = first.trim_end();
    if first.starts_with('{') {
        TELLING.iter().all(|column| first.contains(&format!("\"{column}\":")))
    } else {
        TELLING.iter().all(|column| first.split(',').any(|cell| cell == *column))
    }
}

/// Whether a file that begins so is Parquet or Arrow.
pub fn has_metadata(head: &[u8]) -> bool {
    head.starts_with(b"PAR1") || head.starts_with(b"ARROW1")
}

/// Reads a file of events.
pub fn read(bytes: &[u8]) -> Result<Reading, FrameError> {
    let mut reader = Reader::default();
    if bytes.starts_with(b"PAR1") {
        let (known, frame) = parquet(bytes, None)?;
        reader.begin(known)?;
        reader.columns(&frame)?;
    } else if bytes.starts_with(b"ARROW1") {
        let (known, frame) = arrow(bytes, None)?;
        reader.begin(known)?;
        reader.columns(&frame)?;
    } else if bytes.trim_ascii_start().starts_with(b"{") {
        reader.json_lines(bytes)?;
    } else {
        reader.csv(bytes)?;
    }
    Ok(reader.done())
}

/// A file of events as the table that it is.
#[derive(Debug)]
pub struct Kept {
    /// The events; lines that only repeat one, or tell of none, are left out.
    pub table: Table,
    /// Which credtrail wrote it.
    pub version: String,
    /// With what names and thresholds, as a fingerprint.
    pub profile: String,
    /// What it was made of.
    pub sources: Vec<SourceReport>,
}

/// The columns that are asked for of a file of events in Parquet or Arrow; `None` for other files.
pub fn kept(bytes: &[u8], asked: &Asked) -> Result<Option<Kept>, FrameError> {
    let columns = EVENTS.columns.iter().map(|column| column.0);
    let wanted = columns.filter(|name| [FIRST, LINES].contains(name) || asked.column(name));
    let wanted = wanted.map(ToOwned::to_owned).collect();
    let (known, frame) = match bytes {
        bytes if bytes.starts_with(b"PAR1") => parquet(bytes, Some(wanted))?,
        bytes if bytes.starts_with(b"ARROW1") => arrow(bytes, Some(wanted))?,
        _ => return Ok(None),
    };
    let is_event = frame.column(LINES)?.as_materialized_series().u64()?.gt(0);
    let table = Table { frame: frame.filter(&is_event)? };
    let Known { version, profile, sources, .. } = known;
    let sources = sources.ok_or_else(|| wrong("its sources"))?;
    Ok(Some(Kept { table, version, profile, sources }))
}

fn wrong(what: &str) -> FrameError {
    FrameError(format!("expected what `credtrail extract` writes, found something else in {what}"))
}

/// The columns that are asked for; all that reading back needs if nothing is said.
fn parquet(bytes: &[u8], columns: Option<Vec<String>>) -> Result<(Known, DataFrame), FrameError> {
    let mut reader = ParquetReader::new(Cursor::new(bytes));
    let pairs = reader.get_metadata()?.key_value_metadata().clone().unwrap_or_default();
    let pairs = pairs.into_iter().filter_map(|pair| Some((pair.key, pair.value?)));
    let known = checked(Known::of_pairs(pairs))?;
    Ok((known, reader.with_columns(Some(columns.unwrap_or_else(needed))).finish()?))
}

/// As [`parquet`].
fn arrow(bytes: &[u8], columns: Option<Vec<String>>) -> Result<(Known, DataFrame), FrameError> {
    let mut reader = IpcReader::new(Cursor::new(bytes));
    let pairs = reader.custom_metadata()?;
    let pairs = pairs.iter().flat_map(|pairs| pairs.iter());
    let pairs = pairs.map(|(key, value)| (key.to_string(), value.to_string()));
    let known = checked(Known::of_pairs(pairs))?;
    Ok((known, reader.with_columns(Some(columns.unwrap_or_else(needed))).finish()?))
}

fn needed() -> Vec<String> {
    Slot::columns().map(ToOwned::to_owned).collect()
}

fn checked(known: Known) -> Result<Known, FrameError> {
    if known.schema == EVENTS.id {
        return Ok(known);
    }
    Err(FrameError(format!(
        "expected a file of {}, as `credtrail extract` writes it, found {}",
        EVENTS.id, known.schema
    )))
}

/// What was read so far.
#[derive(Default)]
struct Reader {
    reading: Reading,
    /// Of the file that is read: its first source in `reading`, its sources by name, and whether
    /// it said which it has.
    base: usize,
    names: BTreeMap<String, usize>,
    is_told: bool,
    mark: Option<Arc<Mark>>,
    quotes: Quotes,
}

impl Reader {
    /// A file begins, and says what it is.
    fn begin(&mut self, known: Known) -> Result<(), FrameError> {
        let known = checked(known)?;
        let sources = known.sources.ok_or_else(|| wrong("its sources"))?;
        self.base = self.reading.sources.len();
        let places = sources.iter().enumerate();
        self.names = places.map(|(at, source)| (source.name.clone(), self.base + at)).collect();
        self.reading.sources.extend(sources);
        self.is_told = true;
        Ok(())
    }

    fn columns(&mut self, frame: &DataFrame) -> Result<(), FrameError> {
        let mut texts = Vec::new();
        let mut numbers = Vec::new();
        for name in Slot::columns() {
            let Some(slot) = Slot::of(name) else { continue };
            let series = frame.column(name)?.as_materialized_series();
            if slot.is_number() {
                numbers.push((slot, series.cast(&DataType::Int64)?));
            } else {
                texts.push((slot, series));
            }
        }
        let mut texts = texts
            .iter()
            .map(|(slot, series)| Ok((*slot, series.str()?.iter())))
            .collect::<Result<Vec<_>, FrameError>>()?;
        let mut numbers = numbers
            .iter()
            .map(|(slot, series)| Ok((*slot, series.i64()?.iter())))
            .collect::<Result<Vec<_>, FrameError>>()?;
        for at in 1..=frame.height() {
            let mut row = Row::default();
            for (slot, values) in &mut texts {
                row.put_text(*slot, values.next().flatten().map(Cow::Borrowed));
            }
            for (slot, values) in &mut numbers {
                row.put_number(*slot, values.next().flatten());
            }
            self.row(row, &format_args!("row {at}"))?;
        }
        Ok(())
    }

    fn json_lines(&mut self, bytes: &[u8]) -> Result<(), FrameError> {
        for (at, line) in bytes.split(|byte| *byte == b'\n').enumerate() {
            if line.trim_ascii().is_empty() {
                continue;
            }
            let row: Row = serde_json::from_slice(line)
                .map_err(|error| FrameError(format!("line {}: {error}", at + 1)))?;
            self.row(row, &format_args!("line {}", at + 1))?;
        }
        Ok(())
    }

    fn csv(&mut self, bytes: &[u8]) -> Result<(), FrameError> {
        let failed = |error: csv::Error| FrameError(error.to_string());
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(bytes);
        let head = reader.headers().map_err(failed)?.clone();
        if let Some(column) = Slot::columns().find(|name| !head.iter().any(|cell| cell == *name)) {
            return Err(FrameError(format!("expected a column {column}, found none")));
        }
        let slots: Vec<Option<Slot>> = head.iter().map(Slot::of).collect();
        let mut record = csv::StringRecord::new();
        while reader.read_record(&mut record).map_err(failed)? {
            // Of files that stand one after the other, each brings its head.
            if record == head {
                continue;
            }
            let line = record.position().map_or(0, csv::Position::line);
            let mut row = Row::default();
            for (slot, cell) in slots.iter().zip(&record).filter(|(_, cell)| !cell.is_empty()) {
                match slot {
                    Some(slot) if slot.is_number() => {
                        let number = cell.parse().map_err(|_| wrong(&format!("line {line}")))?;
                        row.put_number(*slot, Some(number));
                    }
                    Some(slot) => row.put_text(*slot, Some(cell.into())),
                    None => {}
                }
            }
            self.row(row, &format_args!("line {line}"))?;
        }
        Ok(())
    }

    fn row(&mut self, row: Row<'_>, place: &std::fmt::Arguments<'_>) -> Result<(), FrameError> {
        if let Some(about) = row.about() {
            self.begin(Known::of_text(about))?;
        }
        let row = row.into_said().and_then(|row| self.take(&row));
        row.ok_or_else(|| wrong(&place.to_string()))
    }

    /// Puts a row where it belongs; `None` if it is none of ours.
    fn take(&mut self, row: &Row<'_>) -> Option<()> {
        let kind = row.told.kind_name()?;
        if kind == NOTHING {
            return Some(());
        }
        let at = self.source(row)?;
        let source = SourceId(u32::try_from(at).ok()?);
        let offset = row.offset()?;
        if kind == MENTIONED {
            let mark = Arc::new(row.told.mark()?);
            let therapist = row.told.therapist()?;
            self.reading.mentions.push(Mention { source, offset, mark, therapist });
            return Some(());
        }
        let text = row.bytes()?;
        let text = self.quotes.add(&text);
        let origin = Origin { source, offset, line: row.line()?, text };
        if kind == UNREAD {
            let reason = row.reason.clone()?;
            self.reading.sources[at].unread.push(Unread { origin, reason });
            return Some(());
        }
        let said = row.told.said()?;
        if !self.is_told
            && let Some(stamp) = said.stamp
        {
            let span = &mut self.reading.sources[at].span;
            *span = Some(stamp.widen(*span));
        }
        // Lines of one job stand together and share what they say of it.
        let known = self.mark.take().filter(|known| **known == *said.mark);
        let mark = known.unwrap_or(said.mark);
        self.mark = Some(mark.clone());
        self.reading.events.push(Event {
            therapist: said.therapist,
            stamp: said.stamp,
            kind: said.kind,
            mark,
            witness: said.witness,
            origin,
            is_adopted: false,
            more: None,
        });
        Some(())
    }

    /// The place of a row's source; one that the file does not name is added where it names none.
    fn source(&mut self, row: &Row<'_>) -> Option<usize> {
        if let Some(at) =
            row.source.and_then(|at| usize::try_from(at).ok()).filter(|_| self.is_told)
        {
            return Some(self.base + at).filter(|at| *at < self.reading.sources.len());
        }
        let name = row.name()?;
        if let Some(at) = self.names.get(name) {
            return Some(*at);
        }
        if self.is_told {
            return None;
        }
        let at = self.reading.sources.len();
        self.names.insert(name.to_owned(), at);
        self.reading.sources.push(SourceReport {
            name: name.to_owned(),
            format: vec![ROWS],
            confidence: 1.0,
            sheet: Sheet::default(),
            unread: Vec::new(),
            span: None,
            error: None,
        });
        Some(at)
    }

    /// All of it, as reading the logs would have given it.
    fn done(self) -> Reading {
        let Self { mut reading, quotes, .. } = self;
        // From now on they can be read.
        drop(quotes);
        // Stable: what one line says stays in its order.
        reading.events.sort_by_key(|event| (event.origin.source, event.origin.offset));
        reading.mentions.sort_by_key(|mention| (mention.source, mention.offset));
        let mut used = vec![BTreeSet::new(); reading.sources.len()];
        for event in &reading.events {
            if let Some(lines) = usize::try_from(event.origin.source.0).ok().map(|at| &mut used[at])
            {
                lines.insert(event.origin.line);
            }
        }
        for (source, used) in reading.sources.iter_mut().zip(used) {
            source.unread.sort_by_key(|unread| unread.origin.offset);
            if source.format == [ROWS] {
                let (used, unread) = (used.len() as u64, source.unread.len() as u64);
                source.sheet = Sheet { lines: used + unread, used, unread, ..Sheet::default() };
            }
        }
        reading
    }
}
