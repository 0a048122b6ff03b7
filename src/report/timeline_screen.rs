//! One therapist on a terminal: every event in order, its run as a bracket beside those in flight
//! with it, the gap before it as an interval, the label sets it changed, the findings that rest
//! on it, and its place.
//!
//! Takes a [`Timeline`] and its findings, gives text. Events whose order the stamps do not tell
//! are marked `~`.

use crate::model::Event;
use crate::model::Finding;
use crate::model::Outcome;
use crate::model::Run;
use crate::model::Severity;
use crate::model::SourceReport;
use crate::model::Stamp;
use crate::report::account;
use crate::report::change;
use crate::report::lanes::Lanes;
use crate::report::lanes::Mark;
use crate::report::line::DOT;
use crate::report::line::Line;
use crate::report::line::Page;
use crate::report::moment::length;
use crate::report::number::count;
use crate::report::number::of;
use crate::report::place::place;
use crate::report::style::Role;
use crate::report::style::Screen;
use crate::report::what::Fields;
use crate::report::what::what;
use crate::report::words;
use crate::timeline::Account;
use crate::timeline::Timeline;

/// The whole screen of one therapist.
pub fn timeline_screen(
    timeline: &Timeline,
    findings: &[Finding],
    sources: &[SourceReport],
    account: &Account,
    screen: &Screen,
) -> String {
    let mut page = Page::new(screen);
    let events = of(count(timeline.events.len()), "event");
    let runs = words::runs(timeline.runs.len(), timeline.pairing);
    let who = format!("therapist {}", timeline.therapist);
    page.line(
        Line::of(Role::Strong, &who).add(Role::Dim, "  ").plain(&format!("{events}, {runs}")),
    );
    if let [only] = sources {
        page.line(Line::of(Role::Dim, &only.name));
    }
    let mut view =
        View { timeline, findings, sources, lanes: Lanes::of(&timeline.runs), margin: 0 };
    view.margin = (0..timeline.events.len()).map(|at| view.marks(at).len()).max().unwrap_or(0);
    let mut day = None;
    for at in 0..timeline.events.len() {
        let date = timeline.events[at].stamp.map(Stamp::date);
        if date.is_some() && date != day {
            page.blank();
            page.line(Line::of(Role::Strong, date.as_deref().unwrap_or_default()).plain(" UTC"));
            day = date;
        }
        view.opening(&mut page, at);
        view.event(&mut page, at);
    }
    legend(&mut page, findings);
    account::draw(&mut page, timeline, account, sources, !findings.is_empty());
    page.render()
}

/// What every row is drawn from.
struct View<'a> {
    timeline: &'a Timeline,
    findings: &'a [Finding],
    sources: &'a [SourceReport],
    lanes: Lanes,
    /// Columns of the margin, in which the findings are numbered.
    margin: usize,
}

/// Lanes drawn at most; of more runs in flight at once the rest is named beside its events.
const LANES: usize = 8;

