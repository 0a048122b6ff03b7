//! `gaps`: how long after a run of a therapist the next one began, on a logarithmic axis.
//!
//! Runs that people ask for are hours and days apart; a mode below a second is a machine starting
//! the same thing twice. Each gap is an interval, so it is inside the window, possibly, or not.

use crate::model::GapColumn;
use crate::model::Gaps;
use crate::model::Span;
use crate::report::chart::Chart;
use crate::report::chart::Kind;
use crate::report::chart::Material;
use crate::report::chart::Spec;
use crate::report::chart::frame::LABEL;
use crate::report::chart::frame::MARGIN;
use crate::report::chart::frame::SMALL;
use crate::report::chart::frame::SMALL_STRONG;
use crate::report::chart::frame::foot;
use crate::report::chart::frame::head;
use crate::report::chart::picture::Frame;
use crate::report::chart::picture::Hatch;
use crate::report::chart::picture::Picture;
use crate::report::chart::picture::Side;
use crate::report::chart::theme::Ink;
use crate::report::moment;
use crate::report::number::grouped;
use crate::report::number::of;

/// Marks on the axis, in nanoseconds.
const MARKS: [(i64, &str); 14] = [
    (1_000, "1 µs"),
    (10_000, "10 µs"),
    (100_000, "100 µs"),
    (1_000_000, "1 ms"),
    (10_000_000, "10 ms"),
    (100_000_000, "100 ms"),
    (1_000_000_000, "1 s"),
    (10_000_000_000, "10 s"),
    (60_000_000_000, "1 m"),
    (600_000_000_000, "10 m"),
    (3_600_000_000_000, "1 h"),
    (36_000_000_000_000, "10 h"),
    (259_200_000_000_000, "3 d"),
    (2_592_000_000_000_000, "30 d"),
];

/// The entry of the registry.
pub(super) struct GapsKind;

impl Kind for GapsKind {
    fn name(&self) -> &'static str {
        "gaps"
    }

    fn chart(&self, material: &Material<'_>) -> Result<Chart, String> {
        let figures = material.figures.ok_or("no gap was counted")?;
        Ok(gaps(&figures.gaps))
    }

    fn is_of_figures(&self) -> bool {
        true
    }
}

/// The gaps between consecutive runs of one therapist.
pub fn gaps(gaps: &Gaps) -> Chart {
    Chart::of(Spec::Gaps(spec(gaps)))
}

/// All that is drawn of the gaps.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct GapsSpec {
    pub(crate) title: String,
    pub(crate) subtitle: String,
    /// Nanoseconds.
    pub(crate) window: i64,
    /// Columns that hold a gap, by their place on the axis, rising.
    pub(crate) columns: Vec<GapColumn>,
}

fn spec(gaps: &Gaps) -> GapsSpec {
    let name = Span(gaps.window);
    let [certain, possible, _] = GapColumn::sums(&gaps.columns);
    let title = match (gaps.count(), certain, possible) {
        (0, ..) => "No therapist has two runs".to_owned(),
        (_, 0, 0) => format!("No run began within {name} of the one before"),
        (_, 0, some) => {
            format!("{} may have begun within {name} of the one before", of(some, "run"))
        }
        (_, some, 0) => format!("{} began within {name} of the one before", of(some, "run")),
        (_, some, more) => format!(
            "{} began within {name} of the one before, {} more possibly",
            of(some, "run"),
            grouped(more)
        ),
    };
    let (count, therapists) = (of(gaps.count(), "gap"), of(gaps.therapists, "therapist"));
    let mut facts = vec![format!("n = {count} of {therapists}")];
    facts.extend(gaps.median().map(|median| format!("median {}", moment::length(median))));
    facts.push("between the starts of consecutive runs of one therapist".to_owned());
    GapsSpec {
        title,
        subtitle: facts.join("  ·  "),
        window: gaps.window,
        columns: gaps.columns.clone(),
    }
}

/// Places the gaps on a sheet.
pub(super) fn lay(spec: &GapsSpec, width: f64, roomy: f64) -> Picture {
    let mut picture = Picture::new(width);
    let y = head(&mut picture, &spec.title, &spec.subtitle);
    let (Some(first), Some(last)) = (spec.columns.first(), spec.columns.last()) else {
        picture.text((MARGIN, y + 20.0), Side::Left, LABEL, "There is no gap to draw.");
        picture.height = y + 60.0;
        return picture;
    };
    let frame = Frame {
        left: MARGIN + 44.0,
        top: y + 34.0,
        right: width - MARGIN,
        bottom: y + 34.0 + 240.0 * roomy,
    };
    // The window is always in sight, with air to both sides.
    let window = Gaps::place(spec.window);
    let low = first.place.min(window) - 2;
    let high = last.place.max(window) + 3;
    let axis = Axis { frame, low, high };
    ground(&mut picture, spec, &axis);
    columns(&mut picture, spec, &axis);
    key(&mut picture, spec, frame.bottom + 56.0);
    foot(&mut picture, frame.bottom + 74.0, &[]);
    picture
}

