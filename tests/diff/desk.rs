//! What comparisons are tried on, and how their answers are looked at.

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::Command;
use std::process::Output;
use std::process::Stdio;

use assert_cmd::cargo::CommandCargoExt;
use jsonschema::Validator;
use serde_json::Value;

/// Every class and every reason, by which each day's log is one side.
pub(crate) const MONDAY: &str = "\
2025-07-07T07:00:00Z therapist_id=1 credentialing_active_attested_id set to 100
2025-07-07T07:04:56Z therapist_id=1 credentialing_hubspot_id set to 100
2025-07-07T07:04:57Z therapist_id=1 credentialing_active_attested_id set to 200
2025-07-07T07:22:44Z therapist_id=1 credentialing_hubspot_id set to 200
2025-07-07T07:46:38Z therapist_id=1 credentialing_hubspot_id set to 100
";

/// The same therapist's field goes back once more, and another one's too.
pub(crate) const MONDAY_LATER: &str = "\
2025-07-07T08:10:00Z therapist_id=1 credentialing_hubspot_id set to 300
2025-07-07T08:20:00Z therapist_id=1 credentialing_hubspot_id set to 100
2025-07-07T09:00:00Z therapist_id=2 credentialing_hubspot_id set to 500
2025-07-07T09:10:00Z therapist_id=2 credentialing_hubspot_id set to 600
2025-07-07T09:20:00Z therapist_id=2 credentialing_hubspot_id set to 500
";

/// Weeks later, of somebody else.
const AUGUST: &str = "\
2025-08-07T07:00:00Z therapist_id=9 credentialing_hubspot_id set to 900
2025-08-07T07:10:00Z therapist_id=9 credentialing_active_attested_id set to 901
";

/// A folder with the logs, and the program to run in it.
pub(crate) struct Desk {
    folder: tempfile::TempDir,
}

impl Desk {
    pub(crate) fn new() -> Self {
        let desk = Self { folder: tempfile::tempdir().expect("a folder") };
        desk.put("monday.log", MONDAY);
        desk.put("longer.log", &format!("{MONDAY}{MONDAY_LATER}"));
        desk.put("august.log", AUGUST);
        desk
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn put(&self, name: &str, text: &str) {
        fs::write(self.path().join(name), text).expect("writes");
    }

    pub(crate) fn run(&self, words: &[&str]) -> Output {
        self.command(words).stdin(Stdio::null()).output().expect("runs")
    }

    pub(crate) fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::cargo_bin("credtrail").expect("the program");
        command.args(words).current_dir(self.path()).env_remove("COLUMNS");
        command
    }

    pub(crate) fn piped(&self, words: &[&str], input: &[u8]) -> Output {
        let mut command = self.command(words);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("starts");
        child.stdin.take().expect("a pipe").write_all(input).expect("writes");
        child.wait_with_output().expect("ends")
    }

    /// A comparison as JSON, held against its schema.
    pub(crate) fn json(&self, words: &[&str]) -> Value {
        let output = self.run(&[&["diff", "--format", "json"], words].concat());
        let value = serde_json::from_slice(&output.stdout);
        let value = value.unwrap_or_else(|error| panic!("{error}: {}", said(&output)));
        check(&value);
        value
    }

    /// Drills of two weeks, each with so many of three hundred therapists going wrong.
    pub(crate) fn drills(&self, [(before, bad), (after, still_bad)]: [(&str, &str); 2]) {
        self.drill(before, bad, "1", "2025-07-04T00:00:00Z");
        self.drill(after, still_bad, "2", "2025-07-11T00:00:00Z");
    }

    fn drill(&self, name: &str, bad: &str, seed: &str, begin: &str) {
        let words = [
            "generate",
            "--therapists",
            "300",
            "--bad",
            bad,
            "--seed",
            seed,
            "--begin",
            begin,
            "-o",
            name,
        ];
        assert!(self.run(&words).status.success());
    }

    /// The JSON report of a log, in a file.
    pub(crate) fn report(&self, log: &str, name: &str) {
        let output = self.run(&["--format", "json", log]);
        fs::write(self.path().join(name), output.stdout).expect("writes");
    }
}

pub(crate) fn sample(name: &str) -> String {
    let path = fs::canonicalize(Path::new("samples").join(name)).expect("a sample");
    path.to_str().expect("UTF-8").to_owned()
}

fn schema() -> Validator {
    let text = fs::read_to_string("schema/diff-1.schema.json").expect("a schema file");
    jsonschema::validator_for(&serde_json::from_str(&text).expect("JSON")).expect("a schema")
}

fn check(value: &Value) {
    let validator = schema();
    let errors: Vec<String> =
        validator.iter_errors(value).map(|it| format!("{it} at {}", it.instance_path())).collect();
    assert!(errors.is_empty(), "{errors:#?}");
}

pub(crate) fn said(output: &Output) -> String {
    String::from_utf8_lossy(&[&output.stdout[..], &output.stderr[..]].concat()).into_owned()
}

/// What remains of a comparison without what its sides are called.
pub(crate) fn nameless(mut value: Value) -> Value {
    for side in ["before", "after"] {
        value[side]["name"] = Value::Null;
        value[side]["kind"] = Value::Null;
    }
    value
}

/// The findings of a class: rule, therapist, and why it is there.
pub(crate) fn of(value: &Value, class: &str) -> Vec<String> {
    let findings = value["findings"].as_array().expect("a list");
    let own = findings.iter().filter(|finding| finding["class"] == class);
    let told = own.map(|finding| {
        let side = if finding["after"].is_null() { "before" } else { "after" };
        let because = finding["because"].as_str().or(finding["matched"].as_str()).expect("one");
        let [rule, whose] =
            ["rule", "therapist"].map(|it| finding[side][it].as_str().expect("a text"));
        format!("{rule} {whose} {because}")
    });
    told.collect()
}

pub(crate) fn ids(value: &Value, class: &str, side: &str) -> Vec<String> {
    let findings = value["findings"].as_array().expect("a list");
    let own = findings.iter().filter(|finding| finding["class"] == class);
    let mut ids: Vec<String> =
        own.map(|it| it[side]["id"].as_str().expect("an id").to_owned()).collect();
    ids.sort();
    ids
}
