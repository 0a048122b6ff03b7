//! JSON documents of any size, as a stream of records: pretty-printed arrays, API answers,
//! documents one after the other with or without anything between them.
//!
//! Source: formats.md §6 (CloudWatch, Datadog, Loki, Elasticsearch, GCP), §4.4 (`json_agg`), §5.
//! An answer is walked down to the list that holds its records; only one record at a time is
//! kept. An object in which no such list is found is a record itself.
//!
//! ```text
//! stream  = *( value [ "," ] )
//! records = elements of a list at the top, or at one of the paths of LISTS
//! ```

use std::borrow::Cow;

use memchr::memchr2;

use crate::ingest::Content;
use crate::ingest::Row;
use crate::ingest::Value;
use crate::ingest::json;
use crate::ingest::source::Window;

/// Where known answers keep their records.
const LISTS: [&str; 8] = [
    "events",
    "logEvents",
    "data",
    "results",
    "hits.hits",
    "data.result[].values",
    "entries",
    "records",
];

/// A record beyond this is none.
const LONGEST: u64 = 64 << 20;

/// Nesting beyond this is somebody's attack, not somebody's log.
const DEEPEST: usize = 32;

/// A container that holds records somewhere inside.
#[derive(Debug)]
struct Level {
    /// Keys from the top, `[]` for the elements of a list.
    path: String,
    is_list: bool,
    /// Whether records were found inside, so that it is none itself.
    is_answer: bool,
    begin: u64,
}

/// One record's place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// Its first byte.
    pub from: u64,
    /// Behind its last byte.
    pub to: u64,
    /// Whether the source ends, or is no JSON, within it.
    pub is_torn: bool,
}

/// A walk over the documents of one source.
#[derive(Debug, Default)]
pub struct Walk {
    at: u64,
    levels: Vec<Level>,
    /// The labels of the stream whose values are walked.
    labels: Vec<u8>,
}

impl Walk {
    /// Begins at a place.
    pub fn from(at: u64) -> Self {
        Self { at, ..Self::default() }
    }

    /// The next record.
    pub fn next(&mut self, window: &mut Window<'_>) -> Option<Place> {
        loop {
            let at = skip(window, self.at);
            self.at = at;
            let byte = window.byte(at)?;
            match (byte, self.levels.last()) {
                (b']' | b'}', Some(_)) => {
                    self.at = at + 1;
                    if let Some(place) = self.close() {
                        return Some(place);
                    }
                }
                (_, Some(level)) if !level.is_list => {
                    if byte != b'"' || !self.member(window, at) {
                        return self.torn(window);
                    }
                }
                (b'[' | b'{', _) if self.may_hold_records(byte) => self.open(byte, at),
                _ => {
                    let Some(end) = value_end(window, at) else { return self.torn(window) };
                    self.at = end;
                    return Some(Place { from: at, to: end, is_torn: false });
                }
            }
        }
    }

    /// The labels of the stream that the last record is of, as a JSON object; empty if none.
    pub fn labels(&self) -> &[u8] {
        &self.labels
    }

    /// Whether the value that begins here is walked into: a list at the top, an object that may
    /// be an answer, an element of Loki's streams. All else is a record.
    fn may_hold_records(&self, byte: u8) -> bool {
        match self.levels.last() {
            None => true,
            Some(level) => byte == b'{' && level.path == "data.result[]",
        }
    }

    fn open(&mut self, byte: u8, at: u64) {
        let is_list = byte == b'[';
        let path = self.levels.last().map_or_else(String::new, |level| level.path.clone());
        let path = if is_list { format!("{path}[]") } else { path };
        self.levels.push(Level { path, is_list, is_answer: is_list, begin: at });
        self.at = at + 1;
    }

    /// Leaves a container; an object without records inside is one.
    fn close(&mut self) -> Option<Place> {
        let level = self.levels.pop()?;
        let place = Place { from: level.begin, to: self.at, is_torn: false };
        if level.is_answer {
            for outer in &mut self.levels {
                outer.is_answer = true;
            }
        }
        (!level.is_answer && self.levels.is_empty()).then_some(place)
    }

    /// Reads a key and its value, or walks into the value; `false` if the source ends before.
    fn member(&mut self, window: &mut Window<'_>, at: u64) -> bool {
        let Some(key_end) = value_end(window, at) else { return false };
        let colon = skip(window, key_end);
        if window.byte(colon) != Some(b':') {
            return false;
        }
        let value = skip(window, colon + 1);
        let key = String::from_utf8_lossy(window.slice(at + 1, key_end - 1)).into_owned();
        let outer = self.levels.last().map_or("", |level| level.path.as_str());
        let path = if outer.is_empty() { key } else { format!("{outer}.{key}") };
        let byte = window.byte(value);
        let is_list = byte == Some(b'[')
            && (LISTS.contains(&path.as_str()) || path == "data.result")
            && matches!(first_element(window, value + 1), Some(b'{' | b'[' | b']'));
        let leads_to = |list: &&str| list.starts_with(&format!("{path}."));
        let is_outer = byte == Some(b'{') && ["hits.hits", "data.result"].iter().any(leads_to);
        if (is_list || is_outer) && self.levels.len() < DEEPEST {
            let path = if path == "data.result" { format!("{path}[]") } else { path };
            self.levels.push(Level { path, is_list, is_answer: is_list, begin: value });
            self.at = value + 1;
            return true;
        }
        let Some(end) = value_end(window, value) else { return false };
        if path == "data.result[].stream" {
            self.labels = window.slice(value, end).to_vec();
        }
        self.at = end;
        true
    }

