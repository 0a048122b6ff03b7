//! The model, held against the document and against itself.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use super::*;
use crate::model::Risk;

fn free(runs: usize) -> Setting {
    Setting { runs, requests: 1, mitigations: Mitigations::NONE }
}

#[test]
fn the_number_of_states_is_pinned() {
    let counts = |runs| {
        let census = census(runs, Mitigations::NONE);
        (census.states, census.endings.len())
    };
    assert_eq!(counts(1), (36, 8));
    assert_eq!(counts(2), (916, 36));
    assert_eq!(counts(3), (28_202, 140));
}

#[test]
fn the_end_states_of_one_run_are_pinned() {
    let told: Vec<String> = census(1, Mitigations::NONE)
        .endings
        .iter()
        .map(|ending| format!("{:?} {} {}", ending.numbers, ending.name, ending.risk.name()))
        .collect();
    assert_eq!(
        told,
        [
            "[] not handed over none",
            "[1] complete success none",
            "[2, 6] both attested, the first with both labels high",
            "[3, 5] both attested high",
            "[] not handed over, the first with both labels medium",
            "[] none attested, the first without a label medium",
            "[] the first without a label medium",
            "[4] none attested low",
        ]
    );
}

#[test]
fn the_six_states_of_the_document_are_all_reached_and_two_pairs_are_one() {
    let endings = census(1, Mitigations::NONE).endings;
    let numbers: BTreeSet<Vec<u8>> =
        endings.iter().map(|e| e.numbers.clone()).filter(|n| !n.is_empty()).collect();
    assert_eq!(numbers, BTreeSet::from([vec![1], vec![2, 6], vec![3, 5], vec![4]]));
    let well: Vec<&Ending> = endings.iter().filter(|e| e.numbers == [1]).collect();
    assert!(well.iter().all(|ending| ending.risk == Risk::None && ending.wrongs.is_empty()));
}

#[test]
fn what_the_table_calls_wrong_is_not_well() {
    for ending in census(2, Mitigations::NONE).endings {
        assert_eq!(ending.wrongs.is_empty(), ending.risk == Risk::None, "{}", ending.name);
    }
}

/// Counts paths one by one, without merging what comes to the same.
fn walk(state: &State, setting: &Setting, ends: &mut BTreeMap<State, u128>) {
    let actions = actions(state, setting);
    if actions.is_empty() {
        *ends.entry(*state).or_default() += 1;
    }
    for action in actions {
        walk(&step(state, setting, &action), setting, ends);
    }
}

#[test]
fn exploring_finds_what_walking_every_path_finds() {
    for mitigations in Mitigations::all_sets() {
        for requests in 1..=2 {
            let setting = Setting { runs: 2, requests, mitigations };
            let mut walked = BTreeMap::new();
            walk(&init(), &setting, &mut walked);
            let found: BTreeMap<State, u128> =
                explore(&setting).ends.into_iter().map(|end| (end.state, end.ways)).collect();
            assert_eq!(found, walked, "{}", mitigations.name());
        }
    }
}

#[test]
fn a_path_leads_where_it_says() {
    for runs in 1..=3 {
        for end in explore(&free(runs)).ends {
            let mut state = init();
            for action in &end.path {
                assert!(actions(&state, &free(runs)).contains(action));
                state = step(&state, &free(runs), action);
            }
            assert_eq!(state, end.state);
        }
    }
}

#[test]
fn every_run_ends_under_every_set_of_mitigations() {
    for mitigations in Mitigations::all_sets() {
        for requests in 1..=3 {
            let setting = Setting { runs: 3, requests, mitigations };
            for end in explore(&setting).ends {
                let is_over = |run: &Run| matches!(run.at, At::Done | At::Broken);
                assert!(end.state.runs[..3].iter().all(is_over), "{}", mitigations.name());
            }
        }
    }
}

#[test]
fn two_sets_leave_nothing_open_and_no_single_one_does() {
    let atlas = atlas(3, Mitigations::NONE);
    let cures: Vec<String> = atlas.cures().into_iter().map(Mitigations::name).collect();
    assert_eq!(cures, ["lock + dedup + atomic", "dedup + atomic + validate"]);
    let open = |mitigation| {
        let row = atlas.leaves(Mitigations::NONE.with(mitigation)).expect("a row");
        row.open.iter().map(|(wrong, failures)| (wrong.name(), *failures)).collect::<Vec<_>>()
    };
    assert_eq!(open(Mitigation::Atomic), [("dual-attested", 0), ("dual-active", 0)]);
    assert!(open(Mitigation::Lock).contains(&("dual-active", 0)));
    assert!(open(Mitigation::Dedup).contains(&("dual-attested", 0)));
}

#[test]
fn without_a_failure_two_runs_end_in_two_wrong_ways() {
    let endings = census(2, Mitigations::NONE).endings;
    let raced: Vec<&str> = endings
        .iter()
        .filter(|ending| ending.failures() == 0 && !ending.wrongs.is_empty())
        .map(|ending| ending.name.as_str())
        .collect();
    assert_eq!(raced, ["two attested", "two Active"]);
}
