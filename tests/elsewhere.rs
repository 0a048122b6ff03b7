//! Files of tables in other hands: DuckDB and Python's polars read what is promised.
//!
//! Needs Python 3 and, the first time, a registry to get both from; without, it says so and is
//! skipped.

#![cfg(feature = "tables")]
#![expect(clippy::print_stderr, reason = "who is skipped says so")]

use std::path::Path;
use std::path::PathBuf;
use std::process::Command;

use assert_cmd::cargo::CommandCargoExt;
use credtrail::frame::schema;
use serde_json::Value;
use serde_json::json;

/// A Python that has what tests/elsewhere/requirements.txt names; why not, if there is none.
fn python() -> Result<PathBuf, String> {
    let home = Path::new(env!("CARGO_TARGET_TMPDIR")).join("elsewhere");
    let python = home.join("bin").join("python");
    let run = |program: &Path, arguments: &[&str]| {
        let out = Command::new(program).args(arguments).output();
        let out = out.map_err(|error| format!("{}: {error}", program.display()))?;
        if out.status.success() {
            return Ok(());
        }
        let said = String::from_utf8_lossy(&out.stderr);
        Err(said.lines().last().unwrap_or("it failed without a word").to_owned())
    };
    if run(&python, &["-c", "import duckdb, polars"]).is_err() {
        let place = home.to_string_lossy();
        run(Path::new("python3"), &["-m", "venv", "--clear", &place])?;
        let wanted = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r"];
        run(&python, &[&wanted[..], &["tests/elsewhere/requirements.txt"]].concat())?;
    }
    Ok(python)
}

#[test]
fn duckdb_and_polars_read_what_is_promised() {
    let python = match python() {
        Ok(python) => python,
        Err(why) => {
            eprintln!("skipped: no Python with DuckDB and polars here: {why}");
            return;
        }
    };
    let folder = tempfile::tempdir().expect("a folder");
    let mut schemas = serde_json::Map::new();
    for schema in schema::ALL {
        let columns: Vec<Value> =
            schema.columns.iter().map(|(name, kind, _)| json!([name, kind.name()])).collect();
        schemas.insert(schema.table.to_owned(), Value::from(columns));
        extract(folder.path(), schema.table, "parquet");
    }
    for form in ["arrow", "ndjson", "csv"] {
        extract(folder.path(), "events", form);
    }
    let told = Value::Object(schemas).to_string();
    std::fs::write(folder.path().join("schemas.json"), told).expect("written");
    let out = Command::new(python)
        .arg("tests/elsewhere/check.py")
        .arg(folder.path())
        .output()
        .expect("Python runs");
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
}

fn extract(folder: &Path, table: &str, form: &str) {
    let path = folder.join(format!("{table}.{form}"));
    let mut command = Command::cargo_bin("credtrail").expect("the program");
    let out = command
        .args(["extract", "samples/july4-2025.log", "--table", table, "-o"])
        .arg(&path)
        .output()
        .expect("it runs");
    assert!(out.status.success(), "{out:?}");
}
