//! What went wrong, for how many, and in which end states.

use std::collections::BTreeMap;

use crate::model::Risk;
use crate::model::Status;
use crate::model::Verdict;
use crate::report::escape::markdown;
use crate::report::moment::Days;
use crate::report::moment::since;
use crate::report::moment::span;
use crate::report::number::count;
use crate::report::number::grouped;
use crate::report::number::of;
use crate::report::postmortem::Matter;
use crate::report::postmortem::doc::Doc;
use crate::report::words;

/// Title, impact, impact by end state, and the therapists with their findings.
pub(super) fn write(doc: &mut Doc<'_>, matter: &Matter<'_>) {
    let analysis = matter.analysis;
    let with = |status: Status| {
        count(analysis.therapists.iter().filter(|verdict| verdict.status == status).count())
    };
    let [wrong, open, healed] = [Status::Violating, Status::Undetermined, Status::Healed].map(with);
    doc.heading(1, &format!("Postmortem: {} still wrong", of(wrong, "therapist")));
    let window =
        analysis.window.map_or_else(String::new, |it| format!(" The logs cover {} UTC.", span(it)));
    let runs: usize = analysis.therapists.iter().map(|verdict| verdict.runs).sum();
    doc.line(format_args!(
        "Of {} in {}, **{} still wrong**, {} wrong for a time and healed, of {} the logs do not \
         tell for sure.{window}",
        of(count(analysis.therapists.len()), "therapist"),
        of(count(runs), "run"),
        are(wrong),
        grouped(healed),
        grouped(open),
    ));
    first(doc, matter);
    doc.heading(2, "Impact by end state");
    states(doc, &analysis.therapists);
    doc.heading(2, "Findings by rule");
    rules(doc, matter);
    let charts = ["overview", "gaps"].map(|kind| format!("charts/{kind}.svg"));
    if matter.cases.iter().any(|case| case.chart.is_some()) {
        doc.line(format_args!("\n![Findings and runs per hour]({})", charts[0]));
        doc.line(format_args!("\n![Gaps between runs]({})", charts[1]));
    }
}

fn are(number: u64) -> String {
    format!("{} {}", grouped(number), if number == 1 { "is" } else { "are" })
}

/// When it began, as far as the log shows.
fn first(doc: &mut Doc<'_>, matter: &Matter<'_>) {
    let first = matter.analysis.findings.iter().filter(|finding| finding.from.is_some());
    let first = first.min_by_key(|it| it.from.map(|from| (from.earliest(), it.rule, it.id())));
    let Some(first) = first else { return };
    let days = Days::of(None);
    let place = doc.cite_all(first.origins(), 1);
    doc.line(format_args!(
        "\nThe first finding: {} (therapist {}), {} ({place}).",
        markdown(words::rule(first.rule)),
        markdown(first.therapist.as_str()),
        markdown(&since(first, &days)),
    ));
}

fn states(doc: &mut Doc<'_>, therapists: &[Verdict]) {
    // State, name and risk; the risk first, the worst on top.
    type Row = (std::cmp::Reverse<u8>, Option<u8>, String);
    let rank = |risk: Risk| match risk {
        Risk::None => 0,
        Risk::Low => 1,
        Risk::Medium => 2,
        Risk::High => 3,
    };
    let mut rows: BTreeMap<Row, (Risk, [u64; 4])> = BTreeMap::new();
    for verdict in therapists {
        let end = &verdict.end_state;
        let row = (std::cmp::Reverse(rank(end.risk)), end.number, end.name.clone());
        let (_, counts) = rows.entry(row).or_insert((end.risk, [0; 4]));
        let column = match verdict.status {
            Status::Violating => 0,
            Status::Undetermined => 1,
            Status::Healed => 2,
            Status::Ok => 3,
        };
        counts[column] += 1;
    }
    doc.line(format_args!(
        "| state | ends as | risk | still wrong | undetermined | healed | without finding |\n\
         |--:|---|---|--:|--:|--:|--:|"
    ));
    for ((_, number, name), (risk, counts)) in rows {
        let [wrong, open, healed, fine] = counts.map(grouped);
        let number = number.map_or_else(|| "–".to_owned(), |number| number.to_string());
        doc.line(format_args!(
            "| {number} | {} | {} | {wrong} | {open} | {healed} | {fine} |",
            markdown(&name),
            risk.name()
        ));
    }
}

fn rules(doc: &mut Doc<'_>, matter: &Matter<'_>) {
    let mut rows: BTreeMap<_, [u64; 3]> = BTreeMap::new();
    for finding in &matter.analysis.findings {
        let row = (std::cmp::Reverse(finding.severity), finding.rule);
        let counts = rows.entry(row).or_default();
        counts[0] += 1;
        counts[1] += u64::from(finding.certainty == crate::model::Certainty::Certain);
        counts[2] += u64::from(finding.still == crate::model::Still::Wrong);
    }
    doc.line(format_args!(
        "| severity | what | rule | findings | certain | still |\n|---|---|---|--:|--:|--:|"
    ));
    for ((severity, rule), counts) in rows {
        let [all, certain, still] = counts.map(grouped);
        doc.line(format_args!(
            "| {} | {} | {rule} | {all} | {certain} | {still} |",
            severity.0.name(),
            markdown(words::rule(rule)),
        ));
    }
}
