//! A picture: shapes on a sheet, in inks and not yet in colours, from back to front. Text stands
//! above all shapes.

use crate::report::chart::fonts;
use crate::report::chart::theme::Ink;
use crate::report::escape::visible;

/// Which side of a text is at its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    /// It begins there.
    Left,
    /// Its middle is there.
    Middle,
    /// It ends there.
    Right,
}

/// How a text looks.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Type {
    /// Pixels per em.
    pub(crate) size: f64,
    pub(crate) is_bold: bool,
    pub(crate) ink: Ink,
}

impl Type {
    /// A plain text.
    pub(crate) const fn plain(size: f64, ink: Ink) -> Self {
        Self { size, is_bold: false, ink }
    }

    /// A bold text.
    pub(crate) const fn bold(size: f64, ink: Ink) -> Self {
        Self { size, is_bold: true, ink }
    }

    /// How wide a text is in it.
    pub(crate) fn width(self, text: &str) -> f64 {
        fonts::width(&harmless(text), self.size, self.is_bold)
    }

    /// A text cut to a width.
    pub(crate) fn clip(self, text: &str, room: f64) -> String {
        fonts::clip(&harmless(text), room, self.size, self.is_bold)
    }

    /// A text cut to a width at its beginning.
    pub(crate) fn clip_left(self, text: &str, room: f64) -> String {
        fonts::clip_left(&harmless(text), room, self.size, self.is_bold)
    }

    /// A text in at most so many lines of a width.
    pub(crate) fn wrap(self, text: &str, room: f64, most: usize) -> Vec<String> {
        fonts::wrap(&harmless(text), room, self.size, self.is_bold, most)
    }
}

/// A part of a picture.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Shape {
    /// A filled rectangle.
    Box { left: f64, top: f64, right: f64, bottom: f64, ink: Ink, opacity: f64 },
    /// A filled polygon.
    Area { points: Vec<(f64, f64)>, ink: Ink, opacity: f64 },
    /// A line through points.
    Line { points: Vec<(f64, f64)>, ink: Ink, width: f64, opacity: f64 },
    /// A filled disc.
    Disc { middle: (f64, f64), radius: f64, ink: Ink },
    /// A text whose small letters are centred on its place.
    Text { at: (f64, f64), side: Side, look: Type, text: String },
}

/// Lines over an area that tell it from others without colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Hatch {
    /// None.
    Plain,
    /// Rising to the right.
    Rising,
    /// Falling to the right.
    Falling,
    /// Both.
    Crossed,
    /// Upright.
    Upright,
}

impl Hatch {
    /// The hatch of an object, by its rank.
    pub(crate) fn of(rank: usize) -> Self {
        [Self::Plain, Self::Rising, Self::Upright, Self::Falling, Self::Crossed][rank % 5]
    }
}

/// A rectangle by its edges.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Frame {
    pub(crate) left: f64,
    pub(crate) top: f64,
    pub(crate) right: f64,
    pub(crate) bottom: f64,
}

impl Frame {
    /// Width.
    pub(crate) fn width(&self) -> f64 {
        self.right - self.left
    }

    /// The height of its middle.
    pub(crate) fn middle(&self) -> f64 {
        self.top.midpoint(self.bottom)
    }
}

/// Shapes on a sheet.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Picture {
    pub(crate) width: f64,
    pub(crate) height: f64,
    pub(crate) shapes: Vec<Shape>,
}

impl Picture {
    /// An empty sheet of a width; it grows downwards.
    pub(crate) fn new(width: f64) -> Self {
        Self { width, height: 0.0, shapes: Vec::new() }
    }

    /// Adds a filled rectangle.
    pub(crate) fn fill(&mut self, frame: Frame, ink: Ink, opacity: f64) {
        let Frame { left, top, right, bottom } = frame;
        self.shapes.push(Shape::Box { left, top, right, bottom, ink, opacity });
    }

    /// Adds a filled polygon.
    pub(crate) fn area(&mut self, points: &[(f64, f64)], ink: Ink, opacity: f64) {
        self.shapes.push(Shape::Area { points: points.to_vec(), ink, opacity });
    }

    /// Adds a line through points.
    pub(crate) fn line(&mut self, points: &[(f64, f64)], ink: Ink, width: f64) {
        self.shapes.push(Shape::Line { points: points.to_vec(), ink, width, opacity: 1.0 });
    }

