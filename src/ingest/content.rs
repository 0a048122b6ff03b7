//! What stands on one line, or in one wrapper: text, or a row of named values.
//!
//! A JSON object, a CSV record and a psql row are all rows: wrappers and loggers that write them
//! are recognised by their keys and never by how the row was spelled.

use std::borrow::Cow;

use crate::ingest::Value;
use crate::ingest::json;
use crate::ingest::json::Pair;

/// Named values in the order they stand; nested keys are dotted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Row<'a> {
    /// The pairs. A key may come twice.
    pub pairs: Vec<Pair<'a>>,
}

impl<'a> Row<'a> {
    /// Reads a line that is one JSON object and nothing else.
    pub fn of_json(line: &'a [u8]) -> Option<Self> {
        json::pairs(line).map(|pairs| Self { pairs })
    }

    /// The first value of a key.
    pub fn get(&self, key: &str) -> Option<&Value<'a>> {
        self.pairs.iter().find(|(name, _)| **name == *key.as_bytes()).map(|(_, value)| value)
    }

    /// The first value of a key, if it is text, a number or a boolean.
    pub fn text(&self, key: &str) -> Option<&Cow<'a, [u8]>> {
        match self.get(key)? {
            Value::Text(text) => Some(text),
            Value::Null | Value::Array(_) => None,
        }
    }

    /// Whether all keys are there.
    pub fn has(&self, keys: &[&str]) -> bool {
        keys.iter().all(|key| self.get(key).is_some())
    }

    /// Takes the first value of a key out, if it is text.
    pub fn take(&mut self, key: &str) -> Option<Cow<'a, [u8]>> {
        let is_text =
            |(name, value): &Pair<'_>| **name == *key.as_bytes() && matches!(value, Value::Text(_));
        let at = self.pairs.iter().position(is_text)?;
        match self.pairs.remove(at).1 {
            Value::Text(text) => Some(text),
            Value::Null | Value::Array(_) => None,
        }
    }

    /// The pairs of a nested object, their keys without its name; `None` if it has none.
    pub fn inside(&self, outer: &str) -> Option<Self> {
        let inner = |(key, value): &Pair<'a>| {
            let length = key.strip_prefix(outer.as_bytes())?.strip_prefix(b".")?.len();
            let key = match key {
                Cow::Borrowed(key) => Cow::Borrowed(&key[key.len() - length..]),
                Cow::Owned(key) => Cow::Owned(key[key.len() - length..].to_vec()),
            };
            Some((key, value.clone()))
        };
        let pairs: Vec<Pair<'a>> = self.pairs.iter().filter_map(inner).collect();
        (!pairs.is_empty()).then_some(Self { pairs })
    }

    /// The same row, borrowed from this one.
    pub fn borrowed(&self) -> Row<'_> {
        let pairs = self.pairs.iter().map(|(key, value)| {
            let value = match value {
                Value::Null => Value::Null,
                Value::Text(text) => Value::Text(Cow::Borrowed(&**text)),
                Value::Array(text) => Value::Array(Cow::Borrowed(&**text)),
            };
            (Cow::Borrowed(&**key), value)
        });
        Row { pairs: pairs.collect() }
    }

    /// The same row, free of the line.
    pub fn into_owned(self) -> Row<'static> {
        let own = |text: Cow<'_, [u8]>| Cow::Owned(text.into_owned());
        let pairs = self.pairs.into_iter().map(|(key, value)| {
            let value = match value {
                Value::Null => Value::Null,
                Value::Text(text) => Value::Text(own(text)),
                Value::Array(text) => Value::Array(own(text)),
            };
            (own(key), value)
        });
        Row { pairs: pairs.collect() }
    }
}

/// What is left to read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content<'a> {
    /// Text without its line end; a record of several lines keeps those between them.
    Text(Cow<'a, [u8]>),
    /// Named values.
    Row(Row<'a>),
}

impl<'a> Content<'a> {
    /// A line of text.
    pub fn line(line: &'a [u8]) -> Self {
        Self::Text(Cow::Borrowed(line))
    }

    /// The same content, free of the line.
    pub fn into_owned(self) -> Content<'static> {
        match self {
            Self::Text(text) => Content::Text(Cow::Owned(text.into_owned())),
            Self::Row(row) => Content::Row(row.into_owned()),
        }
    }

    /// The text; a row has none.
    pub(super) fn into_text(self) -> Vec<u8> {
        match self {
            Self::Text(text) => text.into_owned(),
            Self::Row(_) => Vec::new(),
        }
    }

    /// Text that is a JSON object becomes a row.
    pub(super) fn opened(self) -> Self {
        match self {
            Self::Text(Cow::Borrowed(text)) if is_object(text) => {
                Row::of_json(text).map_or(Self::line(text), Self::Row)
            }
            Self::Text(Cow::Owned(text)) if is_object(&text) => {
                match Row::of_json(&text).map(Row::into_owned) {
                    Some(row) => Self::Row(row),
                    None => Self::Text(Cow::Owned(text)),
                }
            }
            other => other,
        }
    }
}

fn is_object(text: &[u8]) -> bool {
    text.trim_ascii_start().first() == Some(&b'{')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_nested_object_is_a_row_of_its_own() {
        let line = br#"{"a":1,"p":{"x":"y","q":{"z":null}},"px":2}"#;
        let mut row = Row::of_json(line).expect("an object");
        let inner = row.inside("p").expect("an object inside");
        assert_eq!(inner.text("x").map(std::convert::AsRef::as_ref), Some(&b"y"[..]));
        assert_eq!(inner.get("q.z"), Some(&Value::Null));
        assert_eq!((inner.pairs.len(), row.inside("nothing")), (2, None));
        assert_eq!(row.take("a").as_deref(), Some(&b"1"[..]));
        assert!(!row.has(&["a"]) && row.has(&["px", "p.x"]));
    }

    #[test]
    fn only_a_whole_object_opens() {
        for (text, opens) in
            [("{\"a\":1}", true), (" {\"a\":1} ", true), ("{\"a\":", false), ("x", false)]
        {
            for content in
                [Content::line(text.as_bytes()), Content::line(text.as_bytes()).into_owned()]
            {
                assert_eq!(matches!(content.opened(), Content::Row(_)), opens, "{text}");
            }
        }
    }
}
