//! Figures in words: what the postmortem and the page tell of them, each fact with its name.
//!
//! A figure says how many it is of, and how sure it is: rates have their interval, gaps their
//! bounds.

use chrono::DateTime;
use chrono::Utc;

use crate::model::Figures;
use crate::model::GapColumn;
use crate::model::Hours;
use crate::model::Quantile;
use crate::model::Span;
use crate::model::rate::Rate;
use crate::report::moment;
use crate::report::number::grouped;
use crate::report::number::of;

/// A fact: its name and what it says. Nothing of it comes out of a log.
pub(crate) type Fact = (String, String);

/// What a duplicate is.
pub(crate) const DUPLICATE: &str = "A duplicate is a run of the worker that a `duplicate-run` \
     finding lists after another one; intervals are Wilson's, for 95 %.";

/// All facts, from how much there was to how long people waited.
pub(crate) fn facts(figures: &Figures) -> Vec<Fact> {
    let mut facts = vec![fact(
        "runs",
        format!("{} of {}", grouped(figures.runs), of(figures.therapists, "therapist")),
    )];
    facts.extend(figures.hours.as_ref().and_then(busiest));
    let duplicates = &figures.duplicates;
    facts.extend(duplicates.certain.map(|certain| fact("duplicate runs, certain", rate(certain))));
    let open = duplicates.at_most.filter(|at_most| {
        duplicates.certain.is_some_and(|certain| certain.events < at_most.events)
    });
    facts.extend(open.map(|at_most| fact("with the possible ones", rate(at_most))));
    let gaps = &figures.gaps;
    let [certain, possible, _] = GapColumn::sums(&gaps.columns);
    let from = (of(gaps.count(), "gap"), of(gaps.therapists, "therapist"));
    facts.push(fact(
        format!("began within {} of the run before", Span(gaps.window)),
        format!(
            "{} certainly, {} possibly, of {} of {}",
            grouped(certain),
            grouped(possible),
            from.0,
            from.1
        ),
    ));
    facts.extend(gaps.quantiles.iter().map(quantile));
    facts
}

fn fact(name: impl Into<String>, value: impl Into<String>) -> Fact {
    (name.into(), value.into())
}

/// The column in which most runs began; the first of several.
fn busiest(hours: &Hours) -> Option<Fact> {
    let most = hours.most_runs();
    let column = hours.columns.iter().position(|hour| hour.runs == most && most > 0)?;
    let begin = DateTime::<Utc>::from_timestamp_nanos(hours.at(column));
    let begin = begin.format("%Y-%m-%d %H:%M");
    Some(fact(format!("busiest {}", hours.name), format!("{begin} UTC: {}", of(most, "run"))))
}

/// `11 of 1,204 runs: 9.1 per 1,000 (5.1 to 16.3)`.
fn rate(rate: Rate) -> String {
    let Rate { events, of: all, per_thousand, low, high } = rate;
    let (events, all) = (grouped(events), of(all, "run"));
    format!("{events} of {all}: {per_thousand:.1} per 1,000 ({low:.1} to {high:.1})")
}

fn quantile(quantile: &Quantile) -> Fact {
    let gap = moment::length(quantile.gap);
    match quantile.percent {
        50 => fact("median gap between runs", gap),
        percent => fact(format!("{percent} % of gaps are no longer than"), gap),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample;

    #[test]
    fn july_4_in_numbers() {
        let facts = facts(&sample::july_figures());
        let lines = facts.iter().map(|(name, value)| format!("{name}: {value}"));
        insta::assert_snapshot!(lines.collect::<Vec<_>>().join("\n"), @r"
        runs: 4 of 1 therapist
        busiest hour: 2025-07-04 07:00 UTC: 3 runs
        duplicate runs, certain: 0 of 4 runs: 0.0 per 1,000 (0.0 to 489.9)
        with the possible ones: 1 of 4 runs: 250.0 per 1,000 (45.6 to 699.4)
        began within 1 s of the run before: 0 certainly, 1 possibly, of 3 gaps of 1 therapist
        median gap between runs: 17 m 48 s
        ");
    }

    #[test]
    fn nothing_is_told_without_a_number() {
        let facts = facts(&Figures::default());
        assert_eq!(facts.len(), 2, "{facts:?}");
    }
}
