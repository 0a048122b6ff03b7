//! Heroku: what `heroku logs` prints.
//!
//! Source: logplex `src/logplex_utils.erl`; formats.md §6. One real line:
//!
//! ```text
//! 2025-07-04T01:31:38.413184+00:00 app[worker.1]: pid=4 tid=2tc INFO: start
//! ```
//!
//! ```text
//! line = TIME SP source "[" dyno "]:" SP message
//! ```

use std::borrow::Cow;

use crate::ingest::time;
use crate::ingest::transport::Peeled;
use crate::ingest::transport::Transport;
use crate::ingest::transport::word;

#[derive(Debug)]
pub(super) struct Heroku;

impl Transport for Heroku {
    fn name(&self) -> &'static str {
        "heroku"
    }

    fn example(&self) -> &'static str {
        "2025-07-04T01:31:38.413184+00:00 app[worker.1]: pid=4 tid=2tc INFO: start"
    }

    fn peel<'a>(&self, line: &'a [u8]) -> Option<Peeled<'a>> {
        if line.get(10) != Some(&b'T') {
            return None;
        }
        let (rest, stamp) = time::date_time(line).ok()?;
        let (tag, message) = word(rest.strip_prefix(b" ")?)?;
        let tag = tag.strip_suffix(b"]:")?;
        let open = memchr::memchr(b'[', tag)?;
        let (source, dyno) = (&tag[..open], &tag[open + 1..]);
        let is_source = !source.is_empty()
            && source.iter().all(|b| b.is_ascii_lowercase() || b"-_".contains(b));
        let is_dyno = dyno.first().is_some_and(u8::is_ascii_alphabetic);
        (is_source && is_dyno)
            .then(|| Peeled::text(message).at(Some(stamp)).on(Some(Cow::Borrowed(dyno))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::Content;

    #[test]
    fn the_dyno_is_the_host() {
        let line = b"2025-07-04T01:31:38.413184+00:00 app[worker.1]: pid=4 start";
        let peeled = Heroku.peel(line).expect("a line");
        assert_eq!(peeled.host.as_deref(), Some(&b"worker.1"[..]));
        assert_eq!(peeled.inner, Content::line(b"pid=4 start"));
        for other in
            ["2025-07-04T01:31:38+00:00 w sidekiq[4]: x", "2025-07-04T01:31:38Z [x]: y", "a[b]: c"]
        {
            assert_eq!(Heroku.peel(other.as_bytes()), None, "{other}");
        }
    }
}
