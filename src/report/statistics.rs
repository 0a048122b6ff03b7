//! Figures for other programs: `credtrail/statistics/1` as JSON, and as CSV what spreadsheets draw.
//! Fields may be added, never changed.

use serde_json::Value;
use serde_json::json;

use crate::model::Figures;
use crate::model::Gap;
use crate::model::GapColumn;
use crate::model::Gaps;
use crate::model::Hours;
use crate::model::SEVERITIES;
use crate::model::Stamp;
use crate::model::rate::Rate;
use crate::report::json::pretty;
use crate::report::tables::written;

/// All figures as one document.
pub fn json(figures: &Figures) -> String {
    let duplicates = &figures.duplicates;
    pretty(&json!({
        "schema": "credtrail/statistics/1",
        "runs": figures.runs,
        "therapists": figures.therapists,
        "duplicates": {
            "certain": duplicates.certain.as_ref().map(rate),
            "at_most": duplicates.at_most.as_ref().map(rate),
        },
        "gaps": gaps(&figures.gaps),
        "hours": figures.hours.as_ref().map(hours),
        "hosts": figures.hosts.iter().map(|host| json!({
            "host": host.name,
            "runs": host.runs,
            "found": host.found,
            "duplicates": host.duplicates,
        })).collect::<Vec<_>>(),
        "top": figures.top.iter().map(|busy| json!({
            "therapist": busy.therapist,
            "findings": busy.findings,
            "still": busy.still,
            "runs": busy.runs,
            "duplicates": busy.duplicates,
        })).collect::<Vec<_>>(),
    }))
}

fn rate(rate: &Rate) -> Value {
    let short = |number: f64| (number * 1000.0).round() / 1000.0;
    json!({
        "events": rate.events,
        "of": rate.of,
        "per_thousand": short(rate.per_thousand),
        "low": short(rate.low),
        "high": short(rate.high),
    })
}

fn gaps(gaps: &Gaps) -> Value {
    let [certain, possible, outside] = GapColumn::sums(&gaps.columns);
    let bounds = |gap: Gap| json!({"min": gap.shortest(), "max": gap.longest()});
    json!({
        "window_ns": gaps.window,
        "count": gaps.count(),
        "therapists": gaps.therapists,
        "certain": certain,
        "possible": possible,
        "outside": outside,
        "quantiles": gaps.quantiles.iter().map(|quantile| json!({
            "percent": quantile.percent,
            "gap_ns": bounds(quantile.gap),
        })).collect::<Vec<_>>(),
    })
}

fn hours(hours: &Hours) -> Value {
    let columns = hours.columns.iter().enumerate().map(|(at, hour)| {
        let severities = SEVERITIES.into_iter().map(|severity| severity.name().to_owned());
        let findings = severities.zip(hour.findings.map(Value::from));
        json!({
            "from": time(hours.at(at)),
            "runs": hour.runs,
            "findings": findings.collect::<serde_json::Map<_, _>>(),
        })
    });
    json!({"step_s": hours.step / 1_000_000_000, "columns": columns.collect::<Vec<_>>()})
}

/// A round time.
fn time(nanos: i64) -> String {
    use crate::model::Clock;
    use crate::model::Zone;
    Stamp::truncated(nanos, 0, Zone::Stated, Clock::Application).to_rfc3339()
}

/// One record per column of hours: when it begins and ends, runs and findings that began.
pub fn hours_csv(figures: &Figures) -> String {
    let names = ["from", "to", "runs", "high", "medium", "low", "info"];
    let rows = figures.hours.iter().flat_map(|hours| {
        hours.columns.iter().enumerate().map(|(at, hour)| {
            let mut row = vec![time(hours.at(at)), time(hours.at(at + 1)), hour.runs.to_string()];
            row.extend(hour.findings.map(|found| found.to_string()));
            row
        })
    });
    written(&names, rows)
}

/// One record per quantile of the gaps, with its bounds.
pub fn gaps_csv(figures: &Figures) -> String {
    let rows = figures.gaps.quantiles.iter().map(|quantile| {
        let gap = quantile.gap;
        vec![
            quantile.percent.to_string(),
            gap.shortest().to_string(),
            gap.longest().to_string(),
            figures.gaps.count().to_string(),
        ]
    });
    written(&["percent", "gap_min_ns", "gap_max_ns", "gaps"], rows)
}

/// One record per host; without a name where the lines name none.
pub fn hosts_csv(figures: &Figures) -> String {
    let rows = figures.hosts.iter().map(|host| {
        let name = host.name.as_ref().map(ToString::to_string).unwrap_or_default();
        let counts = [host.runs, host.found, host.duplicates].map(|count| count.to_string());
        [vec![name], counts.into()].concat()
    });
    written(&["host", "runs", "found", "duplicates"], rows)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample;

    #[test]
    fn july_4_as_statistics() {
        let figures = sample::july_figures();
        let tables = [hours_csv(&figures), gaps_csv(&figures), hosts_csv(&figures)];
        insta::assert_snapshot!([json(&figures), tables.join("\n")].join("\n"));
    }

    #[test]
    fn a_host_runs_nothing_in_a_spreadsheet() {
        let mut figures = sample::july_figures();
        figures.hosts[0].name = Some("=cmd()|\n,x".into());
        let text = hosts_csv(&figures);
        assert!(text.contains("\"'=cmd()|"), "{text}");
    }
}
