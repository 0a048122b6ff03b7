//! The one file that knows plotters: pictures become SVG or pixels.
//!
//! Its bitmap lines have steps, so shapes are drawn three times as large and made small again;
//! text comes after that, from the outlines themselves, at its own size.

use plotters::backend::BitMapBackend;
use plotters::backend::DrawingBackend;
use plotters::backend::SVGBackend;
use plotters::style::FontStyle;
use plotters::style::IntoFont as _;
use plotters::style::RGBAColor;
use plotters::style::ShapeStyle;
use plotters::style::TextStyle;
use plotters::style::text_anchor::HPos;
use plotters::style::text_anchor::Pos;
use plotters::style::text_anchor::VPos;

use crate::report::chart::fonts;
use crate::report::chart::picture::Picture;
use crate::report::chart::picture::Shape;
use crate::report::chart::picture::Side;
use crate::report::chart::theme::Ink;
use crate::report::chart::theme::Theme;

/// plotters takes a font's size for its height and divides by this for SVG.
const HEIGHT: f64 = 1.24;

/// Pixels up to which shapes are drawn three times as large, and beyond only twice.
const FINE: u64 = 4_000_000;

/// A picture as the inside of an SVG document: what stands between its first and its last tag.
pub(super) fn svg(picture: &Picture, theme: Theme) -> String {
    let mut text = String::new();
    let size = (whole(picture.width), whole(picture.height));
    let mut backend = SVGBackend::with_string(&mut text, size);
    for shape in &picture.shapes {
        paint(&mut backend, shape, theme, 1.0);
        if let Shape::Text { at, side, look, text } = shape {
            let style = if look.is_bold { FontStyle::Bold } else { FontStyle::Normal };
            let font = (fonts::FAMILY, look.size * HEIGHT, style).into_font();
            let h_pos = match side {
                Side::Left => HPos::Left,
                Side::Middle => HPos::Center,
                Side::Right => HPos::Right,
            };
            let ink = colour(theme, look.ink, 1.0);
            let style = TextStyle::from(font).color(&ink).pos(Pos::new(h_pos, VPos::Center));
            let _ = backend.draw_text(text, &style, (place(at.0), place(at.1)));
        }
    }
    let _ = backend.present();
    drop(backend);
    let start = text.find('>').map_or(0, |at| at + 1);
    let end = text.rfind("</svg>").unwrap_or(text.len());
    text[start..end].trim().to_owned()
}

/// A picture as rows of red, green and blue.
pub(super) fn pixels(picture: &Picture, theme: Theme, scale: f64) -> (u32, u32, Vec<u8>) {
    let [width, height] = [picture.width, picture.height].map(|side| whole(side * scale).max(1));
    let times = if u64::from(width) * u64::from(height) > FINE { 2 } else { 3 };
    let large = (width * times, height * times);
    let mut buffer = vec![0; bytes(large)];
    {
        let mut backend: BitMapBackend<'_> = BitMapBackend::with_buffer(&mut buffer, large);
        for shape in &picture.shapes {
            paint(&mut backend, shape, theme, scale * f64::from(times));
        }
        let _ = backend.present();
    }
    let mut small = shrunk(&buffer, (width, height), times);
    for shape in &picture.shapes {
        write(&mut small, (width, height), shape, theme, scale);
    }
    (width, height, small)
}

