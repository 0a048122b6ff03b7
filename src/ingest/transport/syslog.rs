//! syslog in all the ways it reaches a file: RFC 3164 and RFC 5424 on the wire, what rsyslog and
//! journald write, papertrail-cli, Heroku's drains.
//!
//! Source: RFC 3164 §4.1, RFC 5424 §6, rsyslog `runtime/rsconf.c`, systemd
//! `src/shared/logs-show.c`, logplex `doc/README.http_drains.md`; formats.md §6. Real lines:
//!
//! ```text
//! Jul  4 01:31:38 worker-1 sidekiq[4123]: 2025-07-04T01:31:38.412Z pid=4 tid=2tc INFO: start
//! 2025-07-04T01:31:38+0000 worker-1 sidekiq[4123]: pid=4 tid=2tc INFO: start
//! <14>1 2025-07-04T01:31:38.413184Z worker-1 sidekiq 4123 - - pid=4 tid=2tc INFO: start
//! 142 <190>1 2025-07-04T01:31:38.413184+00:00 host app worker.1 - pid=4 tid=2tc INFO: start
//! ```
//!
//! ```text
//! old   = [ "<" pri ">" ] TIME SP host SP tag ( ":" | "]" ) SP msg     ; tag = name [ "[" pid "]" ]
//! new   = [ len SP ] "<" pri ">1" SP TIME SP host SP app SP proc SP id SP [ sd SP ] msg
//! sd    = "-" | 1*( "[" id *( SP key "=" DQUOTE value DQUOTE ) "]" )
//! ```
//!
//! rsyslog writes control characters as `#` and three octal digits; they are turned back. Heroku's
//! HTTPS drain leaves the structured data out altogether.

use std::borrow::Cow;

use crate::ingest::time;
use crate::ingest::time::RawStamp;
use crate::ingest::transport::Peeled;
use crate::ingest::transport::Transport;
use crate::ingest::transport::word;

#[derive(Debug)]
pub(super) struct Syslog;

impl Transport for Syslog {
    fn name(&self) -> &'static str {
        "syslog"
    }

    fn example(&self) -> &'static str {
        "Jul  4 01:31:38 worker-1 sidekiq[4123]: pid=4 tid=2tc INFO: start"
    }

    fn peel<'a>(&self, line: &'a [u8]) -> Option<Peeled<'a>> {
        let body = priority(line).unwrap_or(line);
        let has_priority = body.len() < line.len();
        let (stamp, rest, is_old) = stamp(body)?;
        let (host, rest) = word(rest.strip_prefix(b" ")?)?;
        let (tag, rest) = word(rest)?;
        let needs_pid = !is_old && !has_priority;
        let has_pid = pid(tag).is_some();
        let is_tag = name(tag).is_some() && (has_pid || (!needs_pid && tag.ends_with(b":")));
        let message = unescaped(rest);
        is_tag.then(|| Peeled::text(message).at(Some(stamp)).on(Some(Cow::Borrowed(host))))
    }
}

#[derive(Debug)]
pub(super) struct Syslog5424;

impl Transport for Syslog5424 {
    fn name(&self) -> &'static str {
        "syslog-rfc5424"
    }

    fn example(&self) -> &'static str {
        "<14>1 2025-07-04T01:31:38.413184Z worker-1 sidekiq 4123 - - pid=4 tid=2tc INFO: start"
    }

    fn peel<'a>(&self, line: &'a [u8]) -> Option<Peeled<'a>> {
        let line = without_count(line);
        let rest = priority(line).filter(|rest| rest.len() < line.len())?.strip_prefix(b"1 ")?;
        let (time, rest) = word(rest)?;
        let stamp = time::whole(time);
        if stamp.is_none() && time != b"-" {
            return None;
        }
        let (host, rest) = word(rest)?;
        let (app, rest) = word(rest)?;
        let (process, rest) = word(rest)?;
        let (_id, rest) = word(rest)?;
        let is_logplex = host == b"host" || host.starts_with(b"d.");
        let message = match structured(rest) {
            Some(message) if host != b"host" => message,
            _ => rest,
        };
        let message = message.strip_prefix(b"\xef\xbb\xbf").unwrap_or(message);
        let is_dyno = is_logplex && (app == b"app" || app == b"heroku");
        let host = if is_dyno { process } else { host };
        let host = (host != b"-").then_some(Cow::Borrowed(host));
        Some(Peeled::text(unescaped(message)).at(stamp).on(host))
    }
}

/// The rest behind `<14>`.
fn priority(line: &[u8]) -> Option<&[u8]> {
    let body = line.strip_prefix(b"<")?;
    let digits = body.iter().take(3).take_while(|byte| byte.is_ascii_digit()).count();
    body[digits..].strip_prefix(b">").filter(|_| digits > 0)
}

/// The rest behind `142 ` before a priority.
fn without_count(line: &[u8]) -> &[u8] {
    let digits = line.iter().take(7).take_while(|byte| byte.is_ascii_digit()).count();
    match line[digits..].strip_prefix(b" ") {
        Some(rest) if digits > 0 && rest.starts_with(b"<") => rest,
        _ => line,
    }
}

/// The time, and whether it is spelled as RFC 3164 has it.
fn stamp(line: &[u8]) -> Option<(RawStamp, &[u8], bool)> {
    if line.first().is_some_and(u8::is_ascii_uppercase) {
        return time::syslog(line).map(|(stamp, rest)| (stamp, rest, true));
    }
    let is_epoch = line.get(4).is_some_and(u8::is_ascii_digit);
    if !is_epoch && line.get(10) != Some(&b'T') {
        return None;
    }
    let read = if is_epoch { time::epoch(line) } else { time::date_time(line) };
    read.ok().map(|(rest, stamp)| (stamp, rest, false))
}

