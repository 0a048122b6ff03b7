//! CloudWatch Logs: `aws logs tail`, `filter-log-events`, Insights, the console's CSV, exports to
//! S3, subscriptions.
//!
//! Source: aws-cli `awscli/customizations/logs/tail.py`, AWS API reference; formats.md §6. Real
//! lines:
//!
//! ```text
//! 2025-07-04T01:31:38.413000+00:00 sidekiq/worker/5f0c2b1e 2025-07-04T01:31:38.412Z pid=4 tid=2tc INFO: start
//! 2025-07-04T01:31:38.413Z 2025-07-04T01:31:38.412Z pid=4 tid=2tc INFO: start
//! {"logStreamName":"sidekiq/worker/5f0c2b1e","timestamp":1751590692980,"message":"…","eventId":"390…"}
//! ```
//!
//! ```text
//! tail = TIME SP stream SP message      ; short: without the stream, seconds in UTC without a zone
//! s3   = TIME SP message                ; milliseconds and Z
//! ```
//!
//! A line is taken for one of these only if what is inside begins as a log line does by itself:
//! else `TIME message` is just a line with a time.

use std::borrow::Cow;

use crate::ingest::Row;
use crate::ingest::time;
use crate::ingest::time::RawZone;
use crate::ingest::transport::Peeled;
use crate::ingest::transport::Transport;
use crate::ingest::transport::is_headed;
use crate::ingest::transport::word;

#[derive(Debug)]
pub(super) struct Tail;

impl Transport for Tail {
    fn name(&self) -> &'static str {
        "cloudwatch-tail"
    }

    fn example(&self) -> &'static str {
        "2025-07-04T01:31:38.413000+00:00 sidekiq/worker/5f0c 2025-07-04T01:31:38.412Z pid=4 tid=2tc INFO: start"
    }

    fn peel<'a>(&self, line: &'a [u8]) -> Option<Peeled<'a>> {
        if line.get(10) != Some(&b'T') {
            return None;
        }
        let (rest, stamp) = time::date_time(line).ok()?;
        let printed = &line[..line.len() - rest.len()];
        let rest = rest.strip_prefix(b" ")?;
        if printed.ends_with(b"+00:00") {
            let (stream, message) = word(rest)?;
            let is_stream = !stream.contains(&b'=') && !stream.ends_with(b":");
            let host = Some(Cow::Borrowed(stream));
            return (is_stream && is_headed(message))
                .then(|| Peeled::text(message).at(Some(stamp)).on(host));
        }
        let is_short = printed.len() == 19;
        let stamp = stamp.or_zone(RawZone::Utc);
        (is_short && is_headed(rest)).then(|| Peeled::text(rest).at(Some(stamp)))
    }
}

#[derive(Debug)]
pub(super) struct Export;

impl Transport for Export {
    fn name(&self) -> &'static str {
        "cloudwatch-export"
    }

    fn example(&self) -> &'static str {
        "2025-07-04T01:31:38.413Z 2025-07-04T01:31:38.412Z pid=4 tid=2tc INFO: start"
    }

    fn peel<'a>(&self, line: &'a [u8]) -> Option<Peeled<'a>> {
        let has_shape = line.get(10) == Some(&b'T') && line.get(23) == Some(&b'Z');
        if !has_shape || line.get(24) != Some(&b' ') {
            return None;
        }
        let (rest, stamp) = time::date_time(line).ok()?;
        let message = rest.strip_prefix(b" ")?;
        // `TIME pid=…` and `TIME 4 TID-…` are Sidekiq's own lines.
        let is_process = message.starts_with(b"pid=")
            || memchr::memmem::find(message, b" TID-").is_some_and(|at| at < 8);
        let is_inner = is_headed(message) && !is_process;
        is_inner.then(|| Peeled::text(message).at(Some(stamp)))
    }
}

#[derive(Debug)]
pub(super) struct Events;

impl Transport for Events {
    fn name(&self) -> &'static str {
        "cloudwatch-events"
    }

    fn example(&self) -> &'static str {
        r#"{"logStreamName":"sidekiq/worker/5f0c","timestamp":1751590692980,"message":"…"}"#
    }

    fn claims(&self, row: &Row<'_>) -> bool {
        let is_millis =
            |text: &Cow<'_, [u8]>| text.len() == 13 && text.iter().all(u8::is_ascii_digit);
        let has_time = row.text("timestamp").is_some_and(is_millis) && row.has(&["message"]);
        has_time
            && (row.pairs.len() == 2
                || ["eventId", "logStreamName", "ingestionTime"].iter().any(|key| row.has(&[key]))
                || (row.pairs.len() <= 4 && row.text("id").is_some_and(|id| id.len() > 40)))
    }

    fn unwrap<'a>(&self, mut row: Row<'a>) -> Peeled<'a> {
        let stamp = row.take("timestamp").and_then(|time| time::whole(&time));
        let host = row.take("logStreamName");
        Peeled::text(row.take("message").unwrap_or_default()).at(stamp).on(host)
    }
}

#[derive(Debug)]
pub(super) struct Insights;

impl Transport for Insights {
    fn name(&self) -> &'static str {
        "cloudwatch-insights"
    }

    fn example(&self) -> &'static str {
        "@timestamp,@message,@logStream"
    }

    fn claims(&self, row: &Row<'_>) -> bool {
        row.has(&["@timestamp", "@message"])
    }

    fn unwrap<'a>(&self, mut row: Row<'a>) -> Peeled<'a> {
        let stamp = row.take("@timestamp").and_then(|time| time::whole(&time));
        let host = row.take("@logStream");
        let stamp = stamp.map(|stamp| stamp.or_zone(RawZone::Utc));
        Peeled::text(row.take("@message").unwrap_or_default()).at(stamp).on(host)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::Content;

    #[test]
    fn tailed_and_exported_lines_come_off() {
        let inner = "2025-07-04T01:31:38.412Z pid=4 tid=2tc INFO: start";
        for (transport, head) in [
            (&Tail as &dyn Transport, "2025-07-04T01:31:38.413000+00:00 a/b/c "),
            (&Tail, "2025-07-04T01:31:38 "),
            (&Export, "2025-07-04T01:31:38.413Z "),
        ] {
            let line = format!("{head}{inner}");
            let peeled = transport.peel(line.as_bytes()).expect(&line);
            assert_eq!(peeled.inner, Content::line(inner.as_bytes()), "{line}");
            assert!(transport.peel(inner.as_bytes()).is_none(), "{inner}");
            assert!(transport.peel(format!("{head}set to 5").as_bytes()).is_none(), "{head}");
        }
    }

    #[test]
    fn rows_are_told_by_their_keys() {
        let row = |line: &'static str| Row::of_json(line.as_bytes()).expect("an object");
        let event = row(r#"{"logStreamName":"s","timestamp":1751590692980,"message":"x"}"#);
        assert!(Events.claims(&event));
        assert_eq!(Events.unwrap(event).host.as_deref(), Some(&b"s"[..]));
        assert!(Events.claims(&row(r#"{"timestamp":"1751590692980","message":"x"}"#)));
        assert!(!Events.claims(&row(r#"{"timestamp":"2025-07-04","message":"x"}"#)));
        let insight = row(r#"{"@timestamp":"2025-07-04 01:31:40.312","@message":"x"}"#);
        assert!(Insights.claims(&insight));
        let peeled = Insights.unwrap(insight);
        assert_eq!(peeled.stamp, time::whole(b"2025-07-04 01:31:40.312 UTC"));
    }
}
