//! Where the parts of a timeline stand: head, wall clock, elastic axis, events and findings; the
//! lanes and the legend have files of their own.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use crate::model::Span;
use crate::report::chart::elastic::Elastic;
use crate::report::chart::frame::GUTTER;
use crate::report::chart::frame::LABEL;
use crate::report::chart::frame::MARGIN;
use crate::report::chart::frame::SMALL;
use crate::report::chart::frame::SMALL_STRONG;
use crate::report::chart::frame::TINY;
use crate::report::chart::frame::badge;
use crate::report::chart::frame::foot;
use crate::report::chart::frame::head;
use crate::report::chart::picture::Frame;
use crate::report::chart::picture::Hatch;
use crate::report::chart::picture::Picture;
use crate::report::chart::picture::Side;
use crate::report::chart::theme::Ink;
use crate::report::chart::ticks::ticks;
use crate::report::chart::timeline::Moment;
use crate::report::chart::timeline::Sign;
use crate::report::chart::timeline::TimelineSpec;
use crate::report::chart::timeline::lanes;
use crate::report::chart::timeline::legend;
use crate::report::chart::words::left_out;

/// Places a timeline on a sheet of some width; lanes are `roomy` times their least height.
pub(in crate::report::chart) fn lay(spec: &TimelineSpec, width: f64, roomy: f64) -> Picture {
    let mut sheet = Sheet::new(spec, width, roomy);
    let top = head(&mut sheet.picture, &spec.title, &spec.subtitle);
    if spec.moments.is_empty() {
        let text = "No event carries a time: credtrail timeline lists them in order.";
        sheet.picture.text((MARGIN, top + 30.0), Side::Left, LABEL, text);
        sheet.picture.height = top + 60.0;
        return sheet.picture;
    }
    sheet.y = top;
    sheet.wall_clock();
    sheet.axis();
    let ground = (sheet.picture.shapes.len(), sheet.y);
    sheet.moments();
    sheet.findings();
    lanes::labels(&mut sheet);
    lanes::fields(&mut sheet);
    let crowded = lanes::runs(&mut sheet);
    sheet.behind(ground);
    legend::legend(&mut sheet);
    let y = sheet.y;
    let crowded = left_out(crowded, 0, "run").map(|told| format!("{told}: too many at once"));
    let notices: Vec<String> = spec.notices.iter().cloned().chain(crowded).collect();
    foot(&mut sheet.picture, y, &notices);
    sheet.picture
}

/// A sheet being filled from top to bottom.
pub(super) struct Sheet<'a> {
    pub(super) spec: &'a TimelineSpec,
    pub(super) picture: Picture,
    axis: Elastic,
    /// Where the axis begins and ends.
    pub(super) left: f64,
    pub(super) right: f64,
    /// The next free height.
    pub(super) y: f64,
    pub(super) roomy: f64,
}

impl<'a> Sheet<'a> {
    fn new(spec: &'a TimelineSpec, width: f64, roomy: f64) -> Self {
        let (left, right) = (MARGIN + GUTTER, width - MARGIN);
        let own = spec.moments.iter().map(|moment| (moment.stamp.earliest(), moment.stamp.until()));
        let moments: Vec<(i64, i64)> = own.chain([(spec.end, spec.end)]).collect();
        let axis = Elastic::new(&moments, right - left);
        Self { spec, picture: Picture::new(width), axis, left, right, y: 0.0, roomy }
    }

    /// The place of a moment on the elastic axis.
    pub(super) fn x(&self, moment: i64) -> f64 {
        self.left + self.axis.at(moment)
    }

    /// Writes the name of what stands right of it.
    pub(super) fn name(&mut self, y: f64, text: &str) {
        let text = SMALL_STRONG.clip(text, GUTTER - 14.0);
        self.picture.text((MARGIN, y), Side::Left, SMALL_STRONG, &text);
    }