impl View<'_> {
    /// The line above a run's first event.
    fn opening(&self, page: &mut Page, at: usize) {
        let run = self.timeline.run(at).filter(|run| run.events.first() == Some(&at));
        let Some(run) = run else { return };
        let facts = run_facts(run).into_iter().map(|fact| Line::of(Role::Dim, &fact)).collect();
        let own = self.timeline.run_of[at];
        let rails = self.rails(at, own, |mark| match mark {
            Mark::Free => " ",
            Mark::First | Mark::Only => "┌",
            Mark::Passing | Mark::Within | Mark::Last => "│",
        });
        let head = self.margin("").join(rails).add(Role::Strong, run.id.as_str());
        page.facts(head.plain("  "), DOT, facts);
    }

    fn event(&self, page: &mut Page, at: usize) {
        let event = &self.timeline.events[at];
        let rails = self.rails(at, self.timeline.run_of[at], |mark| match mark {
            Mark::Free => " ",
            Mark::Passing => "│",
            Mark::First | Mark::Within => "├",
            Mark::Last | Mark::Only => "└",
        });
        let time = event.stamp.map_or_else(|| "no clock".to_owned(), Stamp::time_of_day);
        // Two things that one line says have neither a gap nor an order in doubt.
        let before = at.checked_sub(1).map(|before| &self.timeline.events[before]);
        let before = before.filter(|before| before.origin != event.origin);
        let pair = before.and_then(|before| before.stamp).zip(event.stamp);
        let doubt = if pair.is_some_and(|(one, other)| one.overlaps(other)) { "~" } else { " " };
        let gap =
            pair.map_or_else(String::new, |(one, other)| format!("+{}", length(one.gap(other))));
        let line = self
            .margin(&self.marks(at))
            .join(rails)
            .add(Role::Time, &time)
            .add(Role::Doubt, doubt)
            .add(Role::Dim, &format!("{gap:<12} "))
            .plain(&self.what(at))
            .add(Role::Dim, &format!("  {}", shown_place(event, self.sources)));
        page.line(line);
        for change in change::labels(self.timeline.board_before(at), &self.timeline.boards[at]) {
            let indent = " ".repeat(time.chars().count() + 14);
            let text = format!("{}: {} → {}", change.object, change.before, change.after);
            let rails = self.margin("").join(self.passing(at));
            page.line(rails.plain(&indent).add(Role::Dim, &text));
        }
    }

    /// The lanes at the left of a row.
    fn rails(&self, at: usize, own: Option<usize>, sign: fn(Mark) -> &'static str) -> Line {
        let marks = self.lanes.marks(at, own);
        let signs: String = marks.into_iter().take(LANES).map(sign).collect();
        Line::of(Role::Dim, &format!("{signs} "))
    }

    /// The margin of one row.
    fn margin(&self, marks: &str) -> Line {
        Line::of(Role::Wrong, &format!("{marks:>width$} ", width = self.margin))
    }

    /// The lanes between an event and the next.
    fn passing(&self, at: usize) -> Line {
        self.rails(at, self.timeline.run_of[at], |mark| match mark {
            Mark::Free | Mark::Last | Mark::Only => " ",
            Mark::Passing | Mark::First | Mark::Within => "│",
        })
    }

    /// The numbers of the findings that rest on an event.
    fn marks(&self, at: usize) -> String {
        let origin = &self.timeline.events[at].origin;
        let rests = |finding: &Finding| finding.origins().contains(origin);
        let numbered = self.findings.iter().enumerate().filter(|(_, finding)| rests(finding));
        let marks: Vec<String> = numbered.map(|(number, _)| (number + 1).to_string()).collect();
        marks.join(" ")
    }

    /// What happened; where two runs are in flight also in which.
    fn what(&self, at: usize) -> String {
        let told = what(self.timeline, at, Fields::Short);
        match self.timeline.run(at) {
            Some(run) if self.lanes.count() > 1 => format!("{} {told}", run.id),
            _ => told,
        }
    }
}

fn run_facts(run: &Run) -> Vec<String> {
    let mut facts = Vec::new();
    match &run.mark.job {
        Some(job) => facts.push(format!("job {job}")),
        None if run.inferred => facts.push("inferred".to_owned()),
        None => {}
    }
    if run.attempt > 1 {
        facts.push(format!("attempt {}", run.attempt));
    }
    if run.outcome != Outcome::Unknown {
        facts.push(run.outcome.name().to_owned());
    }
    facts
}

/// With one source its name is said once, above; each event says only the line.
fn shown_place(event: &Event, sources: &[SourceReport]) -> String {
    if sources.len() == 1 {
        format!(":{}", event.origin.line)
    } else {
        place(&event.origin, sources)
    }
}

fn legend(page: &mut Page, findings: &[Finding]) {
    page.blank();
    for (number, finding) in findings.iter().enumerate() {
        let role = if finding.severity >= Severity::Medium { Role::Wrong } else { Role::Doubt };
        let head = Line::of(role, &format!("[{}] ", number + 1));
        let certainty = finding.certainty.name();
        let found = words::rule(finding.rule);
        page.prose(head, Role::Plain, &format!("{certainty}: {found}. {}", finding.summary));
    }
}

#[cfg(test)]
mod tests {
    use unicode_width::UnicodeWidthStr as _;

    use super::*;
    use crate::report::sample;
    use crate::report::sample::screen;

    #[test]
    fn july_4_as_a_timeline() {
        let (timeline, analysis) = (sample::july_timeline(), sample::july_4());
        let account = crate::timeline::account(&timeline, "ExtendedSignUpWorker");
        let draw = |screen: &Screen| {
            timeline_screen(&timeline, &analysis.findings, &analysis.sources, &account, screen)
        };
        let text = draw(&screen(80));
        insta::assert_snapshot!(text);
        for width in 60..240 {
            let text = draw(&screen(width));
            assert!(text.lines().all(|line| line.width() <= width), "{text}");
        }
    }
}
