//! The samples' stories, as findings and end states: one test per promise.

use std::collections::BTreeSet;
use std::io::Write;
use std::process::Output;

use assert_cmd::Command;
use serde_json::Value;

fn credtrail(args: &[&str]) -> Output {
    let mut command = Command::cargo_bin("credtrail").expect("the binary is built");
    command.env_clear().args(args).output().expect("it runs")
}

fn json(args: &[&str]) -> Value {
    let output = credtrail(&[args, &["--format", "json"]].concat());
    serde_json::from_slice(&output.stdout).expect("one JSON document")
}

fn rules(report: &Value) -> Vec<String> {
    let findings = report["findings"].as_array().expect("an array");
    let mut rules: Vec<String> =
        findings.iter().map(|f| f["rule"].as_str().expect("an id").to_owned()).collect();
    rules.sort();
    rules
}

fn finding<'a>(report: &'a Value, rule: &str) -> &'a Value {
    let findings = report["findings"].as_array().expect("an array");
    findings.iter().find(|finding| finding["rule"] == rule).expect("the rule fires")
}

#[test]
fn july_4_reads_as_the_document_tells_it() {
    let report = json(&["samples/july4-2025.log"]);
    assert_eq!(rules(&report), ["dual-active", "flip-flop", "overwrite", "rapid-writes"]);
    let overwrite = finding(&report, "overwrite");
    assert_eq!(overwrite["from"], "2025-07-04T07:04:57Z");
    assert_eq!(overwrite["objects"], serde_json::json!(["30278823850", "30272441773"]));
    assert_eq!(overwrite["gap_ms"], serde_json::json!({"min": 0, "max": 2000}));
    assert_eq!(finding(&report, "rapid-writes")["certainty"], "possible");
    assert_eq!(finding(&report, "flip-flop")["to"], "2025-07-04T07:46:38Z");
    let active = finding(&report, "dual-active");
    assert_eq!((&active["from"], &active["still"]), (&"2025-07-04T07:22:44Z".into(), &true.into()));
    assert_eq!(report["therapists"][0]["status"], "violating");
    assert!(report["therapists"][0]["runs"].as_u64().expect("a count") >= 3);
    let recommended: BTreeSet<u64> = report["findings"]
        .as_array()
        .expect("an array")
        .iter()
        .flat_map(|finding| finding["recommendations"].as_array().expect("an array"))
        .filter_map(Value::as_u64)
        .collect();
    assert!(recommended.is_superset(&BTreeSet::from([5, 6, 7, 8])));
}

#[test]
fn a_file_standard_input_and_gzip_tell_the_same() {
    let text = std::fs::read("samples/july4-2025.log").expect("a sample");
    let piped = |bytes: Vec<u8>| -> Value {
        let mut command = Command::cargo_bin("credtrail").expect("the binary is built");
        let output = command.args(["--format", "json"]).write_stdin(bytes).output().expect("runs");
        serde_json::from_slice(&output.stdout).expect("one JSON document")
    };
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(&text).expect("memory");
    let packed = encoder.finish().expect("memory");
    let plain = piped(text);
    let gzipped = piped(packed.clone());
    assert_eq!(plain["findings"], gzipped["findings"]);
    assert_eq!(rules(&plain), rules(&json(&["samples/july4-2025.log"])));
    assert_eq!(gzipped["sources"][0]["format"][0], "gzip");
    // Cut off: what was readable is analysed, the error is shown, and the exit code says so.
    let mut command = Command::cargo_bin("credtrail").expect("the binary is built");
    let cut = packed[..packed.len() - 12].to_vec();
    let output = command.write_stdin(cut).output().expect("runs");
    assert_eq!(output.status.code(), Some(4));
}

#[test]
fn every_end_state_sample_has_its_number() {
    for number in 1..=6 {
        let report = json(&[&format!("samples/end-state-{number}.log")]);
        assert_eq!(report["therapists"][0]["end_state"]["state"], number);
    }
}

