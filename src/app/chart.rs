//! `chart`: a picture of what happened to one therapist, or to all.

use crate::app::analyze::Evidence;
use crate::app::analyze::Question;
use crate::app::analyze::judge_each;
use crate::app::figures::Counter;
use crate::frame::FrameError;
use crate::model::Finding;
use crate::report::chart::Material;
use crate::timeline::Timeline;

pub use crate::report::chart::Chart;
pub use crate::report::chart::KINDS;
pub use crate::report::chart::Kind;
pub use crate::report::chart::Size;
pub use crate::report::chart::Theme;
pub use crate::report::chart::find;

/// Why there is nothing to draw.
#[derive(Debug, thiserror::Error)]
pub enum ChartError {
    /// The input tells of nobody, or not of whom was asked for.
    #[error("{0}")]
    Nothing(String),
    /// Something else must be asked for.
    #[error("{0}")]
    Question(String),
    /// The figures could not be counted.
    #[error("{0}")]
    Figures(#[from] FrameError),
}

/// Judges the evidence and draws what was asked for: without a kind the timeline where one
/// therapist was asked for or is the only one with findings, else the overview.
pub fn chart(
    evidence: Evidence,
    question: &Question,
    kind: Option<&'static dyn Kind>,
) -> Result<Chart, ChartError> {
    let mut counter = Counter::of(question);
    let mut likely = Likely::default();
    let analysis = judge_each(evidence, question, |timeline, findings| {
        counter.see(&timeline);
        likely.see(timeline, findings);
    });
    if analysis.therapists.is_empty() {
        return Err(ChartError::Nothing(match &question.therapist {
            Some(therapist) => format!("therapist {therapist}: nothing in the input tells of one"),
            None => "nothing to draw: the input tells of no therapist".to_owned(),
        }));
    }
    let wrong = likely.wrong;
    let timeline = likely.one();
    let default = if timeline.is_some() && (question.therapist.is_some() || wrong == 1) {
        "timeline"
    } else {
        "overview"
    };
    let kind = kind.or_else(|| find(default));
    let kind = kind.ok_or_else(|| ChartError::Question(format!("no chart {default}")))?;
    // Others do without polars.
    let figures = kind.is_of_figures().then(|| counter.figures(&analysis)).transpose()?;
    let material =
        Material { analysis: &analysis, figures: figures.as_ref(), timeline: timeline.as_ref() };
    kind.chart(&material).map_err(ChartError::Question)
}

/// The therapist whose timeline is meant where nobody is named.
#[derive(Default)]
struct Likely {
    first: Option<Timeline>,
    all: usize,
    /// The first with findings.
    first_wrong: Option<Timeline>,
    wrong: usize,
}

impl Likely {
    fn see(&mut self, timeline: Timeline, findings: &[Finding]) {
        self.all += 1;
        if findings.is_empty() {
            self.first = (self.all == 1).then_some(timeline);
        } else {
            self.wrong += 1;
            self.first_wrong = (self.wrong == 1).then_some(timeline);
        }
    }

    /// The only one with findings, or the only one.
    fn one(self) -> Option<Timeline> {
        match (self.wrong, self.all) {
            (1, _) => self.first_wrong,
            (0, 1) => self.first,
            _ => None,
        }
    }
}
