//! `docker logs -t`: a time with nine digits before each line.
//!
//! Source: formats.md §6. One line:
//!
//! ```text
//! 2025-07-04T01:31:38.413184131Z pid=4 tid=2tc INFO: start
//! ```

use crate::ingest::time;
use crate::ingest::transport::Peeled;
use crate::ingest::transport::Transport;

#[derive(Debug)]
pub(super) struct DockerTimestamps;

impl Transport for DockerTimestamps {
    fn name(&self) -> &'static str {
        "docker-timestamps"
    }

    fn example(&self) -> &'static str {
        "2025-07-04T01:31:38.413184131Z pid=4 tid=2tc INFO: start"
    }

    fn peel<'a>(&self, line: &'a [u8]) -> Option<Peeled<'a>> {
        // No logger of ours prints nine digits.
        if line.get(19) != Some(&b'.') || line.get(29) != Some(&b'Z') {
            return None;
        }
        let (rest, stamp) = time::date_time(line).ok()?;
        let message = rest.strip_prefix(b" ")?;
        // Kubernetes has its stream next, Loki its labels.
        let is_other =
            [&b"stdout "[..], b"stderr ", b"{"].iter().any(|next| message.starts_with(next));
        (!is_other).then(|| Peeled::text(message).at(Some(stamp)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::Content;

    #[test]
    fn nine_digits_come_off() {
        let peeled = DockerTimestamps.peel(b"2025-07-04T01:31:38.413184131Z a b").expect("a line");
        assert_eq!(peeled.inner, Content::line(b"a b"));
        for line in ["2025-07-04T01:31:38.413184131Z stdout F x", "2025-07-04T01:31:38.413Z a"] {
            assert_eq!(DockerTimestamps.peel(line.as_bytes()), None, "{line}");
        }
    }
}
