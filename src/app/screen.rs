//! The first screen: judged and told in one go, since the histogram needs what judging sees.

use crate::app::analyze::Evidence;
use crate::app::analyze::Question;
use crate::app::analyze::judge_each;
use crate::model::Analysis;
use crate::report::screen::first_screen_with;
use crate::report::style::Screen;

/// A judged log and its first screen.
#[derive(Debug)]
pub struct Told {
    /// What was judged.
    pub analysis: Analysis,
    /// The screen.
    pub text: String,
    /// Why it lacks a histogram that it should have.
    pub error: Option<String>,
}

/// Judges the evidence and tells it. polars is not touched unless there will be a histogram.
#[cfg(feature = "tables")]
pub fn first_screen(evidence: Evidence, question: &Question, screen: &Screen) -> Told {
    use crate::frame::Begun;
    use crate::report::screen::columns;

    let mut begun = Begun::default();
    let analysis = judge_each(evidence, question, |timeline, _| begun.see(&timeline));
    let most = columns(screen, &analysis, begun.therapists(), begun.runs());
    let hours = most.map(|most| begun.hours(&analysis, most)).transpose();
    let (hours, error) = match hours {
        Ok(hours) => (hours.flatten(), None),
        Err(error) => (None, Some(error.to_string())),
    };
    Told { text: first_screen_with(&analysis, hours.as_ref(), screen), analysis, error }
}

/// Judges the evidence and tells it; without the feature there is no histogram.
#[cfg(not(feature = "tables"))]
pub fn first_screen(evidence: Evidence, question: &Question, screen: &Screen) -> Told {
    let analysis = judge_each(evidence, question, |_, _| {});
    Told { text: first_screen_with(&analysis, None, screen), analysis, error: None }
}
