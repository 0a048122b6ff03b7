//! Charts from the outside: what is drawn of a drill, what the command does, and the pictures in
//! docs/img. `UPDATE_DOCS=1 cargo test --test charts` draws those anew.

#![cfg(feature = "charts")]

use std::fs;
use std::path::Path;
use std::process::Command;

use assert_cmd::cargo::CommandCargoExt;
use credtrail::app::analyze;
use credtrail::app::analyze::Question;
use credtrail::app::chart;
use credtrail::app::chart::Chart;
use credtrail::app::chart::Kind;
use credtrail::app::chart::Size;
use credtrail::app::chart::Theme;
use credtrail::app::generate;
use credtrail::app::generate::Order;
use credtrail::ingest::Options;
use credtrail::ingest::source::Input;
use credtrail::model::Profile;
use credtrail::model::Severity;
use credtrail::process::Mitigations;
use credtrail::process::atlas;

/// A day of three hundred therapists, as `credtrail generate` writes it.
fn drill() -> Vec<u8> {
    let order = Order {
        therapists: 300,
        bad: 60,
        plot: None,
        seed: 1,
        logger: generate::find("sidekiq-text").expect("a logger"),
        digits: 3,
        skew_ms: 0,
        repeated: 0,
        noise: 30,
        from: 1_751_587_200_000_000_000,
    };
    generate::drill(order).log()
}

fn drawn(input: Input, kind: &str) -> Chart {
    let question = Question { severity: Severity::Low, ..Question::new(Profile::default()) };
    let evidence = analyze::gather(&[input], &question, &Options::default()).expect("reads");
    let kind = chart::find(kind).expect("a kind");
    chart::chart(evidence, &question, Some(kind)).expect("a chart")
}

fn of_the_drill(kind: &str) -> Chart {
    drawn(Input::Memory("drill.log".to_owned(), drill()), kind)
}

fn july() -> Chart {
    drawn(Input::File("samples/july4-2025.log".into()), "timeline")
}

#[test]
fn a_drill_as_it_is_drawn() {
    insta::assert_debug_snapshot!("overview", of_the_drill("overview"));
    insta::assert_debug_snapshot!("gaps", of_the_drill("gaps"));
}

#[test]
fn the_end_states_as_they_are_drawn() {
    let atlas = atlas(1, Mitigations::NONE);
    insta::assert_debug_snapshot!("states", credtrail::report::chart::states(&atlas));
}

#[test]
fn the_pictures_of_the_docs_are_what_is_drawn() {
    let states = chart::find("states").and_then(Kind::of_the_model).expect("a chart");
    let pictures = [
        ("july4", july()),
        ("overview", of_the_drill("overview")),
        ("gaps", of_the_drill("gaps")),
        ("states", states),
    ];
    for (name, chart) in pictures {
        let path = |end: &str| format!("docs/img/{name}.{end}");
        let svg = chart.svg(Theme::Light, Size::default());
        if std::env::var_os("UPDATE_DOCS").is_some() {
            fs::create_dir_all("docs/img").expect("a folder");
            fs::write(path("svg"), &svg).expect("written");
            let png = chart.png(Theme::Light, Size::default()).expect("pixels");
            fs::write(path("png"), png).expect("written");
        }
        let stored = fs::read_to_string(path("svg")).expect("a picture");
        assert!(stored == svg, "{name} is stale: UPDATE_DOCS=1 cargo test --test charts");
        assert!(Path::new(&path("png")).exists(), "{name}.png");
    }
}

struct Told {
    code: Option<i32>,
    complaint: String,
}

fn credtrail(args: &[&str]) -> Told {
    let mut command = Command::cargo_bin("credtrail").expect("the binary is built");
    let output = command.arg("chart").args(args).output().expect("runs");
    assert!(output.stdout.is_empty(), "the product is the file");
    let complaint = String::from_utf8_lossy(&output.stderr).into_owned();
    Told { code: output.status.code(), complaint }
}

