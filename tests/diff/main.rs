//! Comparisons from end to end: what is new, grown, ongoing, healed and gone, from reports and
//! from logs, with rates that say whether a fix worked.

use std::fs;

use serde_json::Value;

mod desk;

use desk::Desk;
use desk::MONDAY;
use desk::MONDAY_LATER;
use desk::ids;
use desk::nameless;
use desk::of;
use desk::said;
use desk::sample;

#[test]
fn nothing_differs_from_itself() {
    let desk = Desk::new();
    for name in ["monday.log", "longer.log"] {
        let value = desk.json(&[name, name]);
        for class in ["new", "grown", "healed", "gone"] {
            assert_eq!(value["counts"][class], 0, "{class} in {name}");
        }
        assert_eq!(value["counts"]["ongoing"], value["before"]["findings"]);
        for row in value["rates"].as_array().expect("rates") {
            assert_eq!(row["change"]["verdict"], "no difference can be shown");
        }
    }
}

#[test]
fn a_log_that_goes_on_shows_what_grew_and_what_is_new() {
    let desk = Desk::new();
    let value = desk.json(&["monday.log", "longer.log"]);
    assert!(of(&value, "new").contains(&"flip-flop 2 outside".to_owned()), "{value:#}");
    // Both have one more object, so another id; they are the same ones all the same.
    let grown = ["dual-active 1 objects", "flip-flop 1 objects"];
    assert_eq!(of(&value, "grown"), grown, "{value:#}");
    let findings = value["findings"].as_array().expect("a list");
    let is_grown = |it: &&Value| it["class"] == "grown" && it["after"]["rule"] == "flip-flop";
    let grown = findings.iter().find(is_grown).expect("one");
    assert_eq!(grown["worse"], serde_json::json!(["end", "objects", "runs", "evidence"]));
    assert!(of(&value, "ongoing").contains(&"overwrite 1 id".to_owned()), "{value:#}");
    assert!(of(&value, "gone").is_empty(), "{value:#}");
    // The other way round the same two belong together, and nothing grew.
    let back = desk.json(&["longer.log", "monday.log"]);
    assert_eq!(ids(&value, "new", "after"), ids(&back, "gone", "before"));
    assert_eq!(of(&back, "grown"), [""; 0]);
    assert!(of(&back, "ongoing").contains(&"flip-flop 1 objects".to_owned()), "{back:#}");
}

#[test]
fn a_log_of_another_time_heals_nothing() {
    let desk = Desk::new();
    let value = desk.json(&["monday.log", "august.log"]);
    let gone = of(&value, "gone");
    // What was over is outside; what was still wrong may be so yet.
    assert!(gone.contains(&"flip-flop 1 outside".to_owned()), "{gone:?}");
    assert!(gone.contains(&"dual-active 1 unseen".to_owned()), "{gone:?}");
    assert_eq!(value["counts"]["healed"], 0);
    let text =
        String::from_utf8(desk.run(&["diff", "monday.log", "august.log"]).stdout).expect("text");
    assert!(text.contains("of therapists or objects that AFTER does not tell of"), "{text}");
    assert!(text.contains("outside AFTER's time, which says nothing of a fix"), "{text}");
    let turned = desk.run(&["diff", "august.log", "monday.log"]);
    assert!(said(&turned).contains("the wrong way round?"), "{}", said(&turned));
}

