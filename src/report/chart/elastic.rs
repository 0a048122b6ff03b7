//! The elastic axis: time bent so that what happened is seen apart, and never out of order.
//!
//! A linear axis of a morning shows two writes one second apart as one dot. Here moments that lie
//! close together are a burst; each burst gets room for what happens in it, and the silence
//! between two bursts shrinks to a break, whose length is written on it.
//!
//! Laws (tested below): the axis never reorders and never stands still between two knots; every
//! burst gets its room; no two labels are alike, and none touches its neighbour.

use std::collections::BTreeSet;

/// Shorter silences are never broken: a reader takes ten seconds for one scene.
const SILENCE: i64 = 10_000_000_000;

/// Width of a break: room for `23 h 59 m`.
const BREAK: f64 = 78.0;

/// Room that a burst has at least, if all of them can have it.
const ROOM: f64 = 54.0;

/// Lengths of time inside a burst are bent by this power: a millisecond beside a second is narrow
/// and still to be seen.
const BEND: f64 = 0.4;

/// A stretch of the axis.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Stretch {
    /// Where it begins, in nanoseconds since the epoch.
    pub(crate) from: i64,
    /// Where it ends.
    pub(crate) to: i64,
    /// Left edge.
    pub(crate) left: f64,
    /// Right edge.
    pub(crate) right: f64,
}

/// An axis of some width, from 0.
#[derive(Clone, Debug)]
pub(crate) struct Elastic {
    /// Moments and their places, both rising.
    knots: Vec<(i64, f64)>,
    width: f64,
    bursts: Vec<Stretch>,
    breaks: Vec<Stretch>,
}

impl Elastic {
    /// Lays out moments, each from its earliest to its latest reading.
    pub(crate) fn new(moments: &[(i64, i64)], width: f64) -> Self {
        let mut moments: Vec<(i64, i64)> =
            moments.iter().map(|(from, to)| (*from, *to.max(from))).collect();
        moments.sort_unstable();
        let groups = groups(&moments, most_breaks(width));
        let gaps = groups.len().saturating_sub(1);
        let break_width = if gaps == 0 { 0.0 } else { BREAK.min(width * 0.4 / float(gaps)) };
        let rest = width - break_width * float(gaps);
        let room = ROOM.min(rest / float(groups.len().max(1)));
        let needs: Vec<f64> = groups.iter().map(|knots| need(knots)).collect();
        let left_over = (rest - room * float(groups.len())).max(0.0);
        let all: f64 = needs.iter().sum();
        let mut axis = Self { knots: Vec::new(), width, bursts: Vec::new(), breaks: Vec::new() };
        let mut left = 0.0;
        for (knots, need) in groups.iter().zip(needs) {
            let share = if all > 0.0 { need / all } else { 1.0 / float(groups.len()) };
            let right = left + room + left_over * share;
            axis.burst(knots, left, right);
            left = right + break_width;
        }
        axis
    }

    fn burst(&mut self, knots: &[i64], left: f64, right: f64) {
        let (Some(&from), Some(&to)) = (knots.first(), knots.last()) else { return };
        if let Some(before) = self.bursts.last() {
            let silence = Stretch { from: before.to, to: from, left: before.right, right: left };
            self.breaks.push(silence);
        }
        // A little air to both sides, so that no mark touches a break.
        let air = ((right - left) * 0.2).min(10.0);
        let (mut place, inner) = (left + air, right - left - 2.0 * air);
        let all: f64 = knots.windows(2).map(|pair| weight(pair[1] - pair[0])).sum();
        // However bent, each step keeps a part of the room that all share alike.
        let steps = float(knots.len().saturating_sub(1).max(1));
        self.knots.push((from, if from == to { left.midpoint(right) } else { place }));
        for pair in knots.windows(2) {
            let share = 0.9 * weight(pair[1] - pair[0]) / all + 0.1 / steps;
            place += inner * share;
            self.knots.push((pair[1], place));
        }
        self.bursts.push(Stretch { from, to, left, right });
    }

