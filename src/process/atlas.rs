//! The atlas: the end states of one run, of two and of three, and what each set of mitigations
//! leaves open.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use crate::process::census::Census;
use crate::process::census::Ending;
use crate::process::census::Shape;
use crate::process::census::census;
use crate::process::census::fewest_failures;
use crate::process::mitigation::Mitigations;
use crate::process::wrong::Wrong;

/// One set of mitigations, and what it leaves open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leaves {
    /// The set.
    pub mitigations: Mitigations,
    /// For each thing that can still go wrong, the fewest failures it takes; 0 is a pure race.
    pub open: BTreeMap<Wrong, usize>,
}

/// All there is to say of the worker's end states.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Atlas {
    /// What is in place.
    pub mitigations: Mitigations,
    /// For one run, two runs and so on.
    pub censuses: Vec<Census>,
    /// What each set of mitigations leaves open in as many runs, the smaller sets first.
    pub table: Vec<Leaves>,
}

impl Atlas {
    /// The end states of a number of runs that fewer do not reach.
    pub fn new_with(&self, runs: usize) -> Vec<&Ending> {
        let mut censuses = self.censuses.iter();
        let fewer = censuses.clone().take_while(|census| census.runs < runs);
        let known: BTreeSet<&Shape> =
            fewer.flat_map(|census| &census.endings).map(|ending| &ending.shape).collect();
        let census = censuses.find(|census| census.runs == runs);
        let endings = census.into_iter().flat_map(|census| &census.endings);
        endings.filter(|ending| !known.contains(&ending.shape)).collect()
    }

    /// The rows worth reading: those of which no smaller part leaves the same open.
    pub fn telling(&self) -> impl Iterator<Item = &Leaves> {
        self.table.iter().filter(|row| {
            !self.table.iter().any(|other| {
                other.mitigations != row.mitigations
                    && other.mitigations.is_subset(row.mitigations)
                    && other.open == row.open
            })
        })
    }

    /// What a set leaves open.
    pub fn leaves(&self, mitigations: Mitigations) -> Option<&Leaves> {
        self.table.iter().find(|row| row.mitigations == mitigations)
    }

    /// The sets that leave nothing open and of which no part does.
    pub fn cures(&self) -> Vec<Mitigations> {
        let whole = self.table.iter().filter(|row| row.open.is_empty()).map(|row| row.mitigations);
        let whole: Vec<Mitigations> = whole.collect();
        let has_smaller =
            |set: Mitigations| whole.iter().any(|other| *other != set && other.is_subset(set));
        whole.iter().copied().filter(|set| !has_smaller(*set)).collect()
    }
}

/// Explores up to `runs` runs.
pub fn atlas(runs: usize, mitigations: Mitigations) -> Atlas {
    let row = |set| Leaves { mitigations: set, open: fewest_failures(runs, set) };
    Atlas {
        mitigations,
        censuses: (1..=runs).map(|runs| census(runs, mitigations)).collect(),
        table: Mitigations::all_sets().into_iter().map(row).collect(),
    }
}
