//! Which finding of one side is which of the other.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use crate::diff::begins_early;
use crate::diff::side::Side;
use crate::diff::side::Told;
use crate::model::ObjectId;
use crate::model::Still;
use crate::model::TherapistId;

/// By what a finding is recognised.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Match {
    /// By its id.
    Id,
    /// Same rule, therapist and second of its begin, and one side's objects go on where the
    /// other's end: a burst or a flip-flop of which one log shows more.
    Objects,
    /// Same rule, therapist and objects, still wrong at the end of one log, and begun before the
    /// other log did: one state, of which that log cannot know the beginning.
    State,
}

impl Match {
    /// The name in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Id => "id",
            Self::Objects => "objects",
            Self::State => "state",
        }
    }
}

/// A finding of both sides, or of one.
pub(super) enum Pair<'a> {
    Both(&'a Told, &'a Told, Match),
    Before(&'a Told),
    After(&'a Told),
}

/// Findings that are not yet found on the other side.
struct Rest<'a> {
    before: Vec<&'a Told>,
    after: Vec<&'a Told>,
}

/// Every finding of both sides exactly once. Whichever side comes first, the same belong together.
pub(super) fn pairs<'a>(before: &'a Side, after: &'a Side) -> Vec<Pair<'a>> {
    let mut pairs = Vec::new();
    let mut rest = by_id(before, after, &mut pairs);
    rest.join(Match::Objects, &mut pairs, burst, goes_on);
    let is_one = |one: &Told, other: &Told| {
        (is_cut_off(one, after) && has_same_objects(one, other))
            || (is_cut_off(other, before) && has_same_objects(one, other))
    };
    rest.join(Match::State, &mut pairs, |told| Some(whose(told)), is_one);
    pairs.extend(rest.before.into_iter().map(Pair::Before));
    pairs.extend(rest.after.into_iter().map(Pair::After));
    pairs
}

/// Two findings of one analysis can have one id (two overlaps that begin in one second have), so
/// ids are matched one to one, in an order that hangs on the findings alone.
fn by_id<'a>(before: &'a Side, after: &'a Side, pairs: &mut Vec<Pair<'a>>) -> Rest<'a> {
    let [mut ones, others] = [before, after].map(|side| {
        let mut ids: BTreeMap<&str, Vec<&Told>> = BTreeMap::new();
        for told in &side.findings {
            ids.entry(told.id.as_str()).or_default().push(told);
        }
        for same in ids.values_mut() {
            same.sort_by_cached_key(|told| told.tie());
        }
        ids
    });
    let mut rest = Rest { before: Vec::new(), after: Vec::new() };
    for (id, same) in others {
        let known = ones.remove(id).unwrap_or_default();
        let both = known.len().min(same.len());
        pairs.extend(known.iter().zip(&same).map(|(one, other)| Pair::Both(one, other, Match::Id)));
        rest.before.extend(&known[both..]);
        rest.after.extend(&same[both..]);
    }
    rest.before.extend(ones.into_values().flatten());
    rest
}

impl<'a> Rest<'a> {
    /// Joins what belongs together and can belong to nothing else; `key` is what both must share.
    fn join<K: Ord>(
        &mut self,
        matched: Match,
        pairs: &mut Vec<Pair<'a>>,
        key: impl Fn(&'a Told) -> Option<K>,
        is_one: impl Fn(&Told, &Told) -> bool,
    ) {
        let mut groups: BTreeMap<K, [Vec<&'a Told>; 2]> = BTreeMap::new();
        for (at, side) in [&self.before, &self.after].into_iter().enumerate() {
            for told in side {
                if let Some(key) = key(told) {
                    groups.entry(key).or_default()[at].push(told);
                }
            }
        }
        let mut joined: BTreeSet<*const Told> = BTreeSet::new();
        for [ones, others] in groups.values() {
            for &one in ones {
                let mut fitting = others.iter().filter(|other| is_one(one, other));
                let (Some(&other), None) = (fitting.next(), fitting.next()) else { continue };
                if ones.iter().filter(|one| is_one(one, other)).count() == 1 {
                    joined.extend([std::ptr::from_ref(one), std::ptr::from_ref(other)]);
                    pairs.push(Pair::Both(one, other, matched));
                }
            }
        }
        for side in [&mut self.before, &mut self.after] {
            side.retain(|told| !joined.contains(&std::ptr::from_ref(*told)));
        }
    }
}

fn whose(told: &Told) -> (&str, &TherapistId) {
    (told.rule.as_str(), &told.therapist)
}

/// What findings of one burst share: all that an id is made of but the objects. A report does not
/// tell the field that a finding is about; that is why a match must be the only one.
fn burst(told: &Told) -> Option<((&str, &TherapistId), i64)> {
    told.from.map(|from| (whose(told), from.printed().div_euclid(1_000_000_000)))
}

/// Whether the objects of one begin with those of the other. Rules add objects at the end.
fn goes_on(one: &Told, other: &Told) -> bool {
    one.objects.starts_with(&other.objects) || other.objects.starts_with(&one.objects)
}

/// Whether a state lasts to the end of its own log and began before the other log did.
fn is_cut_off(told: &Told, other: &Side) -> bool {
    told.still == Still::Wrong && begins_early(told, other)
}

fn has_same_objects(one: &Told, other: &Told) -> bool {
    let set = |told: &Told| told.objects.iter().cloned().collect::<BTreeSet<ObjectId>>();
    !one.objects.is_empty() && set(one) == set(other)
}