/// The number in `sidekiq[4123]:`.
fn pid(tag: &[u8]) -> Option<&[u8]> {
    let tag = tag.strip_suffix(b":").unwrap_or(tag).strip_suffix(b"]")?;
    let open = memchr::memrchr(b'[', tag)?;
    let digits = &tag[open + 1..];
    (!digits.is_empty() && digits.iter().all(u8::is_ascii_digit)).then_some(digits)
}

fn name(tag: &[u8]) -> Option<()> {
    let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || b"_-./@:[]".contains(byte);
    let is_name = tag.first().is_some_and(u8::is_ascii_alphabetic) && tag.iter().all(is_part);
    is_name.then_some(())
}

/// What follows the structured data.
fn structured(text: &[u8]) -> Option<&[u8]> {
    if let Some(rest) = text.strip_prefix(b"-") {
        return if rest.is_empty() { Some(rest) } else { rest.strip_prefix(b" ") };
    }
    let mut rest = text;
    while rest.starts_with(b"[") {
        rest = &rest[element(rest)?..];
    }
    match rest {
        [] => Some(rest),
        [b' ', rest @ ..] if rest.len() + 1 < text.len() => Some(rest),
        _ => None,
    }
}

/// The length of `[id key="value"]`.
fn element(text: &[u8]) -> Option<usize> {
    let (mut at, mut quoted) = (1, false);
    loop {
        match text.get(at)? {
            b'\\' if quoted => at += 1,
            b'"' => quoted = !quoted,
            b']' if !quoted => return Some(at + 1),
            _ => {}
        }
        at += 1;
    }
}

/// `#033` and its like as the characters they stand for.
fn unescaped(text: &[u8]) -> Cow<'_, [u8]> {
    let Some(first) = memchr::memmem::find(text, b"#0") else { return Cow::Borrowed(text) };
    let mut out = text[..first].to_vec();
    let mut rest = &text[first..];
    while let Some(&byte) = rest.first() {
        let octal = rest.get(1..4).filter(|_| byte == b'#').and_then(octal);
        out.push(octal.unwrap_or(byte));
        rest = &rest[if octal.is_some() { 4 } else { 1 }..];
    }
    Cow::Owned(out)
}

fn octal(digits: &[u8]) -> Option<u8> {
    let value = digits.iter().try_fold(0_u8, |sum, digit| {
        (b'0'..=b'7').contains(digit).then(|| sum.checked_mul(8)?.checked_add(digit - b'0'))?
    })?;
    (value < 0x20 || value == 0x7f).then_some(value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::Content;

    #[test]
    fn every_dialect_gives_host_and_message() {
        for (line, host) in [
            ("Jul  4 01:31:38 worker-1 sidekiq[4123]: start", "worker-1"),
            ("<30>Jul  4 01:31:38 worker-1 sidekiq[4123]: start", "worker-1"),
            ("Jul 03 18:31:38 therapist-portal-prod app/worker.1: start", "therapist-portal-prod"),
            ("2025-07-04T01:31:38+0000 worker-1 sidekiq[4123]: start", "worker-1"),
            ("2025-07-04T01:31:38.413184+00:00 worker-1 sidekiq[4] start", "worker-1"),
            ("1751592698.413184 worker-1 sidekiq[4123]: start", "worker-1"),
        ] {
            let peeled = Syslog.peel(line.as_bytes()).expect(line);
            assert_eq!(peeled.inner, Content::line(b"start"), "{line}");
            assert_eq!(peeled.host.as_deref(), Some(host.as_bytes()), "{line}");
            assert!(peeled.stamp.is_some(), "{line}");
        }
        for (line, host) in [
            ("<14>1 2025-07-04T01:31:38.413184Z worker-1 sidekiq 4123 - - start", "worker-1"),
            ("<14>1 2025-07-04T01:31:38Z w sidekiq 4 - [a@1 k=\"]\\\"\"][b] \u{feff}start", "w"),
            ("142 <190>1 2025-07-04T01:31:38+00:00 host app worker.1 - start", "worker.1"),
            ("<190>1 2025-07-04T01:31:38+00:00 d.ab12 app worker.1 - - start", "worker.1"),
        ] {
            let peeled = Syslog5424.peel(line.as_bytes()).expect(line);
            assert_eq!(peeled.inner, Content::line(b"start"), "{line}");
            assert_eq!(peeled.host.as_deref(), Some(host.as_bytes()), "{line}");
        }
        let tagged = b"1 <190>1 2025-07-04T01:31:38+00:00 host app worker.1 - [ActiveJob] start";
        let peeled = Syslog5424.peel(tagged).expect("a drain");
        assert_eq!(peeled.inner, Content::line(b"[ActiveJob] start"));
    }

    #[test]
    fn control_characters_come_back() {
        let line = b"Jul  4 01:31:38 w sidekiq[4]: #033[1mINFO#033[0m a#012b #99 #0";
        let peeled = Syslog.peel(line).expect("a line");
        assert_eq!(peeled.inner, Content::line(b"\x1b[1mINFO\x1b[0m a\nb #99 #0"));
    }

    #[test]
    fn other_lines_are_left_alone() {
        for line in [
            "2025-07-04T01:31:38.412Z pid=4 tid=2tc INFO: start",
            "2025-07-04T01:31:38Z INFO worker: start",
            "2025-07-04T01:31:38+00:00 app[worker.1]: start",
            "2025-07-04 01:31:38.412 UTC [2231] app@db LOG:  x",
            "<14>1 noon w s 4 - - x",
            "<html> x",
            "Jul",
        ] {
            assert_eq!(Syslog.peel(line.as_bytes()), None, "{line}");
            assert_eq!(Syslog5424.peel(line.as_bytes()), None, "{line}");
        }
    }
}
