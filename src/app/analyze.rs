//! `analyze`: read the sources, judge the therapists.

use crate::app::crew;
use crate::app::sources;
use crate::ingest::Options;
use crate::ingest::Reading;
use crate::ingest::source::Input;
use crate::model::Analysis;
use crate::model::Certainty;
use crate::model::Event;
use crate::model::Finding;
use crate::model::Mention;
use crate::model::Profile;
use crate::model::ProfileError;
use crate::model::Severity;
use crate::model::SourceReport;
use crate::model::Stamp;
use crate::model::Still;
use crate::model::TherapistId;
use crate::model::Verdict;
use crate::rules;
use crate::rules::Bench;
use crate::timeline;
use crate::timeline::Shelf;
use crate::timeline::Timeline;

/// What to look at, and how.
#[derive(Clone, Debug)]
pub struct Question {
    /// Names and thresholds.
    pub profile: Profile,
    /// Findings that ended before this are left out; nanoseconds since the epoch.
    pub from: Option<i64>,
    /// Events after this are not judged; nanoseconds since the epoch.
    pub to: Option<i64>,
    /// Only this therapist.
    pub therapist: Option<TherapistId>,
    /// Findings below this are counted and not shown.
    pub severity: Severity,
}

impl Question {
    /// Everything, of everybody, of all time.
    pub fn new(profile: Profile) -> Self {
        Self { profile, from: None, to: None, therapist: None, severity: Severity::Info }
    }
}

/// Everything read, before anybody is judged.
#[derive(Debug)]
pub struct Evidence {
    /// One report per source.
    pub sources: Vec<SourceReport>,
    /// Events by therapist.
    pub shelf: Shelf,
    /// Earliest and latest time of all sources.
    pub window: Option<(Stamp, Stamp)>,
    /// For each source the last time that it, or a file that continues it, shows.
    pub ends: Vec<Option<Stamp>>,
    /// Lines that only name a therapist.
    pub mentions: Vec<Mention>,
    /// How many threads may judge; what comes out does not depend on it.
    pub threads: usize,
}

/// Reads the inputs and sorts events by therapist.
pub fn gather(
    inputs: &[Input],
    question: &Question,
    options: &Options,
) -> Result<Evidence, ProfileError> {
    let Reading { sources, mut events, mentions } =
        sources::read(inputs, &question.profile, options)?;
    if let Some(to) = question.to {
        events.retain(|event| event.stamp.is_none_or(|stamp| stamp.earliest() <= to));
    }
    let spans = sources.iter().filter_map(|source| source.span);
    let window = spans.fold(None, |known, span| Some(Stamp::join(known, span)));
    let window = window.map(|(from, to)| (from, clipped(to, question.to)));
    let shelf = timeline::shelve(events, &mentions, options.threads);
    let ends = timeline::ends(&sources, &shelf).into_iter();
    let ends = ends.map(|end| end.map(|end| clipped(end, question.to))).collect();
    Ok(Evidence { sources, shelf, window, ends, mentions, threads: options.threads })
}

/// The earlier of an end and of what `--to` says.
fn clipped(end: Stamp, to: Option<i64>) -> Stamp {
    let digits = |nanos: i64| match nanos {
        _ if nanos % 1_000_000_000 == 0 => 0,
        _ if nanos % 1_000_000 == 0 => 3,
        _ => 9,
    };
    match to.filter(|to| *to < end.earliest()) {
        Some(to) => Stamp::truncated(to, digits(to), end.zone(), end.clock()),
        None => end,
    }
}

/// Judges all therapists of the evidence.
pub fn judge(evidence: Evidence, question: &Question) -> Analysis {
    judge_each(evidence, question, |_, _| {})
}

/// The same, and shows each timeline that was judged, with its findings, to `seen`: what charts
/// and tables are made of beside the verdict.
pub fn judge_each(
    evidence: Evidence,
    question: &Question,
    mut seen: impl FnMut(Timeline, &[Finding]),
) -> Analysis {
    let Evidence { sources, shelf, window, ends, threads, .. } = evidence;
    let end = window.map(|(_, to)| to);
    let bench = Bench { profile: &question.profile, end, ends: &ends };
    let severity = question.severity;
    let mut analysis = Analysis { window, sources, severity, ..Analysis::default() };
    let is_nameless = shelf.is_nameless;
    let judge = |(therapist, events)| judge_one(therapist, events, is_nameless, &bench, question);
    crew::in_order(
        stacks(shelf, question, STACK),
        threads,
        |stack| stack.into_iter().map(judge).collect::<Vec<_>>(),
        |judged| {
            for Judged { timeline, verdict, findings, hidden } in judged {
                analysis.therapists.push(verdict);
                analysis.hidden += hidden;
                if let Some(timeline) = timeline {
                    seen(timeline, &findings);
                }
                analysis.findings.extend(findings);
            }
        },
    );
    analysis.therapists.sort_by_cached_key(|verdict| by_number(&verdict.therapist));
    analysis.findings.sort_by_cached_key(rank);
    analysis.notes = notes(&analysis, is_nameless);
    analysis
}

