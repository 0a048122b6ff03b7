//! Comparing: what changed from one analysis to another, and whether a fix worked, as numbers.
//!
//! Takes two [`Side`]s, each made of an [`Analysis`](crate::model::Analysis) or of the JSON that
//! one was told as, and gives a [`Diff`]: findings by [`Class`], rates with intervals. Both ways
//! into a side say the same of the same logs (a law in tests/diff). Judges nothing anew, knows
//! no files and no screen.
//!
//! Three thoughts carry it. **A finding is itself** by its id, which is made of what it means; one
//! that only got more objects, or that a later log shows without its beginning, is recognised
//! where nothing else can be meant. **Gone is not healed**: a finding that the second side does
//! not have is told with the reason why it has not ([`Why`]). **A number has an interval**: what
//! chance alone could have done is not called a change.

mod answer;
mod measure;
mod notes;
mod pair;
mod read;
mod side;

use std::cmp::Reverse;

use crate::model::Certainty;
use crate::model::Severity;
use crate::model::Stamp;
use crate::model::Still;
use crate::model::TherapistId;

pub use answer::Answer;
pub use measure::Interval;
pub use measure::Measure;
pub use measure::Row;
pub use measure::Unit;
pub use pair::Match;
pub use read::ReadError;
pub use read::SCHEMA;
pub use read::schema_of;
pub use side::Kind;
pub use side::Known;
pub use side::Side;
pub use side::Told;

/// What became of a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Class {
    /// Only the second side has it.
    New,
    /// Both have it, and it is worse on the second.
    Grown,
    /// Both have it, and it is not worse.
    Ongoing,
    /// Both have it; it was still wrong at the end of the first, and the second shows its end.
    Healed,
    /// Only the first side has it; [`Why`] says what that means.
    Gone,
}

impl Class {
    /// All classes, in the order they are told.
    pub const ALL: [Self; 5] = [Self::New, Self::Grown, Self::Ongoing, Self::Healed, Self::Gone];

    /// The name in JSON and on the screen.
    pub fn name(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Grown => "grown",
            Self::Ongoing => "ongoing",
            Self::Healed => "healed",
            Self::Gone => "gone",
        }
    }
}

/// Why the other side does not have a finding. Only [`Why::Absent`] speaks of the finding; the
/// rest speak of what the other side can know. In the order they are told: what says most first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Why {
    /// The other side covers its time and its therapist, and does not find it.
    Absent,
    /// It was still wrong when this side ended; the other begins after it did, knows the labels of
    /// its objects, and finds it no more.
    Later,
    /// The other side tells nothing of the therapist; or it begins after what was still wrong
    /// here did, and does not tell of all its objects. So it may still be wrong.
    Unseen,
    /// It began outside the time that the other side covers.
    Outside,
}

impl Why {
    /// All reasons, in the order they are told.
    pub const ALL: [Self; 4] = [Self::Absent, Self::Later, Self::Unseen, Self::Outside];

    /// The name in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Absent => "absent",
            Self::Later => "later",
            Self::Outside => "outside",
            Self::Unseen => "unseen",
        }
    }
}

/// What differs between a finding on one side and the same on the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Aspect {
    /// It is over on one side and still wrong on the other.
    Still,
    /// How bad.
    Severity,
    /// How sure.
    Certainty,
    /// When it was over.
    End,
    /// How many objects.
    Objects,
    /// How many runs.
    Runs,
    /// How many lines prove it.
    Evidence,
}

impl Aspect {
    /// The name in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Still => "still",
            Self::Severity => "severity",
            Self::Certainty => "certainty",
            Self::End => "end",
            Self::Objects => "objects",
            Self::Runs => "runs",
            Self::Evidence => "evidence",
        }
    }
}

/// One difference, and whether it is for the worse.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Difference {
    /// In what.
    pub aspect: Aspect,
    /// Whether there is more of it after.
    pub is_worse: bool,
}

/// A finding of one side or of both.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// What became of it.
    pub class: Class,
    /// Where it stands.
    pub place: Place,
}

