//! The command line: typed arguments become a question, the answer is printed once.

mod args;
mod chart;
mod diff;
mod exit;
#[cfg(feature = "tables")]
mod file;
mod generate;
mod postmortem;
mod question;
mod tables;

use std::io;
use std::io::IsTerminal;
use std::io::Read;
use std::io::Write;
use std::process::ExitCode;
use std::time::Instant;

use clap::Parser;
use credtrail::app::analyze;
use credtrail::app::analyze::Evidence;
use credtrail::app::analyze::Question;
use credtrail::app::formats;
use credtrail::app::screen::first_screen;
use credtrail::app::states;
use credtrail::app::states::Form;
use credtrail::app::timeline;
use credtrail::ingest::source::Input;
use credtrail::ingest::source::expand;
use credtrail::model::Analysis;
use credtrail::model::SourceReport;
use credtrail::model::TherapistId;
use credtrail::report;
use credtrail::report::ascii::ascii;
use credtrail::report::json;
use credtrail::report::markdown;
use credtrail::report::style::Colour;
use credtrail::report::style::Screen;
use credtrail::report::table;
use credtrail::report::tables as rows;
use credtrail::report::timeline_screen::timeline_screen;
use credtrail::report::unread::unread;
use credtrail::rules;

use crate::cli::args::Args;
use crate::cli::args::ColourChoice;
use crate::cli::args::Command;
use crate::cli::args::Common;
use crate::cli::args::Format;
use crate::cli::args::MitigationChoice;
use crate::cli::exit::Exit;

/// Runs the program; a broken pipe is success.
pub(crate) fn main() -> ExitCode {
    let args = Args::parse();
    let common = args.common;
    let exit = match args.command {
        None => analyze_command(&common, &args.paths),
        Some(Command::Analyze { paths }) => analyze_command(&common, &paths),
        Some(Command::Timeline { therapist, paths }) => {
            timeline_command(&common, &therapist, &paths)
        }
        Some(Command::Chart(typed)) => chart::command(&common, &typed),
        Some(Command::Diff(typed)) => diff::command(&common, &typed),
        Some(Command::Extract(typed)) => tables::extract(&common, &typed),
        Some(Command::Query(typed)) => tables::query(&common, &typed),
        Some(Command::Generate(typed)) => generate::command(&common, &typed),
        Some(Command::Formats { paths }) => formats_command(&common, &paths),
        Some(Command::States { mitigation, runs }) => states_command(&common, &mitigation, runs),
        Some(Command::Report(typed)) => postmortem::report(&common, &typed),
        Some(Command::Verify { report, paths }) => postmortem::verify(&common, &report, &paths),
        Some(Command::Rules { id }) => rules_command(id.as_deref()),
        Some(Command::Completions { shell }) => print(&args::completions(shell)),
        Some(Command::Man) => print(&args::man()),
    };
    exit.code()
}

fn analyze_command(common: &Common, paths: &[String]) -> Exit {
    if matches!(common.format, Format::Mermaid | Format::Dot) {
        complain("--format: expected text, json, jsonl, csv or markdown; diagrams are for states");
        return Exit::Usage;
    }
    let (evidence, question, problems) = match gather(common, paths) {
        Ok(gathered) => gathered,
        Err(exit) => return exit,
    };
    if matches!(common.format, Format::Text) && !common.unread {
        let told = first_screen(evidence, &question, &screen(common));
        let printed = print(&shown(common, &told.text));
        let lack = told.error.map_or(Exit::Good, |error| {
            complain(&error);
            Exit::Io
        });
        let judged = verdict(&told.analysis, common, &question);
        return printed.worst(lack).worst(problems).worst(judged);
    }
    let analysis = analyze::judge(evidence, &question);
    let text = match common.format {
        Format::Text => shown(common, &unread(&analysis, &screen(common))),
        Format::Json => json::report(&analysis),
        Format::Jsonl => table::json_lines(&analysis),
        Format::Csv => table::csv_rows(&analysis),
        Format::Markdown | Format::Mermaid | Format::Dot => markdown::document(&analysis),
    };
    let printed = print(&text);
    printed.worst(problems).worst(verdict(&analysis, common, &question))
}

