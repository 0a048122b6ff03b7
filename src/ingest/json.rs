//! A JSON object as flat pairs, borrowed from the line.
//!
//! By hand and not by serde: strings may hold bytes that are not UTF-8, duplicate keys are all
//! kept, and numbers keep the digits they were written with (ids never pass through a float).
//!
//! ```text
//! object = "{" [ pair *( "," pair ) ] "}"
//! pair   = string ":" value
//! value  = string | object | array | atom      ; nested keys are joined by dots
//! array  = "[" … "]"                           ; kept as it was written
//! atom   = number | "true" | "false" | "null"
//! ```

use std::borrow::Cow;

use crate::ingest::Value;
use crate::ingest::ansi;

/// Nesting beyond this is somebody's attack, not somebody's log.
const DEEPEST: usize = 32;

/// Of longer paths only the end is kept: every key inside repeats it.
const LONGEST_PREFIX: usize = 256;

/// A key, dotted where nested, and its value.
pub type Pair<'a> = (Cow<'a, [u8]>, Value<'a>);

type Parsed<'a, T> = Option<(T, &'a [u8])>;

/// Reads a line that is one JSON object and nothing else.
pub fn pairs(line: &[u8]) -> Option<Vec<Pair<'_>>> {
    let body = line.trim_ascii().strip_prefix(b"{")?;
    let mut found = Vec::with_capacity(16);
    let ((), rest) = object(body, b"", DEEPEST, &mut found)?;
    rest.trim_ascii().is_empty().then_some(found)
}

fn object<'a>(
    mut rest: &'a [u8],
    prefix: &[u8],
    depth: usize,
    found: &mut Vec<Pair<'a>>,
) -> Parsed<'a, ()> {
    if let Some(rest) = rest.trim_ascii_start().strip_prefix(b"}") {
        return Some(((), rest));
    }
    loop {
        let (key, after) = string(rest.trim_ascii_start().strip_prefix(b"\"")?)?;
        let value = after.trim_ascii_start().strip_prefix(b":")?.trim_ascii_start();
        let key = joined(prefix, key);
        if let Some(body) = value.strip_prefix(b"{") {
            ((), rest) = object(body, &key, depth.checked_sub(1)?, found)?;
        } else {
            let (value, after) = plain(value)?;
            found.push((key, value));
            rest = after;
        }
        match rest.trim_ascii_start().split_first()? {
            (b',', after) => rest = after,
            (b'}', after) => return Some(((), after)),
            _ => return None,
        }
    }
}

fn joined<'a>(prefix: &[u8], key: Cow<'a, [u8]>) -> Cow<'a, [u8]> {
    if prefix.is_empty() {
        return key;
    }
    let prefix = &prefix[prefix.len().saturating_sub(LONGEST_PREFIX)..];
    Cow::Owned([prefix, b".", key.as_ref()].concat())
}

fn plain(value: &[u8]) -> Parsed<'_, Value<'_>> {
    match value.split_first()? {
        (b'"', body) => string(body).map(|(text, rest)| (Value::Text(text), rest)),
        (b'[', _) => {
            let end = closing(value)?;
            Some((Value::Array(Cow::Borrowed(&value[..end])), &value[end..]))
        }
        _ => atom(value),
    }
}

fn atom(value: &[u8]) -> Parsed<'_, Value<'_>> {
    let is_inside = |byte: &u8| byte.is_ascii_alphanumeric() || b"+-.".contains(byte);
    let end = value.iter().position(|byte| !is_inside(byte)).unwrap_or(value.len());
    let (text, rest) = value.split_at(end);
    let value = match text {
        b"null" => Value::Null,
        b"true" | b"false" => Value::Text(Cow::Borrowed(text)),
        [b'-' | b'0'..=b'9', ..] => Value::Text(Cow::Borrowed(integral(text))),
        _ => return None,
    };
    Some((value, rest))
}

