//! A finding: something wrong, with evidence. Built by [`Finding::new`], never by hand, so that
//! one without evidence cannot exist.

use std::fmt;
use std::fmt::Write as _;

use serde::Serialize;
use sha2::Digest;
use sha2::Sha256;

use crate::model::Gap;
use crate::model::ObjectId;
use crate::model::Origin;
use crate::model::RunId;
use crate::model::Stamp;
use crate::model::TherapistId;

/// The id of a rule, as in `docs/rules/<id>.md`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
pub struct RuleId(pub &'static str);

impl fmt::Display for RuleId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.pad(self.0)
    }
}

/// How bad it is if it is so. Separate from [`Certainty`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing, nothing wrong.
    #[default]
    Info,
    /// The system is left without something it should have.
    Low,
    /// An inconsistent state, or a step that failed.
    Medium,
    /// The business rule is broken or about to be.
    High,
}

impl Severity {
    /// The name in JSON, on the command line and in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }
}

/// Whether it is so in every reading of the log, or only in some.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Certainty {
    /// In some readings.
    Possible,
    /// In all readings.
    Certain,
}

impl Certainty {
    /// The name in JSON and reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Possible => "possible",
            Self::Certain => "certain",
        }
    }
}

/// Whether the wrong state lasts to the end of what was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Still {
    /// It holds at the end of the log.
    Wrong,
    /// It ended within the log, or was an act and not a state.
    Over,
}

/// A recommendation of credentialing-states.md that would have prevented or caught it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Recommendation {
    /// 1: implement atomic transactions for label changes.
    AtomicChanges,
    /// 2: add rollback mechanisms for failed operations.
    Rollback,
    /// 3: validate the final state before committing changes.
    ValidateFinalState,
    /// 4: a cleanup job that finds and fixes inconsistent states.
    CleanupJob,
    /// 5: job deduplication.
    JobDeduplication,
    /// 6: a lock per therapist.
    TherapistLock,
    /// 7: no start while another run is active.
    NoConcurrentStart,
    /// 8: monitoring for rapid successive updates.
    MonitorRapidUpdates,
}

impl Recommendation {
    /// The number in credentialing-states.md, 1 to 8.
    pub fn number(self) -> u8 {
        self as u8 + 1
    }

    /// A few words for people.
    pub fn name(self) -> &'static str {
        match self {
            Self::AtomicChanges => "atomic label changes",
            Self::Rollback => "rollback of failed operations",
            Self::ValidateFinalState => "validate the final state",
            Self::CleanupJob => "cleanup job for inconsistent states",
            Self::JobDeduplication => "job deduplication",
            Self::TherapistLock => "therapist-level lock",
            Self::NoConcurrentStart => "no start while a run is active",
            Self::MonitorRapidUpdates => "monitor rapid successive updates",
        }
    }
}

/// Sixteen hex digits made from what a finding means: rule, therapist, objects in order, field,
/// and the second it began in. Never from lines, offsets or file names, so that a re-export of
/// the same incident is the same finding.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
pub struct FindingId(String);

impl FindingId {
    /// The sixteen digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Something wrong, with evidence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Which rule says so.
    pub rule: RuleId,
    /// How bad.
    pub severity: Severity,
    /// How sure.
    pub certainty: Certainty,
    /// Whose.
    pub therapist: TherapistId,
    /// Since when.
    pub from: Option<Stamp>,
    /// Until when; `None` while it lasts.
    pub to: Option<Stamp>,
    /// Whether it lasts to the end of the log.
    pub still: Still,
    /// The gap that matters, where one does.
    pub gap: Option<Gap>,
    /// The objects, in the order of what happened to them.
    pub objects: Vec<ObjectId>,
    /// The runs that take part, in order.
    pub runs: Vec<RunId>,
    /// For a state: the run that brought it about.
    pub opened_by: Option<RunId>,
    /// For a state: the run that ended it.
    pub closed_by: Option<RunId>,
    /// One sentence, lower case, no full stop, with what and why.
    pub summary: String,
    /// Which recommendations would have prevented or caught it.
    pub recommendations: Vec<Recommendation>,
    evidence: Vec<Origin>,
    topic: &'static str,
}

