//! What one event says, in the fewest words that name everything.

use crate::model::EventKind;
use crate::model::Field;
use crate::model::ObjectId;
use crate::report::change;
use crate::timeline::Timeline;

/// How fields are called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fields {
    /// As the log calls them.
    Full,
    /// By what tells them apart: both objects must stay in sight at 80 columns.
    Short,
}

/// What happened: `credentialing_hubspot_id 30278823850 → 30272441773`.
pub(crate) fn what(timeline: &Timeline, at: usize, fields: Fields) -> String {
    match &timeline.events[at].kind {
        EventKind::Created { object } => format!("created {object}"),
        EventKind::Assigned { field, object, previous } => {
            let known = change::pointed(timeline.board_before(at), *field);
            let was = previous.as_deref().or(known).map(ObjectId::as_str);
            let field = named(*field, fields);
            match (was, object.as_ref().map(ObjectId::as_str)) {
                (Some(was), Some(is)) if was != is => format!("{field} {was} → {is}"),
                (Some(was), None) => format!("{field} {was} → none"),
                (_, Some(is)) => format!("{field} := {is}"),
                (None, None) => format!("{field} cleared"),
            }
        }
        EventKind::Labelled { object, label } => format!("{object} + \"{}\"", label.name()),
        EventKind::Unlabelled { object, label } => format!("{object} - \"{}\"", label.name()),
        EventKind::Started => "started".to_owned(),
        EventKind::Done => "done".to_owned(),
        EventKind::Failed => "failed".to_owned(),
        EventKind::StepFailed { step, object } => {
            let target = object.as_ref().map_or_else(String::new, |object| format!(" on {object}"));
            format!("step {} ({}) failed{target}", step.number(), step.name())
        }
    }
}

fn named(field: Field, fields: Fields) -> &'static str {
    match (fields, field) {
        (Fields::Full, field) => field.name(),
        (Fields::Short, Field::Hubspot) => "hubspot_id",
        (Fields::Short, Field::ActiveAttested) => "attested_id",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample;

    #[test]
    fn each_event_reads_as_one_thought() {
        let timeline = sample::july_timeline();
        let said = |fields| {
            (0..timeline.events.len()).map(|at| what(&timeline, at, fields)).collect::<Vec<_>>()
        };
        assert_eq!(
            said(Fields::Short),
            [
                "attested_id := 30278823850",
                "hubspot_id := 30278823850",
                "attested_id 30278823850 → 30272441773",
                "hubspot_id 30278823850 → 30272441773",
                "hubspot_id 30272441773 → 30278823850",
            ]
        );
        assert_eq!(said(Fields::Full)[1], "credentialing_hubspot_id := 30278823850");
    }
}
