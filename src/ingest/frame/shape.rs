//! Shapes: how a source's bytes fall into records, told from its head.
//!
//! Most logs are lines. What is not is walked record by record through a [`Window`].

use crate::ingest::Content;
use crate::ingest::Row;
use crate::ingest::Value;
use crate::ingest::frame::csv;
use crate::ingest::frame::json_stream;
use crate::ingest::frame::json_stream::Walk;
use crate::ingest::frame::psql;
use crate::ingest::source::Window;

/// How bytes fall into records.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Shape {
    /// One record per line.
    #[default]
    Lines,
    /// CSV with a header.
    Csv(csv::Layout),
    /// JSON documents that are not one object per line.
    Json,
    /// `LEN SP` and so many bytes, as syslog over TCP has it (RFC 6587 §3.4.1).
    Octets,
    /// A table of psql.
    Table(psql::Layout),
    /// An expanded table of psql.
    Records,
}

/// Frames beyond this are none.
const LONGEST_FRAME: u64 = 1 << 20;

/// A record and where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Document {
    /// Offset of its first byte.
    pub from: u64,
    /// Behind its last byte.
    pub to: u64,
    /// Why it is none, if it is none.
    pub fault: Option<&'static str>,
}

impl Shape {
    /// Tells the shape from the first bytes of a source, without byte order mark.
    pub fn of(head: &[u8]) -> Self {
        if is_json(head) {
            Self::Json
        } else if head.starts_with(b"-[ RECORD ") {
            Self::Records
        } else if octets(head).is_some() {
            Self::Octets
        } else if let Some(layout) = psql::Layout::of(head) {
            Self::Table(layout)
        } else {
            csv::Layout::of(head).map_or(Self::Lines, Self::Csv)
        }
    }

    /// The name in reports; lines have none.
    pub fn name(&self) -> Option<&'static str> {
        Some(match self {
            Self::Lines => return None,
            Self::Csv(_) => "csv",
            Self::Json => "json-document",
            Self::Octets => "octet-counted",
            Self::Table(_) | Self::Records => "psql",
        })
    }
}

/// A walk over the records of a source that is not made of lines.
#[derive(Debug)]
pub struct Documents<'s> {
    shape: &'s Shape,
    at: u64,
    walk: Walk,
}

impl<'s> Documents<'s> {
    /// Begins behind the byte order mark and the header.
    pub fn new(shape: &'s Shape, window: &mut Window<'_>) -> Self {
        window.byte(2);
        let has_mark = window.slice(0, 3) == b"\xef\xbb\xbf";
        let begin = if has_mark { 3 } else { 0 };
        let line = |window: &mut Window<'_>, at| window.line_end(at) + 1;
        let at = match shape {
            Shape::Csv(layout) => layout.record_end(window, begin).map_or(begin, |end| end + 1),
            Shape::Table(_) => {
                let rule = line(window, begin);
                line(window, rule)
            }
            Shape::Lines | Shape::Json | Shape::Octets | Shape::Records => begin,
        };
        Self { shape, at, walk: Walk::from(at) }
    }

    /// The next record.
    pub fn next(&mut self, window: &mut Window<'_>) -> Option<Document> {
        if *self.shape == Shape::Json {
            let place = self.walk.next(window)?;
            let fault = place.is_torn.then_some("expected JSON");
            return Some(Document { from: place.from, to: place.to, fault });
        }
        window.byte(self.at)?;
        let from = self.at;
        let line = window.line_end(from);
        let (from, to, fault) = match self.shape {
            Shape::Csv(layout) => match layout.record_end(window, from) {
                Some(end) => (from, end, None),
                None => (from, line, Some("expected the quote that closes a cell")),
            },
            Shape::Octets => match frame(window, from) {
                Some((begin, end)) => (begin, end, None),
                None => (from, line, None),
            },
            Shape::Table(layout) => (from, table_row(layout, window, from, line), None),
            Shape::Records => (from, expanded(window, line), None),
            Shape::Lines | Shape::Json => (from, line, None),
        };
        let is_line_end = window.byte(to) == Some(b'\n');
        self.at = if is_line_end || !matches!(self.shape, Shape::Octets) { to + 1 } else { to };
        Some(Document { from, to, fault })
    }

