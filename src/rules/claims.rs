//! Which rule reports which wrong end state of the process model. The match is exhaustive: a new
//! way to be wrong does not compile until a rule claims it.

use crate::process::Wrong;
use crate::rules::Rule;
use crate::rules::dual_active::DualActive;
use crate::rules::dual_attested::DualAttested;
use crate::rules::dual_label::DualLabel;
use crate::rules::field_label_mismatch::FieldLabelMismatch;
use crate::rules::no_label::NoLabel;
use crate::rules::none_attested::NoneAttested;

/// The rule that reports it.
pub fn claim(wrong: Wrong) -> &'static dyn Rule {
    match wrong {
        Wrong::DualAttested => &DualAttested,
        Wrong::DualLabel => &DualLabel,
        Wrong::DualActive => &DualActive,
        Wrong::FieldLabelMismatch => &FieldLabelMismatch,
        Wrong::NoLabel => &NoLabel,
        Wrong::NoneAttested => &NoneAttested,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::rules::RULES;

    #[test]
    fn every_claim_is_made_by_a_registered_rule_of_its_own() {
        let claimed: BTreeSet<&str> = Wrong::ALL.iter().map(|wrong| claim(*wrong).id().0).collect();
        assert_eq!(claimed.len(), Wrong::ALL.len());
        assert!(claimed.iter().all(|id| RULES.iter().any(|rule| rule.id().0 == *id)));
    }
}