    /// Adds a disc.
    pub(crate) fn disc(&mut self, middle: (f64, f64), radius: f64, ink: Ink) {
        self.shapes.push(Shape::Disc { middle, radius, ink });
    }

    /// Adds a text; whatever it holds, it is harmless afterwards.
    pub(crate) fn text(&mut self, at: (f64, f64), side: Side, look: Type, text: &str) {
        self.shapes.push(Shape::Text { at, side, look, text: harmless(text) });
    }

    /// Adds the outline of a rectangle.
    pub(crate) fn outline(&mut self, frame: Frame, ink: Ink, width: f64) {
        let Frame { left, top, right, bottom } = frame;
        let corners = [(left, top), (right, top), (right, bottom), (left, bottom), (left, top)];
        self.line(&corners, ink, width);
    }

    /// Adds a straight line of dashes.
    pub(crate) fn dashes(&mut self, from: (f64, f64), to: (f64, f64), ink: Ink, width: f64) {
        let (across, down) = (to.0 - from.0, to.1 - from.1);
        let length = across.hypot(down);
        let mut at = 0.0;
        while at < length {
            let place = |at: f64| (from.0 + across * at / length, from.1 + down * at / length);
            self.line(&[place(at), place((at + 4.0).min(length))], ink, width);
            at += 7.0;
        }
    }

    /// Adds an outline of dashes.
    pub(crate) fn dashed_outline(&mut self, frame: Frame, ink: Ink, width: f64) {
        let Frame { left, top, right, bottom } = frame;
        self.dashes((left, top), (right, top), ink, width);
        self.dashes((left, bottom), (right, bottom), ink, width);
        self.dashes((left, top), (left, bottom), ink, width);
        self.dashes((right, top), (right, bottom), ink, width);
    }

    /// Adds hatching inside a rectangle.
    pub(crate) fn hatch(&mut self, frame: Frame, hatch: Hatch, ink: Ink, gap: f64, opacity: f64) {
        let (slants, is_upright): (&[f64], bool) = match hatch {
            Hatch::Plain => (&[], false),
            Hatch::Rising => (&[1.0], false),
            Hatch::Falling => (&[-1.0], false),
            Hatch::Crossed => (&[1.0, -1.0], false),
            Hatch::Upright => (&[0.0], true),
        };
        let high = frame.bottom - frame.top;
        let lead = if is_upright { 0.0 } else { high };
        for slant in slants {
            // The lines hang on a grid of the whole sheet, so that parts of one area fit together.
            let mut foot = ((frame.left - lead) / gap).floor() * gap;
            while foot < frame.right + lead {
                self.slanted(frame, foot, *slant, ink, opacity);
                foot += gap;
            }
        }
    }

    /// One line of a hatching, from its foot at the bottom, cut to the frame.
    fn slanted(&mut self, frame: Frame, foot: f64, slant: f64, ink: Ink, opacity: f64) {
        let place = |up: f64| (foot + slant * up, frame.bottom - up);
        let (mut low, mut high) = (0.0_f64, frame.bottom - frame.top);
        if slant.abs() < f64::EPSILON {
            if foot <= frame.left || foot >= frame.right {
                return;
            }
        } else {
            let [one, other] = [frame.left, frame.right].map(|edge| (edge - foot) / slant);
            low = low.max(one.min(other));
            high = high.min(one.max(other));
        }
        if high - low > 0.5 {
            let points = vec![place(low), place(high)];
            self.shapes.push(Shape::Line { points, ink, width: 1.0, opacity });
        }
    }
}

/// Text that neither steers what is read nor breaks XML, which has no place for two characters.
pub(crate) fn harmless(text: &str) -> String {
    visible(text).replace(['\u{fffe}', '\u{ffff}'], "\u{fffd}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hatching_stays_in_its_frame() {
        let frame = Frame { left: 10.0, top: 20.0, right: 60.0, bottom: 34.0 };
        for rank in 0..5 {
            let mut picture = Picture::new(100.0);
            picture.hatch(frame, Hatch::of(rank), Ink::Text, 6.0, 1.0);
            assert_eq!(picture.shapes.is_empty(), rank == 0);
            for shape in picture.shapes {
                let Shape::Line { points, .. } = shape else { panic!("a line") };
                for (x, y) in points {
                    assert!((9.99..=60.01).contains(&x) && (19.99..=34.01).contains(&y));
                }
            }
        }
    }
}
