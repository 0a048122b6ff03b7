//! JSON that needs no more than ASCII: text in columns that passes through any hands.

use std::fmt::Write as _;

use serde_json::Value;

/// An object while it is written, name by name; names are plain.
#[derive(Debug, Default)]
pub(super) struct Object(String);

impl Object {
    /// Adds a value under a name that is not there yet.
    pub(super) fn insert(&mut self, name: &str, value: impl Into<Value>) {
        let before = if self.0.is_empty() { '{' } else { ',' };
        // Writing to a String cannot fail.
        let _ = write!(self.0, "{before}\"{name}\":{}", value.into());
    }

    /// The object as text; `None` if it is empty.
    pub(super) fn text(self) -> Option<String> {
        let Self(mut text) = self;
        if text.is_empty() {
            return None;
        }
        text.push('}');
        Some(ascii(text))
    }
}

/// JSON with escapes for all that is beyond ASCII.
pub(super) fn ascii(json: String) -> String {
    if json.is_ascii() {
        return json;
    }
    let mut out = String::with_capacity(json.len());
    for character in json.chars() {
        if character.is_ascii() {
            out.push(character);
            continue;
        }
        for unit in character.encode_utf16(&mut [0; 2]) {
            // Writing to a String cannot fail.
            let _ = write!(out, "\\u{unit:04x}");
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn json_in_ascii_says_the_same() {
        let told = json!({"a": "ü\u{202e}\u{1f600}\n\"", "b": null});
        let text = ascii(told.to_string());
        assert!(text.is_ascii());
        assert_eq!(serde_json::from_str::<Value>(&text).ok(), Some(told));
    }

    #[test]
    fn an_object_is_written_as_json() {
        assert_eq!(Object::default().text(), None);
        let mut object = Object::default();
        object.insert("a", None::<&str>);
        object.insert("b", "\"ü\"");
        object.insert("c", -1);
        assert_eq!(object.text().as_deref(), Some(r#"{"a":null,"b":"\"\u00fc\"","c":-1}"#));
    }
}
