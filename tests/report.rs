//! Reports: the golden postmortem of July 4, the same bytes again, nothing written by halves, and
//! citations that hold until a byte of the log changes.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::process::Output;

use assert_cmd::cargo::CommandCargoExt;

fn credtrail(folder: &Path, words: &[&str]) -> Output {
    let mut command = Command::cargo_bin("credtrail").expect("the program");
    command.args(words).current_dir(folder).output().expect("runs")
}

/// A folder with the log of July 4 in it.
fn with_july_4() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    fs::copy("samples/july4-2025.log", folder.path().join("worker.log")).expect("copies");
    folder
}

/// All files below a folder, by their paths.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut open = vec![folder.to_path_buf()];
    while let Some(next) = open.pop() {
        for entry in fs::read_dir(next).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                open.push(path);
            } else {
                let name = path.strip_prefix(folder).expect("below").to_string_lossy().into_owned();
                found.insert(name, fs::read(&path).expect("reads"));
            }
        }
    }
    found
}

fn text(output: &Output) -> String {
    let said = [&output.stdout[..], &output.stderr[..]].concat();
    String::from_utf8(said).expect("UTF-8")
}

#[test]
fn the_postmortem_of_july_4() {
    let folder = with_july_4();
    let output = credtrail(folder.path(), &["report", "worker.log", "-o", "pm"]);
    assert!(output.status.success(), "{}", text(&output));
    let files = files(&folder.path().join("pm"));
    let names: Vec<&str> = files.keys().map(String::as_str).collect();
    let mut expected = vec!["report.html", "report.json", "report.md"];
    expected.extend(["findings", "therapists", "runs", "events"].map(|name| match name {
        "findings" => "tables/findings.csv",
        "therapists" => "tables/therapists.csv",
        "runs" => "tables/runs.csv",
        _ => "tables/events.csv",
    }));
    for name in expected {
        assert!(names.contains(&name), "{name} in {names:?}");
    }
    if cfg!(feature = "tables") {
        for name in ["statistics.json", "tables/gaps.csv", "tables/hosts.csv", "tables/hours.csv"] {
            assert!(names.contains(&name), "{name} in {names:?}");
        }
    }
    if cfg!(feature = "charts") {
        assert!(names.contains(&"charts/timeline-48213.svg"), "{names:?}");
        let text = String::from_utf8_lossy(&files["report.md"]).into_owned();
        insta::assert_snapshot!(text);
    }
}

#[test]
fn the_same_input_gives_the_same_bytes_whatever_the_threads() {
    let folder = tempfile::tempdir().expect("a folder");
    let drill = ["generate", "--therapists", "16", "--bad", "10", "-o", "drill.log"];
    assert!(credtrail(folder.path(), &drill).status.success());
    for threads in ["1", "2", "8"] {
        let name = format!("pm{threads}");
        let words = ["report", "drill.log", "-o", &name, "--threads", threads, "-q"];
        let output = credtrail(folder.path(), &words);
        assert!(output.status.success() && output.stderr.is_empty(), "{}", text(&output));
    }
    let one = files(&folder.path().join("pm1"));
    assert!(one.len() >= 7);
    for threads in ["2", "8"] {
        let other = files(&folder.path().join(format!("pm{threads}")));
        assert_eq!(one.keys().collect::<Vec<_>>(), other.keys().collect::<Vec<_>>());
        for (name, bytes) in &one {
            assert!(other[name] == *bytes, "{name} with {threads} threads");
        }
    }
}