fn timeline_command(common: &Common, therapist: &str, paths: &[String]) -> Exit {
    if matches!(common.format, Format::Jsonl | Format::Mermaid | Format::Dot) {
        complain("--format: expected text, json, csv or markdown for a timeline");
        return Exit::Usage;
    }
    let (evidence, mut question, problems) = match gather(common, paths) {
        Ok(gathered) => gathered,
        Err(exit) => return exit,
    };
    let therapist = TherapistId::new(therapist);
    let Some(mut line) = timeline::timeline(&evidence, &therapist, &question) else {
        complain(&format!("therapist {therapist}: nothing in the input tells of one"));
        return problems.worst(Exit::Inconclusive);
    };
    question.therapist = Some(therapist);
    let analysis = analyze::judge(evidence, &question);
    let (findings, sources) = (&analysis.findings, &analysis.sources);
    line.pairing = analysis.therapists.first().and_then(|verdict| verdict.pairing);
    let account = timeline::account(&line, &question.profile.worker);
    let text = match common.format {
        Format::Json => json::timeline(&line, findings, sources, &account),
        Format::Csv => rows::events_csv(std::iter::once(&line), sources),
        Format::Markdown => rows::timeline_markdown(&line, sources),
        Format::Text | Format::Jsonl | Format::Mermaid | Format::Dot => {
            let screen = screen(common);
            shown(common, &timeline_screen(&line, findings, sources, &account, &screen))
        }
    };
    print(&text).worst(problems)
}

fn states_command(common: &Common, mitigation: &[MitigationChoice], asked: Option<usize>) -> Exit {
    let runs = asked.unwrap_or(states::MOST_RUNS);
    if !(1..=states::MOST_RUNS).contains(&runs) {
        complain(&format!("--runs: expected 1 to {}, found {runs}", states::MOST_RUNS));
        return Exit::Usage;
    }
    let form = match common.format {
        Format::Text => Form::Text(screen(common), asked.unwrap_or(2)),
        Format::Markdown => Form::Markdown,
        Format::Json => Form::Json,
        Format::Mermaid => Form::Mermaid,
        Format::Dot => Form::Graphviz,
        Format::Jsonl | Format::Csv => {
            complain("--format: expected text, markdown, json, mermaid or dot for states");
            return Exit::Usage;
        }
    };
    let mitigations = mitigation.iter().map(|choice| choice.mitigation()).collect();
    let text = states::states(runs, mitigations, form);
    print(&if matches!(form, Form::Text(..)) { shown(common, &text) } else { text })
}

fn formats_command(common: &Common, paths: &[String]) -> Exit {
    fn entries(known: &[formats::Known]) -> Vec<report::formats::Entry<'_>> {
        let entry = |known: &formats::Known| report::formats::Entry {
            name: known.name,
            example: known.example,
            proves: known.proves,
        };
        known.iter().map(entry).collect()
    }
    if paths.is_empty() {
        let (wrappers, loggers) = (formats::wrappers(), formats::loggers());
        let text = report::formats::list(&entries(&wrappers), &entries(&loggers), &screen(common));
        return print(&text);
    }
    let (inputs, mut problems) = match inputs(paths) {
        Ok(found) => found,
        Err(exit) => return exit,
    };
    let mut told = Vec::new();
    for input in &inputs {
        match formats::explain(input) {
            Ok(explanation) => told.push(explanation),
            Err(error) => {
                complain(&format!("{}: {error}", input.name()));
                problems = Exit::Io;
            }
        }
    }
    let taken: Vec<_> = told
        .iter()
        .map(|source| report::formats::Taken {
            name: &source.name,
            layers: &source.layers,
            confidence: source.confidence,
            votes: &source.votes,
            records: source.records.iter().map(|r| (&r.text[..], &r.parts[..])).collect(),
        })
        .collect();
    print(&report::formats::explained(&taken, &screen(common))).worst(problems)
}

fn rules_command(id: Option<&str>) -> Exit {
    match id {
        None => {
            let row = |rule: &&dyn rules::Rule| {
                format!("{:<18} {:<7} {}\n", rule.id(), rule.severity().name(), rule.title())
            };
            print(&rules::RULES.iter().map(row).collect::<String>())
        }
        Some(id) => {
            if let Some(rule) = rules::find(id) {
                print(rule.page())
            } else {
                complain(&format!("no rule `{id}`: `credtrail rules` lists them"));
                Exit::Usage
            }
        }
    }
}

/// Reads all that was asked for. Paths that cannot be read are told, and the rest is analysed.
fn gather(common: &Common, paths: &[String]) -> Result<(Evidence, Question, Exit), Exit> {
    let question = question::question(common).map_err(|message| {
        complain(&message);
        Exit::Usage
    })?;
    let (inputs, problems) = inputs(paths)?;
    let (evidence, torn) = read(common, &inputs, &question)?;
    Ok((evidence, question, problems.worst(torn)))
}

