//! The screen of a comparison: the answer, both sides, the rates, then findings by class.

use std::collections::BTreeMap;

use crate::diff::Class;
use crate::diff::Diff;
use crate::diff::Entry;
use crate::diff::Side;
use crate::diff::Unit;
use crate::model::Stamp;
use crate::model::rate::Direction;
use crate::report::diff::rates::Columns;
use crate::report::diff::rates::verdict;
use crate::report::diff::telling;
use crate::report::escape::visible;
use crate::report::fit;
use crate::report::line::DOT;
use crate::report::line::Line;
use crate::report::line::Page;
use crate::report::moment;
use crate::report::moment::Days;
use crate::report::number;
use crate::report::screen::SHOWN;
use crate::report::style::Role;
use crate::report::style::Screen;
use crate::report::words;

/// Findings of a class shown however many the classes before it have.
const FEWEST: usize = 3;

/// Where the text of a finding begins, right of its number.
const INDENT: usize = 6;

/// Between two columns.
const GUTTER: usize = 2;

/// The whole screen.
pub fn screen(diff: &Diff, screen: &Screen) -> String {
    let mut page = Page::new(screen);
    answer(&mut page, diff);
    page.blank();
    side(&mut page, "before", &diff.before);
    side(&mut page, "after", &diff.after);
    page.blank();
    if telling::has_rates(diff) {
        table(&mut page, diff);
        page.blank();
    }
    if telling::has_findings(diff) {
        findings(&mut page, diff);
        page.blank();
    }
    for note in &diff.notes {
        page.prose(Line::of(Role::Dim, "note: "), Role::Plain, note);
    }
    page.render()
}

fn answer(page: &mut Page, diff: &Diff) {
    let (words, role) = telling::verdict(&diff.answer);
    if telling::has_rates(diff) {
        let mut facts = vec![Line::of(role, words)];
        facts.extend(telling::pieces(diff).iter().map(|piece| Line::of(Role::Strong, piece)));
        page.facts(Line::new(), "  ", facts);
        others(page, diff);
    } else {
        let first = Line::of(role, words).plain("  ");
        page.prose(first, Role::Strong, &telling::answer(diff));
    }
    if !telling::has_findings(diff) {
        return page.prose(Line::new(), Role::Plain, "so nothing is called new or gone");
    }
    let counts = Class::ALL.map(|class| {
        let all = diff.of(class).count();
        let role = if all == 0 { Role::Dim } else { role_of(class) };
        Line::of(role, &format!("{} {}", number::grouped(number::count(all)), class.name()))
            .add(Role::Dim, &telling::unlike(diff, class))
    });
    page.facts(Line::new().plain("findings: "), DOT, counts.into());
}

fn role_of(class: Class) -> Role {
    match class {
        Class::New | Class::Grown => Role::Wrong,
        Class::Ongoing => Role::Doubt,
        Class::Healed => Role::Healed,
        Class::Gone => Role::Strong,
    }
}

fn others(page: &mut Page, diff: &Diff) {
    for (direction, role) in [(Direction::Rose, Role::Wrong), (Direction::Fell, Role::Healed)] {
        let names = telling::also(diff, direction);
        if !names.is_empty() {
            let first = Line::new().plain("also ").add(role, verdict(direction)).plain(": ");
            page.prose(first, Role::Plain, &names.join(", "));
        }
    }
}

fn side(page: &mut Page, name: &str, side: &Side) {
    let first = Line::of(Role::Dim, name).pad(8);
    let mut facts = vec![Line::of(Role::Strong, &side.name)];
    for (at, fact) in telling::facts(side).iter().enumerate() {
        facts.push(Line::of(if at == 0 { Role::Time } else { Role::Plain }, fact));
    }
    page.facts(first, DOT, facts);
}

/// A row of the table: its name, its cells, how its verdict is shown.
type Cells = (String, Vec<String>, Role);

fn table(page: &mut Page, diff: &Diff) {
    let fits = |columns: &Columns| {
        let widths = widths(diff, *columns);
        widths.iter().sum::<usize>() + GUTTER * (widths.len() - 1) <= page.width()
    };
    let columns = [Columns::Counts, Columns::Rates, Columns::Few]
        .into_iter()
        .find(fits)
        .unwrap_or(Columns::Least);
    let widths = widths(diff, columns);
    for unit in [Unit::Runs, Unit::Therapists] {
        let heads = columns
            .heads()
            .into_iter()
            .map(|head| if unit == Unit::Runs { head.to_owned() } else { String::new() });
        let heading = (heading(unit), heads.collect(), Role::Dim);
        page.line(row(&heading, &widths, Role::Dim));
        for (of, cells) in rows(diff, columns) {
            if of == unit {
                page.line(row(&cells, &widths, Role::Plain));
            }
        }
    }
    let caption = "95 %: intervals that hold the true value 95 times in 100; unclear: no \
                   difference can be shown. One row in twenty would differ by chance alone.";
    page.prose(Line::new(), Role::Dim, caption);
}

fn heading(unit: Unit) -> String {
    format!("per 1,000 {}", unit.name())
}

fn rows(diff: &Diff, columns: Columns) -> Vec<(Unit, Cells)> {
    let mut rows = Vec::new();
    for row in &diff.rows {
        let role = match row.change.map(|change| change.direction) {
            Some(Direction::Fell) => Role::Healed,
            Some(Direction::Rose) => Role::Wrong,
            Some(Direction::Unclear) | None => Role::Dim,
        };
        let name = format!("  {}", visible(telling::label(&row.measure)));
        rows.push((row.measure.unit(), (name, columns.cells(row), role)));
    }
    rows
}

