//! Tables from the outside: files, SQL and what is said when a question is wrong.
//! `UPDATE_DOCS=1 cargo test --test tables` writes the answers in docs/queries.md anew.

#![cfg(feature = "tables")]

mod common;

use std::process::Command;

use assert_cmd::cargo::CommandCargoExt;
use credtrail::app::analyze;
use credtrail::app::analyze::Question;
use credtrail::app::generate;
use credtrail::app::tables;
use credtrail::app::tables::Face;
use credtrail::app::tables::Form;
use credtrail::app::tables::Tables;
use credtrail::frame;
use credtrail::ingest::Options;
use credtrail::ingest::source::Input;
use credtrail::model::Severity;

use crate::common::memory;
use crate::common::order;
use crate::common::question;

fn asked(inputs: &[Input], options: &Options) -> Tables {
    let question = Question { severity: Severity::Low, ..question() };
    let evidence = analyze::gather(inputs, &question, options).expect("the profile is good");
    tables::tables(evidence, &question).expect("tables")
}

/// The drill of docs/queries.md.
fn drill() -> Tables {
    let order = generate::Order { bad: 20, ..order("logfmt", 7, 200, 3) };
    let log = generate::drill(order).log();
    asked(&[memory("drill.log", &log)], &Options::default())
}

fn july() -> Tables {
    asked(&[Input::File("samples/july4-2025.log".into())], &Options::default())
}

fn refused(sql: &str) -> String {
    july().query(sql).expect_err("not a question").to_string()
}

#[test]
fn the_document_asks_and_is_answered() {
    let path = "docs/queries.md";
    let known = std::fs::read_to_string(path).expect("the document");
    let tables = drill();
    let mut parts = known.split("```sql\n");
    let mut told = parts.next().unwrap_or_default().to_owned();
    let mut questions = 0;
    for part in parts {
        let (sql, rest) = part.split_once("```\n").expect("a block ends");
        let answer = tables.query(sql).unwrap_or_else(|error| panic!("{sql}\n{error}"));
        let next = rest.find("\n## ").map_or("", |at| &rest[at..]);
        told += &["```sql\n", sql, "```\n\n", &answer.shown(Face::Markdown), next].concat();
        questions += 1;
    }
    assert!(questions >= 12);
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(path, &told).expect("written");
    } else {
        assert_eq!(told, known, "UPDATE_DOCS=1 cargo test --test tables");
    }
}

#[test]
fn july_4_as_a_table_of_events() {
    let tables = july();
    let sql = "SELECT place, at, precision, kind, field, object, run, source, line FROM events";
    let answer = tables.query(sql).expect("an answer");
    insta::assert_snapshot!(answer.shown(Face::Markdown));
}

#[test]
fn tables_do_not_depend_on_threads_or_blocks() {
    let log = generate::drill(order("sidekiq-text", 3, 60, 3)).log();
    let read = |threads, block| {
        let options = Options { threads, block, ..Options::default() };
        let tables = asked(&[memory("x.log", &log)], &options);
        ["events", "runs", "findings", "therapists"].map(|name| {
            let file = |form| tables.file(name, form).expect("a file");
            (file(Form::JsonLines), file(Form::Csv), file(Form::Columns(frame::Form::Parquet)))
        })
    };
    assert!(read(1, 1 << 20) == read(4, 4096));
}

#[test]
fn an_answer_is_the_same_each_time() {
    let tables = drill();
    for sql in [
        "SELECT kind, class, COUNT(*) AS n FROM events GROUP BY kind, class",
        "SELECT host, run, COUNT(*) AS n FROM runs GROUP BY host, run ORDER BY n LIMIT 4",
        "SELECT therapist, COUNT(*) AS n FROM events GROUP BY therapist ORDER BY n DESC LIMIT 9",
    ] {
        let first = tables.query(sql).expect("an answer").shown(Face::Csv);
        for _ in 0..20 {
            assert_eq!(tables.query(sql).expect("an answer").shown(Face::Csv), first, "{sql}");
        }
    }
}

#[test]
fn a_wrong_question_is_told_what_was_meant() {
    let told = refused("SELECT therapst FROM events");
    assert!(told.contains("did you mean \"therapist\"?"), "{told}");
    let told = refused("SELECT COUNT(*) FROM event");
    assert!(told.contains("no table \"event\": did you mean \"events\"?"), "{told}");
    let told = refused("SELECT kind FROM events WHERE sevrity = 'high'");
    assert!(told.starts_with("no column \"sevrity\""), "{told}");
    let told = refused("SELECT kind FROM events GROUP BY kind ORDER BY kin");
    assert!(told.starts_with("no column \"kin\": did you mean \"kind\"?"), "{told}");
    let told = refused("SELECT date_trunc('hour', at) FROM events");
    assert!(told.contains("STRFTIME(at, '%Y-%m-%d %H:00')"), "{told}");
    let told = refused("SELECT kind FROM events WHERE object = 30278823850");
    assert!(told.starts_with("ids are text"), "{told}");
    let told = refused("SELEC 1");
    assert!(told.starts_with("SQL: ") && told.lines().count() == 1, "{told}");
}

