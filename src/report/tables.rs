//! Therapists, runs and events as rows: CSV for spreadsheets, and an aligned Markdown table of one
//! timeline.
//!
//! CSV is RFC 4180 with `\n`, times in RFC 3339 UTC, several values in one cell joined by blanks; a
//! cell that a spreadsheet would run is begun with `'`.

use crate::model::Analysis;
use crate::model::EventKind;
use crate::model::Field;
use crate::model::ObjectId;
use crate::model::SourceReport;
use crate::model::Stamp;
use crate::report::escape::csv;
use crate::report::escape::markdown;
use crate::report::fit;
use crate::report::place::place;
use crate::report::what::Fields;
use crate::report::what::what;
use crate::report::words;
use crate::timeline::Timeline;

/// One record per therapist, in the order of the analysis.
pub fn therapists_csv(analysis: &Analysis) -> String {
    let columns = [
        "therapist",
        "status",
        "events",
        "runs",
        "state",
        "ends_as",
        "risk",
        "certainty",
        "labels",
        "attested_id",
        "hubspot_id",
        "findings",
    ];
    let rows = analysis.therapists.iter().map(|verdict| {
        let end = &verdict.end_state;
        let labels = end
            .labels
            .iter()
            .map(|(object, labels)| format!("{object}: {}", words::labels(labels)));
        let field = |field| {
            end.fields.get(&field).and_then(Option::as_ref).map_or("", ObjectId::as_str).to_owned()
        };
        let findings =
            analysis.findings.iter().filter(|it| it.therapist == verdict.therapist).count();
        vec![
            verdict.therapist.to_string(),
            verdict.status.name().to_owned(),
            verdict.events.to_string(),
            verdict.runs.to_string(),
            end.number.map_or_else(String::new, |number| number.to_string()),
            end.name.clone(),
            end.risk.name().to_owned(),
            end.certainty.name().to_owned(),
            labels.collect::<Vec<_>>().join("; "),
            field(Field::ActiveAttested),
            field(Field::Hubspot),
            findings.to_string(),
        ]
    });
    written(&columns, rows)
}

/// One record per run.
pub fn runs_csv<'a>(timelines: impl Iterator<Item = &'a Timeline>) -> String {
    let columns = [
        "therapist",
        "run",
        "job",
        "class",
        "host",
        "pid",
        "tid",
        "attempt",
        "inferred",
        "from",
        "to",
        "outcome",
        "steps",
        "failed_steps",
        "events",
    ];
    let text = |value: Option<String>| value.unwrap_or_default();
    let rows = timelines.flat_map(|timeline| {
        timeline.runs.iter().map(move |run| {
            let steps = |steps: &[crate::model::Step]| {
                steps.iter().map(|step| step.name()).collect::<Vec<_>>().join(" ")
            };
            let mark = &run.mark;
            vec![
                timeline.therapist.to_string(),
                run.id.to_string(),
                text(mark.job.as_ref().map(ToString::to_string)),
                text(mark.class.as_ref().map(ToString::to_string)),
                text(mark.host.as_ref().map(ToString::to_string)),
                text(mark.pid.map(|pid| pid.to_string())),
                text(mark.tid.as_ref().map(ToString::to_string)),
                run.attempt.to_string(),
                run.inferred.to_string(),
                text(run.from.map(Stamp::to_rfc3339)),
                text(run.to.map(Stamp::to_rfc3339)),
                run.outcome.name().to_owned(),
                steps(&run.steps),
                steps(&run.failed_steps),
                run.events.len().to_string(),
            ]
        })
    });
    written(&columns, rows)
}

/// One record per event, in the order of each timeline.
pub fn events_csv<'a>(
    timelines: impl Iterator<Item = &'a Timeline>,
    sources: &[SourceReport],
) -> String {
    let columns = [
        "therapist",
        "at",
        "precision",
        "run",
        "kind",
        "field",
        "object",
        "previous",
        "label",
        "step",
        "lines",
    ];
    let rows = timelines.flat_map(|timeline| {
        (0..timeline.events.len()).map(move |at| event(timeline, at, sources))
    });
    written(&columns, rows)
}

