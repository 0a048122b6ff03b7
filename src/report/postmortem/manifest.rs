//! How a report was made, and its citations in a form that a program checks: `credtrail verify`.
//!
//! A fenced block at the end of the document: one line `source N SHA256 BYTES NAME` per source, one
//! line `cite N:LINE OFFSET HASH` per cited line, where HASH is the first sixteen digits of the
//! SHA-256 of the line as it was read. In a redacted report HASH is `-`: the hash of a line of
//! which all but an id is known would give the id away; that the whole source is the same proves
//! the line too.

use std::fmt::Write as _;

use sha2::Digest as _;
use sha2::Sha256;

use crate::model::hex;
use crate::report::escape::markdown;
use crate::report::escape::visible;
use crate::report::number::grouped;
use crate::report::postmortem::Fingerprint;
use crate::report::postmortem::Matter;
use crate::report::postmortem::doc::Doc;

/// Begins the block.
const OPEN: &str = "```credtrail-citations";

/// The form of the block.
const FORM: &str = "credtrail/citations/1";

/// Adds how it was made and the block of citations.
pub(super) fn write(doc: &mut Doc<'_>, matter: &Matter<'_>) {
    let made = matter.made;
    doc.heading(2, "How this was made");
    doc.line(format_args!("- command: {}", markdown(&made.command)));
    doc.line(format_args!("- version: credtrail {}", markdown(&made.version)));
    if made.is_redacted {
        doc.line(format_args!("- ids and names are pseudonyms (--redact)"));
    }
    doc.line(format_args!(
        "- the same sources and the same command give the same bytes; `credtrail verify report.md` \
         checks every citation\n\n\
         | source | format | bytes | SHA-256 | lines | used | ignored | unread |\n\
         |---|---|--:|---|--:|--:|--:|--:|"
    ));
    for (source, print) in matter.analysis.sources.iter().zip(&made.sources) {
        let sheet = &source.sheet;
        let [bytes, lines, used, ignored, unread] =
            [print.bytes, sheet.lines, sheet.used, sheet.ignored, sheet.unread].map(grouped);
        doc.line(format_args!(
            "| {} | {} | {bytes} | `{}` | {lines} | {used} | {ignored} | {unread} |",
            markdown(&source.name),
            markdown(&source.format.join(" › ")),
            print.sha256,
        ));
    }
    let mut block = format!("\n{OPEN}\n{FORM}\n");
    for (number, print) in made.sources.iter().enumerate() {
        // Writing to a String cannot fail.
        let Fingerprint { name, bytes, sha256 } = print;
        let _ = writeln!(block, "source {number} {sha256} {bytes} {}", visible(name));
    }
    for origin in doc.cited() {
        let hash = if made.is_redacted { "-".to_owned() } else { line_hash(&origin.text) };
        let _ =
            writeln!(block, "cite {}:{} {} {hash}", origin.source.0, origin.line, origin.offset);
    }
    doc.line(format_args!("{block}```"));
}

/// The hash of a line as it was read.
pub fn line_hash(text: &[u8]) -> String {
    hex(&Sha256::digest(text)[..8])
}

/// A citation as the block has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Citation {
    /// Which of the sources.
    pub source: usize,
    /// Line number, from 1.
    pub line: u64,
    /// Byte offset, after decompression.
    pub offset: u64,
    /// [`line_hash`]; `None` in a redacted report.
    pub hash: Option<String>,
}

/// Sources and citations of a report.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Citations {
    /// The sources.
    pub sources: Vec<Fingerprint>,
    /// The cited lines.
    pub cited: Vec<Citation>,
}

/// Why a document's citations cannot be read.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum ManifestError {
    /// There is no block.
    #[error("expected a block {OPEN} as `credtrail report` writes it, found none")]
    NoBlock,
    /// The block is of another form.
    #[error("line {line}: expected {expected}, found \"{found}\"")]
    Line {
        /// In the document, from 1.
        line: usize,
        /// What should be there.
        expected: &'static str,
        /// What is.
        found: String,
    },
}

/// Reads the citations of a document.
pub fn read(document: &str) -> Result<Citations, ManifestError> {
    let mut lines = document.lines().enumerate().skip_while(|(_, line)| *line != OPEN).skip(1);
    let wrong = |at: usize, expected: &'static str, found: &str| ManifestError::Line {
        line: at + 1,
        expected,
        found: visible(found),
    };
    match lines.next() {
        None => return Err(ManifestError::NoBlock),
        Some((_, FORM)) => {}
        Some((at, found)) => return Err(wrong(at, FORM, found)),
    }
    let mut citations = Citations::default();
    for (at, line) in lines {
        match line.split_once(' ') {
            _ if line == "```" => return Ok(citations),
            Some(("source", rest)) => {
                let expected = "`source NUMBER SHA256 BYTES NAME`";
                let source = source(rest, citations.sources.len());
                citations.sources.push(source.ok_or_else(|| wrong(at, expected, line))?);
            }
            Some(("cite", rest)) => {
                let expected = "`cite SOURCE:LINE OFFSET HASH`";
                let known = citations.sources.len();
                let citation = citation(rest).filter(|it| it.source < known);
                citations.cited.push(citation.ok_or_else(|| wrong(at, expected, line))?);
            }
            _ => return Err(wrong(at, "a source, a citation or the end of the block", line)),
        }
    }
    Err(wrong(document.lines().count(), "the end of the block", "the end of the document"))
}

fn source(rest: &str, number: usize) -> Option<Fingerprint> {
    let mut parts = rest.splitn(4, ' ');
    let own: usize = parts.next()?.parse().ok()?;
    let sha256 = parts.next().filter(|hash| hash.len() == 64)?.to_owned();
    let bytes = parts.next()?.parse().ok()?;
    let name = parts.next()?.to_owned();
    (own == number).then_some(Fingerprint { name, bytes, sha256 })
}

fn citation(rest: &str) -> Option<Citation> {
    let mut parts = rest.split(' ');
    let (source, line) = parts.next()?.split_once(':')?;
    let offset = parts.next()?.parse().ok()?;
    let hash = parts.next().filter(|hash| *hash == "-" || hash.len() == 16)?;
    let hash = (hash != "-").then(|| hash.to_owned());
    let (source, line) = (source.parse().ok()?, line.parse().ok()?);
    parts.next().is_none().then_some(Citation { source, line, offset, hash })
}
