//! Collectors and stores that put a line into one field of a row: Splunk, Elasticsearch, Kibana,
//! Google Cloud Logging, Vector, Fluent Bit, Fluentd.
//!
//! Source: formats.md §6. Real rows, shortened:
//!
//! ```text
//! {"preview":false,"offset":3,"result":{"_raw":"…","_time":"2026-10-08 13:48:34.000 GMT"}}
//! {"_index":".ds-logs","_source":{"@timestamp":"2025-07-04T07:46:38.591Z","message":"…"}}
//! {"insertId":"1k8f","logName":"projects/p/logs/stdout","textPayload":"…","timestamp":"2025-07-04T07:46:38.591Z"}
//! {"file":"/var/log/pods/x","message":"…","source_type":"kubernetes_logs","timestamp":"2025-07-04T07:46:38.591Z"}
//! {"date":1751592698.413184,"log":"…","kubernetes":{"pod_name":"worker-1"}}
//! 2025-07-04T01:31:38+00:00⇥kube.worker⇥{"log":"…"}
//! ```

use std::borrow::Cow;

use crate::ingest::Row;
use crate::ingest::time;
use crate::ingest::time::RawStamp;
use crate::ingest::transport::Part;
use crate::ingest::transport::Peeled;
use crate::ingest::transport::Transport;

type Text<'a> = Option<Cow<'a, [u8]>>;

fn stamp(text: Text<'_>) -> Option<RawStamp> {
    text.and_then(|text| time::whole(&text).or_else(|| time::kibana(&text)))
}

/// The first of several keys that holds text.
fn first<'a>(row: &mut Row<'a>, keys: &[&str]) -> Text<'a> {
    keys.iter().find_map(|key| row.take(key))
}

#[derive(Debug)]
pub(super) struct Splunk;

impl Transport for Splunk {
    fn name(&self) -> &'static str {
        "splunk"
    }

    fn example(&self) -> &'static str {
        r#"{"preview":false,"result":{"_raw":"…","_time":"2025-07-04 07:46:38.590 UTC"}}"#
    }

    fn claims(&self, row: &Row<'_>) -> bool {
        row.has(&["_raw", "_time"])
            || row.has(&["preview", "result._raw"])
            || row.has(&["preview", "lastrow"])
    }

    fn unwrap<'a>(&self, mut row: Row<'a>) -> Peeled<'a> {
        let is_preview = row.take("preview").is_some_and(|preview| &preview[..] == b"true");
        let mut result = row.inside("result").unwrap_or(row);
        let Some(raw) = result.take("_raw").filter(|_| !is_preview) else {
            return Peeled { part: Part::NotFinal, ..Peeled::text(&b""[..]) };
        };
        Peeled::text(raw).at(stamp(result.take("_time"))).on(result.take("host"))
    }
}

#[derive(Debug)]
pub(super) struct Elasticsearch;

impl Transport for Elasticsearch {
    fn name(&self) -> &'static str {
        "elasticsearch"
    }

    fn example(&self) -> &'static str {
        r#"{"_index":".ds-logs","_source":{"@timestamp":"2025-07-04T07:46:38.591Z","message":"…"}}"#
    }

    fn claims(&self, row: &Row<'_>) -> bool {
        row.has(&["_index"]) && row.pairs.iter().any(|(key, _)| key.starts_with(b"_source."))
    }

    fn unwrap<'a>(&self, row: Row<'a>) -> Peeled<'a> {
        let mut source = row.inside("_source").unwrap_or_default();
        let time = stamp(source.take("@timestamp"));
        let host = first(
            &mut source,
            &["kubernetes.pod.name", "host.name", "host.hostname", "host", "container.id"],
        );
        match first(&mut source, &["message", "event.original", "log"]) {
            Some(text) => Peeled::text(text),
            None => Peeled::row(source),
        }
        .at(time)
        .on(host)
    }
}

