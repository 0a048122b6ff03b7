//! End states of a hand-off first → second, with the document's own numbering.
//!
//! States 2 and 6, and 3 and 5, are equal by labels: which steps are seen to fail tells them
//! apart, and where the log shows none it cannot. What the document does not list gets a name of
//! its own and is never forced into one of the six.

use std::collections::BTreeSet;

use crate::model::Label;
use crate::model::Risk;
use crate::model::Step;

/// The labels of one object at the end; `None` where there is no such object.
pub type Bearing = Option<BTreeSet<Label>>;

/// An end state with its number, if the document has one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Classified {
    /// 1 to 6, or `None` beyond the document.
    pub number: Option<u8>,
    /// Numbers that look the same and cannot be ruled out.
    pub also: Vec<u8>,
    /// In words.
    pub name: String,
    /// The document's risk.
    pub risk: Risk,
}

/// Classifies labels of the first and the second object, given the steps seen to fail and whether
/// an attempt broke off on the way.
pub fn classify(
    first: &Bearing,
    second: &Bearing,
    failed: &BTreeSet<Step>,
    has_broken_off: bool,
) -> Classified {
    let is = |bearing: &Bearing, labels: &[Label]| {
        bearing.as_ref().is_some_and(|held| held.iter().eq(labels.iter()))
    };
    let is_bare = |bearing: &Bearing| bearing.as_ref().is_none_or(BTreeSet::is_empty);
    let (active, attested) = ([Label::Active], [Label::ActiveAttested]);
    let both = [Label::Active, Label::ActiveAttested];
    if is(second, &attested) {
        if is(first, &active) {
            return listed(1, "complete success", Risk::None);
        }
        if is(first, &both) {
            return dual_label(failed, has_broken_off);
        }
        if is(first, &attested) {
            return both_attested(failed);
        }
    }
    if is(first, &active) && is_bare(second) {
        return listed(4, "no object attested (step 4 fails)", Risk::Low);
    }
    beyond(first, second)
}

fn listed(number: u8, name: &str, risk: Risk) -> Classified {
    Classified { number: Some(number), also: Vec::new(), name: name.to_owned(), risk }
}

/// State 2 if step 3 alone is seen to fail, 6 if the failures are partial or several.
fn dual_label(failed: &BTreeSet<Step>, has_broken_off: bool) -> Classified {
    let only_unattest = failed.iter().eq([&Step::Unattest]);
    if only_unattest && !has_broken_off {
        return listed(2, "both objects attested (step 3 fails)", Risk::High);
    }
    if !failed.is_empty() || has_broken_off {
        return listed(6, "dual labels on the first object (partial failures)", Risk::Medium);
    }
    let name = "both objects attested, the first Active too (2 or 6: no step is seen to fail)";
    Classified { also: vec![6], ..listed(2, name, Risk::High) }
}

/// State 3 if step 2 alone is seen to fail, 5 if steps 2 and 3 are.
fn both_attested(failed: &BTreeSet<Step>) -> Classified {
    if failed.contains(&Step::Activate) && failed.contains(&Step::Unattest) {
        return listed(5, "both objects attested (steps 2 and 3 fail)", Risk::High);
    }
    if failed.contains(&Step::Activate) {
        return listed(3, "both objects attested (step 2 fails)", Risk::High);
    }
    let name = "both objects attested (3 or 5: the log does not show which step failed)";
    Classified { also: vec![5], ..listed(3, name, Risk::High) }
}

/// Pairs that credentialing-states.md does not list.
fn beyond(first: &Bearing, second: &Bearing) -> Classified {
    let has = |bearing: &Bearing, label| bearing.as_ref().is_some_and(|held| held.contains(&label));
    let attested = [first, second].iter().filter(|b| has(b, Label::ActiveAttested)).count();
    let active = [first, second].iter().filter(|b| has(b, Label::Active)).count();
    let is_mixed =
        [first, second].iter().any(|b| has(b, Label::Active) && has(b, Label::ActiveAttested));
    let (name, risk) = match (attested, active) {
        (2, _) => ("both objects attested, with further labels", Risk::High),
        (1, _) if is_mixed => ("one object both Active and Active Attested", Risk::Medium),
        (1, _) if has(first, Label::ActiveAttested) && second.is_some() => {
            ("hand-off not done: the first object is still attested", Risk::Low)
        }
        (1, _) if first.is_none() => ("first attestation", Risk::None),
        (1, _) if second.is_none() => ("one object attested", Risk::None),
        (1, _) => ("second object attested, the first without any label", Risk::Medium),
        (0, 2) => ("both objects Active, none attested", Risk::Medium),
        (0, 1) if second.is_none() => ("one object Active, none attested", Risk::Low),
        (0, 1) => ("none attested, only the second object Active", Risk::Medium),
        _ if first.is_none() && second.is_none() => {
            ("not told: no line names an object of the hand-off", Risk::Low)
        }
        _ => ("no object bears a label", Risk::Low),
    };
    Classified { number: None, also: Vec::new(), name: name.to_owned(), risk }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ACTIVE: &[Label] = &[Label::Active];
    const ATTESTED: &[Label] = &[Label::ActiveAttested];
    const BOTH: &[Label] = &[Label::Active, Label::ActiveAttested];

    fn number(
        first: &[Label],
        second: &[Label],
        failed: &[Step],
        broken: bool,
    ) -> (Option<u8>, Vec<u8>) {
        let bearing = |labels: &[Label]| Some(labels.iter().copied().collect());
        let failed = failed.iter().copied().collect();
        let state = classify(&bearing(first), &bearing(second), &failed, broken);
        (state.number, state.also)
    }

    #[test]
    fn the_six_states_of_the_document() {
        use Step::Activate;
        use Step::Attest;
        use Step::Unattest;
        assert_eq!(number(ACTIVE, ATTESTED, &[], false), (Some(1), vec![]));
        assert_eq!(number(BOTH, ATTESTED, &[Unattest], false), (Some(2), vec![]));
        assert_eq!(number(ATTESTED, ATTESTED, &[Activate], false), (Some(3), vec![]));
        assert_eq!(number(ACTIVE, &[], &[Attest], false), (Some(4), vec![]));
        assert_eq!(number(ATTESTED, ATTESTED, &[Activate, Unattest], false), (Some(5), vec![]));
        assert_eq!(number(BOTH, ATTESTED, &[Activate, Unattest], false), (Some(6), vec![]));
        assert_eq!(number(BOTH, ATTESTED, &[], true), (Some(6), vec![]));
    }

    #[test]
    fn equal_labels_without_a_seen_failure_are_undecidable() {
        assert_eq!(number(BOTH, ATTESTED, &[], false), (Some(2), vec![6]));
        assert_eq!(number(ATTESTED, ATTESTED, &[], false), (Some(3), vec![5]));
    }

    #[test]
    fn what_the_document_does_not_list_is_not_forced_into_it() {
        assert_eq!(number(&[], ATTESTED, &[Step::Activate], false), (None, vec![]));
        assert_eq!(number(ATTESTED, &[], &[Step::Create], false), (None, vec![]));
        assert_eq!(number(ACTIVE, ACTIVE, &[], false), (None, vec![]));
    }
}