#[test]
fn what_was_still_wrong_and_ends_is_healed() {
    let desk = Desk::new();
    let broken = fs::read_to_string(sample("end-state-5.log")).expect("a sample");
    let by_hand = |at: &str, what: &str| {
        format!("{at} pid=9 tid=abc class=Repair jid=aaaaaaaaaaaaaaaaaaaaaaaa INFO: {what}\n")
    };
    let taken = "therapist_id=48213 label \"Active Attested\" removed from credentialing object 30278823850";
    let given =
        "therapist_id=48213 label \"Active Attested\" added to credentialing object 30291004471";
    let given_too =
        "therapist_id=48213 label \"Active Attested\" added to credentialing object 30278823850";
    desk.put("broken.log", &broken);
    desk.put("repaired.log", &(broken.clone() + &by_hand("2025-07-05T10:00:00.000Z", taken)));
    let value = desk.json(&["broken.log", "repaired.log"]);
    assert!(of(&value, "healed").contains(&"dual-attested 48213 id".to_owned()), "{value:#}");
    assert!(of(&value, "grown").is_empty(), "{value:#}");
    // The other way round it has become still wrong.
    let back = desk.json(&["repaired.log", "broken.log"]);
    assert!(of(&back, "grown").contains(&"dual-attested 48213 id".to_owned()), "{back:#}");
    // A later log that knows the labels of both objects finds it no more.
    desk.put(
        "fine.log",
        &(by_hand("2025-07-06T09:00:00.000Z", taken) + &by_hand("2025-07-06T09:00:05.000Z", given)),
    );
    let later = desk.json(&["broken.log", "fine.log"]);
    assert!(of(&later, "gone").contains(&"dual-attested 48213 later".to_owned()), "{later:#}");
    // A later log in which it is still so is the same state, though its beginning is another.
    desk.put(
        "again.log",
        &(by_hand("2025-07-06T09:00:00.000Z", given_too)
            + &by_hand("2025-07-06T09:00:05.000Z", given)),
    );
    let again = desk.json(&["broken.log", "again.log"]);
    assert!(of(&again, "ongoing").contains(&"dual-attested 48213 state".to_owned()), "{again:#}");
    // The same time and therapist, and the line that broke it is another: it is simply not there.
    desk.put(
        "other.log",
        &broken.replace("failed to remove", "removed").replace("09:00:02.400Z", "11:00:02.400Z"),
    );
    let absent = desk.json(&["broken.log", "other.log"]);
    assert!(of(&absent, "gone").iter().any(|it| it.ends_with("absent")), "{absent:#}");
}

#[test]
fn reports_and_the_logs_they_were_made_of_compare_the_same() {
    let desk = Desk::new();
    desk.drills([("one.log", "40"), ("two.log", "3")]);
    let mut sources = vec!["one.log".to_owned(), "two.log".to_owned()];
    for folder in ["samples", "samples/formats"] {
        for entry in fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_file() && path.extension().is_none_or(|end| end != "toml" && end != "md") {
                sources.push(path.canonicalize().expect("there").to_string_lossy().into_owned());
            }
        }
    }
    sources.sort();
    for (at, source) in sources.iter().enumerate() {
        desk.report(source, "one.json");
        desk.report(&sources[(at + 1) % sources.len()], "two.json");
        let pair = [source.as_str(), sources[(at + 1) % sources.len()].as_str()];
        let logs = nameless(desk.json(&pair));
        for sides in [["one.json", "two.json"], ["one.json", pair[1]], [pair[0], "two.json"]] {
            assert_eq!(logs, nameless(desk.json(&sides)), "{pair:?} as {sides:?}");
        }
    }
}

#[test]
fn a_side_is_a_folder_a_file_a_glob_or_standard_input() {
    let desk = Desk::new();
    desk.report("longer.log", "longer.json");
    assert!(desk.run(&["report", "longer.log", "-o", "pm", "-q"]).status.success());
    fs::create_dir(desk.path().join("logs")).expect("a folder");
    desk.put("logs/a.log", MONDAY);
    desk.put("logs/b.log", MONDAY_LATER);
    let known = nameless(desk.json(&["monday.log", "pm"]));
    for after in ["longer.log", "longer.json", "pm/report.json", "pm/", "long*.log"] {
        assert_eq!(known, nameless(desk.json(&["monday.log", after])), "{after}");
    }
    for file in ["longer.json", "longer.log"] {
        let bytes = fs::read(desk.path().join(file)).expect("reads");
        let output = desk.piped(&["diff", "--format", "json", "monday.log", "-"], &bytes);
        let value = nameless(serde_json::from_slice(&output.stdout).expect("JSON"));
        assert_eq!(known["findings"][0]["class"], value["findings"][0]["class"], "{file}");
        assert_eq!(known["counts"], value["counts"], "{file}");
    }
    let counts = &known["counts"];
    for sides in [
        &["monday.log", "logs"][..],
        &["--before", "monday.log", "--after", "logs/a.log", "logs/b.log"],
        &["--after", "logs/b.log", "--after", "logs/a.log", "--before", "monday.log"],
    ] {
        assert_eq!(*counts, desk.json(sides)["counts"], "{sides:?}");
    }
}

