//! How often something happens, with how sure that is: a [`Rate`] per thousand with its interval,
//! and the [`Change`] from one rate to another.
//!
//! All intervals hold the true value 95 times out of 100 ([`CONFIDENCE`]). Which one fits depends
//! on what is counted:
//!
//! - [`Rate::wilson`] where each of the `of` either is one or is not (a run that began within the
//!   window of the one before; a therapist with a finding). Wilson's score interval, E. B. Wilson
//!   1927 (JASA 22, 209–212), as recommended for small numbers by Brown, Cai and DasGupta 2001.
//! - [`Rate::poisson`] where one run can have several (findings of a rule). Garwood's exact
//!   interval, F. Garwood 1936 (Biometrika 28, 437–442): half a χ² quantile to either side.
//! - [`Change::between`]: of all events on both sides, the share that happened after is binomial
//!   (Przyborowski and Wilenski 1940), so the exact interval of Clopper and Pearson 1934 on that
//!   share, brought back by the two numbers of runs, is one for the ratio. It needs no events to
//!   be there. For proportions, which vary less than counts, it is wider than it need be, never
//!   narrower.
//!
//! What none of them knows: findings of one therapist come in clusters, so the truth is somewhat
//! less sure than any of these says. Exact intervals lean the other way, for they hold at least as
//! often as they promise.

use crate::model::tail::beta_quantile;
use crate::model::tail::gamma_quantile;

/// How often the interval holds the true value.
pub const CONFIDENCE: f64 = 0.95;

/// What the interval leaves out on each side.
const TAIL: f64 = (1.0 - CONFIDENCE) / 2.0;

/// The 97.5 % point of the normal distribution.
const Z: f64 = 1.959_963_984_540_054;

const THOUSAND: f64 = 1000.0;

/// So many events per thousand, and between which bounds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rate {
    /// How many there were.
    pub events: u64,
    /// Of how many runs (or therapists, or whatever it is a rate of); never 0.
    pub of: u64,
    /// Events per thousand.
    pub per_thousand: f64,
    /// Lower bound of the interval, per thousand.
    pub low: f64,
    /// Upper bound of the interval, per thousand.
    pub high: f64,
}

impl Rate {
    /// The rate of a yes or no: a proportion with Wilson's score interval,
    /// `(p + z²/2n ± z·√(p(1−p)/n + z²/4n²)) / (1 + z²/n)`. `None` of nothing, and where there are
    /// more events than there could be: then it is no proportion.
    pub fn wilson(events: u64, of: u64) -> Option<Self> {
        if of == 0 || events > of {
            return None;
        }
        let (count, all) = (real(events), real(of));
        let (share, square) = (count / all, Z * Z);
        let middle = share + square / (2.0 * all);
        let spread = share * (1.0 - share) / all + square / (4.0 * all * all);
        let (reach, whole) = (Z * spread.sqrt(), 1.0 + square / all);
        // At the ends both terms are equal but for rounding.
        let low = if events == 0 { 0.0 } else { (middle - reach) / whole };
        let high = if events == of { 1.0 } else { (middle + reach) / whole };
        Some(Self::new(events, of, share, [low, high]))
    }

    /// The rate of what can happen more than once: a count with Garwood's exact Poisson interval,
    /// `χ²(0.025; 2k)/2` to `χ²(0.975; 2k+2)/2`. `None` of nothing.
    pub fn poisson(events: u64, of: u64) -> Option<Self> {
        if of == 0 {
            return None;
        }
        let (count, all) = (real(events), real(of));
        let low = if events == 0 { 0.0 } else { gamma_quantile(TAIL, count) };
        let high = gamma_quantile(1.0 - TAIL, count + 1.0);
        Some(Self::new(events, of, count / all, [low / all, high / all]))
    }

    fn new(events: u64, of: u64, share: f64, [low, high]: [f64; 2]) -> Self {
        let [low, high] = [low.min(share), high.max(share)].map(|bound| bound * THOUSAND);
        Self { events, of, per_thousand: share * THOUSAND, low, high }
    }
}

/// Whether a difference can be told from chance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Direction {
    /// The whole interval of the ratio lies below 1.
    Fell,
    /// The whole interval lies above 1.
    Rose,
    /// 1 is within. That is no proof that nothing changed.
    Unclear,
}

impl Direction {
    /// The words for people and JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Fell => "fell",
            Self::Rose => "rose",
            Self::Unclear => "no difference can be shown",
        }
    }
}

/// By what factor a rate changed, and between which bounds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Change {
    /// Rate after by rate before; `None` where there was nothing before.
    pub ratio: Option<f64>,
    /// Lower bound of the interval.
    pub low: f64,
    /// Upper bound of the interval; infinite where there was nothing before.
    pub high: f64,
    /// What can be said of it.
    pub direction: Direction,
}

impl Change {
    /// Compares two rates of the same thing. With no event on either side nothing is known, and
    /// the bounds are 0 and infinity.
    pub fn between(before: &Rate, after: &Rate) -> Self {
        let (earlier, later) = (real(before.events), real(after.events));
        let exposure = real(before.of) / real(after.of);
        let odds = |share: f64| exposure * share / (1.0 - share);
        let low = match after.events {
            0 => 0.0,
            _ => odds(beta_quantile(TAIL, later, earlier + 1.0)),
        };
        let high = match before.events {
            0 => f64::INFINITY,
            _ => odds(beta_quantile(1.0 - TAIL, later + 1.0, earlier)),
        };
        let ratio = (before.events > 0).then(|| exposure * later / earlier);
        let direction = match (high < 1.0, low > 1.0) {
            (true, _) => Direction::Fell,
            (_, true) => Direction::Rose,
            (false, false) => Direction::Unclear,
        };
        Self { ratio, low, high, direction }
    }
}