fn event(timeline: &Timeline, at: usize, sources: &[SourceReport]) -> Vec<String> {
    let event = &timeline.events[at];
    let object = event.kind.object().map_or_else(String::new, ToString::to_string);
    let (mut field, mut before, mut label, mut step) = ("", String::new(), "", "");
    match &event.kind {
        EventKind::Assigned { field: of, previous, .. } => {
            field = of.name();
            before = previous.as_ref().map_or_else(String::new, ToString::to_string);
        }
        EventKind::Labelled { label: of, .. } | EventKind::Unlabelled { label: of, .. } => {
            label = of.name();
        }
        EventKind::StepFailed { step: of, .. } => step = of.name(),
        EventKind::Created { .. } | EventKind::Started | EventKind::Done | EventKind::Failed => {}
    }
    vec![
        timeline.therapist.to_string(),
        event.stamp.map(Stamp::to_rfc3339).unwrap_or_default(),
        event.stamp.map(Stamp::precision).unwrap_or_default().to_owned(),
        timeline.run(at).map_or_else(String::new, |run| run.id.to_string()),
        event.kind.name().to_owned(),
        field.to_owned(),
        object,
        before,
        label.to_owned(),
        step.to_owned(),
        event.origins().map(|origin| place(origin, sources)).collect::<Vec<_>>().join(" "),
    ]
}

pub(crate) fn written(columns: &[&str], rows: impl Iterator<Item = Vec<String>>) -> String {
    let mut text = columns.join(",");
    text.push('\n');
    for row in rows {
        let cells: Vec<String> = row.iter().map(|cell| csv(cell)).collect();
        text.push_str(&cells.join(","));
        text.push('\n');
    }
    text
}

/// One timeline as a Markdown table whose columns are aligned by the width they take.
pub fn timeline_markdown(timeline: &Timeline, sources: &[SourceReport]) -> String {
    let mut rows = vec![["time (UTC)", "run", "what", "line"].map(ToOwned::to_owned)];
    for (at, event) in timeline.events.iter().enumerate() {
        rows.push([
            event.stamp.map_or_else(|| "no clock".to_owned(), Stamp::to_rfc3339),
            timeline.run(at).map_or_else(|| "–".to_owned(), |run| run.id.to_string()),
            markdown(&what(timeline, at, Fields::Full)),
            markdown(&place(&event.origin, sources)),
        ]);
    }
    let width = |column: usize| rows.iter().map(|row| fit::width(&row[column])).max().unwrap_or(0);
    let widths = [0, 1, 2, 3].map(width);
    let mut text = format!("# Therapist {}\n\n", markdown(timeline.therapist.as_str()));
    for (number, row) in rows.iter().enumerate() {
        let cells = row
            .iter()
            .zip(widths)
            .map(|(cell, width)| format!("{cell}{}", " ".repeat(width - fit::width(cell))));
        text += &["| ", &cells.collect::<Vec<_>>().join(" | "), " |\n"].concat();
        if number == 0 {
            let rules = widths.map(|width| "-".repeat(width + 2));
            text += &["|", &rules.join("|"), "|\n"].concat();
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample;

    #[test]
    fn july_4_as_rows() {
        let (timeline, analysis) = (sample::july_timeline(), sample::july_4());
        let events = events_csv(std::iter::once(&timeline), &analysis.sources);
        let runs = runs_csv(std::iter::once(&timeline));
        let table = timeline_markdown(&timeline, &analysis.sources);
        insta::assert_snapshot!([therapists_csv(&analysis), runs, events, table].join("\n"));
    }

    #[test]
    fn no_cell_is_a_formula_and_no_line_of_a_log_ends_a_row() {
        let analysis = sample::hostile(sample::HOSTILE);
        let text = therapists_csv(&analysis);
        assert_eq!(text.lines().count(), analysis.therapists.len() + 1);
        let begins = |cell: &str| cell.starts_with(['=', '+', '-', '@', '\t']);
        assert!(!text.split([',', '\n']).any(begins), "{text}");
    }
}
