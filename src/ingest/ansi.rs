//! Colour and other terminal control sequences, taken out of a line.
//!
//! ```text
//! csi   = ESC "[" *( %x30-3F ) *( %x20-2F ) %x40-7E      ; ECMA-48 §5.4, colours
//! osc   = ESC "]" *any ( BEL | ESC "\" )                 ; titles, hyperlinks
//! other = ESC [ any ]
//! ```

use std::borrow::Cow;

const ESC: u8 = 0x1b;

/// Whether a line holds any.
pub fn is_in(line: &[u8]) -> bool {
    memchr::memchr(ESC, line).is_some()
}

/// Takes the escape sequences out; borrows where there are none.
///
/// An `osc` without its end loses only its first two bytes: a torn line must not lose its text.
pub fn strip(line: &[u8]) -> Cow<'_, [u8]> {
    let Some(first) = memchr::memchr(ESC, line) else { return Cow::Borrowed(line) };
    let mut plain = Vec::with_capacity(line.len());
    plain.extend_from_slice(&line[..first]);
    let mut rest = &line[first..];
    while let Some((_, after)) = rest.split_first() {
        rest = &after[sequence(after)..];
        let text = memchr::memchr(ESC, rest).unwrap_or(rest.len());
        plain.extend_from_slice(&rest[..text]);
        rest = &rest[text..];
    }
    Cow::Owned(plain)
}

/// Strips what is already a [`Cow`], and keeps borrowing where it can.
pub fn strip_cow(text: Cow<'_, [u8]>) -> Cow<'_, [u8]> {
    match text {
        Cow::Borrowed(text) => strip(text),
        Cow::Owned(text) if memchr::memchr(ESC, &text).is_none() => Cow::Owned(text),
        Cow::Owned(text) => Cow::Owned(strip(&text).into_owned()),
    }
}

/// The length of the sequence that stands after its ESC.
fn sequence(after: &[u8]) -> usize {
    match after.first() {
        Some(b'[') => {
            let body = &after[1..];
            let end = body.iter().position(|byte| !(0x20..=0x3f).contains(byte));
            match end.map(|end| (end, body[end])) {
                Some((end, 0x40..=0x7e)) => end + 2,
                Some((end, _)) => end + 1,
                None => after.len(),
            }
        }
        Some(b']') => osc(after),
        Some(0x20..=0x7e) => 1,
        Some(_) | None => 0,
    }
}

fn osc(after: &[u8]) -> usize {
    let end = memchr::memchr2(0x07, ESC, after);
    match end.map(|end| (end, &after[end..])) {
        Some((end, [ESC, b'\\', ..])) => end + 2,
        Some((end, [0x07, ..])) => end + 1,
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sequences_go_and_text_stays() {
        for (line, plain) in [
            ("plain", "plain"),
            ("\x1b[1;34mINFO \x1b[0m 2025", "INFO  2025"),
            ("a\x1b[38;5;196mred\x1b[m", "ared"),
            ("\x1b]8;;http://x\x1b\\link\x1b]8;;\x07!", "link!"),
            ("\x1b]torn title", "torn title"),
            ("end\x1b", "end"),
            ("end\x1b[", "end"),
            ("end\x1b[1;3", "end"),
            ("\x1b(Bx", "Bx"),
        ] {
            assert_eq!(strip(line.as_bytes()), plain.as_bytes(), "{line:?}");
        }
        assert!(matches!(strip(b"plain"), Cow::Borrowed(_)));
    }

    proptest::proptest! {
        #[test]
        fn no_escape_is_left(bytes: Vec<u8>) {
            proptest::prop_assert!(!strip(&bytes).contains(&ESC));
        }
    }
}
