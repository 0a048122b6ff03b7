//! Therapists as rows.

use crate::frame::Rows;
use crate::frame::value::Value;
use crate::model::Field;
use crate::model::ObjectId;
use crate::model::Verdict;

/// Adds a therapist, of whom there are so many findings.
pub fn push_therapist(rows: &mut Rows, verdict: &Verdict, findings: usize) {
    let end = &verdict.end_state;
    let labels = end.labels.iter().map(|(object, labels)| {
        let names: Vec<&str> = labels.iter().map(|label| label.name()).collect();
        format!("{object}: {}", if names.is_empty() { "none".to_owned() } else { names.join(", ") })
    });
    let field =
        |field| Value::text(end.fields.get(&field).and_then(Option::as_ref).map(ObjectId::as_str));
    let labels = labels.collect::<Vec<_>>().join("; ");
    rows.push([
        Value::text(Some(verdict.therapist.as_str())),
        Value::text(Some(verdict.status.name())),
        Value::count(verdict.events),
        Value::count(verdict.runs),
        Value::count(findings),
        end.number.map_or(Value::Null, |number| Value::Count(u64::from(number))),
        Value::text(Some(end.name.as_str())),
        Value::text(Some(end.risk.name())),
        Value::text(Some(end.certainty.name())),
        Value::Text(&labels),
        field(Field::ActiveAttested),
        field(Field::Hubspot),
    ]);
}
