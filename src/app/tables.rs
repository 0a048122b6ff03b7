//! `extract` and `query`: what was read and judged as tables, written to files or asked in SQL.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::io;
use std::io::Write;

use sha2::Digest as _;
use sha2::Sha256;

use crate::app::analyze::Evidence;
use crate::app::analyze::Question;
use crate::app::analyze::judge_each;
use crate::app::analyze::stacks;
use crate::app::crew;
use crate::frame;
use crate::frame::About;
use crate::frame::Asked;
use crate::frame::Carrier;
use crate::frame::FrameError;
use crate::frame::Packer;
use crate::frame::Part;
use crate::frame::Pen;
use crate::frame::QueryError;
use crate::frame::Rows;
use crate::frame::Schema;
use crate::frame::Sink;
use crate::frame::Table;
use crate::frame::schema;
use crate::ingest::source;
use crate::ingest::source::Input;
use crate::model::Analysis;
use crate::model::Event;
use crate::model::Grid;
use crate::model::Mention;
use crate::model::Profile;
use crate::model::SourceReport;
use crate::model::TherapistId;
use crate::model::hex;
use crate::report::grid;
use crate::report::style::Screen;
use crate::timeline;
use crate::timeline::Shelf;

/// Events that become one part of a file.
const PART: usize = 1 << 14;

/// Rows that are turned into text at a time.
const ROWS: usize = 1 << 14;

/// What a file will hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Parquet or Arrow: columns, with metadata.
    Columns(frame::Form),
    /// One JSON object per line.
    JsonLines,
    /// Records for spreadsheets.
    Csv,
}

impl Form {
    /// The form that the ending of a file's name asks for.
    pub fn of(ending: &str) -> Option<Self> {
        Some(match ending {
            "parquet" => Self::Columns(frame::Form::Parquet),
            "arrow" | "ipc" | "feather" => Self::Columns(frame::Form::Arrow),
            "ndjson" | "jsonl" => Self::JsonLines,
            "csv" => Self::Csv,
            _ => return None,
        })
    }

    fn columns(self) -> Option<frame::Form> {
        match self {
            Self::Columns(form) => Some(form),
            Self::JsonLines | Self::Csv => None,
        }
    }

    fn carrier(self) -> Carrier {
        if self == Self::Csv { Carrier::Plain } else { Carrier::Any }
    }
}

/// How an answer is printed.
#[derive(Clone, Copy, Debug)]
pub enum Face {
    /// Aligned, for eyes.
    Text(Screen),
    /// One list of objects.
    Json,
    /// One object per line.
    JsonLines,
    /// Records for spreadsheets.
    Csv,
    /// A table for a ticket.
    Markdown,
}

