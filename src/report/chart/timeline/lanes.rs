//! The lanes of a timeline: labels as bars, fields as steps, runs as brackets.

use crate::model::Certainty;
use crate::model::Label;
use crate::report::chart::frame::GUTTER;
use crate::report::chart::frame::MARGIN;
use crate::report::chart::frame::SMALL;
use crate::report::chart::frame::TINY;
use crate::report::chart::frame::TINY_STRONG;
use crate::report::chart::frame::badge;
use crate::report::chart::frame::swatch;
use crate::report::chart::picture::Frame;
use crate::report::chart::picture::Hatch;
use crate::report::chart::picture::Side;
use crate::report::chart::picture::Type;
use crate::report::chart::theme::Ink;
use crate::report::chart::timeline::Bar;
use crate::report::chart::timeline::Bracket;
use crate::report::chart::timeline::FieldLane;
use crate::report::chart::timeline::LabelLane;
use crate::report::chart::timeline::Numbered;
use crate::report::chart::timeline::lay::Sheet;
use crate::report::chart::timeline::lay::float;
use crate::report::chart::words::letter;
use crate::timeline::Held;

/// The least height of a lane.
const LANE: f64 = 22.0;

/// Space above a group of lanes.
const AIR: f64 = 14.0;

/// Label by label, so that two objects with one label stand one above the other.
pub(super) fn labels(sheet: &mut Sheet<'_>) {
    for label in Label::ALL {
        let lanes = sheet.spec.labels.iter().filter(|lane| lane.label == label);
        let lanes: Vec<&LabelLane> = lanes.collect();
        if lanes.is_empty() && !sheet.spec.marks.iter().any(|mark| mark.over.contains(&label)) {
            continue;
        }
        let high = LANE * sheet.roomy;
        sheet.y += AIR;
        sheet.name(sheet.y + 6.0, &format!("\"{}\"", label.name()));
        sheet.y += 16.0;
        let top = sheet.y;
        let rows = float(lanes.len().max(1));
        for mark in sheet.spec.marks.iter().filter(|mark| mark.over.contains(&label)) {
            if let Some(frame) = wrong(sheet, mark, &lanes, top, high) {
                sheet.picture.fill(frame, Ink::Alarm, 0.16);
                sheet.picture.hatch(frame, Hatch::Crossed, Ink::Alarm, 8.0, 0.30);
            }
        }
        for lane in &lanes {
            object_name(sheet, lane.object, sheet.y + high / 2.0);
            for bar in &lane.bars {
                let frame = Frame {
                    left: sheet.x(bar.from),
                    top: sheet.y + high * 0.14,
                    right: sheet.x(bar.to),
                    bottom: sheet.y + high * 0.86,
                };
                self::bar(sheet, bar, lane.object, frame);
            }
            sheet.y += high;
        }
        sheet.y = top + high * rows + 2.0;
        outlines(sheet, label, &lanes, top, high);
    }
}

/// The part of a group of lanes that a finding says is wrong: the lanes of its objects, or all.
fn wrong(
    sheet: &Sheet<'_>,
    mark: &Numbered,
    lanes: &[&LabelLane],
    top: f64,
    high: f64,
) -> Option<Frame> {
    let (left, right) = (sheet.x(mark.from), sheet.x(mark.to));
    if right - left < 1.0 {
        return None;
    }
    let own = |lane: &&LabelLane| mark.objects.contains(&lane.object);
    let first = lanes.iter().position(own).unwrap_or(0);
    let last = lanes.iter().rposition(own).unwrap_or(lanes.len().saturating_sub(1));
    let top = top + high * float(first) - 2.0;
    let bottom = top + high * float(last + 1 - first) + 4.0;
    Some(Frame { left, top, right, bottom })
}

/// Frames and numbers of what is wrong, before the bars.
fn outlines(sheet: &mut Sheet<'_>, label: Label, lanes: &[&LabelLane], top: f64, high: f64) {
    let mut told: Vec<(f64, &Numbered)> = Vec::new();
    for mark in sheet.spec.marks.iter().filter(|mark| mark.over.contains(&label)) {
        if let Some(frame) = wrong(sheet, mark, lanes, top, high) {
            match mark.certainty {
                Certainty::Certain => sheet.picture.outline(frame, Ink::Alarm, 2.0),
                Certainty::Possible => sheet.picture.dashed_outline(frame, Ink::Alarm, 2.0),
            }
            told.push((frame.left, mark));
        }
    }
    captions(sheet, told, top - 9.0);
}

