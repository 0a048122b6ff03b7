//! `extract` and `query`: what was read and judged as tables, written to files or asked in SQL.

use std::collections::HashMap;
use std::fmt::Write as _;

use crate::app::analyze::Evidence;
use crate::app::analyze::Question;
use crate::app::analyze::judge_each;
use crate::app::sources;
use crate::frame;
use crate::frame::FrameError;
use crate::frame::Label;
use crate::frame::QueryError;
use crate::frame::Rows;
use crate::frame::Schema;
use crate::frame::Table;
use crate::frame::schema;
use crate::ingest::Options;
use crate::ingest::source::Input;
use crate::model::Analysis;
use crate::model::ProfileError;
use crate::model::SourceReport;
use crate::model::TherapistId;
use crate::report::grid;
use crate::report::style::Screen;

/// Rows that are turned into text at a time.
const ROWS: usize = 1 << 16;

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

/// All tables of one analysis.
#[derive(Debug)]
pub struct Tables {
    tables: Vec<(&'static Schema, Table)>,
    sources: Vec<SourceReport>,
}

/// Judges the evidence and lays it out as tables: therapists by number, each one's events in the
/// order of its timeline, findings worst first.
pub fn tables(evidence: Evidence, question: &Question) -> Result<Tables, FrameError> {
    let (mut events, mut runs) = (Rows::new(&schema::EVENTS), Rows::new(&schema::RUNS));
    let sources = evidence.sources.clone();
    let unknown = TherapistId::unknown();
    let is_asked = question.therapist.as_ref().is_none_or(|asked| *asked == unknown);
    let nobodys = evidence.shelf.events.get(&unknown);
    let nobodys = nobodys.filter(|_| is_asked && !evidence.shelf.is_nameless).cloned();
    let analysis = judge_each(evidence, question, |timeline, _| {
        frame::push_events(&mut events, &timeline, &sources);
        frame::push_runs(&mut runs, &timeline);
    });
    frame::nobodys_events(&mut events, &nobodys.unwrap_or_default(), &sources);
    let runs = runs.table()?;
    let gaps = frame::gaps(&runs, question.profile.window())?;
    let [findings, therapists] = judged(&analysis)?;
    let tables = vec![
        (&schema::EVENTS, events.table()?),
        (&schema::RUNS, runs),
        (&schema::GAPS, gaps),
        (&schema::FINDINGS, findings),
        (&schema::THERAPISTS, therapists),
    ];
    Ok(Tables { tables, sources })
}

/// What was judged as tables: findings worst first, therapists by number.
pub(super) fn judged(analysis: &Analysis) -> Result<[Table; 2], FrameError> {
    let mut findings = Rows::new(&schema::FINDINGS);
    let mut counts: HashMap<&TherapistId, usize> = HashMap::new();
    let end = analysis.window.map(|(_, to)| to);
    for finding in &analysis.findings {
        *counts.entry(&finding.therapist).or_default() += 1;
        frame::push_finding(&mut findings, finding, end, &analysis.sources);
    }
    let mut therapists = Rows::new(&schema::THERAPISTS);
    for verdict in &analysis.therapists {
        let found = counts.get(&verdict.therapist).copied().unwrap_or(0);
        frame::push_therapist(&mut therapists, verdict, found);
    }
    Ok([findings.table()?, therapists.table()?])
}

/// What the inputs say, line by line, before it is judged: the file that every command reads back.
pub fn readings(
    inputs: &[Input],
    question: &Question,
    options: &Options,
) -> Result<Tables, ReadingsError> {
    let reading = sources::read(inputs, &question.profile, options)?;
    let mut rows = Rows::new(&schema::READINGS);
    frame::push_readings(&mut rows, &reading);
    Ok(Tables { tables: vec![(&schema::READINGS, rows.table()?)], sources: reading.sources })
}

/// Why there are no readings.
#[derive(Debug, thiserror::Error)]
pub enum ReadingsError {
    /// The profile.
    #[error("profile: {0}")]
    Profile(#[from] ProfileError),
    /// The table.
    #[error("{0}")]
    Frame(#[from] FrameError),
}

impl Tables {
    /// What was read.
    pub fn sources(&self) -> &[SourceReport] {
        &self.sources
    }

    /// One of the tables as the bytes of a file.
    pub fn file(&self, name: &str, form: Form) -> Result<Vec<u8>, FrameError> {
        let found = self.tables.iter().find(|(schema, _)| schema.table == name);
        let Some((schema, table)) = found else { return Ok(Vec::new()) };
        bytes(table, form, &Label { schema: schema.id, sql: None, sources: &self.sources })
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

    /// As the bytes of a file.
    pub fn file(&self, form: Form) -> Result<Vec<u8>, FrameError> {
        let (sql, sources) = (Some(&*self.sql), &*self.asked.sources);
        bytes(&self.table, form, &Label { schema: "credtrail/answer/1", sql, sources })
    }
}

fn bytes(table: &Table, form: Form, label: &Label<'_>) -> Result<Vec<u8>, FrameError> {
    let rows = |first: String, of: fn(&crate::model::Grid) -> String| {
        let starts = (0..table.height()).step_by(ROWS);
        starts.fold(first, |text, from| text + &of(&table.grid(from, ROWS))).into_bytes()
    };
    match form {
        Form::Columns(form) => frame::bytes(table, form, label),
        Form::JsonLines => Ok(rows(String::new(), grid::json_lines)),
        Form::Csv => Ok(rows(grid::csv_head(&table.grid(0, 0)), grid::csv_rows)),
    }
}

/// The tables and their columns, for eyes.
pub fn explained() -> String {
    let mut text = String::new();
    for schema in schema::ALL.into_iter().chain([&schema::READINGS]) {
        // Writing to a String cannot fail.
        let _ = writeln!(text, "{} ({}): {}", schema.table, schema.id, schema.row);
        for (name, kind, meaning) in schema.columns {
            let _ = writeln!(text, "  {name:<15} {:<8} {meaning}", kind.name());
        }
        text.push('\n');
    }
    text.push_str(
        "readings are written by extract and read by every command; the others are asked.\n",
    );
    text.push_str("An instant is microseconds in UTC and is compared with a text such as\n");
    text.push_str("'2025-07-04 07:00:00'. Ids are text: object = '30278823850'.\n");
    text
}