#[test]
fn a_report_in_another_order_is_a_report_and_a_json_log_is_a_log() {
    let desk = Desk::new();
    desk.report("longer.log", "longer.json");
    let text = fs::read_to_string(desk.path().join("longer.json")).expect("reads");
    let report: Value = serde_json::from_str(&text).expect("JSON");
    let mut turned: Vec<_> = report.as_object().expect("an object").clone().into_iter().collect();
    turned.reverse();
    let turned = Value::Object(turned.into_iter().collect());
    desk.put("turned.json", &turned.to_string());
    let known = nameless(desk.json(&["monday.log", "longer.json"]));
    assert_eq!(known, nameless(desk.json(&["monday.log", "turned.json"])));
    let sample = &sample("formats/sidekiq7_json.jsonl");
    let value = desk.json(&["monday.log", sample]);
    assert_eq!(value["after"]["kind"], "logs");
    assert_ne!(value["after"]["runs"], 0);
    let bytes = fs::read(sample).expect("reads");
    let piped = desk.piped(&["diff", "--format", "json", "-", "monday.log"], &bytes);
    let value: Value = serde_json::from_slice(&piped.stdout).expect("JSON");
    assert_eq!(value["before"]["kind"], "logs");
    assert_ne!(value["before"]["runs"], 0);
}

#[test]
fn what_cannot_be_compared_is_said_and_has_its_code() {
    let desk = Desk::new();
    desk.report("longer.log", "longer.json");
    let text = fs::read_to_string(desk.path().join("longer.json")).expect("reads");
    desk.put("next.json", &text.replace("report/1", "report/2"));
    desk.put("torn.json", &text[..text.len() / 2]);
    desk.put("odd.json", &text.replace("\"medium\"", "\"dire\""));
    desk.put("notes.txt", "nothing to see\n");
    desk.put("empty.log", "");
    fs::create_dir(desk.path().join("empty")).expect("a folder");
    let cases: &[(&[&str], i32, &str)] = &[
        (&["next.json", "longer.json"], 2, "expected a report of schema credtrail/report/1, found"),
        (&["torn.json", "longer.json"], 4, "expected a whole report"),
        (&["odd.json", "longer.json"], 4, "expected a severity"),
        (&["monday.log", "nowhere.log"], 4, "nowhere.log: "),
        (&["monday.log", "empty"], 4, "empty: no file in it"),
        (&["monday.log", "notes.txt"], 3, "inconclusive: too little could be read of notes.txt"),
        (&["empty.log", "monday.log"], 3, "inconclusive: too little could be read of empty.log"),
        (&["monday.log", "august.log", "--therapist", "9"], 3, "of monday.log"),
        (&["monday.log"], 2, "2 values required"),
        (&["--before", "monday.log"], 2, "--after"),
        (&["-", "-"], 2, "standard input can be one side alone"),
        (&["longer.json", "longer.json", "--from", "2025-07-07"], 2, "--from: both sides are"),
        (&["monday.log", "monday.log", "--format", "dot"], 2, "--format: expected"),
        (&["--before", "monday.log", "longer.json", "--after", "august.log"], 2, "a report among"),
    ];
    for (words, code, message) in cases {
        let output = desk.run(&[&["diff"], *words].concat());
        assert_eq!(output.status.code(), Some(*code), "{words:?}: {}", said(&output));
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(told.contains(message), "{words:?}: {told}");
    }
    let calm = desk.run(&["diff", "monday.log", "notes.txt"]);
    let text = String::from_utf8_lossy(&calm.stdout).into_owned();
    assert!(text.starts_with("INCONCLUSIVE  AFTER:") && !text.contains("gone 5"), "{text}");
    assert!(text.contains("nothing is called new or gone"), "{text}");
}

