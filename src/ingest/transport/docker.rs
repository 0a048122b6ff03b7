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

use crate::ingest::Value;
use crate::ingest::json;
use crate::ingest::time;
use crate::ingest::transport::Peeled;
use crate::ingest::transport::Transport;

#[derive(Debug)]
pub(super) struct Docker;

impl Transport for Docker {
    fn name(&self) -> &'static str {
        "docker"
    }

    fn peel<'a>(&self, line: &'a [u8]) -> Option<Peeled<'a>> {
        if !line.starts_with(b"{\"log\":\"") {
            return None;
        }
        let (mut inner, mut stamp, mut streamed) = (None, None, false);
        for (key, value) in json::pairs(line)? {
            match (key.as_ref(), value) {
                (b"log", Value::Text(text)) => inner = Some(text),
                (b"time", Value::Text(text)) => stamp = time::whole(&text),
                (b"stream", _) => streamed = true,
                _ => {}
            }
        }
        let inner = without_end(inner?);
        streamed.then_some(Peeled { stamp, host: None, inner })
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

    #[test]
    fn the_log_comes_out_without_its_end() {
        let line =
            br#"{"log":"a \u003e \"b\"\n","stream":"stdout","time":"2025-07-04T01:31:38.4Z"}"#;
        let peeled = Docker.peel(line).expect("a docker line");
        assert_eq!(peeled.inner.as_ref(), b"a > \"b\"");
        assert_eq!(peeled.stamp, time::whole(b"2025-07-04T01:31:38.4Z"));
    }

    #[test]
    fn other_json_is_left_alone() {
        for line in [r#"{"log":"x","time":"2025-07-04T01:31:38Z"}"#, r#"{"log":1}"#, "{\"log\":\"x"]
        {
            assert_eq!(Docker.peel(line.as_bytes()), None, "{line}");
        }
    }
}
