//! `credtrail extract` and `credtrail query`: from what was typed to tables in files and on the
//! screen.

use std::path::PathBuf;

use clap::ValueEnum;

use crate::cli::args::Common;
#[cfg(not(feature = "tables"))]
use crate::cli::complain;
use crate::cli::exit::Exit;

/// Which table to write, and where.
#[derive(Debug, clap::Args)]
pub(crate) struct Extract {
    /// Logs to read; standard input when there are none
    #[arg(value_name = "PATH")]
    pub(crate) paths: Vec<String>,
    /// Where to write, by its ending: .parquet, .arrow (.ipc, .feather), .ndjson (.jsonl) or .csv;
    /// `-` for NDJSON on standard output
    #[arg(long, short, value_name = "FILE")]
    pub(crate) output: PathBuf,
    /// Which table
    #[arg(long, value_name = "TABLE", default_value = "events")]
    pub(crate) table: TableChoice,
}

/// A table as typed.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum TableChoice {
    /// What happened, and each line that was read; every command reads such a file
    Events,
    /// What the worker did
    Runs,
    /// How far apart each therapist's runs began
    Gaps,
    /// What is wrong
    Findings,
    /// How everyone stands
    Therapists,
}

/// What to ask.
#[derive(Debug, clap::Args)]
pub(crate) struct Query {
    /// Print the tables and their columns instead
    #[arg(long)]
    pub(crate) explain_schema: bool,
    /// Where to write the answer, by its ending, as in `extract`
    #[arg(long, short, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// The question, as in "SELECT host, COUNT(*) FROM runs GROUP BY host ORDER BY host"
    #[arg(value_name = "SQL", required_unless_present = "explain_schema")]
    pub(crate) sql: Option<String>,
    /// Logs to read; standard input when there are none
    #[arg(value_name = "PATH")]
    pub(crate) paths: Vec<String>,
}

/// Writes a table.
#[cfg(feature = "tables")]
pub(crate) fn extract(common: &Common, typed: &Extract) -> Exit {
    with_tables::told(with_tables::extract(common, typed))
}

/// Answers a question.
#[cfg(feature = "tables")]
pub(crate) fn query(common: &Common, typed: &Query) -> Exit {
    with_tables::told(with_tables::query(common, typed))
}

/// Says that there are none.
#[cfg(not(feature = "tables"))]
pub(crate) fn extract(_: &Common, typed: &Extract) -> Exit {
    none(&typed.output.display().to_string())
}

/// Says that there are none.
#[cfg(not(feature = "tables"))]
pub(crate) fn query(_: &Common, _: &Query) -> Exit {
    none("query")
}

#[cfg(not(feature = "tables"))]
fn none(what: &str) -> Exit {
    complain(&format!("{what}: this build has no tables; cargo's feature `tables` adds them"));
    Exit::Usage
}

#[cfg(feature = "tables")]
mod with_tables {
    use std::io;
    use std::io::BufWriter;
    use std::io::Write;
    use std::path::Path;

    use credtrail::app::analyze::Evidence;
    use credtrail::app::analyze::Question;
    use credtrail::app::tables;
    use credtrail::app::tables::Face;
    use credtrail::app::tables::Form;
    use credtrail::app::tables::TableError;
    use credtrail::app::tables::Tables;
    use credtrail::frame::Asked;
    use credtrail::frame::schema;

    use crate::cli::args::Common;
    use crate::cli::args::Format;
    use crate::cli::complain;
    use crate::cli::exit::Exit;
    use crate::cli::file::replace;
    use crate::cli::gather;
    use crate::cli::inputs;
    use crate::cli::print;
    use crate::cli::question::question;
    use crate::cli::screen;
    use crate::cli::shown;
    use crate::cli::tables::Extract;
    use crate::cli::tables::Query;
    use crate::cli::tables::TableChoice;

    /// How it ended, or how it failed and why; an empty reason has been told already.
    type Told = Result<Exit, (Exit, String)>;

    /// Says what failed.
    pub(super) fn told(ended: Told) -> Exit {
        ended.unwrap_or_else(|(exit, message)| {
            if !message.is_empty() {
                complain(&message);
            }
            exit
        })
    }