/// `30278823850.0` is the integer a float column made of it; its digits are all there.
fn integral(number: &[u8]) -> &[u8] {
    let Some(point) = memchr::memchr(b'.', number) else { return number };
    let zeros = &number[point + 1..];
    let is_whole = !zeros.is_empty() && zeros.iter().all(|digit| *digit == b'0');
    if is_whole { &number[..point] } else { number }
}

/// Reads a text that is one string, number, array, boolean or `null`.
pub fn value(text: &[u8]) -> Option<Value<'_>> {
    plain(text.trim_ascii()).filter(|(_, rest)| rest.is_empty()).map(|(value, _)| value)
}

/// The elements of an array, each as it was written.
pub fn elements(array: &[u8]) -> Option<Vec<&[u8]>> {
    let mut rest = array.trim_ascii().strip_prefix(b"[")?.trim_ascii_start();
    let mut found = Vec::new();
    while rest != b"]" {
        let length = match rest.first()? {
            b'"' => 1 + quoted(&rest[1..])?,
            b'[' | b'{' => closing(rest)?,
            _ => rest.iter().position(|byte| b",] \t\r\n".contains(byte)).filter(|n| *n > 0)?,
        };
        found.push(&rest[..length]);
        rest = rest[length..].trim_ascii_start();
        match rest.strip_prefix(b",") {
            Some(next) => rest = next.trim_ascii_start(),
            None if rest == b"]" => {}
            None => return None,
        }
    }
    Some(found)
}

/// The length of the bracketed text at the front, brackets included; quoted brackets do not count.
pub fn closing(text: &[u8]) -> Option<usize> {
    let (mut depth, mut at) = (0_usize, 0);
    loop {
        match text.get(at)? {
            b'"' => at += quoted(&text[at + 1..])?,
            b'[' | b'{' => depth += 1,
            b']' | b'}' => depth = depth.checked_sub(1)?,
            _ => {}
        }
        at += 1;
        if depth == 0 {
            return Some(at);
        }
    }
}

/// The length of the text up to and with its closing quote.
fn quoted(text: &[u8]) -> Option<usize> {
    let mut at = 0;
    loop {
        at += memchr::memchr2(b'"', b'\\', text.get(at..)?)?;
        if text[at] == b'"' {
            return Some(at + 1);
        }
        at += 2;
    }
}

/// Reads a string whose opening quote is behind us, and takes the escapes and colours out.
fn string(text: &[u8]) -> Parsed<'_, Cow<'_, [u8]>> {
    let end = quoted(text)?;
    let (body, rest) = (&text[..end - 1], &text[end..]);
    if memchr::memchr(b'\\', body).is_none() {
        return Some((Cow::Borrowed(body), rest));
    }
    Some((ansi::strip_cow(Cow::Owned(unescaped(body))), rest))
}

/// Takes the backslashes out of the inside of a string.
pub fn unescaped(body: &[u8]) -> Vec<u8> {
    let mut text = Vec::with_capacity(body.len());
    let mut rest = body;
    while let Some(at) = memchr::memchr(b'\\', rest) {
        text.extend_from_slice(&rest[..at]);
        rest = escape(&rest[at + 1..], &mut text);
    }
    text.extend_from_slice(rest);
    text
}

fn escape<'a>(rest: &'a [u8], text: &mut Vec<u8>) -> &'a [u8] {
    let Some((&byte, after)) = rest.split_first() else { return rest };
    let plain = match byte {
        b'n' => b'\n',
        b't' => b'\t',
        b'r' => b'\r',
        b'b' => 8,
        b'f' => 12,
        b'u' => return unicode(after, text),
        other => other,
    };
    text.push(plain);
    after
}

