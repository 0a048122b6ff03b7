//! Laws of judging, on generated histories: what a line less, a coarser clock, other files and
//! lines told twice may change, and what not.

mod common;

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use common::judged;
use common::memory;
use common::order;
use credtrail::app::generate;
use credtrail::app::generate::Drill;
use credtrail::app::generate::Fate;
use credtrail::app::generate::LOGGERS;
use credtrail::app::generate::Order;
use credtrail::app::generate::Plot;
use credtrail::model::Analysis;
use credtrail::model::Certainty;
use credtrail::model::Label;
use credtrail::model::Severity;
use proptest::prelude::ProptestConfig;
use proptest::sample::Index;

/// How many cases each law is tried on; more with `LAW_CASES=1000 cargo test --test drill_laws`.
fn cases() -> u32 {
    std::env::var("LAW_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(32)
}

/// A drill of many plots in few lines.
fn drill(logger: usize, seed: u64, digits: u8) -> Drill {
    let logger = LOGGERS[logger % LOGGERS.len()].name();
    generate::drill(Order { bad: 24, noise: 0, ..order(logger, seed, 30, digits) })
}

fn lines(drill: &Drill) -> Vec<String> {
    let log = String::from_utf8(drill.log()).expect("UTF-8");
    log.lines().map(|line| format!("{line}\n")).collect()
}

fn told(lines: &[String]) -> Analysis {
    judged(&[memory("drill.log", lines.concat().as_bytes())])
}

/// In what two analyses differ: what is found, and how each therapist stands, without where it was
/// read.
fn difference(one: &Analysis, other: &Analysis) -> Vec<String> {
    let verdicts = |analysis: &Analysis| {
        let findings = analysis.findings.iter();
        let findings =
            findings.map(|it| format!("{} {:?} {:?}", it.therapist, it.certainty, it.summary));
        let therapists = analysis.therapists.iter().map(|it| format!("{it:?}"));
        findings.chain(therapists).collect::<BTreeSet<_>>()
    };
    let (one, other) = (verdicts(one), verdicts(other));
    let only = |of: &BTreeSet<String>, in_one: &BTreeSet<String>, sign: &str| {
        of.difference(in_one).map(|it| format!("{sign} {it}")).collect::<Vec<_>>()
    };
    [only(&one, &other, "+"), only(&other, &one, "-")].concat()
}

/// Certain accusations: therapist, rule.
fn accusations(analysis: &Analysis) -> BTreeSet<(String, &'static str)> {
    let certain = analysis.findings.iter().filter(|finding| {
        finding.certainty == Certainty::Certain && finding.severity > Severity::Info
    });
    certain.map(|finding| (finding.therapist.to_string(), finding.rule.0)).collect()
}

proptest::proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), failure_persistence: None, ..ProptestConfig::default() })]

    /// A coarser clock may turn certain into possible, and never possible into certain.
    #[test]
    fn a_coarser_clock_never_makes_certain(logger in 0_usize..11, seed in 0_u64..1_000_000) {
        let fine = accusations(&told(&lines(&drill(logger, seed, 6))));
        for digits in [3, 2, 1, 0] {
            let coarse = drill(logger, seed, digits);
            for accusation in accusations(&told(&lines(&coarse))) {
                proptest::prop_assert!(
                    fine.contains(&accusation),
                    "{:?}, {} digits: {:?}", &coarse, digits, accusation
                );
            }
        }
    }

    /// Cut into files anywhere, given in any order, with lines repeated where they overlap.
    #[test]
    fn how_lines_lie_in_files_changes_nothing(
        logger in 0_usize..11, seed in 0_u64..1_000_000,
        cuts in proptest::collection::vec(proptest::num::usize::ANY, 1..6), order in proptest::num::u64::ANY,
    ) {
        let whole = lines(&drill(logger, seed, 3));
        let mut cuts: Vec<usize> = cuts.into_iter().map(|cut| cut % (whole.len() + 1)).collect();
        cuts.extend([0, whole.len()]);
        cuts.sort_unstable();
        let mut files: Vec<_> = cuts
            .windows(2)
            .enumerate()
            .map(|(at, cut)| {
                let overlap = cut[0].saturating_sub(at * 3);
                memory(&format!("{at}.log"), whole[overlap..cut[1]].concat().as_bytes())
            })
            .collect();
        let turn = usize::try_from(order % files.len() as u64).unwrap_or(0);
        files.rotate_left(turn);
        if order % 2 == 0 {
            files.reverse();
        }
        let difference = difference(&judged(&files), &told(&whole));
        proptest::prop_assert!(difference.is_empty(), "{:#?}", difference);
    }

    /// The export of one therapist tells of him what the export of all does.
    #[test]
    fn each_therapist_is_judged_alone(
        logger in 0_usize..11, seed in 0_u64..1_000_000, groups in 2_usize..6,
    ) {
        let drill = drill(logger, seed, 3);
        let whole = told(&lines(&drill));
        let truth = drill.truth();
        for group in 0..groups {
            let mine: BTreeSet<&str> = truth.therapists.iter().enumerate().filter(|(at, _)| at % groups == group).map(|(_, fate)| fate.therapist.as_str()).collect();
            let log = drill.log_of(|therapist| mine.contains(therapist.to_string().as_str()));
            let part = judged(&[memory("part.log", &log)]);
            let of = |analysis: &Analysis| {
                let findings = analysis.findings.iter().filter(|it| mine.contains(it.therapist.as_str()));
                let therapists = analysis.therapists.iter().filter(|it| mine.contains(it.therapist.as_str()));
                (
                    findings.map(|it| format!("{:?} {:?}", it.id(), it.certainty)).collect::<BTreeSet<_>>(),
                    therapists.map(|it| format!("{it:?}")).collect::<Vec<_>>(),
                )
            };
            proptest::prop_assert_eq!(of(&part), of(&whole));
        }
    }

    /// Every line a second time in another file. Of lines that name no job and share a second with
    /// an equal one, nobody can tell copies from repetitions.
    #[test]
    fn an_export_given_twice_changes_nothing(
        logger in 0_usize..11, seed in 0_u64..1_000_000, digits in 0_u8..7, cut in proptest::prelude::any::<Index>(),
    ) {
        let is_nameless = !LOGGERS[logger].names_jobs();
        let digits = if is_nameless { digits.max(3) } else { digits };
        let whole = lines(&drill(logger, seed, digits));
        let once = told(&whole);
        let log = whole.concat();
        let twice = [memory("a.log", log.as_bytes()), memory("b.log", log.as_bytes())];
        let differs = difference(&judged(&twice), &once);
        proptest::prop_assert!(differs.is_empty(), "{:#?}", differs);
        let cut = cut.index(whole.len() + 1);
        let parts = [whole[..cut].concat(), whole[cut..].concat(), log];
        let files = parts.iter().enumerate().map(|(at, part)| memory(&format!("{at}.log"), part.as_bytes()));
        let differs = difference(&judged(&files.collect::<Vec<_>>()), &once);
        proptest::prop_assert!(differs.is_empty(), "{:#?}", differs);
    }
}