/// Why a table could not be written.
#[derive(Debug, thiserror::Error)]
pub enum TableError {
    /// The table.
    #[error("{0}")]
    Frame(#[from] FrameError),
    /// The file.
    #[error("{0}")]
    Io(#[from] io::Error),
}

/// A file while it is written, whatever its form.
enum File<W: Write> {
    Columns(Sink<W>),
    JsonLines(W),
    Csv(W),
}

impl<W: Write> File<W> {
    /// Begins a file of tables like this one, which has no rows yet.
    fn new(mut out: W, form: Form, like: &Table, about: &About<'_>) -> Result<Self, TableError> {
        Ok(match form {
            Form::Columns(form) => Self::Columns(Sink::new(out, form, like, about)?),
            Form::JsonLines => Self::JsonLines(out),
            Form::Csv => {
                out.write_all(grid::csv_head(&like.grid(0, 0)).as_bytes())?;
                Self::Csv(out)
            }
        })
    }

    fn push(&mut self, table: &Table) -> Result<(), TableError> {
        let rows = |out: &mut W, of: fn(&Grid) -> String| {
            let mut starts = (0..table.height()).step_by(ROWS);
            starts.try_for_each(|from| out.write_all(of(&table.grid(from, ROWS)).as_bytes()))
        };
        match self {
            Self::Columns(sink) => sink.push(table)?,
            Self::JsonLines(out) => rows(out, grid::json_lines)?,
            Self::Csv(out) => rows(out, grid::csv_rows)?,
        }
        Ok(())
    }

    fn put(&mut self, part: Part) -> Result<(), TableError> {
        match self {
            Self::Columns(sink) => Ok(sink.put(part)?),
            Self::JsonLines(_) | Self::Csv(_) => self.push(&part.table()?),
        }
    }

    fn finish(self) -> Result<(), TableError> {
        match self {
            Self::Columns(sink) => sink.finish()?,
            Self::JsonLines(mut out) | Self::Csv(mut out) => out.flush()?,
        }
        Ok(())
    }
}

/// Writes the events that were read as a file which every command reads back: therapists by
/// number, each one's events in the order of its timeline, then what is nobody's and the lines
/// that tell of no event. Therapists are worked on by several threads; the bytes do not depend on
/// how many.
pub fn extract(
    evidence: Evidence,
    question: &Question,
    form: Form,
    out: impl Write,
) -> Result<(), TableError> {
    let Evidence { sources, mut shelf, window, mentions, threads, .. } = evidence;
    let profile = fingerprint(&question.profile);
    let about =
        About { schema: schema::EVENTS.id, sql: None, profile: &profile, sources: &sources };
    let pen = |is_first: bool| {
        let pen = Pen::new(&sources, form.carrier());
        // Parquet and Arrow have room for it in their metadata.
        let is_told = is_first && !matches!(form, Form::Columns(_));
        if is_told { pen.about(&about) } else { pen }
    };
    let like = Rows::new(&schema::EVENTS).table()?;
    let mut file = File::new(out, form, &like, &about)?;
    let packer = Packer::new(form.columns(), &like)?;
    let rest = Rest::of(&mut shelf, mentions, question);
    let end = window.map(|(_, to)| to);
    let stacks = stacks(shelf, question, PART);
    let is_empty = stacks.len() == 0;
    let mut written = Ok(());
    crew::in_order(
        stacks.enumerate(),
        threads,
        |(at, stack)| {
            let room = stack.iter().map(|(_, events)| events.len()).sum();
            let (mut rows, mut pen) = (Rows::new(&schema::EVENTS).with_room(room), pen(at == 0));
            let timelines = stack.into_iter().map(|(therapist, events)| {
                timeline::build_runs(therapist, events, end, &question.profile)
            });
            pen.lines(&mut rows, &timelines.collect::<Vec<_>>());
            packer.pack(rows)
        },
        |part| {
            if written.is_ok() {
                written = part.map_err(TableError::from).and_then(|part| file.put(part));
            }
        },
    );
    written?;
    file.put(packer.pack(rest.rows(&mut pen(is_empty), &sources))?)?;
    file.finish()
}

/// What stands behind everybody's events.
struct Rest {
    nobodys: Vec<Event>,
    vacant: Vec<Event>,
    mentions: Vec<Mention>,
}

impl Rest {
    /// Takes it from the shelf, as far as it is asked for.
    fn of(shelf: &mut Shelf, mut mentions: Vec<Mention>, question: &Question) -> Self {
        let mut vacant = std::mem::take(&mut shelf.vacant);
        if let Some(asked) = &question.therapist {
            vacant.retain(|event| event.therapist.as_ref() == Some(asked));
            mentions.retain(|mention| mention.therapist == *asked);
        }
        let is_wanted = wants_nobodys(shelf, question);
        // In a log that names nobody all events are taken as one therapist's.
        let unknown = TherapistId::unknown();
        let nobodys = if shelf.is_nameless { Vec::new() } else { shelf.remove(&unknown) };
        let nobodys = if is_wanted { nobodys } else { Vec::new() };
        Self { nobodys, vacant, mentions }
    }

    fn rows(self, pen: &mut Pen<'_>, sources: &[SourceReport]) -> Rows {
        let mut rows = Rows::new(&schema::EVENTS);
        self.nobodys.iter().for_each(|event| pen.nobodys(&mut rows, event, true));
        self.vacant.iter().for_each(|event| pen.vacant(&mut rows, event));
        self.mentions.iter().for_each(|mention| pen.mention(&mut rows, mention));
        let unread = sources.iter().flat_map(|source| &source.unread);
        unread.for_each(|unread| pen.unread(&mut rows, unread));
        pen.close(&mut rows);
        rows
    }
}

/// Whether the events of which nothing tells whose they are are asked for, and are not all there is.
fn wants_nobodys(shelf: &Shelf, question: &Question) -> bool {
    let is_asked = question.therapist.as_ref().is_none_or(TherapistId::is_unknown);
    is_asked && !shelf.is_nameless
}

/// Writes one of the other tables.
pub fn extract_table(
    evidence: Evidence,
    question: &Question,
    schema: &'static Schema,
    form: Form,
    out: impl Write,
) -> Result<(), TableError> {
    let tables = tables(evidence, question, &Asked::only(schema))?;
    tables.write(schema, form, out)
}

/// Tables of one analysis.
#[expect(clippy::struct_field_names, reason = "tables are what it holds")]
#[derive(Debug)]
pub struct Tables {
    tables: Vec<(&'static Schema, Table)>,
    sources: Vec<SourceReport>,
    profile: String,
}

/// Judges the evidence, as far as that is asked for, and lays it out as tables: therapists by
/// number, each one's events in the order of its timeline, findings worst first.
pub fn tables(
    evidence: Evidence,
    question: &Question,
    asked: &Asked,
) -> Result<Tables, FrameError> {
    let sources = evidence.sources.clone();
    let rows = |schema: &'static Schema| Rows::with(schema, |column| asked.column(column));
    let mut pen = Pen::new(&sources, Carrier::Any);
    let mut events = rows(&schema::EVENTS);
    let wants_gaps = asked.table(&schema::GAPS);
    let is_gaps = |column: &str| wants_gaps && frame::GAPS_NEED.contains(&column);
    let mut runs = Rows::with(&schema::RUNS, |column| asked.column(column) || is_gaps(column));
    let wants = [asked.table(&schema::EVENTS), asked.table(&schema::RUNS) || wants_gaps];
    // Behind everybody else's; judging leaves them out, so they are looked at before it takes all.
    let mut nobodys = rows(&schema::EVENTS);
    if wants[0] && wants_nobodys(&evidence.shelf, question) {
        for event in evidence.shelf.of(&TherapistId::unknown()).into_iter().flatten() {
            pen.nobodys(&mut nobodys, event, false);
        }
    }
    let analysis = judge_each(evidence, question, |timeline, _| {
        if wants[0] {
            pen.events(&mut events, std::slice::from_ref(&timeline));
        }
        if wants[1] {
            frame::push_runs(&mut runs, &timeline);
        }
    });
    let runs = runs.table()?;
    let gaps = wants_gaps.then(|| frame::gaps(&runs, question.profile.window())).transpose()?;
    let [findings, therapists] = judged(&analysis, &|column| asked.column(column))?;
    let events = Table::joined(vec![events.table()?, nobodys.table()?])?;
    let tables = [
        (&schema::EVENTS, events),
        (&schema::RUNS, Some(runs)),
        (&schema::GAPS, gaps),
        (&schema::FINDINGS, Some(findings)),
        (&schema::THERAPISTS, Some(therapists)),
    ];
    let tables = tables.into_iter().filter_map(|(schema, table)| Some((schema, table?)));
    Ok(Tables { tables: tables.collect(), profile: fingerprint(&question.profile), sources })
}

/// What was judged as tables with the columns that are asked for: findings worst first, therapists
/// by number.
pub(super) fn judged(
    analysis: &Analysis,
    is_asked: &dyn Fn(&str) -> bool,
) -> Result<[Table; 2], FrameError> {
    let rows = |schema: &'static Schema| Rows::with(schema, is_asked);
    let mut findings = rows(&schema::FINDINGS);
    let mut counts: HashMap<&TherapistId, usize> = HashMap::new();
    let end = analysis.window.map(|(_, to)| to);
    for finding in &analysis.findings {
        *counts.entry(&finding.therapist).or_default() += 1;
        frame::push_finding(&mut findings, finding, end, &analysis.sources);
    }
    let mut therapists = rows(&schema::THERAPISTS);
    for verdict in &analysis.therapists {
        let found = counts.get(&verdict.therapist).copied().unwrap_or(0);
        frame::push_therapist(&mut therapists, verdict, found);
    }
    Ok([findings.table()?, therapists.table()?])
}

/// The events of a file that this very program wrote, as they stand in it, where the question asks
/// for nothing else: what reading and judging them again would come to. `None` where it must be
/// done.
pub fn kept(inputs: &[Input], question: &Question, asked: &Asked) -> Option<Tables> {
    let [input] = inputs else { return None };
    let others = [&schema::RUNS, &schema::GAPS, &schema::FINDINGS, &schema::THERAPISTS];
    let is_narrowed = question.therapist.is_some() || question.to.is_some();
    if is_narrowed || *input == Input::Stdin || others.iter().any(|schema| asked.table(schema)) {
        return None;
    }
    let has_columns = source::head(input).is_ok_and(|head| frame::has_metadata(&head));
    if !has_columns {
        return None;
    }
    let kept = frame::kept(&source::whole(input).ok()?, asked).ok()??;
    let profile = fingerprint(&question.profile);
    let is_ours = kept.version == env!("CARGO_PKG_VERSION") && kept.profile == profile;
    let tables = vec![(&schema::EVENTS, kept.table)];
    is_ours.then_some(Tables { tables, sources: kept.sources, profile })
}

/// Names and thresholds as sixteen hex digits. Compared only within one version, in which their
/// debugging form does not change.
fn fingerprint(profile: &Profile) -> String {
    hex(&Sha256::digest(format!("{profile:?}").as_bytes())).chars().take(16).collect()
}

impl Tables {
    /// What was read.
    pub fn sources(&self) -> &[SourceReport] {
        &self.sources
    }

    /// Writes one of the tables.
    pub fn write(&self, schema: &Schema, form: Form, out: impl Write) -> Result<(), TableError> {
        let found = self.tables.iter().find(|(known, _)| known.id == schema.id);
        let Some((schema, table)) = found else { return Ok(()) };
        self.put(table, schema.id, None, form, out)
    }

    fn put(
        &self,
        table: &Table,
        schema: &str,
        sql: Option<&str>,
        form: Form,
        out: impl Write,
    ) -> Result<(), TableError> {
        let about = About { schema, sql, profile: &self.profile, sources: &self.sources };
        let mut file = File::new(out, form, table, &about)?;
        file.push(table)?;
        file.finish()
    }

    /// Answers a question in SQL.
    pub fn query(&self, sql: &str) -> Result<Answer<'_>, QueryError> {
        Ok(Answer { table: frame::query(&self.tables, sql)?, sql: sql.to_owned(), asked: self })
    }
}

/// The answer to a question.
#[derive(Debug)]
pub struct Answer<'a> {
    table: Table,
    sql: String,
    asked: &'a Tables,
}

impl Answer<'_> {
    /// As text.
    pub fn shown(&self, face: Face) -> String {
        let grid = self.table.grid(0, self.table.height());
        match face {
            Face::Text(screen) => grid::text(&grid, &screen),
            Face::Json => grid::json(&grid),
            Face::JsonLines => grid::json_lines(&grid),
            Face::Csv => grid::csv_head(&grid) + &grid::csv_rows(&grid),
            Face::Markdown => grid::markdown_table(&grid),
        }
    }

    /// As a file.
    pub fn write(&self, form: Form, out: impl Write) -> Result<(), TableError> {
        self.asked.put(&self.table, "credtrail/answer/1", Some(&self.sql), form, out)
    }
}

/// The tables and their columns, for eyes.
pub fn explained() -> String {
    let mut text = String::new();
    for schema in schema::ALL {
        // Writing to a String cannot fail.
        let _ = writeln!(text, "{} ({}): {}", schema.table, schema.id, schema.row);
        for (name, kind, meaning) in schema.columns {
            let _ = writeln!(text, "  {name:<15} {:<8} {meaning}", kind.name());
        }
        text.push('\n');
    }
    text.push_str("An instant is microseconds in UTC and is compared with a text such as\n");
    text.push_str("'2025-07-04 07:00:00'. Ids are text: object = '30278823850'.\n");
    text.push_str("`credtrail extract` writes events, and every command reads them back.\n");
    text
}
