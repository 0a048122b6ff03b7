//! A record with what the lines below add to it: a statement in SQL that goes on over several
//! lines, and the values that a server lists apart.
//!
//! Source: formats.md §2.4–2.5. Real lines:
//!
//! ```text
//! 2025-07-04 07:04:56.313 UTC [2231] app@db LOG:  execute <unnamed>: UPDATE "therapists"
//!         SET "credentialing_hubspot_id" = $1 WHERE "therapists"."id" = $2
//! 2025-07-04 07:04:56.313 UTC [2231] app@db DETAIL:  parameters: $1 = '30278823850', $2 = '48213'
//! ```
//!
//! ```text
//! whole = head *goes-on *other [ values ]
//! ```

use std::borrow::Cow;

use crate::ingest::Content;
use crate::ingest::Record;
use crate::ingest::detect::Format;
use crate::ingest::detect::find_line;
use crate::ingest::detect::peel;
use crate::ingest::envelope::Below;
use crate::ingest::envelope::ENVELOPES;
use crate::ingest::statement::opens_sql;

/// How far below a record the rest of it may stand, in lines.
const NEAR: usize = 64;

/// With what a line goes on that is not indented.
const GOING_ON: [&str; 14] = [
    "set",
    "from",
    "where",
    "and",
    "or",
    "values",
    "join",
    "left",
    "inner",
    "order",
    "group",
    "limit",
    "returning",
    "on",
];

/// Reads the head of a line of text, and what the lines below add to it.
pub(super) fn read_whole<'a, 'b, I: Iterator<Item = &'b [u8]>>(
    line: &'a [u8],
    below: impl FnOnce() -> I,
    host: Option<&[u8]>,
    hint: &Format,
) -> Option<Record<'a>> {
    let (at, mut record) = find_line(line, hint)?;
    complete(at, &mut record, below, host, hint);
    Some(record)
}

/// Adds to a record of one logger what the lines below say of it.
pub(super) fn complete<'b, I: Iterator<Item = &'b [u8]>>(
    at: usize,
    record: &mut Record<'_>,
    below: impl FnOnce() -> I,
    host: Option<&[u8]>,
    hint: &Format,
) {
    if opens_sql(&record.message) {
        let below = below().filter_map(|line| inside(line, host, hint));
        record.message = Cow::Owned(gathered(at, record, below, hint));
    }
}

/// The text of a line, unless it is another host's.
pub(super) fn inside(line: &[u8], host: Option<&[u8]>, hint: &Format) -> Option<Vec<u8>> {
    let peeled = peel(Content::line(line), hint);
    let is_same = host.is_none() || peeled.host.as_deref() == host;
    (is_same && matches!(peeled.inner, Content::Text(_))).then(|| peeled.inner.into_text())
}

/// The message of a record that opens SQL, with what the lines below it add.
pub(super) fn gathered(
    envelope: usize,
    record: &Record<'_>,
    below: impl Iterator<Item = Vec<u8>>,
    hint: &Format,
) -> Vec<u8> {
    let mut message = record.message.to_vec();
    let mut adjoins = !is_closed(&message);
    for line in below.take(NEAR) {
        if find_line(&line, hint).is_none() {
            adjoins &= goes_on(&line);
            if adjoins {
                message.push(b'\n');
                message.extend_from_slice(&line);
            }
            continue;
        }
        adjoins = false;
        match ENVELOPES[envelope].below(record, &line) {
            Below::Other => {}
            Below::End => break,
            Below::Values(values) => {
                message.extend_from_slice(&values);
                break;
            }
        }
    }
    message
}

/// Whether a line that no logger heads goes on with the statement above it.
pub(super) fn goes_on(line: &[u8]) -> bool {
    let text = line.trim_ascii_start();
    let word = text.split(|byte| !byte.is_ascii_alphabetic()).next().unwrap_or_default();
    let is_known = || GOING_ON.iter().any(|known| known.as_bytes().eq_ignore_ascii_case(word));
    let is_indented = text.len() < line.len() && !text.starts_with("↳".as_bytes());
    is_indented || text.is_empty() || is_known() || b"(),".contains(&text[0])
}

/// Whether the values already stand behind the statement.
pub(super) fn is_closed(message: &[u8]) -> bool {
    message.trim_ascii_end().ends_with(b"]]")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whole(lines: &str) -> String {
        let mut lines = lines.split('\n').map(str::as_bytes);
        let head = lines.next().expect("a head");
        let record = read_whole(head, || lines, None, &Format::default()).expect("a head");
        String::from_utf8_lossy(&record.message).into_owned()
    }

    const HEAD: &str = "2025-07-04 07:04:56.313 UTC [2231] app@db ";

    #[test]
    fn a_statement_takes_its_lines_and_its_values() {
        let other = HEAD.replace("2231", "2240");
        for (lines, message) in [
            (format!("{HEAD}LOG:  statement: UPDATE t\n\tSET a = 1"), "UPDATE t\n\tSET a = 1"),
            (
                format!(
                    "{HEAD}LOG:  execute a: UPDATE t\n\tSET a = $1\n{other}LOG:  statement: SELECT 1\n\tFROM x\n{HEAD}DETAIL:  parameters: $1 = '7'"
                ),
                "UPDATE t\n\tSET a = $1  [[nil, \"7\"]]",
            ),
            (
                format!(
                    "{HEAD}LOG:  execute a: UPDATE t SET a = $1\n{HEAD}LOG:  execute b: SELECT $1\n{HEAD}DETAIL:  parameters: $1 = '7'"
                ),
                "UPDATE t SET a = $1",
            ),
            (
                "   (1.2ms)  UPDATE t\nSET a = 1\n  WHERE id = 2\nsaid something".to_owned(),
                "   (1.2ms)  UPDATE t\nSET a = 1\n  WHERE id = 2",
            ),
            (
                "  T Update (1.2ms)  UPDATE t SET a = $1  [[\"a\", 1]]\n  indented".to_owned(),
                "  T Update (1.2ms)  UPDATE t SET a = $1  [[\"a\", 1]]",
            ),
        ] {
            assert_eq!(whole(&lines), message, "{lines}");
        }
    }

    #[test]
    fn other_messages_stand_alone() {
        let line = "2025-07-04T01:31:38.412Z pid=4 tid=2tc INFO: Update done\n  SET a = 1";
        assert_eq!(whole(line), "Update done");
    }
}
