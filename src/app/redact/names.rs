//! Pseudonyms in the order in which ids were met.

use std::borrow::Borrow;
use std::collections::HashMap;
use std::hash::Hash;

/// Ids of one kind, numbered as they come.
#[derive(Clone, Debug)]
pub(super) struct Names<T> {
    ids: Vec<T>,
    ranks: HashMap<T, usize>,
}

impl<T> Default for Names<T> {
    fn default() -> Self {
        Self { ids: Vec::new(), ranks: HashMap::new() }
    }
}

impl<T: Clone + Eq + Hash> Names<T> {
    /// Meets an id; one that is known keeps its number.
    pub(super) fn meet(&mut self, id: &T) {
        if !self.ranks.contains_key(id) {
            self.ids.push(id.clone());
            self.ranks.insert(id.clone(), self.ids.len());
        }
    }

    /// All ids in their order, with their numbers from 1.
    pub(super) fn all(&self) -> impl Iterator<Item = (usize, &T)> {
        (1..).zip(&self.ids)
    }

    /// The number of an id.
    pub(super) fn number<Q: Hash + Eq + ?Sized>(&self, id: &Q) -> Option<usize>
    where
        T: Borrow<Q>,
    {
        self.ranks.get(id).copied()
    }

    /// The pseudonym with a number: at least two digits, all of one kind as wide.
    pub(super) fn pseudonym(&self, letter: char, number: usize) -> String {
        let width = width(self.ids.len()).max(2);
        format!("{letter}-{number:0width$}")
    }

    /// The pseudonym of an id, if it has one.
    pub(super) fn name<Q: Hash + Eq + ?Sized>(&self, letter: char, id: &Q) -> Option<String>
    where
        T: Borrow<Q>,
    {
        self.number(id).map(|number| self.pseudonym(letter, number))
    }
}

/// Digits that numbers up to this one take.
pub(super) fn width(most: usize) -> usize {
    most.to_string().len()
}