    /// The wall clock: all of the time, evenly, and what each burst becomes below.
    fn wall_clock(&mut self) {
        let (first, last) = self.limits();
        let (top, bottom) = (self.y + 18.0, self.y + 32.0);
        let (left, wide) = (self.left, self.right - self.left);
        let length = span(last - first).max(1.0);
        let place = move |moment: i64| left + wide * span(moment - first) / length;
        self.name(top + 7.0, "wall clock");
        let strip = Frame { left, top, right: self.right, bottom };
        self.picture.fill(strip, Ink::Field, 1.0);
        self.picture.outline(strip, Ink::Guide, 1.0);
        for (moment, text) in ticks(first, last, wide, |text| SMALL.width(text)) {
            let x = place(moment);
            self.picture.line(&[(x, top - 4.0), (x, top)], Ink::Muted, 1.0);
            let x = x.min(self.right - SMALL.width(&text) / 2.0 + 8.0);
            self.picture.text((x, top - 11.0), Side::Middle, SMALL, &text);
        }
        let fall = bottom + 26.0;
        for burst in self.axis.bursts().to_vec() {
            let (from, to) = (place(burst.from), place(burst.to));
            let (from, to) = (from.min(to - 2.0), to.max(from + 2.0));
            let (low, high) = (self.left + burst.left, self.left + burst.right);
            let funnel = [(from, bottom), (to, bottom), (high, fall), (low, fall)];
            self.picture.area(&funnel, Ink::Guide, 0.45);
        }
        for mark in self.spec.marks.iter().filter(|mark| !mark.over.is_empty()) {
            let (left, right) = (place(mark.from), place(mark.to));
            let wrong = Frame { left, top: top + 1.0, right, bottom: bottom - 1.0 };
            self.picture.fill(wrong, Ink::Alarm, 0.30);
        }
        for moment in &self.spec.moments {
            let x = place(moment.stamp.printed());
            self.picture.line(&[(x, top + 2.0), (x, bottom - 2.0)], Ink::Text, 2.0);
        }
        self.y = fall;
    }

    /// The elastic axis with its times and the lengths it skips.
    fn axis(&mut self) {
        let y = self.y + 14.0;
        let mut wanted: Vec<(i64, String)> =
            self.spec.moments.iter().map(|m| (m.stamp.printed(), m.time.clone())).collect();
        if self.spec.moments.iter().all(|moment| moment.stamp.until() < self.spec.end) {
            wanted.push((self.spec.end, "log ends".to_owned()));
        }
        self.name(y, "elastic axis, UTC");
        for burst in self.axis.bursts().to_vec() {
            let (left, right) = (self.left + burst.left, self.left + burst.right);
            self.picture.line(&[(left, y + 11.0), (right, y + 11.0)], Ink::Text, 2.0);
        }
        let mut marked = BTreeSet::new();
        for (place, text) in self.axis.labels(&wanted, 8.0, |text| SMALL_STRONG.width(text)) {
            self.picture.text((self.left + place, y), Side::Middle, SMALL_STRONG, &text);
            marked.insert(text);
        }
        for (moment, text) in &wanted {
            let (x, long) = (self.x(*moment), if marked.contains(text) { 7.0 } else { 3.0 });
            self.picture.line(&[(x, y + 14.0 - long), (x, y + 14.0)], Ink::Text, 2.0);
        }
        for silence in self.axis.breaks().to_vec() {
            let (left, right) = (self.left + silence.left, self.left + silence.right);
            self.picture.dashes((left, y + 11.0), (right, y + 11.0), Ink::Muted, 1.0);
        }
        self.y = y + 24.0;
    }

    /// The length of a silence: it may be as long as its stamps allow, so its middle is told.
    fn silence(&self, from: i64, to: i64) -> String {
        let stamps = || self.spec.moments.iter().map(|moment| moment.stamp);
        let before = stamps().find(|stamp| stamp.until() == from);
        let after = stamps().find(|stamp| stamp.earliest() == to);
        match before.zip(after) {
            Some((before, after)) => crate::report::moment::length(before.gap(after)),
            None => Span(to - from).to_string(),
        }
    }

    fn limits(&self) -> (i64, i64) {
        let first = self.spec.moments.iter().map(|moment| moment.stamp.earliest()).min();
        (first.unwrap_or(self.spec.end), self.spec.end)
    }

    /// Every event with its whiskers: what its printed time can mean.
    fn moments(&mut self) {
        let y = self.y + 11.0;
        self.name(y, "events");
        for moment in &self.spec.moments {
            let [from, to] = [moment.stamp.earliest(), moment.stamp.until()].map(|at| self.x(at));
            self.picture.line(&[(from, y), (to, y)], Ink::Muted, 1.0);
            for end in [from, to] {
                self.picture.line(&[(end, y - 4.0), (end, y + 4.0)], Ink::Muted, 1.0);
            }
        }
        let mut alike: BTreeMap<i64, usize> = BTreeMap::new();
        for moment in &self.spec.moments {
            let at = moment.stamp.printed();
            *alike.entry(at).or_default() += 1;
            let x = self.x(at);
            sign(&mut self.picture, (x, y), moment);
        }
        for (at, number) in alike.into_iter().filter(|(_, number)| *number > 1) {
            // Events of one printed time hide each other.
            let place = (self.x(at) + 8.0, y - 8.0);
            self.picture.text(place, Side::Left, TINY, &format!("×{number}"));
        }
        for silence in self.axis.breaks().to_vec() {
            let x = self.left + silence.left.midpoint(silence.right);
            let text = self.silence(silence.from, silence.to);
            let half = SMALL_STRONG.width(&text) / 2.0 + 3.0;
            let under = Frame { left: x - half, top: y - 8.0, right: x + half, bottom: y + 8.0 };
            self.picture.fill(under, Ink::Field, 1.0);
            self.picture.text((x, y), Side::Middle, SMALL_STRONG, &text);
        }
        self.y = y + 16.0;
    }