#[test]
fn a_fresh_report_is_verified_and_a_changed_byte_is_named() {
    let folder = with_july_4();
    let (path, log) = (folder.path(), folder.path().join("worker.log"));
    assert!(credtrail(path, &["report", "worker.log", "-o", "pm"]).status.success());
    let good = credtrail(path, &["verify", "pm/report.md"]);
    assert!(good.status.success(), "{}", text(&good));
    assert!(text(&good).contains("5 of 5 citations hold, 1 of 1 sources are the same"));
    let bytes = fs::read(&log).expect("reads");
    let mut line = 1;
    for at in 0..bytes.len() {
        let mut changed = bytes.clone();
        changed[at] ^= 1;
        fs::write(&log, &changed).expect("writes");
        if at % 7 == 0 || bytes[at] == b'\n' {
            let output = credtrail(path, &["verify", "pm"]);
            assert_eq!(output.status.code(), Some(1), "byte {at}: {}", text(&output));
            let said = text(&output);
            let is_named = said.contains(&format!("citation worker.log:{line}:"));
            // A line feed more or less moves all that follows.
            assert!(is_named || changed[at] == b'\n' || bytes[at] == b'\n', "byte {at}: {said}");
            assert!(said.contains("source worker.log: its bytes are not those"), "{said}");
        }
        line += u32::from(bytes[at] == b'\n');
    }
    fs::write(&log, &bytes).expect("writes");
    fs::create_dir(path.join("elsewhere")).expect("a folder");
    fs::rename(&log, path.join("elsewhere/moved.log")).expect("moves");
    let lost = credtrail(path, &["verify", "pm"]);
    assert_eq!(lost.status.code(), Some(1));
    assert!(text(&lost).contains("not found; give its path"), "{}", text(&lost));
    let found = credtrail(path, &["verify", "pm", "elsewhere/moved.log"]);
    assert!(found.status.success(), "{}", text(&found));
}

#[test]
fn packed_logs_standard_input_and_other_shapes_are_cited_too() {
    let folder = tempfile::tempdir().expect("a folder");
    let samples = [
        "cloudwatch_s3_export_000000.gz",
        "datadog_explorer.csv",
        "gcp_logging_read.json",
        "paper_trail_versions_yaml.csv",
        "journald_json.jsonl",
    ];
    for sample in samples {
        fs::copy(format!("samples/formats/{sample}"), folder.path().join(sample)).expect("copies");
    }
    let words = [&["report", "-o", "pm"], &samples[..]].concat();
    let output = credtrail(folder.path(), &words);
    assert!(output.status.success(), "{}", text(&output));
    let verified = credtrail(folder.path(), &["verify", "pm"]);
    assert!(verified.status.success(), "{}", text(&verified));
    assert!(text(&verified).contains("5 of 5 sources"), "{}", text(&verified));
}

#[test]
fn a_report_is_whole_or_not_there() {
    let folder = with_july_4();
    let path = folder.path();
    fs::create_dir(path.join("mine")).expect("a folder");
    fs::write(path.join("mine/thesis.txt"), "years of work").expect("writes");
    let refused = credtrail(path, &["report", "worker.log", "-o", "mine"]);
    assert_eq!(refused.status.code(), Some(2));
    assert!(text(&refused).contains("is no report of credtrail's"), "{}", text(&refused));
    assert_eq!(files(&path.join("mine")).len(), 1);
    // An earlier report is replaced as a whole; nothing is left beside it.
    fs::create_dir(path.join("empty")).expect("a folder");
    for _ in 0..2 {
        assert!(credtrail(path, &["report", "worker.log", "-o", "empty"]).status.success());
        fs::write(path.join("empty/stale.txt"), "of the last one").expect("writes");
    }
    assert!(credtrail(path, &["report", "worker.log", "-o", "empty"]).status.success());
    assert!(!files(&path.join("empty")).contains_key("stale.txt"));
    let beside: Vec<_> = fs::read_dir(path).expect("a folder").collect();
    assert_eq!(beside.len(), 3, "{beside:?}");
    let nothing = credtrail(path, &["report", "mine/thesis.txt", "-o", "pm"]);
    assert_eq!(nothing.status.code(), Some(3), "{}", text(&nothing));
    assert!(!path.join("pm").exists());
    let nowhere = credtrail(path, &["report", "worker.log", "-o", "worker.log/pm"]);
    assert!(matches!(nowhere.status.code(), Some(2 | 4)), "{}", text(&nowhere));
}

