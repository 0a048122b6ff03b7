//! Measures: what is counted on both sides, and the rates that come of it.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::collections::BTreeSet;

use crate::diff::side::Side;
use crate::diff::side::Told;
use crate::model::Certainty;
use crate::model::Severity;
use crate::model::TherapistId;
use crate::model::rate::Change;
use crate::model::rate::Rate;

/// The rule whose findings are counted run by run, too.
const DUPLICATE_RUN: &str = "duplicate-run";

/// What is counted.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Measure {
    /// Findings of one rule.
    Rule(String),
    /// Runs that were one too many: those that `duplicate-run` lists after another one.
    ExtraRuns,
    /// Findings of the highest severity.
    High,
    /// All findings.
    All,
    /// Therapists with a finding.
    Therapists,
}

impl Measure {
    /// The name in JSON and tables.
    pub fn name(&self) -> &str {
        match self {
            Self::Rule(rule) => rule,
            Self::ExtraRuns => "extra runs",
            Self::High => "high severity",
            Self::All => "all findings",
            Self::Therapists => "therapists affected",
        }
    }

    /// What it is a rate of.
    pub fn unit(&self) -> Unit {
        match self {
            Self::Therapists => Unit::Therapists,
            Self::Rule(_) | Self::ExtraRuns | Self::High | Self::All => Unit::Runs,
        }
    }

    /// Whose interval it gets: a run can have several findings, but is extra or is not.
    pub fn interval(&self) -> Interval {
        match self {
            Self::ExtraRuns | Self::Therapists => Interval::Wilson,
            Self::Rule(_) | Self::High | Self::All => Interval::Garwood,
        }
    }
}

/// What a rate is per thousand of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Per thousand runs.
    Runs,
    /// Per thousand therapists.
    Therapists,
}

impl Unit {
    /// The name in JSON and tables.
    pub fn name(self) -> &'static str {
        match self {
            Self::Runs => "runs",
            Self::Therapists => "therapists",
        }
    }
}

/// Which interval a rate has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Interval {
    /// Of a proportion.
    Wilson,
    /// Of a count, exact.
    Garwood,
}

impl Interval {
    /// The name in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Wilson => "wilson",
            Self::Garwood => "garwood",
        }
    }
}

/// One measure on both sides. A rate of nothing is none.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// What is counted.
    pub measure: Measure,
    /// Before.
    pub before: Option<Rate>,
    /// After.
    pub after: Option<Rate>,
    /// How many of the events are only possible, on either side.
    pub possible: [u64; 2],
    /// From one to the other.
    pub change: Option<Change>,
}

impl Row {
    fn new(measure: Measure, [before, after]: [&Side; 2]) -> Self {
        let rate = |side: &Side| {
            let events = count(side, &measure).0;
            let of = match measure.unit() {
                Unit::Runs => side.runs(),
                Unit::Therapists => side.therapists.len() as u64,
            };
            match measure.interval() {
                Interval::Wilson => Rate::wilson(events, of),
                Interval::Garwood => Rate::poisson(events, of),
            }
        };
        let rates = [before, after].map(rate);
        let possible = [before, after].map(|side| count(side, &measure).1);
        let change = rates[0].zip(rates[1]).map(|(one, other)| Change::between(&one, &other));
        let [before, after] = rates;
        Self { measure, before, after, possible, change }
    }

    /// Events on both sides.
    pub fn events(&self) -> u64 {
        [self.before, self.after].into_iter().flatten().map(|rate| rate.events).sum()
    }
}

/// The rules that either side found anything by, the worst first, then what sums them up.
pub(super) fn rows(before: &Side, after: &Side) -> Vec<Row> {
    let mut rules: BTreeMap<&str, Severity> = BTreeMap::new();
    for told in before.findings.iter().chain(&after.findings) {
        let worst = rules.entry(told.rule.as_str()).or_insert(told.severity);
        *worst = told.severity.max(*worst);
    }
    let mut rules: Vec<(&str, Severity)> = rules.into_iter().collect();
    rules.sort_by_key(|(rule, worst)| (Reverse(*worst), *rule));
    let mut measures = Vec::new();
    for (rule, _) in rules {
        measures.push(Measure::Rule(rule.to_owned()));
        measures.extend((rule == DUPLICATE_RUN).then_some(Measure::ExtraRuns));
    }
    measures.extend([Measure::High, Measure::All, Measure::Therapists]);
    measures.into_iter().map(|measure| Row::new(measure, [before, after])).collect()
}

/// Events of a measure, and how many of them are only possible.
fn count(side: &Side, measure: &Measure) -> (u64, u64) {
    let findings = side.findings.iter();
    match measure {
        Measure::Rule(rule) => tally(findings.filter(|told| told.rule == *rule)),
        Measure::High => tally(findings.filter(|told| told.severity == Severity::High)),
        Measure::All => tally(findings),
        Measure::ExtraRuns => {
            let of_rule: Vec<&Told> = findings.filter(|told| told.rule == DUPLICATE_RUN).collect();
            let certain = of_rule.iter().copied().filter(|told| is_certain(told));
            let (all, sure) = (extra(of_rule.iter().copied()), extra(certain));
            (all, all.saturating_sub(sure))
        }
        Measure::Therapists => {
            let known = |told: &&Told| side.therapists.contains_key(&told.therapist);
            let whose = |told: &'_ Told| told.therapist.clone();
            let all: BTreeSet<TherapistId> = findings.clone().filter(known).map(whose).collect();
            let certain = findings.filter(known).filter(|told| is_certain(told));
            let sure: BTreeSet<TherapistId> = certain.map(whose).collect();
            (all.len() as u64, (all.len() - sure.len()) as u64)
        }
    }
}

fn is_certain(told: &Told) -> bool {
    told.certainty == Certainty::Certain
}

fn tally<'a>(findings: impl Iterator<Item = &'a Told>) -> (u64, u64) {
    findings
        .fold((0, 0), |(all, possible), told| (all + 1, possible + u64::from(!is_certain(told))))
}

/// Runs that a finding lists after another one, once however many list it: the duplicates of the
/// statistics (`frame/duplicates.rs`).
fn extra<'a>(findings: impl Iterator<Item = &'a Told>) -> u64 {
    let later =
        findings.flat_map(|told| told.runs.iter().skip(1).map(|run| (&told.therapist, run)));
    later.collect::<BTreeSet<_>>().len() as u64
}