/// Counts of runs fit a double exactly.
#[expect(clippy::cast_precision_loss, reason = "exact below 2^53")]
fn real(count: u64) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests {
    use proptest::prelude::prop_assert;
    use proptest::prelude::prop_assert_eq;

    use super::*;

    fn assert_near(found: f64, expected: f64, within: f64) {
        assert!((found - expected).abs() <= within, "expected {expected}, found {found}");
    }

    #[test]
    fn wilson_as_newcombe_printed_it() {
        // R. G. Newcombe 1998, Statistics in Medicine 17, table I, method 3; and 1 of 10.
        let printed = [
            (81, 263, 0.2553, 0.3662),
            (15, 148, 0.0624, 0.1605),
            (0, 20, 0.0, 0.1611),
            (1, 29, 0.0061, 0.1718),
            (1, 10, 0.0179, 0.4042),
        ];
        for (events, of, low, high) in printed {
            let rate = Rate::wilson(events, of).expect("a rate");
            assert_near(rate.low / THOUSAND, low, 0.000_05);
            assert_near(rate.high / THOUSAND, high, 0.000_05);
        }
    }

    #[test]
    fn poisson_as_garwood_tabled_it() {
        // As in the tables of Pearson and Hartley, Biometrika Tables for Statisticians, table 40.
        let tabled = [
            (0, 0.0, 3.689),
            (1, 0.0253, 5.572),
            (2, 0.242, 7.225),
            (5, 1.623, 11.668),
            (10, 4.795, 18.390),
            (50, 37.11, 65.92),
        ];
        for (events, low, high) in tabled {
            let rate = Rate::poisson(events, 1000).expect("a rate");
            assert_near(rate.low, low, 0.005);
            assert_near(rate.high, high, 0.005);
        }
    }

    #[test]
    fn the_ratio_is_the_exact_conditional_one() {
        // The example of R's manual, poisson.test(c(11, 6+8+7), c(800, 1083+1050+878)).
        let [few, many] = [(11, 800), (21, 3011)].map(|(k, n)| Rate::poisson(k, n).expect("rate"));
        let change = Change::between(&many, &few);
        assert_near(change.ratio.expect("events before"), 1.971_488, 0.000_001);
        assert_near(change.low, 0.858_426_4, 0.000_000_1);
        assert_near(change.high, 4.277_265_9, 0.000_000_1);
        assert_eq!(change.direction, Direction::Unclear);
    }

    #[test]
    fn nothing_on_a_side_is_no_division_by_zero() {
        let [none, some] = [0, 12].map(|events| Rate::poisson(events, 100).expect("a rate"));
        let fell = Change::between(&some, &none);
        assert_eq!((fell.ratio, fell.low, fell.direction), (Some(0.0), 0.0, Direction::Fell));
        let rose = Change::between(&none, &some);
        assert_eq!((rose.ratio, rose.direction), (None, Direction::Rose));
        assert!(rose.high.is_infinite());
        let still = Change::between(&none, &none);
        assert_eq!((still.ratio, still.low, still.direction), (None, 0.0, Direction::Unclear));
        assert!(Rate::poisson(1, 0).is_none() && Rate::wilson(0, 0).is_none());
        assert!(Rate::wilson(2, 1).is_none());
    }

    proptest::proptest! {
        #[test]
        fn the_estimate_lies_within(events in 0_u64..5000, more in 0_u64..5000) {
            let of = events + more + 1;
            for rate in [Rate::wilson(events, of), Rate::poisson(events, of)] {
                let rate = rate.expect("of something");
                prop_assert!(0.0 <= rate.low && rate.low <= rate.per_thousand);
                prop_assert!(rate.per_thousand <= rate.high && rate.high.is_finite());
            }
            prop_assert!(Rate::wilson(events, of).is_some_and(|rate| rate.high <= THOUSAND));
        }

        #[test]
        fn one_event_more_is_a_higher_rate(events in 0_u64..3000, more in 1_u64..3000) {
            let of = events + more;
            for make in [Rate::wilson, Rate::poisson] {
                let [one, next] = [events, events + 1].map(|k| make(k, of).expect("a rate"));
                prop_assert!(one.low <= next.low && one.high <= next.high);
                prop_assert!(one.per_thousand < next.per_thousand);
            }
        }

        #[test]
        fn more_runs_are_surer(events in 0_u64..200, more in 0_u64..200) {
            let of = events + more + 1;
            for make in [Rate::wilson, Rate::poisson] {
                let width = |times| make(events * times, of * times).map(|rate| rate.high - rate.low);
                prop_assert!(width(4) < width(1));
            }
        }

        #[test]
        fn the_way_back_is_the_inverse(
            one in 0_u64..400, other in 0_u64..400, runs in 400_u64..9000, more in 400_u64..9000,
        ) {
            let [before, after] = [(one, runs), (other, more)]
                .map(|(events, of)| Rate::poisson(events, of).expect("a rate"));
            let (there, back) =
                (Change::between(&before, &after), Change::between(&after, &before));
            let is_inverse = |low: f64, high: f64| (low * high - 1.0).abs() < 1e-6;
            prop_assert!(there.high.is_infinite() || is_inverse(back.low, there.high));
            prop_assert!(back.high.is_infinite() || is_inverse(there.low, back.high));
            prop_assert!(there.ratio.is_none_or(|it| there.low <= it && it <= there.high));
            let turned = match there.direction {
                Direction::Fell => Direction::Rose,
                Direction::Rose => Direction::Fell,
                Direction::Unclear => Direction::Unclear,
            };
            prop_assert_eq!(back.direction, turned);
        }
    }
}
