//! What people see first, at several widths.

use unicode_width::UnicodeWidthStr as _;

use super::*;
use crate::report::sample;
use crate::report::sample::HOSTILE;
use crate::report::sample::screen;
use crate::report::style::Colour;

#[test]
fn july_4_at_80_columns() {
    insta::assert_snapshot!(first_screen(&sample::july_4(), &screen(80)));
}

#[test]
fn july_4_at_200_columns() {
    insta::assert_snapshot!(first_screen(&sample::july_4(), &screen(200)));
}

#[test]
fn a_calm_log_names_its_exposure() {
    insta::assert_snapshot!(first_screen(&sample::fine(), &screen(80)));
}

#[test]
fn a_log_that_could_not_be_read_is_not_calm() {
    insta::assert_snapshot!(first_screen(&sample::inconclusive(), &screen(80)));
}

#[test]
fn a_long_list_is_capped_in_sight() {
    let text = first_screen(&sample::many(), &screen(100));
    assert_eq!(text.lines().filter(|line| line.contains("] MEDIUM")).count(), SHOWN - 1);
    let end: Vec<&str> = text.lines().rev().take(8).collect();
    insta::assert_snapshot!(end.into_iter().rev().collect::<Vec<_>>().join("\n"));
}

#[test]
fn hostile_text_stays_text() {
    let text = first_screen(&sample::hostile(HOSTILE), &screen(80));
    let head: Vec<&str> = text.lines().take(26).collect();
    insta::assert_snapshot!(head.join("\n"));
}

#[test]
fn colour_adds_nothing_but_codes() {
    let plain = first_screen(&sample::july_4(), &screen(80));
    let painted = first_screen(&sample::july_4(), &Screen { width: 80, colour: Colour::Always });
    assert_ne!(plain, painted);
    assert_eq!(plain, sample::stripped(&painted));
}

#[test]
fn a_source_that_broke_off_is_never_calm() {
    let mut analysis = sample::fine();
    assert_eq!(Answer::of(&analysis), Answer::Fine);
    analysis.sources[0].error = Some("unexpected end of file".to_owned());
    assert_eq!(Answer::of(&analysis), Answer::Inconclusive);
    assert_eq!(Answer::of(&Analysis::default()), Answer::Inconclusive);
    assert_eq!(Answer::of(&sample::july_4()), Answer::StillWrong);
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(200))]
    #[test]
    fn no_line_is_too_wide_and_nothing_acts(
        width in 20_usize..240,
        bytes in proptest::prelude::any::<Vec<u8>>(),
        text in "\\PC{0,60}",
    ) {
        for hostile in [bytes.as_slice(), text.as_bytes(), HOSTILE] {
            let page = first_screen(&sample::hostile(hostile), &screen(width));
            for line in page.lines() {
                proptest::prop_assert!(line.width() <= width, "{line:?}");
                proptest::prop_assert!(!line.chars().any(char::is_control), "{line:?}");
            }
        }
    }
}
