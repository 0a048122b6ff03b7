//! A Ruby hash as `#inspect` or amazing_print shows it, as flat pairs.
//!
//! Source: formats.md §2.7. Real texts, of Ruby up to 3.3 and since 3.4:
//!
//! ```text
//! {:therapist_id=>48213, "binds"=>{:id=>48213}}
//! {therapist_id: 48213, "binds" => {id: 48213}}
//! ```
//!
//! ```text
//! hash   = "{" [ pair *( "," pair ) ] "}"
//! pair   = ":" name "=>" value | name ": " value | DQUOTE … DQUOTE "=>" value   ; blanks around "=>" are free
//! value  = string | hash | array | anything up to the next pair
//! ```
//!
//! Nested keys are joined by dots; arrays stay as they were written.

use std::borrow::Cow;

use crate::ingest::Value;
use crate::ingest::json;
use crate::ingest::json::Pair;

/// Nesting beyond this stays text.
const DEEPEST: usize = 8;

/// Reads a text that is one hash and nothing else.
pub(super) fn pairs(text: &[u8]) -> Option<Vec<Pair<'_>>> {
    let text = text.trim_ascii();
    let end = json::closing(text).filter(|end| text.starts_with(b"{") && *end == text.len())?;
    Some(list(&text[1..end - 1]))
}

/// The pairs between the brackets of a hash, or of named tags.
pub(super) fn list(body: &[u8]) -> Vec<Pair<'_>> {
    let mut found = Vec::new();
    collect(body, b"", DEEPEST, &mut found);
    found
}

fn collect<'a>(body: &'a [u8], prefix: &[u8], depth: usize, found: &mut Vec<Pair<'a>>) {
    let mut rest = body.trim_ascii();
    while !rest.is_empty() {
        let end = end_of_pair(rest);
        if let Some((key, text)) = pair(&rest[..end]) {
            let key = joined(prefix, key);
            match inside(text).filter(|_| depth > 0) {
                Some(inner) => collect(inner, &key, depth - 1, found),
                None => found.push((key, value(text))),
            }
        }
        rest = rest.get(end + 1..).unwrap_or_default().trim_ascii_start();
    }
}

fn joined<'a>(prefix: &[u8], key: &'a [u8]) -> Cow<'a, [u8]> {
    if prefix.is_empty() { Cow::Borrowed(key) } else { Cow::Owned([prefix, b".", key].concat()) }
}

/// What stands between the brackets of a value that is a hash with a pair in it.
fn inside(text: &[u8]) -> Option<&[u8]> {
    let body = text.strip_prefix(b"{")?.strip_suffix(b"}")?;
    let is_whole = json::closing(text) == Some(text.len());
    (is_whole && pair(&body[..end_of_pair(body)]).is_some()).then_some(body)
}

/// The comma behind a pair; one inside quotes or brackets does not count.
fn end_of_pair(text: &[u8]) -> usize {
    let mut at = 0;
    let (mut depth, mut quoted) = (0_usize, false);
    while let Some(byte) = text.get(at) {
        match byte {
            b'\\' if quoted => at += 1,
            b'"' => quoted = !quoted,
            b'{' | b'[' if !quoted => depth += 1,
            b'}' | b']' if !quoted => depth = depth.saturating_sub(1),
            b',' if !quoted && depth == 0 => return at,
            _ => {}
        }
        at += 1;
    }
    text.len()
}

fn pair(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let rocket = memchr::memmem::find(text, b"=>");
    let colon = memchr::memmem::find(text, b": ");
    let end = rocket.into_iter().chain(colon).min()?;
    let key = text[..end].trim_ascii();
    let key = key.strip_prefix(b":").unwrap_or(key);
    let key = key.strip_prefix(b"\"").and_then(|key| key.strip_suffix(b"\"")).unwrap_or(key);
    (!key.is_empty()).then_some((key, text[end + 2..].trim_ascii()))
}

fn value(text: &[u8]) -> Value<'_> {
    match text {
        b"nil" | b"" => Value::Null,
        [b'"', body @ .., b'"'] if memchr::memchr(b'\\', body).is_some() => {
            Value::Text(Cow::Owned(json::unescaped(body)))
        }
        [b'"', body @ .., b'"'] => Value::Text(Cow::Borrowed(body)),
        [b'[', ..] => Value::Array(Cow::Borrowed(text)),
        _ => Value::Text(Cow::Borrowed(text)),
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
    fn every_style_says_the_same() {
        for text in [
            r#"{:a=>1, :b=>nil, :c=>"x, \"y\"", :d=>{:e=>[1, 2], "f"=>2}}"#,
            r#"{a: 1, b: nil, c: "x, \"y\"", d: {e: [1, 2], "f" => 2}}"#,
            r#"{ :a => 1, :b => nil, :c => "x, \"y\"", :d => { :e => [1, 2], "f" => 2 } }"#,
        ] {
            assert_eq!(shown(text).as_deref(), Some(r#"a=1;b=~;c=x, "y";d.e=[1, 2];d.f=2"#));
        }
        assert_eq!(shown("{:a=>{}, :b=>#<X:0x1>}").as_deref(), Some("a={};b=#<X:0x1>"));
    }

    #[test]
    fn what_is_no_hash_is_refused() {
        for text in ["", "{", "[1]", "{a: 1} x", "a: 1"] {
            assert_eq!(shown(text), None, "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_panic(text in r#"[\{\}\[\]:=>",a \\]{0,40}"#) {
            let _ = pairs(text.as_bytes()).is_some();
        }
    }
}
