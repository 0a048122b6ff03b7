//! The answer: the line to read first.

use crate::model::Analysis;
use crate::model::SourceReport;
use crate::model::Status;
use crate::report::line::Line;
use crate::report::line::Page;
use crate::report::moment;
use crate::report::number;
use crate::report::screen::sheet;
use crate::report::style::Role;

/// With more than one unread line for nine used ones a quiet result proves nothing: a changed
/// log format loses lines of one kind, and a finding needs them all.
const UNREAD_SHARE: u64 = 10;

/// What the whole analysis comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// At least one therapist is certainly wrong at the end of the log.
    StillWrong,
    /// At least one therapist may be.
    Undetermined,
    /// There were findings, and all are over.
    Healed,
    /// Enough was read, and nothing is wrong.
    Fine,
    /// Too little was read to say anything.
    Inconclusive,
}

impl Answer {
    /// Sums an analysis up. What was found stands even where too little was read.
    pub fn of(analysis: &Analysis) -> Self {
        let count = |status| with(analysis, status);
        match (count(Status::Violating), count(Status::Undetermined)) {
            (1.., _) => Self::StillWrong,
            (0, 1..) => Self::Undetermined,
            (0, 0) if is_too_little(analysis) => Self::Inconclusive,
            (0, 0) if analysis.findings.is_empty() && count(Status::Healed) == 0 => Self::Fine,
            (0, 0) => Self::Healed,
        }
    }
}

fn with(analysis: &Analysis, status: Status) -> u64 {
    number::count(analysis.therapists.iter().filter(|verdict| verdict.status == status).count())
}

fn is_too_little(analysis: &Analysis) -> bool {
    let sheet = sheet::total(&analysis.sources);
    let tried = sheet.used + sheet.unread;
    analysis.therapists.is_empty()
        || sheet.used == 0
        || sheet.unread * UNREAD_SHARE > tried
        || (analysis.findings.is_empty() && analysis.sources.iter().any(has_stopped))
}

fn has_stopped(source: &SourceReport) -> bool {
    source.error.is_some()
}

/// Adds the answer, on one line where the screen allows.
pub(super) fn draw(page: &mut Page, analysis: &Analysis) {
    let (words, role) = match Answer::of(analysis) {
        Answer::StillWrong => ("STILL WRONG NOW", Role::Wrong),
        Answer::Undetermined => ("MAYBE WRONG NOW", Role::Doubt),
        Answer::Healed => ("NOTHING STILL WRONG", Role::Healed),
        Answer::Fine => {
            let words = Line::of(Role::Healed, "nothing wrong").plain("  ");
            return page.prose(words, Role::Plain, &exposure(analysis));
        }
        Answer::Inconclusive => {
            let words = Line::of(Role::Doubt, "INCONCLUSIVE").plain("  ");
            return page.prose(words, Role::Plain, &lack(analysis));
        }
    };
    let counts = Counts::of(analysis);
    let who = Line::of(Role::Strong, &counts.leading(Answer::of(analysis)));
    let facts = vec![Line::of(role, words), who, Line::new().plain(&counts.split())];
    page.facts(Line::new(), "  ", facts);
}

/// Therapists by how they stand.
struct Counts {
    violating: u64,
    healed: u64,
    undetermined: u64,
}

impl Counts {
    fn of(analysis: &Analysis) -> Self {
        let [violating, healed, undetermined] =
            [Status::Violating, Status::Healed, Status::Undetermined]
                .map(|status| with(analysis, status));
        Self { violating, healed, undetermined }
    }

    fn leading(&self, answer: Answer) -> String {
        let number =
            if answer == Answer::Undetermined { self.undetermined } else { self.violating };
        number::of(number, "therapist")
    }

    /// Affected is what is certain: wrong now or wrong before.
    fn split(&self) -> String {
        let [affected, healed, undetermined] =
            [self.violating + self.healed, self.healed, self.undetermined].map(number::grouped);
        format!("({affected} affected, {healed} healed, {undetermined} undetermined)")
    }
}

/// How much a quiet result rests on.
fn exposure(analysis: &Analysis) -> String {
    let sheet = sheet::total(&analysis.sources);
    let runs: usize = analysis.therapists.iter().map(|verdict| verdict.runs).sum();
    let window = analysis.window.map(|window| format!(", {} UTC", moment::minutes(window)));
    let asked = if analysis.hidden > 0 { " of this severity" } else { "" };
    format!(
        "no findings{asked} in {} used {}, {}, {}{}",
        number::grouped(sheet.used),
        if sheet.used == 1 { "line" } else { "lines" },
        number::of(number::count(analysis.therapists.len()), "therapist"),
        number::of(number::count(runs), "run"),
        window.unwrap_or_default(),
    )
}

/// What is missing for an answer.
fn lack(analysis: &Analysis) -> String {
    let sheet = sheet::total(&analysis.sources);
    let [lines, used, unread] = [sheet.lines, sheet.used, sheet.unread].map(number::grouped);
    if sheet.lines == 0 {
        "nothing was read".to_owned()
    } else if sheet.used == 0 {
        format!("nothing readable was seen: 0 of {lines} lines used, {unread} unread")
    } else if analysis.therapists.is_empty() {
        format!("no therapist was seen in {used} used lines")
    } else if sheet.unread * UNREAD_SHARE > sheet.used + sheet.unread {
        format!("too many lines could not be read: {unread} unread beside {used} used")
    } else {
        format!("no findings in {used} used lines, but reading stopped before the end")
    }
}