/// Draws one shape that is no text. Both backends draw into memory, which cannot fail.
fn paint<B: DrawingBackend>(backend: &mut B, shape: &Shape, theme: Theme, scale: f64) {
    let at = |(x, y): (f64, f64)| (place(x * scale), place(y * scale));
    let style = |ink, opacity| ShapeStyle::from(&colour(theme, ink, opacity));
    match shape {
        Shape::Box { left, top, right, bottom, ink, opacity } => {
            let style = style(*ink, *opacity).filled();
            let _ = backend.draw_rect(at((*left, *top)), at((*right, *bottom)), &style, true);
        }
        Shape::Area { points, ink, opacity } => {
            let corners = points.iter().map(|point| at(*point));
            let _ = backend.fill_polygon(corners, &style(*ink, *opacity));
        }
        Shape::Line { points, ink, width, opacity } => {
            let style = style(*ink, *opacity).stroke_width(whole(width * scale).max(1));
            if scale > 1.0 {
                // One by one: plotters' own joints break at sharp angles.
                for pair in points.windows(2) {
                    let _ = backend.draw_path([at(pair[0]), at(pair[1])], &style);
                }
            } else {
                let _ = backend.draw_path(points.iter().map(|point| at(*point)), &style);
            }
        }
        Shape::Disc { middle, radius, ink } => {
            let style = style(*ink, 1.0).filled();
            let _ = backend.draw_circle(at(*middle), whole(radius * scale), &style, true);
        }
        Shape::Text { .. } => {}
    }
}

/// Writes a text into pixels.
fn write(rows: &mut [u8], (width, height): (u32, u32), shape: &Shape, theme: Theme, scale: f64) {
    let Shape::Text { at, side, look, text } = shape else { return };
    let size = look.size * scale;
    let wide = fonts::width(text, size, look.is_bold);
    let left = at.0 * scale
        - match side {
            Side::Left => 0.0,
            Side::Middle => wide / 2.0,
            Side::Right => wide,
        };
    let (red, green, blue) = theme.colour(look.ink);
    let [left, base, size] = [left, at.1 * scale, size].map(single);
    let base = (base + size * fonts::HALF_X).round();
    fonts::draw(text, size, look.is_bold, (left, base), |x, y, ink| {
        let (Ok(x), Ok(y)) = (u32::try_from(x), u32::try_from(y)) else { return };
        if x >= width || y >= height {
            return;
        }
        let first = bytes((width, y)) + bytes((x, 1));
        for (dot, part) in rows[first..first + 3].iter_mut().zip([red, green, blue]) {
            *dot = mixed(*dot, part, ink);
        }
    });
}

/// A picture made small by a whole number: each pixel is the mean of those it stands for.
fn shrunk(large: &[u8], (width, height): (u32, u32), times: u32) -> Vec<u8> {
    let mut small = Vec::with_capacity(bytes((width, height)));
    let row = bytes((width * times, 1));
    let mut sums = vec![0_u32; bytes((width, 1))];
    let rows = usize::try_from(times).unwrap_or(1);
    for band in large.chunks_exact(row * rows) {
        sums.fill(0);
        for line in band.chunks_exact(row) {
            for (pixel, sum) in line.chunks_exact(3 * rows).zip(sums.chunks_exact_mut(3)) {
                for dot in pixel.chunks_exact(3) {
                    for (sum, part) in sum.iter_mut().zip(dot) {
                        *sum += u32::from(*part);
                    }
                }
            }
        }
        let all = times * times;
        small.extend(sums.iter().map(|sum| u8::try_from((sum + all / 2) / all).unwrap_or(255)));
    }
    small
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between two bytes")]
fn mixed(under: u8, over: u8, ink: f32) -> u8 {
    let (under, over) = (f32::from(under), f32::from(over));
    (under + (over - under) * ink.clamp(0.0, 1.0)).round() as u8
}

fn colour(theme: Theme, ink: Ink, opacity: f64) -> RGBAColor {
    let (red, green, blue) = theme.colour(ink);
    RGBAColor(red, green, blue, opacity)
}

fn bytes((width, height): (u32, u32)) -> usize {
    usize::try_from(u64::from(width) * u64::from(height) * 3).unwrap_or(usize::MAX)
}

#[expect(clippy::cast_possible_truncation, reason = "a place on a sheet")]
fn place(place: f64) -> i32 {
    place.round() as i32
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a small length")]
fn whole(length: f64) -> u32 {
    length.round() as u32
}

#[expect(clippy::cast_possible_truncation, reason = "a place on a sheet")]
fn single(place: f64) -> f32 {
    place as f32
}
