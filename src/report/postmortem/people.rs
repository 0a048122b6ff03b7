//! What happened, line by line and therapist by therapist.

use crate::model::Event;
use crate::model::Finding;
use crate::model::Outcome;
use crate::model::Run;
use crate::model::Stamp;
use crate::model::Status;
use crate::report::account;
use crate::report::escape::markdown;
use crate::report::moment::Days;
use crate::report::moment::since;
use crate::report::number::count;
use crate::report::number::of;
use crate::report::postmortem::Case;
use crate::report::postmortem::Matter;
use crate::report::postmortem::doc::Doc;
use crate::report::what::Fields;
use crate::report::what::what;
use crate::report::words;

/// Rows of the timeline at most; `tables/events.csv` has all.
const ROWS: usize = 200;

/// Therapists told one by one at most; the page and the tables have all.
pub(super) const STORIES: usize = 25;

/// Lines cited for one statement at most.
const CITED: usize = 4;

/// The timeline of all cases in UTC, each row with its line.
pub(super) fn table(doc: &mut Doc<'_>, matter: &Matter<'_>) {
    let mut rows: Vec<(&Event, &Case, usize)> = Vec::new();
    for case in matter.cases {
        let events = case.timeline.events.iter().enumerate();
        rows.extend(events.map(|(at, event)| (event, case, at)));
    }
    rows.sort_by_key(|(event, case, at)| {
        let place = (event.origin.source, event.origin.offset);
        (event.stamp.map(Stamp::earliest), place, case.timeline.therapist.clone(), *at)
    });
    doc.heading(2, "Timeline");
    doc.line(format_args!(
        "Times are UTC with the digits of the log; a printed second means any moment of it.\n\n\
         | time (UTC) | therapist | run | what | line |\n|---|---|---|---|---|"
    ));
    for (event, case, at) in rows.iter().take(ROWS) {
        let time = event.stamp.map_or_else(|| "no clock".to_owned(), Stamp::to_rfc3339);
        let run = case.timeline.run(*at).map_or("–", |run| run.id.as_str());
        let line = doc.cite(&event.origin);
        doc.line(format_args!(
            "| {time} | {} | {run} | {} | {line} |",
            markdown(case.timeline.therapist.as_str()),
            markdown(&what(&case.timeline, *at, Fields::Full)),
        ));
    }
    if rows.len() > ROWS {
        doc.line(format_args!(
            "\n{} are not in this table: tables/events.csv has all.",
            of(count(rows.len() - ROWS), "more event")
        ));
    }
}

/// Each therapist's story.
pub(super) fn stories(doc: &mut Doc<'_>, matter: &Matter<'_>) {
    doc.heading(2, "What happened");
    for case in matter.cases.iter().take(STORIES) {
        story(doc, matter, case);
    }
    if matter.cases.len() > STORIES {
        doc.line(format_args!(
            "\n{} are not told here: report.html and tables/therapists.csv have all.",
            of(count(matter.cases.len() - STORIES), "more therapist")
        ));
    }
}

fn story(doc: &mut Doc<'_>, matter: &Matter<'_>, case: &Case) {
    let (timeline, analysis) = (&case.timeline, matter.analysis);
    let verdict = analysis.therapists.iter().find(|it| it.therapist == timeline.therapist);
    let status = verdict.map_or(Status::Undetermined, |verdict| verdict.status);
    let name = markdown(timeline.therapist.as_str());
    doc.heading(3, &format!("Therapist {name}: {}", words::status(status).0.to_lowercase()));
    if let Some(verdict) = verdict {
        let end = &verdict.end_state;
        let number = end.number.map_or_else(String::new, |number| format!("state {number}, "));
        doc.line(format_args!(
            "{} in {}. Ends as: {number}{} (risk {}, {}).",
            of(count(verdict.events), "event"),
            words::runs(verdict.runs, verdict.pairing),
            markdown(&end.name),
            end.risk.name(),
            end.certainty.name(),
        ));
    }
    if let Some(chart) = &case.chart {
        doc.line(format_args!("\n![Timeline of therapist {name}]({chart})"));
    }
    doc.line(format_args!(""));
    for run in &timeline.runs {
        told(doc, case, run);
    }
    doc.line(format_args!(""));
    let days = Days::of(None);
    for (number, finding) in case.findings(analysis) {
        found(doc, number, finding, &days);
    }
    let sentences =
        account::sentences(timeline, &case.account, doc.sources, !analysis.findings.is_empty());
    if !sentences.is_empty() {
        doc.line(format_args!("\nWhat the worker's model says of these lines:\n"));
        for sentence in sentences {
            let (about, text) = (markdown(&sentence.about), markdown(&sentence.text));
            doc.line(format_args!("- {about}: {text}"));
        }
    }
}

/// One run in one sentence, each act with its line.
fn told(doc: &mut Doc<'_>, case: &Case, run: &Run) {
    let timeline = &case.timeline;
    let when = match (run.from, run.to) {
        (Some(from), Some(to)) if from.printed() != to.printed() => {
            format!(", {}–{}", from.to_rfc3339(), to.time_of_day())
        }
        (Some(from), _) => format!(", {}", from.to_rfc3339()),
        (None, _) => String::new(),
    };
    let who = run.mark.job.as_ref().map_or_else(
        || {
            if run.inferred {
                "told by its steps alone".to_owned()
            } else {
                "no job named".to_owned()
            }
        },
        |job| format!("job {}", markdown(job.as_str())),
    );
    let attempt =
        if run.attempt > 1 { format!(", attempt {}", run.attempt) } else { String::new() };
    let acts: Vec<String> = run
        .events
        .iter()
        .map(|at| {
            let line = doc.cite(&timeline.events[*at].origin);
            format!("{} ({line})", markdown(&what(timeline, *at, Fields::Full)))
        })
        .collect();
    doc.line(format_args!(
        "- **{}** ({who}{attempt}{when}; {}): {}.",
        run.id,
        ended(run.outcome),
        acts.join(", ")
    ));
}

fn ended(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Done => "ended well",
        Outcome::Failed => "ended with an error",
        Outcome::Unfinished => "never ended",
        Outcome::Unknown => "its end is not logged",
    }
}

fn found(doc: &mut Doc<'_>, number: usize, finding: &Finding, days: &Days) {
    let lines = doc.cite_all(finding.origins(), CITED);
    let gap = finding.gap.map_or_else(String::new, |gap| format!(", gap {gap}"));
    doc.line(format_args!(
        "{}. **{}** ({}, {}): {}; {}{} ({lines}).",
        number + 1,
        markdown(words::rule(finding.rule)),
        finding.severity.name(),
        finding.certainty.name(),
        markdown(&finding.summary),
        markdown(&since(finding, days)),
        markdown(&gap),
    ));
}