#[test]
fn a_healthy_day_and_a_retry_yield_nothing() {
    for sample in ["samples/healthy-day.log", "samples/retry.log", "samples/end-state-1.log"] {
        let report = json(&[sample]);
        assert_eq!(rules(&report), Vec::<String>::new(), "{sample}");
        assert_eq!(report["therapists"][0]["status"], "ok");
    }
}

#[test]
fn close_starts_are_certain_and_cut_to_seconds_possible() {
    let report = json(&["samples/duplicate-run.log"]);
    assert_eq!(finding(&report, "duplicate-run")["certainty"], "certain");
    let text = std::fs::read_to_string("samples/duplicate-run.log").expect("a sample");
    let cut: Vec<String> =
        text.lines().map(|line| format!("{}Z{}", &line[..19], &line[24..])).collect();
    let cut = cut.join(
        "
",
    );
    let mut command = Command::cargo_bin("credtrail").expect("the binary is built");
    let output = command.args(["--format", "json"]).write_stdin(cut).output().expect("runs");
    let report = serde_json::from_slice(&output.stdout).expect("one JSON document");
    assert_eq!(finding(&report, "duplicate-run")["certainty"], "possible");
}

#[test]
fn far_starts_that_overlap_are_no_duplicates() {
    let rules = rules(&json(&["samples/overlapping-runs.log"]));
    assert!(rules.contains(&"overlapping-runs".to_owned()));
    assert!(!rules.contains(&"duplicate-run".to_owned()));
}

#[test]
fn a_redelivered_job_is_a_duplicate() {
    assert_eq!(rules(&json(&["samples/redelivery.log"])), ["duplicate-run"]);
}

/// The five assignments of therapist 48213, cut to the digits that the format prints.
const TRUTH: [(&str, &str, &str); 5] = [
    ("01:31:40.312454", "credentialing_active_attested_id", "30278823850"),
    ("07:04:56.312454", "credentialing_hubspot_id", "30278823850"),
    ("07:04:57.048931", "credentialing_active_attested_id", "30272441773"),
    ("07:22:44.127640", "credentialing_hubspot_id", "30272441773"),
    ("07:46:38.254009", "credentialing_hubspot_id", "30278823850"),
];

#[test]
fn every_format_tells_the_five_assignments_and_the_four_runs() {
    let mut files = 0;
    for entry in std::fs::read_dir("samples/formats").expect("a folder") {
        let path = entry.expect("an entry").path();
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        let is_whole =
            ["sidekiq", "rails_default", "logfmt", "edge_bom", "edge_invalid", "docker", "kube"];
        if !is_whole.iter().any(|start| name.starts_with(start)) {
            continue;
        }
        files += 1;
        let line = json(&["timeline", "48213", &path.to_string_lossy()]);
        let assigned: Vec<&Value> = line["events"]
            .as_array()
            .expect("an array")
            .iter()
            .filter(|event| event["kind"] == "assigned")
            .collect();
        assert_eq!(assigned.len(), 5, "{name}");
        for (event, (time, field, object)) in assigned.iter().zip(TRUTH) {
            assert_eq!((&event["field"], &event["object"]), (&field.into(), &object.into()));
            if let Some(at) = event["at"].as_str() {
                let printed = at.trim_start_matches("2025-07-04T").trim_end_matches('Z');
                assert!(time.starts_with(printed), "{name}: {at} and {time}");
            }
        }
        let outcomes: Vec<(u64, &str)> = line["runs"]
            .as_array()
            .expect("an array")
            .iter()
            .map(|run| (run["attempt"].as_u64().expect("1"), run["outcome"].as_str().expect("x")))
            .collect();
        assert_eq!(outcomes, [(1, "done"), (1, "failed"), (2, "done"), (1, "done")], "{name}");
        assert!(!line.to_string().contains("30281190442"), "{name}: of another therapist");
    }
    assert!(files >= 11, "only {files} samples");
}