#[derive(Debug)]
pub(super) struct Kibana;

impl Transport for Kibana {
    fn name(&self) -> &'static str {
        "kibana-csv"
    }

    fn example(&self) -> &'static str {
        r#""Jul 4, 2025 @ 07:46:38.254","worker-2","pid=4 tid=3hs INFO: done""#
    }

    fn claims(&self, row: &Row<'_>) -> bool {
        row.has(&["message"])
            && row.text("@timestamp").is_some_and(|time| time::kibana(time).is_some())
    }

    fn unwrap<'a>(&self, mut row: Row<'a>) -> Peeled<'a> {
        let time = stamp(row.take("@timestamp"));
        let host = first(&mut row, &["kubernetes.pod.name", "host.name", "host.hostname", "host"]);
        Peeled::text(row.take("message").unwrap_or_default()).at(time).on(host)
    }
}

#[derive(Debug)]
pub(super) struct GoogleCloud;

impl Transport for GoogleCloud {
    fn name(&self) -> &'static str {
        "gcp-logging"
    }

    fn example(&self) -> &'static str {
        r#"{"logName":"projects/p/logs/stdout","textPayload":"…","timestamp":"2025-07-04T07:46:38.591Z"}"#
    }

    fn claims(&self, row: &Row<'_>) -> bool {
        row.has(&["logName", "timestamp"]) || row.has(&["insertId", "resource.type"])
    }

    fn unwrap<'a>(&self, mut row: Row<'a>) -> Peeled<'a> {
        let time = stamp(row.take("timestamp").or_else(|| row.take("receiveTimestamp")));
        let host = first(&mut row, &["resource.labels.pod_name", "resource.labels.instance_id"]);
        let peeled = match (row.take("textPayload"), row.inside("jsonPayload")) {
            (Some(text), _) => Peeled::text(text),
            (None, Some(payload)) => Peeled::row(payload),
            (None, None) => Peeled { part: Part::NotFinal, ..Peeled::text(&b""[..]) },
        };
        peeled.at(time).on(host)
    }
}

#[derive(Debug)]
pub(super) struct Vector;

impl Transport for Vector {
    fn name(&self) -> &'static str {
        "vector"
    }

    fn example(&self) -> &'static str {
        r#"{"message":"…","source_type":"kubernetes_logs","timestamp":"2025-07-04T07:46:38.591Z"}"#
    }

    fn claims(&self, row: &Row<'_>) -> bool {
        row.has(&["source_type", "message", "timestamp"])
    }

    fn unwrap<'a>(&self, mut row: Row<'a>) -> Peeled<'a> {
        let time = stamp(row.take("timestamp"));
        let host = first(&mut row, &["kubernetes.pod_name", "host"]);
        let stream = row.take("stream");
        let text = row.take("message").unwrap_or_default();
        Peeled { stream, ..Peeled::text(text).at(time).on(host) }
    }
}

#[derive(Debug)]
pub(super) struct FluentBit;

impl Transport for FluentBit {
    fn name(&self) -> &'static str {
        "fluent-bit"
    }

    fn example(&self) -> &'static str {
        r#"{"date":1751592698.413184,"log":"…","kubernetes":{"pod_name":"worker-1"}}"#
    }

    fn claims(&self, row: &Row<'_>) -> bool {
        let is_first = row.pairs.first().is_some_and(|(key, _)| &key[..] == b"date");
        is_first && (row.has(&["log"]) || row.has(&["message"])) && !row.has(&["_id"])
    }

    fn unwrap<'a>(&self, mut row: Row<'a>) -> Peeled<'a> {
        let time = stamp(row.take("date"));
        let host = first(&mut row, &["kubernetes.pod_name", "kubernetes.host", "host", "hostname"]);
        let text = first(&mut row, &["log", "message"]).unwrap_or_default();
        Peeled::text(without_end(text)).at(time).on(host)
    }
}

#[derive(Debug)]
pub(super) struct Fluentd;

