//! Data as blocks of the page: JSON, gzip, base64.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::Value;

use crate::report::page::detail::Detail;

/// JSON of one part, before compression: enough to compress well, little enough to inflate in a
/// few milliseconds.
const PART: usize = 400_000;

/// A block of details.
#[derive(Debug)]
pub(super) struct Part {
    /// The element.
    pub(super) block: String,
    /// How many of the details it holds.
    pub(super) details: usize,
}

/// Details in blocks `part-0`, `part-1` …
pub(super) fn parts(details: &[Detail]) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut texts: Vec<String> = Vec::new();
    let mut size = 0;
    for detail in details {
        let text = detail.value.to_string();
        size += text.len();
        texts.push(text);
        if size >= PART {
            parts.push(part(parts.len(), &texts));
            texts.clear();
            size = 0;
        }
    }
    if !texts.is_empty() {
        parts.push(part(parts.len(), &texts));
    }
    parts
}

fn part(number: usize, texts: &[String]) -> Part {
    let json = format!("[{}]", texts.join(","));
    let held = texts.len();
    let traits = format!("id=\"part-{number}\" data-details=\"{held}\"");
    Part { block: element(&traits, &json), details: held }
}

/// One value as a block.
pub(super) fn block(id: &str, value: &Value) -> String {
    element(&format!("id=\"{id}\""), &value.to_string())
}

/// The traits are ours, and base64 has no character that means anything in HTML.
fn element(traits: &str, json: &str) -> String {
    let data = base64(&gzip(json.as_bytes()));
    format!("<script type=\"text/plain\" {traits}>{data}</script>\n")
}

/// No name and no time in the head: same input, same bytes.
fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).and_then(|()| encoder.finish()).expect("writing to memory cannot fail")
}

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Base64 with padding (RFC 4648).
pub(super) fn base64(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let byte = |at: usize| u32::from(chunk.get(at).copied().unwrap_or(0));
        let word = byte(0) << 16 | byte(1) << 8 | byte(2);
        for at in 0..4 {
            let digit = (word >> (18 - 6 * at) & 63) as usize;
            out.push(if at <= chunk.len() { char::from(ALPHABET[digit]) } else { '=' });
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_as_the_standard_has_it() {
        let pairs =
            [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy")];
        for (text, expected) in pairs {
            assert_eq!(base64(text.as_bytes()), expected);
        }
        assert_eq!(base64(&[0xff, 0xfe]), "//4=");
    }
}
