//! Counting what was judged into figures, by the same tables that `extract` writes and `query` asks.

use crate::app::analyze::Question;
use crate::app::tables::judged;
use crate::frame;
use crate::frame::Counted;
use crate::frame::FrameError;
use crate::frame::GAPS_NEED;
use crate::frame::Rows;
use crate::frame::schema;
use crate::model::Analysis;
use crate::model::Figures;
use crate::timeline::Timeline;

/// Columns that are counted, of findings and of therapists.
const JUDGED: [&str; 8] =
    ["therapist", "rule", "severity", "certainty", "began", "still", "runs", "findings"];

/// Columns of runs that are counted beside those of gaps.
const RUNS: [&str; 3] = ["class", "began_ns", "ended_until_ns"];

/// Collects runs while therapists are judged. polars is asked only when it counts.
#[derive(Debug)]
pub struct Counter<'a> {
    runs: Rows,
    question: &'a Question,
}

impl<'a> Counter<'a> {
    /// Has seen nobody yet.
    pub fn of(question: &'a Question) -> Self {
        let is_counted = |column: &str| RUNS.contains(&column) || GAPS_NEED.contains(&column);
        Self { runs: Rows::with(&schema::RUNS, is_counted), question }
    }

    /// Adds the runs of a timeline.
    pub fn see(&mut self, timeline: &Timeline) {
        frame::push_runs(&mut self.runs, timeline);
    }

    /// Counts all that was seen, with the analysis it led to.
    pub fn figures(self, analysis: &Analysis) -> Result<Figures, FrameError> {
        let runs = self.runs.table()?;
        let [findings, therapists] = judged(analysis, &|column| JUDGED.contains(&column))?;
        frame::figures(&Counted {
            analysis,
            tables: [&runs, &findings, &therapists],
            window: self.question.profile.window(),
            from: self.question.from,
            worker: &self.question.profile.worker,
        })
    }
}