#[test]
fn a_redacted_report_names_nobody_and_is_verified_all_the_same() {
    let folder = with_july_4();
    let path = folder.path();
    let drill = ["generate", "--therapists", "12", "--bad", "8", "-o", "jane-doe.log"];
    assert!(credtrail(path, &drill).status.success());
    let words = ["report", "worker.log", "jane-doe.log", "-o", "pm", "--redact"];
    let output = credtrail(path, &words);
    assert!(output.status.success(), "{}", text(&output));
    let log = fs::read_to_string(path.join("jane-doe.log")).expect("reads");
    let is_id = |word: &&str| {
        let is_hex = word.bytes().all(|byte| byte.is_ascii_hexdigit());
        word.len() > 4 && is_hex && word.bytes().any(|byte| byte.is_ascii_digit())
    };
    let words = log.split(|c: char| !c.is_alphanumeric());
    let mut ids: Vec<&str> = words.filter(is_id).collect();
    ids.extend(["48213", "30278823850", "30272441773", "worker.log", "jane-doe"]);
    ids.sort_unstable();
    ids.dedup();
    assert!(ids.len() > 50);
    let files = files(&path.join("pm"));
    let is = |name: &str, ending: &str| Path::new(name).extension().is_some_and(|it| it == ending);
    for (name, bytes) in files.iter().filter(|(name, _)| !is(name, "png")) {
        let text = String::from_utf8_lossy(bytes);
        // What is packed into the page is unpacked in tests/redact.rs.
        for id in ids.iter().filter(|id| !is(name, "html") || id.len() > 8) {
            let is_whole = |(at, _): (usize, &str)| {
                let beside = [text[..at].chars().last(), text[at + id.len()..].chars().next()];
                !beside.into_iter().flatten().any(char::is_alphanumeric)
            };
            assert!(!text.match_indices(id).any(is_whole), "{id} in {name}");
        }
        assert!(!name.contains("48213"), "{name}");
    }
    assert!(String::from_utf8_lossy(&files["report.md"]).contains("T-01"));
    let good = credtrail(path, &["verify", "pm", "worker.log", "jane-doe.log"]);
    assert!(good.status.success(), "{}", text(&good));
    let changed = fs::read_to_string(path.join("worker.log")).expect("reads");
    fs::write(path.join("worker.log"), changed.replace("48213", "48214")).expect("writes");
    let bad = credtrail(path, &["verify", "pm", "worker.log", "jane-doe.log"]);
    assert_eq!(bad.status.code(), Some(1), "{}", text(&bad));
}

/// One job that two processes performed, ten minutes apart, or two jobs within a second.
#[test]
fn a_job_delivered_twice_is_not_one_enqueued_twice() {
    let run = |second: &str, pid: u8, jid: &str| {
        let messages = ["start", "therapist_id=48213 credentialing_hubspot_id=30278823850", "done"];
        let lines = messages.iter().enumerate().map(|(at, message)| {
            let mark = format!("pid={pid} tid=2tc class=ExtendedSignUpWorker jid={jid}");
            format!("2025-07-04T07:{second}.{at}00Z {mark} INFO: {message}\n")
        });
        lines.collect::<Vec<_>>().concat()
    };
    let [one, other] = ["b4a577edbccf1d805744efa9", "6f2c0d9be8417a35c1d9470e"];
    let delivered = run("00:00", 4, one) + &run("10:00", 5, one);
    let enqueued = run("00:00", 4, one) + &run("00:00", 5, other);
    for (log, shown, other) in [
        (
            delivered,
            "**One job was delivered twice.** For: 1",
            "a job was enqueued more than once;",
        ),
        (enqueued, "**A job was enqueued more than once.** For: 1", "one job was delivered twice;"),
    ] {
        let folder = tempfile::tempdir().expect("a folder");
        fs::write(folder.path().join("worker.log"), log).expect("writes");
        let output = credtrail(folder.path(), &["report", "worker.log", "-o", "pm"]);
        assert!(output.status.success(), "{}", text(&output));
        let told = fs::read_to_string(folder.path().join("pm/report.md")).expect("reads");
        assert!(told.contains(shown) && told.contains(other), "{told}");
    }
}
