//! The skeleton of a postmortem, to be pasted and finished by people: what went wrong and for whom,
//! when, through which runs, what may have caused it, what would have helped, and what the logs
//! cannot tell. Blameless: it speaks of runs and lines.
//!
//! Takes a [`Matter`], gives Markdown. Every statement stands on lines of the log, cited as
//! `file:line`; a block at the end lists all citations so that `credtrail verify` can check them.

mod doc;
mod factors;
mod limits;
pub mod manifest;
mod numbers;
mod people;
mod summary;

#[cfg(test)]
mod tests;

use crate::model::Analysis;
use crate::model::Figures;
use crate::model::Finding;
use crate::report::postmortem::doc::Doc;
use crate::timeline::Account;
use crate::timeline::Timeline;

/// What the document is about.
#[derive(Clone, Copy, Debug)]
pub struct Matter<'a> {
    /// All that was read and judged.
    pub analysis: &'a Analysis,
    /// The therapists with findings, the worst first.
    pub cases: &'a [Case],
    /// What it comes to in numbers; `None` in a build without tables.
    pub figures: Option<&'a Figures>,
    /// How it was made.
    pub made: &'a Made,
}

/// One therapist with findings.
#[derive(Clone, Debug)]
pub struct Case {
    /// All events.
    pub timeline: Timeline,
    /// What the model makes of them.
    pub account: Account,
    /// The picture, by its path from the document.
    pub chart: Option<String>,
}

/// How a report was made, so that anybody can make it again.
#[derive(Clone, Debug, Default)]
pub struct Made {
    /// The command.
    pub command: String,
    /// The program's version.
    pub version: String,
    /// Each source's name, size and SHA-256, in the order of the analysis.
    pub sources: Vec<Fingerprint>,
    /// Whether ids and names are pseudonyms.
    pub is_redacted: bool,
}

/// What identifies the bytes of a source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fingerprint {
    /// The name as given.
    pub name: String,
    /// Bytes as they lie there, packed or not.
    pub bytes: u64,
    /// SHA-256 of these bytes, in hex.
    pub sha256: String,
}

impl Case {
    /// The findings about this therapist, in the order of the analysis.
    fn findings<'a>(&self, analysis: &'a Analysis) -> impl Iterator<Item = (usize, &'a Finding)> {
        let therapist = self.timeline.therapist.clone();
        let all = analysis.findings.iter().enumerate();
        all.filter(move |(_, finding)| finding.therapist == therapist)
    }
}

/// The whole document.
pub fn postmortem(matter: &Matter<'_>) -> String {
    let mut doc = Doc::new(&matter.analysis.sources);
    summary::write(&mut doc, matter);
    numbers::write(&mut doc, matter);
    people::table(&mut doc, matter);
    people::stories(&mut doc, matter);
    factors::write(&mut doc, matter);
    factors::recommendations(&mut doc, matter);
    limits::write(&mut doc, matter);
    manifest::write(&mut doc, matter);
    doc.text()
}
