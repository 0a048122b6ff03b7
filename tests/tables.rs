//! Tables from the outside: files, SQL and what is said when a question is wrong.
//! `UPDATE_DOCS=1 cargo test --test tables` writes the answers in docs/queries.md anew.

#![cfg(feature = "tables")]

mod common;

use std::process::Command;

use assert_cmd::cargo::CommandCargoExt;
use credtrail::app::analyze;
use credtrail::app::generate;
use credtrail::app::tables;
use credtrail::app::tables::Face;
use credtrail::app::tables::Form;
use credtrail::app::tables::Tables;
use credtrail::frame;
use credtrail::ingest::Options;
use credtrail::ingest::source::Input;

use crate::common::memory;
use crate::common::order;
use crate::common::question;

fn asked(inputs: &[Input], options: &Options) -> Tables {
    let evidence = analyze::gather(inputs, &question(), options).expect("the profile is good");
    tables::tables(evidence, &question()).expect("tables")
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
        told += &format!("```sql\n{sql}```\n\n{}{next}", answer.shown(Face::Markdown));
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
    let sql = "SELECT kind, class, COUNT(*) AS n FROM events GROUP BY kind, class";
    let first = tables.query(sql).expect("an answer").shown(Face::Csv);
    for _ in 0..5 {
        assert_eq!(tables.query(sql).expect("an answer").shown(Face::Csv), first);
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
    let told = refused("SELEC 1");
    assert!(told.starts_with("SQL: ") && told.lines().count() == 1, "{told}");
}

#[test]
fn no_question_reaches_files_or_changes_tables() {
    for sql in [
        "SELECT * FROM read_csv('Cargo.toml')",
        "SELECT * FROM read_parquet('Cargo.toml')",
        "SELECT * FROM 'Cargo.toml'",
    ] {
        refused(sql);
    }
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
        ("e.ndjson", b"{\"therapist\":\"48213\",\"place\":0,\"at\":\"2025-07-04T01:31:40"),
        ("e.JSONL", b"{\"therapist\":\"48213\""),
        ("e.csv", b"therapist,place,at,"),
    ];
    for (name, begin) in magic {
        let path = folder.path().join(name);
        let path = path.to_str().expect("a name");
        let out = credtrail(&["extract", "samples/july4-2025.log", "-o", path]);
        assert!(out.status.success(), "{out:?}");
        let bytes = std::fs::read(path).expect("a file");
        assert!(bytes.starts_with(begin), "{name}");
    }
    let out = credtrail(&["extract", "samples/july4-2025.log", "-o", "-"]);
    assert_eq!(out.stdout.iter().filter(|byte| **byte == b'\n').count(), 5);
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