impl Transport for Fluentd {
    fn name(&self) -> &'static str {
        "fluentd"
    }

    fn example(&self) -> &'static str {
        r#"2025-07-04T01:31:38+00:00⇥kube.worker⇥{"log":"…"}"#
    }

    fn peel<'a>(&self, line: &'a [u8]) -> Option<Peeled<'a>> {
        let mut fields = line.splitn(3, |byte| *byte == b'\t');
        let (time, _tag, record) = (fields.next()?, fields.next()?, fields.next()?);
        if !record.starts_with(b"{") {
            return None;
        }
        let time = time::whole(time)?;
        let mut row = Row::of_json(record)?;
        let host = first(&mut row, &["kubernetes.pod_name", "kubernetes.host", "host", "hostname"]);
        let peeled = match first(&mut row, &["log", "message"]) {
            Some(text) => Peeled::text(without_end(text)),
            None => Peeled::row(row),
        };
        Some(peeled.at(Some(time)).on(host))
    }
}

fn without_end(text: Cow<'_, [u8]>) -> Cow<'_, [u8]> {
    match text {
        Cow::Borrowed(text) => Cow::Borrowed(text.strip_suffix(b"\n").unwrap_or(text)),
        Cow::Owned(mut text) => {
            if text.last() == Some(&b'\n') {
                text.pop();
            }
            Cow::Owned(text)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::Content;

    fn row(line: &'static str) -> Row<'static> {
        Row::of_json(line.as_bytes()).expect("an object")
    }

    #[test]
    fn each_collector_gives_the_line_it_was_given() {
        let cases: [(&dyn Transport, &str); 7] = [
            (&Splunk, r#"{"_raw":"x","_time":"2025-07-04T03:46:38.590-04:00","host":"w"}"#),
            (
                &Splunk,
                r#"{"preview":false,"offset":1,"result":{"_raw":"x","_time":"2025-07-04 07:46:38.590 UTC","host":"w"}}"#,
            ),
            (
                &Elasticsearch,
                r#"{"_index":"i","_source":{"@timestamp":"2025-07-04T07:46:38.591Z","message":"x","host":{"name":"w"}}}"#,
            ),
            (&Kibana, r#"{"@timestamp":"Jul 4, 2025 @ 07:46:38.254","host":"w","message":"x"}"#),
            (
                &GoogleCloud,
                r#"{"logName":"l","textPayload":"x","timestamp":"2025-07-04T07:46:38Z","resource":{"labels":{"pod_name":"w"}}}"#,
            ),
            (
                &Vector,
                r#"{"message":"x","source_type":"kubernetes_logs","timestamp":"2025-07-04T07:46:38Z","host":"w"}"#,
            ),
            (&FluentBit, r#"{"date":1751592698.413184,"log":"x\n","kubernetes":{"pod_name":"w"}}"#),
        ];
        for (transport, line) in cases {
            let row = row(line);
            assert!(transport.claims(&row), "{line}");
            let peeled = transport.unwrap(row);
            assert_eq!(peeled.inner, Content::line(b"x"), "{line}");
            assert!(peeled.stamp.is_some(), "{line}");
            assert_eq!(peeled.host.as_deref(), Some(&b"w"[..]), "{line}");
        }
        let line = b"2025-07-04T01:31:38+00:00\tkube.worker\t{\"log\":\"x\\n\",\"host\":\"w\"}";
        let peeled = Fluentd.peel(line).expect("a line");
        assert_eq!(peeled.inner, Content::line(b"x"));
    }

    #[test]
    fn previews_are_not_final() {
        for line in [
            r#"{"preview":true,"offset":0,"result":{"_raw":"x","_time":"t"}}"#,
            r#"{"preview":false,"lastrow":true}"#,
        ] {
            assert_eq!(Splunk.unwrap(row(line)).part, Part::NotFinal, "{line}");
        }
    }
}
