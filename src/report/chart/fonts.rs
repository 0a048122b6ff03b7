//! The embedded fonts: how wide a text is, and its pixels.
//!
//! DejaVu Sans, cut down to the scripts our words are in (assets/fonts). What it lacks is drawn as
//! a box in pixels, and by the reader's own fonts in SVG. Loaded when the first chart is drawn.

use std::sync::OnceLock;

use ab_glyph::Font as _;
use ab_glyph::FontRef;
use ab_glyph::PxScale;
use ab_glyph::ScaleFont as _;
use ab_glyph::point;

/// How the family is named in SVG; a reader without it sees its own sans-serif.
pub(super) const FAMILY: &str = "DejaVu Sans, sans-serif";

/// Half the height of a small letter, in ems: how far a text's middle stands above its base.
pub(super) const HALF_X: f32 = 0.273;

static NORMAL: &[u8] = include_bytes!("../../../assets/fonts/DejaVuSans.ttf");
static BOLD: &[u8] = include_bytes!("../../../assets/fonts/DejaVuSans-Bold.ttf");

/// The two faces; `None` only if the embedded bytes were no font, which a test rules out.
fn face(is_bold: bool) -> Option<&'static FontRef<'static>> {
    static FACES: OnceLock<[Option<FontRef<'static>>; 2]> = OnceLock::new();
    let faces =
        FACES.get_or_init(|| [NORMAL, BOLD].map(|bytes| FontRef::try_from_slice(bytes).ok()));
    faces[usize::from(is_bold)].as_ref()
}

/// The scale at which an em is `size` pixels.
fn scale(face: &FontRef<'_>, size: f32) -> PxScale {
    let units = face.units_per_em().unwrap_or(2048.0);
    PxScale::from(size * face.height_unscaled() / units)
}

/// The width of a text in pixels at a size in pixels per em.
pub(super) fn width(text: &str, size: f64, is_bold: bool) -> f64 {
    let Some(face) = face(is_bold) else { return 0.0 };
    // At a thousand pixels per em and scaled down: the width grows with the size, exactly.
    let scaled = face.as_scaled(scale(face, 1_000.0));
    let mut width = 0.0;
    let mut before = None;
    for character in text.chars() {
        let glyph = scaled.glyph_id(character);
        width += before.map_or(0.0, |before| scaled.kern(before, glyph));
        width += scaled.h_advance(glyph);
        before = Some(glyph);
    }
    f64::from(width) * size / 1_000.0
}

/// A text cut to a width, with `…` in place of its end.
pub(super) fn clip(text: &str, room: f64, size: f64, is_bold: bool) -> String {
    if width(text, size, is_bold) <= room {
        return text.to_owned();
    }
    let room = room - width("…", size, is_bold);
    let mut used = 0.0;
    let mut kept = String::new();
    for character in text.chars() {
        used += width(character.encode_utf8(&mut [0; 4]), size, is_bold);
        if used > room {
            break;
        }
        kept.push(character);
    }
    format!("{}…", kept.trim_end())
}

/// A text cut to a width, with `…` in place of its beginning: the end of a path tells more.
pub(super) fn clip_left(text: &str, room: f64, size: f64, is_bold: bool) -> String {
    let mut rest = text;
    let mut shown = text.to_owned();
    while width(&shown, size, is_bold) > room && !rest.is_empty() {
        let first = rest.chars().next().map_or(0, char::len_utf8);
        rest = &rest[first..];
        shown = format!("…{rest}");
    }
    shown
}

/// Breaks a text into lines of a width, at most `most` of them; the last is cut if need be.
pub(super) fn wrap(text: &str, room: f64, size: f64, is_bold: bool, most: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        let is_last = lines.len() >= most;
        let Some(line) = lines.last_mut() else { break };
        let longer = if line.is_empty() { word.to_owned() } else { format!("{line} {word}") };
        if is_last || line.is_empty() || width(&longer, size, is_bold) <= room {
            *line = longer;
        } else {
            lines.push(word.to_owned());
        }
    }
    lines.into_iter().map(|line| clip(&line, room, size, is_bold)).collect()
}

/// Draws a text whose base begins at a place: `dot` takes each pixel and how much of it is inked.
pub(super) fn draw(
    text: &str,
    size: f32,
    is_bold: bool,
    (left, base): (f32, f32),
    mut dot: impl FnMut(i32, i32, f32),
) {
    let Some(face) = face(is_bold) else { return };
    let scale = scale(face, size);
    let scaled = face.as_scaled(scale);
    let mut pen = left;
    let mut before = None;
    for character in text.chars() {
        let glyph = scaled.glyph_id(character);
        pen += before.map_or(0.0, |before| scaled.kern(before, glyph));
        let placed = glyph.with_scale_and_position(scale, point(pen, base));
        if let Some(outline) = scaled.outline_glyph(placed) {
            let corner = outline.px_bounds().min;
            #[expect(clippy::cast_possible_truncation, reason = "a place in a picture")]
            let (x0, y0) = (corner.x as i32, corner.y as i32);
            outline.draw(|x, y, ink| {
                let [x, y] = [x, y].map(|part| i32::try_from(part).unwrap_or_default());
                dot(x0 + x, y0 + y, ink);
            });
        }
        pen += scaled.h_advance(glyph);
        before = Some(glyph);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fonts_are_there_and_hold_our_signs() {
        for is_bold in [false, true] {
            let face = face(is_bold).expect("a font");
            for sign in "Aé→·–…µ≥×:_ЖΩ".chars() {
                assert_ne!(face.glyph_id(sign).0, 0, "{sign}");
            }
        }
    }

    #[test]
    fn text_is_measured_clipped_and_wrapped() {
        let wide = width("07:04:56", 11.0, false);
        assert!((48.0..58.0).contains(&wide), "{wide}");
        assert!(width("07:04:56", 11.0, true) > wide);
        let clipped = clip("credentialing_active_attested_id", 100.0, 11.0, false);
        assert!(clipped.ends_with('…') && width(&clipped, 11.0, false) <= 100.0, "{clipped}");
        let lines = wrap("one two three four five six", 60.0, 11.0, false, 2);
        assert_eq!(lines.len(), 2);
        assert!(lines[1].ends_with('…'));
    }
}