/// The assignments of a therapist as (time, field, object), and how many lines tell each.
fn assigned(args: &[&str]) -> Vec<(String, String, String, usize)> {
    let line = json(&[&["timeline", "48213"], args].concat());
    let events = line["events"].as_array().expect("an array").iter();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let writes = events.filter(|event| event["kind"] == "assigned").map(|event| {
        let lines = event["origins"].as_array().expect("an array").len();
        let at = text(&event["at"]).replace("2025-07-04T", "").replace('Z', "");
        (at, text(&event["field"]), text(&event["object"]), lines)
    });
    writes.collect()
}

#[test]
fn every_audit_trail_tells_the_five_assignments_to_the_microsecond() {
    for file in [
        "audited_audits.jsonl",
        "logidze_log_data.jsonl",
        "paper_trail_versions_copy_text.tsv",
        "paper_trail_versions_jsonb.jsonl",
        "paper_trail_versions_yaml.jsonl",
    ] {
        let expected = TRUTH.map(|(at, field, object)| (at.into(), field.into(), object.into(), 1));
        assert_eq!(assigned(&[&format!("samples/formats/{file}")]), expected, "{file}");
    }
}

#[test]
fn one_story_in_every_source_has_five_assignments() {
    let files = [
        "sidekiq7_pretty.log",
        "audited_audits.jsonl",
        "logidze_log_data.jsonl",
        "paper_trail_versions_copy_text.tsv",
        "paper_trail_versions_yaml.jsonl",
        "rails_default_formatter_activejob.log",
    ];
    let paths = files.map(|file| format!("samples/formats/{file}"));
    let paths: Vec<&str> = paths.iter().map(String::as_str).collect();
    let expected = TRUTH.map(|(at, field, object)| (at.into(), field.into(), object.into(), 6));
    assert_eq!(assigned(&paths), expected);
}

#[test]
fn a_portals_numbers_are_named_in_the_profile() {
    let calls = "samples/formats/hubspot_associations_v4_put_calls.jsonl";
    let line = json(&["timeline", "48213", "--profile", "samples/hubspot-portal.toml", calls]);
    let events = line["events"].as_array().expect("an array").iter();
    let kinds: Vec<&str> = events.filter_map(|event| event["kind"].as_str()).collect();
    assert_eq!(kinds, ["labelled", "unlabelled", "labelled", "unlabelled", "labelled"]);
}

#[test]
fn hubspots_webhooks_are_second_witnesses_and_deliveries_count_once() {
    let bodies = std::fs::read_to_string("samples/formats/hubspot_webhooks_flat.json");
    let events: Vec<Value> =
        serde_json::from_str(&bodies.expect("a sample")).expect("an array of events");
    let lines: Vec<String> = events.iter().map(Value::to_string).collect();
    let told = |paths: &[&str]| -> Value {
        let profile = ["--profile", "samples/hubspot-portal.toml", "--format", "json"];
        let mut command = Command::cargo_bin("credtrail").expect("the binary is built");
        let command = command.args(["timeline", "48213"]).args(profile).args(paths).arg("-");
        let output = command.write_stdin(lines.join("\n")).output().expect("it runs");
        serde_json::from_slice(&output.stdout).expect("one JSON document")
    };
    let count = |line: &Value, kind: &str| {
        line["events"].as_array().expect("an array").iter().filter(|e| e["kind"] == kind).count()
    };
    for (paths, labelled) in [(&[][..], 2), (&["samples/formats/sidekiq7_pretty.log"][..], 3)] {
        let line = told(paths);
        assert_eq!((count(&line, "assigned"), count(&line, "created")), (5, 1), "{paths:?}");
        assert_eq!(count(&line, "labelled"), labelled, "{paths:?}");
        let again = line["events"]
            .as_array()
            .expect("an array")
            .iter()
            .find(|event| event["field"] == "credentialing_hubspot_id");
        let origins = again.expect("an assignment")["origins"].as_array().expect("an array");
        assert_eq!(origins.len(), 2 + paths.len());
    }
}

