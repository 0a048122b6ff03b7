//! Lines that ran into each other: a process writes text and line end apart, and another thread's
//! line comes between.
//!
//! Source: formats.md §6.1. One real line:
//!
//! ```text
//! … INFO: therapist_id=48219 credentialing_hubspot_id=302811904422025-07-04T07:04:55.903Z pid=4 tid=2tc …
//! ```
//!
//! The id is 30281190442; the next record's time follows at once. A line is cut only where a whole
//! head stands that no value can be, without a blank before it, or where one JSON object ends and
//! another begins.
//!
//! ```text
//! head     = [ v8 ] [ ts SP ] "pid=" 1*digit " tid=" word 1*SP ( "class=" | "jid=" | severity ":" | "context=" )
//!          | ts SP 1*digit " TID-"                                  ; Sidekiq 5
//!          | letter ", [" time                                      ; Ruby's Logger
//!          | time SP letter " [" 1*digit ":"                        ; semantic_logger
//! v8       = [ colour ] severity *SP [ colour ] SP
//! ```

use std::sync::LazyLock;

use memchr::memmem;
use memchr::memmem::Finder;

use crate::ingest::json;
use crate::ingest::time;

/// Bytes of `2025-07-04T07:04:55.903Z`.
const TIME: usize = 24;

/// Bytes of `2025-07-04 07:04:55.903671`.
const LOCAL: usize = 26;

/// Bytes of `ESC [1;34m`.
const LONGEST_COLOUR: usize = 8;

const SEVERITIES: [&str; 6] = ["INFO", "WARN", "ERROR", "DEBUG", "FATAL", "ANY"];

/// What Sidekiq's heads hold: of version 6 on, and before.
static SIDEKIQ: LazyLock<[Finder<'static>; 2]> =
    LazyLock::new(|| [Finder::new("pid="), Finder::new(" TID-")]);

/// The pieces of a line and where they begin; one as a rule.
pub fn pieces(line: &[u8]) -> Pieces<'_> {
    let mut cuts = if line.first() == Some(&b'{') { objects(line) } else { heads(line) };
    cuts.retain(|cut| *cut > 0 && *cut < line.len());
    cuts.sort_unstable();
    cuts.dedup();
    Pieces { line, begin: Some(0), cuts: cuts.into_iter() }
}

/// See [`pieces`].
#[derive(Clone, Debug)]
pub struct Pieces<'a> {
    line: &'a [u8],
    begin: Option<usize>,
    cuts: std::vec::IntoIter<usize>,
}

impl<'a> Iterator for Pieces<'a> {
    type Item = (usize, &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        let begin = self.begin?;
        self.begin = self.cuts.next();
        Some((begin, &self.line[begin..self.begin.unwrap_or(self.line.len())]))
    }
}

fn heads(line: &[u8]) -> Vec<usize> {
    let [new, old] = &*SIDEKIQ;
    // Most lines have a head that begins where they do.
    let is_first = |at: usize| at == TIME + 1 && line[..at].ends_with(b"Z ");
    let new = places(new, line).filter(|at| !is_first(*at));
    let new = new.filter_map(|at| sidekiq(line, at));
    let old = places(old, line).filter_map(|at| sidekiq_5(line, at));
    let brackets = memchr::memchr_iter(b'[', line).filter_map(|bracket| {
        let at = bracket.checked_sub(1).filter(|at| line[*at] == b' ')?;
        let comma = at.checked_sub(1).filter(|_| line[bracket..].starts_with(b"[20"));
        let ruby = comma.filter(|at| line[*at] == b',').and_then(|at| ruby(line, at));
        ruby.or_else(|| semantic(line, at))
    });
    new.chain(old).chain(brackets).filter(|begin| is_glued(&line[..*begin])).collect()
}

/// Where a needle stands that cannot overlap itself. Its own iterator copies the finder first, which
/// for a line takes longer than to look through it.
fn places<'l>(needle: &'l Finder<'_>, line: &'l [u8]) -> impl Iterator<Item = usize> {
    let mut from = 0;
    std::iter::from_fn(move || {
        let at = from + needle.find(&line[from..])?;
        from = at + needle.needle().len();
        Some(at)
    })
}

