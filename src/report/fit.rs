//! Text fitted to columns: measured, clipped, wrapped by what a terminal shows, not by bytes.
//!
//! Takes printable text (see [`escape`](crate::report::escape)), gives text that fits.

use unicode_width::UnicodeWidthChar as _;

/// Columns of one character. The sum over a text is never less than what a terminal takes.
fn columns(character: char) -> usize {
    character.width().unwrap_or(0)
}

/// Columns that a text takes.
pub(crate) fn width(text: &str) -> usize {
    text.chars().map(columns).sum()
}

/// The longest beginning of a text that takes at most `room` columns.
fn head(text: &str, room: usize) -> &str {
    let mut used = 0;
    for (at, character) in text.char_indices() {
        used += columns(character);
        if used > room {
            return &text[..at];
        }
    }
    text
}

/// The longest end of a text that takes at most `room` columns.
fn tail(text: &str, room: usize) -> &str {
    let mut used = 0;
    for (at, character) in text.char_indices().rev() {
        used += columns(character);
        if used > room {
            return &text[at + character.len_utf8()..];
        }
    }
    text
}

/// Cuts the end off, with `…` in its place.
pub(crate) fn clip(text: &str, room: usize) -> String {
    match room {
        _ if width(text) <= room => text.to_owned(),
        0 => String::new(),
        _ => format!("{}…", head(text, room - 1)),
    }
}

/// Cuts the beginning off, with `…` in its place: the end of a path tells more.
pub(crate) fn clip_left(text: &str, room: usize) -> String {
    match room {
        _ if width(text) <= room => text.to_owned(),
        0 => String::new(),
        _ => format!("…{}", tail(text, room - 1)),
    }
}

/// The beginning of a log line is worth keeping up to here: the time stands there.
const STAMP: usize = 26;

/// Cuts a log line so that its time and the first of the `wanted` texts stay in sight.
pub(crate) fn clip_around<'a>(
    text: &str,
    room: usize,
    wanted: impl IntoIterator<Item = &'a str>,
) -> String {
    if width(text) <= room {
        return text.to_owned();
    }
    let ends = wanted.into_iter().filter_map(|word| text.find(word).map(|at| at + word.len()));
    let Some(end) = ends.max().filter(|end| width(&text[..*end]) >= room) else {
        return clip(text, room);
    };
    let stamp = leading_words(text, STAMP.min(room / 3));
    let room = room.saturating_sub(width(stamp) + 1);
    let after = clip(&text[end..], 12.min(room / 4));
    let before = tail(&text[..end], room.saturating_sub(width(&after) + 1));
    format!("{stamp} …{before}{after}").trim_start().to_owned()
}

/// The whole words at the beginning that take at most `room` columns; empty if not one does.
fn leading_words(text: &str, room: usize) -> &str {
    let cut = head(text, room);
    cut.rfind(' ').map_or("", |at| cut[..at].trim_end())
}

/// Breaks text into lines of at most `room` columns, between words; a longer word is broken too,
/// so that nothing is lost.
pub(crate) fn wrap(text: &str, room: usize) -> Vec<String> {
    let room = room.max(2);
    let mut lines = Vec::new();
    let mut line = String::new();
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        let mut word = word;
        if !line.is_empty() && width(&line) + 1 + width(word) > room {
            lines.push(std::mem::take(&mut line));
        }
        while width(word) > room {
            let piece = head(word, room);
            lines.push(piece.to_owned());
            word = &word[piece.len()..];
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    if !line.is_empty() {
        lines.push(line);
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clipping_counts_columns() {
        assert_eq!(clip("日本語", 6), "日本語");
        assert_eq!(clip("日本語", 5), "日本…");
        assert_eq!(clip("日本語", 4), "日…");
        assert_eq!(clip_left("/var/log/worker.log:12", 14), "…worker.log:12");
    }

    #[test]
    fn a_long_line_keeps_what_is_wanted() {
        let line = "2025-07-04T07:04:56.412Z pid=4 tid=abc class=ExtendedSignUpWorker \
                    jid=0123456789abcdef01234567 INFO: credentialing_hubspot_id set to 30278823850";
        assert_eq!(
            clip_around(line, 72, ["30278823850"]),
            "…456789abcdef01234567 INFO: credentialing_hubspot_id set to 30278823850"
        );
    }

    #[test]
    fn words_are_wrapped_and_long_ones_broken() {
        assert_eq!(wrap("one two three", 7), ["one two", "three"]);
        assert_eq!(wrap("abcdefgh ij", 3), ["abc", "def", "gh", "ij"]);
        assert!(wrap("", 10).is_empty());
    }

    proptest::proptest! {
        #[test]
        fn nothing_is_wider_than_its_room(text in "\\PC*", room in 2_usize..60) {
            let text = crate::report::escape::visible(&text);
            for line in wrap(&text, room) {
                proptest::prop_assert!(width(&line) <= room);
            }
            proptest::prop_assert!(width(&clip(&text, room)) <= room);
            proptest::prop_assert!(width(&clip_left(&text, room)) <= room);
            let wanted = text.chars().last().map(String::from).unwrap_or_default();
            proptest::prop_assert!(width(&clip_around(&text, room, [wanted.as_str()])) <= room);
        }
    }
}