impl Finding {
    /// Begins a finding with the one line it cannot do without.
    pub fn new(rule: RuleId, severity: Severity, therapist: &TherapistId, first: &Origin) -> Self {
        Self {
            rule,
            severity,
            certainty: Certainty::Certain,
            therapist: therapist.clone(),
            from: None,
            to: None,
            still: Still::Over,
            gap: None,
            objects: Vec::new(),
            runs: Vec::new(),
            opened_by: None,
            closed_by: None,
            summary: String::new(),
            recommendations: Vec::new(),
            evidence: vec![first.clone()],
            topic: "",
        }
    }

    /// Sets how sure it is.
    pub fn certainty(mut self, certainty: Certainty) -> Self {
        self.certainty = certainty;
        self
    }

    /// Sets begin and end.
    pub fn between(mut self, from: Option<Stamp>, to: Option<Stamp>) -> Self {
        (self.from, self.to) = (from, to);
        self
    }

    /// Says that it lasts to the end of the log.
    pub fn still(mut self, still: Still) -> Self {
        self.still = still;
        self
    }

    /// Sets the gap that matters.
    pub fn gap(mut self, gap: Option<Gap>) -> Self {
        self.gap = gap;
        self
    }

    /// Sets the objects, in order.
    pub fn objects<'a>(mut self, objects: impl IntoIterator<Item = &'a ObjectId>) -> Self {
        self.objects = objects.into_iter().cloned().collect();
        self
    }

    /// Sets the runs, in order, each once.
    pub fn runs<'a>(mut self, runs: impl IntoIterator<Item = &'a RunId>) -> Self {
        for run in runs {
            if !self.runs.contains(run) {
                self.runs.push(run.clone());
            }
        }
        self
    }

    /// Sets the run that brought a state about, and the one that ended it; both take part.
    pub fn window(self, opened_by: Option<&RunId>, closed_by: Option<&RunId>) -> Self {
        let with = self.runs(opened_by.into_iter().chain(closed_by));
        Self { opened_by: opened_by.cloned(), closed_by: closed_by.cloned(), ..with }
    }

    /// Sets the sentence.
    pub fn summary(mut self, summary: impl Into<String>) -> Self {
        self.summary = summary.into();
        self
    }

    /// Names what tells two findings of one rule, therapist and second apart: a field, a step.
    pub fn topic(mut self, topic: &'static str) -> Self {
        self.topic = topic;
        self
    }

    /// Sets the recommendations.
    pub fn recommend(mut self, recommendations: &[Recommendation]) -> Self {
        self.recommendations = recommendations.to_vec();
        self
    }

    /// Adds lines that prove it, each once.
    pub fn evidence<'a>(mut self, origins: impl IntoIterator<Item = &'a Origin>) -> Self {
        for origin in origins {
            if !self.evidence.contains(origin) {
                self.evidence.push(origin.clone());
            }
        }
        self
    }

    /// The lines that prove it, at least one.
    pub fn origins(&self) -> &[Origin] {
        &self.evidence
    }

    /// The same with other lines in the place of those that prove it, one for one.
    pub fn map_origins(mut self, change: impl FnMut(Origin) -> Origin) -> Self {
        self.evidence = self.evidence.into_iter().map(change).collect();
        self
    }

    /// Whether both are about the same field or step.
    pub fn is_about_the_same(&self, other: &Self) -> bool {
        self.topic == other.topic
    }

    /// The id, see [`FindingId`].
    pub fn id(&self) -> FindingId {
        let mut hash = Sha256::new();
        let mut part = |text: &str| {
            hash.update(text.as_bytes());
            hash.update([0]);
        };
        part(self.rule.0);
        part(self.therapist.as_str());
        part(self.topic);
        for object in &self.objects {
            part(object.as_str());
        }
        if let Some(from) = self.from {
            part(&from.printed().div_euclid(1_000_000_000).to_string());
        }
        let mut id = String::with_capacity(16);
        for byte in &hash.finalize()[..8] {
            // Writing to a String cannot fail.
            let _ = write!(id, "{byte:02x}");
        }
        FindingId(id)
    }
}
