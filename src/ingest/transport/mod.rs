//! Transports: what a collector wraps around a line. One file per wrapper.
//!
//! Takes one line, gives what is inside and what the wrapper says of it. A wrapper may hold
//! another one, so peel until nothing matches. Knows nothing of what is inside. A new wrapper is
//! one file here and one line in [`TRANSPORTS`].

mod cloudwatch;
mod collectors;
mod datadog;
mod docker;
mod heroku;
mod journald;
mod kubernetes;
mod loki;
mod papertrail;
mod rows;
mod stamped;
mod syslog;

use std::borrow::Cow;

use crate::ingest::Content;
use crate::ingest::Row;
use crate::ingest::time;
use crate::ingest::time::RawStamp;

/// What is left when one wrapper is off.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Peeled<'a> {
    /// When the collector read the line (clock T, formats.md §0).
    pub stamp: Option<RawStamp>,
    /// Host, pod or dyno, where the wrapper says it.
    pub host: Option<Cow<'a, [u8]>>,
    /// What was wrapped, without its line end. Colours are still in.
    pub inner: Content<'a>,
    /// Which of the host's streams it came from, as `stderr`: only parts of one are joined.
    pub stream: Option<Cow<'a, [u8]>>,
    /// How much of the record it is.
    pub part: Part,
}

impl<'a> Peeled<'a> {
    /// A whole line of text.
    pub fn text(inner: impl Into<Cow<'a, [u8]>>) -> Self {
        Self {
            stamp: None,
            host: None,
            stream: None,
            inner: Content::Text(inner.into()),
            part: Part::Whole,
        }
    }

    /// A whole row.
    pub fn row(row: Row<'a>) -> Self {
        Self { stamp: None, host: None, stream: None, inner: Content::Row(row), part: Part::Whole }
    }

    /// With the collector's time.
    pub fn at(self, stamp: Option<RawStamp>) -> Self {
        Self { stamp, ..self }
    }

    /// With the host.
    pub fn on(self, host: Option<Cow<'a, [u8]>>) -> Self {
        Self { host, ..self }
    }

    /// The same, free of the line.
    pub(super) fn into_owned(self) -> Peeled<'static> {
        Peeled {
            stamp: self.stamp,
            host: self.host.map(|host| Cow::Owned(host.into_owned())),
            stream: self.stream.map(|stream| Cow::Owned(stream.into_owned())),
            inner: self.inner.into_owned(),
            part: self.part,
        }
    }
}

/// How much of a record one line carries.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Part {
    /// All of it.
    #[default]
    Whole,
    /// A part; the next line of the same wrapper goes on.
    Torn,
    /// A preview that a later line replaces, or the wrapper's own chatter: not to be read.
    NotFinal,
}

/// One wrapper. It reads lines of text, or rows (JSON objects, CSV records), or both.
pub trait Transport: Sync {
    /// The name shown to people: `docker`.
    fn name(&self) -> &'static str;

    /// One line of it, for people.
    fn example(&self) -> &'static str;

    /// Words of lines whose watched words the wrapper may hide or cut: the sieve lets these lines
    /// through where a source has this wrapper.
    fn needles(&self) -> &'static [&'static str] {
        &[]
    }

    /// Takes the wrapper off a line of text, if this is it. Asked again on what is inside, so it
    /// must never give back a line that is not shorter.
    fn peel<'a>(&self, _line: &'a [u8]) -> Option<Peeled<'a>> {
        None
    }

    /// Whether this wrapper wrote the row.
    fn claims(&self, _row: &Row<'_>) -> bool {
        false
    }

    /// Takes the wrapper off a row it claims.
    fn unwrap<'a>(&self, row: Row<'a>) -> Peeled<'a> {
        Peeled::row(row)
    }
}

/// All transports in the order they are asked; no two claim the same line (a test holds that),
/// but for `rows`, which is asked last.
pub static TRANSPORTS: &[&dyn Transport] = &[
    &docker::Docker,
    &kubernetes::Cri,
    &kubernetes::KubectlPrefix,
    &stamped::DockerTimestamps,
    &heroku::Heroku,
    &syslog::Syslog,
    &syslog::Syslog5424,
    &papertrail::Papertrail,
    &journald::Journald,
    &loki::Loki,
    &cloudwatch::Tail,
    &cloudwatch::Export,
    &cloudwatch::Events,
    &cloudwatch::Insights,
    &datadog::Explorer,
    &datadog::Api,
    &datadog::Archive,
    &collectors::Splunk,
    &collectors::Elasticsearch,
    &collectors::Kibana,
    &collectors::GoogleCloud,
    &collectors::Vector,
    &collectors::FluentBit,
    &collectors::Fluentd,
    &rows::Rows,
];