#[test]
fn fail_on_looks_at_what_is_new_or_has_grown() {
    let desk = Desk::new();
    let code = |words: &[&str]| desk.run(&[&["diff"], words].concat()).status.code();
    assert_eq!(code(&["monday.log", "longer.log", "--fail-on", "medium"]), Some(1));
    assert_eq!(code(&["longer.log", "monday.log", "--fail-on", "low"]), Some(0));
    assert_eq!(code(&["monday.log", "monday.log", "--fail-on", "info"]), Some(0));
    assert_eq!(code(&["monday.log", "longer.log"]), Some(0));
    assert_eq!(code(&["monday.log", "nowhere", "--fail-on", "low"]), Some(4));
}

#[test]
fn a_fix_that_worked_is_a_number() {
    let desk = Desk::new();
    desk.drills([("before.log", "60"), ("after.log", "4")]);
    let value = desk.json(&["before.log", "after.log"]);
    assert_eq!(value["answer"]["verdict"], "fell");
    assert_eq!(value["answer"]["measure"], "duplicate-run");
    let rates = value["rates"].as_array().expect("rates");
    let row = rates.iter().find(|row| row["measure"] == "duplicate-run").expect("the row");
    let number = |path: &str| row.pointer(path).and_then(Value::as_f64).expect(path);
    assert!(number("/after/high") < number("/before/low"));
    assert!(number("/change/low") <= number("/change/ratio") && number("/change/high") < 1.0);
    let few = desk.json(&["after.log", "after.log"]);
    assert_eq!(few["answer"]["verdict"], "no difference can be shown");
}

#[test]
fn the_same_bytes_whatever_the_order_and_the_threads() {
    let desk = Desk::new();
    desk.drills([("one.log", "20"), ("two.log", "5")]);
    for format in ["text", "json", "jsonl", "csv", "markdown"] {
        let told = |threads: &str, logs: [&str; 2]| {
            let words = [
                "diff",
                "--format",
                format,
                "--threads",
                threads,
                "--before",
                "one.log",
                "--after",
                logs[0],
                logs[1],
            ];
            let text = String::from_utf8(desk.run(&words).stdout).expect("text");
            text.replace("longer.log and 1 more", "SIDE").replace("two.log and 1 more", "SIDE")
        };
        let known = told("1", ["two.log", "longer.log"]);
        assert!(known.len() > 500);
        for threads in ["1", "2", "5"] {
            assert!(known == told(threads, ["longer.log", "two.log"]), "{format} with {threads}");
        }
    }
}

#[test]
fn every_form_has_every_finding() {
    let desk = Desk::new();
    let value = desk.json(&["monday.log", "longer.log"]);
    let all = value["findings"].as_array().expect("a list");
    let told = |format: &str| {
        let output = desk.run(&["diff", "--format", format, "monday.log", "longer.log"]);
        String::from_utf8(output.stdout).expect("text")
    };
    let lines: Vec<Value> =
        told("jsonl").lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert_eq!(*all, lines);
    assert_eq!(told("csv").lines().count(), all.len() + 1);
    let rows = told("markdown");
    let rows = rows
        .lines()
        .filter(|line| ["| HIGH", "| MEDIUM", "| LOW"].iter().any(|start| line.starts_with(start)));
    assert_eq!(rows.count(), all.len());
}

#[test]
fn hostile_text_stays_text() {
    let desk = Desk::new();
    let hostile = "\u{1b}[2J<script>|=cmd()";
    let log = MONDAY.replace("therapist_id=1 ", "therapist_id=7 ");
    desk.put("hostile.log", &log);
    desk.report("hostile.log", "report.json");
    let text = fs::read_to_string(desk.path().join("report.json")).expect("reads");
    let mut report: Value = serde_json::from_str(&text).expect("JSON");
    report["therapists"][0]["id"] = Value::from(hostile);
    report["notes"] = serde_json::json!([hostile]);
    report["sources"][0]["error"] = Value::from(hostile);
    for finding in report["findings"].as_array_mut().expect("a list") {
        for field in ["therapist", "summary"] {
            finding[field] = Value::from(hostile);
        }
        finding["rule"] = Value::from(hostile);
        finding["evidence"][0]["source"] = Value::from(hostile);
    }
    desk.put("evil.json", &report.to_string());
    for format in ["text", "csv", "markdown"] {
        let output = desk.run(&["diff", "--format", format, "evil.json", "monday.log"]);
        let text = String::from_utf8(output.stdout).expect("text");
        assert!(text.len() > 500, "{text}");
        assert!(!text.contains('\u{1b}'), "{format}: {text}");
        assert!(format != "markdown" || !text.contains("<script>"), "{text}");
        assert!(format != "csv" || text.lines().skip(1).all(|line| !line.contains(",=")), "{text}");
    }
}

