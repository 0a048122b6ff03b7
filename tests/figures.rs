//! Figures from the outside: what is counted adds up, whatever the threads and the order of files,
//! and the rate of duplicates is that of the drills' truth.

#![cfg(feature = "tables")]

mod common;

use credtrail::app::analyze;
use credtrail::app::analyze::Question;
use credtrail::app::figures::Counter;
use credtrail::app::generate;
use credtrail::app::generate::Order;
use credtrail::app::generate::Plot;
use credtrail::app::tables;
use credtrail::app::tables::Face;
use credtrail::drill::Expected;
use credtrail::frame::Asked;
use credtrail::ingest::Options;
use credtrail::ingest::source::Input;
use credtrail::model::Certainty;
use credtrail::model::Figures;
use credtrail::model::GapColumn;
use credtrail::model::Hour;
use credtrail::model::Hours;

use crate::common::JULY_4;
use crate::common::memory;
use crate::common::order;
use crate::common::question;

fn counted(inputs: &[Input], question: &Question, options: &Options) -> Figures {
    let evidence = analyze::gather(inputs, question, options).expect("the profile is good");
    let mut counter = Counter::of(question);
    let analysis = analyze::judge_each(evidence, question, |timeline, _| counter.see(&timeline));
    counter.figures(&analysis).expect("figures")
}

fn figures(inputs: &[Input]) -> Figures {
    counted(inputs, &question(), &Options::default())
}

fn drill(order: Order) -> Input {
    memory("drill.log", &generate::drill(order).log())
}

fn july() -> Input {
    Input::File("samples/july4-2025.log".into())
}

/// The only number that a question about the tables of this input is answered with.
fn number(input: &Input, sql: &str) -> u64 {
    let inputs = [input.clone()];
    let evidence = analyze::gather(&inputs, &question(), &Options::default()).expect("evidence");
    let tables = tables::tables(evidence, &question(), &Asked::by(sql)).expect("tables");
    let answer = tables.query(sql).expect("an answer").shown(Face::Csv);
    answer.lines().nth(1).and_then(|line| line.parse().ok()).expect("a number")
}

#[test]
fn july_4_by_the_hour() {
    let figures = figures(&[july()]);
    let hours = figures.hours.expect("times");
    assert_eq!((hours.name, hours.columns.len()), ("hour", 7));
    assert_eq!(
        (hours.from, hours.to()),
        (JULY_4 + 3_600_000_000_000, JULY_4 + 8 * 3_600_000_000_000)
    );
    assert_eq!(hours.columns[6], Hour { runs: 3, findings: [1, 3, 0, 0] });
    assert_eq!((hours.most_runs(), hours.most_found()), (3, 4));
    assert_eq!((figures.runs, figures.therapists, figures.gaps.count()), (4, 1, 3));
}

#[test]
fn what_is_counted_adds_up() {
    let mut inputs = vec![july()];
    for (logger, digits) in [("sidekiq-text", 3), ("semantic-json", 0), ("bare", 6), ("logfmt", 3)]
    {
        inputs.push(drill(Order { skew_ms: 300, ..order(logger, 5, 80, digits) }));
    }
    for input in inputs {
        let figures = figures(std::slice::from_ref(&input));
        let number = |sql| number(&input, sql);
        let runs = figures.hours.as_ref().map_or(0, Hours::runs);
        assert_eq!(runs, number("SELECT COUNT(*) FROM runs WHERE began IS NOT NULL"));
        let found: u64 = figures.hours.iter().flat_map(|it| &it.columns).map(Hour::found).sum();
        assert_eq!(found, number("SELECT COUNT(*) FROM findings WHERE began IS NOT NULL"));
        assert_eq!(figures.runs, number("SELECT COUNT(*) FROM runs"));
        let gaps = &figures.gaps;
        assert_eq!(GapColumn::sums(&gaps.columns).iter().sum::<u64>(), gaps.count());
        assert_eq!(gaps.count(), number("SELECT COUNT(*) FROM gaps"));
        let certain = number("SELECT COUNT(*) FROM gaps WHERE within = 'certain'");
        assert_eq!(GapColumn::sums(&gaps.columns)[0], certain);
        assert_eq!(gaps.therapists, number("SELECT COUNT(DISTINCT therapist) FROM gaps"));
        let hosts = &figures.hosts;
        assert_eq!(hosts.iter().map(|host| host.runs).sum::<u64>(), figures.runs);
        let rates = figures.duplicates;
        let (certain, at_most) = (rates.certain.expect("runs"), rates.at_most.expect("runs"));
        assert!(certain.events <= at_most.events && certain.of == at_most.of);
        assert_eq!(hosts.iter().map(|host| host.duplicates).sum::<u64>(), at_most.events);
        assert!(hosts.iter().all(|host| host.duplicates <= host.found && host.found <= host.runs));
        let busy = |it: &credtrail::model::Busy| (it.findings, it.runs);
        assert!(figures.top.is_sorted_by(|one, other| busy(one) >= busy(other)));
        assert_eq!(figures.top[0].findings, number("SELECT MAX(findings) FROM therapists"));
    }
}

