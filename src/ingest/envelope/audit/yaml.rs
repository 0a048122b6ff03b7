//! The YAML that paper_trail and audited write: one flat hash of attributes.
//!
//! Not a YAML reader on purpose: tags and aliases are never resolved, since they name Ruby
//! objects; what is nested is skipped by its indentation. Source: formats.md §4.1.
//!
//! ```text
//! hash   = [ "---" *any LF ] *pair
//! pair   = key ":" ( SP scalar LF | LF 2item | LF )    ; [ old, new ], a value, or null
//! item   = *SP "-" [ SP ] [ SP scalar ] LF *nested     ; `-` and `- ` are null
//! nested = a line indented deeper than its item
//! scalar = [ "&" anchor SP ] ( "'" … "'" | DQUOTE … DQUOTE | "~" | "null" | plain )
//! ```

use std::borrow::Cow;

use crate::ingest::Value;
use crate::ingest::json;
use crate::ingest::json::Pair;

/// One attribute while its lines come in.
struct Open<'t> {
    key: &'t [u8],
    inline: &'t [u8],
    items: Vec<&'t [u8]>,
    /// The column of the items; what is indented deeper is nested.
    column: Option<usize>,
}

/// Reads a hash of attributes; `None` if the text is none.
pub(super) fn pairs(text: &[u8]) -> Option<Vec<Pair<'static>>> {
    let mut found = Vec::new();
    let mut open: Option<Open<'_>> = None;
    for line in text.split(|byte| *byte == b'\n') {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let column = line.iter().take_while(|byte| **byte == b' ').count();
        let rest = &line[column..];
        if rest.is_empty() || (column == 0 && rest.starts_with(b"---")) {
            continue;
        }
        if let Some(open) = &mut open
            && let Some(item) = item(rest)
            && column <= *open.column.get_or_insert(column)
        {
            open.items.push(item);
        } else if column == 0 {
            found.extend(open.take().map(Open::pair));
            let (key, inline) = key(rest)?;
            open = Some(Open { key, inline, items: Vec::new(), column: None });
        }
    }
    found.extend(open.take().map(Open::pair));
    (!found.is_empty()).then_some(found)
}

fn item(rest: &[u8]) -> Option<&[u8]> {
    match rest.strip_prefix(b"-")? {
        [] => Some(b""),
        [b' ', scalar @ ..] => Some(scalar.trim_ascii()),
        _ => None,
    }
}

fn key(line: &[u8]) -> Option<(&[u8], &[u8])> {
    let colon =
        line.iter().enumerate().skip(1).find(|(at, byte)| {
            **byte == b':' && line.get(at + 1).is_none_or(|next| *next == b' ')
        })?;
    let (key, rest) = (&line[..colon.0], &line[colon.0 + 1..]);
    let key = key.strip_prefix(b":").unwrap_or(key);
    let key = key.trim_ascii_start().strip_prefix(b"\"").unwrap_or(key);
    Some((key.strip_suffix(b"\"").unwrap_or(key), rest.trim_ascii()))
}

impl Open<'_> {
    fn pair(self) -> Pair<'static> {
        let value = match self.items.as_slice() {
            [] => scalar(self.inline),
            items => {
                let items: Vec<Vec<u8>> = items.iter().map(|item| quoted(scalar(item))).collect();
                Value::Array(Cow::Owned([b"[", items.join(&b", "[..]).as_slice(), b"]"].concat()))
            }
        };
        (Cow::Owned(self.key.to_vec()), value)
    }
}

fn scalar(text: &[u8]) -> Value<'static> {
    let text = match text.strip_prefix(b"&") {
        Some(anchored) => anchored.splitn(2, |byte| *byte == b' ').nth(1).unwrap_or_default(),
        None => text,
    };
    let own = |text: &[u8]| Value::Text(Cow::Owned(text.to_vec()));
    match text {
        b"" | b"~" | b"null" | b"Null" | b"NULL" => Value::Null,
        [b'\'', inside @ .., b'\''] => Value::Text(Cow::Owned(undoubled(inside))),
        [b'"', inside @ .., b'"'] => Value::Text(Cow::Owned(json::unescaped(inside))),
        [b'[', .., b']'] => Value::Array(Cow::Owned(text.to_vec())),
        other => own(other),
    }
}

/// Inside single quotes a quote is written twice.
fn undoubled(inside: &[u8]) -> Vec<u8> {
    let mut text = inside.to_vec();
    let mut is_second = false;
    text.retain(|byte| {
        let is_dropped = *byte == b'\'' && is_second;
        is_second = *byte == b'\'' && !is_dropped;
        !is_dropped
    });
    text
}

/// A scalar as an element of a JSON array.
fn quoted(value: Value<'_>) -> Vec<u8> {
    match value {
        Value::Null => b"null".to_vec(),
        Value::Array(text) => text.into_owned(),
        Value::Text(text) if !text.is_empty() && text.iter().all(u8::is_ascii_digit) => {
            text.into_owned()
        }
        Value::Text(text) => {
            let mut out = vec![b'"'];
            for byte in text.iter() {
                if matches!(byte, b'"' | b'\\') {
                    out.push(b'\\');
                }
                out.push(*byte);
            }
            out.push(b'"');
            out
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> Option<String> {
        let pairs = pairs(text.as_bytes())?;
        let text = pairs.iter().map(|(key, value)| {
            let value = match value {
                Value::Null => "~".into(),
                Value::Text(text) | Value::Array(text) => String::from_utf8_lossy(text),
            };
            format!("{}={value}", String::from_utf8_lossy(key))
        });
        Some(text.collect::<Vec<_>>().join(";"))
    }

    #[test]
    fn attributes_become_pairs() {
        for (text, flat) in [
            ("---\na:\n-\n- 3\n", "a=[null, 3]"),
            ("---\na:\n- \n- 3\nb:\n- '3'\n- \n", "a=[null, 3];b=[3, null]"),
            ("--- !ruby/hash:X\na: 3\nb: \nc: ~\nd: 'it''s'\n", "a=3;b=~;c=~;d=it's"),
            ("a:\n  - 1\n  - 2\n", "a=[1, 2]"),
            ("---\r\na:\r\n- 1\r\n- null\r\n", "a=[1, null]"),
            ("---\na: [1, 2]\n:b:\n- &1 '3'\n- *1\n", "a=[1, 2];b=[3, \"*1\"]"),
            ("---\nn:\n- O'Neil, \"DJ\"\n- \"x\\ty\"\n", "n=[\"O'Neil, \\\"DJ\\\"\", \"x\ty\"]"),
        ] {
            assert_eq!(shown(text).as_deref(), Some(flat), "{text}");
        }
    }

    #[test]
    fn ruby_objects_are_skipped() {
        let text = "---\nu:\n- !ruby/object:ActiveSupport::TimeWithZone\n  utc: &1 2025-06-28 15:02:11 Z\n  zone: &2 !ruby/object:X\n    name: Etc/UTC\n    - x\n  time: *1\n-\nf:\n- 1\n- 2\n";
        let read = shown(text).expect("a hash");
        assert!(read.ends_with(";f=[1, 2]") && !read.contains("name"), "{read}");
    }

    #[test]
    fn other_texts_are_refused() {
        for text in ["", "---\n", "plain words\n", "- 1\n- 2\n", "set a:b\n"] {
            assert_eq!(shown(text), None, "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_text_panics(text in "(---|a:|- |-|\n|\r\n|  |'|\"|&1 |\\*1|!x|3|~){0,30}") {
            let _ = pairs(text.as_bytes()).is_some();
        }
    }
}
