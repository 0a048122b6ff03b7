//! `verify`: reads the logs again and checks every citation of a report.

use std::collections::HashMap;

use crate::app::analyze;
use crate::app::analyze::Question;
use crate::app::report::fingerprint;
use crate::ingest::Options;
use crate::ingest::source::Input;
use crate::model::Origin;
use crate::model::ProfileError;
use crate::report::postmortem::manifest;
use crate::report::postmortem::manifest::Citations;
use crate::report::postmortem::manifest::line_hash;

pub use crate::report::postmortem::manifest::ManifestError;

/// What came of checking a report.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Checked {
    /// How many citations there are.
    pub citations: usize,
    /// How many of them hold.
    pub held: usize,
    /// How many sources are the same to the byte.
    pub same_sources: usize,
    /// How many sources there are.
    pub sources: usize,
    /// What does not hold, one sentence each, with its place.
    pub broken: Vec<String>,
}

/// Checks citations against logs. A source is found among the inputs by its bytes, else by its
/// name, else by the end of its path.
pub fn verify(
    citations: &Citations,
    inputs: &[Input],
    question: &Question,
    options: &Options,
) -> Result<Checked, ProfileError> {
    let mut checked = Checked {
        citations: citations.cited.len(),
        sources: citations.sources.len(),
        ..Checked::default()
    };
    let prints: Vec<_> = inputs.iter().map(|input| fingerprint(input).ok()).collect();
    let mut found: Vec<Option<usize>> = Vec::new();
    for source in &citations.sources {
        let by_bytes = prints
            .iter()
            .position(|print| print.as_ref().is_some_and(|print| print.sha256 == source.sha256));
        let by_name = || inputs.iter().position(|input| input.name() == source.name);
        let by_end = || inputs.iter().position(|input| has_same_end(&input.name(), &source.name));
        let place = by_bytes.or_else(by_name).or_else(by_end);
        checked.same_sources += usize::from(by_bytes.is_some());
        match (by_bytes, place) {
            (Some(_), _) => {}
            (None, Some(_)) => checked.broken.push(format!(
                "source {}: its bytes are not those that the report was made of",
                source.name
            )),
            (None, None) => checked.broken.push(format!(
                "source {}: not found; give its path after the report's",
                source.name
            )),
        }
        found.push(place);
    }
    let lines = lines(inputs, question, options)?;
    for citation in &citations.cited {
        let source = &citations.sources[citation.source];
        let place = found[citation.source];
        let is_same = place
            .and_then(|at| prints[at].as_ref())
            .is_some_and(|print| print.sha256 == source.sha256);
        let read = place.and_then(|at| lines.get(&(at, citation.line, citation.offset)));
        let what = match (&citation.hash, read) {
            (Some(hash), Some(read)) if hash == read => None,
            (None, Some(_)) if is_same => None,
            (Some(_), Some(_)) => Some("the line is another one"),
            (None, Some(_)) => Some("cannot be told from a redacted report: the source differs"),
            (_, None) if place.is_none() => Some("its source was not found"),
            (_, None) => Some("no line that says anything begins there"),
        };
        match what {
            None => checked.held += 1,
            Some(what) => {
                checked.broken.push(format!("citation {}:{}: {what}", source.name, citation.line));
            }
        }
    }
    Ok(checked)
}

fn has_same_end(one: &str, other: &str) -> bool {
    let end = |path: &str| path.rsplit(['/', '\\']).next().unwrap_or_default().to_owned();
    end(one) == end(other)
}

/// The hash of every line that says something, by input, line and offset.
fn lines(
    inputs: &[Input],
    question: &Question,
    options: &Options,
) -> Result<HashMap<(usize, u64, u64), String>, ProfileError> {
    let evidence = analyze::gather(inputs, question, options)?;
    let mut lines = HashMap::new();
    let mut take = |origin: &Origin| {
        let source = usize::try_from(origin.source.0).unwrap_or(usize::MAX);
        lines.insert((source, origin.line, origin.offset), line_hash(&origin.text));
    };
    for event in evidence.shelf.events() {
        event.origins().for_each(&mut take);
    }
    Ok(lines)
}

/// The citations of a report's text.
pub fn citations(document: &str) -> Result<Citations, ManifestError> {
    manifest::read(document)
}
