//! What people see of a comparison, whatever the log says and however wide the screen is.

use proptest::prelude::prop_assert;
use unicode_width::UnicodeWidthStr as _;

use crate::diff::Diff;
use crate::diff::Side;
use crate::report::diff::json;
use crate::report::diff::markdown;
use crate::report::diff::rows;
use crate::report::diff::screen::screen;
use crate::report::sample;
use crate::report::sample::HOSTILE;
use crate::report::style::Colour;
use crate::report::style::Screen;

fn diff(bytes: &[u8], name: &str) -> Diff {
    let [one, other] = [sample::july_4(), sample::hostile(bytes)];
    let sides = [Side::of(name.to_owned(), &one), Side::of(name.to_owned(), &other)];
    let [before, after] = sides;
    Diff::between(before, after, 1.0)
}

#[test]
fn colour_adds_nothing_but_codes() {
    let diff = diff(b"x", "worker.log");
    let plain = screen(&diff, &sample::screen(90));
    let painted = screen(&diff, &Screen { width: 90, colour: Colour::Always });
    assert_ne!(plain, painted);
    assert_eq!(plain, sample::stripped(&painted));
}

#[test]
fn a_side_of_nobody_is_never_calm() {
    let [one, other] = [sample::july_4(), sample::inconclusive()];
    let [before, after] =
        [("a", &one), ("b", &other)].map(|(name, it)| Side::of(name.to_owned(), it));
    let diff = Diff::between(before, after, 0.1);
    let text = screen(&diff, &sample::screen(80));
    assert!(text.starts_with("INCONCLUSIVE  AFTER: no therapist was seen"), "{text}");
    assert!(!text.contains("gone  "), "{text}");
    let page = markdown::document(&diff);
    assert!(page.starts_with("# INCONCLUSIVE") && !page.contains("## gone"), "{page}");
}

#[test]
fn hostile_text_is_no_markup_and_no_formula() {
    let diff = diff(HOSTILE, "=<script>|\x1b[2J");
    let page = markdown::document(&diff);
    assert!(!page.contains("<script") && !page.contains('\x1b'), "{page}");
    for row in rows::csv_rows(&diff).lines() {
        assert!(!row.contains(",=") && !row.contains('\x1b'), "{row}");
    }
    assert!(!json::document(&diff).contains('\x1b'));
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(100))]
    #[test]
    fn no_line_is_too_wide_and_nothing_acts(
        width in 40_usize..240,
        bytes in proptest::prelude::any::<Vec<u8>>(),
        name in "\\PC{0,60}",
    ) {
        for hostile in [bytes.as_slice(), HOSTILE] {
            let page = screen(&diff(hostile, &name), &sample::screen(width));
            for line in page.lines() {
                prop_assert!(line.width() <= width, "{line:?}");
                prop_assert!(!line.chars().any(char::is_control), "{line:?}");
            }
        }
    }
}
