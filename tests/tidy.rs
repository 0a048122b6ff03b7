//! The house's walls: floors and doors (design: a floor imports only lower floors; each heavy
//! dependency has one door).

use std::path::Path;
use std::path::PathBuf;

/// Floors from the ground up; rooms of one floor never import each other.
const FLOORS: &[&[&str]] = &[
    &["model"],
    &["ingest", "process"],
    &["timeline", "drill"],
    &["rules", "diff"],
    &["report", "frame"],
    &["app"],
];

/// Crates and the only folders that may name them: reading inflates, the page and Parquet deflate.
const DOORS: &[(&str, &str)] = &[
    ("nom", "src/ingest"),
    ("flate2", "src/ingest/source"),
    ("flate2", "src/report/page/pack.rs"),
    ("zstd", "src/ingest/source"),
    ("zstd", "src/frame/pack.rs"),
    ("clap", "src/cli"),
    ("anstyle", "src/report"),
    ("toml", "src/model"),
    ("plotters", "src/report/chart/draw.rs"),
    ("ab_glyph", "src/report/chart/fonts.rs"),
    ("png", "src/report/chart"),
    ("polars", "src/frame"),
    ("polars_arrow", "src/frame"),
    ("polars_io", "src/frame"),
    ("polars_parquet", "src/frame"),
];

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|end| end == "rs") {
            found.push(path);
        }
    }
}

fn files() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    sources(&root.join("src"), &mut found);
    found.sort();
    let read = |path: &PathBuf| {
        let name = path.strip_prefix(root).expect("below the root").to_string_lossy().into_owned();
        (name, std::fs::read_to_string(path).expect("text"))
    };
    found.iter().map(read).collect()
}

fn floor(room: &str) -> Option<usize> {
    FLOORS.iter().position(|rooms| rooms.contains(&room))
}

#[test]
fn a_floor_imports_only_lower_floors() {
    let files = files();
    assert!(files.len() > 50, "the sources are found");
    for (name, text) in files {
        let room = name.trim_start_matches("src/").split(['/', '.']).next().unwrap_or_default();
        let Some(own) = floor(room) else { continue };
        for line in text.lines().filter_map(|line| line.trim().strip_prefix("use crate::")) {
            let other = line.split([':', ';']).next().unwrap_or_default();
            let below = floor(other).is_some_and(|floor| floor < own);
            assert!(other == room || below, "{name}: {room} imports {other}");
        }
    }
}

#[test]
fn each_heavy_dependency_has_one_door() {
    for (name, text) in files() {
        for (dependency, _) in DOORS {
            let uses = text.contains(&format!("{dependency}::"));
            let mut doors = DOORS.iter().filter(|(known, _)| known == dependency);
            assert!(
                !uses || doors.any(|(_, door)| name.starts_with(door)),
                "{name} names {dependency}"
            );
        }
    }
}

#[test]
fn every_file_says_what_it_is() {
    for (name, text) in files() {
        assert!(text.starts_with("//!"), "{name} begins without //!");
    }
}

#[test]
fn every_rule_has_a_page_with_its_name() {
    for rule in credtrail::rules::RULES {
        assert!(rule.page().starts_with(&format!("# {}\n", rule.id())), "{}", rule.id());
        assert_eq!(
            credtrail::rules::find(rule.id().0).map(credtrail::rules::Rule::id),
            Some(rule.id())
        );
    }
}