#[test]
fn a_report_made_with_a_higher_severity_makes_nothing_look_new() {
    let desk = Desk::new();
    let output = desk.run(&["--format", "json", "--severity", "high", "longer.log"]);
    fs::write(desk.path().join("high.json"), output.stdout).expect("writes");
    let value = desk.json(&["high.json", "longer.log"]);
    assert_eq!((&value["counts"]["new"], &value["counts"]["gone"]), (&0.into(), &0.into()));
    let notes = value["notes"].to_string();
    assert!(notes.contains("BEFORE was made with --severity high"), "{notes}");
}

#[test]
fn what_came_since_a_time_is_counted_since_then() {
    let desk = Desk::new();
    desk.put("before.log", "");
    let cut = ["report", "longer.log", "--to", "2025-07-07T08:00:00Z", "-o", "before", "-q"];
    assert!(desk.run(&cut).status.success());
    let value = desk.json(&["before", "longer.log", "--from", "2025-07-07T08:00:00Z", "-q"]);
    let runs = |side: &str| value[side]["runs"].as_u64().expect("a number");
    let all = desk.json(&["longer.log", "longer.log"])["before"]["runs"].as_u64();
    assert_eq!(Some(runs("before") + runs("after")), all);
    assert_eq!(value["after"]["window"]["from"], "2025-07-07T08:00:00.000000000Z");
    assert!(of(&value, "gone").is_empty(), "{value:#}");
    assert_eq!(of(&value, "grown"), ["dual-active 1 objects", "flip-flop 1 objects"]);
    assert_eq!(of(&value, "ongoing"), ["overwrite 1 id"]);
    assert!(of(&value, "new").iter().all(|it| it.ends_with("outside")), "{value:#}");
}

#[test]
fn the_screen_at_80_and_160_columns() {
    let desk = Desk::new();
    desk.drills([("before.log", "40"), ("after.log", "3")]);
    for width in [80, 160] {
        let mut command = desk.command(&["diff", "before.log", "after.log"]);
        let output = command.env("COLUMNS", width.to_string()).output().expect("runs");
        let text = String::from_utf8(output.stdout).expect("text");
        insta::assert_snapshot!(format!("drills_{width}"), text);
    }
    let mut command = desk.command(&["diff", "monday.log", "longer.log"]);
    let output = command.env("COLUMNS", "80").output().expect("runs");
    insta::assert_snapshot!("monday_80", String::from_utf8(output.stdout).expect("text"));
}

/// The page's example is played, and the page shows the head of what came of it.
#[test]
fn the_page_shows_what_is_printed() {
    let desk = Desk::new();
    let page = fs::read_to_string("docs/diff.md").expect("a page");
    let commands =
        page.split("```sh\n").skip(1).map(|rest| rest.split("```").next().expect("an end"));
    let outputs: Vec<String> = commands
        .flat_map(str::lines)
        .map(|line| {
            let output = desk.run(&line.split(' ').skip(1).collect::<Vec<_>>());
            assert!(output.status.success(), "{line}: {}", said(&output));
            String::from_utf8(output.stdout).expect("text")
        })
        .collect();
    let (head, _) = outputs[2].split_once("\n\nnew ").expect("findings");
    let (start, rest) = page.split_once("```text\n").expect("an example");
    let (_, end) = rest.split_once("```").expect("its end");
    let known = format!("{start}```text\n{head}\n```{end}");
    if std::env::var_os("UPDATE_DOCS").is_some() {
        fs::write("docs/diff.md", &known).expect("writes");
    } else {
        assert!(known == page, "docs/diff.md is stale: UPDATE_DOCS=1 cargo test --test diff");
    }
}
