//! CSV as exports write it: RFC 4180 with a header; line ends, commas and quotes inside quotes.
//!
//! Source: RFC 4180; formats.md §4.4 and §6. The delimiter is a comma, a semicolon or a tab, told
//! from the header.
//!
//! ```text
//! file   = header LF *( record LF )
//! record = cell *( delimiter cell )
//! cell   = DQUOTE *( any-but-DQUOTE | 2DQUOTE ) DQUOTE | *any-but-delimiter-and-LF
//! ```
//!
//! An empty cell without quotes is null, one with quotes is empty text.

use std::borrow::Cow;

use memchr::memchr;
use memchr::memchr3;

use crate::ingest::Row;
use crate::ingest::Value;
use crate::ingest::source::Window;

/// A record that is longer than this has lost its closing quote.
const LONGEST: u64 = 16 << 20;

/// Columns that carry a message or a change: a header without any of them is no header.
const TELLING: [&str; 18] = [
    "message",
    "@message",
    "content",
    "_raw",
    "log",
    "line",
    "msg",
    "text",
    "body",
    "raw",
    "textpayload",
    "event",
    "item_type",
    "auditable_type",
    "audited_changes",
    "object_changes",
    "log_data",
    "propertyname",
];

/// How a file is laid out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layout {
    delimiter: u8,
    columns: Vec<Vec<u8>>,
}

impl Layout {
    /// Reads the header, if the first line is one.
    pub fn of(head: &[u8]) -> Option<Self> {
        let line = head.split(|byte| *byte == b'\n').next()?;
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let delimiter = [b',', b';', b'\t'].into_iter().max_by_key(|delimiter| {
            // Of equals the last would win, and a comma is the usual one.
            (memchr::memchr_iter(*delimiter, line).count(), *delimiter == b',')
        })?;
        let cells = cells(line, delimiter);
        let columns: Vec<Vec<u8>> = cells
            .into_iter()
            .map(|cell| match cell {
                Value::Text(text) => text.trim_ascii().to_vec(),
                Value::Null | Value::Array(_) => Vec::new(),
            })
            .collect();
        let is_header = columns.len() > 1 && columns.iter().all(|name| is_name(name));
        let tells = columns.iter().any(|name| {
            let name = name.to_ascii_lowercase();
            TELLING.iter().any(|known| known.as_bytes() == name)
        });
        (is_header && tells).then_some(Self { delimiter, columns })
    }

    /// The record of a line, its cells named by the header.
    pub fn row<'a>(&self, record: &'a [u8]) -> Row<'a> {
        let record = record.strip_suffix(b"\r").unwrap_or(record);
        let names = self.columns.iter().map(|name| Cow::Owned(name.clone()));
        Row { pairs: names.zip(cells(record, self.delimiter)).collect() }
    }

    /// The end of the record that begins at `at`, before its line feed; `None` if a quote is never
    /// closed.
    pub fn record_end(&self, window: &mut Window<'_>, at: u64) -> Option<u64> {
        let mut cell = at;
        loop {
            if window.byte(cell) == Some(b'"') {
                cell = closing(window, cell + 1)?;
            }
            let stop = window.find(cell, |rest| memchr3(b'\n', self.delimiter, b'\n', rest));
            let Some(stop) = stop else { return Some(window.end()) };
            if window.byte(stop) == Some(b'\n') {
                return Some(stop);
            }
            cell = stop + 1;
        }
    }
}

/// The place behind the quote that closes a cell.
fn closing(window: &mut Window<'_>, at: u64) -> Option<u64> {
    let mut from = at;
    loop {
        let quote = window.find(from, |rest| memchr(b'"', rest))?;
        if quote - at > LONGEST {
            return None;
        }
        if window.byte(quote + 1) != Some(b'"') {
            return Some(quote + 1);
        }
        from = quote + 2;
    }
}

/// Names of columns: no sentence, no time, no pair.
fn is_name(name: &[u8]) -> bool {
    let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || b"_@.: -".contains(byte);
    let words = name.split(|byte| *byte == b' ').count();
    !name.is_empty()
        && name.len() <= 64
        && words <= 3
        && !name[0].is_ascii_digit()
        && name.iter().all(is_part)
}

