//! A side: what one of two analyses comes to, as far as a report tells it.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use crate::model::Analysis;
use crate::model::Certainty;
use crate::model::Clock;
use crate::model::Finding;
use crate::model::ObjectId;
use crate::model::RunId;
use crate::model::Severity;
use crate::model::Sheet;
use crate::model::SourceReport;
use crate::model::Stamp;
use crate::model::Still;
use crate::model::TherapistId;
use crate::model::Zone;

/// What a side was made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A report that was made before.
    Report,
    /// Logs, judged now.
    Logs,
}

impl Kind {
    /// The name in JSON and on the screen.
    pub fn name(self) -> &'static str {
        match self {
            Self::Report => "report",
            Self::Logs => "logs",
        }
    }
}

/// A therapist that a side tells of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Known {
    /// Runs, inferred ones included.
    pub runs: u64,
    /// Whether no line names the runs, so that there may have been more.
    pub is_inferred: bool,
    /// The objects whose labels are known at the end.
    pub objects: BTreeSet<ObjectId>,
}

/// A finding as a report tells it: no lines but their number and the first one's place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// Sixteen hex digits.
    pub id: String,
    /// The rule's id; it may be one that this version does not know.
    pub rule: String,
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
    /// Whether it lasts to the end.
    pub still: Still,
    /// The objects, in order.
    pub objects: Vec<ObjectId>,
    /// The runs.
    pub runs: Vec<RunId>,
    /// How many lines prove it.
    pub evidence: usize,
    /// Source and number of the first of them.
    pub first: Option<(String, u64)>,
    /// One sentence.
    pub summary: String,
}

/// One of two analyses.
#[derive(Clone, Debug, PartialEq)]
pub struct Side {
    /// What people know it by.
    pub name: String,
    /// What it was made of.
    pub kind: Kind,
    /// Earliest and latest time.
    pub window: Option<(Stamp, Stamp)>,
    /// How many sources were read.
    pub sources: usize,
    /// All sources on one sheet.
    pub sheet: Sheet,
    /// Sources that broke off.
    pub broken: Vec<String>,
    /// Whom it tells of; events that nobody's name is known for are not here.
    pub therapists: BTreeMap<TherapistId, Known>,
    /// The findings.
    pub findings: Vec<Told>,
    /// The severity it was made with: milder findings are left out.
    pub severity: Severity,
    /// How many were.
    pub hidden: usize,
    /// What the analysis itself remarked.
    pub notes: Vec<String>,
}

impl Side {
    /// What an analysis comes to.
    pub fn of(name: String, analysis: &Analysis) -> Self {
        let mut sheet = Sheet::default();
        let mut broken = Vec::new();
        for source in &analysis.sources {
            sheet.add(&source.sheet);
            broken.extend(source.error.is_some().then(|| source.name.clone()));
        }
        let known = analysis.therapists.iter().filter(|verdict| !verdict.therapist.is_unknown());
        let known = known.map(|verdict| {
            let known = Known {
                runs: verdict.runs as u64,
                is_inferred: verdict.pairing.is_some(),
                objects: verdict.end_state.labels.keys().cloned().collect(),
            };
            (verdict.therapist.clone(), known)
        });
        Self {
            name,
            kind: Kind::Logs,
            window: analysis.window.map(|(from, to)| (told(from), told(to))),
            sources: analysis.sources.len(),
            sheet,
            broken,
            therapists: known.collect(),
            findings: analysis.findings.iter().map(|it| Told::of(it, &analysis.sources)).collect(),
            severity: analysis.severity,
            hidden: analysis.hidden,
            notes: analysis.notes.clone(),
        }
    }

    /// Leaves out the runs that began before a time, and who had none since and no finding, so
    /// that rates are of what can have been found.
    pub fn since(mut self, from: Stamp, begun: &BTreeMap<TherapistId, Vec<Stamp>>) -> Self {
        for (therapist, known) in &mut self.therapists {
            let starts = begun.get(therapist).into_iter().flatten();
            let earlier = starts.filter(|start| start.certainly_before(from)).count();
            known.runs = known.runs.saturating_sub(earlier as u64);
        }
        let (findings, therapists) = (&self.findings, &mut self.therapists);
        therapists.retain(|therapist, known| {
            known.runs > 0 || findings.iter().any(|told| told.therapist == *therapist)
        });
        let later = |first: Stamp| if first.certainly_before(from) { from } else { first };
        self.window = self.window.map(|(first, last)| (later(first), last));
        self
    }

    /// Keeps what is at least so severe, and one therapist where one is asked for.
    pub fn only(mut self, least: Severity, therapist: Option<&TherapistId>) -> Self {
        let is_wanted = |one: &TherapistId| therapist.is_none_or(|wanted| wanted == one);
        self.therapists.retain(|one, _| is_wanted(one));
        self.findings.retain(|told| is_wanted(&told.therapist));
        let all = self.findings.len();
        self.findings.retain(|told| told.severity >= least);
        self.hidden += all - self.findings.len();
        self.severity = self.severity.max(least);
        self
    }

    /// All runs.
    pub fn runs(&self) -> u64 {
        self.therapists.values().map(|known| known.runs).sum()
    }

    /// Whether too little was read to compare anything with it: nobody was seen, or of the lines
    /// that concern us more than the limit (a share) could not be read.
    pub fn is_inconclusive(&self, unread_limit: f64) -> bool {
        let tried = (self.sheet.used + self.sheet.unread).max(1);
        // Counts of lines fit a double exactly.
        #[expect(clippy::cast_precision_loss, reason = "exact below 2^53")]
        let share = self.sheet.unread as f64 / tried as f64;
        self.therapists.is_empty() || share > unread_limit
    }
}

/// A time as a report keeps it: what was printed, and no more.
fn told(stamp: Stamp) -> Stamp {
    Stamp::truncated(stamp.printed(), stamp.digits(), Zone::Stated, Clock::Application)
}

/// All that can tell two findings of one id apart.
pub(super) type Tie = (Option<i64>, Severity, Certainty, Vec<RunId>, usize, String, Place);

/// Source and line.
type Place = Option<(String, u64)>;

impl Told {
    /// An order for findings of one id that hangs on what they say alone.
    pub(super) fn tie(&self) -> Tie {
        (
            self.to.map(Stamp::printed),
            self.severity,
            self.certainty,
            self.runs.clone(),
            self.evidence,
            self.summary.clone(),
            self.first.clone(),
        )
    }

    fn of(finding: &Finding, sources: &[SourceReport]) -> Self {
        let origins = finding.origins();
        let first = origins.first().map(|origin| {
            let number = origin.source.0;
            let source = usize::try_from(number).ok().and_then(|at| sources.get(at));
            let name = source.map_or_else(|| format!("source {number}"), |it| it.name.clone());
            (name, origin.line)
        });
        Self {
            id: finding.id().as_str().to_owned(),
            rule: finding.rule.0.to_owned(),
            severity: finding.severity,
            certainty: finding.certainty,
            therapist: finding.therapist.clone(),
            from: finding.from.map(told),
            to: finding.to.filter(|_| finding.still == Still::Over).map(told),
            still: finding.still,
            objects: finding.objects.clone(),
            runs: finding.runs.clone(),
            evidence: origins.len(),
            first,
            summary: finding.summary.clone(),
        }
    }
}
