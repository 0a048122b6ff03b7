//! What all charts share: margins, type sizes, title, notices, badges and swatches.

use crate::model::Certainty;
use crate::model::Severity;
use crate::report::chart::picture::Frame;
use crate::report::chart::picture::Hatch;
use crate::report::chart::picture::Picture;
use crate::report::chart::picture::Side;
use crate::report::chart::picture::Type;
use crate::report::chart::theme::Ink;
use crate::report::chart::words::letter;

/// White around everything.
pub(crate) const MARGIN: f64 = 28.0;

/// Room for names at the left of lanes: the longer field name fits.
pub(crate) const GUTTER: f64 = 226.0;

const TITLE: Type = Type::bold(19.0, Ink::Text);
const SUBTITLE: Type = Type::plain(12.5, Ink::Muted);

/// Text to be read.
pub(crate) const LABEL: Type = Type::plain(12.0, Ink::Text);
/// Text to be read first.
pub(crate) const LABEL_STRONG: Type = Type::bold(12.0, Ink::Text);
/// Names and numbers beside what they name.
pub(crate) const SMALL: Type = Type::plain(11.0, Ink::Muted);
/// The same, to be read first.
pub(crate) const SMALL_STRONG: Type = Type::bold(11.0, Ink::Text);
/// What matters least.
pub(crate) const TINY: Type = Type::plain(10.0, Ink::Muted);
/// Letters inside marks.
pub(crate) const TINY_STRONG: Type = Type::bold(10.0, Ink::Text);

/// Writes the title and what it rests on; gives the height below.
pub(crate) fn head(picture: &mut Picture, title: &str, subtitle: &str) -> f64 {
    let room = picture.width - 2.0 * MARGIN;
    let mut y = MARGIN + 8.0;
    for line in balanced(title, room) {
        picture.text((MARGIN, y), Side::Left, TITLE, &line);
        y += 25.0;
    }
    for line in SUBTITLE.wrap(subtitle, room, 2) {
        picture.text((MARGIN, y), Side::Left, SUBTITLE, &line);
        y += 18.0;
    }
    y + 6.0
}

/// A title on one line, or on two of about the same length.
fn balanced(title: &str, room: f64) -> Vec<String> {
    let mut lines = TITLE.wrap(title, room, 2);
    let mut narrow = room - 20.0;
    while lines.len() > 1 && narrow > room / 2.0 {
        let tighter = TITLE.wrap(title, narrow, 2);
        if tighter.last().is_some_and(|last| last.ends_with('…')) {
            break;
        }
        lines = tighter;
        narrow -= 20.0;
    }
    lines
}

/// Ends a picture: notices of what was left out, and white below.
pub(crate) fn foot(picture: &mut Picture, y: f64, notices: &[String]) {
    let mut y = y;
    if !notices.is_empty() {
        let look = Type { ink: Ink::Alarm, ..LABEL_STRONG };
        let text = look.clip(&notices.join("  ·  "), picture.width - 2.0 * MARGIN);
        picture.text((MARGIN, y + 6.0), Side::Left, look, &text);
        y += 22.0;
    }
    picture.height = y + MARGIN - 14.0;
}

/// A line across the sheet; gives the height below.
pub(crate) fn rule_off(picture: &mut Picture, y: f64) -> f64 {
    picture.line(&[(MARGIN, y), (picture.width - MARGIN, y)], Ink::Guide, 1.0);
    y + 10.0
}

/// The number of a finding in the shape of its severity: a square for high, a disc for medium, a
/// diamond below; hollow where it is only possible.
pub(crate) fn badge(
    picture: &mut Picture,
    at: (f64, f64),
    number: usize,
    severity: Severity,
    certainty: Certainty,
) {
    let (x, y) = at;
    let mut shape = |grow: f64, ink: Ink| match severity {
        Severity::High => {
            let half = 8.0 + grow;
            let frame = Frame { left: x - half, top: y - half, right: x + half, bottom: y + half };
            picture.fill(frame, ink, 1.0);
        }
        Severity::Medium => picture.disc(at, 8.0 + grow, ink),
        Severity::Low | Severity::Info => {
            let far = 10.0 + grow * 1.4;
            let corners = [(x, y - far), (x + far, y), (x, y + far), (x - far, y)];
            picture.area(&corners, ink, 1.0);
        }
    };
    shape(3.0, Ink::Paper);
    shape(1.0, Ink::Text);
    let ink = match certainty {
        Certainty::Certain => {
            shape(0.0, Ink::Severity(severity));
            Ink::OnSeverity(severity)
        }
        Certainty::Possible => {
            shape(0.0, Ink::Severity(severity));
            shape(-2.0, Ink::Paper);
            Ink::Text
        }
    };
    picture.text(at, Side::Middle, Type { ink, ..TINY_STRONG }, &number.to_string());
}

/// The colour, hatch and letter of an object.
pub(crate) fn swatch(picture: &mut Picture, (x, y): (f64, f64), object: usize) {
    let frame = Frame { left: x - 9.0, top: y - 7.0, right: x + 9.0, bottom: y + 7.0 };
    picture.fill(frame, Ink::Object(object), 1.0);
    picture.hatch(frame, Hatch::of(object), Ink::Paper, 7.0, 0.55);
    picture.outline(frame, Ink::Text, 1.0);
    if Hatch::of(object) != Hatch::Plain {
        let under = Frame { left: x - 5.0, top: y - 5.0, right: x + 5.0, bottom: y + 5.0 };
        picture.fill(under, Ink::Object(object), 1.0);
    }
    let look = Type { ink: Ink::OnObject(object), ..TINY_STRONG };
    picture.text((x, y), Side::Middle, look, &letter(object));
}