/// Which side has a finding.
#[derive(Clone, Debug, PartialEq)]
pub enum Place {
    /// One side, and why the other has not.
    One(Box<Told>, Why),
    /// Both, the first side's first.
    Both {
        /// As both tell it.
        told: Box<[Told; 2]>,
        /// By what it was recognised.
        matched: Match,
        /// What differs.
        differences: Vec<Difference>,
    },
}

impl Entry {
    /// The finding as it was told last.
    pub fn last(&self) -> &Told {
        match &self.place {
            Place::One(told, _) => told,
            Place::Both { told, .. } => &told[1],
        }
    }

    /// As the first side tells it.
    pub fn before(&self) -> Option<&Told> {
        match &self.place {
            Place::One(told, _) => (self.class != Class::New).then_some(told),
            Place::Both { told, .. } => Some(&told[0]),
        }
    }

    /// As the second side tells it.
    pub fn after(&self) -> Option<&Told> {
        match &self.place {
            Place::One(told, _) => (self.class == Class::New).then_some(told),
            Place::Both { told, .. } => Some(&told[1]),
        }
    }

    /// Why the other side does not have it, where one does not.
    pub fn why(&self) -> Option<Why> {
        match &self.place {
            Place::One(_, why) => Some(*why),
            Place::Both { .. } => None,
        }
    }

    /// By what it was recognised, where both have it.
    pub fn matched(&self) -> Option<Match> {
        match &self.place {
            Place::One(..) => None,
            Place::Both { matched, .. } => Some(*matched),
        }
    }

    /// What differs, where both have it.
    pub fn differences(&self) -> &[Difference] {
        match &self.place {
            Place::One(..) => &[],
            Place::Both { differences, .. } => differences,
        }
    }
}

/// Two sides compared.
#[derive(Clone, Debug, PartialEq)]
pub struct Diff {
    /// The first side, its findings in `entries`.
    pub before: Side,
    /// The second side.
    pub after: Side,
    /// All findings, each once: by class, then worst first.
    pub entries: Vec<Entry>,
    /// Rates before and after.
    pub rows: Vec<Row>,
    /// What it comes to.
    pub answer: Answer,
    /// Remarks for people, one sentence each.
    pub notes: Vec<String>,
}

impl Diff {
    /// Compares two sides, as far down as both go; more unread lines than `unread_limit` (a share) prove nothing.
    pub fn between(before: Side, after: Side, unread_limit: f64) -> Self {
        let made_with = [before.severity, after.severity];
        let least = made_with[0].max(made_with[1]);
        let [before, after] = [before, after].map(|side| side.only(least, None));
        let mut entries = Vec::new();
        for pair in pair::pairs(&before, &after) {
            entries.push(match pair {
                pair::Pair::Both(one, other, matched) => both(one, other, matched),
                pair::Pair::Before(told) => alone(told, &after, Class::Gone),
                pair::Pair::After(told) => alone(told, &before, Class::New),
            });
        }
        entries.sort_by_cached_key(rank);
        let rows = measure::rows(&before, &after);
        let answer = Answer::of(&before, &after, &rows, unread_limit);
        let notes = notes::notes([&before, &after], made_with, &entries, &rows);
        Self { before, after, entries, rows, answer, notes }
    }

    /// The entries of one class.
    pub fn of(&self, class: Class) -> impl Iterator<Item = &Entry> {
        self.entries.iter().filter(move |entry| entry.class == class)
    }

    /// Whether a finding that is new or worse is at least so severe.
    pub fn is_worse(&self, least: Severity) -> bool {
        let worse = self.of(Class::New).chain(self.of(Class::Grown));
        worse.into_iter().any(|entry| entry.last().severity >= least)
    }
}

fn alone(told: &Told, other: &Side, class: Class) -> Entry {
    Entry { class, place: Place::One(Box::new(told.clone()), why(told, other)) }
}