#[test]
fn the_clients_debug_log_tells_what_hubspot_answered() {
    let file = "samples/formats/hubspot_api_client_debug.log";
    let line = json(&["timeline", "48213", file]);
    let events = line["events"].as_array().expect("an array").iter();
    let kinds: Vec<&str> = events.filter_map(|event| event["kind"].as_str()).collect();
    let (before, after) = (["created", "assigned", "unlabelled", "labelled"], ["assigned"; 4]);
    assert_eq!(kinds, [&before[..], &after].concat());
    assert_eq!(line["events"][3]["at"], "2025-07-04T07:04:55.902890Z");
}

#[test]
fn errors_say_what_and_where() {
    let cases: &[(&[&str], i32, &str)] = &[
        (&["no-such.log"], 4, "no-such.log"),
        (&["LICENSE-MIT"], 3, "inconclusive"),
        (&["--from", "yesterday", "samples/july4-2025.log"], 2, "--from: expected a time"),
        (&["--profile", "README.md", "samples/july4-2025.log"], 2, "README.md: "),
        (&["--tz", "Mars", "samples/july4-2025.log"], 2, "--tz: expected a zone"),
        (&["rules", "nonsense"], 2, "no rule `nonsense`"),
    ];
    for (args, code, word) in cases {
        let output = credtrail(args);
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(*code), "{args:?}: {told}");
        assert!(told.contains(word), "{args:?}: {told}");
    }
}

#[test]
fn a_profile_says_where_it_is_wrong() {
    let folder = tempfile::tempdir().expect("a folder");
    let cases = [
        ("window_ms = \"soon\"\n", "line 1"),
        ("worker = \"W\"\nwindow = 3\n", "line 2"),
        ("[[statement]]\nname = \"ours\"\ncontains = \"x\"\npattern = \"(?<field\"\n", "ours"),
    ];
    for (text, place) in cases {
        let path = folder.path().join("profile.toml");
        std::fs::write(&path, text).expect("a file");
        let path = path.to_string_lossy().into_owned();
        let output = credtrail(&["--profile", &path, "samples/july4-2025.log"]);
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{text}: {told}");
        assert!(told.contains(place), "{text}: {told}");
    }
}

#[test]
fn what_cannot_be_read_is_named_and_the_rest_is_judged() {
    let folder = tempfile::tempdir().expect("a folder");
    let missing = folder.path().join("gone.log").to_string_lossy().into_owned();
    let output = credtrail(&["--format", "json", &missing, "samples/july4-2025.log"]);
    assert_eq!(output.status.code(), Some(4));
    assert!(String::from_utf8_lossy(&output.stderr).contains("gone.log"));
    let report: Value = serde_json::from_slice(&output.stdout).expect("one JSON document");
    assert_eq!(report["therapists"][0]["status"], "violating");
    let packed = folder.path().join("torn.gz");
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::none());
    gzip.write_all(&std::fs::read("samples/july4-2025.log").expect("a sample")).expect("memory");
    let packed_bytes = gzip.finish().expect("memory");
    std::fs::write(&packed, &packed_bytes[..packed_bytes.len() - 9]).expect("a file");
    let output = credtrail(&["--format", "json", &packed.to_string_lossy()]);
    assert_eq!(output.status.code(), Some(4));
    let report: Value = serde_json::from_slice(&output.stdout).expect("one JSON document");
    assert!(report["sources"][0]["error"].is_string());
    assert!(report["sources"][0]["used"].as_u64() >= Some(4), "what was readable is judged");
}

#[test]
fn bare_times_need_a_day_and_stay_in_order_without_one() {
    let text = std::fs::read_to_string("samples/july4-2025.log").expect("a sample");
    let bare: Vec<&str> = text.lines().map(|line| &line[11..]).collect();
    let bare = bare.join("\n");
    let piped = |args: &[&str]| -> Value {
        let mut command = Command::cargo_bin("credtrail").expect("the binary is built");
        let output = command.args(args).write_stdin(bare.clone()).output().expect("runs");
        serde_json::from_slice(&output.stdout).expect("one JSON document")
    };
    let dated = piped(&["--format", "json", "--date", "2025-07-04"]);
    assert_eq!(rules(&dated), rules(&json(&["samples/july4-2025.log"])));
    let line = piped(&["timeline", "48213", "--format", "json"]);
    let events = line["events"].as_array().expect("an array");
    assert_eq!(events.len(), 5);
    assert!(events.iter().all(|event| event["at"].is_null()));
}