#[test]
fn no_question_reaches_files_or_changes_tables() {
    for sql in [
        "SELECT * FROM read_csv('Cargo.toml')",
        "SELECT * FROM read_parquet('Cargo.toml')",
        "SELECT * FROM 'Cargo.toml'",
        "DROP TABLE events",
    ] {
        refused(sql);
    }
}

#[test]
fn events_of_nobody_are_there_and_are_nobodys() {
    let log = b"2025-07-04 07:04:57 INFO therapist_id=9 credentialing_hubspot_id set to 30278823850\n\
                2025-07-04 07:04:58 INFO credentialing_hubspot_id set to 30278823851\n\
                2025-07-04 07:04:59 INFO therapist_id=10 credentialing_hubspot_id set to 3027882385\n";
    let tables = asked(&[memory("x.log", log)], &Options::default());
    let answer = tables.query("SELECT therapist, line FROM events").expect("an answer");
    assert_eq!(answer.shown(Face::Csv), "therapist,line\n9,1\n10,3\n,2\n");
}

#[test]
fn files_say_what_they_are() {
    let tables = july();
    for form in [frame::Form::Parquet, frame::Form::Arrow] {
        let bytes = tables.file("events", Form::Columns(form)).expect("a file");
        let text = String::from_utf8_lossy(&bytes);
        for word in ["credtrail.schema", "credtrail/events/1", "credtrail.sources", "july4-2025"] {
            assert!(text.contains(word), "{form:?} {word}");
        }
    }
}

fn credtrail(arguments: &[&str]) -> std::process::Output {
    let mut command = Command::cargo_bin("credtrail").expect("the program");
    command.args(arguments).output().expect("it runs")
}

#[test]
fn extract_writes_by_ending() {
    let folder = tempfile::tempdir().expect("a folder");
    let magic: [(&str, &[u8]); 6] = [
        ("e.parquet", b"PAR1"),
        ("e.arrow", b"ARROW1"),
        ("e.feather", b"ARROW1"),
        ("e.ndjson", b"{\"therapist\":\"48213\",\"at\":\"2025-07-04T01:31:40"),
        ("e.JSONL", b"{\"therapist\":\"48213\""),
        ("e.csv", b"therapist,at,precision,"),
    ];
    for (name, begin) in magic {
        let path = folder.path().join(name);
        let path = path.to_str().expect("a name");
        let out = credtrail(&["extract", "samples/july4-2025.log", "-o", path]);
        assert!(out.status.success(), "{out:?}");
        let bytes = std::fs::read(path).expect("a file");
        assert!(bytes.starts_with(begin), "{name}");
    }
    let parquet = folder.path().join("e.parquet");
    let [again, first] = [parquet.to_str().expect("a name"), "samples/july4-2025.log"]
        .map(|path| credtrail(&[path, "--format", "json"]).stdout);
    assert!(!again.is_empty() && again == first);
    let out = credtrail(&["extract", "samples/july4-2025.log", "--table", "runs", "-o", "-"]);
    assert_eq!(out.stdout.split(|byte| *byte == b'\n').count() - 1, 4);
    let out = credtrail(&["extract", "samples/july4-2025.log", "-o", "-"]);
    assert_eq!(out.stdout.split(|byte| *byte == b'\n').count() - 1, 5);
    let out = credtrail(&["extract", "samples/july4-2025.log", "-o", "e.xls"]);
    assert_eq!(out.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&out.stderr).contains(".parquet"));
}

#[test]
fn nothing_of_a_log_runs_in_a_spreadsheet_or_steers_a_terminal() {
    let log = b"2025-07-04 07:04:57 INFO therapist_id=48213 credentialing_hubspot_id set to \
                30278823850 \x1b[2J\n";
    let tables = asked(&[memory("=x.log", log)], &Options::default());
    let csv = tables.file("events", Form::Csv).expect("a file");
    let csv = String::from_utf8(csv).expect("text");
    assert!(csv.contains("'=x.log") && !csv.contains('\x1b'), "{csv}");
    let answer = tables.query("SELECT text, source FROM events").expect("an answer");
    assert!(!answer.shown(Face::Markdown).contains('\x1b'));
}

