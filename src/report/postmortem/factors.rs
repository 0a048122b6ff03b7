//! What may have caused it, as hypotheses with the lines for and against each, and what would have
//! helped. Nothing here is a verdict.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use crate::model::Finding;
use crate::model::Origin;
use crate::model::Outcome;
use crate::model::Recommendation;
use crate::process::Mitigation;
use crate::report::escape::markdown;
use crate::report::number::count;
use crate::report::number::of;
use crate::report::postmortem::Case;
use crate::report::postmortem::Matter;
use crate::report::postmortem::doc::Doc;
use crate::timeline::Effect;
use crate::timeline::Fit;

/// Lines cited for one hypothesis at most.
const CITED: usize = 6;

/// Therapists named for one hypothesis at most.
const NAMED: usize = 5;

/// A case that shows a hypothesis, and the lines that do.
type Shown<'a> = (&'a Case, Vec<Origin>);

/// What may have been the matter, and how a case shows it.
struct Hypothesis {
    name: &'static str,
    /// What the cases that show none of it speak for.
    against: &'static str,
    /// The lines of a case that speak for it; empty if it shows none.
    shows: fn(&Case, &[&Finding]) -> Vec<Origin>,
}

/// The hypotheses, from the job's beginning to its end.
const HYPOTHESES: &[Hypothesis] = &[
    Hypothesis {
        name: "a job was enqueued more than once",
        against: "there, no two jobs of one therapist started close together",
        shows: enqueued_twice,
    },
    Hypothesis {
        name: "one job was delivered twice",
        against: "there, no job was performed twice without a failure in between",
        shows: |case, findings| of_rule(findings, "duplicate-run", |it| is_redelivery(case, it)),
    },
    Hypothesis {
        name: "runs of one therapist are not kept apart (no lock)",
        against: "there, runs that wait for one another can have written the lines too",
        shows: overlaps,
    },
    Hypothesis {
        name: "a run acted on what it had read too early",
        against: "there, each run can have read just before its first step",
        shows: stale_reads,
    },
    Hypothesis {
        name: "label changes are not atomic: a hand-off stops half-way",
        against: "there, no step is seen to fail and no run to break off",
        shows: |_, findings| {
            let rules = ["failed-step", "unfinished-run"];
            rules.iter().flat_map(|rule| of_rule(findings, rule, |_| true)).collect()
        },
    },
    Hypothesis {
        name: "failures are swallowed: a run goes on after a step has failed",
        against: "there, no run ends well after a failed step",
        shows: swallowed,
    },
    Hypothesis {
        name: "something other than the worker writes labels or fields",
        against: "there, the worker alone can have written every line",
        shows: |case, _| match &case.account.fit {
            Fit::Never(at) => vec![case.timeline.events[*at].origin.clone()],
            Fit::AsLogged | Fit::FailedUnseen | Fit::Unmatched(_) => Vec::new(),
        },
    },
];

fn enqueued_twice(case: &Case, findings: &[&Finding]) -> Vec<Origin> {
    of_rule(findings, "duplicate-run", |finding| !is_redelivery(case, finding))
}

/// Whether the two runs of a finding are one job that was delivered twice.
fn is_redelivery(case: &Case, finding: &Finding) -> bool {
    let [earlier, later] = &finding.runs[..] else { return false };
    let later = case.timeline.runs.iter().find(|run| run.id == *later);
    later.is_some_and(|run| run.redelivery_of.as_ref() == Some(earlier))
}

fn of_rule(findings: &[&Finding], rule: &str, test: impl Fn(&Finding) -> bool) -> Vec<Origin> {
    let found = findings.iter().filter(|finding| finding.rule.0 == rule && test(finding));
    found.flat_map(|finding| finding.origins().iter().cloned()).collect()
}

fn overlaps(case: &Case, findings: &[&Finding]) -> Vec<Origin> {
    let by_lock = case.account.mitigations.iter().find_map(|(mitigation, effect)| match effect {
        Effect::Stops(at) | Effect::StopsUnlessFailed(at) if *mitigation == Mitigation::Lock => {
            Some(*at)
        }
        _ => None,
    });
    let stopped = by_lock.map(|at| case.timeline.events[at].origin.clone());
    let mut lines = of_rule(findings, "overlapping-runs", |_| true);
    lines.extend(enqueued_twice(case, findings));
    lines.extend(stopped);
    lines
}

fn stale_reads(case: &Case, _: &[&Finding]) -> Vec<Origin> {
    let deeds = case.account.runs.iter();
    let late = deeds.filter_map(|deeds| deeds.read_before.or(deeds.read_before_unless_failed));
    late.map(|at| case.timeline.events[at].origin.clone()).collect()
}

fn swallowed(case: &Case, _: &[&Finding]) -> Vec<Origin> {
    let timeline = &case.timeline;
    let runs = timeline.runs.iter();
    let runs = runs.filter(|run| !run.failed_steps.is_empty() && run.outcome == Outcome::Done);
    let lines = runs.flat_map(|run| run.events.iter()).filter_map(|at| {
        let event = &timeline.events[*at];
        let is_failure = matches!(event.kind, crate::model::EventKind::StepFailed { .. });
        is_failure.then(|| event.origin.clone())
    });
    lines.collect()
}

