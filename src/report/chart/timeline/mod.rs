//! `timeline`: one therapist on an elastic axis under the wall clock. This file says what is drawn;
//! `lay` says where.

mod build;
mod lanes;
mod lay;
mod legend;
mod marks;

use crate::model::Certainty;
use crate::model::Field;
use crate::model::Finding;
use crate::model::Label;
use crate::model::Severity;
use crate::model::SourceReport;
use crate::model::Stamp;
use crate::report::chart::Chart;
use crate::report::chart::Kind;
use crate::report::chart::Material;
use crate::report::chart::Spec;
use crate::timeline::Held;
use crate::timeline::Timeline;

pub(super) use lay::lay;

/// The entry of the registry.
pub(super) struct TimelineKind;

impl Kind for TimelineKind {
    fn name(&self) -> &'static str {
        "timeline"
    }

    fn chart(&self, material: &Material<'_>) -> Result<Chart, String> {
        let timeline = material.timeline.ok_or("a timeline needs one therapist: --therapist ID")?;
        let own = |finding: &&Finding| finding.therapist == timeline.therapist;
        let findings: Vec<Finding> =
            material.analysis.findings.iter().filter(own).cloned().collect();
        Ok(self::timeline(timeline, &findings, &material.analysis.sources))
    }
}

/// One therapist's timeline. `findings` are this therapist's, worst first.
pub fn timeline(timeline: &Timeline, findings: &[Finding], sources: &[SourceReport]) -> Chart {
    Chart::of(Spec::Timeline(build::spec(timeline, findings, sources)))
}

/// All that is drawn of a timeline. Times are nanoseconds since the epoch.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct TimelineSpec {
    pub(crate) title: String,
    pub(crate) subtitle: String,
    /// Where the log ends, or the last event if that is later.
    pub(crate) end: i64,
    pub(crate) moments: Vec<Moment>,
    /// Ids; the place gives letter, colour and hatch.
    pub(crate) objects: Vec<String>,
    pub(crate) labels: Vec<LabelLane>,
    pub(crate) fields: Vec<FieldLane>,
    pub(crate) runs: Vec<Bracket>,
    pub(crate) marks: Vec<Numbered>,
    /// What was left out, and where it can be seen.
    pub(crate) notices: Vec<String>,
}

/// One event.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Moment {
    pub(crate) stamp: Stamp,
    /// The time as it is printed on the axis.
    pub(crate) time: String,
    pub(crate) sign: Sign,
    pub(crate) object: Option<usize>,
}

/// How an event is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sign {
    /// An object was created.
    Created,
    /// A field was written.
    Written,
    /// A label came or went.
    Labelled,
    /// A run began or ended.
    Border,
    /// Something failed.
    Failed,
}

/// One label of one object.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct LabelLane {
    pub(crate) label: Label,
    pub(crate) object: usize,
    pub(crate) bars: Vec<Bar>,
}

/// How long an object bears a label.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Bar {
    pub(crate) from: i64,
    pub(crate) to: i64,
    pub(crate) held: Held,
    /// Whether it lasts to the end of the log.
    pub(crate) is_open: bool,
}

/// What a field points to.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct FieldLane {
    pub(crate) field: Field,
    pub(crate) steps: Vec<FieldStep>,
}

/// How long a field points somewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FieldStep {
    pub(crate) from: i64,
    pub(crate) to: i64,
    /// `None` where the field is empty, or points to an object that is not drawn.
    pub(crate) object: Option<usize>,
}

/// One run.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Bracket {
    pub(crate) from: i64,
    pub(crate) to: i64,
    pub(crate) name: String,
    /// Job and outcome.
    pub(crate) facts: String,
    pub(crate) is_inferred: bool,
    pub(crate) is_wrong: bool,
}

/// One finding.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Numbered {
    pub(crate) number: usize,
    pub(crate) severity: Severity,
    pub(crate) certainty: Certainty,
    pub(crate) from: i64,
    pub(crate) to: i64,
    pub(crate) rule: &'static str,
    pub(crate) words: &'static str,
    pub(crate) when: String,
    pub(crate) summary: String,
    pub(crate) place: String,
    /// Labels whose lanes it shades, where it is a state and no act.
    pub(crate) over: Vec<Label>,
    /// The objects it is about.
    pub(crate) objects: Vec<usize>,
    /// Of a finding about a field: which one, and when the write it is about happened.
    pub(crate) written: Option<(Field, i64)>,
    /// The gap that matters, where it is short.
    pub(crate) gap: Option<String>,
}
