//! The interactive page: one self-contained HTML file that works from `file://` with no network.
//!
//! Takes a [`View`], gives the file's text. Whatever came out of a log travels as data: made
//! visible by [`escape`](crate::report::escape), written as JSON, compressed, in base64. Its
//! alphabet has no `<` and no quote, so no line of a log can reach the markup; the script puts it
//! on the page with `textContent` alone. The policy in the head allows the one script and the one
//! style by their hashes, and nothing else: no network, no handlers, no frames.
//!
//! There are two kinds of data block. `front` is what the page opens with: overview, table of
//! therapists, table of findings. `part-N` are timelines and raw lines, inflated when a therapist
//! is looked at; so a page of ten thousand findings opens as fast as one of four.

mod bars;
mod bounds;
mod detail;
mod front;
mod numbers;
mod pack;
mod telling;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use sha2::Digest as _;
use sha2::Sha256;

use crate::model::Analysis;
use crate::model::Figures;
use crate::model::TherapistId;
use crate::report::page::bounds::Held;
use crate::timeline::Account;
use crate::timeline::Timeline;

/// Findings shown at most, the worst first; a notice on the page tells of the rest.
pub const FINDINGS: usize = 10_000;

/// Bytes of a page at most. What does not fit is left out, the least bad timelines first.
pub const BYTES: usize = 5_000_000;

/// What the page shows.
#[derive(Clone, Copy, Debug)]
pub struct View<'a> {
    /// The heading.
    pub title: &'a str,
    /// How the page was made, for whoever wants to make it again: one line each.
    pub made: &'a [String],
    /// What was read and judged.
    pub analysis: &'a Analysis,
    /// The timelines of the therapists with findings, in any order. Therapists without one stand
    /// in the table only.
    pub timelines: &'a [Timeline],
    /// What the worker's model makes of the timelines; those it has nothing for are shown without.
    pub accounts: &'a BTreeMap<TherapistId, Account>,
    /// What it comes to in numbers; `None` in a build without tables.
    pub figures: Option<&'a Figures>,
}

const SKELETON: &str = include_str!("page.html");

const STYLE: &str = include_str!("page.css");

/// The script: files of one job each, in the order in which they build on one another.
const SCRIPT: &str = concat!(
    include_str!("js/begin.js"),
    include_str!("js/dom.js"),
    include_str!("js/load.js"),
    include_str!("js/numbers.js"),
    include_str!("js/overview.js"),
    include_str!("js/table.js"),
    include_str!("js/lists.js"),
    include_str!("js/axis.js"),
    include_str!("js/lanes.js"),
    include_str!("js/chart.js"),
    include_str!("js/therapist.js"),
    include_str!("js/main.js"),
);

/// The whole page.
pub fn page(view: &View<'_>) -> String {
    page_within(view, BYTES)
}

fn page_within(view: &View<'_>, bytes: usize) -> String {
    let details = detail::all(view);
    let parts = pack::parts(&details);
    let mut held = Held::all(view, &parts);
    loop {
        let front = front::front(view, &held);
        let page = assemble(&pack::block("front", &front), &parts[..held.parts]);
        if page.len() <= bytes || held.parts == 0 {
            return page;
        }
        held.less(&parts, page.len() - bytes);
    }
}

/// Puts the blocks into the skeleton.
fn assemble(front: &str, parts: &[pack::Part]) -> String {
    let mut blocks = front.to_owned();
    for part in parts {
        blocks.push_str(&part.block);
    }
    let policy = policy();
    let fillings = [
        ("{{policy}}", policy.as_str()),
        ("{{style}}", STYLE),
        ("{{data}}", &blocks),
        ("{{script}}", SCRIPT),
    ];
    let mut out = String::with_capacity(SKELETON.len() + STYLE.len() + SCRIPT.len() + blocks.len());
    let mut rest = SKELETON;
    // In the skeleton's order; what was put in is never looked at again.
    for (mark, filling) in fillings {
        let (before, after) = rest.split_once(mark).unwrap_or((rest, ""));
        out.push_str(before);
        out.push_str(filling);
        rest = after;
    }
    out.push_str(rest);
    out
}

/// The content security policy: this script, this style, nothing else.
fn policy() -> String {
    let hash = |text: &str| pack::base64(&Sha256::digest(text.as_bytes()));
    format!(
        "default-src 'none'; script-src 'sha256-{}'; style-src 'sha256-{}'; img-src data:; \
         base-uri 'none'; form-action 'none'",
        hash(SCRIPT),
        hash(STYLE)
    )
}