    /// Findings as numbered marks, each from when to when it holds.
    fn findings(&mut self) {
        if self.spec.marks.is_empty() {
            return;
        }
        self.name(self.y + 9.0, "findings");
        let mut busy: Vec<f64> = Vec::new();
        let mut marks: Vec<_> = self.spec.marks.iter().collect();
        marks.sort_by_key(|mark| (mark.from, mark.to));
        for mark in marks {
            let (from, to) = (self.x(mark.from), self.x(mark.to));
            let row = busy.iter().position(|until| *until + 22.0 < from).unwrap_or(busy.len());
            if row == busy.len() {
                busy.push(0.0);
            }
            let gap = mark.gap.as_deref().unwrap_or_default();
            busy[row] = to.max(from) + SMALL.width(gap);
            let y = self.y + 9.0 + 20.0 * float(row);
            if to - from > 1.0 {
                self.picture.line(&[(from, y), (to, y)], Ink::Severity(mark.severity), 3.0);
                self.picture.line(
                    &[(to, y - 5.0), (to, y + 5.0)],
                    Ink::Severity(mark.severity),
                    2.0,
                );
            }
            let after = to.max(from + 10.0) + 5.0;
            self.picture.text((after, y), Side::Left, SMALL, gap);
            badge(&mut self.picture, (from, y), mark.number, mark.severity, mark.certainty);
        }
        self.y += 20.0 * float(busy.len()) + 8.0;
    }

    /// Bursts and guides, behind what stands between a height and here.
    fn behind(&mut self, (place, top): (usize, f64)) {
        let mut ground = Picture::new(self.picture.width);
        let bottom = self.y;
        for silence in self.axis.breaks() {
            let (left, right) = (self.left + silence.left, self.left + silence.right);
            let frame = Frame { left, top, right, bottom };
            ground.fill(frame, Ink::Field, 1.0);
            ground.hatch(frame, Hatch::Falling, Ink::Guide, 12.0, 0.6);
        }
        let mut last = f64::MIN;
        for moment in &self.spec.moments {
            let x = self.x(moment.stamp.printed());
            if x - last > 3.0 {
                ground.line(&[(x, top - 9.0), (x, bottom)], Ink::Guide, 1.0);
                last = x;
            }
        }
        self.picture.shapes.splice(place..place, ground.shapes);
    }
}

/// The mark of an event. Its shape says what kind it is.
pub(super) fn sign(picture: &mut Picture, at: (f64, f64), moment: &Moment) {
    let ink = moment.object.map_or(Ink::Text, Ink::Object);
    let (x, y) = at;
    let square =
        |half: f64| Frame { left: x - half, top: y - half, right: x + half, bottom: y + half };
    let diamond = |half: f64| [(x, y - half), (x + half, y), (x, y + half), (x - half, y)];
    match moment.sign {
        Sign::Written => {
            picture.disc(at, 6.0, Ink::Text);
            picture.disc(at, 5.0, ink);
        }
        Sign::Created => {
            picture.area(&[(x, y - 8.0), (x + 7.0, y + 6.0), (x - 7.0, y + 6.0)], Ink::Text, 1.0);
            picture.area(&[(x, y - 5.0), (x + 4.0, y + 4.0), (x - 4.0, y + 4.0)], ink, 1.0);
        }
        Sign::Labelled => {
            picture.area(&diamond(7.0), Ink::Text, 1.0);
            picture.area(&diamond(5.0), ink, 1.0);
        }
        Sign::Border => picture.fill(
            Frame { left: x - 1.5, top: y - 6.0, right: x + 1.5, bottom: y + 6.0 },
            Ink::Text,
            1.0,
        ),
        Sign::Failed => {
            picture.fill(square(6.0), Ink::Paper, 1.0);
            picture.line(&[(x - 5.0, y - 5.0), (x + 5.0, y + 5.0)], Ink::Alarm, 3.0);
            picture.line(&[(x - 5.0, y + 5.0), (x + 5.0, y - 5.0)], Ink::Alarm, 3.0);
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "a place on a chart needs no nanoseconds")]
fn span(length: i64) -> f64 {
    length as f64
}

#[expect(clippy::cast_precision_loss, reason = "a few rows")]
pub(super) fn float(count: usize) -> f64 {
    count as f64
}