/// Where the head begins that has `pid=` here.
fn sidekiq(line: &[u8], at: usize) -> Option<usize> {
    let rest = &line[at + 4..];
    let rest = digits(rest).strip_prefix(b" tid=").filter(|_| rest[0].is_ascii_digit())?;
    let thread = rest.iter().take_while(|byte| byte.is_ascii_alphanumeric()).count();
    let context = rest[thread..].trim_ascii_start();
    let is_head = [&b"class="[..], b"jid=", b"context="].iter().any(|key| context.starts_with(key))
        || SEVERITIES.iter().any(|name| {
            context.strip_prefix(name.as_bytes()).is_some_and(|rest| rest.starts_with(b":"))
        });
    if !is_head || thread == 0 {
        return None;
    }
    let begin = timed(line, at).unwrap_or(at);
    Some(severity(&line[..begin]).unwrap_or(begin))
}

/// Where the head of version 5 begins that has ` TID-` here. Without a time nothing tells the
/// process from an id before it.
fn sidekiq_5(line: &[u8], at: usize) -> Option<usize> {
    let process = line[..at].iter().rev().take_while(|byte| byte.is_ascii_digit()).count();
    timed(line, at - process).filter(|_| process > 0)
}

fn ruby(line: &[u8], at: usize) -> Option<usize> {
    let begin = at.checked_sub(1)?;
    let is_time = time::date_time(&line[at + 3..]).is_ok();
    (b"DIWEFA".contains(&line[begin]) && is_time).then_some(begin)
}

/// Where the head of semantic_logger begins that has ` [` here.
fn semantic(line: &[u8], at: usize) -> Option<usize> {
    let process = &line[at + 2..];
    let is_process = digits(process).starts_with(b":") && process[0].is_ascii_digit();
    let [before @ .., b' ', letter] = &line[..at] else { return None };
    let begin = before.len().checked_sub(LOCAL)?;
    let is_time = matches!(time::date_time(&before[begin..]), Ok((b"", _)));
    (is_process && is_time && b"TDIWEF".contains(letter)).then_some(begin)
}

/// The text behind the digits at its front.
fn digits(text: &[u8]) -> &[u8] {
    &text[text.iter().take_while(|byte| byte.is_ascii_digit()).count()..]
}

/// Where the time begins that stands with its blank before a place.
fn timed(line: &[u8], at: usize) -> Option<usize> {
    let end = at.checked_sub(1).filter(|end| line[*end] == b' ')?;
    let begin = end.checked_sub(TIME)?;
    matches!(time::date_time(&line[begin..end]), Ok((b"", _))).then_some(begin)
}

/// Where the severity begins that version 8 prints first, padded and coloured.
fn severity(before: &[u8]) -> Option<usize> {
    let plain = before.strip_suffix(b" ")?;
    let plain = plain.strip_suffix(b"\x1b[0m").unwrap_or(plain).trim_ascii_end();
    let word = SEVERITIES.iter().find_map(|name| plain.strip_suffix(name.as_bytes()))?;
    let near = word.len().saturating_sub(LONGEST_COLOUR);
    let colour = memchr::memrchr(b'\x1b', &word[near..]).filter(|_| word.ends_with(b"m"));
    Some(colour.map_or(word.len(), |at| near + at))
}

/// Whether what stands before a head runs into it: no blank parts them, and no quote or bracket
/// opens there.
fn is_glued(before: &[u8]) -> bool {
    let Some((last, outer)) = before.split_last() else { return false };
    match last {
        b'"' | b'\'' | b'`' => {
            !outer.last().is_none_or(|byte| byte.is_ascii_whitespace() || b"([{=:,>".contains(byte))
        }
        _ => last.is_ascii_alphanumeric() || b")]}.!?%;".contains(last),
    }
}