    /// How far back the window must still show.
    pub fn needs_from(&self) -> u64 {
        if *self.shape == Shape::Json { self.walk.needs_from() } else { self.at }
    }

    /// What a record holds; `None` for what is no record, as a table's footer.
    pub fn content<'a>(&self, record: &'a [u8]) -> Option<Content<'a>> {
        Some(match self.shape {
            Shape::Csv(layout) => Content::Row(layout.row(record)),
            Shape::Json => json_stream::content(record, self.walk.labels()),
            Shape::Table(layout) => Content::Row(layout.row(record)?),
            Shape::Records => Content::Row(psql::record(record)),
            Shape::Octets | Shape::Lines => {
                let end = record.trim_ascii_end().len();
                Content::line(&record[..end])
            }
        })
    }
}

/// The end of a row of an aligned table.
fn table_row(layout: &psql::Layout, window: &mut Window<'_>, from: u64, line: u64) -> u64 {
    let (mut begin, mut end) = (from, line);
    while layout.goes_on(window.slice(begin, end)) && window.byte(end + 1).is_some() {
        begin = end + 1;
        end = window.line_end(begin);
    }
    end
}

/// The end of a record of an expanded table: before the next heading.
fn expanded(window: &mut Window<'_>, heading: u64) -> u64 {
    let mut end = heading;
    while window.byte(end + 1).is_some() {
        let next = window.line_end(end + 1);
        if psql::begins_record(window.slice(end + 1, next)) {
            break;
        }
        end = next;
    }
    end
}

/// The bytes of an octet-counted frame.
fn frame(window: &mut Window<'_>, at: u64) -> Option<(u64, u64)> {
    window.byte(at + 8);
    let (length, digits) = octets(window.slice(at, at + 10))?;
    let begin = at + digits + 1;
    let end = begin + length;
    window.byte(end.saturating_sub(1))?;
    // A trailing line feed is within the count; it belongs to the line end all the same.
    let has_end = window.byte(end - 1) == Some(b'\n');
    Some((begin, if has_end { end - 1 } else { end }))
}

/// The count before a frame, and its digits: `157 <190>1 …`.
fn octets(text: &[u8]) -> Option<(u64, u64)> {
    let digits = text.iter().take(7).take_while(|byte| byte.is_ascii_digit()).count();
    let rest = text.get(digits..)?;
    let is_syslog = rest.starts_with(b" <") && rest.get(2).is_some_and(u8::is_ascii_digit);
    if digits == 0 || !is_syslog {
        return None;
    }
    let length: u64 = std::str::from_utf8(&text[..digits]).ok()?.parse().ok()?;
    (1..=LONGEST_FRAME).contains(&length).then_some((length, digits as u64))
}

/// Whether the source is JSON, and not one object per line.
fn is_json(head: &[u8]) -> bool {
    let text = head.trim_ascii_start();
    let line = text.split(|byte| *byte == b'\n').next().unwrap_or_default().trim_ascii();
    match text.split_first() {
        Some((b'[', rest)) => {
            matches!(rest.trim_ascii_start().first(), Some(b'{' | b'[' | b']'))
        }
        Some((b'{', _)) => {
            let mut others = text.split(|byte| *byte == b'\n').skip(1);
            let is_other = |line: &[u8]| !line.starts_with(b"{") || line.trim_ascii() == b"{";
            Row::of_json(line).map_or_else(|| others.all(is_other), |row| is_answer(&row))
        }
        _ => false,
    }
}

/// Whether an object is an answer that holds a list of records.
fn is_answer(row: &Row<'_>) -> bool {
    ["events", "logEvents", "data", "results", "hits.hits", "data.result"]
        .iter()
        .any(|key| matches!(row.get(key), Some(Value::Array(list)) if holds_records(list)))
}

