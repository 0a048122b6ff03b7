//! What the page opens with: overview, sources, the table of therapists and that of findings.
//! Tables stand column by column, and what repeats is named once.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use serde_json::Value;
use serde_json::json;

use crate::model::Analysis;
use crate::model::EndState;
use crate::model::Finding;
use crate::model::Recommendation;
use crate::model::SourceReport;
use crate::model::Stamp;
use crate::model::Status;
use crate::model::Still;
use crate::model::TherapistId;
use crate::model::Verdict;
use crate::model::Zone;
use crate::report::escape::printable;
use crate::report::escape::visible;
use crate::report::moment;
use crate::report::moment::Days;
use crate::report::number;
use crate::report::page::View;
use crate::report::page::bounds::Held;
use crate::report::page::numbers;
use crate::report::place::place;
use crate::report::words;
use crate::rules::RULES;
use crate::timeline::Timeline;

const STATUSES: [Status; 4] = [Status::Violating, Status::Undetermined, Status::Healed, Status::Ok];

const RECOMMENDATIONS: [Recommendation; 8] = [
    Recommendation::AtomicChanges,
    Recommendation::Rollback,
    Recommendation::ValidateFinalState,
    Recommendation::CleanupJob,
    Recommendation::JobDeduplication,
    Recommendation::TherapistLock,
    Recommendation::NoConcurrentStart,
    Recommendation::MonitorRapidUpdates,
];

/// Objects and jobs named of one therapist or finding: what a table can show, and a bound to what
/// a single therapist can add to the page.
const NAMED: usize = 24;

/// The findings on the page.
pub(super) fn shown<'a>(view: &View<'a>) -> &'a [Finding] {
    let all = &view.analysis.findings;
    &all[..all.len().min(super::FINDINGS)]
}

/// The findings on the page by therapist, in their order.
pub(super) fn by_therapist<'a>(view: &View<'a>) -> BTreeMap<&'a TherapistId, Vec<&'a Finding>> {
    let mut findings: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for finding in shown(view) {
        findings.entry(&finding.therapist).or_default().push(finding);
    }
    findings
}

/// The therapists with a finding on the page, the one with the worst first.
pub(super) fn affected<'a>(view: &View<'a>) -> Vec<&'a TherapistId> {
    let mut seen = BTreeSet::new();
    let therapists = shown(view).iter().map(|finding| &finding.therapist);
    therapists.filter(|therapist| seen.insert(*therapist)).collect()
}

/// The whole block.
pub(super) fn front(view: &View<'_>, held: &Held) -> Value {
    let analysis = view.analysis;
    let rows = rows(view, held);
    json!({
        "schema": "credtrail/page/1",
        "title": visible(view.title),
        "made": view.made.iter().map(|line| visible(line)).collect::<Vec<_>>(),
        "window": window(analysis),
        "counts": counts(analysis),
        "findings_in_all": analysis.findings.len(),
        "notices": held.notices(view),
        "notes": analysis.notes.iter().map(|note| visible(note)).collect::<Vec<_>>(),
        "words": dictionary(),
        "numbers": view.figures.map(numbers::numbers),
        "sources": analysis.sources[..held.sources].iter().map(source).collect::<Vec<_>>(),
        "total": total(&analysis.sources),
        "unread": unread(analysis, held),
        "details": held.details,
        "therapists": therapists(view, &rows),
        "findings": findings(view, &rows),
    })
}

/// The rows of the table of therapists: those with a finding, worst first, then the others.
fn rows<'a>(view: &View<'a>, held: &Held) -> Vec<&'a Verdict> {
    let verdicts: BTreeMap<&TherapistId, &Verdict> =
        view.analysis.therapists.iter().map(|verdict| (&verdict.therapist, verdict)).collect();
    let affected = affected(view);
    let is_affected: BTreeSet<&TherapistId> = affected.iter().copied().collect();
    let worst = affected.iter().filter_map(|therapist| verdicts.get(therapist).copied());
    let others = view.analysis.therapists.iter();
    let others = others.filter(|verdict| !is_affected.contains(&verdict.therapist));
    worst.chain(others).take(held.therapists).collect()
}

fn window(analysis: &Analysis) -> Option<String> {
    let window = analysis.window?;
    let is_assumed = |stamp: Stamp| stamp.zone() == Zone::Assumed;
    let assumed = if is_assumed(window.0) || is_assumed(window.1) { " (assumed)" } else { "" };
    let fine = if window.0.digits() > window.1.digits() { window.0 } else { window.1 };
    let precision = moment::precision(fine);
    Some(format!("{} UTC{assumed}, precision {precision}", moment::span(window)))
}

fn counts(analysis: &Analysis) -> Value {
    let count = |status| analysis.therapists.iter().filter(|v| v.status == status).count();
    STATUSES.map(count).to_vec().into()
}

/// What the numbers in the tables stand for.
fn dictionary() -> Value {
    let rules: BTreeMap<&str, &str> =
        RULES.iter().map(|rule| (rule.id().0, words::rule(rule.id()))).collect();
    json!({
        "statuses": STATUSES.map(|status| words::status(status).0),
        "severities": ["info", "low", "medium", "high"],
        "rules": rules,
        "recommendations": RECOMMENDATIONS.map(Recommendation::name),
    })
}

fn source(report: &SourceReport) -> Value {
    let sheet = &report.sheet;
    let format = match report.format.as_slice() {
        [] => "not known".to_owned(),
        layers => format!("{} {}", layers.join(" + "), number::percent(report.confidence)),
    };
    json!({
        "name": visible(&report.name),
        "format": format,
        "bytes": number::bytes(sheet.bytes),
        "sheet": [sheet.lines, sheet.used, sheet.ignored, sheet.unread],
        "span": report.span.map(moment::span),
        "error": report.error.as_ref().map(|error| visible(error)),
    })
}

