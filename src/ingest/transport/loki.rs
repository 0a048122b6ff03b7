//! Loki: what `logcli` prints, and what its HTTP API answers.
//!
//! Source: loki `pkg/logcli/output/{default,jsonl}.go`; formats.md §6. Real lines:
//!
//! ```text
//! 2025-07-04T07:46:38Z {pod="worker-7d9c"} pid=4 tid=3hs INFO: done
//! {"labels":{"pod":"worker-7d9c"},"line":"pid=4 tid=3hs INFO: done","timestamp":"2025-07-04T07:46:38.590366751Z"}
//! ```
//!
//! ```text
//! default = TIME SP "{" *( key "=" DQUOTE value DQUOTE [ "," ] ) "}" *SP line
//! ```
//!
//! A value of the API comes as a row with `loki.ts` and `loki.line` (frame/json_stream.rs).

use std::borrow::Cow;

use crate::ingest::Row;
use crate::ingest::time;
use crate::ingest::transport::Peeled;
use crate::ingest::transport::Transport;

#[derive(Debug)]
pub(super) struct Loki;

impl Transport for Loki {
    fn name(&self) -> &'static str {
        "loki"
    }

    fn example(&self) -> &'static str {
        r#"2025-07-04T07:46:38Z {pod="worker-7d9c"} pid=4 tid=3hs INFO: done"#
    }

    fn peel<'a>(&self, line: &'a [u8]) -> Option<Peeled<'a>> {
        if line.get(10) != Some(&b'T') {
            return None;
        }
        let (rest, stamp) = time::date_time(line).ok()?;
        let body = rest.strip_prefix(b" {")?;
        let end = closing(body)?;
        let (labels, line) = (&body[..end], body[end + 1..].trim_ascii_start());
        // An empty set is printed where all labels are common; else it would be a Ruby hash.
        let is_set = labels.is_empty() || memchr::memmem::find(labels, b"=\"").is_some();
        is_set.then(|| Peeled::text(line).at(Some(stamp)).on(pod(labels).map(Cow::Borrowed)))
    }

    fn claims(&self, row: &Row<'_>) -> bool {
        row.has(&["loki.ts", "loki.line"])
            || (row.has(&["line", "timestamp"])
                && row.pairs.first().is_some_and(|(key, _)| key.starts_with(b"labels.")))
    }

    fn unwrap<'a>(&self, mut row: Row<'a>) -> Peeled<'a> {
        let stamp = row.take("loki.ts").or_else(|| row.take("timestamp"));
        let line = row.take("loki.line").or_else(|| row.take("line")).unwrap_or_default();
        let names = ["pod", "instance", "hostname", "host", "container"];
        let host = names.iter().find_map(|name| {
            row.take(&format!("labels.{name}")).or_else(|| row.take(&format!("loki.stream.{name}")))
        });
        Peeled::text(line).at(stamp.and_then(|time| time::whole(&time))).on(host)
    }
}

/// The brace that closes the labels; one inside quotes does not.
fn closing(body: &[u8]) -> Option<usize> {
    let (mut at, mut quoted) = (0, false);
    loop {
        match body.get(at)? {
            b'\\' if quoted => at += 1,
            b'"' => quoted = !quoted,
            b'}' if !quoted => return Some(at),
            _ => {}
        }
        at += 1;
    }
}

/// The value of the label that names the pod or its host.
fn pod(labels: &[u8]) -> Option<&[u8]> {
    [&b"pod=\""[..], b"instance=\"", b"host=\""].iter().find_map(|name| {
        let from = memchr::memmem::find(labels, name)? + name.len();
        let length = memchr::memchr(b'"', &labels[from..])?;
        Some(&labels[from..from + length])
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::Content;

    #[test]
    fn labels_come_off() {
        for (line, host) in [
            (&b"2025-07-04T07:46:38Z {pod=\"w}1\", x=\"y\"}   done"[..], Some(&b"w}1"[..])),
            (b"2025-07-04T07:46:38Z {} done", None),
        ] {
            let peeled = Loki.peel(line).expect("a line");
            assert_eq!((peeled.inner, peeled.host.as_deref()), (Content::line(b"done"), host));
        }
        let line = br#"{"labels":{"pod":"w"},"line":"x","timestamp":"2025-07-04T07:46:38.59Z"}"#;
        let row = Row::of_json(line).expect("an object");
        assert!(Loki.claims(&row));
        assert_eq!(Loki.unwrap(row).host.as_deref(), Some(&b"w"[..]));
        assert_eq!(Loki.peel(b"2025-07-04T07:46:38Z {\"a\":1}"), None);
        assert_eq!(Loki.peel(b"2025-07-04T07:46:38Z done"), None);
    }
}