/// Numbers of findings in a row, each with its words where there is room for them.
fn captions(sheet: &mut Sheet<'_>, mut told: Vec<(f64, &Numbered)>, y: f64) {
    told.sort_by(|(one, _), (other, _)| one.total_cmp(other));
    let mut busy = f64::MIN;
    for (x, _) in &mut told {
        *x = x.max(busy + 22.0);
        busy = *x;
    }
    let look = Type { ink: Ink::Alarm, ..TINY_STRONG };
    let mut free = sheet.left;
    for (at, (x, mark)) in told.iter().enumerate() {
        let next = told.get(at + 1).map_or(sheet.right + 12.0, |(next, _)| *next);
        let wide = look.width(mark.words) + 14.0;
        if x + wide + 12.0 < next {
            sheet.picture.text((x + 14.0, y), Side::Left, look, mark.words);
            free = x + wide;
        } else {
            if x - wide - 4.0 > free {
                sheet.picture.text((x - 14.0, y), Side::Right, look, mark.words);
            }
            free = x + 14.0;
        }
        badge(&mut sheet.picture, (*x, y), mark.number, mark.severity, mark.certainty);
    }
}

fn object_name(sheet: &mut Sheet<'_>, object: usize, y: f64) {
    swatch(&mut sheet.picture, (MARGIN + 12.0, y), object);
    let id = sheet.spec.objects.get(object).map_or("", String::as_str);
    let text = SMALL.clip(id, GUTTER - 40.0);
    sheet.picture.text((MARGIN + 26.0, y), Side::Left, SMALL, &text);
}

fn bar(sheet: &mut Sheet<'_>, bar: &Bar, object: usize, frame: Frame) {
    // However short, it is to be seen.
    let frame = Frame { right: frame.right.max(frame.left + 2.0), ..frame };
    let (sure, words) = match bar.held {
        Held::Yes => (1.0, ""),
        Held::Maybe => (0.35, "?"),
        _ => (0.0, " before the log?"),
    };
    sheet.picture.fill(frame, Ink::Paper, 1.0);
    if sure > 0.0 {
        sheet.picture.fill(frame, Ink::Object(object), sure);
        sheet.picture.hatch(frame, Hatch::of(object), Ink::Paper, 7.0, 0.55);
    }
    if bar.held == Held::Yes {
        sheet.picture.outline(frame, Ink::Text, 1.0);
    } else {
        sheet.picture.dashed_outline(frame, Ink::Text, 1.0);
    }
    let ink = if bar.held == Held::Yes { Ink::OnObject(object) } else { Ink::Text };
    let look = Type { ink, ..TINY_STRONG };
    let tag = format!("{}{words}", letter(object));
    let wide = look.width(&tag);
    if frame.width() > wide + 10.0 {
        let at = (frame.left + 6.0, frame.middle());
        if bar.held == Held::Yes && Hatch::of(object) != Hatch::Plain {
            let under = Frame { left: at.0 - 2.0, right: at.0 + wide + 2.0, ..frame };
            let under = Frame { top: frame.top + 2.0, bottom: frame.bottom - 2.0, ..under };
            sheet.picture.fill(under, Ink::Object(object), 1.0);
        }
        sheet.picture.text(at, Side::Left, look, &tag);
    }
    if bar.is_open && frame.width() > 14.0 {
        let (x, y) = (frame.right, frame.middle());
        sheet.picture.area(&[(x, y - 6.0), (x + 8.0, y), (x, y + 6.0)], Ink::Text, 1.0);
    }
}

/// What each field points to, as steps: one level for each object it ever names.
pub(super) fn fields(sheet: &mut Sheet<'_>) {
    for lane in &sheet.spec.fields {
        let mut levels: Vec<Option<usize>> = lane.steps.iter().map(|step| step.object).collect();
        levels.sort_by_key(|object| object.unwrap_or(usize::MAX));
        levels.dedup();
        let high = 18.0 * sheet.roomy;
        sheet.y += AIR;
        sheet.name(sheet.y + 6.0, lane.field.name());
        sheet.y += 16.0;
        for (row, object) in levels.iter().enumerate() {
            let y = sheet.y + high * (float(row) + 0.5);
            if let Some(object) = object {
                object_name(sheet, *object, y);
            } else {
                let at = (MARGIN + 26.0, y);
                sheet.picture.text(at, Side::Left, SMALL, "none, or not drawn");
            }
            sheet.picture.line(&[(sheet.left, y), (sheet.right, y)], Ink::Guide, 1.0);
        }
        let top = sheet.y;
        let level = |object: Option<usize>| {
            let row = levels.iter().position(|level| *level == object).unwrap_or_default();
            top + high * (float(row) + 0.5)
        };
        steps(sheet, lane, level);
        badges(sheet, lane, top - 7.0);
        sheet.y += high * float(levels.len());
    }
}

