//! Tables from the outside: files, SQL and what is said when a question is wrong.
//! `UPDATE_DOCS=1 cargo test --test tables` writes the answers in docs/queries.md anew.

#![cfg(feature = "tables")]

mod common;

use std::io::Write as _;
use std::process::Command;
use std::process::Stdio;

use assert_cmd::cargo::CommandCargoExt;
use credtrail::app::analyze;
use credtrail::app::analyze::Question;
use credtrail::app::generate;
use credtrail::app::tables;
use credtrail::app::tables::Face;
use credtrail::app::tables::Form;
use credtrail::app::tables::Tables;
use credtrail::frame;
use credtrail::frame::Asked;
use credtrail::frame::Schema;
use credtrail::frame::schema;
use credtrail::ingest::Options;
use credtrail::ingest::source::Input;
use credtrail::model::Severity;
use credtrail::model::TherapistId;

use crate::common::memory;
use crate::common::order;
use crate::common::question;

/// All forms of a file.
const FORMS: [Form; 4] = [
    Form::Columns(frame::Form::Parquet),
    Form::Columns(frame::Form::Arrow),
    Form::JsonLines,
    Form::Csv,
];

fn asked(inputs: &[Input], options: &Options) -> Tables {
    let question = Question { severity: Severity::Low, ..question() };
    let evidence = analyze::gather(inputs, &question, options).expect("the profile is good");
    tables::tables(evidence, &question, &Asked::all()).expect("tables")
}

/// One of the tables as a file.
fn file(tables: &Tables, schema: &Schema, form: Form) -> Vec<u8> {
    let mut bytes = Vec::new();
    tables.write(schema, form, &mut bytes).expect("a file");
    bytes
}

