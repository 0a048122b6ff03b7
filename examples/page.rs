//! Writes the interactive page of some logs: `cargo run --example page -- worker.log > page.html`.
//!
//! For working on the page and for its test in a browser.

use std::collections::BTreeSet;
use std::io;
use std::io::Write as _;

use credtrail::app::analyze;
use credtrail::app::analyze::Question;
use credtrail::app::timeline::account;
use credtrail::app::timeline::timeline;
use credtrail::ingest::Options;
use credtrail::ingest::source::expand;
use credtrail::model::Profile;
use credtrail::model::Severity;
use credtrail::model::TherapistId;
use credtrail::report::page::View;
use credtrail::report::page::page;

fn main() -> io::Result<()> {
    let paths: Vec<String> = std::env::args().skip(1).collect();
    let (inputs, errors) = expand(&paths);
    if let Some(error) = errors.first() {
        return Err(io::Error::other(error.to_string()));
    }
    let question = Question { severity: Severity::Low, ..Question::new(Profile::default()) };
    let evidence =
        analyze::gather(&inputs, &question, &Options::default()).map_err(io::Error::other)?;
    let all: Vec<TherapistId> = evidence.shelf.therapists().map(|(id, _)| id.clone()).collect();
    let mut timelines: Vec<_> =
        all.iter().filter_map(|id| timeline(&evidence, id, &question)).collect();
    #[cfg(feature = "tables")]
    let (analysis, figures) = {
        let mut counter = credtrail::app::figures::Counter::of(&question);
        let analysis = analyze::judge_each(evidence, &question, |line, _| counter.see(&line));
        let figures = counter.figures(&analysis).map_err(io::Error::other)?;
        (analysis, Some(figures))
    };
    #[cfg(not(feature = "tables"))]
    let (analysis, figures) = (analyze::judge(evidence, &question), None);
    let affected: BTreeSet<&TherapistId> =
        analysis.findings.iter().map(|finding| &finding.therapist).collect();
    timelines.retain(|timeline| affected.contains(&timeline.therapist));
    let accounts = timelines
        .iter()
        .map(|it| (it.therapist.clone(), account(it, &question.profile.worker)))
        .collect();
    let made = [format!("credtrail report {}", paths.join(" "))];
    let view = View {
        title: "Credentialing states",
        made: &made,
        analysis: &analysis,
        timelines: &timelines,
        accounts: &accounts,
        figures: figures.as_ref(),
    };
    io::stdout().lock().write_all(page(&view).as_bytes())
}
