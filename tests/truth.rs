//! Generated truth: every certain anomaly is found, and nothing is said for certain that did not
//! happen.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use credtrail::app::analyze;
use credtrail::app::analyze::Question;
use credtrail::app::generate;
use credtrail::app::generate::Drill;
use credtrail::app::generate::Order;
use credtrail::ingest::Options;
use credtrail::ingest::source::Input;
use credtrail::model::Analysis;
use credtrail::model::Certainty;
use credtrail::model::Finding;
use credtrail::model::Profile;
use credtrail::model::Severity;
use credtrail::model::Still;

fn order(logger: &str, seed: u64, therapists: usize, digits: u8) -> Order {
    Order {
        therapists,
        bad: therapists / 5,
        plot: None,
        seed,
        logger: generate::find(logger).expect("a logger"),
        digits,
        skew_ms: 0,
        repeated: 20,
        noise: 30,
        from: 1_751_587_200_000_000_000,
    }
}

fn question() -> Question {
    Question {
        profile: Profile::default(),
        from: None,
        to: None,
        therapist: None,
        severity: Severity::Info,
    }
}

fn analysis(drill: &Drill) -> Analysis {
    let inputs = [Input::Memory("drill.log".to_owned(), drill.log())];
    let evidence = analyze::gather(&inputs, &question(), &Options::default()).expect("reads");
    analyze::judge(evidence, &question())
}

/// How well a reader did.
#[derive(Default, Debug)]
struct Score {
    certain: usize,
    certain_found: usize,
    possible: usize,
    possible_found: usize,
    /// Certain findings, and those of them without a cause.
    said: usize,
    false_alarms: usize,
    /// Possible findings on therapists of whom nothing is wrong.
    doubts: usize,
    misses: BTreeMap<String, Vec<String>>,
}

impl Score {
    fn take(&mut self, drill: &Drill) {
        let analysis = analysis(drill);
        let unread: u64 = analysis.sources.iter().map(|source| source.sheet.unread).sum();
        assert_eq!(unread, 0, "{drill:?}");
        let mut of: BTreeMap<&str, Vec<&Finding>> = BTreeMap::new();
        for finding in analysis.findings.iter().filter(|f| f.severity > Severity::Info) {
            of.entry(finding.therapist.as_str()).or_default().push(finding);
        }
        for fate in &drill.truth().therapists {
            let found = of.remove(fate.therapist.as_str()).unwrap_or_default();
            for expected in &fate.expected {
                let is_it = |finding: &&&Finding| {
                    finding.rule.0 == expected.rule
                        && finding.certainty >= expected.certainty
                        && (!expected.still || finding.still == Still::Wrong)
                };
                let is_found = found.iter().any(|finding| is_it(&finding));
                let (all, well) = match expected.certainty {
                    Certainty::Certain => (&mut self.certain, &mut self.certain_found),
                    Certainty::Possible => (&mut self.possible, &mut self.possible_found),
                };
                *all += 1;
                *well += usize::from(is_found);
                if !is_found {
                    let what = format!(
                        "missed {} {:?} in {}",
                        expected.rule, expected.certainty, fate.plot
                    );
                    self.misses.entry(what).or_default().push(fate.therapist.clone());
                }
            }
            for finding in found {
                if finding.certainty == Certainty::Possible {
                    self.doubts += usize::from(fate.expected.is_empty());
                    continue;
                }
                self.said += 1;
                if !fate.allowed.contains(finding.rule.0) {
                    self.false_alarms += 1;
                    let what = format!("false {} in {}", finding.rule.0, fate.plot);
                    self.misses.entry(what).or_default().push(fate.therapist.clone());
                }
            }
        }
        assert!(of.is_empty(), "findings about nobody: {:?}", of.keys().collect::<BTreeSet<_>>());
    }
}

#[test]
fn first() {
    let mut score = Score::default();
    for logger in ["sidekiq-text"] {
        for seed in 0..2 {
            score.take(&generate::drill(order(logger, seed, 1000, 3)));
        }
    }
    let misses: Vec<_> =
        score.misses.iter().map(|(k, v)| (k, v.len(), &v[..v.len().min(4)])).collect();
    println!("{score:?}");
    println!("{misses:#?}");
}