#[test]
fn the_command_writes_what_the_ending_says() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
    let log = "samples/july4-2025.log";
    for (name, head) in [("a.svg", &b"<svg "[..]), ("b.PNG", b"\x89PNG")] {
        let told = credtrail(&[log, "-o", &path(name)]);
        assert_eq!((told.code, told.complaint.as_str()), (Some(0), ""));
        assert!(fs::read(path(name)).expect("a file").starts_with(head));
    }
    let told = credtrail(&[log, "-o", &path("c.png"), "--size", "640x480", "--theme", "dark"]);
    assert_eq!(told.code, Some(0));
    let png = fs::read(path("c.png")).expect("a file");
    assert_eq!(png[16..24], [0, 0, 2, 128, 0, 0, 1, 224], "its head says 640 by 480");
    let told = credtrail(&["--kind", "states", "-o", &path("d.svg")]);
    assert_eq!(told.code, Some(0), "no log is needed: {}", told.complaint);
    assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 4, "and nothing else");
}

#[test]
fn the_kind_is_told_from_what_there_is() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
    fs::write(path("drill.log"), drill()).expect("written");
    let title = |args: &[&str]| {
        let file = path("x.svg");
        let told = credtrail(&[args, &["-o", &file]].concat());
        assert_eq!(told.code, Some(0), "{}", told.complaint);
        let svg = fs::read_to_string(file).expect("a file");
        svg.lines().nth(1).unwrap_or_default().to_owned()
    };
    let log = path("drill.log");
    assert!(title(&["samples/july4-2025.log"]).starts_with("<title>Therapist 48213 is still"));
    assert!(title(&[&log]).contains("therapists are still wrong"));
    assert!(title(&[&log, "--therapist", "10276"]).contains("Therapist 10276"));
    assert!(title(&["samples/july4-2025.log", "--kind", "overview"]).contains("1 therapist is"));
}

#[test]
fn a_mistake_is_one_sentence_and_the_right_code() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
    let log = "samples/july4-2025.log";
    let (good, missing) = (path("x.svg"), path("no/such/folder/x.svg"));
    let many = path("many.log");
    fs::write(&many, drill()).expect("written");
    let cases: [(&[&str], i32, &str); 8] = [
        (&[log, "-o", &path("x.gif")], 2, "--output: expected a name that ends in .svg or .png"),
        (&[log, "-o", &path("x")], 2, "--output: expected"),
        (&[log, "-o", &good, "--kind", "pie"], 2, "--kind: expected one of timeline, overview"),
        (&[log, "-o", &good, "--size", "big"], 2, "--size: expected pixels such as 1600x900"),
        (&[log, "-o", &good, "--width", "9"], 2, "expected 240 to 6000 pixels"),
        (&[log, "-o", &good, "--therapist", "7"], 3, "therapist 7: nothing in the input"),
        (&[&many, "-o", &good, "--kind", "timeline"], 2, "--therapist ID"),
        (&[log, "-o", &missing], 4, "x.svg: No such file"),
    ];
    for (args, code, words) in cases {
        let told = credtrail(args);
        assert_eq!(told.code, Some(code), "{args:?}: {}", told.complaint);
        assert!(told.complaint.contains(words), "{args:?}: {}", told.complaint);
        assert_eq!(told.complaint.lines().count(), 1, "{}", told.complaint);
        assert!(!Path::new(&good).exists(), "{args:?}");
    }
}

#[test]
fn threads_change_no_byte() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
    fs::write(path("drill.log"), drill()).expect("written");
    for end in ["svg", "png"] {
        let bytes = ["1", "2", "7"].map(|threads| {
            let file = path(&format!("{threads}.{end}"));
            let log = path("drill.log");
            let told = credtrail(&[&log, "--kind", "overview", "-o", &file, "--threads", threads]);
            assert_eq!(told.code, Some(0), "{}", told.complaint);
            fs::read(file).expect("a file")
        });
        assert!(bytes[0] == bytes[1] && bytes[1] == bytes[2], "{end}");
    }
}