    /// The place of a moment; before the first and after the last the axis stands still.
    pub(crate) fn at(&self, moment: i64) -> f64 {
        let after = self.knots.partition_point(|(knot, _)| *knot <= moment);
        let before = after.checked_sub(1).and_then(|at| self.knots.get(at));
        match (before, self.knots.get(after)) {
            (Some((from, left)), Some((to, right))) => {
                left + (right - left) * span(moment - from) / span(to - from).max(1.0)
            }
            (Some((_, only)), None) | (None, Some((_, only))) => *only,
            (None, None) => 0.0,
        }
    }

    /// The bursts, in order.
    pub(crate) fn bursts(&self) -> &[Stretch] {
        &self.bursts
    }

    /// The silences between them, in order.
    pub(crate) fn breaks(&self) -> &[Stretch] {
        &self.breaks
    }

    /// Chooses from labels at moments those that can be written side by side, `measure` telling
    /// their widths: the first of each burst before the others, and none twice.
    pub(crate) fn labels(
        &self,
        wanted: &[(i64, String)],
        air: f64,
        measure: impl Fn(&str) -> f64,
    ) -> Vec<(f64, String)> {
        let opens = |moment: i64| self.bursts.iter().any(|burst| burst.from == moment);
        let (first, rest): (Vec<_>, Vec<_>) = wanted.iter().partition(|(at, _)| opens(*at));
        let mut told: BTreeSet<&str> = BTreeSet::new();
        let mut placed: Vec<(f64, f64, &String)> = Vec::new();
        for (moment, text) in first.into_iter().chain(rest) {
            let half = measure(text) / 2.0;
            // Near an edge a label moves in, as far as it must.
            let least = (half - air).min(self.width / 2.0);
            let place = self.at(*moment).clamp(least, self.width - least);
            let is_free =
                placed.iter().all(|(other, wide, _)| (other - place).abs() >= wide + half + air);
            if is_free && told.insert(text) {
                placed.push((place, half, text));
            }
        }
        placed.sort_by(|(one, ..), (other, ..)| one.total_cmp(other));
        placed.into_iter().map(|(place, _, text)| (place, text.clone())).collect()
    }
}

/// As many breaks as leave the bursts more room than the silences.
fn most_breaks(width: f64) -> usize {
    let mut most = 0;
    while most < 40 && float(most + 2) * (BREAK + ROOM) <= width {
        most += 1;
    }
    most
}

/// The knots of each burst, cut at the longest silences.
fn groups(moments: &[(i64, i64)], most: usize) -> Vec<Vec<i64>> {
    let mut silences = Vec::new();
    let mut reach = i64::MIN;
    for (from, to) in moments {
        if reach > i64::MIN {
            silences.push(from.saturating_sub(reach));
        }
        reach = reach.max(*to);
    }
    silences.retain(|silence| *silence >= SILENCE);
    silences.sort_unstable_by_key(|silence| std::cmp::Reverse(*silence));
    // Equal silences stay together, on one side of the cut or on the other.
    let floor = silences.get(most).copied().unwrap_or(SILENCE - 1);
    let mut groups: Vec<BTreeSet<i64>> = Vec::new();
    let mut reach = i64::MIN;
    for (from, to) in moments {
        match groups.last_mut().filter(|_| from.saturating_sub(reach) <= floor) {
            Some(group) => group.extend([*from, *to]),
            None => groups.push(BTreeSet::from([*from, *to])),
        }
        reach = reach.max(*to);
    }
    groups.into_iter().map(|group| group.into_iter().collect()).collect()
}

fn need(knots: &[i64]) -> f64 {
    knots.windows(2).map(|pair| weight(pair[1] - pair[0])).sum::<f64>().max(weight(1))
}

fn weight(length: i64) -> f64 {
    span(length).max(1.0).powf(BEND)
}

#[expect(clippy::cast_precision_loss, reason = "a place on a chart needs no nanoseconds")]
fn span(length: i64) -> f64 {
    length as f64
}