/// What an analysis says for certain of one therapist and is not so.
fn untruths(analysis: &Analysis, fate: &Fate) -> Vec<String> {
    // That the end of a run, or of the retry that made a failure good, was never logged is then so.
    let is_true = |rule: &str| {
        let is_known =
            rule == "unfinished-run" || (rule == "failed-step" && fate.plot == "retried");
        fate.allowed.contains(rule) || is_known
    };
    let accused = accusations(analysis).into_iter();
    let accused = accused.filter(|(who, rule)| *who == fate.therapist && !is_true(rule));
    let mut untruths: Vec<String> = accused.map(|(_, rule)| rule.to_owned()).collect();
    let mut verdicts = analysis.therapists.iter();
    let Some(verdict) = verdicts.find(|it| it.therapist.as_str() == fate.therapist) else {
        return untruths;
    };
    let borne = |labels: BTreeMap<String, Vec<Label>>| {
        labels.into_iter().filter(|(_, of)| !of.is_empty()).collect::<BTreeMap<_, _>>()
    };
    let told = verdict.end_state.labels.iter();
    let told = told.map(|(object, of)| (object.to_string(), of.iter().copied().collect()));
    let is_so = borne(told.collect()) == borne(fate.labels.clone());
    if verdict.end_state.certainty == Certainty::Certain && !is_so {
        untruths.push(format!("ends as {}", verdict.end_state.name));
    }
    untruths
}

/// Whichever line of a history is missing, nothing is said for certain that did not happen:
/// neither that something went wrong, nor in which state it ended.
#[test]
fn a_line_less_never_turns_a_certain_verdict_into_its_contrary() {
    let mut wrong: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut tried = 0;
    for (seed, logger) in LOGGERS.iter().enumerate() {
        for plot in Plot::ALL {
            let order = order(logger.name(), seed as u64, 4, 3);
            let drill = generate::drill(Order { bad: 4, noise: 0, plot: Some(plot), ..order });
            for fate in &drill.truth().therapists {
                let log = drill.log_of(|therapist| therapist.to_string() == fate.therapist);
                let log = String::from_utf8(log).expect("UTF-8");
                let whole: Vec<String> = log.lines().map(|line| format!("{line}\n")).collect();
                for gone in 0..whole.len() {
                    let mut left = whole.clone();
                    let line = left.remove(gone);
                    tried += 1;
                    for untruth in untruths(&told(&left), fate) {
                        let what = format!("{untruth} in {}", plot.name());
                        wrong.entry(what).or_default().push(format!("{drill:?}: {line}{log}"));
                    }
                }
            }
        }
    }
    let first: Vec<_> = wrong.iter().map(|(what, of)| (what, of.len(), &of[0])).collect();
    assert!(first.is_empty(), "{first:#?}");
    assert!(tried > 3_000, "{tried}");
}
