//! What a team can put in place against the ways to fail, as the document recommends it.

use crate::model::Recommendation;

/// A mitigation, as in `credtrail states --mitigation`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Mitigation {
    /// One run per therapist at a time; the others wait, or do not start.
    Lock,
    /// A job is performed once; it is let in again only after it has failed.
    Dedup,
    /// Steps 2 to 4 are one transaction: all of them or none.
    Atomic,
    /// A step that fails is noticed, and what the run did before is undone.
    Rollback,
    /// Before its last step a run checks that the final state would be right, and else stops.
    Validate,
}

impl Mitigation {
    /// All of them, in the order of tables.
    pub const ALL: [Self; 5] =
        [Self::Lock, Self::Dedup, Self::Atomic, Self::Rollback, Self::Validate];

    /// The name on the command line and in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Lock => "lock",
            Self::Dedup => "dedup",
            Self::Atomic => "atomic",
            Self::Rollback => "rollback",
            Self::Validate => "validate",
        }
    }

    /// What it means in the model, in one sentence.
    pub fn meaning(self) -> &'static str {
        match self {
            Self::Lock => "one run per therapist at a time",
            Self::Dedup => "a job is performed once, and again only after it failed",
            Self::Atomic => "steps 2 to 4 happen together or not at all",
            Self::Rollback => "a step that fails is noticed and undone; a death is not",
            Self::Validate => "before its last step a run checks the final state, and else stops",
        }
    }

    /// The document's recommendations that it stands for.
    pub fn recommendations(self) -> &'static [Recommendation] {
        match self {
            Self::Lock => &[Recommendation::TherapistLock, Recommendation::NoConcurrentStart],
            Self::Dedup => &[Recommendation::JobDeduplication],
            Self::Atomic => &[Recommendation::AtomicChanges],
            Self::Rollback => &[Recommendation::Rollback],
            Self::Validate => &[Recommendation::ValidateFinalState],
        }
    }
}

/// A set of mitigations.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Mitigations(u8);

impl Mitigations {
    /// No mitigation at all.
    pub const NONE: Self = Self(0);

    /// Whether it is one of them.
    pub fn has(self, mitigation: Mitigation) -> bool {
        self.0 & (1 << mitigation as u8) != 0
    }

    /// With one more.
    pub fn with(self, mitigation: Mitigation) -> Self {
        Self(self.0 | (1 << mitigation as u8))
    }

    /// The members, in the order of [`Mitigation::ALL`].
    pub fn iter(self) -> impl Iterator<Item = Mitigation> {
        Mitigation::ALL.into_iter().filter(move |mitigation| self.has(*mitigation))
    }

    /// How many.
    pub fn count(self) -> usize {
        self.iter().count()
    }

    /// Whether all of these are in the other set too.
    pub fn is_subset(self, other: Self) -> bool {
        self.0 & !other.0 == 0
    }

    /// All sets, the smaller ones first.
    pub fn all_sets() -> Vec<Self> {
        let mut sets: Vec<Self> = (0..1 << Mitigation::ALL.len()).map(Self).collect();
        sets.sort_by_key(|set| (set.count(), set.0));
        sets
    }

    /// The names, joined: `lock + atomic`; `none` if there are none.
    pub fn name(self) -> String {
        let names: Vec<&str> = self.iter().map(Mitigation::name).collect();
        if names.is_empty() { "none".to_owned() } else { names.join(" + ") }
    }
}

impl FromIterator<Mitigation> for Mitigations {
    fn from_iter<T: IntoIterator<Item = Mitigation>>(mitigations: T) -> Self {
        mitigations.into_iter().fold(Self::NONE, Self::with)
    }
}
