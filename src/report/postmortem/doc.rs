//! A Markdown document that remembers what it cited.

use std::collections::BTreeSet;
use std::fmt::Arguments;
use std::fmt::Write as _;

use crate::model::Origin;
use crate::model::SourceReport;
use crate::report::escape::markdown;
use crate::report::place::place;

/// The document as far as it is written.
pub(super) struct Doc<'a> {
    out: String,
    pub(super) sources: &'a [SourceReport],
    cited: BTreeSet<Origin>,
}

impl<'a> Doc<'a> {
    pub(super) fn new(sources: &'a [SourceReport]) -> Self {
        Self { out: String::new(), sources, cited: BTreeSet::new() }
    }

    /// Adds a line; what came out of a log must be escaped by [`markdown`] before.
    pub(super) fn line(&mut self, text: Arguments<'_>) {
        // Writing to a String cannot fail.
        let _ = writeln!(self.out, "{text}");
    }

    /// Adds a heading with its blank lines.
    pub(super) fn heading(&mut self, level: usize, text: &str) {
        let is_apart = self.out.is_empty() || self.out.ends_with("\n\n");
        let blank = if is_apart { "" } else { "\n" };
        self.line(format_args!("{blank}{} {text}\n", "#".repeat(level)));
    }

    /// Cites a line: `worker.log:12`.
    pub(super) fn cite(&mut self, origin: &Origin) -> String {
        self.cited.insert(origin.clone());
        markdown(&place(origin, self.sources))
    }

    /// Cites several lines; of many the first few, and how many more.
    pub(super) fn cite_all<'o>(
        &mut self,
        origins: impl IntoIterator<Item = &'o Origin>,
        most: usize,
    ) -> String {
        let origins: Vec<&Origin> = origins.into_iter().collect();
        let mut cited: Vec<String> =
            origins.iter().take(most).map(|origin| self.cite(origin)).collect();
        if origins.len() > most {
            cited.push(format!("{} more", origins.len() - most));
        }
        cited.join(", ")
    }

    /// Every line cited so far, in the order of sources and lines.
    pub(super) fn cited(&self) -> impl Iterator<Item = &Origin> {
        self.cited.iter()
    }

    pub(super) fn text(self) -> String {
        self.out
    }
}
