//! A small overview on a terminal: findings and runs by the hour, in three rows and their times.
//!
//! Shown only where it helps: for one therapist, a short log or a few runs the findings themselves
//! say more.

use chrono::DateTime;
use chrono::Utc;

use crate::model::Analysis;
use crate::model::Hour;
use crate::model::Hours;
use crate::model::SEVERITIES;
use crate::model::Severity;
use crate::report::fit;
use crate::report::line::Line;
use crate::report::line::Page;
use crate::report::number::grouped;
use crate::report::style::Role;

/// Columns for the names at the left.
const NAMES: usize = 10;

/// Columns for the highest number at the right.
const NUMBERS: usize = 12;

/// Wider than this it is no longer small.
const WIDEST: usize = 120;

/// Nanoseconds in two hours: a shorter log has no hours to speak of.
const LONG: i64 = 2 * 3_600 * 1_000_000_000;

/// Runs that one can still count on a screen.
const FEW: usize = 10;

/// Heights of a column, in eighths.
const BLOCKS: [&str; 9] = [" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"];

/// How many columns the histogram of an analysis of so many therapists and runs has room for on a
/// screen so wide; `None` where the findings themselves say more.
pub(crate) fn columns(
    width: usize,
    analysis: &Analysis,
    therapists: usize,
    runs: usize,
) -> Option<usize> {
    let (from, to) = analysis.window?;
    let is_long = to.printed() - from.printed() > LONG;
    let is_told = therapists > 1 && runs > FEW && is_long;
    is_told.then(|| room(width))
}

fn room(width: usize) -> usize {
    width.min(WIDEST).saturating_sub(NAMES + NUMBERS)
}

/// Adds the histogram; of two columns there is nothing to see.
pub(crate) fn draw(page: &mut Page, hours: &Hours) {
    if hours.columns.len() < 3 {
        return;
    }
    let wide = (room(page.width()) / hours.columns.len()).clamp(1, 4);
    page.line(times(hours, wide));
    let (found, runs) = (hours.most_found(), hours.most_runs());
    if found > 0 {
        page.line(worst(hours, wide));
        page.line(row("findings", hours, wide, found, Hour::found, |hour| role(worst_of(hour))));
    }
    page.line(row("runs", hours, wide, runs, |hour| hour.runs, |_| Role::Plain));
}

fn name(text: &str) -> Line {
    Line::of(Role::Dim, &format!("{text:<NAMES$}"))
}

fn row(
    words: &str,
    hours: &Hours,
    wide: usize,
    most: u64,
    number: impl Fn(&Hour) -> u64,
    role: impl Fn(&Hour) -> Role,
) -> Line {
    let mut line = name(words);
    for hour in &hours.columns {
        // What there is, is seen, be it one in a thousand.
        let eighths = (number(hour) * 8).div_ceil(most.max(1)).min(8);
        let block = usize::try_from(eighths).map_or(" ", |eighths| BLOCKS[eighths]);
        line = line.add(role(hour), &block.repeat(wide));
    }
    line.add(Role::Dim, &format!("  most {}", grouped(most)))
}

/// A letter for the worst severity of each column: colour never stands alone.
fn worst(hours: &Hours, wide: usize) -> Line {
    let mut line = name("worst");
    for hour in &hours.columns {
        let severity = worst_of(hour);
        let letter = match severity {
            Some(Severity::High) => "H",
            Some(Severity::Medium) => "M",
            Some(Severity::Low) => "L",
            Some(Severity::Info) => "I",
            None => " ",
        };
        line = line.add(role(severity), &format!("{letter:<wide$}"));
    }
    line
}

fn worst_of(hour: &Hour) -> Option<Severity> {
    let found = SEVERITIES.into_iter().zip(hour.findings);
    found.into_iter().find(|(_, found)| *found > 0).map(|(severity, _)| severity)
}

fn role(severity: Option<Severity>) -> Role {
    match severity {
        Some(Severity::High | Severity::Medium) => Role::Wrong,
        Some(Severity::Low) => Role::Doubt,
        Some(Severity::Info) | None => Role::Dim,
    }
}

/// When columns begin: as many as fit, the date where a day begins.
fn times(hours: &Hours, wide: usize) -> Line {
    let every = 7_usize.div_ceil(wide).max(1);
    let mut text = String::new();
    let mut day = String::new();
    for at in (0..hours.columns.len()).step_by(every) {
        let time = DateTime::<Utc>::from_timestamp_nanos(hours.at(at));
        let date = time.format("%m-%d").to_string();
        let label = if date == day { time.format("%H:%M").to_string() } else { date.clone() };
        day = date;
        let missing = (at * wide).saturating_sub(fit::width(&text));
        text.push_str(&" ".repeat(missing));
        // The last one must not reach beyond the columns.
        if at * wide + label.len() <= hours.columns.len() * wide {
            text.push_str(&label);
        }
    }
    let text = format!("{:<columns$}", text.trim_end(), columns = hours.columns.len() * wide);
    let step = if hours.name == "hour" { "per hour" } else { hours.name };
    name(&fit::clip(step, NAMES - 1)).add(Role::Time, &text).add(Role::Dim, "  UTC")
}

#[cfg(test)]
mod tests {
    use unicode_width::UnicodeWidthStr as _;

    use super::*;
    use crate::report::ascii::ascii;
    use crate::report::sample;
    use crate::report::style::Colour;
    use crate::report::style::Screen;

    /// A night of runs by the hour, with more of them and findings towards the morning.
    fn night() -> Hours {
        let step = 3_600_000_000_000;
        let from = sample::at("01:00:00").printed();
        let mut columns = vec![Hour::default(); 7];
        for minute in (91..466_u32).step_by(7) {
            let at = sample::at(&format!("{:02}:{:02}:00", minute / 60, minute % 60));
            let column = usize::try_from((at.printed() - from) / step).expect("small");
            columns[column].runs += 1;
            if minute % 60 < minute / 12 {
                columns[column].findings[usize::try_from(minute % 3).expect("small")] += 1;
            }
        }
        Hours { from, step, name: "hour", columns }
    }

    fn shown(width: usize, colour: Colour) -> String {
        let mut page = Page::new(&Screen { width, colour });
        draw(&mut page, &night());
        page.render()
    }

    #[test]
    fn a_night_at_80_columns() {
        insta::assert_snapshot!(shown(80, Colour::Never));
        insta::assert_snapshot!(ascii(&shown(80, Colour::Never)));
    }

    #[test]
    fn no_line_is_wider_than_the_screen_with_colour_or_without() {
        let bare = regex::Regex::new("\x1b\\[[0-9;]*m").expect("a pattern");
        for width in 60..=240 {
            let plain = shown(width, Colour::Never);
            assert!(plain.lines().count() == 4, "{plain}");
            assert!(plain.lines().all(|line| line.width() <= width), "{plain}");
            let painted = shown(width, Colour::Always);
            assert_ne!(painted, plain);
            assert_eq!(bare.replace_all(&painted, ""), plain);
        }
    }

    #[test]
    fn it_is_left_out_where_it_says_nothing() {
        let july = sample::july_4();
        assert_eq!(columns(80, &july, 2, 11), Some(58));
        assert_eq!(columns(80, &july, 1, 11), None, "one therapist");
        assert_eq!(columns(80, &july, 2, 10), None, "few runs");
        assert_eq!(columns(80, &Analysis::default(), 2, 11), None, "no time");
        let mut page = Page::new(&sample::screen(80));
        let mut short = night();
        short.columns.truncate(2);
        draw(&mut page, &short);
        assert_eq!(page.render(), "");
    }
}
