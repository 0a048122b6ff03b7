//! The first screen: what was read, the answer, the findings that carry it, what to do next.
//!
//! Takes an [`Analysis`], gives text for a terminal of a given width. The most visible line says
//! who is still wrong now; a screen that saw too little never looks calm.

mod answer;
mod closing;
mod finding;
mod lesson;
mod sheet;
mod therapist;

use crate::model::Analysis;
use crate::model::Hours;
use crate::model::TherapistId;
use crate::report::histogram;
use crate::report::line::Page;
use crate::report::moment::Days;
use crate::report::style::Screen;

pub use answer::Answer;

/// Findings shown in full. The worst come first, so more would only push the answer away.
pub const SHOWN: usize = 20;

/// The whole first screen.
pub fn first_screen(analysis: &Analysis, screen: &Screen) -> String {
    first_screen_with(analysis, None, screen)
}

/// How many columns of hours would help on the first screen of an analysis of so many therapists
/// and runs; `None` where the findings themselves say more.
pub fn columns(
    screen: &Screen,
    analysis: &Analysis,
    therapists: usize,
    runs: usize,
) -> Option<usize> {
    histogram::columns(screen.width, analysis, therapists, runs)
}

/// The same with a histogram of these hours.
pub fn first_screen_with(analysis: &Analysis, hours: Option<&Hours>, screen: &Screen) -> String {
    let mut page = Page::new(screen);
    sheet::draw(&mut page, analysis);
    page.blank();
    answer::draw(&mut page, analysis);
    page.blank();
    if let Some(hours) = hours {
        histogram::draw(&mut page, hours);
    }
    let days = Days::of(analysis.window);
    for (therapist, numbers) in by_therapist(analysis) {
        page.blank();
        therapist::draw(&mut page, analysis, therapist);
        for number in numbers {
            page.blank();
            finding::draw(&mut page, analysis, number, &days);
        }
    }
    page.blank();
    lesson::draw(&mut page, analysis);
    closing::draw(&mut page, analysis);
    page.render()
}

/// The findings shown, as places in `analysis.findings`, gathered by therapist; the therapist
/// with the worst finding comes first.
fn by_therapist(analysis: &Analysis) -> Vec<(&TherapistId, Vec<usize>)> {
    let mut groups: Vec<(&TherapistId, Vec<usize>)> = Vec::new();
    for (at, finding) in analysis.findings.iter().enumerate().take(SHOWN) {
        match groups.iter_mut().find(|(therapist, _)| **therapist == finding.therapist) {
            Some((_, numbers)) => numbers.push(at),
            None => groups.push((&finding.therapist, vec![at])),
        }
    }
    groups
}

#[cfg(test)]
mod tests;