    pub(super) fn extract(common: &Common, typed: &Extract) -> Told {
        let form = form(&typed.output)?;
        let (evidence, question, problems) = gathered(common, &typed.paths)?;
        let schema = match typed.table {
            TableChoice::Events => {
                let write = |out: &mut dyn Write| tables::extract(evidence, &question, form, out);
                return Ok(written(&typed.output, write)?.worst(problems));
            }
            TableChoice::Runs => &schema::RUNS,
            TableChoice::Gaps => &schema::GAPS,
            TableChoice::Findings => &schema::FINDINGS,
            TableChoice::Therapists => &schema::THERAPISTS,
        };
        let write =
            |out: &mut dyn Write| tables::extract_table(evidence, &question, schema, form, out);
        Ok(written(&typed.output, write)?.worst(problems))
    }

    pub(super) fn query(common: &Common, typed: &Query) -> Told {
        if typed.explain_schema {
            return Ok(print(&tables::explained()));
        }
        let face = match common.format {
            Format::Text => Face::Text(screen(common)),
            Format::Json => Face::Json,
            Format::Jsonl => Face::JsonLines,
            Format::Csv => Face::Csv,
            Format::Markdown => Face::Markdown,
            Format::Mermaid | Format::Dot => {
                let message = "--format: expected text, json, jsonl, csv or markdown for a query";
                return Err((Exit::Usage, message.to_owned()));
            }
        };
        let form = typed.output.as_deref().map(|path| Ok((path, form(path)?))).transpose()?;
        let sql = typed.sql.as_deref().unwrap_or_default();
        let (tables, problems) = asked(common, &typed.paths, &Asked::by(sql))?;
        let answer = tables.query(sql).map_err(|error| (Exit::Usage, error.to_string()))?;
        let Some((path, form)) = form else {
            let text = answer.shown(face);
            let is_screen = matches!(face, Face::Text(_));
            return Ok(print(&if is_screen { shown(common, &text) } else { text }).worst(problems));
        };
        Ok(written(path, |out: &mut dyn Write| answer.write(form, out))?.worst(problems))
    }

    fn asked(
        common: &Common,
        paths: &[String],
        asked: &Asked,
    ) -> Result<(Tables, Exit), (Exit, String)> {
        let question = question(common).map_err(|message| (Exit::Usage, message))?;
        let (inputs, errors) = inputs(paths).map_err(|exit| (exit, String::new()))?;
        if errors == Exit::Good
            && let Some(tables) = tables::kept(&inputs, &question, asked)
        {
            return Ok((tables, Exit::Good));
        }
        let (evidence, question, problems) = gathered(common, paths)?;
        let tables = tables::tables(evidence, &question, asked);
        Ok((tables.map_err(|error| (Exit::Io, error.to_string()))?, problems))
    }

    fn gathered(
        common: &Common,
        paths: &[String],
    ) -> Result<(Evidence, Question, Exit), (Exit, String)> {
        gather(common, paths).map_err(|exit| (exit, String::new()))
    }

    /// What a file will hold, by its ending.
    fn form(path: &Path) -> Result<Form, (Exit, String)> {
        if path == Path::new("-") {
            return Ok(Form::JsonLines);
        }
        let ending = path.extension().map(|ending| ending.to_string_lossy().to_lowercase());
        ending.as_deref().and_then(Form::of).ok_or_else(|| {
            let expected = "expected - or a name that ends in .parquet, .arrow, .ndjson or .csv";
            (Exit::Usage, format!("--output: {expected}, found \"{}\"", path.display()))
        })
    }

    /// Writes to a file, whole or not at all, or to standard output.
    fn written(path: &Path, write: impl FnOnce(&mut dyn Write) -> Result<(), TableError>) -> Told {
        let ended = if path == Path::new("-") {
            write(&mut BufWriter::new(io::stdout().lock()))
        } else {
            replace(path, write)
        };
        match ended {
            Err(TableError::Io(error)) if error.kind() == io::ErrorKind::BrokenPipe => {
                Ok(Exit::Good)
            }
            Err(error) => Err((Exit::Io, format!("{}: {error}", path.display()))),
            Ok(()) => Ok(Exit::Good),
        }
    }
}
