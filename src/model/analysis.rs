//! What an analysis comes to: the view that every report tells, in text as in JSON.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use serde::Serialize;

use crate::model::Certainty;
use crate::model::Field;
use crate::model::Finding;
use crate::model::Label;
use crate::model::ObjectId;
use crate::model::Pairing;
use crate::model::Severity;
use crate::model::SourceReport;
use crate::model::Stamp;
use crate::model::TherapistId;

/// How a therapist stands at the end of the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// Something certain is still wrong.
    Violating,
    /// Something may still be wrong; the log cannot tell.
    Undetermined,
    /// Something was wrong and is over.
    Healed,
    /// Nothing wrong was seen.
    Ok,
}

impl Status {
    /// The name in JSON and reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Violating => "violating",
            Self::Undetermined => "undetermined",
            Self::Healed => "healed",
            Self::Ok => "ok",
        }
    }
}

/// The risk that credentialing-states.md gives an end state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Risk {
    /// The state is as it should be.
    None,
    /// No object is attested.
    Low,
    /// Labels are inconsistent.
    Medium,
    /// The business rule is broken.
    High,
}

impl Risk {
    /// The name in JSON and reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }
}

/// The end state of a therapist's last hand-off, with the document's own numbering.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EndState {
    /// 1 to 6, or `None` beyond what the document lists.
    pub number: Option<u8>,
    /// Other numbers that look the same by labels and that the log cannot rule out.
    pub also: Vec<u8>,
    /// A name in words.
    pub name: String,
    /// The document's risk.
    pub risk: Risk,
    /// Whether every reading of the log ends in this state.
    pub certainty: Certainty,
    /// Labels at the end, per object; an object known to bear none has an empty set.
    pub labels: BTreeMap<ObjectId, BTreeSet<Label>>,
    /// Fields at the end; a field that was never written is absent, a cleared one is `None`.
    pub fields: BTreeMap<Field, Option<ObjectId>>,
}

/// The verdict on one therapist.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// Whose.
    pub therapist: TherapistId,
    /// Number of events.
    pub events: usize,
    /// Number of runs, inferred ones included.
    pub runs: usize,
    /// How it stands.
    pub status: Status,
    /// Where the labels and fields ended.
    pub end_state: EndState,
    /// In how many ways events and runs can be paired, where no line names a run.
    pub pairing: Option<Pairing>,
}

/// All that was read and judged.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Analysis {
    /// Earliest and latest time of all sources, or what `--from` and `--to` say.
    pub window: Option<(Stamp, Stamp)>,
    /// Sources in the order of their names.
    pub sources: Vec<SourceReport>,
    /// Verdicts in the order of therapist ids (numbers by value).
    pub therapists: Vec<Verdict>,
    /// Findings, worst first: still wrong before over, then severity, certainty, therapist, time.
    pub findings: Vec<Finding>,
    /// The asked severity: what is below it is not among the findings.
    pub severity: Severity,
    /// Findings below the asked severity, not shown.
    pub hidden: usize,
    /// Remarks for people, one sentence each.
    pub notes: Vec<String>,
}