struct Axis {
    frame: Frame,
    low: i32,
    high: i32,
}

impl Axis {
    fn x(&self, place: f64) -> f64 {
        let part = (place - f64::from(self.low)) / f64::from(self.high - self.low);
        self.frame.left + self.frame.width() * part
    }

    #[expect(clippy::cast_precision_loss, reason = "a place on a chart needs no nanoseconds")]
    fn of(&self, length: i64) -> f64 {
        self.x((length.max(1) as f64).log10() * Gaps::TO_A_DECADE)
    }
}

/// The window as a shaded ground, and the marks of the axis.
fn ground(picture: &mut Picture, spec: &GapsSpec, axis: &Axis) {
    let frame = axis.frame;
    let edge = axis.of(spec.window);
    let inside = Frame { right: edge, ..frame };
    picture.fill(inside, Ink::Alarm, 0.08);
    picture.dashes((edge, frame.top - 14.0), (edge, frame.bottom), Ink::Alarm, 2.0);
    let name = format!("window {}", Span(spec.window));
    picture.text((edge - 6.0, frame.top - 10.0), Side::Right, SMALL_STRONG, &name);
    picture.line(&[(frame.left, frame.bottom), (frame.right, frame.bottom)], Ink::Text, 1.0);
    for (length, text) in MARKS {
        let x = axis.of(length);
        if (frame.left..=frame.right).contains(&x) {
            picture.line(&[(x, frame.bottom), (x, frame.bottom + 6.0)], Ink::Text, 1.0);
            picture.text((x, frame.bottom + 16.0), Side::Middle, SMALL, text);
        }
    }
    let words = "gap to the run before, logarithmic";
    picture.text((frame.right, frame.bottom + 34.0), Side::Right, SMALL, words);
    picture.text((MARGIN, frame.top - 14.0), Side::Left, SMALL_STRONG, "gaps");
}

fn columns(picture: &mut Picture, spec: &GapsSpec, axis: &Axis) {
    let frame = axis.frame;
    let most = spec.columns.iter().map(GapColumn::all).max().unwrap_or(1).max(1);
    for column in &spec.columns {
        let [left, right] = [0.0, 1.0].map(|at| axis.x(f64::from(column.place) + at));
        let mut bottom = frame.bottom;
        let mut top = bottom;
        for (heap, number) in
            [column.certain, column.possible, column.outside].into_iter().enumerate()
        {
            top = bottom - (frame.bottom - frame.top) * float(number) / float(most);
            if number > 0 {
                let bar = Frame { left: left + 2.0, right: right - 2.0, top, bottom };
                heaped(picture, bar, heap);
            }
            bottom = top;
        }
        let number = grouped(column.all());
        picture.text((left.midpoint(right), top - 8.0), Side::Middle, SMALL_STRONG, &number);
    }
}

/// A part of a column: inside the window, possibly, or outside.
fn heaped(picture: &mut Picture, frame: Frame, heap: usize) {
    match heap {
        0 => picture.fill(frame, Ink::Alarm, 1.0),
        1 => {
            picture.fill(frame, Ink::Alarm, 0.25);
            picture.hatch(frame, Hatch::Rising, Ink::Alarm, 7.0, 0.8);
        }
        _ => picture.fill(frame, Ink::Muted, 0.6),
    }
    picture.outline(frame, Ink::Text, 1.0);
}

fn key(picture: &mut Picture, spec: &GapsSpec, y: f64) {
    let sums = GapColumn::sums(&spec.columns);
    let words = [
        "certainly inside the window",
        "possibly inside: the printed times cannot tell",
        "outside",
    ];
    let mut x = MARGIN;
    for (heap, (words, sum)) in words.into_iter().zip(sums).enumerate() {
        let text = format!("{words}: {}", grouped(sum));
        heaped(picture, Frame { left: x, top: y - 6.0, right: x + 16.0, bottom: y + 6.0 }, heap);
        picture.text((x + 24.0, y), Side::Left, SMALL, &text);
        x += 24.0 + SMALL.width(&text) + 26.0;
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts of gaps")]
fn float(count: u64) -> f64 {
    count as f64
}
