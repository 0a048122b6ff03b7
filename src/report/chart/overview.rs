//! `overview`: findings per hour over runs per hour, and who is still wrong, longest first.

use std::collections::BTreeMap;

use crate::model::Analysis;
use crate::model::Certainty;
use crate::model::Figures;
use crate::model::Finding;
use crate::model::Hours;
use crate::model::Severity;
use crate::model::Span;
use crate::model::Stamp;
use crate::model::Status;
use crate::model::Still;
use crate::model::TherapistId;
use crate::model::Verdict;
use crate::report::chart::Chart;
use crate::report::chart::Kind;
use crate::report::chart::Material;
use crate::report::chart::Spec;
use crate::report::chart::picture::harmless;
use crate::report::chart::words::left_out;
use crate::report::moment;
use crate::report::number::count;
use crate::report::number::of;
use crate::report::words;

pub(super) use lay::lay;

mod lay;

/// Therapists drawn at most.
const MOST_WRONG: usize = 15;

/// The entry of the registry.
pub(super) struct OverviewKind;

impl Kind for OverviewKind {
    fn name(&self) -> &'static str {
        "overview"
    }

    fn chart(&self, material: &Material<'_>) -> Result<Chart, String> {
        let figures = material.figures.ok_or("no hour was counted")?;
        Ok(overview(material.analysis, figures))
    }

    fn is_of_figures(&self) -> bool {
        true
    }
}

/// A whole log, and what it comes to.
pub fn overview(analysis: &Analysis, figures: &Figures) -> Chart {
    Chart::of(Spec::Overview(spec(analysis, figures)))
}

/// All that is drawn of a log.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct OverviewSpec {
    pub(crate) title: String,
    pub(crate) subtitle: String,
    /// `None` where nothing has a time.
    pub(crate) hours: Option<Hours>,
    pub(crate) wrong: Vec<StillWrong>,
    pub(crate) notices: Vec<String>,
}

/// A therapist who is still wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct StillWrong {
    pub(crate) therapist: String,
    /// Nanoseconds since the epoch.
    pub(crate) since: Option<i64>,
    pub(crate) length: String,
    pub(crate) severity: Severity,
    pub(crate) certainty: Certainty,
    pub(crate) what: String,
}

fn spec(analysis: &Analysis, figures: &Figures) -> OverviewSpec {
    let hours = figures.hours.clone();
    let end = analysis.window.map(|(_, to)| to.printed());
    let mut wrong = still_wrong(analysis, end);
    let notices = left_out(wrong.len(), MOST_WRONG, "therapist");
    let mut facts = vec![
        of(count(analysis.therapists.len()), "therapist"),
        of(hours.as_ref().map_or(0, Hours::runs), "run"),
        of(count(analysis.findings.len()), "finding"),
    ];
    facts.extend(analysis.window.map(|window| format!("{} UTC", moment::span(window))));
    facts.push(match &analysis.sources[..] {
        [one] => harmless(&one.name),
        many => of(count(many.len()), "source"),
    });
    let certain = wrong.iter().filter(|it| it.certainty == Certainty::Certain).count();
    let possible = wrong.len() - certain;
    let title = match (certain, possible) {
        (0, 0) if analysis.findings.is_empty() => "Nothing wrong found".to_owned(),
        (0, 0) => "Nobody is still wrong".to_owned(),
        (0, some) => format!("{} may still be wrong", of(count(some), "therapist")),
        (some, more) => {
            let is = if some == 1 { "is" } else { "are" };
            let more = if more == 0 { String::new() } else { format!(", {more} more possibly") };
            format!("{} {is} still wrong{more}", of(count(some), "therapist"))
        }
    };
    wrong.truncate(MOST_WRONG);
    OverviewSpec {
        title,
        subtitle: facts.join("  ·  "),
        hours,
        wrong,
        notices: notices.into_iter().collect(),
    }
}

/// Each therapist whose verdict says so, wrong since its oldest finding that lasts (if none does:
/// its oldest); the longest first.
fn still_wrong(analysis: &Analysis, end: Option<i64>) -> Vec<StillWrong> {
    let mut own: BTreeMap<&TherapistId, Vec<&Finding>> = BTreeMap::new();
    for finding in &analysis.findings {
        own.entry(&finding.therapist).or_default().push(finding);
    }
    let wrong = |verdict: &Verdict| {
        let certainty = match verdict.status {
            Status::Violating => Certainty::Certain,
            Status::Undetermined => Certainty::Possible,
            Status::Healed | Status::Ok => return None,
        };
        let findings = own.get(&verdict.therapist)?;
        // Worst first: the first one names it.
        let first = findings.first()?;
        let lasting = findings.iter().filter(|finding| finding.still == Still::Wrong);
        let since = lasting.filter_map(|finding| finding.from).map(Stamp::printed).min();
        let oldest = || findings.iter().filter_map(|f| f.from).map(Stamp::printed).min();
        let since = since.or_else(oldest);
        let length = since.zip(end).map(|(since, end)| Span((end - since).max(0)).to_string());
        let more = findings.len() - 1;
        let more = if more == 0 { String::new() } else { format!(" and {more} more") };
        Some(StillWrong {
            therapist: harmless(verdict.therapist.as_str()),
            since,
            length: length.unwrap_or_else(|| "?".to_owned()),
            severity: first.severity,
            certainty,
            what: format!("{}{more}", words::rule(first.rule)),
        })
    };
    let mut wrong: Vec<StillWrong> = analysis.therapists.iter().filter_map(wrong).collect();
    wrong.sort_by_key(|it| (it.certainty == Certainty::Possible, it.since.unwrap_or(i64::MIN)));
    wrong
}
