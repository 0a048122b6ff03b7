//! The outer contracts: what other programs read is what the schema files say, whatever the log.

use std::process::Command;

use assert_cmd::cargo::CommandCargoExt;
use jsonschema::Validator;
use serde_json::Value;

fn schema(name: &str) -> Validator {
    let text = std::fs::read_to_string(format!("schema/{name}")).expect("a schema file");
    let schema = serde_json::from_str(&text).expect("JSON");
    jsonschema::validator_for(&schema).expect("a schema")
}

fn run(args: &[&str]) -> Vec<u8> {
    let mut command = Command::cargo_bin("credtrail").expect("the binary is built");
    command.args(args).output().expect("runs").stdout
}

fn json(args: &[&str]) -> Value {
    serde_json::from_slice(&run(args)).expect("one JSON document")
}

fn check(validator: &Validator, value: &Value, what: &str) {
    let errors: Vec<String> = validator
        .iter_errors(value)
        .map(|error| format!("{} at {}", error, error.instance_path()))
        .collect();
    assert!(errors.is_empty(), "{what}: {errors:#?}");
}

fn samples() -> Vec<String> {
    let mut found = Vec::new();
    for folder in ["samples", "samples/formats"] {
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_file() {
                found.push(path.to_string_lossy().into_owned());
            }
        }
    }
    found.sort();
    found
}

#[test]
fn every_report_is_what_its_schema_says() {
    let report = schema("report-1.schema.json");
    for sample in samples() {
        let value = json(&["--format", "json", "--severity", "info", &sample]);
        check(&report, &value, &sample);
    }
}

#[test]
fn every_timeline_is_what_its_schema_says() {
    let timeline = schema("timeline-1.schema.json");
    for sample in samples() {
        let args = ["timeline", "48213", "--format", "json", &sample];
        let printed = run(&args);
        if !printed.is_empty() {
            check(&timeline, &serde_json::from_slice(&printed).expect("JSON"), &sample);
        }
    }
}

#[test]
fn json_lines_are_the_findings_of_the_report() {
    let report = json(&["--format", "json", "samples/july4-2025.log"]);
    let lines = run(&["--format", "jsonl", "samples/july4-2025.log"]);
    let lines: Vec<Value> = String::from_utf8(lines)
        .expect("UTF-8")
        .lines()
        .map(|line| serde_json::from_str(line).expect("one object per line"))
        .collect();
    assert_eq!(report["findings"], Value::Array(lines));
}

#[test]
fn csv_and_markdown_carry_every_finding() {
    let report = json(&["--format", "json", "samples/july4-2025.log"]);
    let count = report["findings"].as_array().expect("an array").len();
    let csv = String::from_utf8(run(&["--format", "csv", "samples/july4-2025.log"])).expect("text");
    assert_eq!(csv.lines().count(), count + 1);
    let page = run(&["--format", "markdown", "samples/july4-2025.log"]);
    let page = String::from_utf8(page).expect("text");
    assert_eq!(page.matches("\n### ").count(), count);
}

#[test]
fn a_forced_format_is_taken_and_a_wrong_one_refused() {
    let sample = "samples/formats/sidekiq7_pretty.log";
    let forced = json(&["--format", "json", "--input-format", "sidekiq-text", sample]);
    assert_eq!(forced["sources"][0]["format"], serde_json::json!(["sidekiq-text"]));
    let mut command = Command::cargo_bin("credtrail").expect("the binary is built");
    let output = command.args(["--input-format", "nonsense", sample]).output().expect("runs");
    assert_eq!(output.status.code(), Some(2));
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(told.contains("--input-format: expected") && told.contains("sidekiq-json"), "{told}");
}

#[test]
#[cfg(feature = "tables")]
fn the_statistics_of_every_report_are_what_their_schema_says() {
    let statistics = schema("statistics-1.schema.json");
    let folder = tempfile::tempdir().expect("a folder");
    let mut told = 0;
    // Pictures take their time: a few shapes of each kind of log.
    for sample in samples().iter().filter(|name| !name.contains("/formats/")) {
        let place = folder.path().join("pm");
        run(&["report", sample, "-q", "-o", &place.to_string_lossy()]);
        let Ok(text) = std::fs::read_to_string(place.join("statistics.json")) else { continue };
        let value: Value = serde_json::from_str(&text).expect("JSON");
        check(&statistics, &value, sample);
        told += 1;
        std::fs::remove_dir_all(place).expect("gone");
    }
    assert!(told > 5, "{told}");
}

#[test]
fn the_states_are_what_their_schema_says() {
    let states = schema("states-1.schema.json");
    for mitigation in ["", "lock", "lock,dedup,atomic"] {
        let asked = format!("--mitigation={mitigation}");
        let mut args = vec!["states", "--format", "json"];
        args.extend((!mitigation.is_empty()).then_some(asked.as_str()));
        let value = json(&args);
        check(&states, &value, mitigation);
        assert_eq!(value["runs"].as_array().map(Vec::len), Some(3));
    }
}
