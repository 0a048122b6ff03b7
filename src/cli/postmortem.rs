//! `credtrail report` and `credtrail verify`: from what was typed to a folder of files, and back to
//! the logs.

use std::fs;
use std::fs::File;
use std::io;
use std::io::Read as _;
use std::io::Write as _;
use std::path::Path;
use std::path::PathBuf;

use credtrail::app::analyze;
use credtrail::app::report;
use credtrail::app::report::Files;
use credtrail::app::report::Made;
use credtrail::app::verify;
use credtrail::ingest::source::Input;
use credtrail::ingest::source::expand;
use credtrail::report::escape::visible;

use crate::cli::args::Common;
use crate::cli::args::Report;
use crate::cli::complain;
use crate::cli::exit::Exit;
use crate::cli::inputs;
use crate::cli::print;
use crate::cli::question;
use crate::cli::read_text;

/// A file that every report has, by which a folder is known to be one.
const MARK: &str = "report.md";

/// Makes a report and puts it in its place.
pub(crate) fn report(common: &Common, typed: &Report) -> Exit {
    match made(common, typed) {
        Ok(exit) => exit,
        Err((exit, message)) => {
            complain(&message);
            exit
        }
    }
}

type Failure = (Exit, String);

fn made(common: &Common, typed: &Report) -> Result<Exit, Failure> {
    let usage = |message: String| (Exit::Usage, message);
    let folder = &typed.output;
    let failed = |error: &io::Error| (Exit::Io, format!("{}: {error}", folder.display()));
    may_be_replaced(folder).map_err(|message| (Exit::Usage, message))?;
    let question = question::question(common).map_err(usage)?;
    let options = question::options(common).map_err(usage)?;
    let Ok((inputs, mut problems)) = inputs(&typed.paths) else { return Ok(Exit::Usage) };
    let inputs = inputs.into_iter().map(held).collect::<io::Result<Vec<Input>>>();
    let inputs = inputs.map_err(|error| (Exit::Io, format!("standard input: {error}")))?;
    let evidence = analyze::gather(&inputs, &question, &options);
    let evidence = evidence.map_err(|error| (Exit::Usage, format!("profile: {error}")))?;
    for source in &evidence.sources {
        if let Some(error) = &source.error {
            complain(&format!("{}: {error}", source.name));
            problems = Exit::Io;
        }
    }
    let mut sources = Vec::new();
    for input in &inputs {
        match report::fingerprint(input) {
            Ok(print) => sources.push(print),
            // The reader has said so already.
            Err(_) => sources.push(report::Fingerprint {
                name: input.name(),
                bytes: 0,
                sha256: "0".repeat(64),
            }),
        }
    }
    if evidence.shelf.is_empty() {
        return Err((
            Exit::Inconclusive,
            "nothing to report: no line says anything of concern (see `credtrail formats FILE`)"
                .to_owned(),
        ));
    }
    let made = Made {
        command: command(std::env::args().skip(1)),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        sources,
        is_redacted: typed.redact,
    };
    let files = report::files(evidence, &question, made);
    let files = files.map_err(|error| (Exit::Io, error.to_string()))?;
    put(folder, &files).map_err(|error| failed(&error))?;
    if !common.quiet {
        let bytes: usize = files.values().map(Vec::len).sum();
        let first = folder.join("report.md");
        complain(&format!(
            "{} files, {} kB; begin with {}",
            files.len(),
            bytes / 1000,
            first.display()
        ));
    }
    Ok(problems)
}

/// Standard input is read once and kept, so that it can be fingerprinted.
fn held(input: Input) -> io::Result<Input> {
    if input != Input::Stdin {
        return Ok(input);
    }
    let mut bytes = Vec::new();
    io::stdin().lock().read_to_end(&mut bytes)?;
    Ok(Input::Memory("stdin".to_owned(), bytes))
}

/// The command as it matters for the result: without where it goes, how it looks and how many
/// workers there are.
fn command(typed: impl Iterator<Item = String>) -> String {
    let mut words = vec!["credtrail".to_owned()];
    let mut typed = typed.peekable();
    while let Some(word) = typed.next() {
        let name = word.split('=').next().unwrap_or_default();
        match name {
            "-o" | "--output" | "--threads" | "--color" => {
                if !word.contains('=') {
                    typed.next();
                }
            }
            "-q" | "--quiet" | "-v" | "--verbose" | "--ascii" => {}
            _ if word.starts_with("-o") => {}
            _ => words.push(quoted(word)),
        }
    }
    words.join(" ")
}