/// Events that are judged at a time.
const STACK: usize = 1 << 12;

/// The therapists that are asked for with their events, by number, in stacks of at least so many
/// events each. Events are taken from the shelf when their stack is.
pub(super) fn stacks(
    mut shelf: Shelf,
    question: &Question,
    least: usize,
) -> impl ExactSizeIterator<Item = Vec<(TherapistId, Vec<Event>)>> + use<> {
    let is_asked = |id: &TherapistId| question.therapist.as_ref().is_none_or(|asked| asked == id);
    let mut stacks: Vec<Vec<(TherapistId, usize)>> = Vec::new();
    let mut height = least;
    let shelved = shelf.therapists().enumerate();
    for (place, (therapist, count)) in shelved.filter(|(_, (id, _))| is_asked(id)) {
        if height >= least {
            stacks.push(Vec::new());
            height = 0;
        }
        height += count;
        if let Some(stack) = stacks.last_mut() {
            stack.push((therapist.clone(), place));
        }
    }
    stacks.into_iter().map(move |stack| {
        stack.into_iter().map(|(therapist, place)| (therapist, shelf.take(place))).collect()
    })
}

/// One therapist, judged.
struct Judged {
    /// `None` for nobody's events, which are counted and never judged.
    timeline: Option<Timeline>,
    verdict: Verdict,
    findings: Vec<Finding>,
    /// Findings below the asked severity.
    hidden: usize,
}

fn judge_one(
    therapist: TherapistId,
    events: Vec<Event>,
    is_nameless: bool,
    bench: &Bench<'_>,
    question: &Question,
) -> Judged {
    if therapist.is_unknown() && !is_nameless {
        let verdict = rules::unjudged(therapist, events.len());
        return Judged { timeline: None, verdict, findings: Vec::new(), hidden: 0 };
    }
    let timeline = timeline::build(therapist, events, bench.end, &question.profile);
    let (mut findings, mut verdict) = rules::judge_readings(&timeline, bench);
    if is_nameless {
        for finding in &mut findings {
            finding.certainty = Certainty::Possible;
        }
    }
    let known = findings.len();
    findings.retain(|finding| is_in_window(finding, question.from));
    if is_nameless || findings.len() < known {
        verdict.status = rules::verdict(&timeline, &findings).status;
    }
    let before = findings.len();
    findings.retain(|finding| finding.severity >= question.severity);
    let hidden = before - findings.len();
    Judged { timeline: Some(timeline), verdict, findings, hidden }
}

fn is_in_window(finding: &Finding, from: Option<i64>) -> bool {
    let Some(from) = from else { return true };
    let last = finding.to.or(finding.from);
    finding.still == Still::Wrong || last.is_none_or(|stamp| stamp.until() > from)
}

/// Numbers by value, then names.
fn by_number(therapist: &TherapistId) -> (u64, TherapistId) {
    (therapist.number(), therapist.clone())
}

type Rank = (
    bool,
    std::cmp::Reverse<Severity>,
    std::cmp::Reverse<Certainty>,
    (u64, TherapistId),
    i64,
    &'static str,
    String,
);

/// Worst first: still wrong, then severity, certainty, therapist, time, rule.
fn rank(finding: &Finding) -> Rank {
    (
        finding.still == Still::Over,
        std::cmp::Reverse(finding.severity),
        std::cmp::Reverse(finding.certainty),
        by_number(&finding.therapist),
        finding.from.map_or(i64::MIN, Stamp::earliest),
        finding.rule.0,
        finding.summary.clone(),
    )
}

fn notes(analysis: &Analysis, is_nameless: bool) -> Vec<String> {
    let mut notes = Vec::new();
    if is_nameless {
        notes.push(
            "no line names a therapist: all events are taken as one therapist's, so nothing is \
             certain"
                .to_owned(),
        );
    }
    for source in &analysis.sources {
        if source.sheet.lines > 0 && source.format.is_empty() && source.sheet.used == 0 {
            notes.push(format!("{}: not a log that credtrail can read", source.name));
        }
    }
    notes
}
