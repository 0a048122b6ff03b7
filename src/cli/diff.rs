//! `credtrail diff`: from what was typed to two sides, and what they come to.

use std::fs::File;
use std::io;
use std::io::BufRead as _;
use std::io::BufReader;
use std::io::Read as _;
use std::path::Path;

use credtrail::app::analyze::Question;
use credtrail::app::diff;
use credtrail::app::diff::Answer;
use credtrail::app::diff::ReadError;
use credtrail::app::diff::Side;
use credtrail::ingest::source::Input;
use credtrail::ingest::source::expand;
use credtrail::report::diff::json;
use credtrail::report::diff::markdown;
use credtrail::report::diff::rows;
use credtrail::report::diff::screen;

use crate::cli::args::Common;
use crate::cli::args::Diff;
use crate::cli::args::Format;
use crate::cli::complain;
use crate::cli::exit::Exit;
use crate::cli::print;
use crate::cli::question;
use crate::cli::read;
use crate::cli::screen as terminal;
use crate::cli::shown;
use crate::cli::standard_input;

/// The file of a report's directory that can be compared.
const REPORT: &str = "report.json";

/// How a report begins as it is written, blanks apart. Other programs may put its fields in
/// another order, and then it is read to be known.
const OURS: &[u8] = b"{\"schema\":\"credtrail/";

/// Compares and tells.
pub(crate) fn command(common: &Common, typed: &Diff) -> Exit {
    compared(common, typed).unwrap_or_else(|(exit, message)| {
        if !message.is_empty() {
            complain(&message);
        }
        exit
    })
}

/// The exit and what to say; nothing if it has been said.
type Failure = (Exit, String);

fn usage(message: impl Into<String>) -> Failure {
    (Exit::Usage, message.into())
}

fn compared(common: &Common, typed: &Diff) -> Result<Exit, Failure> {
    if matches!(common.format, Format::Mermaid | Format::Dot) {
        return Err(usage(
            "--format: expected text, json, jsonl, csv or markdown; diagrams are for states",
        ));
    }
    let [before, after] = sides(typed)?;
    let question = question::question(common).map_err(usage)?;
    let (before, after) = (open(before)?, open(after)?);
    may_be_cut(common, [&before, &after])?;
    let mut problems = before.problems.worst(after.problems);
    let mut made = Vec::new();
    for opened in [before, after] {
        let (side, torn) = opened.side(common, &question)?;
        problems = problems.worst(torn);
        made.push(side);
    }
    let [before, after] = <[Side; 2]>::try_from(made).expect("two were opened");
    let diff = diff::Diff::between(before, after, question.profile.unread_limit);
    let text = match common.format {
        Format::Text => shown(common, &screen::screen(&diff, &terminal(common))),
        Format::Json => json::document(&diff),
        Format::Jsonl => rows::json_lines(&diff),
        Format::Csv => rows::csv_rows(&diff),
        Format::Markdown | Format::Mermaid | Format::Dot => markdown::document(&diff),
    };
    Ok(print(&text).worst(problems).worst(verdict(common, &diff)))
}

/// What a comparison means for the exit code: a side that tells of nobody is never good news.
fn verdict(common: &Common, diff: &diff::Diff) -> Exit {
    if let Answer::Inconclusive { before, after } = diff.answer {
        let names = [(before, &diff.before.name), (after, &diff.after.name)];
        for (_, name) in names.into_iter().filter(|(is, _)| *is) {
            complain(&format!("inconclusive: too little could be read of {name} to compare it"));
        }
        return Exit::Inconclusive;
    }
    let asked = common.fail_on.map(super::args::SeverityChoice::severity);
    if asked.is_some_and(|least| diff.is_worse(least)) { Exit::Findings } else { Exit::Good }
}

/// The paths of both sides.
fn sides(typed: &Diff) -> Result<[&[String]; 2], Failure> {
    let sides = match typed.sides.as_slice() {
        [before, after] => [std::slice::from_ref(before), std::slice::from_ref(after)],
        _ => [typed.before.as_slice(), typed.after.as_slice()],
    };
    let is_stdin = |path: &&String| *path == "-";
    if sides.concat().iter().filter(is_stdin).count() > 1 {
        return Err(usage("-: standard input can be one side alone, and named once"));
    }
    Ok(sides)
}

/// A report was cut when it was made; what cuts logs cannot cut it again.
fn may_be_cut(common: &Common, sides: [&Opened; 2]) -> Result<(), Failure> {
    let cuts = [
        ("--from", common.from.is_some()),
        ("--to", common.to.is_some()),
        ("--window", common.window.is_some()),
    ];
    let reports = sides.into_iter().filter(|side| matches!(side.what, What::Report(_))).count();
    match cuts.into_iter().find(|(_, is_typed)| *is_typed) {
        Some((flag, _)) if reports == 2 => Err(usage(format!(
            "{flag}: both sides are reports, which are as they were made; give it to the command \
             that makes them"
        ))),
        Some((flag, _)) if reports == 1 && !common.quiet => {
            complain(&format!("{flag}: is for the logs alone, the report is as it was made"));
            Ok(())
        }
        _ => Ok(()),
    }
}

