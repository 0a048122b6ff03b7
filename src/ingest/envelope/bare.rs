//! Lines that begin with a time, by no logger in particular: `puts`, notes, pasted timelines. The
//! last fallback.
//!
//! Real lines:
//!
//! ```text
//! 2025-07-04 07:04:56 [INFO] credentialing_hubspot_id set to 30278823850
//! #### 01:31:40 - Object 30278823850 (Correct)
//! ```
//!
//! ```text
//! line    = [ bullet ] time [ filler ] [ level [ filler ] ] message
//! bullet  = 1*( "-" | "*" | "#" | ">" | "•" ) 1*SP
//! time    = TIME | "[" TIME "]" | "(" TIME ")" | "`" TIME "`" | "**" TIME "**"   ; ingest::time
//! filler  = *( SP | TAB | "-" | ":" | "|" | "," | "–" )
//! level   = word | "[" word "]" | "<" word ">"
//! word    = "trace" | "debug" | "info" | "notice" | "warn" | "warning" | "error" | "fatal" | …
//! ```

use crate::ingest::Record;
use crate::ingest::envelope::Envelope;
use crate::ingest::envelope::inline;
use crate::ingest::envelope::tags;
use crate::ingest::time;
use crate::ingest::time::RawStamp;

const LEVELS: [&[u8]; 15] = [
    b"TRACE",
    b"DEBUG",
    b"INFO",
    b"INFORMATION",
    b"NOTICE",
    b"WARN",
    b"WARNING",
    b"ERR",
    b"ERROR",
    b"CRIT",
    b"CRITICAL",
    b"FATAL",
    b"ALERT",
    b"EMERG",
    b"ANY",
];

#[derive(Debug)]
pub(super) struct Bare;

impl Envelope for Bare {
    fn name(&self) -> &'static str {
        "bare"
    }

    fn example(&self) -> &'static str {
        "2025-07-04 07:04:56 [INFO] credentialing_hubspot_id set to 30278823850"
    }

    fn is_fallback(&self) -> bool {
        true
    }

    fn read<'a>(&self, line: &'a [u8]) -> Option<Record<'a>> {
        let (stamp, rest) = time(bullet(line.trim_ascii_start()))?;
        let rest = filler(rest);
        let rest = level(rest).map_or(rest, filler);
        let mut record = Record { stamp: Some(stamp), ..Record::default() };
        let message = tags::peel(&mut record, rest);
        inline::adopt(&mut record, message);
        Some(record)
    }
}

fn bullet(line: &[u8]) -> &[u8] {
    let length = line.iter().take_while(|byte| b"-*#>".contains(byte)).count();
    let rest = line.strip_prefix("•".as_bytes()).unwrap_or(&line[length..]);
    if rest.first() == Some(&b' ') { rest.trim_ascii_start() } else { line }
}

fn time(text: &[u8]) -> Option<(RawStamp, &[u8])> {
    let (open, close): (&[u8], &[u8]) = match text.first()? {
        b'[' => (b"[", b"]"),
        b'(' => (b"(", b")"),
        b'`' => (b"`", b"`"),
        b'*' => (b"**", b"**"),
        _ => (b"", b""),
    };
    let inside = text.strip_prefix(open)?;
    let read = time::date_time(inside).or_else(|_| time::time_of_day(inside));
    let (rest, stamp) = read.or_else(|_| time::epoch(inside)).ok()?;
    let rest = rest.strip_prefix(close)?;
    let is_end =
        rest.first().is_none_or(|byte| byte.is_ascii_whitespace() || b"-:|,;[".contains(byte));
    is_end.then_some((stamp, rest))
}

fn filler(text: &[u8]) -> &[u8] {
    let mut rest = text;
    loop {
        let after = rest.strip_prefix("–".as_bytes()).or_else(|| rest.strip_prefix("—".as_bytes()));
        rest = match (after, rest.split_first()) {
            (Some(after), _) | (None, Some((b' ' | b'\t' | b'-' | b':' | b'|' | b',', after))) => {
                after
            }
            _ => return rest,
        };
    }
}

fn level(text: &[u8]) -> Option<&[u8]> {
    let inside = text.strip_prefix(b"[").or_else(|| text.strip_prefix(b"<")).unwrap_or(text);
    let inside = inside.trim_ascii_start();
    let length = inside.iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
    let (word, rest) = inside.split_at(length);
    if !LEVELS.iter().any(|level| level.eq_ignore_ascii_case(word)) {
        return None;
    }
    if inside.len() != text.len() {
        let rest = rest.trim_ascii_start();
        return rest.strip_prefix(b"]").or_else(|| rest.strip_prefix(b">"));
    }
    // A message may begin with such a word: `error removing label`. A level shouts, or is set off.
    let is_set_off = matches!(rest.first(), None | Some(b':' | b'|' | b'\t'))
        || word.iter().all(u8::is_ascii_uppercase)
        || rest.starts_with(b" - ")
        || rest.starts_with(b"  ")
        || !(word.eq_ignore_ascii_case(b"error") || word.eq_ignore_ascii_case(b"any"));
    is_set_off.then_some(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_gives_the_same_message() {
        for head in [
            "2025-07-04 07:04:56 ",
            "2025-07-04T07:04:56.312Z INFO ",
            "[2025-07-04 07:04:56 UTC] [info] ",
            "[07:04:56] INFO: ",
            "2025/07/04 07:04:56 warn - ",
            "07:04:56,312 <ERROR> | ",
            "#### 07:04:56 - ",
            "- **07:04:56** – ",
            "* 1751612696 debug: ",
            "`07:04:56`\t",
            "2025-07-04 07:04:56 +0000 - INFO - ",
        ] {
            let line = format!("{head}F set to 3");
            let record = Bare.read(line.as_bytes()).expect(&line);
            assert_eq!(record.message.as_ref(), b"F set to 3", "{line}");
            assert!(record.stamp.is_some(), "{line}");
        }
    }

    #[test]
    fn a_word_of_the_message_is_no_level() {
        let record = Bare.read(b"07:04:56 error removing label").expect("a bare line");
        assert_eq!(record.message.as_ref(), b"error removing label");
        let record = Bare.read(b"07:04:56 informed").expect("a bare line");
        assert_eq!(record.message.as_ref(), b"informed");
    }

    #[test]
    fn a_line_without_a_time_is_refused() {
        for line in
            ["F set to 3", "30278823850 done", "[x] y", "- text", "07:04 x", "07:04:56x", ""]
        {
            assert!(Bare.read(line.as_bytes()).is_none(), "{line}");
        }
    }
}
