//! Datadog: the explorer's CSV, the Logs API v2, archives.
//!
//! Source: docs.datadoghq.com; formats.md §6. Real rows, shortened:
//!
//! ```text
//! Date,Host,Service,Content
//! {"id":"AwAA","type":"log","attributes":{"timestamp":"2025-07-04T07:46:38.591Z","host":"worker-2","message":"…","attributes":{…}}}
//! {"_id":"A","date":"2025-07-04T07:46:38.591Z","host":"worker-2","message":"…","attributes":{…}}
//! ```
//!
//! Where Datadog has parsed a JSON line, its fields stand in `attributes` and the message may be
//! missing, or only what the logger called its message.

use crate::ingest::Content;
use crate::ingest::Row;
use crate::ingest::Value;
use crate::ingest::time;
use crate::ingest::transport::Peeled;
use crate::ingest::transport::Transport;
use crate::ingest::transport::is_headed;

#[derive(Debug)]
pub(super) struct Explorer;

impl Transport for Explorer {
    fn name(&self) -> &'static str {
        "datadog-csv"
    }

    fn example(&self) -> &'static str {
        r#""2025-07-04T07:46:38.591Z","worker-2","sidekiq","pid=4 tid=3hs INFO: done""#
    }

    fn claims(&self, row: &Row<'_>) -> bool {
        row.has(&["Date"]) && (row.has(&["Content"]) || row.has(&["Message"]))
    }

    fn unwrap<'a>(&self, mut row: Row<'a>) -> Peeled<'a> {
        let stamp = row.take("Date").and_then(|time| time::whole(&time));
        let host = row.take("Host");
        let text = row.take("Content").or_else(|| row.take("Message"));
        Peeled::text(text.unwrap_or_default()).at(stamp).on(host)
    }
}

#[derive(Debug)]
pub(super) struct Api;

impl Transport for Api {
    fn name(&self) -> &'static str {
        "datadog-api"
    }

    fn example(&self) -> &'static str {
        r#"{"id":"AwAA","type":"log","attributes":{"timestamp":"2025-07-04T07:46:38.591Z","message":"…"}}"#
    }

    fn claims(&self, row: &Row<'_>) -> bool {
        row.text("type").is_some_and(|kind| &kind[..] == b"log")
            && row.has(&["attributes.timestamp"])
    }

    fn unwrap<'a>(&self, row: Row<'a>) -> Peeled<'a> {
        let mut outer = row.inside("attributes").unwrap_or_default();
        let stamp = outer.take("timestamp").and_then(|time| time::whole(&time));
        let host = outer.take("host");
        inner(outer).at(stamp).on(host)
    }
}

#[derive(Debug)]
pub(super) struct Archive;

impl Transport for Archive {
    fn name(&self) -> &'static str {
        "datadog-archive"
    }

    fn example(&self) -> &'static str {
        r#"{"_id":"A","date":"2025-07-04T07:46:38.591Z","service":"sidekiq","message":"…"}"#
    }

    fn claims(&self, row: &Row<'_>) -> bool {
        row.has(&["_id", "date"]) && (row.has(&["service"]) || row.has(&["source"]))
    }

    fn unwrap<'a>(&self, mut row: Row<'a>) -> Peeled<'a> {
        let stamp = row.take("date").and_then(|time| time::whole(&time));
        let host = row.take("host");
        inner(row).at(stamp).on(host)
    }
}

/// The logged text, or the fields that Datadog made of it.
fn inner(mut row: Row<'_>) -> Peeled<'_> {
    let message = row.take("message");
    let Some(mut parsed) = row.inside("attributes") else {
        return Peeled::text(message.unwrap_or_default());
    };
    match message {
        Some(text) if is_headed(&text) => Peeled::text(text),
        Some(text) => {
            if !parsed.has(&["msg"]) && !parsed.has(&["message"]) {
                parsed.pairs.push((b"msg"[..].into(), Value::Text(text)));
            }
            Peeled::row(parsed)
        }
        None => Peeled { inner: Content::Row(parsed), ..Peeled::text(&b""[..]) },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(line: &'static str) -> Row<'static> {
        Row::of_json(line.as_bytes()).expect("an object")
    }

    #[test]
    fn each_export_gives_the_logged_text() {
        let csv =
            row(r#"{"Date":"2025-07-04T07:46:38.591Z","Host":"w","Service":"s","Content":"x"}"#);
        assert!(Explorer.claims(&csv));
        assert_eq!(Explorer.unwrap(csv).inner, Content::line(b"x"));
        let api = row(
            r#"{"id":"A","type":"log","attributes":{"timestamp":"2025-07-04T07:46:38.591Z","host":"w","message":"x"}}"#,
        );
        assert!(Api.claims(&api));
        let peeled = Api.unwrap(api);
        assert_eq!((peeled.inner, peeled.host.as_deref()), (Content::line(b"x"), Some(&b"w"[..])));
    }

    #[test]
    fn parsed_fields_are_the_record() {
        let archive = row(
            r#"{"_id":"A","date":"2025-07-04T07:46:38.591Z","service":"s","message":"done","attributes":{"ts":"2025-07-04T07:46:38.590Z","pid":4,"tid":"3hs","lvl":"INFO"}}"#,
        );
        assert!(Archive.claims(&archive));
        let Content::Row(inner) = Archive.unwrap(archive).inner else { panic!("no row") };
        assert!(inner.has(&["ts", "pid", "tid", "lvl", "msg"]));
    }
}
