//! Rules: judging. One file and one page per rule; a rule reads a complete timeline and returns
//! findings. Filtering by severity happens outside.

mod claims;
mod dual_active;
mod dual_attested;
mod dual_label;
mod duplicate_run;
mod failed_step;
mod field_label_mismatch;
mod flip_flop;
mod no_label;
mod none_attested;
mod overlapping_runs;
mod overwrite;
mod rapid_writes;
mod readings;
mod states;
mod unfinished_run;
mod verdict;
mod writes;

use crate::model::Finding;
use crate::model::Profile;
use crate::model::RuleId;
use crate::model::Severity;
use crate::model::Stamp;
use crate::timeline::Timeline;

pub use claims::claim;
pub use readings::judge_readings;
pub use verdict::unjudged;
pub use verdict::verdict;

/// What a rule may know beside the timeline.
#[derive(Clone, Copy, Debug)]
pub struct Bench<'a> {
    /// Thresholds and names.
    pub profile: &'a Profile,
    /// The last time the input shows.
    pub end: Option<Stamp>,
    /// For each source the last time it shows, or a file that continues it.
    pub ends: &'a [Option<Stamp>],
}

/// One way to be wrong. A rule overrides nothing and knows nothing but what it is given.
pub trait Rule: Sync {
    /// The id: the bad thing seen, in kebab case.
    fn id(&self) -> RuleId;
    /// What it is in a few words, for the first screen.
    fn title(&self) -> &'static str;
    /// How bad it is as a rule; a finding may be less.
    fn severity(&self) -> Severity;
    /// The page that says what it finds, why it matters, and what it cannot see.
    fn page(&self) -> &'static str;
    /// Judges one therapist.
    fn judge(&self, timeline: &Timeline, bench: &Bench<'_>) -> Vec<Finding>;
}

/// All rules; runs first, then fields, then labels, which is the order of cause and effect.
pub const RULES: &[&dyn Rule] = &[
    &duplicate_run::DuplicateRun,
    &overlapping_runs::OverlappingRuns,
    &unfinished_run::UnfinishedRun,
    &failed_step::FailedStep,
    &overwrite::Overwrite,
    &rapid_writes::RapidWrites,
    &flip_flop::FlipFlop,
    &dual_attested::DualAttested,
    &dual_active::DualActive,
    &dual_label::DualLabel,
    &none_attested::NoneAttested,
    &no_label::NoLabel,
    &field_label_mismatch::FieldLabelMismatch,
];

/// Judges one timeline by all rules, in their order.
pub fn judge(timeline: &Timeline, bench: &Bench<'_>) -> Vec<Finding> {
    RULES.iter().flat_map(|rule| rule.judge(timeline, bench)).collect()
}

/// The rule with this id.
pub fn find(id: &str) -> Option<&'static dyn Rule> {
    RULES.iter().find(|rule| rule.id().0 == id).copied()
}
