//! Generated truth: every certain anomaly is found, nothing is said for certain that did not
//! happen, and what a coarse clock leaves open is found as possible.
//!
//! `cargo test --test truth -- --nocapture` prints the figures.

#![allow(clippy::print_stdout, reason = "the figures are for people")]

mod common;

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use credtrail::app::generate;
use credtrail::app::generate::Drill;
use credtrail::app::generate::LOGGERS;
use credtrail::app::generate::Order;
use credtrail::app::generate::Plot;
use credtrail::model::Analysis;
use credtrail::model::Certainty;
use credtrail::model::Finding;
use credtrail::model::Severity;
use credtrail::model::Still;

/// A fifth of the histories go wrong; of fifty lines one is exported twice.
fn order(logger: &str, seed: u64, therapists: usize, digits: u8) -> Order {
    Order { repeated: 20, ..common::order(logger, seed, therapists, digits) }
}

fn analysis(drill: &Drill) -> Analysis {
    common::judged(&[common::memory("drill.log", &drill.log())])
}

/// How well a reader did.
#[derive(Default, Debug)]
struct Score {
    therapists: usize,
    /// Anomalies that the log shows for certain, and those found so.
    certain: [usize; 2],
    /// Anomalies that the log leaves possible, and those found.
    possible: [usize; 2],
    /// Certain findings.
    said: usize,
    /// Possible findings about therapists of whom nothing is wrong.
    doubts: usize,
    /// What was missed, and what was said for certain without a cause.
    errors: BTreeMap<String, Vec<String>>,
}

impl Score {
    fn take(&mut self, drill: &Drill) {
        let analysis = analysis(drill);
        let unread: u64 = analysis.sources.iter().map(|source| source.sheet.unread).sum();
        assert_eq!(unread, 0, "{drill:?}");
        let mut of: BTreeMap<&str, Vec<&Finding>> = BTreeMap::new();
        for finding in analysis.findings.iter().filter(|it| it.severity > Severity::Info) {
            of.entry(finding.therapist.as_str()).or_default().push(finding);
        }
        for fate in &drill.truth().therapists {
            self.therapists += 1;
            let found = of.remove(fate.therapist.as_str()).unwrap_or_default();
            for expected in &fate.expected {
                let is_found = found.iter().any(|finding| {
                    finding.rule.0 == expected.rule
                        && finding.certainty >= expected.certainty
                        && (!expected.still || finding.still == Still::Wrong)
                });
                let [all, well] = match expected.certainty {
                    Certainty::Certain => &mut self.certain,
                    Certainty::Possible => &mut self.possible,
                };
                *all += 1;
                *well += usize::from(is_found);
                if !is_found {
                    let what = format!("missed {} {:?}", expected.rule, expected.certainty);
                    self.note(&what, fate.plot, &fate.therapist, drill);
                }
            }
            for finding in found {
                if finding.certainty == Certainty::Possible {
                    self.doubts += usize::from(fate.allowed.is_empty());
                    continue;
                }
                self.said += 1;
                if !fate.allowed.contains(finding.rule.0) {
                    let what = format!("false {}", finding.rule.0);
                    self.note(&what, fate.plot, &fate.therapist, drill);
                }
            }
        }
        assert!(of.is_empty(), "findings about nobody: {:?}", of.keys().collect::<BTreeSet<_>>());
    }

    fn note(&mut self, what: &str, plot: &str, therapist: &str, drill: &Drill) {
        let whose = format!("{therapist} of {drill:?}");
        self.errors.entry(format!("{what} in {plot}")).or_default().push(whose);
    }

    /// Prints the figures, and fails unless they are perfect.
    fn hold(&self, what: &str) {
        let share = |[all, well]: [usize; 2]| {
            // Counts of a test, far below 2^52.
            #[allow(clippy::cast_precision_loss)]
            let share = if all == 0 { 100.0 } else { well as f64 * 100.0 / all as f64 };
            format!("{well} of {all} ({share:.1} %)")
        };
        println!(
            "{what}: {} therapists; found {} of what is certain, {} of what is possible; \
             {} certain findings, {} of them false; {} doubts about the blameless",
            self.therapists,
            share(self.certain),
            share(self.possible),
            self.said,
            self.errors.iter().filter(|(what, _)| what.starts_with("false")).count(),
            self.doubts,
        );
        let first: Vec<_> = self.errors.iter().map(|(what, of)| (what, of.len(), &of[0])).collect();
        assert!(first.is_empty(), "{first:#?}");
    }
}

