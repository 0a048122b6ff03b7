//! A comparison as rows: `csv` for spreadsheets, `jsonl` for line tools. One row per finding, in
//! the order of the screen.

use crate::diff::Diff;
use crate::diff::Entry;
use crate::diff::Match;
use crate::diff::Told;
use crate::diff::Why;
use crate::model::ObjectId;
use crate::model::RunId;
use crate::model::Stamp;
use crate::model::Still;
use crate::report::diff::json;
use crate::report::escape::csv;

/// The columns of [`csv_rows`]. What has no `before_` is as it was told last.
pub const COLUMNS: [&str; 22] = [
    "class",
    "because",
    "matched",
    "worse",
    "better",
    "id",
    "rule",
    "severity",
    "certainty",
    "therapist",
    "from",
    "to",
    "still",
    "objects",
    "runs",
    "summary",
    "first",
    "before_id",
    "before_severity",
    "before_certainty",
    "before_to",
    "before_still",
];

/// A header and one record per finding.
pub fn csv_rows(diff: &Diff) -> String {
    let mut text = COLUMNS.join(",");
    text.push('\n');
    for entry in &diff.entries {
        text.push_str(&cells(entry).map(|cell| csv(&cell)).join(","));
        text.push('\n');
    }
    text
}

/// One JSON object per line and finding, as in `credtrail/diff/1`.
pub fn json_lines(diff: &Diff) -> String {
    let line = |entry| format!("{}\n", json::entry(entry));
    diff.entries.iter().map(line).collect()
}

fn cells(entry: &Entry) -> [String; COLUMNS.len()] {
    let told = entry.last();
    let before = |cell: fn(&Told) -> String| entry.before().map(cell).unwrap_or_default();
    let aspects = |is_worse: bool| {
        let those = entry.differences().iter().filter(|it| it.is_worse == is_worse);
        joined(those.map(|it| it.aspect.name()))
    };
    let is_still = |told: &Told| (told.still == Still::Wrong).to_string();
    [
        entry.class.name().to_owned(),
        entry.why().map_or("", Why::name).to_owned(),
        entry.matched().map_or("", Match::name).to_owned(),
        aspects(true),
        aspects(false),
        told.id.clone(),
        told.rule.clone(),
        told.severity.name().to_owned(),
        told.certainty.name().to_owned(),
        told.therapist.as_str().to_owned(),
        time(told.from),
        time(told.to),
        is_still(told),
        joined(told.objects.iter().map(ObjectId::as_str)),
        joined(told.runs.iter().map(RunId::as_str)),
        told.summary.clone(),
        told.first.as_ref().map_or_else(String::new, |(source, line)| format!("{source}:{line}")),
        before(|told| told.id.clone()),
        before(|told| told.severity.name().to_owned()),
        before(|told| told.certainty.name().to_owned()),
        before(|told| time(told.to)),
        before(is_still),
    ]
}

fn time(stamp: Option<Stamp>) -> String {
    stamp.map(Stamp::to_rfc3339).unwrap_or_default()
}

fn joined<'a>(values: impl Iterator<Item = &'a str>) -> String {
    values.collect::<Vec<_>>().join(" ")
}
