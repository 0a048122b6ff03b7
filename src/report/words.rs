//! What the nouns are called in sentences. The rules floor knows what a rule finds; here stands
//! only how a heading words it, and a rule without an entry is called by its id.

use std::collections::BTreeSet;

use crate::model::Certainty;
use crate::model::Finding;
use crate::model::Label;
use crate::model::Pairing;
use crate::model::Recommendation;
use crate::model::Risk;
use crate::model::RuleId;
use crate::model::Severity;
use crate::model::Status;
use crate::report::number;
use crate::report::style::Role;

/// What each rule finds, in a few words.
const RULES: &[(&str, &str)] = &[
    ("duplicate-run", "two runs started at almost the same time"),
    ("overlapping-runs", "two runs in flight at once"),
    ("unfinished-run", "a run began and never ended"),
    ("failed-step", "a step of a run failed"),
    ("overwrite", "a field overwritten outside a clean hand-off"),
    ("rapid-writes", "different objects written in quick succession"),
    ("flip-flop", "a field went back to an earlier object"),
    ("dual-attested", "two objects \"Active Attested\" at once"),
    ("dual-active", "two objects \"Active\" at once"),
    ("dual-label", "one object \"Active\" and \"Active Attested\" at once"),
    ("none-attested", "no object \"Active Attested\" any more"),
    ("no-label", "an object lost all its labels"),
    ("field-label-mismatch", "field and label disagree"),
];

/// What a rule finds, in words.
pub(crate) fn rule(rule: RuleId) -> &'static str {
    rule_named(rule.0).unwrap_or(rule.0)
}

/// The same by a rule's name, which may be one of another version.
pub(crate) fn rule_named(id: &str) -> Option<&'static str> {
    RULES.iter().find(|(known, _)| *known == id).map(|(_, words)| *words)
}

/// Severity in a heading: it must stand out without colour.
pub(crate) fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::High => "HIGH",
        Severity::Medium => "MEDIUM",
        Severity::Low => "LOW",
        Severity::Info => "INFO",
    }
}

/// The role of a finding's heading.
pub(crate) fn role(finding: &Finding) -> Role {
    role_of(finding.severity, finding.certainty)
}

/// The role of a heading for what is so bad and so sure.
pub(crate) fn role_of(severity: Severity, certainty: Certainty) -> Role {
    match (severity, certainty) {
        (Severity::High | Severity::Medium, Certainty::Certain) => Role::Wrong,
        (Severity::High | Severity::Medium, Certainty::Possible) | (Severity::Low, _) => {
            Role::Doubt
        }
        (Severity::Info, _) => Role::Dim,
    }
}

/// How a therapist stands, in words and their role.
pub(crate) fn status(status: Status) -> (&'static str, Role) {
    match status {
        Status::Violating => ("STILL WRONG", Role::Wrong),
        Status::Undetermined => ("UNDETERMINED", Role::Doubt),
        Status::Healed => ("healed", Role::Healed),
        Status::Ok => ("ok", Role::Healed),
    }
}

/// The role of a risk.
pub(crate) fn risk(risk: Risk) -> Role {
    match risk {
        Risk::None => Role::Healed,
        Risk::Low => Role::Doubt,
        Risk::Medium | Risk::High => Role::Wrong,
    }
}

/// A recommendation by number and name: `6 therapist-level lock`.
pub(crate) fn recommendation(recommendation: Recommendation) -> String {
    format!("{} {}", recommendation.number(), recommendation.name())
}

/// A set of labels: `Active + Active Attested`, `no label`.
pub(crate) fn labels(labels: &BTreeSet<Label>) -> String {
    if labels.is_empty() {
        return "no label".to_owned();
    }
    labels.iter().map(|label| label.name()).collect::<Vec<_>>().join(" + ")
}

/// How many runs: `2 runs`, and `at least 4 runs` where they are told by their steps alone.
pub(crate) fn runs(runs: usize, pairing: Option<Pairing>) -> String {
    let runs = number::of(number::count(runs), "run");
    if pairing.is_some() { format!("at least {runs}") } else { runs }
}
