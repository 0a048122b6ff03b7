//! What a page holds and what it leaves out, and the notices that say so.

use crate::report::number::count;
use crate::report::number::grouped;
use crate::report::number::of;
use crate::report::page::FINDINGS;
use crate::report::page::View;
use crate::report::page::pack::Part;

/// Rows of the table of therapists.
const THERAPISTS: usize = 20_000;

/// Unread lines listed.
const UNREAD: usize = 200;

/// Sources listed.
const SOURCES: usize = 500;

/// How much of everything is on the page.
#[derive(Clone, Copy, Debug)]
pub(super) struct Held {
    /// Findings, the worst ones.
    pub(super) findings: usize,
    /// Therapists: all with a finding, and as many others.
    pub(super) therapists: usize,
    /// Unread lines.
    pub(super) unread: usize,
    /// Sources.
    pub(super) sources: usize,
    /// Blocks of details.
    pub(super) parts: usize,
    /// Details in these blocks.
    pub(super) details: usize,
    /// Details there are.
    pub(super) all_details: usize,
}

impl Held {
    /// As much as a page should hold at most.
    pub(super) fn all(view: &View<'_>, parts: &[Part]) -> Self {
        let analysis = view.analysis;
        let details = parts.iter().map(|part| part.details).sum();
        let unread: usize = analysis.sources.iter().map(|source| source.unread.len()).sum();
        Self {
            findings: analysis.findings.len().min(FINDINGS),
            therapists: analysis.therapists.len().min(THERAPISTS),
            unread: unread.min(UNREAD),
            sources: analysis.sources.len().min(SOURCES),
            parts: parts.len(),
            details,
            all_details: details,
        }
    }

    /// Leaves out blocks from the end until at least so many bytes are gone.
    pub(super) fn less(&mut self, parts: &[Part], bytes: usize) {
        let mut gone = 0;
        while gone < bytes && self.parts > 0 {
            self.parts -= 1;
            gone += parts[self.parts].block.len();
            self.details -= parts[self.parts].details;
        }
    }

    /// One sentence for everything that is left out.
    pub(super) fn notices(&self, view: &View<'_>) -> Vec<String> {
        let analysis = view.analysis;
        let mut notices = Vec::new();
        let mut tell = |held: usize, all: usize, what: &str, how: &str| {
            if held < all {
                let (held, all) = (grouped(count(held)), of(count(all), what));
                notices.push(format!("{held} of {all} on this page{how}"));
            }
        };
        let unread = analysis.sources.iter().map(|source| source.unread.len()).sum();
        tell(
            self.findings,
            analysis.findings.len(),
            "finding",
            ", the worst ones; all are in report.json, and --severity or --therapist narrows the page",
        );
        tell(
            self.therapists,
            analysis.therapists.len(),
            "therapist",
            ", all with a finding first; all are in report.json",
        );
        tell(
            self.details,
            self.all_details,
            "timeline",
            ", those of the worst findings: more would make it too large; credtrail timeline \
             THERAPIST shows any, and --therapist makes a page of one",
        );
        tell(self.sources, analysis.sources.len(), "source", "; all are in report.json");
        tell(self.unread, unread, "unread line", "; credtrail --unread lists all");
        if analysis.hidden > 0 {
            let hidden = of(count(analysis.hidden), "finding");
            notices.push(format!(
                "{hidden} below the asked severity not shown; --severity info shows all"
            ));
        }
        notices
    }
}