fn objects(line: &[u8]) -> Vec<usize> {
    let mut cuts = Vec::new();
    let mut at = 0;
    // Most lines are one object, and most of these hold no `}{` at all.
    if memmem::find(line, b"}{\"").is_none() {
        return cuts;
    }
    while let Some(length) = json::closing(&line[at..]) {
        at += length;
        if !line[at..].starts_with(b"{\"") {
            break;
        }
        cuts.push(at);
    }
    cuts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(line: &str) -> Vec<String> {
        let pieces = pieces(line.as_bytes());
        pieces.into_iter().map(|(_, piece)| String::from_utf8_lossy(piece).into_owned()).collect()
    }

    #[test]
    fn the_id_ends_where_the_time_begins() {
        let first =
            "2025-07-04T07:04:55.713Z pid=4 tid=a INFO: credentialing_hubspot_id=30281190442";
        let second = "2025-07-04T07:04:55.903Z pid=4 tid=b INFO: start";
        assert_eq!(split(&format!("{first}{second}")), [first, second]);
        assert_eq!(split(first), [first]);
        let ruby = "I, [2025-07-04T07:04:56.312454 #4]  INFO -- : set to 30281190442";
        assert_eq!(split(&format!("{ruby}{ruby}")), [ruby, ruby]);
        let json = r#"{"a":"}{"}"#;
        assert_eq!(split(&format!("{json}{json}")), [json, json]);
    }

    #[test]
    fn every_head_is_known_behind_an_id_and_behind_a_quote() {
        let heads = [
            "2025-07-04T07:04:55.903Z pid=4 tid=b class=W jid=j INFO: ",
            "pid=4 tid=b class=W jid=j INFO: ",
            "2025-07-04T07:04:55.903Z 4 TID-b W JID-j INFO: ",
            "INFO  2025-07-04T07:04:55.903Z pid=4 tid=b jid=j class=W: ",
            "\x1b[1;34mINFO \x1b[0m 2025-07-04T07:04:55.903Z pid=4 tid=b  jid=j class=W: ",
            "ERROR pid=4 tid=b context=x: ",
            "D, [2025-07-04T07:04:56.312454 #4] DEBUG -- : ",
            "2025-07-04 07:04:55.903671 I [4:p-2tc] {jid: j} W -- ",
        ];
        for head in heads {
            for end in ["id=30281190442", "-> \"Active\"", "{:a=>1}"] {
                let line = format!("{head}{end}");
                assert_eq!(split(&format!("{line}{line}")), [&*line, &*line]);
                assert_eq!(split(&line), [&*line]);
            }
        }
    }

    #[test]
    fn a_time_in_a_sentence_cuts_nothing() {
        for line in [
            "2025-07-04T07:04:55.713Z pid=4 INFO: said \"2025-07-04T07:04:55.903Z pid=4\"",
            "2025-07-04T07:04:55.713Z 2025-07-04T07:04:55.712Z pid=4 tid=a INFO: start",
            "2025-07-04T07:04:55.713Z pid=4 tid=a INFO: said (pid=4 tid=b class=W) to pid=4 tid=b class=W",
            "2025-07-04T07:04:55.713Z pid=4 tid=a INFO: said=\"pid=4 tid=b class=W\" ppid=4 tid=2",
            "Z pid=4",
            " TID-",
            "pid= tid=",
            "{\"a\":1}",
            "",
        ] {
            assert_eq!(split(line), [line]);
        }
    }

    #[test]
    fn many_heads_cost_their_length() {
        let line = "INFO pid=4 tid=a class=W".repeat(40_000);
        assert_eq!(split(&line).len(), 40_000);
    }

    proptest::proptest! {
        #[test]
        fn nothing_is_lost(text in r#"(2025-07-04T07:04:55\.713Z pid=4|[0-9]| tid=a| class=| 4 TID-a| I \[4:|INFO  |\x1b\[0m|\}\{"|\{"a":1\}| |E, \[2025-07-04 07:04:56\]){0,12}"#) {
            proptest::prop_assert_eq!(split(&text).concat(), text);
        }
    }
}