fn cells(record: &[u8], delimiter: u8) -> Vec<Value<'_>> {
    let (mut cells, mut rest) = (Vec::new(), record);
    loop {
        let (cell, after) = match rest.strip_prefix(b"\"") {
            Some(body) => quoted(body, delimiter),
            None => plain(rest, delimiter),
        };
        cells.push(cell);
        match after {
            Some(after) => rest = after,
            None => return cells,
        }
    }
}

fn plain(rest: &[u8], delimiter: u8) -> (Value<'_>, Option<&[u8]>) {
    let end = memchr(delimiter, rest);
    let text = &rest[..end.unwrap_or(rest.len())];
    let value = if text.is_empty() { Value::Null } else { Value::Text(Cow::Borrowed(text)) };
    (value, end.map(|end| &rest[end + 1..]))
}

fn quoted(body: &[u8], delimiter: u8) -> (Value<'_>, Option<&[u8]>) {
    let (mut end, mut is_doubled) = (0, false);
    loop {
        match memchr(b'"', &body[end..]) {
            None => {
                end = body.len();
                break;
            }
            Some(quote) if body.get(end + quote + 1) == Some(&b'"') => {
                end += quote + 2;
                is_doubled = true;
            }
            Some(quote) => {
                end += quote;
                break;
            }
        }
    }
    let text = &body[..end.min(body.len())];
    let text = if is_doubled { Cow::Owned(undoubled(text)) } else { Cow::Borrowed(text) };
    let after = body.get(end + 1..).unwrap_or_default();
    let next = memchr(delimiter, after).map(|found| &after[found + 1..]);
    (Value::Text(text), next)
}

fn undoubled(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some(quote) = memchr(b'"', rest) {
        out.extend_from_slice(&rest[..=quote]);
        rest = rest.get(quote + 2..).unwrap_or_default();
    }
    out.extend_from_slice(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::source::Feed;
    use crate::ingest::source::Input;

    fn records(text: &str) -> Vec<String> {
        let input = Input::Memory("x".to_owned(), text.as_bytes().to_vec());
        let mut feed = Feed::open(&input, 7).expect("memory opens");
        let mut window = Window::new(&mut feed);
        let layout = Layout::of(text.as_bytes()).expect("a header");
        let (mut at, mut found) = (0, Vec::new());
        while window.byte(at).is_some() {
            let end = layout.record_end(&mut window, at).expect("closed");
            let row = layout.row(window.slice(at, end));
            let shown = row.pairs.iter().map(|(name, value)| {
                let value = match value {
                    Value::Null => "~".into(),
                    Value::Text(text) | Value::Array(text) => String::from_utf8_lossy(text),
                };
                format!("{}={value}", String::from_utf8_lossy(name))
            });
            found.push(shown.collect::<Vec<_>>().join("|"));
            at = end + 1;
        }
        found
    }

    #[test]
    fn cells_keep_line_ends_commas_and_quotes() {
        let text = "id,message\r\n1,\"a\nb, \"\"c\"\"\"\r\n2,\r\n3,\"\"\n4,say \"hi\"";
        assert_eq!(
            records(text),
            [
                "id=id|message=message",
                "id=1|message=a\nb, \"c\"",
                "id=2|message=~",
                "id=3|message=",
                "id=4|message=say \"hi\""
            ]
        );
    }

    #[test]
    fn other_delimiters_are_told_from_the_header() {
        assert_eq!(records("ts;message\n1;a,b")[1], "ts=1|message=a,b");
        assert_eq!(records("ts\tmessage\n1\ta,b")[1], "ts=1|message=a,b");
    }

    #[test]
    fn a_log_line_is_no_header() {
        for line in [
            "2025-07-04 07:04:56,312 INFO message",
            "message",
            "a=1, message=2",
            "Performing job, message sent, all done now ok",
            "id,name,age",
            "",
        ] {
            assert_eq!(Layout::of(line.as_bytes()), None, "{line}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_panic(bytes: Vec<u8>) {
            let layout = Layout { delimiter: b',', columns: vec![b"a".to_vec(), b"b".to_vec()] };
            let _ = (Layout::of(&bytes).is_some(), layout.row(&bytes).pairs.len());
        }
    }
}