/// Why a side does not have a finding of the other one.
fn why(told: &Told, other: &Side) -> Why {
    let Some(known) = other.therapists.get(&told.therapist) else {
        return if is_outside(told, other) { Why::Outside } else { Why::Unseen };
    };
    // A state without objects is of a run, and no later log tells of that.
    let is_known = !told.objects.is_empty()
        && told.objects.iter().all(|object| known.objects.contains(object));
    match (told.still, begins_early(told, other)) {
        _ if is_outside(told, other) => Why::Outside,
        (Still::Wrong, true) if is_known => Why::Later,
        (Still::Wrong, true) => Why::Unseen,
        (_, false) | (Still::Over, true) => Why::Absent,
    }
}

/// Whether it was over, or had not begun, as far as the other side's time goes. What is still
/// wrong lasts into any later time.
fn is_outside(told: &Told, other: &Side) -> bool {
    let begins_late = || {
        let begins = told.from.zip(other.window);
        begins.is_some_and(|(from, (_, last))| last.certainly_before(from))
    };
    begins_late() || (told.still == Still::Over && begins_early(told, other))
}

fn begins_early(told: &Told, other: &Side) -> bool {
    let begins = told.from.zip(other.window);
    begins.is_some_and(|(from, (first, _))| from.certainly_before(first))
}

fn both(before: &Told, after: &Told, matched: Match) -> Entry {
    let differences = differences(before, after, matched);
    let is_healed = before.still == Still::Wrong && after.still == Still::Over;
    let class = match differences.iter().any(|difference| difference.is_worse) {
        _ if is_healed => Class::Healed,
        true => Class::Grown,
        false => Class::Ongoing,
    };
    let told = Box::new([before.clone(), after.clone()]);
    Entry { class, place: Place::Both { told, matched, differences } }
}

/// What differs. A state that a later log shows without its beginning is not measured by its
/// lines, runs and times, for that log has others. That something still wrong lasts on is no
/// growth: every later log would say so.
fn differences(before: &Told, after: &Told, matched: Match) -> Vec<Difference> {
    let mut found = Vec::new();
    let mut tell = |aspect, one: usize, other: usize| {
        if one != other {
            found.push(Difference { aspect, is_worse: other > one });
        }
    };
    let is_wrong = |told: &Told| usize::from(told.still == Still::Wrong);
    tell(Aspect::Still, is_wrong(before), is_wrong(after));
    tell(Aspect::Severity, before.severity as usize, after.severity as usize);
    tell(Aspect::Certainty, before.certainty as usize, after.certainty as usize);
    if matched != Match::State {
        if let (Some(one), Some(other)) = (before.to, after.to) {
            // As printed: a report does not keep more of a time.
            let is_later = usize::from(one.certainly_before(other));
            tell(Aspect::End, usize::from(other.certainly_before(one)), is_later);
        }
        tell(Aspect::Objects, before.objects.len(), after.objects.len());
        // The line and the run that ended it are no growth.
        if is_wrong(before) == is_wrong(after) {
            tell(Aspect::Runs, before.runs.len(), after.runs.len());
            tell(Aspect::Evidence, before.evidence, after.evidence);
        }
    }
    found
}

type Rank = (
    Class,
    Option<Why>,
    bool,
    Reverse<Severity>,
    Reverse<Certainty>,
    (u64, TherapistId),
    i64,
    String,
    String,
    side::Tie,
);

/// By class, then worst first, as everywhere; of those that are gone what was really looked for.
fn rank(entry: &Entry) -> Rank {
    let told = entry.last();
    (
        entry.class,
        entry.why().filter(|_| entry.class == Class::Gone),
        told.still == Still::Over,
        Reverse(told.severity),
        Reverse(told.certainty),
        (told.therapist.as_str().parse().unwrap_or(u64::MAX), told.therapist.clone()),
        told.from.map_or(i64::MIN, Stamp::earliest),
        told.rule.clone(),
        told.id.clone(),
        told.tie(),
    )
}

#[cfg(test)]
mod tests;
