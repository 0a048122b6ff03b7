//! Therapists as rows.

use crate::frame::Rows;
use crate::model::Cell;
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
        |field| Cell::text(end.fields.get(&field).and_then(Option::as_ref).map(ObjectId::as_str));
    rows.push([
        Cell::text(Some(verdict.therapist.as_str())),
        Cell::text(Some(verdict.status.name())),
        Cell::count(verdict.events),
        Cell::count(verdict.runs),
        Cell::count(findings),
        end.number.map_or(Cell::Null, |number| Cell::Count(u64::from(number))),
        Cell::text(Some(end.name.as_str())),
        Cell::text(Some(end.risk.name())),
        Cell::text(Some(end.certainty.name())),
        Cell::Text(labels.collect::<Vec<_>>().join("; ")),
        field(Field::ActiveAttested),
        field(Field::Hubspot),
    ]);
}
