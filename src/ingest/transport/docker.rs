//! Docker's `json-file` driver: `/var/lib/docker/containers/<id>/<id>-json.log`.
//!
//! Source: moby `daemon/logger/jsonfilelog/jsonlog`; formats.md §6. One real line:
//!
//! ```text
//! {"log":"pid=4 tid=2tc INFO: start\n","stream":"stdout","time":"2025-07-04T01:31:38.413184131Z"}
//! ```
//!
//! ```text
//! line = object with log, stream, [ attrs, ] time
//! log  = the line with its LF; without one it is a part of a line beyond 16 KiB
//! ```

use std::borrow::Cow;

use crate::ingest::Row;
use crate::ingest::time;
use crate::ingest::transport::Part;
use crate::ingest::transport::Peeled;
use crate::ingest::transport::Transport;

#[derive(Debug)]
pub(super) struct Docker;

impl Transport for Docker {
    fn name(&self) -> &'static str {
        "docker"
    }

    fn example(&self) -> &'static str {
        r#"{"log":"pid=4 tid=2tc INFO: start\n","stream":"stdout","time":"2025-07-04T01:31:38.413184131Z"}"#
    }

    fn claims(&self, row: &Row<'_>) -> bool {
        let text = |key| row.text(key).is_some();
        text("log") && text("stream") && text("time") && !text("date")
    }

    fn unwrap<'a>(&self, mut row: Row<'a>) -> Peeled<'a> {
        let stamp = row.take("time").and_then(|time| time::whole(&time));
        let log = row.take("log").unwrap_or_default();
        let part = if log.ends_with(b"\n") { Part::Whole } else { Part::Torn };
        let stream = row.take("stream");
        Peeled { stream, part, ..Peeled::text(without_end(log)).at(stamp) }
    }
}

fn without_end(text: Cow<'_, [u8]>) -> Cow<'_, [u8]> {
    let is_end = |byte: &u8| *byte == b'\n' || *byte == b'\r';
    let length = text.iter().rposition(|byte| !is_end(byte)).map_or(0, |last| last + 1);
    match text {
        Cow::Borrowed(text) => Cow::Borrowed(&text[..length]),
        Cow::Owned(mut text) => {
            text.truncate(length);
            Cow::Owned(text)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::Content;

    #[test]
    fn the_log_comes_out_without_its_end() {
        for (end, part) in [("\\n", Part::Whole), ("\\r\\n", Part::Whole), ("", Part::Torn)] {
            let line = format!(
                r#"{{"log":"a \u003e \"b\"{end}","stream":"stdout","time":"2025-07-04T01:31:38.4Z"}}"#
            );
            let row = Row::of_json(line.as_bytes()).expect("an object");
            assert!(Docker.claims(&row));
            let peeled = Docker.unwrap(row);
            assert_eq!(peeled.inner, Content::line(b"a > \"b\""));
            assert_eq!(peeled.stamp, time::whole(b"2025-07-04T01:31:38.4Z"));
            assert_eq!(peeled.part, part);
        }
    }

    #[test]
    fn other_json_is_left_alone() {
        for line in [r#"{"log":"x","time":"2025-07-04T01:31:38Z"}"#, r#"{"log":1}"#] {
            let row = Row::of_json(line.as_bytes()).expect("an object");
            assert!(!Docker.claims(&row), "{line}");
        }
    }
}