    /// The rest of the source, which no document ends.
    fn torn(&mut self, window: &mut Window<'_>) -> Option<Place> {
        let whole = self.levels.iter().find(|level| !level.is_answer).map(|level| level.begin);
        let from = whole.unwrap_or(self.at);
        // On one line garbage stands; the next may be a document again.
        let line_end = window.line_end(self.at);
        window.byte(line_end);
        self.at = (line_end + 1).min(window.end().max(line_end));
        self.levels.clear();
        (line_end > from).then_some(Place { from, to: line_end, is_torn: true })
    }

    /// How far back the window must still show.
    pub fn needs_from(&self) -> u64 {
        let open = self.levels.iter().find(|level| !level.is_answer).map(|level| level.begin);
        open.unwrap_or(self.at).min(self.at)
    }
}

/// What a record's bytes hold. `labels` are those of its Loki stream.
pub fn content<'a>(record: &'a [u8], labels: &[u8]) -> Content<'a> {
    let body = record.trim_ascii();
    match body.first() {
        Some(b'{') => match Row::of_json(body) {
            Some(row) => Content::Row(row),
            None => Content::line(body),
        },
        Some(b'[') => pairs_of_fields(body)
            .or_else(|| value_of_stream(body, labels))
            .map_or(Content::line(body), Content::Row),
        Some(b'"') if body.len() > 1 => {
            Content::Text(Cow::Owned(json::unescaped(&body[1..body.len() - 1])))
        }
        _ => Content::line(body),
    }
}

/// `[{"field":"@timestamp","value":"…"},…]`, a row of CloudWatch Insights.
fn pairs_of_fields(body: &[u8]) -> Option<Row<'static>> {
    let cells: Vec<std::collections::BTreeMap<String, serde_json::Value>> =
        serde_json::from_slice(body).ok()?;
    let pair = |cell: &std::collections::BTreeMap<String, serde_json::Value>| {
        let name = cell.get("field")?.as_str()?.to_owned().into_bytes();
        let value = match cell.get("value")? {
            serde_json::Value::Null => Value::Null,
            serde_json::Value::String(text) => Value::Text(Cow::Owned(text.clone().into_bytes())),
            other => Value::Text(Cow::Owned(other.to_string().into_bytes())),
        };
        Some((Cow::Owned(name), value))
    };
    let pairs: Option<Vec<_>> = cells.iter().map(pair).collect();
    pairs.filter(|pairs| !pairs.is_empty()).map(|pairs| Row { pairs })
}

/// `["1751590692980184000","line"]`, a value of Loki, as `loki.ts` and `loki.line` beside the
/// labels of its stream as `loki.stream.<name>`.
fn value_of_stream(body: &[u8], labels: &[u8]) -> Option<Row<'static>> {
    let cells: Vec<serde_json::Value> = serde_json::from_slice(body).ok()?;
    let [serde_json::Value::String(time), serde_json::Value::String(line), ..] = &cells[..] else {
        return None;
    };
    let text = |text: &str| Value::Text(Cow::Owned(text.as_bytes().to_vec()));
    let mut pairs = vec![
        (Cow::Borrowed(&b"loki.ts"[..]), text(time)),
        (Cow::Borrowed(&b"loki.line"[..]), text(line)),
    ];
    if let Some(stream) = Row::of_json(labels) {
        pairs.extend(
            stream
                .into_owned()
                .pairs
                .into_iter()
                .map(|(key, value)| (Cow::Owned([&b"loki.stream."[..], &key].concat()), value)),
        );
    }
    Some(Row { pairs })
}

/// The next place that is neither blank nor a comma.
fn skip(window: &mut Window<'_>, at: u64) -> u64 {
    let is_text = |byte: &u8| !byte.is_ascii_whitespace() && *byte != b',';
    window.find(at, |rest| rest.iter().position(is_text)).unwrap_or_else(|| window.end())
}

fn first_element(window: &mut Window<'_>, at: u64) -> Option<u8> {
    let at = skip(window, at);
    window.byte(at)
}

