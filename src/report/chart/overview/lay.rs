//! Where the parts of an overview stand: two panels of columns and a list of bars on one time axis.

use crate::model::Certainty;
use crate::model::Hours;
use crate::model::SEVERITIES;
use crate::model::Severity;
use crate::report::chart::frame::GUTTER;
use crate::report::chart::frame::LABEL;
use crate::report::chart::frame::MARGIN;
use crate::report::chart::frame::SMALL;
use crate::report::chart::frame::SMALL_STRONG;
use crate::report::chart::frame::foot;
use crate::report::chart::frame::head;
use crate::report::chart::overview::OverviewSpec;
use crate::report::chart::overview::StillWrong;
use crate::report::chart::picture::Frame;
use crate::report::chart::picture::Hatch;
use crate::report::chart::picture::Picture;
use crate::report::chart::picture::Side;
use crate::report::chart::picture::Type;
use crate::report::chart::theme::Ink;
use crate::report::chart::ticks::ticks;
use crate::report::number;

/// Places an overview on a sheet.
pub(in crate::report::chart) fn lay(spec: &OverviewSpec, width: f64, roomy: f64) -> Picture {
    let mut picture = Picture::new(width);
    let mut y = head(&mut picture, &spec.title, &spec.subtitle);
    match &spec.hours {
        None => picture.text((MARGIN, y + 20.0), Side::Left, LABEL, "Nothing carries a time."),
        Some(hours) => {
            let axis = Axis { left: MARGIN + GUTTER - 60.0, right: width - MARGIN, hours };
            let found = format!("findings per {}", hours.name);
            let high = 130.0 * roomy;
            let frame =
                Frame { left: axis.left, top: y + 12.0, right: axis.right, bottom: y + high };
            findings(&mut picture, &axis, frame, &found);
            y = frame.bottom;
            let frame = Frame { top: y + 26.0, bottom: y + 26.0 + 70.0 * roomy, ..frame };
            runs(&mut picture, &axis, frame, &format!("runs per {}", hours.name));
            y = frame.bottom;
            times(&mut picture, &axis, y);
            y += 34.0;
            y = wrong(&mut picture, &axis, &spec.wrong, y, roomy);
        }
    }
    foot(&mut picture, y + 6.0, &spec.notices);
    picture
}

struct Axis<'a> {
    left: f64,
    right: f64,
    hours: &'a Hours,
}

impl Axis<'_> {
    fn x(&self, at: i64) -> f64 {
        let all = float(self.hours.to() - self.hours.from);
        self.left + (self.right - self.left) * float(at - self.hours.from) / all
    }

    /// The frames of columns of these heights, in parts of the panel, each from its foot.
    fn column(&self, at: usize, panel: Frame, from: f64, to: f64) -> Frame {
        let wide = (self.right - self.left) / count(number::count(self.hours.columns.len()));
        let air = (wide * 0.12).min(6.0);
        let (left, high) = (self.left + wide * count(number::count(at)), panel.bottom - panel.top);
        Frame {
            left: left + air,
            right: left + wide - air,
            top: panel.bottom - high * to,
            bottom: panel.bottom - high * from,
        }
    }
}

/// A panel's name, scale and ground; gives what its full height stands for.
fn panel(picture: &mut Picture, frame: Frame, name: &str, most: u64) -> f64 {
    let (top, unit) = scale(most);
    picture.text((MARGIN, frame.top + 6.0), Side::Left, SMALL_STRONG, name);
    let mut at = 0;
    while at <= top {
        let y = frame.bottom - (frame.bottom - frame.top) * count(at) / count(top);
        let ink = if at == 0 { Ink::Text } else { Ink::Guide };
        picture.line(&[(frame.left, y), (frame.right, y)], ink, 1.0);
        picture.text((frame.left - 6.0, y), Side::Right, SMALL, &at.to_string());
        at += unit;
    }
    count(top)
}

/// A round number not below the most, and the distance of its ticks.
fn scale(most: u64) -> (u64, u64) {
    let mut unit = 1;
    for step in [2, 5, 10].into_iter().cycle() {
        if most.div_ceil(unit) <= 4 {
            break;
        }
        let decade = 10_u64.pow(unit.ilog10());
        unit = if step == 10 { decade * 10 } else { decade * step };
    }
    (most.div_ceil(unit).max(1) * unit, unit)
}

fn findings(picture: &mut Picture, axis: &Axis<'_>, frame: Frame, name: &str) {
    let full = panel(picture, frame, name, axis.hours.most_found());
    for (at, hour) in axis.hours.columns.iter().enumerate() {
        let mut below = 0.0;
        for (severity, found) in SEVERITIES.into_iter().zip(hour.findings) {
            let next = below + count(found) / full;
            if found > 0 {
                severe(picture, axis.column(at, frame, below, next), severity);
            }
            below = next;
        }
    }
    let mut y = frame.top + 28.0;
    for severity in SEVERITIES {
        if axis.hours.columns.iter().all(|hour| hour.findings[severity_rank(severity)] == 0) {
            continue;
        }
        let chip = Frame { left: MARGIN, top: y - 6.0, right: MARGIN + 16.0, bottom: y + 6.0 };
        severe(picture, chip, severity);
        picture.text((MARGIN + 24.0, y), Side::Left, SMALL, severity.name());
        y += 19.0;
    }
}