/// Twenty seeds of two thousand therapists at millisecond precision: all that is certain is
/// found, no alarm is false, and nobody blameless is so much as doubted.
fn hold(logger: &str) {
    let mut score = Score::default();
    let own = LOGGERS.iter().position(|other| other.name() == logger).expect("a logger");
    for seed in 0..20 {
        let seed = own as u64 * 100 + seed;
        score.take(&generate::drill(order(logger, seed, 2_000, 3)));
    }
    score.hold(logger);
    assert!(score.certain[0] > 10_000 && score.possible[0] > 1_000, "{score:?}");
    assert_eq!(score.doubts, 0);
}

#[test]
fn sidekiq_text_tells_the_truth() {
    hold("sidekiq-text");
}

#[test]
fn ruby_logger_tells_the_truth() {
    hold("ruby-logger");
}

#[test]
fn semantic_json_tells_the_truth() {
    hold("semantic-json");
}

#[test]
fn ougai_tells_the_truth() {
    hold("ougai");
}

#[test]
fn logfmt_tells_the_truth() {
    hold("logfmt");
}

/// Whatever the logger and the clock: what is certain is found as certain, what the clock cuts off
/// as possible, and nothing is said for certain without a cause. Only a start that is exported
/// twice, within one tick of a coarse clock and without a thread, leaves a doubt about the
/// blameless: it may be a redelivery.
#[test]
fn every_logger_and_precision_tells_the_truth() {
    for (digits, repeated) in [(0, 0), (0, 20), (1, 20), (3, 20), (6, 20)] {
        let mut score = Score::default();
        for (seed, logger) in LOGGERS.iter().enumerate() {
            let order = order(logger.name(), seed as u64, 500, digits);
            score.take(&generate::drill(Order { repeated, ..order }));
        }
        let what = format!("{} loggers, {digits} digits of a second", LOGGERS.len());
        score.hold(&format!("{what}, {repeated} of 1000 lines twice"));
        let has_doubt = digits < 3 && repeated > 0;
        assert!(has_doubt || score.doubts == 0, "{} doubts", score.doubts);
    }
}

#[test]
fn every_plot_is_found_out() {
    for plot in Plot::ALL.into_iter().filter(|plot| plot.is_bad()) {
        for digits in [0, 3] {
            let order = Order { plot: Some(plot), ..order("sidekiq-json", 7, 200, digits) };
            let mut score = Score::default();
            score.take(&generate::drill(order));
            score.hold(&format!("{}, {digits} digits of a second", plot.name()));
            assert!(score.certain[0] + score.possible[0] > 0, "{}", plot.name());
        }
    }
}

/// Hosts whose clocks differ by up to two seconds: nobody blameless is accused for certain.
#[test]
fn a_skewed_clock_accuses_nobody_blameless() {
    let mut said = 0;
    for seed in 0..4 {
        let order = Order { skew_ms: 2_000, ..order("sidekiq-text", seed, 1_000, 3) };
        let drill = generate::drill(order);
        let truth = drill.truth();
        let blameless = truth.therapists.iter().filter(|fate| fate.allowed.is_empty());
        let blameless: BTreeSet<&str> = blameless.map(|fate| fate.therapist.as_str()).collect();
        let findings = analysis(&drill).findings;
        let wrong = findings.iter().filter(|it| it.severity > Severity::Info);
        let (accused, others): (Vec<&Finding>, Vec<&Finding>) =
            wrong.partition(|it| blameless.contains(it.therapist.as_str()));
        let accused: Vec<_> =
            accused.into_iter().filter(|it| it.certainty == Certainty::Certain).collect();
        assert!(accused.is_empty(), "{accused:?}");
        said += others.len();
    }
    assert!(said > 1_000, "{said}");
}