/// A side that is there, before it is judged.
struct Opened {
    name: String,
    what: What,
    problems: Exit,
}

enum What {
    Report(Vec<u8>),
    Logs(Vec<Input>),
}

impl Opened {
    fn side(self, common: &Common, question: &Question) -> Result<(Side, Exit), Failure> {
        let Self { name, what, .. } = self;
        match what {
            What::Logs(inputs) => {
                let read = read(common, &inputs, question).map_err(|exit| (exit, String::new()));
                let (evidence, torn) = read?;
                Ok((diff::of_logs(name, evidence, question), torn))
            }
            What::Report(bytes) => {
                let side = diff::of_report(name.clone(), &bytes, question);
                let side = side.map_err(|error| {
                    let exit = match error {
                        ReadError::Schema(_) => Exit::Usage,
                        ReadError::Broken(_) | ReadError::Value { .. } => Exit::Io,
                    };
                    (exit, format!("{name}: {error}"))
                })?;
                Ok((side, Exit::Good))
            }
        }
    }
}

/// Tells a report from logs. A report is one document; logs can be many.
fn open(paths: &[String]) -> Result<Opened, Failure> {
    let name = match paths {
        [one] if one == "-" => "stdin".to_owned(),
        [one] => one.clone(),
        [first, rest @ ..] => format!("{first} and {} more", rest.len()),
        [] => return Err(usage("expected BEFORE and AFTER (see --help)")),
    };
    let bundled = match paths {
        [one] => Some(Path::new(one).join(REPORT)),
        _ => None,
    };
    let bundled = bundled.filter(|path| is_report(path));
    let typed = bundled.map(|path| vec![path.to_string_lossy().into_owned()]);
    let (inputs, errors) = expand(typed.as_deref().unwrap_or(paths));
    for error in &errors {
        complain(&error.to_string());
    }
    if inputs.is_empty() {
        let message =
            if errors.is_empty() { format!("{name}: no file in it") } else { String::new() };
        return Err((Exit::Io, message));
    }
    let problems = if errors.is_empty() { Exit::Good } else { Exit::Io };
    let held = inputs.into_iter().map(held).collect::<Result<Vec<Input>, Failure>>()?;
    let mut reports = held.iter().filter(|input| is_document(input));
    let what = match (reports.next(), held.len()) {
        (None, _) => What::Logs(held),
        (Some(report), 1) => What::Report(bytes(report)?),
        (Some(report), _) => {
            return Err(usage(format!(
                "{}: a report among other files; a side is one report, or logs",
                report.name()
            )));
        }
    };
    Ok(Opened { name, what, problems })
}

/// Keeps in memory what can be read only once and may be a report: what begins with `{`.
fn held(input: Input) -> Result<Input, Failure> {
    let name = input.name();
    let failed = |error: io::Error| (Exit::Io, format!("{name}: {error}"));
    let mut bytes = Vec::new();
    match &input {
        Input::Stdin => {
            standard_input().map_err(|exit| (exit, String::new()))?;
            // Only looked at: whoever reads it next finds it whole.
            let is_json = begins_as_json(io::stdin().lock().fill_buf().map_err(failed)?);
            if !is_json {
                return Ok(input);
            }
            io::stdin().lock().read_to_end(&mut bytes).map_err(failed)?;
        }
        Input::File(path) if !path.is_file() => {
            let read = File::open(path).and_then(|mut file| file.read_to_end(&mut bytes));
            read.map_err(failed)?;
        }
        Input::File(_) | Input::Memory(..) | Input::Begun(_) => return Ok(input),
    }
    Ok(Input::Memory(name, bytes))
}

/// Whether an input is a document of ours, which is never a log.
fn is_document(input: &Input) -> bool {
    match input {
        Input::File(path) => is_report(path),
        Input::Memory(_, bytes) => is_ours(bytes.as_slice()),
        Input::Stdin | Input::Begun(_) => false,
    }
}

fn is_report(path: &Path) -> bool {
    path.is_file() && File::open(path).is_ok_and(|file| is_ours(BufReader::new(file)))
}

/// A torn report is still one: it says so at its head.
fn is_ours(mut bytes: impl io::BufRead) -> bool {
    let Ok(head) = bytes.fill_buf() else { return false };
    let plain = head.iter().filter(|byte| !byte.is_ascii_whitespace()).copied();
    let says_so = plain.take(OURS.len()).eq(OURS.iter().copied());
    says_so || (begins_as_json(head) && diff::schema_of(bytes).is_some())
}

fn begins_as_json(head: &[u8]) -> bool {
    head.trim_ascii_start().first() == Some(&b'{')
}

fn bytes(input: &Input) -> Result<Vec<u8>, Failure> {
    match input {
        Input::File(path) => {
            std::fs::read(path).map_err(|error| (Exit::Io, format!("{}: {error}", input.name())))
        }
        Input::Memory(_, bytes) => Ok(bytes.clone()),
        Input::Stdin | Input::Begun(_) => Ok(Vec::new()),
    }
}
