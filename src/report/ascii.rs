//! For terminals and logs that show nothing but ASCII: each sign by its nearest, column by column.
//!
//! Takes a finished screen, gives one of the same width. Escape codes for colour are ASCII and
//! stay; letters that have no likeness become `?`.

use unicode_width::UnicodeWidthChar as _;

/// Signs of our own and what stands for them; all of them take one column.
const SIGNS: &[(char, char)] = &[
    ('─', '-'),
    ('│', '|'),
    ('┌', ','),
    ('├', '+'),
    ('└', '`'),
    ('┐', ','),
    ('┘', '\''),
    ('→', '>'),
    ('←', '<'),
    ('·', '.'),
    ('…', '~'),
    ('–', '-'),
    ('—', '-'),
    ('×', 'x'),
    ('✗', 'x'),
    ('≥', '>'),
    ('≤', '<'),
    ('µ', 'u'),
    ('▁', '.'),
    ('▂', '.'),
    ('▃', ':'),
    ('▄', '-'),
    ('▅', '='),
    ('▆', '+'),
    ('▇', '*'),
    ('█', '#'),
];

/// The same screen in ASCII.
pub fn ascii(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match SIGNS.iter().find(|(sign, _)| *sign == character) {
            _ if character.is_ascii() => out.push(character),
            Some((_, plain)) => out.push(*plain),
            None => out.extend(std::iter::repeat_n('?', character.width().unwrap_or(0))),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fit::width;
    use crate::report::sample;
    use crate::report::style::Colour;
    use crate::report::style::Screen;
    use crate::report::timeline_screen::timeline_screen;

    #[test]
    fn july_4_in_ascii() {
        let (timeline, analysis) = (sample::july_timeline(), sample::july_4());
        let screen = sample::screen(80);
        let account = crate::timeline::account(&timeline, "ExtendedSignUpWorker");
        let (findings, sources) = (&analysis.findings, &analysis.sources);
        let text = timeline_screen(&timeline, findings, sources, &account, &screen);
        let plain = ascii(&text);
        assert_eq!(plain.matches('?').count(), text.matches('?').count(), "no sign was lost");
        insta::assert_snapshot!(plain);
    }

    #[test]
    fn neither_colour_nor_ascii_makes_a_timeline_wider() {
        let (timeline, analysis) = (sample::july_timeline(), sample::july_4());
        let account = crate::timeline::account(&timeline, "ExtendedSignUpWorker");
        let (findings, sources) = (&analysis.findings, &analysis.sources);
        let told = |width, colour| {
            let screen = Screen { width, colour };
            timeline_screen(&timeline, findings, sources, &account, &screen)
        };
        let codes = regex::Regex::new("\x1b\\[[0-9;]*m").expect("a pattern");
        for columns in 60..=240 {
            let plain = told(columns, Colour::Never);
            let painted = told(columns, Colour::Always);
            assert!(painted.len() > plain.len());
            assert_eq!(codes.replace_all(&painted, ""), plain);
            let bare = ascii(&painted);
            let bare = codes.replace_all(&bare, "");
            assert!(bare.lines().all(|line| line.len() <= columns), "{bare}");
        }
    }

    proptest::proptest! {
        #[test]
        fn every_text_becomes_ascii_of_the_same_width(text in "\\PC*") {
            let plain = ascii(&text);
            proptest::prop_assert!(plain.is_ascii());
            proptest::prop_assert_eq!(width(&plain), width(&text));
        }
    }
}
