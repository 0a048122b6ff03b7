//! Below a timeline: what each number means, and how the marks are read.

use crate::model::Certainty;
use crate::model::Stamp;
use crate::report::chart::frame::LABEL;
use crate::report::chart::frame::LABEL_STRONG;
use crate::report::chart::frame::MARGIN;
use crate::report::chart::frame::SMALL;
use crate::report::chart::frame::badge;
use crate::report::chart::frame::rule_off;
use crate::report::chart::picture::Frame;
use crate::report::chart::picture::Hatch;
use crate::report::chart::picture::Picture;
use crate::report::chart::picture::Side;
use crate::report::chart::theme::Ink;
use crate::report::chart::timeline::Moment;
use crate::report::chart::timeline::Numbered;
use crate::report::chart::timeline::Sign;
use crate::report::chart::timeline::lay::Sheet;
use crate::report::chart::timeline::lay::sign;
use crate::report::words::severity;

/// Adds the legend.
pub(super) fn legend(sheet: &mut Sheet<'_>) {
    sheet.y = rule_off(&mut sheet.picture, sheet.y + 14.0);
    for mark in &sheet.spec.marks {
        sheet.y = entry(&mut sheet.picture, sheet.y, mark);
    }
    if !sheet.spec.marks.is_empty() {
        sheet.y = rule_off(&mut sheet.picture, sheet.y + 2.0);
    }
    key(sheet);
}

/// One finding: what, when and where on the first line, why below.
fn entry(picture: &mut Picture, y: f64, mark: &Numbered) -> f64 {
    let (left, right) = (MARGIN + 26.0, picture.width - MARGIN);
    badge(picture, (MARGIN + 10.0, y + 8.0), mark.number, mark.severity, mark.certainty);
    let doubt = if mark.certainty == Certainty::Possible { ", possible" } else { "" };
    let what = format!("{}{doubt}: {}", severity(mark.severity), mark.words);
    let when = format!("{}  ·  {}  ·  ", mark.rule, mark.when);
    let room = (right - left) * 0.66 - LABEL.width(&when);
    let origin = format!("{when}{}", LABEL.clip_left(&mark.place, room.max(80.0)));
    let room = right - left - LABEL.width(&origin) - 16.0;
    picture.text((left, y + 8.0), Side::Left, LABEL_STRONG, &LABEL_STRONG.clip(&what, room));
    picture.text((right, y + 8.0), Side::Right, LABEL, &origin);
    let mut y = y + 24.0;
    for line in SMALL.wrap(&mark.summary, right - left, 2) {
        picture.text((left, y), Side::Left, SMALL, &line);
        y += 15.0;
    }
    y + 4.0
}

/// How the marks are read; only those that are used.
fn key(sheet: &mut Sheet<'_>) {
    let has = |wanted: Sign| sheet.spec.moments.iter().any(|moment| moment.sign == wanted);
    let stamp = sheet.spec.moments.first().map(|moment| moment.stamp);
    let signs = [
        (Sign::Written, "field written"),
        (Sign::Created, "object created"),
        (Sign::Labelled, "label added or removed"),
        (Sign::Border, "run starts or ends"),
        (Sign::Failed, "failure"),
    ];
    let used: Vec<_> = signs.into_iter().filter(|(sign, _)| has(*sign)).collect();
    let has_shade = sheet.spec.marks.iter().any(|mark| !mark.over.is_empty());
    let has_inferred = sheet.spec.runs.iter().any(|run| run.is_inferred);
    let y = sheet.y + 8.0;
    let mut pen = Pen { x: MARGIN, y, right: sheet.right };
    for (sign, words) in used {
        pen.entry(&mut sheet.picture, words, |picture, at| self::mark(picture, at, sign, stamp));
    }
    pen.entry(&mut sheet.picture, "whiskers: what a printed time can mean", |picture, (x, y)| {
        picture.line(&[(x - 7.0, y), (x + 7.0, y)], Ink::Muted, 1.0);
        for end in [x - 7.0, x + 7.0] {
            picture.line(&[(end, y - 4.0), (end, y + 4.0)], Ink::Muted, 1.0);
        }
    });
    let chip =
        |(x, y): (f64, f64)| Frame { left: x - 8.0, top: y - 6.0, right: x + 8.0, bottom: y + 6.0 };
    pen.entry(&mut sheet.picture, "dashed: possible, not certain", |picture, at| {
        picture.dashed_outline(chip(at), Ink::Text, 1.0);
    });
    if has_inferred {
        pen.entry(&mut sheet.picture, "dashed bracket: run inferred", |picture, (x, y)| {
            picture.dashes((x - 8.0, y), (x + 8.0, y), Ink::Text, 2.0);
        });
    }
    if has_shade {
        pen.entry(&mut sheet.picture, "wrong state", |picture, at| {
            picture.fill(chip(at), Ink::Alarm, 0.16);
            picture.hatch(chip(at), Hatch::Crossed, Ink::Alarm, 8.0, 0.30);
            picture.outline(chip(at), Ink::Alarm, 2.0);
        });
    }
    sheet.y = pen.y + 18.0;
}

fn mark(picture: &mut Picture, at: (f64, f64), kind: Sign, stamp: Option<Stamp>) {
    let Some(stamp) = stamp else { return };
    let moment = Moment { stamp, time: String::new(), sign: kind, object: None };
    sign(picture, at, &moment);
}

/// Where the next entry of the key stands.
struct Pen {
    x: f64,
    y: f64,
    right: f64,
}

impl Pen {
    fn entry(
        &mut self,
        picture: &mut Picture,
        words: &str,
        draw: impl Fn(&mut Picture, (f64, f64)),
    ) {
        let wide = 26.0 + SMALL.width(words);
        if self.x + wide > self.right && self.x > MARGIN {
            (self.x, self.y) = (MARGIN, self.y + 20.0);
        }
        draw(picture, (self.x + 9.0, self.y));
        picture.text((self.x + 24.0, self.y), Side::Left, SMALL, words);
        self.x += wide + 22.0;
    }
}
