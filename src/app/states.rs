//! `states`: every end state the worker can reach, and what would prevent the bad ones.

use crate::process::Mitigations;
use crate::process::atlas;
use crate::report::states;
use crate::report::style::Screen;

/// Most runs that are explored; four would take half a minute and show nothing new.
pub const MOST_RUNS: usize = 3;

/// How to tell it.
#[derive(Clone, Copy, Debug)]
pub enum Form {
    /// For eyes, the end states of up to so many runs in full.
    Text(Screen, usize),
    /// To paste.
    Markdown,
    /// `credtrail/states/1`.
    Json,
    /// A Mermaid flowchart.
    Mermaid,
    /// A Graphviz digraph.
    Graphviz,
}

/// Explores up to `runs` runs of the worker and tells what it finds.
pub fn states(runs: usize, mitigations: Mitigations, form: Form) -> String {
    let atlas = atlas(runs, mitigations);
    match form {
        Form::Text(screen, shown) => states::text(&atlas, shown, &screen),
        Form::Markdown => states::markdown(&atlas),
        Form::Json => states::json(&atlas),
        Form::Mermaid => states::mermaid(&atlas),
        Form::Graphviz => states::graphviz(&atlas),
    }
}
