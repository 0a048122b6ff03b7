//! `credtrail/diff/1`: a comparison for other programs. Fields may be added, never changed.

use serde_json::Value;
use serde_json::json;

use crate::diff::Class;
use crate::diff::Diff;
use crate::diff::Entry;
use crate::diff::Match;
use crate::diff::Row;
use crate::diff::Side;
use crate::diff::Told;
use crate::diff::Why;
use crate::model::Stamp;
use crate::model::Still;
use crate::model::rate::Change;
use crate::model::rate::Rate;
use crate::report::diff::telling;
use crate::report::json::pretty;

/// The whole comparison as one document.
pub fn document(diff: &Diff) -> String {
    let (words, _) = telling::verdict(&diff.answer);
    let counts =
        Class::ALL.map(|class| (class.name().to_owned(), Value::from(diff.of(class).count())));
    pretty(&json!({
        "schema": "credtrail/diff/1",
        "answer": {
            "verdict": diff.answer.name(),
            "measure": diff.answer.row().map(|row| row.measure.name()),
            "text": format!("{words}  {}", telling::answer(diff)),
        },
        "before": side(&diff.before),
        "after": side(&diff.after),
        "rates": diff.rows.iter().map(row).collect::<Vec<_>>(),
        "counts": Value::Object(counts.into_iter().collect()),
        "findings": diff.entries.iter().map(entry).collect::<Vec<_>>(),
        "notes": diff.notes,
    }))
}

fn side(side: &Side) -> Value {
    json!({
        "name": side.name,
        "kind": side.kind.name(),
        "window": {
            "from": side.window.map(|(from, _)| from.to_rfc3339()),
            "to": side.window.map(|(_, to)| to.to_rfc3339()),
        },
        "sources": side.sources,
        "lines": side.sheet.lines,
        "used": side.sheet.used,
        "ignored": side.sheet.ignored,
        "unread": side.sheet.unread,
        "broken": side.broken,
        "therapists": side.therapists.len(),
        "runs": side.runs(),
        "findings": side.findings.len(),
        "severity": side.severity,
        "hidden": side.hidden,
    })
}

fn row(row: &Row) -> Value {
    let [before, after] = row.possible;
    json!({
        "measure": row.measure.name(),
        "per_thousand": row.measure.unit().name(),
        "interval": row.measure.interval().name(),
        "before": row.before.map(|it| rate(it, before)),
        "after": row.after.map(|it| rate(it, after)),
        "change": row.change.map(change),
    })
}

fn rate(rate: Rate, possible: u64) -> Value {
    json!({
        "events": rate.events,
        "possible": possible,
        "of": rate.of,
        "rate": rounded(rate.per_thousand),
        "low": rounded(rate.low),
        "high": rounded(rate.high),
    })
}

fn change(change: Change) -> Value {
    json!({
        "ratio": change.ratio.map(rounded),
        "low": rounded(change.low),
        "high": change.high.is_finite().then(|| rounded(change.high)),
        "verdict": change.direction.name(),
    })
}

/// Six decimals: more than any rate carries, fewer than machines differ by.
fn rounded(value: f64) -> f64 {
    (value * 1e6).round() / 1e6
}

/// One finding, as in the document.
pub(super) fn entry(entry: &Entry) -> Value {
    let aspects = |is_worse: bool| {
        let those = entry.differences().iter().filter(|it| it.is_worse == is_worse);
        those.map(|it| it.aspect.name()).collect::<Vec<_>>()
    };
    json!({
        "class": entry.class.name(),
        "because": entry.why().map(Why::name),
        "matched": entry.matched().map(Match::name),
        "worse": aspects(true),
        "better": aspects(false),
        "before": entry.before().map(told),
        "after": entry.after().map(told),
    })
}

fn told(told: &Told) -> Value {
    let first = told.first.as_ref();
    json!({
        "id": told.id,
        "rule": told.rule,
        "severity": told.severity,
        "certainty": told.certainty,
        "therapist": told.therapist,
        "from": told.from.map(Stamp::to_rfc3339),
        "to": told.to.map(Stamp::to_rfc3339),
        "still": told.still == Still::Wrong,
        "objects": told.objects,
        "runs": told.runs,
        "summary": told.summary,
        "lines": told.evidence,
        "first": first.map(|(source, line)| json!({ "source": source, "line": line })),
    })
}
