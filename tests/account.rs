//! What the model makes of generated histories: it can write every one of them, and what it says
//! must have happened did.

#![allow(clippy::print_stdout, reason = "the figures are for people")]

mod common;

use std::collections::BTreeMap;

use common::memory;
use common::order;
use common::question;
use credtrail::app::analyze;
use credtrail::app::generate;
use credtrail::app::generate::LOGGERS;
use credtrail::app::generate::Order;
use credtrail::app::generate::Plot;
use credtrail::app::timeline;
use credtrail::ingest::Options;
use credtrail::model::Step;
use credtrail::model::TherapistId;
use credtrail::timeline::Account;
use credtrail::timeline::Effect;
use credtrail::timeline::Fit;

fn accounts(log: &[u8], therapists: impl Iterator<Item = String>) -> Vec<(String, Account)> {
    let question = question();
    let evidence = analyze::gather(&[memory("drill.log", log)], &question, &Options::default());
    let evidence = evidence.expect("the profile is good");
    // Who died before a line named its therapist has none.
    let account = |name: String| {
        let line = timeline::timeline(&evidence, &TherapistId::new(&name), &question)?;
        Some((name, timeline::account(&line, &question.profile.worker)))
    };
    therapists.filter_map(account).collect()
}

#[test]
fn the_model_can_write_what_it_has_written() {
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    for (seed, plot) in Plot::ALL.into_iter().enumerate() {
        let logger = LOGGERS[seed % 9].name();
        let order = order(logger, seed as u64, 40, 3);
        let drill = generate::drill(Order { bad: 40, plot: Some(plot), ..order });
        let truth = drill.truth();
        let names = truth.therapists.iter().map(|fate| fate.therapist.clone());
        for (name, account) in accounts(&drill.log(), names) {
            // Two hand-offs that were asked for are in the log of one therapist at most here.
            assert_eq!(account.fit, Fit::AsLogged, "{name} of {drill:?}, {}", plot.name());
            for deeds in &account.runs {
                let all = [&deeds.seen, &deeds.failed, &deeds.unseen, &deeds.assumed, &deeds.open];
                let all: usize = all.iter().map(|list| list.len()).sum();
                assert!(all >= Step::ALL.len(), "{name}: {deeds:?}");
            }
            let stops = account.mitigations.iter().any(|(_, it)| matches!(it, Effect::Stops(_)));
            *seen.entry(plot.name()).or_default() += usize::from(stops);
        }
    }
    println!("histories that a single mitigation would have stopped, of 40 each: {seen:?}");
    assert_eq!(seen["clean"], 0);
    assert!(seen["race"] > 30 && seen["overlap"] > 30 && seen["failed-step"] > 20, "{seen:?}");
}

#[test]
fn july_4_needs_four_runs_and_one_that_read_before_the_pair() {
    let log = std::fs::read("samples/july4-2025.log").expect("a sample");
    let [(_, account)] = &accounts(&log, std::iter::once("48213".to_owned()))[..] else {
        panic!("one therapist");
    };
    assert_eq!(account.fit, Fit::AsLogged);
    assert!(account.is_start_open);
    let unseen: Vec<&[Step]> = account.runs.iter().map(|deeds| &deeds.unseen[..]).collect();
    let create = Step::Create;
    // What a run attests it has created; what it did not attest it may have failed to create.
    assert_eq!(unseen, [&[create][..], &[create], &[], &[]]);
    assert!(account.runs[2..].iter().all(|deeds| deeds.assumed == [create]));
    assert_eq!(account.runs[1].assumed, [Step::Unattest]);
    // Only before the second object took over can the run that put the first one back have read,
    // unless taking the label away failed and nobody logged it.
    let read: Vec<_> = account.runs.iter().map(|deeds| deeds.read_before_unless_failed).collect();
    assert_eq!(read, [None, None, None, Some(2)]);
    assert!(account.runs.iter().all(|deeds| deeds.read_before.is_none()));
    let effects: Vec<_> = account.mitigations.iter().map(|(it, e)| (it.name(), *e)).collect();
    assert_eq!(
        effects,
        [
            ("lock", Effect::StopsUnlessFailed(4)),
            ("dedup", Effect::Stops(3)),
            ("atomic", Effect::Leaves),
            ("rollback", Effect::Leaves),
            ("validate", Effect::Leaves),
        ]
    );
}
