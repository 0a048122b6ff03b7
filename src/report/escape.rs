//! Hostile text made harmless, once per kind of output.
//!
//! Takes bytes or text as a log had them, gives text that cannot move a cursor, reorder what is
//! read, end a table cell or start a formula. Nothing is dropped: what must not act is shown.
//! A backslash of the log itself stays as it is, so `\x1b` on the screen can also be four
//! characters of the log; the line's place is always beside it.

use std::fmt::Write as _;

/// Bytes for a terminal: [`visible`], and bytes that are not UTF-8 as `\xff`.
pub fn printable(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        push_visible(&mut text, chunk.valid());
        for byte in chunk.invalid() {
            push(&mut text, format_args!("\\x{byte:02x}"));
        }
    }
    text
}

/// Text for a terminal: control characters, bidi controls and whatever takes no room of its own
/// become visible, as in `\x1b` and `\u{202e}`.
pub fn visible(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    push_visible(&mut out, text);
    out
}

fn push_visible(out: &mut String, text: &str) {
    for character in text.chars() {
        match character {
            '\t' => out.push_str("\\t"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\0'..'\u{20}' | '\u{7f}' => {
                push(out, format_args!("\\x{:02x}", u32::from(character)));
            }
            '\u{80}'..'\u{a0}' => push(out, format_args!("{}", character.escape_unicode())),
            _ if is_hidden(character) => push(out, format_args!("{}", character.escape_unicode())),
            _ => out.push(character),
        }
    }
}

fn push(out: &mut String, text: std::fmt::Arguments<'_>) {
    out.write_fmt(text).expect("writing to a String cannot fail");
}

/// Whether a character steers the text around it, or cannot be seen: line separators, bidi
/// controls, joiners, fillers, variation selectors (they change the width of what stands before
/// them), tags. Combining marks are not here: names are written with them.
fn is_hidden(character: char) -> bool {
    matches!(
        character,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
            | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{3164}'
            | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}'
            | '\u{ffa0}'
            | '\u{fff9}'..='\u{fffb}'
            | '\u{1d173}'..='\u{1d17a}'
            | '\u{e0000}'..='\u{e0fff}'
    )
}

/// Text for a Markdown table cell or paragraph: no markup, no HTML, no links, one line.
pub fn markdown(text: &str) -> String {
    let text = visible(text);
    let mut out = String::with_capacity(text.len());
    let mut before = ' ';
    let mut rest = text.chars().peekable();
    while let Some(character) = rest.next() {
        let after = rest.peek().copied().unwrap_or(' ');
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            // Inside a word an underscore is only an underscore, and our field names have many.
            '_' if before.is_alphanumeric() && after.is_alphanumeric() => out.push('_'),
            // GitHub makes links of bare addresses.
            ':' if after == '/' => out.push_str("&#58;"),
            '\\' | '|' | '`' | '[' | ']' | '*' | '_' | '~' | '#' => {
                out.push('\\');
                out.push(character);
            }
            _ => out.push(character),
        }
        before = character;
    }
    out
}

/// Text for a CSV cell: quoted as RFC 4180 has it, control characters visible, and a cell that a
/// spreadsheet would take for a formula begun with `'`.
pub fn csv(text: &str) -> String {
    let guard = if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { "'" } else { "" };
    let cell = format!("{guard}{}", visible(text));
    if cell.contains([',', '"', ';']) || cell.starts_with(' ') || cell.ends_with(' ') {
        format!("\"{}\"", cell.replace('"', "\"\""))
    } else {
        cell
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_steers_a_terminal_is_shown_instead() {
        assert_eq!(printable(b"\x1b[2Jx\x07\tb\r\n\x7f"), r"\x1b[2Jx\x07\tb\r\n\x7f");
        assert_eq!(visible("\u{9b}31m"), r"\u{9b}31m");
        assert_eq!(
            visible("a\u{202e}b\u{2066}c\u{200b}d\u{feff}"),
            r"a\u{202e}b\u{2066}c\u{200b}d\u{feff}"
        );
    }

    #[test]
    fn bytes_that_are_not_utf8_are_shown() {
        assert_eq!(printable(b"a\xffb\xc3\xa9\xe2\x82"), r"a\xffbé\xe2\x82");
    }

    #[test]
    fn markdown_keeps_no_markup() {
        assert_eq!(markdown("<script>|`x`|[a](b)"), r"&lt;script&gt;\|\`x\`\|\[a\](b)");
        assert_eq!(markdown("a_b _c_ *d*\n&"), r"a_b \_c\_ \*d\*\\n&amp;");
        assert_eq!(markdown("http://x"), "http&#58;//x");
    }

    #[test]
    fn csv_quotes_and_guards() {
        assert_eq!(csv("=cmd()"), "'=cmd()");
        assert_eq!(csv("+1"), "'+1");
        assert_eq!(csv("-1"), "'-1");
        assert_eq!(csv("@x"), "'@x");
        assert_eq!(csv("\t=x"), r"'\t=x");
        assert_eq!(csv("\r=x"), r"'\r=x");
        assert_eq!(csv("a,\"b\""), "\"a,\"\"b\"\"\"");
        assert_eq!(csv("=a,b"), "\"'=a,b\"");
        assert_eq!(csv("\x1b[0m"), r"\x1b[0m");
    }

    proptest::proptest! {
        #[test]
        fn nothing_printable_controls_anything(bytes: Vec<u8>) {
            let text = printable(&bytes);
            proptest::prop_assert!(!text.chars().any(|c| c.is_control() || is_hidden(c)));
            proptest::prop_assert_eq!(visible(&text), text);
        }
    }
}
