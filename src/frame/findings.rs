//! Findings as rows.

use crate::frame::Rows;
use crate::frame::events::source;
use crate::frame::value::Value;
use crate::model::Finding;
use crate::model::ObjectId;
use crate::model::RunId;
use crate::model::SourceReport;
use crate::model::Stamp;
use crate::model::Still;

/// Nanoseconds in a millisecond.
const MILLI: i64 = 1_000_000;

/// Adds a finding; `end` is the end of the log, to which what is still wrong lasts.
pub fn push_finding(
    rows: &mut Rows,
    finding: &Finding,
    end: Option<Stamp>,
    sources: &[SourceReport],
) {
    let is_still = finding.still == Still::Wrong;
    let until = if is_still { end } else { finding.to };
    let lasted = finding.from.zip(until).map(|(from, to)| (to.printed() - from.printed()) / MILLI);
    let at_most = |nanos: i64| nanos.saturating_add(MILLI - 1) / MILLI;
    let evidence = finding.origins().iter();
    let evidence = evidence.map(|origin| format!("{}:{}", source(origin, sources), origin.line));
    let id = finding.id();
    let objects = joined(finding.objects.iter().map(ObjectId::to_string));
    let runs = joined(finding.runs.iter().map(RunId::to_string));
    let numbers = joined(finding.recommendations.iter().map(|it| it.number().to_string()));
    let evidence = joined(evidence);
    rows.push([
        Value::text(Some(id.as_str())),
        Value::text(Some(finding.rule.0)),
        Value::text(Some(finding.severity.name())),
        Value::text(Some(finding.certainty.name())),
        Value::text(Some(finding.therapist.as_str())),
        Value::instant(finding.from),
        Value::instant(finding.to.filter(|_| !is_still)),
        Value::Truth(is_still),
        Value::number(lasted),
        Value::number(finding.gap.map(|gap| gap.shortest() / MILLI)),
        Value::number(finding.gap.map(|gap| at_most(gap.longest()))),
        Value::Text(&objects),
        Value::Text(&runs),
        run(finding.opened_by.as_ref()),
        run(finding.closed_by.as_ref()),
        Value::Text(&finding.summary),
        Value::Text(&numbers),
        Value::Text(&evidence),
    ]);
}

fn run(id: Option<&RunId>) -> Value<'_> {
    Value::text(id.map(RunId::as_str))
}

fn joined(values: impl Iterator<Item = String>) -> String {
    values.collect::<Vec<_>>().join(" ")
}