/// The hypotheses for which some line speaks, those with most therapists first.
pub(super) fn write(doc: &mut Doc<'_>, matter: &Matter<'_>) {
    doc.heading(2, "Contributing factors");
    doc.line(format_args!(
        "Hypotheses, each with the lines that speak for it and the cases that do not.\n"
    ));
    let mut rows: Vec<(usize, &Hypothesis, Vec<Shown<'_>>)> = Vec::new();
    let mut without = Vec::new();
    for (place, hypothesis) in HYPOTHESES.iter().enumerate() {
        let shown = matter.cases.iter().filter_map(|case| {
            let findings: Vec<&Finding> =
                case.findings(matter.analysis).map(|(_, finding)| finding).collect();
            let lines = (hypothesis.shows)(case, &findings);
            (!lines.is_empty()).then_some((case, lines))
        });
        let shown: Vec<Shown<'_>> = shown.collect();
        if shown.is_empty() {
            without.push(hypothesis.name);
        } else {
            rows.push((place, hypothesis, shown));
        }
    }
    rows.sort_by_key(|(place, _, shown)| (std::cmp::Reverse(shown.len()), *place));
    for (_, hypothesis, shown) in &rows {
        factor(doc, matter, hypothesis, shown);
    }
    if !without.is_empty() {
        doc.line(format_args!(
            "- Looked for, and no line speaks for it: {}.",
            markdown(&without.join("; "))
        ));
    }
}

fn factor(doc: &mut Doc<'_>, matter: &Matter<'_>, hypothesis: &Hypothesis, shown: &[Shown<'_>]) {
    let lines: BTreeSet<&Origin> = shown.iter().flat_map(|(_, lines)| lines).collect();
    let lines = doc.cite_all(lines, CITED);
    let showing: BTreeSet<_> = shown.iter().map(|(case, _)| &case.timeline.therapist).collect();
    let mut others: Vec<String> = matter
        .cases
        .iter()
        .map(|case| &case.timeline.therapist)
        .filter(|therapist| !showing.contains(therapist))
        .map(|therapist| markdown(therapist.as_str()))
        .collect();
    let rest = others.len().saturating_sub(NAMED);
    let of_all = count(matter.cases.len());
    let against = if others.is_empty() {
        "none of the affected therapists speaks against it".to_owned()
    } else {
        let number = of(count(others.len()), "therapist");
        others.truncate(NAMED);
        let more = if rest > 0 { format!(" and {rest} more") } else { String::new() };
        format!("{number} ({}{more}): {}", others.join(", "), hypothesis.against)
    };
    doc.line(format_args!(
        "- **{}.** For: {} of {of_all} affected ({lines}). Against: {against}.",
        markdown(&upper(hypothesis.name)),
        of(count(shown.len()), "therapist"),
    ));
}

fn upper(text: &str) -> String {
    let mut characters = text.chars();
    characters
        .next()
        .map_or_else(String::new, |first| first.to_uppercase().chain(characters).collect())
}

/// The document's recommendations that apply, and how often the model says that each would have
/// stopped the lines.
pub(super) fn recommendations(doc: &mut Doc<'_>, matter: &Matter<'_>) {
    let mut named: BTreeMap<Recommendation, u64> = BTreeMap::new();
    for recommendation in matter.analysis.findings.iter().flat_map(|it| &it.recommendations) {
        *named.entry(*recommendation).or_default() += 1;
    }
    doc.heading(2, "Recommendations that apply");
    if named.is_empty() {
        doc.line(format_args!("None: there are no findings."));
        return;
    }
    doc.line(format_args!(
        "| no. | recommendation | findings that name it | histories it would have stopped, by the model |\n\
         |--:|---|--:|---|"
    ));
    for (recommendation, findings) in named {
        let mitigation = Mitigation::ALL
            .into_iter()
            .find(|mitigation| mitigation.recommendations().contains(&recommendation));
        let checked = mitigation.map_or_else(
            || "not a matter of the worker's steps".to_owned(),
            |it| stopped(matter, it),
        );
        doc.line(format_args!(
            "| {} | {} | {findings} | {checked} |",
            recommendation.number(),
            markdown(recommendation.name()),
        ));
    }
    doc.line(format_args!(
        "\nNumbers as in credentialing-states.md; what of a set of them remains possible tells \
         `credtrail states`. Names: {}.",
        markdown(&Mitigation::ALL.map(Mitigation::name).join(", "))
    ));
}

fn stopped(matter: &Matter<'_>, mitigation: Mitigation) -> String {
    let effects = matter.cases.iter().flat_map(|case| &case.account.mitigations);
    let effects: Vec<Effect> =
        effects.filter(|(it, _)| *it == mitigation).map(|(_, effect)| *effect).collect();
    let with = |test: fn(&Effect) -> bool| effects.iter().filter(|effect| test(effect)).count();
    let stops = with(|it| matches!(it, Effect::Stops(_)));
    let unless = with(|it| matches!(it, Effect::StopsUnlessFailed(_)));
    let maybe = if unless > 0 {
        format!(", {unless} more unless a step failed unseen")
    } else {
        String::new()
    };
    format!("{stops} of {}{maybe} ({})", effects.len(), mitigation.name())
}
