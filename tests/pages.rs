//! The pages and the README are tests: what a page says fires must fire, what it says stays quiet
//! must stay quiet, and what the README shows is what the program prints.

use std::fs;
use std::process::Command;

use assert_cmd::cargo::CommandCargoExt;
use credtrail::app::analyze;
use credtrail::app::analyze::Question;
use credtrail::ingest::Options;
use credtrail::ingest::source::Input;
use credtrail::model::Profile;
use credtrail::model::Severity;
use credtrail::rules;

/// The fenced blocks of a page that begin with this word.
fn blocks(page: &str, word: &str) -> Vec<String> {
    let open = format!("```{word}\n");
    page.split(&open)
        .skip(1)
        .map(|rest| rest.split("```").next().unwrap_or_default().to_owned())
        .collect()
}

fn found(log: &str) -> Vec<String> {
    let inputs = [Input::Memory("page".to_owned(), log.as_bytes().to_vec())];
    let question = Question { severity: Severity::Low, ..Question::new(Profile::default()) };
    let evidence = analyze::gather(&inputs, &question, &Options::default()).expect("reads");
    let analysis = analyze::judge(evidence, &question);
    let unread: u64 = analysis.sources.iter().map(|source| source.sheet.unread).sum();
    assert_eq!(unread, 0, "{log}");
    analysis.findings.iter().map(|finding| finding.rule.0.to_owned()).collect()
}

#[test]
fn each_page_is_true() {
    for rule in rules::RULES {
        let id = rule.id().0;
        let (fires, quiet) = (blocks(rule.page(), "fires"), blocks(rule.page(), "quiet"));
        assert!(!fires.is_empty() && !quiet.is_empty(), "{id} shows both");
        for log in fires {
            let found = found(&log);
            assert!(found.iter().any(|rule| rule == id), "{id} should fire, found {found:?}");
        }
        for log in quiet {
            let found = found(&log);
            assert!(!found.iter().any(|rule| rule == id), "{id} should stay quiet: {found:?}");
        }
    }
}

#[test]
fn each_page_has_the_same_parts() {
    let parts = ["What it finds", "Why it matters", "Fires", "Stays quiet", "What it cannot see"];
    for rule in rules::RULES {
        let heads: Vec<&str> =
            rule.page().lines().filter_map(|line| line.strip_prefix("## ")).collect();
        assert_eq!(heads[..5], parts, "{}", rule.id().0);
        assert_eq!(heads[5..], ["What to do"], "{}", rule.id().0);
        assert!(rule.page().starts_with(&format!("# {}\n", rule.id().0)));
    }
}

/// Every `$ credtrail …` of the README prints what stands under it.
#[test]
fn the_readme_shows_what_is_printed() {
    let readme = fs::read_to_string("README.md").expect("the README");
    let shown = blocks(&readme, "console");
    assert!(!shown.is_empty());
    for block in shown {
        let (typed, expected) = block.split_once('\n').expect("a command and its output");
        let words = typed.strip_prefix("$ credtrail").expect("a command").split_whitespace();
        let output = Command::cargo_bin("credtrail")
            .expect("the binary is built")
            .args(words)
            .env_remove("COLUMNS")
            .output()
            .expect("runs");
        assert_eq!(String::from_utf8_lossy(&output.stdout), expected, "{typed}");
    }
}

/// The tour is a drill that anybody can repeat: it is played, and the page shows what came of it.
/// Its screen has a histogram, which a build without tables has not.
#[test]
#[cfg(feature = "tables")]
fn the_tour_is_what_the_drill_shows() {
    let folder = tempfile::tempdir().expect("a folder");
    let readme = fs::read_to_string("README.md").expect("a README");
    let tour = fs::read_to_string("docs/tour.md").unwrap_or_default();
    let command = readme.lines().find(|line| line.starts_with("credtrail generate"));
    let run = |line: &str| {
        let mut command = Command::cargo_bin("credtrail").expect("the program");
        command.args(line.split(' ').skip(1)).current_dir(folder.path());
        let output = command.output().expect("runs");
        assert!(output.status.success(), "{line}");
        String::from_utf8(output.stdout).expect("UTF-8")
    };
    run(command.expect("the README generates a drill"));
    let screen = run("credtrail drill.log");
    for line in blocks(&readme, "text").concat().lines().filter(|line| !line.is_empty()) {
        let is_shown = line.split("  ").all(|part| screen.contains(part.trim()));
        assert!(is_shown, "the README shows: {line}");
    }
    assert!(screen.lines().count() < 70, "one screen");
    let timeline = run("credtrail timeline 16663 drill.log");
    let page = format!(
        "# Tour: a drill\n\n`credtrail drill.log`, the log of the README's drill:\n\n\
         ```text\n{screen}```\n\n`credtrail timeline 16663 drill.log`:\n\n```text\n{timeline}```\n"
    );
    if std::env::var_os("UPDATE_DOCS").is_some() {
        fs::write("docs/tour.md", &page).expect("writes");
    } else {
        assert!(tour == page, "docs/tour.md is stale: UPDATE_DOCS=1 cargo test --test pages");
    }
}