fn quoted(word: String) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || "-_./:=,+@%".contains(c);
    if !word.is_empty() && word.chars().all(is_plain) {
        word
    } else {
        format!("'{}'", word.replace('\'', "'\\''"))
    }
}

/// Whether a report may be put there: where nothing is, where a report is, in an empty folder.
fn may_be_replaced(folder: &Path) -> Result<(), String> {
    let shown = folder.display();
    match fs::read_dir(folder) {
        Ok(mut entries) => {
            if folder.join(MARK).exists() || entries.next().is_none() {
                Ok(())
            } else {
                Err(format!("{shown}: is there already and is no report of credtrail's"))
            }
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(format!("{shown}: {error}")),
    }
}

/// Writes all files beside the place and then moves them there in one step, so that nobody ever
/// sees half a report.
fn put(folder: &Path, files: &Files) -> io::Result<()> {
    let name =
        folder.file_name().ok_or_else(|| io::Error::other("expected the name of a folder"))?;
    let parent = folder.parent().filter(|parent| !parent.as_os_str().is_empty());
    let parent = parent.map_or_else(|| PathBuf::from("."), Path::to_path_buf);
    fs::create_dir_all(&parent)?;
    let beside = |end: &str| {
        parent.join(format!(".{}.{}.{end}", name.to_string_lossy(), std::process::id()))
    };
    let (new, old) = (beside("part"), beside("old"));
    let written = write_all(&new, files).and_then(|()| {
        if folder.exists() {
            fs::rename(folder, &old)?;
        }
        fs::rename(&new, folder)
    });
    if written.is_err() && old.exists() && !folder.exists() {
        // What was there comes back; if even that fails it still lies beside.
        let _ = fs::rename(&old, folder);
    }
    for left in [&new, &old] {
        if left.exists() {
            // Only litter is left behind if this fails.
            let _ = fs::remove_dir_all(left);
        }
    }
    written
}

fn write_all(folder: &Path, files: &Files) -> io::Result<()> {
    fs::create_dir(folder)?;
    for (name, bytes) in files {
        let path = folder.join(name);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent)?;
        }
        let mut file = File::create_new(&path)?;
        file.write_all(bytes)?;
        file.sync_all()?;
    }
    Ok(())
}

/// Checks the citations of a report.
pub(crate) fn verify(common: &Common, report: &Path, paths: &[String]) -> Exit {
    match checked(common, report, paths) {
        Ok(exit) => exit,
        Err((exit, message)) => {
            complain(&message);
            exit
        }
    }
}

fn checked(common: &Common, report: &Path, paths: &[String]) -> Result<Exit, Failure> {
    let usage = |message: String| (Exit::Usage, message);
    let shown = report.display();
    let path = if report.is_dir() { report.join(MARK) } else { report.to_path_buf() };
    let text = read_text(&path).map_err(|error| (Exit::Io, format!("{shown}: {error}")))?;
    let citations =
        verify::citations(&text).map_err(|error| (Exit::Usage, format!("{shown}: {error}")))?;
    let question = question::question(common).map_err(usage)?;
    let options = question::options(common).map_err(usage)?;
    let names: Vec<String> = citations.sources.iter().map(|source| source.name.clone()).collect();
    let (inputs, errors) = if paths.is_empty() { expand_known(&names) } else { expand(paths) };
    for error in errors {
        complain(&error.to_string());
    }
    let checked = verify::verify(&citations, &inputs, &question, &options);
    let checked = checked.map_err(|error| (Exit::Usage, format!("profile: {error}")))?;
    let mut lines: Vec<String> = checked.broken.iter().map(|broken| visible(broken)).collect();
    lines.push(format!(
        "{} of {} citations hold, {} of {} sources are the same\n",
        checked.held, checked.citations, checked.same_sources, checked.sources
    ));
    let out = lines.join("\n");
    let verdict = if checked.broken.is_empty() { Exit::Good } else { Exit::Findings };
    Ok(print(&out).worst(verdict))
}

/// The sources that a report names and that are there.
fn expand_known(names: &[String]) -> (Vec<Input>, Vec<credtrail::ingest::source::ExpandError>) {
    let there: Vec<String> =
        names.iter().filter(|name| Path::new(name.as_str()).is_file()).cloned().collect();
    expand(&there)
}
