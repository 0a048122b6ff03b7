//! journald's JSON, as `journalctl -o json` prints it.
//!
//! Source: systemd `src/shared/logs-show.c`; formats.md §6. One real line, shortened:
//!
//! ```text
//! {"__REALTIME_TIMESTAMP":"1751592698413184","_HOSTNAME":"worker-1","MESSAGE":"pid=4 tid=2tc INFO: start"}
//! ```
//!
//! ```text
//! line    = object of strings, in any order
//! MESSAGE = string | array of byte numbers | null      ; the array where it holds control characters
//! ```

use std::borrow::Cow;

use crate::ingest::Row;
use crate::ingest::Value;
use crate::ingest::time;
use crate::ingest::transport::Peeled;
use crate::ingest::transport::Transport;

#[derive(Debug)]
pub(super) struct Journald;

impl Transport for Journald {
    fn name(&self) -> &'static str {
        "journald"
    }

    fn example(&self) -> &'static str {
        r#"{"__REALTIME_TIMESTAMP":"1751592698413184","_HOSTNAME":"worker-1","MESSAGE":"…"}"#
    }

    fn needles(&self) -> &'static [&'static str] {
        // A message as byte numbers shows no words.
        &["\"MESSAGE\":[", "\"MESSAGE\" : ["]
    }

    fn claims(&self, row: &Row<'_>) -> bool {
        row.has(&["__REALTIME_TIMESTAMP", "MESSAGE"])
    }

    fn unwrap<'a>(&self, mut row: Row<'a>) -> Peeled<'a> {
        let sent = row.take("_SOURCE_REALTIME_TIMESTAMP");
        let stamp = sent.or_else(|| row.take("__REALTIME_TIMESTAMP"));
        let message = match row.get("MESSAGE") {
            Some(Value::Text(text)) => text.clone(),
            Some(Value::Array(numbers)) => Cow::Owned(bytes(numbers)),
            Some(Value::Null) | None => Cow::Borrowed(&b""[..]),
        };
        Peeled::text(message)
            .at(stamp.and_then(|time| time::whole(&time)))
            .on(row.take("_HOSTNAME"))
    }
}

/// `[27,91,49]` as the bytes it lists; what is no byte is left out.
fn bytes(list: &[u8]) -> Vec<u8> {
    list.split(|byte| b"[], ".contains(byte))
        .filter_map(|number| std::str::from_utf8(number).ok()?.parse().ok())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::Content;

    #[test]
    fn a_message_is_text_or_bytes_or_nothing() {
        for (message, text) in [("\"a b\"", "a b"), ("[97,32,98]", "a b"), ("null", "")] {
            let line = format!(
                r#"{{"_HOSTNAME":"w","MESSAGE":{message},"__REALTIME_TIMESTAMP":"1751592698413184"}}"#
            );
            let row = Row::of_json(line.as_bytes()).expect("an object");
            assert!(Journald.claims(&row));
            let peeled = Journald.unwrap(row);
            assert_eq!(peeled.inner, Content::line(text.as_bytes()), "{message}");
            assert!(peeled.stamp.is_some_and(|stamp| stamp.digits() == 6));
        }
    }
}
