//! What several tests need: inputs from memory, and judging as the program does.

#![allow(dead_code, reason = "no test needs all of it")]

use credtrail::app::analyze;
use credtrail::app::analyze::Question;
use credtrail::app::generate;
use credtrail::app::generate::Order;
use credtrail::ingest::Options;
use credtrail::ingest::source::Input;
use credtrail::model::Analysis;
use credtrail::model::Profile;

/// 2025-07-04 00:00:00 UTC.
pub(crate) const JULY_4: i64 = 1_751_587_200_000_000_000;

/// All findings, of all time, of all therapists.
pub(crate) fn question() -> Question {
    Question::new(Profile::default())
}

pub(crate) fn memory(name: &str, bytes: &[u8]) -> Input {
    Input::Memory(name.to_owned(), bytes.to_vec())
}

pub(crate) fn judged(inputs: &[Input]) -> Analysis {
    judged_with(inputs, &Options::default())
}

pub(crate) fn judged_with(inputs: &[Input], options: &Options) -> Analysis {
    let evidence = analyze::gather(inputs, &question(), options).expect("the profile is good");
    analyze::judge(evidence, &question())
}

/// A drill in which a fifth goes wrong.
pub(crate) fn order(logger: &str, seed: u64, therapists: usize, digits: u8) -> Order {
    Order {
        therapists,
        bad: therapists / 5,
        plot: None,
        seed,
        logger: generate::find(logger).expect("a logger"),
        digits,
        skew_ms: 0,
        repeated: 0,
        noise: 30,
        from: JULY_4,
    }
}
