//! From what was typed to a list of inputs: files, directories (recursively), globs.
//!
//! The list is sorted by name and holds each file once, so that the order of arguments cannot
//! reach the output.

use std::fs;
use std::io;
use std::path::Path;
use std::path::PathBuf;

use globset::GlobBuilder;

use crate::ingest::source::Input;

/// Why a path cannot be turned into inputs.
#[derive(Debug, thiserror::Error)]
pub enum ExpandError {
    /// It does not exist, or cannot be listed.
    #[error("{path}: {error}")]
    Path {
        /// As typed.
        path: String,
        /// What the system says.
        error: io::Error,
    },
    /// A glob that matches no file.
    #[error("{0}: no file matches")]
    NoMatch(String),
    /// A glob that is none.
    #[error("{0}")]
    Glob(#[from] globset::Error),
}

/// Expands paths; `-` is standard input. What cannot be expanded comes back as errors, and the
/// rest is still read.
pub fn expand(paths: &[String]) -> (Vec<Input>, Vec<ExpandError>) {
    let mut inputs = Vec::new();
    let mut errors = Vec::new();
    for path in paths {
        if let Err(error) = expand_one(path, &mut inputs) {
            errors.push(error);
        }
    }
    inputs.sort();
    inputs.dedup();
    (inputs, errors)
}

fn expand_one(typed: &str, inputs: &mut Vec<Input>) -> Result<(), ExpandError> {
    if typed == "-" {
        inputs.push(Input::Stdin);
        return Ok(());
    }
    let path = Path::new(typed);
    let failed = |error| ExpandError::Path { path: typed.to_owned(), error };
    match fs::metadata(path) {
        Ok(metadata) if metadata.is_dir() => walk(path, &mut |file| {
            inputs.push(Input::File(file));
        })
        .map_err(failed),
        Ok(_) => {
            inputs.push(Input::File(path.to_path_buf()));
            Ok(())
        }
        Err(_) if typed.contains(['*', '?', '[', '{']) => expand_glob(typed, inputs),
        Err(error) => Err(failed(error)),
    }
}

fn expand_glob(typed: &str, inputs: &mut Vec<Input>) -> Result<(), ExpandError> {
    let glob = GlobBuilder::new(typed).literal_separator(true).build()?.compile_matcher();
    let before = inputs.len();
    let root = static_prefix(typed);
    walk(&root, &mut |file| {
        let shown = file.strip_prefix("./").unwrap_or(&file);
        if glob.is_match(&file) || glob.is_match(shown) {
            inputs.push(Input::File(shown.to_path_buf()));
        }
    })
    .map_err(|error| ExpandError::Path { path: typed.to_owned(), error })?;
    if inputs.len() == before { Err(ExpandError::NoMatch(typed.to_owned())) } else { Ok(()) }
}

/// The directories of a glob before its first wildcard.
fn static_prefix(glob: &str) -> PathBuf {
    let mut prefix = PathBuf::new();
    for part in Path::new(glob).components() {
        if part.as_os_str().to_string_lossy().contains(['*', '?', '[', '{']) {
            break;
        }
        prefix.push(part);
    }
    if prefix.as_os_str().is_empty() { PathBuf::from(".") } else { prefix }
}

/// Visits all regular files below a directory, hidden ones excepted, without following links to
/// directories (a link to its own parent would never end).
fn walk(root: &Path, visit: &mut dyn FnMut(PathBuf)) -> io::Result<()> {
    let mut entries = fs::read_dir(root)?.collect::<io::Result<Vec<_>>>()?;
    entries.sort_by_key(fs::DirEntry::path);
    for entry in entries {
        if entry.file_name().to_string_lossy().starts_with('.') {
            continue;
        }
        let kind = entry.file_type()?;
        if kind.is_dir() {
            walk(&entry.path(), visit)?;
        } else if kind.is_file() || entry.path().is_file() {
            visit(entry.path());
        }
    }
    Ok(())
}