fn total(sources: &[SourceReport]) -> Value {
    let mut total = crate::model::Sheet::default();
    for source in sources {
        total.add(&source.sheet);
    }
    json!({
        "sources": sources.len(),
        "bytes": number::bytes(total.bytes),
        "sheet": [total.lines, total.used, total.ignored, total.unread],
    })
}

/// `[place, reason, text]`.
fn unread(analysis: &Analysis, held: &Held) -> Value {
    let lines = analysis.sources.iter().flat_map(|source| &source.unread).take(held.unread);
    let one = |line: &crate::model::Unread| {
        let place = visible(&place(&line.origin, &analysis.sources));
        json!([place, visible(&line.reason), printable(&line.origin.text)])
    };
    lines.map(one).collect()
}

fn therapists(view: &View<'_>, rows: &[&Verdict]) -> Value {
    let column = |cell: &dyn Fn(&Verdict) -> Value| {
        Value::from(rows.iter().map(|verdict| cell(verdict)).collect::<Vec<_>>())
    };
    let mut states: Vec<Value> = Vec::new();
    let mut known: BTreeMap<String, usize> = BTreeMap::new();
    let mut state = |end: &EndState| {
        let value = json!([end.number, end.also, end.name, end.risk, end.certainty]);
        *known.entry(value.to_string()).or_insert_with(|| {
            states.push(value);
            states.len() - 1
        })
    };
    let ends: Vec<usize> = rows.iter().map(|verdict| state(&verdict.end_state)).collect();
    let place = |verdict: &Verdict| STATUSES.iter().position(|known| *known == verdict.status);
    let jobs = jobs(view.timelines);
    json!({
        "id": column(&|verdict| json!(visible(verdict.therapist.as_str()))),
        "status": column(&|verdict| json!(place(verdict))),
        "events": column(&|verdict| json!(verdict.events)),
        "runs": column(&|verdict| json!(verdict.runs)),
        "fewest": column(&|verdict| json!(u8::from(verdict.pairing.is_some()))),
        "end": ends,
        // Side by side, since both name the same objects and what is near compresses best.
        "board": column(&|verdict| json!([labels(&verdict.end_state), fields(&verdict.end_state)])),
        "jobs": column(&|verdict| json!(jobs.get(&verdict.therapist))),
        "states": states,
    })
}

/// The jobs of each timeline, to be searched for.
fn jobs(timelines: &[Timeline]) -> BTreeMap<&TherapistId, String> {
    let of = |timeline: &Timeline| {
        let jobs: BTreeSet<_> =
            timeline.runs.iter().filter_map(|run| run.mark.job.as_ref()).collect();
        let named = jobs.iter().take(8 * NAMED).map(|job| visible(job.as_str()));
        named.collect::<Vec<_>>().join(" ")
    };
    timelines.iter().map(|timeline| (&timeline.therapist, of(timeline))).collect()
}

/// `[object, labels in words]`.
fn labels(end: &EndState) -> Value {
    let one = |(object, labels): (&crate::model::ObjectId, &_)| {
        json!([visible(object.as_str()), words::labels(labels)])
    };
    let mut told: Vec<Value> = end.labels.iter().take(NAMED).map(one).collect();
    if let Some(more) = end.labels.len().checked_sub(NAMED + 1) {
        told.push(json!(["…", format!("and {}", number::of(number::count(more + 1), "object"))]));
    }
    Value::from(told)
}

/// `[field, object]`.
fn fields(end: &EndState) -> Value {
    let one = |(field, object): (&crate::model::Field, &Option<crate::model::ObjectId>)| {
        json!([field.name(), object.as_ref().map(|object| visible(object.as_str()))])
    };
    end.fields.iter().map(one).collect()
}

fn findings(view: &View<'_>, rows: &[&Verdict]) -> Value {
    let shown = shown(view);
    let days = Days::of(view.analysis.window);
    let row: BTreeMap<&TherapistId, usize> =
        rows.iter().enumerate().map(|(at, verdict)| (&verdict.therapist, at)).collect();
    let column =
        |cell: &dyn Fn(&Finding) -> Value| Value::from(shown.iter().map(cell).collect::<Vec<_>>());
    let names = |names: Vec<&str>| {
        let mut told: Vec<String> = names.iter().take(NAMED).map(|name| visible(name)).collect();
        if names.len() > NAMED {
            told.push(format!("and {} more", number::grouped(number::count(names.len() - NAMED))));
        }
        told
    };
    json!({
        "id": column(&|found| json!(found.id())),
        "rule": column(&|found| json!(found.rule)),
        "severity": column(&|found| json!(found.severity as u8)),
        "certain": column(&|found| json!(found.certainty as u8)),
        "still": column(&|found| json!(u8::from(found.still == Still::Wrong))),
        "therapist": column(&|found| json!(row.get(&found.therapist))),
        "from": column(&|found| json!(found.from.map(|from| from.earliest() / 1_000_000))),
        "since": column(&|found| json!(moment::since(found, &days))),
        "gap": column(&|found| json!(found.gap.map(|gap| gap.to_string()))),
        "runs": column(&|found| {
            json!(names(found.runs.iter().map(crate::model::RunId::as_str).collect()))
        }),
        "says": column(&|found| {
            let objects = found.objects.iter().map(crate::model::ObjectId::as_str).collect();
            json!([names(objects), visible(&found.summary)])
        }),
        "help": column(&|found| {
            json!(found.recommendations.iter().map(|r| r.number()).collect::<Vec<_>>())
        }),
    })
}