/// The place behind a value; `None` if the source ends within it, or it is none.
fn value_end(window: &mut Window<'_>, at: u64) -> Option<u64> {
    match window.byte(at)? {
        b'"' => string_end(window, at + 1),
        b'{' | b'[' => nested_end(window, at),
        b'-' | b'0'..=b'9' | b't' | b'f' | b'n' => {
            let is_end = |byte: &u8| !(byte.is_ascii_alphanumeric() || b"+-.".contains(byte));
            let end = window.find(at, |rest| rest.iter().position(is_end));
            Some(end.unwrap_or_else(|| window.end()))
        }
        _ => None,
    }
}

fn string_end(window: &mut Window<'_>, mut at: u64) -> Option<u64> {
    loop {
        let stop = window.find(at, |rest| memchr2(b'"', b'\\', rest))?;
        if window.byte(stop)? == b'"' {
            return Some(stop + 1);
        }
        at = stop + 2;
    }
}

fn nested_end(window: &mut Window<'_>, begin: u64) -> Option<u64> {
    let (mut at, mut depth) = (begin, 0_u64);
    let is_sign = |byte: &u8| b"\"{}[]".contains(byte);
    loop {
        let stop = window.find(at, |rest| rest.iter().position(is_sign))?;
        if stop - begin > LONGEST {
            return None;
        }
        at = stop + 1;
        match window.byte(stop)? {
            b'"' => at = string_end(window, at)?,
            b'{' | b'[' => depth += 1,
            _ => depth -= 1,
        }
        if depth == 0 {
            return Some(at);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::source::Feed;
    use crate::ingest::source::Input;

    fn records(text: &str) -> Vec<String> {
        let input = Input::Memory("x".to_owned(), text.as_bytes().to_vec());
        let mut feed = Feed::open(&input, 3).expect("memory opens");
        let mut window = Window::new(&mut feed);
        let (mut walk, mut found) = (Walk::default(), Vec::new());
        while let Some(place) = walk.next(&mut window) {
            let text = String::from_utf8_lossy(window.slice(place.from, place.to)).into_owned();
            found.push(if place.is_torn { format!("torn {text}") } else { text });
            window.let_go(walk.needs_from());
            assert!(found.len() < 100);
        }
        found
    }

    #[test]
    fn records_are_found_in_every_known_answer() {
        for (text, expected) in [
            (r#"[{"a":1}, {"b":"]"} ]"#, vec![r#"{"a":1}"#, r#"{"b":"]"}"#]),
            (r#"{"a":1}{"b":2} {"c":[3]}"#, vec![r#"{"a":1}"#, r#"{"b":2}"#, r#"{"c":[3]}"#]),
            (
                "[{\"a\":1}]\n[{\"b\":2},{\"c\":3}]\n",
                vec![r#"{"a":1}"#, r#"{"b":2}"#, r#"{"c":3}"#],
            ),
            (r#"{"events":[{"a":1}],"x":[]}"#, vec![r#"{"a":1}"#]),
            (
                r#"{"took":1,"hits":{"total":{"v":1},"hits":[{"_source":{}}]}}"#,
                vec![r#"{"_source":{}}"#],
            ),
            (
                r#"{"results":[[{"field":"a","value":"b"}]],"s":1}"#,
                vec![r#"[{"field":"a","value":"b"}]"#],
            ),
            (
                r#"{"status":"success","data":{"resultType":"streams","result":[{"stream":{"pod":"w"},"values":[["1","x"],["2","y"]]}]}}"#,
                vec![r#"["1","x"]"#, r#"["2","y"]"#],
            ),
            (r#"{"data":{"id":1},"hits":3}"#, vec![r#"{"data":{"id":1},"hits":3}"#]),
            (r#"{"data":[1,2]}"#, vec![r#"{"data":[1,2]}"#]),
            (r#"{"events":[]}"#, vec![]),
            ("", vec![]),
        ] {
            assert_eq!(records(text), expected, "{text}");
        }
    }

    #[test]
    fn what_is_torn_is_told() {
        assert_eq!(records(r#"[{"a":1},{"b":"#), [r#"{"a":1}"#, r#"torn {"b":"#]);
        assert_eq!(
            records("{\"a\":1}\ngarbage\n{\"b\":2}"),
            ["{\"a\":1}", "torn garbage", "{\"b\":2}"]
        );
    }

    #[test]
    fn rows_that_are_spelled_as_lists_are_rows() {
        let Content::Row(row) = content(br#"[{"field":"@message","value":"x"}]"#, b"") else {
            panic!("no row")
        };
        assert_eq!(row.text("@message").map(|text| &text[..]), Some(&b"x"[..]));
        let Content::Row(row) = content(br#"["17","x"]"#, br#"{"pod":"w"}"#) else {
            panic!("no row")
        };
        assert!(row.has(&["loki.ts", "loki.line", "loki.stream.pod"]));
    }

    proptest::proptest! {
        #[test]
        fn no_walk_is_endless(text in r#"([\[\]{},:"a\\ \n]|"data"|"hits"|"events"|1|null){0,60}"#) {
            let count = records(&text).len();
            proptest::prop_assert!(count <= text.len());
        }
    }
}
