//! A report's JSON, read back as a [`Side`].
//!
//! Takes what `report/json.rs` writes: `credtrail/report/1`, whose fields may be added to and never
//! change. What a comparison does not need is passed over, so that a report of a later version
//! that only has more is read too.

use std::collections::BTreeMap;
use std::io;

use chrono::DateTime;
use serde::Deserialize;
use serde::de::IgnoredAny;

use crate::diff::side::Kind;
use crate::diff::side::Known;
use crate::diff::side::Side;
use crate::diff::side::Told;
use crate::model::Certainty;
use crate::model::Clock;
use crate::model::ObjectId;
use crate::model::RunId;
use crate::model::Severity;
use crate::model::Sheet;
use crate::model::Stamp;
use crate::model::Still;
use crate::model::TherapistId;
use crate::model::Zone;

/// The one schema that can be compared.
pub const SCHEMA: &str = "credtrail/report/1";

/// Why a document is no report that can be compared.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// One of ours, but another one.
    #[error("expected a report of schema {SCHEMA}, found {0}")]
    Schema(String),
    /// It is torn, or lacks what every report has.
    #[error("expected a whole report of schema {SCHEMA}: {0}")]
    Broken(#[from] serde_json::Error),
    /// A field of it is not what it should be.
    #[error("expected {expected} in a report of schema {SCHEMA}, found \"{found}\"")]
    Value {
        /// What.
        expected: &'static str,
        /// The value.
        found: String,
    },
}

#[derive(Deserialize)]
struct Head {
    schema: Option<String>,
}

/// The schema that a document names, if it is one JSON object and names one of ours. A log is
/// told from a report by this, however both begin.
pub fn schema_of(bytes: impl io::Read) -> Option<String> {
    let head: Head = serde_json::from_reader(bytes).ok()?;
    head.schema.filter(|schema| schema.starts_with("credtrail/"))
}

#[derive(Deserialize)]
struct Report {
    schema: String,
    window: Window,
    sources: Vec<Source>,
    therapists: Vec<Therapist>,
    findings: Vec<Finding>,
    /// Reports of early versions do not tell it, and were mostly made with this one.
    #[serde(default = "usual")]
    severity: String,
    hidden: usize,
    notes: Vec<String>,
}

fn usual() -> String {
    Severity::Low.name().to_owned()
}

#[derive(Deserialize)]
struct Window {
    from: Option<String>,
    to: Option<String>,
}

#[derive(Deserialize)]
struct Source {
    name: String,
    bytes: u64,
    lines: u64,
    used: u64,
    ignored: u64,
    unread: u64,
    error: Option<IgnoredAny>,
}

#[derive(Deserialize)]
struct Therapist {
    id: String,
    runs: u64,
    pairing: Option<IgnoredAny>,
    end_state: EndState,
}

#[derive(Deserialize)]
struct EndState {
    labels: BTreeMap<String, Vec<String>>,
}

#[derive(Deserialize)]
struct Finding {
    id: String,
    rule: String,
    severity: String,
    certainty: String,
    therapist: String,
    from: Option<String>,
    to: Option<String>,
    still: bool,
    objects: Vec<String>,
    runs: Vec<String>,
    summary: String,
    evidence: Vec<Evidence>,
}

#[derive(Deserialize)]
struct Evidence {
    source: String,
    line: u64,
}

impl Side {
    /// Reads a report.
    pub fn read(name: String, bytes: &[u8]) -> Result<Self, ReadError> {
        let head: Head = serde_json::from_slice(bytes)?;
        let schema = head.schema.unwrap_or_default();
        if schema != SCHEMA {
            return Err(ReadError::Schema(schema));
        }
        Self::of_report(name, serde_json::from_slice(bytes)?)
    }