fn widths(diff: &Diff, columns: Columns) -> Vec<usize> {
    let heads = columns.heads();
    let mut widths = vec![heading(Unit::Therapists).len()];
    widths.extend(heads.iter().map(|head| fit::width(head)));
    for (_, (name, cells, _)) in rows(diff, columns) {
        for (width, cell) in widths.iter_mut().zip(std::iter::once(&name).chain(&cells)) {
            *width = fit::width(cell).max(*width);
        }
    }
    widths
}

/// Numbers to the right, the name and the verdict to the left.
fn row((name, cells, role): &Cells, widths: &[usize], plain: Role) -> Line {
    let mut line = Line::of(plain, name).pad(widths[0]);
    let mut column = widths[0];
    for (at, (cell, width)) in cells.iter().zip(&widths[1..]).enumerate() {
        column += GUTTER + width;
        let is_verdict = at + 1 == cells.len();
        let room = if is_verdict { *width } else { fit::width(cell) };
        let role = if is_verdict { *role } else { plain };
        line = line.pad(column - room).add(role, cell);
    }
    line
}

fn findings(page: &mut Page, diff: &Diff) {
    let spans = [diff.before.window, diff.after.window];
    let days = Days::of(joined(spans));
    let shares = shares(diff);
    let mut number = 0;
    for class in Class::ALL {
        let all = diff.of(class).count();
        if all == 0 {
            continue;
        }
        page.blank();
        class_heading(page, diff, class, all);
        let share = shares.get(&class).copied().unwrap_or(0);
        for entry in diff.of(class).take(share) {
            number += 1;
            finding(page, entry, number, &days);
        }
        if all > share {
            let text = format!("and {} {}", number::grouped(number::count(all - share)), "more");
            page.line(Line::new().plain("  … ").add(Role::Strong, &text));
        }
    }
    let told = diff.entries.len();
    if told > number {
        page.blank();
        let text = format!(
            "{} of {} shown: --format json or csv has all",
            number::grouped(number::count(number)),
            number::of(number::count(told), "finding")
        );
        page.prose(Line::of(Role::Strong, "… "), Role::Strong, &text);
    }
}

/// From the first beginning to the last end, where both sides have a time.
fn joined([one, other]: [Option<(Stamp, Stamp)>; 2]) -> Option<(Stamp, Stamp)> {
    let ((from, to), (first, last)) = one.zip(other)?;
    let begin = if first.earliest() < from.earliest() { first } else { from };
    Some((begin, if last.until() > to.until() { last } else { to }))
}

/// How many findings of each class are shown: a few of each, and what room is left goes to the
/// first ones.
fn shares(diff: &Diff) -> BTreeMap<Class, usize> {
    let counts = Class::ALL.map(|class| (class, diff.of(class).count()));
    let mut shares: BTreeMap<Class, usize> =
        counts.iter().map(|(class, all)| (*class, *all.min(&FEWEST))).collect();
    let mut room = SHOWN.saturating_sub(shares.values().sum());
    for (class, all) in counts {
        if let Some(share) = shares.get_mut(&class) {
            let more = (all - *share).min(room);
            (*share, room) = (*share + more, room - more);
        }
    }
    shares
}

fn class_heading(page: &mut Page, diff: &Diff, class: Class, all: usize) {
    let count = number::grouped(number::count(all));
    let first = Line::of(role_of(class), class.name()).pad(9).add(Role::Strong, &count).plain("  ");
    let reasons = telling::reasons(diff, class);
    if reasons.is_empty() {
        return page.line(first);
    }
    let mut start = first;
    let indent = start.width();
    for (count, reason) in reasons {
        let text = format!("{} {reason}", number::grouped(number::count(count)));
        page.prose(start, Role::Dim, &text);
        start = Line::new().pad(indent);
    }
}

fn finding(page: &mut Page, entry: &Entry, number: usize, days: &Days) {
    let told = entry.last();
    let number = format!("[{number}]");
    let first = Line::new().pad(INDENT.saturating_sub(1 + number.len()));
    let severity = format!("{:<6}  {:<8}", words::severity(told.severity), told.certainty.name());
    let known = words::rule_named(&told.rule).unwrap_or_default();
    let heading = vec![
        Line::of(words::role_of(told.severity, told.certainty), &severity),
        Line::of(Role::Strong, &told.rule),
        Line::new().plain("therapist ").add(Role::Strong, told.therapist.as_str()),
        Line::of(Role::Dim, known),
    ];
    page.facts(first.add(Role::Strong, &number).plain(" "), "  ", heading);
    let mut facts =
        vec![Line::of(Role::Time, &moment::lasting(told.still, told.from, told.to, days))];
    facts.extend(telling::differences(entry).into_iter().map(|(text, is_worse)| {
        Line::of(if is_worse { Role::Wrong } else { Role::Healed }, &text)
    }));
    facts.extend(told.first.as_ref().map(|(source, line)| {
        let place = format!("{}:{line}", fit::clip_left(&visible(source), page.width() / 3));
        Line::of(Role::Dim, &place)
    }));
    page.facts(Line::new().pad(INDENT), DOT, facts);
    page.prose(Line::new().pad(INDENT), Role::Plain, &told.summary);
}