#[expect(clippy::cast_precision_loss, reason = "a few moments")]
fn float(count: usize) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SECOND: i64 = 1_000_000_000;

    fn moments() -> impl Strategy<Value = Vec<(i64, i64)>> {
        let scale = prop::sample::select(vec![1, 1_000_000, SECOND, 3_600 * SECOND]);
        let moment = (0_i64..500, scale, 1_i64..2_000_000_000);
        prop::collection::vec(moment.prop_map(|(at, by, tick)| (at * by, at * by + tick)), 1..60)
    }

    fn pixels(text: &str) -> f64 {
        float(text.chars().count()) * 7.0
    }

    #[test]
    fn the_pair_of_july_4_is_seen_apart() {
        let seconds = [5_500, 25_496, 25_497, 26_564, 27_998];
        let moments = seconds.map(|at| (at * SECOND, (at + 1) * SECOND));
        let axis = Elastic::new(&moments, 900.0);
        assert_eq!(axis.bursts().len(), 4);
        assert_eq!(axis.breaks().len(), 3);
        let apart = axis.at(25_497 * SECOND) - axis.at(25_496 * SECOND);
        assert!(apart > 80.0, "{apart}");
    }

    #[test]
    fn steady_work_is_not_broken() {
        let moments: Vec<_> = (0..300).map(|at| (at * 30 * SECOND, at * 30 * SECOND + 1)).collect();
        assert_eq!(Elastic::new(&moments, 900.0).breaks(), []);
    }

    proptest! {
        #[test]
        fn order_is_kept_and_no_knot_hides_another(moments in moments(), width in 300.0..2000.0) {
            let axis = Elastic::new(&moments, width);
            let knots: BTreeSet<i64> = moments.iter().flat_map(|(a, b)| [*a, *b]).collect();
            let places: Vec<f64> = knots.iter().map(|knot| axis.at(*knot)).collect();
            prop_assert!(places.windows(2).all(|pair| pair[0] < pair[1]), "{places:?}");
            prop_assert!(places.iter().all(|place| (0.0..=width + 1e-6).contains(place)));
        }

        #[test]
        fn the_axis_is_monotone(moments in moments(), one: u32, other: u32) {
            let axis = Elastic::new(&moments, 900.0);
            let [one, other] = [one, other].map(|at| i64::from(at) * 1_000);
            prop_assert!(axis.at(one.min(other)) <= axis.at(one.max(other)));
        }

        #[test]
        fn every_burst_gets_room(moments in moments(), width in 600.0..2000.0) {
            let axis = Elastic::new(&moments, width);
            let least = ROOM.min(width * 0.5 / float(axis.bursts().len()));
            for burst in axis.bursts() {
                prop_assert!(burst.right - burst.left >= least - 1e-6, "{burst:?}");
            }
            let mut edges = axis.bursts().iter().flat_map(|burst| [burst.left, burst.right]);
            let first = edges.next().unwrap_or_default();
            prop_assert!(edges.try_fold(first, |at, edge| (edge >= at).then_some(edge)).is_some());
        }

        #[test]
        fn labels_never_repeat_and_never_touch(moments in moments(), coarse in 1_i64..4_000) {
            let axis = Elastic::new(&moments, 900.0);
            // Many moments share a label, as on two days.
            let name = |at: i64| (at / (SECOND * coarse)).to_string();
            let wanted: Vec<_> = moments.iter().map(|(at, _)| (*at, name(*at))).collect();
            let labels = axis.labels(&wanted, 6.0, pixels);
            prop_assert!(!labels.is_empty());
            let texts: BTreeSet<&String> = labels.iter().map(|(_, text)| text).collect();
            prop_assert_eq!(texts.len(), labels.len());
            for pair in labels.windows(2) {
                let [one, other] = [pixels(&pair[0].1), pixels(&pair[1].1)];
                let room = pair[1].0 - pair[0].0 - one.midpoint(other);
                prop_assert!(room >= 6.0 - 1e-6);
            }
        }
    }
}
