//! Any other shipper that puts a logger's line into a field of a row.
//!
//! Asked last of all. The field must hold a line that a logger of ours wrote: a row whose message
//! is plain text is that logger's own record.

use crate::ingest::Row;
use crate::ingest::time;
use crate::ingest::transport::Peeled;
use crate::ingest::transport::Transport;
use crate::ingest::transport::is_headed;

const MESSAGES: [&str; 9] =
    ["message", "@message", "msg", "log", "line", "text", "body", "raw", "MESSAGE"];

const TIMES: [&str; 8] =
    ["@timestamp", "timestamp", "time", "ts", "date", "Date", "Time", "datetime"];

const HOSTS: [&str; 6] =
    ["host", "hostname", "pod", "kubernetes.pod_name", "kubernetes.pod.name", "host.name"];

#[derive(Debug)]
pub(super) struct Rows;

impl Transport for Rows {
    fn name(&self) -> &'static str {
        "rows"
    }

    fn example(&self) -> &'static str {
        r#"{"time":"2025-07-04T07:46:38Z","host":"w","line":"pid=4 tid=3hs INFO: done"}"#
    }

    fn claims(&self, row: &Row<'_>) -> bool {
        // A Sidekiq line's message may itself be JSON; its row is no wrapper.
        let is_sidekiq = row.has(&["pid", "tid", "lvl"]);
        !is_sidekiq && MESSAGES.iter().filter_map(|key| row.text(key)).any(|text| is_line(text))
    }

    fn unwrap<'a>(&self, mut row: Row<'a>) -> Peeled<'a> {
        let stamp = TIMES.iter().find_map(|key| time::whole(row.text(key)?));
        let host = HOSTS.iter().find_map(|key| row.take(key));
        let holds_line = |key: &&&str| row.text(key).is_some_and(|text| is_line(text));
        let key = MESSAGES.iter().find(holds_line).copied();
        let text = key.and_then(|key| row.take(key)).unwrap_or_default();
        Peeled::text(text).at(stamp).on(host)
    }
}

/// Whether a text is a logger's line; of JSON only Sidekiq's own is, all else may be a payload.
fn is_line(text: &[u8]) -> bool {
    let is_json = text.trim_ascii_start().first() == Some(&b'{');
    is_headed(text) && (!is_json || memchr::memmem::find(text, b"\"tid\":").is_some())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::Content;

    #[test]
    fn only_a_loggers_line_is_wrapped() {
        let line =
            br#"{"time":"2025-07-04T07:46:38Z","host":"w","msg":"pid=4 tid=3hs INFO: done"}"#;
        let row = Row::of_json(line).expect("an object");
        assert!(Rows.claims(&row));
        let peeled = Rows.unwrap(row);
        assert_eq!(peeled.inner, Content::line(b"pid=4 tid=3hs INFO: done"));
        assert_eq!(peeled.host.as_deref(), Some(&b"w"[..]));
        for line in [r#"{"time":"2025-07-04T07:46:38Z","msg":"set"}"#, r#"{"msg":"pid is 4"}"#] {
            let row = Row::of_json(line.as_bytes()).expect("an object");
            assert!(!Rows.claims(&row), "{line}");
        }
    }
}
