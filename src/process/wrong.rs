//! What can be wrong with a state in which every run has ended.
//!
//! `rules` ties each of these to the rule that reports it, by an exhaustive match: a new way to be
//! wrong does not compile until a rule claims it.

use std::collections::BTreeSet;

use crate::model::Risk;
use crate::process::worker::Setting;
use crate::process::worker::State;
use crate::process::worker::has;
use crate::process::worker::members;

/// One thing that is wrong with an end state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Wrong {
    /// Two objects or more are "Active Attested": the business rule is broken.
    DualAttested,
    /// An object bears both labels.
    DualLabel,
    /// More objects are "Active" than hand-offs were asked for.
    DualActive,
    /// A field names another object than the label does.
    FieldLabelMismatch,
    /// An object that was attested is left without any label.
    NoLabel,
    /// No object is attested.
    NoneAttested,
}

impl Wrong {
    /// All of them, the worst first.
    pub const ALL: [Self; 6] = [
        Self::DualAttested,
        Self::DualLabel,
        Self::DualActive,
        Self::FieldLabelMismatch,
        Self::NoLabel,
        Self::NoneAttested,
    ];

    /// In kebab case, for JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::DualAttested => "dual-attested",
            Self::DualLabel => "dual-label",
            Self::DualActive => "dual-active",
            Self::FieldLabelMismatch => "field-label-mismatch",
            Self::NoLabel => "no-label",
            Self::NoneAttested => "none-attested",
        }
    }

    /// In a few words.
    pub fn words(self) -> &'static str {
        match self {
            Self::DualAttested => "two objects attested",
            Self::DualLabel => "an object bears both labels",
            Self::DualActive => "more objects Active than hand-offs asked for",
            Self::FieldLabelMismatch => "a field names another object than the label",
            Self::NoLabel => "an object lost all its labels",
            Self::NoneAttested => "no object attested",
        }
    }

    /// The document's risk, or ours where it has none.
    pub fn risk(self) -> Risk {
        match self {
            Self::DualAttested => Risk::High,
            Self::DualLabel | Self::DualActive | Self::FieldLabelMismatch | Self::NoLabel => {
                Risk::Medium
            }
            Self::NoneAttested => Risk::Low,
        }
    }
}

/// All that is wrong with a state in which every run has ended.
pub fn wrongs(state: &State, setting: &Setting) -> BTreeSet<Wrong> {
    Wrong::ALL.into_iter().filter(|wrong| is_wrong(*wrong, state, setting)).collect()
}

fn is_wrong(wrong: Wrong, state: &State, setting: &Setting) -> bool {
    let points_beside = |field: Option<_>, bearers| field.is_some_and(|it| !has(bearers, it));
    match wrong {
        Wrong::DualAttested => members(state.attested).count() > 1,
        Wrong::DualLabel => state.active & state.attested != 0,
        Wrong::DualActive => members(state.active).count() > setting.requests,
        // Where nothing is attested the label names no other object.
        Wrong::FieldLabelMismatch => {
            (state.attested != 0 && points_beside(state.attested_field, state.attested))
                || points_beside(state.hubspot_field, state.active)
        }
        Wrong::NoLabel => state.known & !state.active & !state.attested != 0,
        Wrong::NoneAttested => state.attested == 0,
    }
}
