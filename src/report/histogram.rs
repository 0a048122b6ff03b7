//! A small overview on a terminal: findings and runs by the hour, in three rows and their times.
//!
//! Shown only where it helps: for one therapist, a short log or a few runs the findings themselves
//! say more.

use chrono::DateTime;
use chrono::Utc;

use crate::model::Analysis;
use crate::model::Severity;
use crate::model::Starts;
use crate::report::fit;
use crate::report::hours::Hour;
use crate::report::hours::Hours;
use crate::report::hours::SEVERITIES;
use crate::report::line::Line;
use crate::report::line::Page;
use crate::report::number::count;
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

/// Adds the histogram, where it helps.
pub(crate) fn draw(page: &mut Page, analysis: &Analysis, starts: &Starts) {
    let Some(hours) = told(page.width(), analysis, starts) else { return };
    let room = page.width().min(WIDEST).saturating_sub(NAMES + NUMBERS);
    let wide = (room / hours.columns.len()).clamp(1, 4);
    page.line(times(&hours, wide));
    let (found, runs) = (hours.most_found(), hours.most_runs());
    if found > 0 {
        page.line(worst(&hours, wide));
        page.line(row("findings", &hours, wide, found, Hour::found, |hour| role(worst_of(hour))));
    }
    page.line(row("runs", &hours, wide, runs, |hour| hour.runs, |_| Role::Plain));
}

/// The columns, if they say more than the findings do.
fn told(width: usize, analysis: &Analysis, starts: &Starts) -> Option<Hours> {
    let runs: usize = starts.values().map(Vec::len).sum();
    let (from, to) = analysis.window?;
    let is_long = to.printed() - from.printed() > LONG;
    if starts.len() < 2 || runs <= FEW || !is_long {
        return None;
    }
    let most = width.min(WIDEST).saturating_sub(NAMES + NUMBERS);
    Hours::of(analysis, starts, most).filter(|hours| hours.columns.len() > 2)
}

fn name(text: &str) -> Line {
    Line::of(Role::Dim, &format!("{text:<NAMES$}"))
}

fn row(
    words: &str,
    hours: &Hours,
    wide: usize,
    most: usize,
    number: impl Fn(&Hour) -> usize,
    role: impl Fn(&Hour) -> Role,
) -> Line {
    let mut line = name(words);
    for hour in &hours.columns {
        // What there is, is seen, be it one in a thousand.
        let eighths = (number(hour) * 8).div_ceil(most.max(1)).min(8);
        line = line.add(role(hour), &BLOCKS[eighths].repeat(wide));
    }
    line.add(Role::Dim, &format!("  most {}", grouped(count(most))))
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
        let begin = hours.from + hours.step * i64::try_from(at).unwrap_or_default();
        let time = DateTime::<Utc>::from_timestamp_nanos(begin);
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
    use crate::model::Finding;
    use crate::model::RuleId;
    use crate::model::Stamp;
    use crate::model::TherapistId;
    use crate::report::ascii::ascii;
    use crate::report::sample;
    use crate::report::style::Colour;
    use crate::report::style::Screen;

    /// A night of runs, with more of them and findings towards the morning.
    fn night() -> (Analysis, Starts) {
        let mut analysis = sample::july_4();
        analysis.findings.clear();
        let mut starts = Starts::new();
        for minute in (91..466_u32).step_by(7) {
            let at = sample::at(&format!("{:02}:{:02}:00", minute / 60, minute % 60));
            let therapist = TherapistId::new((100 + minute % 9).to_string());
            starts.entry(therapist.clone()).or_default().push(at);
            if minute % 60 < minute / 12 {
                let severity = SEVERITIES[usize::try_from(minute % 3).expect("small")];
                let line = sample::july_line(1);
                let finding = Finding::new(RuleId("overwrite"), severity, &therapist, &line);
                analysis.findings.push(finding.between(Some(at), None::<Stamp>));
            }
        }
        (analysis, starts)
    }

    fn shown(width: usize, colour: Colour) -> String {
        let (analysis, starts) = night();
        let mut page = Page::new(&Screen { width, colour });
        draw(&mut page, &analysis, &starts);
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
        let (analysis, starts) = night();
        let one = starts.into_iter().take(1).collect();
        let mut page = Page::new(&sample::screen(80));
        draw(&mut page, &analysis, &one);
        draw(&mut page, &sample::july_4(), &Starts::new());
        assert_eq!(page.render(), "");
    }
}