/// Reads the inputs; what breaks off is told, and what was read before is kept.
fn read(common: &Common, inputs: &[Input], question: &Question) -> Result<(Evidence, Exit), Exit> {
    let usage = |message: String| {
        complain(&message);
        Exit::Usage
    };
    let options = question::options(common).map_err(usage)?;
    let mut problems = Exit::Good;
    let began = Instant::now();
    let evidence =
        analyze::gather(inputs, question, &options).map_err(|error| usage(error.to_string()))?;
    for source in &evidence.sources {
        if let Some(error) = &source.error {
            complain(&format!("{}: {error}; what was read before is analysed", source.name));
            problems = Exit::Io;
        }
        if common.verbose {
            complain(&told(source));
        }
    }
    if common.verbose {
        complain(&format!(
            "read in {:.3} s with {} threads",
            began.elapsed().as_secs_f64(),
            options.threads
        ));
    }
    Ok((evidence, problems))
}

/// What was asked for; standard input if nothing was. Paths that do not exist are told.
fn inputs(paths: &[String]) -> Result<(Vec<Input>, Exit), Exit> {
    if paths.is_empty() {
        return Ok((vec![standard_input()?], Exit::Good));
    }
    let (inputs, errors) = expand(paths);
    for error in &errors {
        complain(&error.to_string());
    }
    Ok((inputs, if errors.is_empty() { Exit::Good } else { Exit::Io }))
}

/// What `-v` tells of a source.
fn told(source: &SourceReport) -> String {
    let format =
        if source.format.is_empty() { "unknown".to_owned() } else { source.format.join("+") };
    let (sheet, confidence) = (&source.sheet, source.confidence * 100.0);
    format!(
        "{}: {format} ({confidence:.1} %), {} bytes, {} lines, {} used, {} ignored, {} unread",
        source.name, sheet.bytes, sheet.lines, sheet.used, sheet.ignored, sheet.unread,
    )
}

fn standard_input() -> Result<Input, Exit> {
    if io::stdin().is_terminal() {
        complain("expected a path or a log on standard input, found neither (see --help)");
        return Err(Exit::Usage);
    }
    Ok(Input::Stdin)
}

/// What the findings mean for the exit code: design.md §8.
fn verdict(analysis: &Analysis, common: &Common, question: &Question) -> Exit {
    let asked = common.fail_on.map(args::SeverityChoice::severity);
    if asked.is_some_and(|least| analysis.findings.iter().any(|found| found.severity >= least)) {
        return Exit::Findings;
    }
    let total = |count: fn(&credtrail::model::Sheet) -> u64| {
        analysis.sources.iter().map(|source| count(&source.sheet)).sum::<u64>()
    };
    let (used, unread) = (total(|sheet| sheet.used), total(|sheet| sheet.unread));
    let is_known = |source: &SourceReport| {
        source.sheet.used > 0 || (source.sheet.lines > 0 && source.confidence > 0.0)
    };
    let is_readable = analysis.sources.iter().any(is_known);
    // Counts of lines fit a double exactly for any log that fits a disk.
    #[allow(clippy::cast_precision_loss)]
    let share = unread as f64 / (used + unread).max(1) as f64;
    if !is_readable {
        complain("inconclusive: nothing in the input could be read as a log");
        return Exit::Inconclusive;
    }
    if share > question.profile.unread_limit {
        complain(
            "inconclusive: too many lines mention watched words and could not be read; \
             --unread lists them, a profile's [[statement]] teaches their wording",
        );
        return Exit::Inconclusive;
    }
    Exit::Good
}

fn screen(common: &Common) -> Screen {
    let is_terminal = io::stdout().is_terminal();
    let no_colour = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    let colour = match common.color {
        ColourChoice::Always => Colour::Always,
        ColourChoice::Auto if is_terminal && !no_colour => Colour::Always,
        ColourChoice::Auto | ColourChoice::Never => Colour::Never,
    };
    let typed = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    let seen = || terminal_size::terminal_size().map(|(width, _)| usize::from(width.0));
    let width = typed.or_else(|| if is_terminal { seen() } else { None });
    Screen { width: width.unwrap_or(80).clamp(40, 400), colour }
}

/// A screen in the signs that were asked for.
fn shown(common: &Common, text: &str) -> String {
    if common.ascii { ascii(text) } else { text.to_owned() }
}

fn print(text: &str) -> Exit {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Ok(()) => Exit::Good,
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Exit::Good,
        Err(error) => {
            complain(&format!("standard output: {error}"));
            Exit::Io
        }
    }
}

pub(crate) fn complain(message: &str) {
    // Where standard error is closed there is nobody left to tell.
    let _ = writeln!(io::stderr(), "credtrail: {message}");
}

/// Reads a whole text file, for profiles.
fn read_text(path: &std::path::Path) -> io::Result<String> {
    let mut text = String::new();
    std::fs::File::open(path)?.read_to_string(&mut text)?;
    Ok(text)
}
