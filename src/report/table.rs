//! Findings as rows: `csv` for spreadsheets, `jsonl` for line tools.
//!
//! One row per finding, worst first. CSV is RFC 4180 with `\n`, times in RFC 3339 UTC, several
//! values in one cell joined by blanks; a cell that a spreadsheet would run is begun with `'`.

use crate::model::Analysis;
use crate::model::Finding;
use crate::model::Gap;
use crate::model::SourceReport;
use crate::model::Stamp;
use crate::model::Still;
use crate::report::escape::csv;
use crate::report::json;
use crate::report::place::place;

/// The columns of [`csv_rows`].
pub const COLUMNS: [&str; 15] = [
    "id",
    "rule",
    "severity",
    "certainty",
    "therapist",
    "from",
    "to",
    "still",
    "gap_min_ms",
    "gap_max_ms",
    "objects",
    "runs",
    "summary",
    "evidence",
    "recommendations",
];

/// A header and one record per finding.
pub fn csv_rows(analysis: &Analysis) -> String {
    let mut text = COLUMNS.join(",");
    text.push('\n');
    for finding in &analysis.findings {
        let cells = cells(finding, &analysis.sources);
        text.push_str(&cells.map(|cell| csv(&cell)).join(","));
        text.push('\n');
    }
    text
}

/// One JSON object per line and finding, as in `credtrail/report/1`.
pub fn json_lines(analysis: &Analysis) -> String {
    let line = |finding| format!("{}\n", json::finding(finding, &analysis.sources));
    analysis.findings.iter().map(line).collect()
}

fn cells(finding: &Finding, sources: &[SourceReport]) -> [String; COLUMNS.len()] {
    let time = |stamp: Option<Stamp>| stamp.map(Stamp::to_rfc3339).unwrap_or_default();
    let is_still = finding.still == Still::Wrong;
    let gap =
        |bound: fn(Gap) -> i64| finding.gap.map(|gap| bound(gap).to_string()).unwrap_or_default();
    [
        finding.id().as_str().to_owned(),
        finding.rule.0.to_owned(),
        finding.severity.name().to_owned(),
        finding.certainty.name().to_owned(),
        finding.therapist.as_str().to_owned(),
        time(finding.from),
        time(finding.to.filter(|_| !is_still)),
        is_still.to_string(),
        gap(json::at_least),
        gap(json::at_most),
        joined(finding.objects.iter().map(|object| object.as_str().to_owned())),
        joined(finding.runs.iter().map(|run| run.as_str().to_owned())),
        finding.summary.clone(),
        joined(finding.origins().iter().map(|origin| place(origin, sources))),
        joined(finding.recommendations.iter().map(|r| r.number().to_string())),
    ]
}

fn joined(values: impl Iterator<Item = String>) -> String {
    values.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample::HOSTILE;
    use crate::report::sample::hostile;

    #[test]
    fn every_row_has_every_column_whatever_the_log_says() {
        let analysis = hostile(HOSTILE);
        let text = csv_rows(&analysis);
        let mut lines = text.lines();
        assert_eq!(lines.next(), Some(COLUMNS.join(",").as_str()));
        let rows: Vec<&str> = lines.collect();
        assert_eq!(rows.len(), analysis.findings.len());
        for row in rows {
            let mut is_quoted = false;
            let is_border = |c: char| {
                is_quoted ^= c == '"';
                c == ',' && !is_quoted
            };
            assert_eq!(row.split(is_border).count(), COLUMNS.len(), "{row}");
            assert!(!row.contains('\x1b'), "{row}");
        }
    }
}
