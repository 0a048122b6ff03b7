//! Plots: which runs a history has, when they begin, and what is to go wrong in them.

use crate::drill::dice::Dice;
use crate::model::Step;
use crate::process::Fate;

/// What happens to a therapist.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Plot {
    /// One hand-off, all well.
    Clean,
    /// Two hand-offs that were asked for, hours apart.
    TwoHandOffs,
    /// A run fails, its retry makes it good.
    Retried,
    /// A step fails and is swallowed.
    FailedStep,
    /// A run fails and is not tried again.
    Aborted,
    /// The process dies.
    Died,
    /// One job is performed twice, one after the other.
    Redelivery,
    /// Two jobs start within a second.
    Race,
    /// Three jobs start within a second.
    RaceOfThree,
    /// A second job starts while the first is at work.
    Overlap,
    /// Two jobs start within a second, and a step of one fails.
    FailedRace,
}

/// One run of a plot.
#[derive(Clone, Debug)]
pub(super) struct Part {
    /// When it begins, in milliseconds after the plot does.
    pub(super) start: i64,
    /// The part whose job it performs again.
    pub(super) again: Option<usize>,
    /// What is to go wrong.
    pub(super) slips: Vec<(Step, Fate)>,
    /// How long a task takes, in milliseconds, at least and at most.
    pub(super) pace: [i64; 2],
}

impl Plot {
    /// All plots.
    pub const ALL: [Self; 11] = [
        Self::Clean,
        Self::TwoHandOffs,
        Self::Retried,
        Self::FailedStep,
        Self::Aborted,
        Self::Died,
        Self::Redelivery,
        Self::Race,
        Self::RaceOfThree,
        Self::Overlap,
        Self::FailedRace,
    ];

    /// The name in the truth and on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Clean => "clean",
            Self::TwoHandOffs => "two-hand-offs",
            Self::Retried => "retried",
            Self::FailedStep => "failed-step",
            Self::Aborted => "aborted",
            Self::Died => "died",
            Self::Redelivery => "redelivery",
            Self::Race => "race",
            Self::RaceOfThree => "race-of-three",
            Self::Overlap => "overlap",
            Self::FailedRace => "failed-race",
        }
    }

    /// Whether something goes wrong in it that nothing makes good.
    pub fn is_bad(self) -> bool {
        !matches!(self, Self::Clean | Self::TwoHandOffs | Self::Retried)
    }

    pub(super) fn good(dice: &mut Dice) -> Self {
        match dice.below(10) {
            0 => Self::Retried,
            1 | 2 => Self::TwoHandOffs,
            _ => Self::Clean,
        }
    }

    pub(super) fn bad(dice: &mut Dice) -> Self {
        let bad: Vec<Self> = Self::ALL.into_iter().filter(|plot| plot.is_bad()).collect();
        dice.pick(&bad)
    }

    /// The runs, in the order in which they begin.
    pub(super) fn parts(self, dice: &mut Dice) -> Vec<Part> {
        let quick = |start: i64| Part { start, again: None, slips: Vec::new(), pace: [60, 400] };
        let mut soon = || dice.between(40, 700);
        match self {
            Self::Clean => vec![quick(0)],
            Self::TwoHandOffs => vec![quick(0), quick(3_600_000 + soon())],
            Self::Retried => {
                let again = Part { again: Some(0), ..quick(20_000 + soon()) };
                vec![Part { slips: vec![slip(dice, Fate::Aborts)], ..quick(0) }, again]
            }
            Self::FailedStep => {
                let mut slips = vec![slip(dice, Fate::IsSwallowed)];
                if dice.below(4) == 0 {
                    slips = [Step::Activate, Step::Unattest].map(|s| (s, Fate::IsSwallowed)).into();
                }
                vec![Part { slips, ..quick(0) }]
            }
            Self::Aborted => vec![Part { slips: vec![slip(dice, Fate::Aborts)], ..quick(0) }],
            Self::Died => vec![Part { slips: vec![slip(dice, Fate::Dies)], ..quick(0) }],
            Self::Redelivery => {
                vec![quick(0), Part { again: Some(0), ..quick(20_000 + soon() * 20) }]
            }
            Self::Race => vec![quick(0), quick(soon())],
            Self::RaceOfThree => {
                let (second, third) = (soon() / 2, soon() / 2);
                vec![quick(0), quick(second), quick(second + third)]
            }
            Self::Overlap => {
                let slow = |start| Part { pace: [1500, 4000], ..quick(start) };
                vec![slow(0), slow(2_000 + soon())]
            }
            Self::FailedRace => {
                let start = soon();
                let fate = dice.pick(&[Fate::IsSwallowed, Fate::Aborts, Fate::Dies]);
                let mut parts = vec![quick(0), quick(start)];
                let which = usize::try_from(dice.below(2)).unwrap_or(0);
                parts[which].slips.push(slip(dice, fate));
                parts
            }
        }
    }
}

fn slip(dice: &mut Dice, fate: Fate) -> (Step, Fate) {
    (dice.pick(&Step::ALL), fate)
}
