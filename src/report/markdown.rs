//! The analysis as Markdown, to be pasted into a ticket or a postmortem.
//!
//! Takes an [`Analysis`], gives GitHub-flavoured Markdown: the answer, what was read, one row per
//! therapist, then each finding with its evidence. All text of the log is escaped.

use std::fmt::Write as _;

use crate::model::Analysis;
use crate::model::EndState;
use crate::model::Finding;
use crate::model::Origin;
use crate::model::SourceReport;
use crate::model::Status;
use crate::report::escape::markdown;
use crate::report::escape::printable;
use crate::report::moment::Days;
use crate::report::moment::since;
use crate::report::moment::span;
use crate::report::number::grouped;
use crate::report::number::of;
use crate::report::number::percent;
use crate::report::place::place;
use crate::report::words;

/// Of a longer line only the beginning is shown; its place leads to the rest.
const SHOWN: usize = 240;

/// The whole document.
pub fn document(analysis: &Analysis) -> String {
    let mut out = String::new();
    answer(&mut out, analysis);
    sources(&mut out, analysis);
    therapists(&mut out, analysis);
    if !analysis.findings.is_empty() {
        out.push_str("\n## Findings\n");
    }
    let days = Days::of(None);
    for (at, found) in analysis.findings.iter().enumerate() {
        finding(&mut out, at + 1, found, &analysis.sources, &days);
    }
    out
}

fn line(out: &mut String, text: std::fmt::Arguments<'_>) {
    // Writing to a String cannot fail.
    let _ = writeln!(out, "{text}");
}

fn answer(out: &mut String, analysis: &Analysis) {
    let of_status = |status| {
        let is = analysis.therapists.iter().filter(|verdict| verdict.status == status);
        u64::try_from(is.count()).unwrap_or(u64::MAX)
    };
    let wrong = of_status(Status::Violating);
    line(out, format_args!("# Credentialing states: {} still wrong\n", of(wrong, "therapist")));
    let (healed, open) = (of_status(Status::Healed), of_status(Status::Undetermined));
    let fine = of_status(Status::Ok);
    line(
        out,
        format_args!(
            "{wrong} still wrong, {healed} healed, {open} undetermined, {fine} without a finding."
        ),
    );
    if let Some(window) = analysis.window {
        line(out, format_args!("\nThe logs cover {} UTC.", span(window)));
    }
    for note in &analysis.notes {
        line(out, format_args!("\n> {}", markdown(note)));
    }
}

fn sources(out: &mut String, analysis: &Analysis) {
    out.push_str("\n## What was read\n\n");
    out.push_str("| source | format | lines | used | ignored | unread |\n");
    out.push_str("|---|---|--:|--:|--:|--:|\n");
    for source in &analysis.sources {
        let sheet = &source.sheet;
        let [lines, used, ignored, unread] =
            [sheet.lines, sheet.used, sheet.ignored, sheet.unread].map(grouped);
        let format = format!("{} {}", source.format.join(" › "), percent(source.confidence));
        let error = source.error.as_ref().map_or_else(String::new, |error| format!(" ({error})"));
        line(
            out,
            format_args!(
                "| {}{} | {} | {lines} | {used} | {ignored} | {unread} |",
                markdown(&source.name),
                markdown(&error),
                markdown(&format),
            ),
        );
    }
}

fn therapists(out: &mut String, analysis: &Analysis) {
    let is_worth = |status: &Status| *status != Status::Ok;
    let shown: Vec<_> = analysis.therapists.iter().filter(|v| is_worth(&v.status)).collect();
    if shown.is_empty() {
        return;
    }
    out.push_str("\n## Therapists\n\n");
    out.push_str("| therapist | status | ends as | risk | labels | fields |\n");
    out.push_str("|---|---|---|---|---|---|\n");
    for verdict in shown {
        let end = &verdict.end_state;
        line(
            out,
            format_args!(
                "| {} | {} | {}{} | {} | {} | {} |",
                markdown(verdict.therapist.as_str()),
                verdict.status.name(),
                end.number.map_or_else(String::new, |number| format!("{number}: ")),
                markdown(&end.name),
                end.risk.name(),
                labels(end),
                fields(end),
            ),
        );
    }
}

fn labels(end: &EndState) -> String {
    let one = |(object, labels): (&crate::model::ObjectId, &_)| {
        format!("{} {}", markdown(object.as_str()), words::labels(labels))
    };
    end.labels.iter().map(one).collect::<Vec<_>>().join("<br>")
}

fn fields(end: &EndState) -> String {
    let one = |(field, object): (&crate::model::Field, &Option<crate::model::ObjectId>)| {
        let object = object.as_ref().map_or("none", |object| object.as_str());
        format!("{} = {}", markdown(field.name()), markdown(object))
    };
    end.fields.iter().map(one).collect::<Vec<_>>().join("<br>")
}

fn finding(
    out: &mut String,
    number: usize,
    finding: &Finding,
    sources: &[SourceReport],
    days: &Days,
) {
    let rule = words::rule(finding.rule);
    let severity = words::severity(finding.severity);
    let therapist = markdown(finding.therapist.as_str());
    line(out, format_args!("\n### {number}. {severity}: {rule} (therapist {therapist})\n"));
    line(out, format_args!("{}.\n", markdown(&finding.summary)));
    let certainty = finding.certainty.name();
    line(out, format_args!("- `{}`, {certainty}, {}", finding.rule, since(finding, days)));
    if let Some(gap) = finding.gap {
        line(out, format_args!("- gap {}", markdown(&gap.to_string())));
    }
    let named = |out: &mut String, name: &str, values: Vec<String>| {
        if !values.is_empty() {
            line(out, format_args!("- {name} {}", values.join(", ")));
        }
    };
    named(out, "objects", finding.objects.iter().map(|o| markdown(o.as_str())).collect());
    named(out, "runs", finding.runs.iter().map(|r| markdown(r.as_str())).collect());
    let advice = |r: &crate::model::Recommendation| format!("{} ({})", r.number(), r.name());
    named(out, "would have helped:", finding.recommendations.iter().map(advice).collect());
    out.push_str("\n| where | what the log says |\n|---|---|\n");
    for origin in finding.origins() {
        line(out, format_args!("| {} | {} |", markdown(&place(origin, sources)), text(origin)));
    }
}

fn text(origin: &Origin) -> String {
    let text = printable(&origin.text);
    let cut: String = text.chars().take(SHOWN).collect();
    let more = if cut.len() < text.len() { "…" } else { "" };
    format!("{}{more}", markdown(&cut))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample::HOSTILE;
    use crate::report::sample::hostile;
    use crate::report::sample::july_4;

    #[test]
    fn july_4_as_markdown() {
        insta::assert_snapshot!(document(&july_4()));
    }

    #[test]
    fn hostile_text_is_no_markup() {
        let text = document(&hostile(HOSTILE));
        assert!(!text.contains("<script") && !text.contains('\x1b'), "{text}");
        for line in text.lines().filter(|line| line.starts_with("| ")) {
            let bars = line.replace("\\|", "").matches('|').count();
            assert!([3, 7].contains(&bars), "{line}");
        }
    }
}