fn unicode<'a>(rest: &'a [u8], text: &mut Vec<u8>) -> &'a [u8] {
    let Some((first, mut after)) = hex(rest) else {
        text.extend_from_slice(b"\\u");
        return rest;
    };
    let mut code = first;
    if (0xd800..0xdc00).contains(&first) {
        let low = after.strip_prefix(b"\\u").and_then(hex);
        if let Some((low @ 0xdc00..0xe000, rest)) = low {
            code = 0x1_0000 + ((first - 0xd800) << 10) + (low - 0xdc00);
            after = rest;
        }
    }
    let letter = char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER);
    text.extend_from_slice(letter.encode_utf8(&mut [0; 4]).as_bytes());
    after
}

fn hex(text: &[u8]) -> Parsed<'_, u32> {
    let (digits, rest) = text.split_first_chunk::<4>()?;
    let code = digits
        .iter()
        .try_fold(0, |sum, digit| char::from(*digit).to_digit(16).map(|digit| sum * 16 + digit))?;
    Some((code, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(line: &str) -> Option<String> {
        let pairs = pairs(line.as_bytes())?;
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
    fn objects_become_dotted_pairs() {
        for (line, flat) in [
            ("{}", ""),
            (r#"{"a":1,"b":{"c":"x","d":{"e":null}}}"#, "a=1;b.c=x;b.d.e=~"),
            (r#" { "a" : [1, "]", {"b":2}] , "c" : true } "#, r#"a=[1, "]", {"b":2}];c=true"#),
            (r#"{"a":1,"a":2}"#, "a=1;a=2"),
            (
                r#"{"n":30278823850.0,"m":9007199254740993,"x":1.5}"#,
                "n=30278823850;m=9007199254740993;x=1.5",
            ),
            (r#"{"q":"\"\\\u00e9\ud83d\ude00\ud800"}"#, "q=\"\\é😀\u{fffd}"),
            (r#"{"c":"\u001b[1;34mINFO\u001b[0m"}"#, "c=INFO"),
        ] {
            assert_eq!(shown(line).as_deref(), Some(flat), "{line}");
        }
    }

    #[test]
    fn an_array_has_elements() {
        for (text, count) in [
            ("[]", Some(0)),
            ("[null, 3]", Some(2)),
            (r#" [{"a":[1,2]}, "x,]", [1]] "#, Some(3)),
            ("[1", None),
            ("[1 2]", None),
            ("1", None),
        ] {
            let found = elements(text.as_bytes());
            assert_eq!(found.map(|found| found.len()), count, "{text}");
        }
        assert_eq!(value(b" \"a\\nb\" "), Some(Value::Text(Cow::Borrowed(&b"a\nb"[..]))));
        assert_eq!(value(b"null"), Some(Value::Null));
        assert_eq!(value(b"1 2"), None);
    }

    #[test]
    fn what_is_no_object_is_refused() {
        let deep = format!("{}{}", r#"{"a":"#.repeat(40), "1".to_owned() + &"}".repeat(40));
        for line in
            ["", "[1]", "{\"a\":1", "{\"a\"}", "{\"a\":x}", "{\"a\":1} x", "{\"a\":\"", &deep]
        {
            assert_eq!(shown(line), None, "{line}");
        }
    }

    #[test]
    fn bytes_that_are_no_utf8_stay() {
        let pairs = pairs(b"{\"a\":\"\xff\xfe\"}").expect("an object");
        assert_eq!(pairs[0].1, Value::Text(Cow::Borrowed(b"\xff\xfe")));
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_panic(bytes: Vec<u8>) {
            let _ = (pairs(&bytes).is_some(), closing(&bytes), unescaped(&bytes));
        }

        #[test]
        fn nothing_json_like_panics(text in r#"\{("[a\\]{0,3}"|[:,{}\[\]0-9u" ]){0,20}"#) {
            let _ = (pairs(text.as_bytes()).is_some(), closing(text.as_bytes()));
            let _ = (elements(text.as_bytes()).is_some(), value(text.as_bytes()).is_some());
        }
    }
}