#[test]
fn neither_threads_nor_the_order_of_files_count() {
    let log = |seed| generate::drill(order("logfmt", seed, 60, 3)).log();
    let (one, other) = (memory("a.log", &log(1)), memory("b.log", &log(2)));
    let first = figures(&[one.clone(), other.clone()]);
    assert!(first.runs > 100 && first.hosts.len() > 1, "{first:?}");
    for (threads, block) in [(1, 1 << 20), (4, 4096), (8, 1 << 14)] {
        let options = Options { threads, block, ..Options::default() };
        assert_eq!(counted(&[other.clone(), one.clone()], &question(), &options), first);
    }
}

#[test]
fn duplicates_are_those_of_the_truth() {
    let mut seen = 0;
    for plot in Plot::ALL {
        let order = Order { bad: 40, plot: Some(plot), ..order("sidekiq-text", 3, 40, 3) };
        let drill = generate::drill(order);
        let is_duplicate =
            |it: &&Expected| it.rule == "duplicate-run" && it.certainty == Certainty::Certain;
        let fates = &drill.truth().therapists;
        let doubled = fates.iter().filter(|fate| fate.expected.iter().any(|it| is_duplicate(&it)));
        // Of three runs that start at once two are too many.
        let of_each = if plot == Plot::RaceOfThree { 2 } else { 1 };
        let expected = doubled.count() as u64 * of_each;
        let rate = figures(&[memory("drill.log", &drill.log())]).duplicates.certain.expect("runs");
        assert_eq!(rate.events, expected, "{plot:?}");
        assert!(rate.low <= rate.per_thousand && rate.per_thousand <= rate.high);
        seen += expected;
    }
    assert!(seen > 150, "{seen}");
}

#[test]
fn without_milliseconds_a_duplicate_is_only_possible() {
    let order = Order { bad: 40, plot: Some(Plot::Race), ..order("sidekiq-text", 3, 40, 0) };
    let duplicates = figures(&[drill(order)]).duplicates;
    let [certain, at_most] = [duplicates.certain, duplicates.at_most].map(|it| it.expect("runs"));
    assert_eq!((certain.events, at_most.events), (0, 40));
}

#[test]
fn runs_that_were_over_before_are_not_counted() {
    let order = Order { bad: 40, plot: Some(Plot::Race), ..order("sidekiq-text", 3, 40, 3) };
    let (input, noon) = (drill(order), JULY_4 + 12 * 3_600_000_000_000);
    let all = figures(std::slice::from_ref(&input));
    let question = Question { from: Some(noon), ..question() };
    let late = counted(std::slice::from_ref(&input), &question, &Options::default());
    let [all, late] = [all, late].map(|it| it.duplicates.certain.expect("runs"));
    assert!(0 < late.events && late.events < all.events, "{late:?} {all:?}");
    let number = |what: &str| number(&input, &format!("{what} ended >= '2025-07-04 12:00:00'"));
    assert_eq!(late.of, number("SELECT COUNT(*) FROM runs WHERE"));
    let found = number("SELECT COUNT(*) FROM findings WHERE rule = 'duplicate-run' AND");
    assert_eq!(late.events, found);
}

#[test]
fn a_run_of_another_worker_is_no_run_to_be_doubled() {
    let line = |at: &str, class: &str, jid: &str| {
        format!(
            "2025-07-04T07:04:{at}Z pid=1 tid=a class={class} jid={jid} INFO: start\n\
             2025-07-04T07:04:{at}Z pid=1 tid=a class={class} jid={jid} INFO: therapist_id=9 \
             credentialing_hubspot_id set to 30278823850\n"
        )
    };
    let mut log = line("01.000", "OtherWorker", "0f4eeea1cc7482bb35610e8a");
    log += &line("02.000", "ExtendedSignUpWorker", "1f4eeea1cc7482bb35610e8a");
    log += &line("02.200", "ExtendedSignUpWorker", "2f4eeea1cc7482bb35610e8a");
    let figures = figures(&[memory("x.log", log.as_bytes())]);
    let rate = figures.duplicates.certain.expect("runs");
    assert_eq!((figures.runs, rate.of, rate.events), (3, 2, 1));
}

#[test]
fn gaps_are_the_same_asked_for_alone_or_beside_runs() {
    let input = drill(order("logfmt", 5, 80, 3));
    let number = |sql| number(&input, sql);
    let alone = number("SELECT COUNT(*) FROM gaps WHERE gap_max_ns < 1000000000");
    assert!(alone > 2, "{alone}");
    let beside = number(
        "SELECT COUNT(*) FROM gaps AS g JOIN runs AS r ON g.therapist = r.therapist AND g.run = r.run \
         WHERE g.within = 'certain' AND r.began = g.began",
    );
    assert_eq!(alone, beside);
}