#[test]
fn query_prints_in_every_format() {
    let sql = "SELECT rule, COUNT(*) AS n FROM findings GROUP BY rule ORDER BY rule";
    for (format, begin) in
        [("text", "rule "), ("csv", "rule,n\n"), ("json", "["), ("jsonl", "{"), ("markdown", "| ")]
    {
        let out = credtrail(&["query", sql, "samples/july4-2025.log", "--format", format]);
        assert!(out.status.success(), "{out:?}");
        assert!(String::from_utf8_lossy(&out.stdout).starts_with(begin), "{out:?}");
    }
    let out = credtrail(&["query", "--explain-schema"]);
    assert!(String::from_utf8_lossy(&out.stdout).contains("credtrail/therapists/1"));
    let out = credtrail(&["query", "SELECT x FROM events", "samples/july4-2025.log"]);
    assert_eq!(out.status.code(), Some(2));
}

/// The report without what a file of readings does not keep: the lines that could not be read.
fn told(inputs: &[Input]) -> String {
    let mut analysis = common::judged(inputs);
    for source in &mut analysis.sources {
        source.unread.clear();
    }
    credtrail::report::json::report(&analysis)
}

fn extracted(inputs: &[Input], form: frame::Form) -> Input {
    let tables = tables::readings(inputs, &question(), &Options::default()).expect("readings");
    let bytes = tables.file("readings", Form::Columns(form)).expect("a file");
    Input::Memory("readings.parquet".to_owned(), bytes)
}

/// All samples, each of which is its own case.
fn samples() -> Vec<Input> {
    let folders = ["samples", "samples/formats"].map(std::fs::read_dir);
    let entries = folders.into_iter().flat_map(|entries| entries.expect("a folder"));
    let mut paths: Vec<_> = entries.map(|entry| entry.expect("an entry").path()).collect();
    paths.retain(|path| path.is_file());
    paths.sort();
    paths.into_iter().map(Input::File).collect()
}

#[test]
fn every_sample_reads_back_as_it_was() {
    let samples = samples();
    assert!(samples.len() > 40);
    for sample in samples {
        let inputs = [sample];
        let expected = told(&inputs);
        for form in [frame::Form::Parquet, frame::Form::Arrow] {
            assert!(told(&[extracted(&inputs, form)]) == expected, "{}", inputs[0].name());
        }
    }
}

#[test]
fn witnesses_of_many_kinds_read_back_as_they_were_also_beside_raw_logs() {
    let samples = samples();
    let expected = told(&samples);
    assert!(told(&[extracted(&samples, frame::Form::Parquet)]) == expected);
    for nth in [2, 3, 7] {
        let of = |is_some: bool| {
            let numbered = samples.iter().enumerate();
            let chosen = numbered.filter(move |(at, _)| (at % nth == 0) == is_some);
            chosen.map(|(_, input)| input.clone()).collect::<Vec<_>>()
        };
        let mut mixed = of(false);
        mixed.push(extracted(&of(true), frame::Form::Parquet));
        assert!(told(&mixed) == expected, "every {nth}.");
    }
}

#[test]
fn a_drill_cut_in_three_reads_back_as_the_whole() {
    for logger in ["sidekiq-text", "semantic-json", "bare"] {
        let log = generate::drill(order(logger, 11, 60, 3)).log();
        let cut = log.len() / 3;
        let ends = [cut, 2 * cut].map(|at| at + memchr(&log[at..]) + 1);
        let parts = [&log[..ends[0]], &log[ends[0]..ends[1]], &log[ends[1]..]];
        let parts: Vec<_> =
            parts.iter().enumerate().map(|(at, part)| memory(&format!("{at}.log"), part)).collect();
        let files: Vec<_> = parts
            .iter()
            .map(|part| extracted(std::slice::from_ref(part), frame::Form::Arrow))
            .collect();
        assert!(told(&files) == told(&parts), "{logger}");
    }
}

fn memchr(bytes: &[u8]) -> usize {
    bytes.iter().position(|byte| *byte == b'\n').unwrap_or(0)
}

#[test]
fn a_file_that_holds_no_readings_is_refused() {
    let events = july().file("events", Form::Columns(frame::Form::Parquet)).expect("a file");
    let cut = &events[..events.len() / 2];
    for (bytes, word) in [
        (&events[..], "expected a file of credtrail/readings/1, as `credtrail extract`"),
        (cut, "tables: "),
    ] {
        let analysis = common::judged(&[memory("x.parquet", bytes)]);
        let error = analysis.sources[0].error.clone().unwrap_or_default();
        assert!(error.contains(word) && error.lines().count() == 1, "{error}");
    }
}
