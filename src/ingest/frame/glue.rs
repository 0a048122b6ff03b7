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
//! head stands that no value can be: Sidekiq's time and process, Ruby's severity and time, or
//! where one JSON object ends and another begins.

use memchr::memmem;

use crate::ingest::json;
use crate::ingest::time;

/// Bytes of `2025-07-04T07:04:55.903Z`.
const TIME: usize = 24;

/// The pieces of a line and where they begin; one as a rule.
pub fn pieces(line: &[u8]) -> Vec<(usize, &[u8])> {
    let mut cuts = if line.first() == Some(&b'{') { objects(line) } else { heads(line) };
    cuts.retain(|cut| *cut > 0 && *cut < line.len());
    if cuts.is_empty() {
        return vec![(0, line)];
    }
    cuts.sort_unstable();
    cuts.dedup();
    let begins = std::iter::once(0).chain(cuts.iter().copied());
    let ends = cuts.iter().copied().chain([line.len()]);
    begins.zip(ends).map(|(begin, end)| (begin, &line[begin..end])).collect()
}

fn heads(line: &[u8]) -> Vec<usize> {
    let sidekiq = memmem::find_iter(line, b"Z pid=").filter_map(|at| {
        let begin = (at + 1).checked_sub(TIME)?;
        is_glued(line, begin).then_some(begin)
    });
    let ruby = memmem::find_iter(line, b", [20").filter_map(|at| {
        let begin = at.checked_sub(1)?;
        let is_letter = b"DIWEFA".contains(&line[begin]);
        let is_time = time::date_time(&line[at + 3..]).is_ok();
        // Within a sentence such a letter would follow a blank.
        let is_glued = begin > 0 && line[begin - 1].is_ascii_alphanumeric();
        (is_letter && is_time && is_glued).then_some(begin)
    });
    sidekiq.chain(ruby).collect()
}

/// Whether a whole time stands here that no blank parts from what is before it.
fn is_glued(line: &[u8], begin: usize) -> bool {
    let is_time =
        time::date_time(&line[begin..begin + TIME]).is_ok_and(|(rest, _)| rest.is_empty());
    let before = begin.checked_sub(1).map(|at| line[at]);
    is_time && before.is_some_and(|byte| byte.is_ascii_alphanumeric() || b")]}.".contains(&byte))
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
    fn a_time_in_a_sentence_cuts_nothing() {
        for line in [
            "2025-07-04T07:04:55.713Z pid=4 INFO: said \"2025-07-04T07:04:55.903Z pid=4\"",
            "2025-07-04T07:04:55.713Z 2025-07-04T07:04:55.712Z pid=4 tid=a INFO: start",
            "Z pid=4",
            "{\"a\":1}",
            "",
        ] {
            assert_eq!(split(line), [line]);
        }
    }

    proptest::proptest! {
        #[test]
        fn nothing_is_lost(text in r#"(2025-07-04T07:04:55\.713Z pid=4|[0-9]|\}\{"|\{"a":1\}| |E, \[2025-07-04 07:04:56\]){0,12}"#) {
            proptest::prop_assert_eq!(split(&text).concat(), text);
        }
    }
}