fn severity_rank(severity: Severity) -> usize {
    SEVERITIES.iter().position(|known| *known == severity).unwrap_or_default()
}

/// A filled area of a severity, with a hatch of its own.
fn severe(picture: &mut Picture, frame: Frame, severity: Severity) {
    picture.fill(frame, Ink::Severity(severity), 1.0);
    let hatch = match severity {
        Severity::High => Hatch::Plain,
        Severity::Medium => Hatch::Rising,
        Severity::Low => Hatch::Upright,
        Severity::Info => Hatch::Crossed,
    };
    picture.hatch(frame, hatch, Ink::Paper, 7.0, 0.6);
    picture.outline(frame, Ink::Text, 1.0);
}

fn runs(picture: &mut Picture, axis: &Axis<'_>, frame: Frame, name: &str) {
    let full = panel(picture, frame, name, axis.hours.most_runs());
    for (at, hour) in axis.hours.columns.iter().enumerate() {
        if hour.runs > 0 {
            picture.fill(axis.column(at, frame, 0.0, count(hour.runs) / full), Ink::Muted, 0.8);
        }
    }
}

fn times(picture: &mut Picture, axis: &Axis<'_>, y: f64) {
    let (from, to) = (axis.hours.from, axis.hours.to());
    for (at, text) in ticks(from, to, axis.right - axis.left, |text| SMALL.width(text)) {
        let half = SMALL.width(&text) / 2.0;
        let x = axis.x(at);
        picture.line(&[(x, y), (x, y + 5.0)], Ink::Muted, 1.0);
        let x = x.min(picture.width - MARGIN - half + 10.0);
        picture.text((x, y + 14.0), Side::Middle, SMALL, &text);
    }
    picture.text((MARGIN, y + 14.0), Side::Left, SMALL, "UTC");
}

/// Who is still wrong, each from when on.
fn wrong(picture: &mut Picture, axis: &Axis<'_>, wrong: &[StillWrong], y: f64, roomy: f64) -> f64 {
    if wrong.is_empty() {
        return y;
    }
    let (mut y, high) = (y + 6.0, 23.0 * roomy);
    picture.text((MARGIN, y + 4.0), Side::Left, SMALL_STRONG, "still wrong, longest first");
    y += 18.0;
    for it in wrong {
        let name = SMALL.clip(&it.therapist, axis.left - MARGIN - 10.0);
        picture.text((MARGIN, y + high / 2.0), Side::Left, SMALL, &name);
        let left = it.since.map_or(axis.left, |since| axis.x(since)).min(axis.right - 3.0);
        let frame = Frame { left, top: y + 3.0, right: axis.right, bottom: y + high - 3.0 };
        picture.line(&[(axis.left, y + high), (axis.right, y + high)], Ink::Guide, 1.0);
        if it.certainty == Certainty::Certain {
            picture.fill(frame, Ink::Severity(it.severity), 1.0);
            picture.outline(frame, Ink::Text, 1.0);
        } else {
            picture.fill(frame, Ink::Severity(it.severity), 0.3);
            picture.dashed_outline(frame, Ink::Text, 1.0);
        }
        let sure = if it.certainty == Certainty::Certain { "" } else { "possibly: " };
        let text = format!("{}  ·  {sure}{}  ·  {}", it.length, it.what, it.severity.name());
        // Beside the bar where there is room, else on it.
        if LABEL.width(&text) + 16.0 < left - axis.left {
            picture.text((left - 8.0, frame.middle()), Side::Right, LABEL, &text);
        } else {
            let is_certain = it.certainty == Certainty::Certain;
            let ink = if is_certain { Ink::OnSeverity(it.severity) } else { Ink::Text };
            let look = Type { ink, ..LABEL };
            let text = look.clip(&text, frame.width() - 14.0);
            picture.text((left + 8.0, frame.middle()), Side::Left, look, &text);
        }
        y += high;
    }
    y + 4.0
}

#[expect(clippy::cast_precision_loss, reason = "a place on a chart needs no nanoseconds")]
fn float(length: i64) -> f64 {
    length as f64
}

#[expect(clippy::cast_precision_loss, reason = "counts of runs and findings")]
fn count(count: u64) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scales_are_round_and_hold_the_most() {
        for most in 0..2_000 {
            let (top, unit) = scale(most);
            assert!(top >= most && top > 0 && top / unit <= 5, "{most}: {top} by {unit}");
        }
        assert_eq!([scale(3), scale(7), scale(23)], [(3, 1), (8, 2), (30, 10)]);
    }
}