#[test]
fn a_reader_that_goes_away_is_success() {
    use std::process::Stdio;
    let mut child = std::process::Command::new(assert_cmd::cargo::cargo_bin("credtrail"))
        .args(["--format", "json", "samples/healthy-day.log"])
        .stdout(Stdio::piped())
        .spawn()
        .expect("runs");
    drop(child.stdout.take());
    assert_eq!(child.wait().expect("ends").code(), Some(0));
}

#[test]
fn an_unknown_format_is_never_green_and_can_be_taught() {
    let folder = tempfile::tempdir().expect("a folder");
    let log = folder.path().join("own.log").to_string_lossy().into_owned();
    let lines = [
        "~ptr credentialing_active_attested_id ~> 30278823850 @48213",
        "~ptr credentialing_hubspot_id ~> 30278823850 @48213",
        "~ptr credentialing_hubspot_id ~> 30272441773 @48213",
        "~ptr credentialing_hubspot_id ~> 30278823850 @48213",
    ];
    std::fs::write(&log, lines.join("\n")).expect("a file");
    let output = credtrail(&[&log]);
    assert_eq!(output.status.code(), Some(3));
    let told = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(told.contains("INCONCLUSIVE") && told.contains("[[statement]]"), "{told}");
    for line in &lines[..3] {
        assert!(told.contains(line), "three examples are shown: {told}");
    }
    let profile = folder.path().join("own.toml").to_string_lossy().into_owned();
    let statement = "[[statement]]\nname = \"ptr\"\ncontains = \"~ptr\"\n\
        pattern = '~ptr (?<field>\\w+) ~> (?<to>\\d+) @(?<therapist>\\d+)'\n";
    std::fs::write(&profile, statement).expect("a file");
    let output = credtrail(&["--format", "json", "--profile", &profile, &log]);
    assert_eq!(output.status.code(), Some(0));
    let report: Value = serde_json::from_slice(&output.stdout).expect("one JSON document");
    assert!(rules(&report).contains(&"flip-flop".to_owned()));
}

#[test]
fn formats_are_listed_and_explained() {
    let listed = credtrail(&["formats"]).stdout;
    let listed = String::from_utf8_lossy(&listed).into_owned();
    for name in ["docker", "datadog-csv", "sidekiq-text", "paper-trail", "proves "] {
        assert!(listed.contains(name), "{name}");
    }
    let told = credtrail(&["formats", "samples/formats/datadog_explorer.csv"]).stdout;
    let told = String::from_utf8_lossy(&told).into_owned();
    assert!(told.contains("csv › datadog-csv › sidekiq-text") && told.contains("job"), "{told}");
}

#[test]
fn unread_lines_are_listed_with_their_place_and_reason() {
    let line = "2025-07-04 07:04:56 INFO credentialing_hubspot_id ==> 30278823850\n";
    let mut command = Command::cargo_bin("credtrail").expect("the binary is built");
    let output = command.arg("--unread").write_stdin(line.repeat(3)).output().expect("runs");
    let told = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(told.contains("stdin:3") && told.contains("expected"), "{told}");
    assert_eq!(output.status.code(), Some(3), "drift of the format never looks green");
}

#[test]
fn findings_fail_only_where_asked() {
    assert_eq!(credtrail(&["samples/july4-2025.log"]).status.code(), Some(0));
    let asked = credtrail(&["--fail-on", "high", "samples/july4-2025.log"]);
    assert_eq!(asked.status.code(), Some(1));
    let healthy = credtrail(&["--fail-on", "low", "samples/healthy-day.log"]);
    assert_eq!(healthy.status.code(), Some(0));
}