/// The first word of a text and what stands behind the blank.
fn word(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let end = memchr::memchr(b' ', text).unwrap_or(text.len());
    let rest = text.get(end + 1..).unwrap_or_default();
    (end > 0).then(|| (&text[..end], rest))
}

/// Whether a text begins as a logger begins its lines: with a time, with Sidekiq's process, with
/// Ruby's severity, with a colour, as a JSON object. Says nothing about which logger.
fn is_headed(text: &[u8]) -> bool {
    let text = text.trim_ascii_start();
    match text {
        [b'{', b'"', ..]
        | [0x1b, b'[', ..]
        | [b'D' | b'I' | b'W' | b'E' | b'F' | b'A', b',', b' ', b'[', ..] => true,
        [b'0'..=b'9', ..] => {
            time::date_time(text).is_ok()
                || memchr::memmem::find(text, b" TID-").is_some_and(|at| at < 8)
        }
        _ => {
            let is_process =
                text.starts_with(b"pid=") && memchr::memmem::find(text, b" tid=").is_some();
            let levels = [&b"DEBUG "[..], b"INFO  ", b"WARN  ", b"ERROR ", b"FATAL "];
            let level = levels.iter().find_map(|level| text.strip_prefix(*level));
            is_process
                || level.is_some_and(|rest| rest.starts_with(b"20") || rest.starts_with(b"pid="))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::documents;
    use crate::ingest::envelope::ENVELOPES;
    use crate::ingest::frame::Shape;

    /// Each sample with the transports that own its records.
    const OWNERS: &[(&str, &str)] = &[
        ("cloudwatch_console_log_events.csv", "cloudwatch-events"),
        ("cloudwatch_filter_log_events.json", "cloudwatch-events"),
        ("cloudwatch_insights.csv", "cloudwatch-insights"),
        ("cloudwatch_insights_get_query_results.json", "cloudwatch-insights"),
        ("cloudwatch_logs_tail_detailed.log", "cloudwatch-tail"),
        ("cloudwatch_logs_tail_short.log", "cloudwatch-tail"),
        ("cloudwatch_s3_export.log", "cloudwatch-export"),
        ("cloudwatch_subscription_data_message.json", "cloudwatch-events"),
        ("datadog_archive.jsonl", "datadog-archive"),
        ("datadog_explorer.csv", "datadog-csv"),
        ("datadog_explorer_bom_crlf.csv", "datadog-csv"),
        ("datadog_logs_api_v2.json", "datadog-api"),
        ("docker_json_file.log", "docker"),
        ("docker_json_file_sidekiq8_ansi.log", "docker"),
        ("elasticsearch_search.json", "elasticsearch"),
        ("fluent_bit_json_lines.jsonl", "fluent-bit"),
        ("fluentd_out_file.log", "fluentd"),
        ("gcp_logging_read.json", "gcp-logging"),
        ("heroku_https_drain_logplex1.txt", "syslog-rfc5424"),
        ("heroku_logs.log", "heroku"),
        ("heroku_syslog_tls_drain.txt", "syslog-rfc5424"),
        ("journald_json.jsonl", "journald"),
        ("journald_json_sidekiq8_bytearray.jsonl", "journald"),
        ("journald_short.log", "syslog"),
        ("journald_short_iso.log", "syslog"),
        ("journald_short_iso_precise_v255.log", "syslog"),
        ("kibana_discover.csv", "kibana-csv"),
        ("kubectl_logs_prefix_timestamps.log", "kubectl-prefix"),
        ("kubernetes_cri_sidekiq7_json.log", "kubernetes-cri"),
        ("loki_logcli.jsonl", "loki"),
        ("loki_logcli_default.log", "loki"),
        ("loki_query_range.json", "loki"),
        ("papertrail_archive.tsv", "papertrail"),
        ("papertrail_archive_legacy_offset.tsv", "papertrail"),
        ("papertrail_cli.log", "syslog"),
        ("rsyslog_fileformat_sidekiq8_escaped.log", "syslog"),
        ("splunk_export.csv", "splunk"),
        ("splunk_export.json", "splunk"),
        ("syslog_rfc3164_file.log", "syslog"),
        ("syslog_rfc3164_wire.log", "syslog"),
        ("syslog_rfc5424.log", "syslog-rfc5424"),
        ("vector_kubernetes_logs.jsonl", "vector"),
    ];

    /// The records of a sample, as the reader sees them first.
    fn records(file: &str) -> Vec<Content<'static>> {
        let path = format!("{}/samples/formats/{file}", env!("CARGO_MANIFEST_DIR"));
        let bytes = std::fs::read(&path).expect("a sample in the repository");
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes).to_vec();
        let shape = Shape::of(&bytes);
        if shape != Shape::Lines {
            return documents::sample(&bytes, &shape, usize::MAX);
        }
        let lines = bytes.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
        lines.map(|line| Content::line(line).opened().into_owned()).collect()
    }

    #[test]
    fn each_sample_is_peeled_by_its_owner_alone() {
        for (file, owner) in OWNERS {
            let mut peeled = 0;
            for record in records(file) {
                for transport in TRANSPORTS.iter().filter(|transport| transport.name() != "rows") {
                    let reads = match &record {
                        Content::Text(line) => transport.peel(line).is_some(),
                        Content::Row(row) => transport.claims(row),
                    };
                    assert!(
                        !reads || transport.name() == *owner,
                        "{} on {record:?}",
                        transport.name()
                    );
                    if let (true, Content::Text(line)) = (reads, &record) {
                        assert!(!ENVELOPES.iter().any(|it| it.owns(line)), "{record:?}");
                    }
                    peeled += u32::from(reads);
                }
                let is_claimed =
                    ENVELOPES.iter().filter(|e| !e.is_fallback()).any(|e| match &record {
                        Content::Text(line) => e.read(line).is_some(),
                        Content::Row(row) => e.claims(row),
                    });
                assert!(!is_claimed, "an envelope claims {record:?}");
            }
            assert!(peeled >= 20, "{owner} reads only {peeled} of {file}");
        }
    }

    #[test]
    fn a_loggers_own_lines_are_nobodys_wrapper() {
        let folder = format!("{}/samples/formats", env!("CARGO_MANIFEST_DIR"));
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let file = entry.expect("an entry").file_name().to_string_lossy().into_owned();
            let is_owned = OWNERS.iter().any(|(owned, _)| **owned == file);
            if is_owned || file.contains(".gz") || file.contains("utf16") || file == "README.md" {
                continue;
            }
            for record in records(&file) {
                for transport in TRANSPORTS {
                    let reads = match &record {
                        Content::Text(line) => transport.peel(line).is_some(),
                        Content::Row(row) => transport.claims(row),
                    };
                    assert!(!reads, "{} on {file}: {record:?}", transport.name());
                }
            }
        }
    }

    proptest::proptest! {
        #[test]
        fn what_a_logger_owns_is_nobodys_wrapper(
            head in "(INFO  |DEBUG|I, \\[|\\[pod/a/b\\] |)(2025-07-04[T ]07:04:56(\\.312(454(012)?)?)?(Z|\\+00:00|)| )|\
                2025-07-04T07:04:56\\.312Z pid=4|2025-07-04 07:04:56\\.312454 I \\[4|1751592698 a sidekiq\\[4\\]: ",
            tail in "( |,|:|\t|\\{|\\[|pid=4|tid=2|W|I|a\\[b\\]:|stdout F|TID-2|INFO: x|#4\\]|0){0,8}",
        ) {
            let line = format!("{head}{tail}");
            if ENVELOPES.iter().any(|envelope| envelope.owns(line.as_bytes())) {
                for transport in TRANSPORTS {
                    let is_peeled = transport.peel(line.as_bytes()).is_some();
                    proptest::prop_assert!(!is_peeled, "{} on {line}", transport.name());
                }
            }
        }

        #[test]
        fn what_is_inside_is_shorter(bytes: Vec<u8>) {
            for transport in TRANSPORTS {
                let Some(peeled) = transport.peel(&bytes) else { continue };
                if let Content::Text(inner) = peeled.inner {
                    proptest::prop_assert!(inner.len() < bytes.len());
                }
            }
        }
    }
}