/// The findings about a field, above the writes they are about.
fn badges(sheet: &mut Sheet<'_>, lane: &FieldLane, y: f64) {
    let own = |mark: &Numbered| {
        mark.written.filter(|(field, _)| *field == lane.field).map(|(_, at)| sheet.x(at))
    };
    let told = sheet.spec.marks.iter().filter_map(|mark| Some((own(mark)?, mark))).collect();
    captions(sheet, told, y);
}

fn steps(sheet: &mut Sheet<'_>, lane: &FieldLane, level: impl Fn(Option<usize>) -> f64) {
    for pair in lane.steps.windows(2) {
        let x = sheet.x(pair[1].from);
        let ends = [(x, level(pair[0].object)), (x, level(pair[1].object))];
        sheet.picture.line(&ends, Ink::Text, 2.0);
    }
    for step in &lane.steps {
        let (left, right, y) = (sheet.x(step.from), sheet.x(step.to), level(step.object));
        let frame = Frame { left, top: y - 4.0, right: right.max(left + 2.0), bottom: y + 4.0 };
        let ink = step.object.map_or(Ink::Muted, Ink::Object);
        sheet.picture.fill(frame, ink, 1.0);
        if let Some(object) = step.object {
            sheet.picture.hatch(frame, Hatch::of(object), Ink::Paper, 7.0, 0.55);
        }
        sheet.picture.outline(frame, Ink::Text, 1.0);
    }
}

/// With more runs than this only their names are written.
const MANY_RUNS: usize = 16;

/// Brackets below each other before the rest is only counted.
const MOST_ROWS: usize = 14;

/// Runs as brackets, those in flight at once one below the other; tells how many had no room.
pub(super) fn runs(sheet: &mut Sheet<'_>) -> usize {
    if sheet.spec.runs.is_empty() {
        return 0;
    }
    sheet.y += AIR;
    sheet.name(sheet.y + 9.0, "runs");
    let high = 22.0 * sheet.roomy;
    let is_short = sheet.spec.runs.len() > MANY_RUNS;
    let mut busy: Vec<f64> = Vec::new();
    let mut without = 0;
    for run in &sheet.spec.runs {
        let from = sheet.x(run.from);
        let to = sheet.x(run.to).max(from + 9.0);
        let name = format!("{}{}", run.name, if run.is_wrong { " ✗" } else { "" });
        let facts = if is_short { "" } else { run.facts.as_str() };
        let wide = TINY_STRONG.width(&name) + TINY.width(facts) + 10.0;
        // The words stand below the bracket; at the right edge they end where it does.
        let left = from.min(sheet.right - wide).max(sheet.left);
        let free = |until: &f64| *until + 8.0 < left.min(from);
        let row = busy.iter().position(free).unwrap_or(busy.len());
        if row == MOST_ROWS {
            without += 1;
            continue;
        }
        if row == busy.len() {
            busy.push(0.0);
        }
        busy[row] = to.max(left + wide);
        let y = sheet.y + 4.0 + high * float(row);
        bracket(sheet, run, (from, to), y);
        let under =
            Frame { left: left + 3.0, top: y + 4.0, right: left + wide + 2.0, bottom: y + 18.0 };
        sheet.picture.fill(under, Ink::Paper, 1.0);
        let bold = Type { ink: ink(run), ..TINY_STRONG };
        sheet.picture.text((left + 5.0, y + 11.0), Side::Left, bold, &name);
        let after = left + 10.0 + bold.width(&name);
        let facts = TINY.clip(facts, sheet.right - after);
        sheet.picture.text((after, y + 11.0), Side::Left, TINY, &facts);
    }
    sheet.y += high * float(busy.len()) + 6.0;
    without
}

fn ink(run: &Bracket) -> Ink {
    if run.is_wrong { Ink::Alarm } else { Ink::Text }
}

/// A bracket over the time of a run; dashed where no line names it.
fn bracket(sheet: &mut Sheet<'_>, run: &Bracket, (from, to): (f64, f64), y: f64) {
    let ends = [(from, y + 6.0), (from, y), (to, y), (to, y + 6.0)];
    if run.is_inferred {
        sheet.picture.dashes((from, y), (to, y), ink(run), 2.0);
        sheet.picture.line(&ends[..2], ink(run), 2.0);
        sheet.picture.line(&ends[2..], ink(run), 2.0);
    } else {
        sheet.picture.line(&ends, ink(run), 2.0);
    }
}