fn holds_records(list: &[u8]) -> bool {
    let first = list.get(1..).unwrap_or_default().trim_ascii_start().first();
    matches!(first, Some(b'{' | b'['))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::source::Feed;
    use crate::ingest::source::Input;

    fn records(text: &[u8]) -> Vec<String> {
        let input = Input::Memory("x".to_owned(), text.to_vec());
        let mut feed = Feed::open(&input, 5).expect("memory opens");
        let shape = Shape::of(text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text));
        let mut window = Window::new(&mut feed);
        let mut documents = Documents::new(&shape, &mut window);
        let mut found = Vec::new();
        while let Some(document) = documents.next(&mut window) {
            let text = window.slice(document.from, document.to);
            found.push(String::from_utf8_lossy(text).into_owned());
            window.let_go(documents.needs_from());
        }
        found
    }

    #[test]
    fn each_shape_is_told_from_its_head() {
        for (head, name) in [
            ("2025-07-04T07:04:56Z pid=4 tid=a INFO: start", None),
            ("{\"a\":1}\n{\"b\":2}\n", None),
            ("{\"a\":1}", None),
            ("[ActiveJob] [W] set", None),
            ("[2025-07-04 07:04:56] set", None),
            ("  [{\"a\":1}]", Some("json-document")),
            ("{\n  \"events\": [\n", Some("json-document")),
            ("{\"events\":[{\"a\":1}]}", Some("json-document")),
            ("{\"torn\n{\"a\":1}\n", None),
            ("Date,Host,Service,Content\n", Some("csv")),
            ("16 <190>1 abcdefg\n", Some("octet-counted")),
            (" a | b \n---+---\n", Some("psql")),
            ("-[ RECORD 1 ]---\n", Some("psql")),
            ("", None),
        ] {
            assert_eq!(Shape::of(head.as_bytes()).name(), name, "{head}");
        }
    }

    #[test]
    fn frames_are_counted_with_and_without_line_ends() {
        assert_eq!(
            records(b"8 <190>1 a9 <190>1 b\n8 <190>1 c"),
            ["<190>1 a", "<190>1 b", "<190>1 c"]
        );
        assert_eq!(records(b"8 <190>1 a\n99 <190>1 b"), ["<190>1 a", "99 <190>1 b"]);
    }

    #[test]
    fn a_header_is_no_record() {
        assert_eq!(records(b"\xef\xbb\xbfid,message\n1,a\n2,\"b\nc\"\n").len(), 2);
        let table = b" id | event \n----+-------\n  1 | a\n(1 row)\n\n";
        assert_eq!(records(table), ["  1 | a", "(1 row)", ""]);
    }

    proptest::proptest! {
        #[test]
        fn every_walk_ends_in_order(
            head in proptest::sample::select(vec!["", "[", "{\n", "8 <1>", "a,message\n", " a | b \n---+---\n", "-[ RECORD 1 ]-\n"]),
            text in r#"([\[\]{},:"a |+\n0-9<>]|-\[ RECORD 1 \]--){0,80}"#,
        ) {
            let text = format!("{head}{text}");
            let input = Input::Memory("x".to_owned(), text.as_bytes().to_vec());
            let mut feed = Feed::open(&input, 5).expect("memory opens");
            let shape = Shape::of(text.as_bytes());
            let mut window = Window::new(&mut feed);
            let mut documents = Documents::new(&shape, &mut window);
            let mut last = 0;
            for _ in 0..=text.len() + 1 {
                let Some(document) = documents.next(&mut window) else { return Ok(()) };
                proptest::prop_assert!(document.from >= last && document.to >= document.from);
                last = document.from;
                let _ = documents.content(window.slice(document.from, document.to));
            }
            proptest::prop_assert!(false, "endless on {:?}", text);
        }
    }
}