    fn of_report(name: String, report: Report) -> Result<Self, ReadError> {
        debug_assert_eq!(report.schema, SCHEMA, "it was looked at before");
        let mut sheet = Sheet::default();
        let mut broken = Vec::new();
        for source in &report.sources {
            let Source { bytes, lines, used, ignored, unread, .. } = *source;
            sheet.add(&Sheet { bytes, lines, used, ignored, unread });
            broken.extend(source.error.is_some().then(|| source.name.clone()));
        }
        let [from, to] = [report.window.from, report.window.to].map(stamp);
        let known = report.therapists.into_iter().map(|therapist| {
            let known = Known {
                runs: therapist.runs,
                is_inferred: therapist.pairing.is_some(),
                objects: therapist.end_state.labels.keys().map(ObjectId::new).collect(),
            };
            (TherapistId::new(therapist.id), known)
        });
        let findings = report.findings.into_iter().map(told).collect::<Result<Vec<_>, _>>()?;
        Ok(Self {
            name,
            kind: Kind::Report,
            window: from?.zip(to?),
            sources: report.sources.len(),
            sheet,
            broken,
            therapists: known.filter(|(therapist, _)| !therapist.is_unknown()).collect(),
            findings,
            severity: named("a severity", report.severity, &SEVERITIES, Severity::name)?,
            hidden: report.hidden,
            notes: report.notes,
        })
    }
}

fn told(finding: Finding) -> Result<Told, ReadError> {
    let evidence = finding.evidence.len();
    let first = finding.evidence.into_iter().next().map(|line| (line.source, line.line));
    Ok(Told {
        id: finding.id,
        severity: named("a severity", finding.severity, &SEVERITIES, Severity::name)?,
        certainty: named("a certainty", finding.certainty, &CERTAINTIES, Certainty::name)?,
        rule: finding.rule,
        therapist: TherapistId::new(finding.therapist),
        from: stamp(finding.from)?,
        to: stamp(finding.to)?.filter(|_| !finding.still),
        still: if finding.still { Still::Wrong } else { Still::Over },
        objects: finding.objects.iter().map(ObjectId::new).collect(),
        runs: finding.runs.iter().map(RunId::new).collect(),
        evidence,
        first,
        summary: finding.summary,
    })
}

const SEVERITIES: [Severity; 4] = [Severity::Info, Severity::Low, Severity::Medium, Severity::High];

const CERTAINTIES: [Certainty; 2] = [Certainty::Possible, Certainty::Certain];

fn named<T: Copy>(
    expected: &'static str,
    found: String,
    all: &[T],
    name: fn(T) -> &'static str,
) -> Result<T, ReadError> {
    let known = all.iter().copied().find(|one| name(*one) == found);
    known.ok_or(ReadError::Value { expected, found })
}

/// A time as it is printed; its digits are its precision.
fn stamp(text: Option<String>) -> Result<Option<Stamp>, ReadError> {
    let Some(text) = text else { return Ok(None) };
    let time = DateTime::parse_from_rfc3339(&text).ok().and_then(|it| it.timestamp_nanos_opt());
    let Some(nanos) = time else {
        return Err(ReadError::Value { expected: "a time", found: text });
    };
    let decimals = text.split_once('.').map_or("", |(_, decimals)| decimals);
    let digits = decimals.bytes().take_while(u8::is_ascii_digit).count();
    let digits = u8::try_from(digits).unwrap_or(9);
    Ok(Some(Stamp::truncated(nanos, digits, Zone::Stated, Clock::Application)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_is_told_from_a_log() {
        let schema = |text: &str| schema_of(text.as_bytes());
        assert_eq!(schema("{\"a\":1,\"schema\":\"credtrail/report/1\"}").as_deref(), Some(SCHEMA));
        assert_eq!(schema("{\"schema\":\"dbo\",\"msg\":\"x\"}"), None);
        assert_eq!(schema("{\"schema\":\"credtrail/report/1\"}\n{\"msg\":\"x\"}"), None);
        assert_eq!(schema("[1]"), None);
        assert_eq!(schema("{\"schema\":7}"), None);
        assert_eq!(schema(""), None);
    }

    #[test]
    fn other_schemas_and_broken_reports_are_told() {
        let error = |text: &str| {
            Side::read("x".to_owned(), text.as_bytes()).expect_err("no report").to_string()
        };
        assert_eq!(
            error("{\"schema\":\"credtrail/report/2\"}"),
            "expected a report of schema credtrail/report/1, found credtrail/report/2"
        );
        let torn = error("{\"schema\":\"credtrail/report/1\"}");
        assert!(torn.contains("missing field `window`"), "{torn}");
    }

    #[test]
    fn times_keep_their_digits() {
        let read = |text: &str| stamp(Some(text.to_owned()));
        for text in ["2025-07-04T07:04:57Z", "2025-07-04T07:04:57.048Z"] {
            let known = read(text).expect("a time").expect("one");
            assert_eq!(known.to_rfc3339(), text);
        }
        assert!(read("yesterday").is_err());
    }
}