/// The file that every command reads back.
fn extracted(inputs: &[Input], options: &Options, form: Form) -> Vec<u8> {
    let question = Question { severity: Severity::Low, ..question() };
    let evidence = analyze::gather(inputs, &question, options).expect("the profile is good");
    let mut bytes = Vec::new();
    tables::extract(evidence, &question, form, &mut bytes).expect("a file");
    bytes
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
        let inputs = [memory("x.log", &log)];
        let tables = asked(&inputs, &options);
        FORMS.map(|form| {
            let tables = schema::ALL.map(|schema| file(&tables, schema, form));
            (extracted(&inputs, &options, form), tables)
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
    for form in FORMS {
        let inputs = [Input::File("samples/july4-2025.log".into())];
        let bytes = extracted(&inputs, &Options::default(), form);
        let text = String::from_utf8_lossy(&bytes);
        for word in ["schema", "credtrail/events/1", "version", "sources", "july4-2025", "ignored"]
        {
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
        ("e.csv", b"therapist,place,at,precision,"),
    ];
    for (name, begin) in magic {
        let path = folder.path().join(name);
        let path = path.to_str().expect("a name");
        let out = credtrail(&["extract", "samples/july4-2025.log", "-o", path]);
        assert!(out.status.success(), "{out:?}");
        let bytes = std::fs::read(path).expect("a file");
        assert!(bytes.starts_with(begin), "{name}");
    }
    let first = credtrail(&["samples/july4-2025.log", "--format", "json"]).stdout;
    for (name, _) in magic {
        let path = folder.path().join(name);
        let again = credtrail(&[path.to_str().expect("a name"), "--format", "json"]).stdout;
        assert!(!again.is_empty() && again == first, "{name}");
    }
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
    let csv = file(&tables, &schema::EVENTS, Form::Csv);
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

fn told(inputs: &[Input]) -> String {
    credtrail::report::json::report(&common::judged(inputs))
}

/// The inputs as one file that stands for them.
fn instead(inputs: &[Input], form: Form) -> Input {
    Input::Memory("events".to_owned(), extracted(inputs, &Options::default(), form))
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
        for form in FORMS {
            assert!(told(&[instead(&inputs, form)]) == expected, "{} {form:?}", inputs[0].name());
        }
    }
}

#[test]
fn witnesses_of_many_kinds_read_back_as_they_were_also_beside_raw_logs() {
    let samples = samples();
    let expected = told(&samples);
    for form in FORMS {
        assert!(told(&[instead(&samples, form)]) == expected, "{form:?}");
    }
    for (nth, form) in [2, 3, 5, 7].into_iter().zip(FORMS) {
        let of = |is_some: bool| {
            let numbered = samples.iter().enumerate();
            let chosen = numbered.filter(move |(at, _)| (at % nth == 0) == is_some);
            chosen.map(|(_, input)| input.clone()).collect::<Vec<_>>()
        };
        let mut mixed = of(false);
        mixed.push(instead(&of(true), form));
        assert!(told(&mixed) == expected, "every {nth}. as {form:?}");
    }
}

#[test]
fn what_was_read_back_is_written_as_before() {
    let samples = samples();
    for form in FORMS {
        let once = instead(&samples, form);
        let twice = instead(std::slice::from_ref(&once), form);
        assert!(once == twice, "{form:?}");
    }
}

#[test]
fn a_question_of_events_alone_is_answered_from_the_file_as_from_the_logs() {
    let samples = samples();
    let question = Question { severity: Severity::Low, ..question() };
    for sql in [
        "SELECT * FROM events",
        "SELECT COUNT(*) FROM events",
        "SELECT therapist, run, kind, COUNT(*) AS n FROM events GROUP BY therapist, run, kind",
    ] {
        let asked = Asked::by(sql);
        let answer = |tables: &Tables| tables.query(sql).expect("an answer").shown(Face::JsonLines);
        let evidence = analyze::gather(&samples, &question, &Options::default()).expect("reads");
        let expected = answer(&tables::tables(evidence, &question, &asked).expect("tables"));
        for form in [frame::Form::Parquet, frame::Form::Arrow] {
            let file = instead(&samples, Form::Columns(form));
            let kept = tables::kept(&[file], &question, &asked).expect("events alone");
            assert!(answer(&kept) == expected, "{form:?} {sql}");
        }
    }
    let file = instead(&samples, Form::Columns(frame::Form::Parquet));
    let files = std::slice::from_ref(&file);
    let asked = Asked::by("SELECT kind FROM events");
    let narrowed = Question { therapist: Some(TherapistId::new("48213")), ..question.clone() };
    assert!(tables::kept(files, &narrowed, &asked).is_none());
    let mut other = question.clone();
    other.profile.window_ms += 1;
    assert!(tables::kept(files, &other, &asked).is_none());
    assert!(tables::kept(files, &question, &Asked::by("SELECT * FROM runs")).is_none());
}

#[test]
fn a_drill_cut_in_three_reads_back_as_the_whole() {
    for (logger, form) in
        ["sidekiq-text", "semantic-json", "bare", "sidekiq-json"].into_iter().zip(FORMS)
    {
        let log = generate::drill(order(logger, 11, 60, 3)).log();
        let cut = log.len() / 3;
        let ends = [cut, 2 * cut].map(|at| at + memchr(&log[at..]) + 1);
        let parts = [&log[..ends[0]], &log[ends[0]..ends[1]], &log[ends[1]..]];
        let parts: Vec<_> =
            parts.iter().enumerate().map(|(at, part)| memory(&format!("{at}.log"), part)).collect();
        let files: Vec<_> =
            parts.iter().map(|part| instead(std::slice::from_ref(part), form)).collect();
        assert!(told(&files) == told(&parts), "{logger}");
    }
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(24))]

    /// Drills with lines torn, bytes that are no text, quotes and formulas in between.
    #[test]
    fn whatever_was_read_reads_back(
        seed in 0_u64..1000,
        logger in proptest::sample::select(vec!["sidekiq-text", "semantic-json", "logfmt", "bare"]),
        scars in proptest::collection::vec((proptest::num::usize::ANY, 0_usize..7), 0..12),
    ) {
        let mut log = generate::drill(order(logger, seed, 12, 3)).log();
        for (at, scar) in scars {
            let at = at % log.len();
            let scar: &[u8] = match scar {
                0 => b"\xff\xfe",
                1 => b"\"",
                2 => b"\n=cmd() therapist_id=1 credentialing_hubspot_id set to ?\n",
                3 => b"\x1b[31m",
                4 => b"\t,;'",
                5 => "\u{202e}\u{e9}".as_bytes(),
                _ => b"\n",
            };
            log.splice(at..at, scar.iter().copied());
        }
        let inputs = [memory("=torn.log", &log)];
        let expected = told(&inputs);
        for form in FORMS {
            proptest::prop_assert!(told(&[instead(&inputs, form)]) == expected, "{:?}", form);
        }
    }
}

#[test]
fn packed_and_piped_files_read_back_too() {
    let inputs = [Input::File("samples/july4-2025.log".into())];
    let expected = told(&inputs);
    for form in FORMS {
        let bytes = extracted(&inputs, &Options::default(), form);
        let packed = zstd::encode_all(&*bytes, 3).expect("packed");
        assert!(told(&[memory("events.zst", &packed)]) == expected, "{form:?}");
        let mut command = Command::cargo_bin("credtrail").expect("the program");
        let mut child = command
            .args(["--format", "json", "--severity", "info", "-"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("it runs");
        child.stdin.take().expect("a pipe").write_all(&bytes).expect("written");
        let out = child.wait_with_output().expect("it ends");
        assert!(String::from_utf8_lossy(&out.stdout) == expected, "{form:?}");
    }
}

#[test]
fn rows_that_are_left_say_what_they_say() {
    let inputs = [Input::File("samples/july4-2025.log".into())];
    for form in [Form::JsonLines, Form::Csv] {
        let bytes = extracted(&inputs, &Options::default(), form);
        let lines: Vec<&[u8]> = bytes.split_inclusive(|byte| *byte == b'\n').collect();
        // Without the first row nothing tells which sources there were.
        let head = usize::from(form == Form::Csv);
        let left = [&lines[..head], &lines[head + 1..]].concat().concat();
        let analysis = common::judged(&[memory("left", &left)]);
        assert_eq!(analysis.sources[0].name, "samples/july4-2025.log");
        assert_eq!((analysis.sources[0].sheet.lines, analysis.sources[0].sheet.used), (4, 4));
        assert_eq!(analysis.therapists[0].events, 4);
        // Two files one after the other are two files; the same twice is the same once.
        let twice = [&bytes[..], &bytes[..]].concat();
        let analysis = common::judged(&[memory("twice", &twice)]);
        assert_eq!((analysis.sources.len(), analysis.therapists[0].events), (2, 5));
        assert_eq!(analysis.findings.len(), common::judged(&inputs).findings.len());
    }
}

fn memchr(bytes: &[u8]) -> usize {
    bytes.iter().position(|byte| *byte == b'\n').unwrap_or(0)
}

#[test]
fn a_file_that_holds_no_events_is_refused() {
    let runs = file(&july(), &schema::RUNS, Form::Columns(frame::Form::Parquet));
    let cut = &runs[..runs.len() / 2];
    for (bytes, word) in [
        (&runs[..], "expected a file of credtrail/events/1, as `credtrail extract`"),
        (cut, "tables: "),
        (
            b"{\"kind\":1,\"witness\":\"\",\"printed_ns\":1,\"earliest_ns\":1,\"until_ns\":1}",
            "line 1",
        ),
        (b"kind,witness,printed_ns,earliest_ns,until_ns\n", "expected a column therapist"),
    ] {
        let analysis = common::judged(&[memory("x", bytes)]);
        let error = analysis.sources[0].error.clone().unwrap_or_default();
        assert!(error.contains(word) && error.lines().count() == 1, "{error}");
    }
}
