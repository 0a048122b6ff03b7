//! Quantiles of the gamma and the beta distribution, for exact intervals.
//!
//! Both incomplete functions by the classical series and continued fractions (Abramowitz and
//! Stegun 6.5.29, 6.5.31 and 26.5.8, the fractions by Lentz's method), their inverses by halving:
//! a monotone function needs nothing cleverer. A dozen digits are right; reports show four.

/// Halvings of a quantile's bracket; a double has no more bits.
const HALVINGS: u32 = 200;

/// Terms summed at most. About `5 * sqrt(a)` are needed: enough for billions of events.
const TERMS: u32 = 1_000_000;

/// A term that adds less than this share adds nothing.
const SMALL: f64 = 1e-15;

/// Stands in for a denominator of zero in Lentz's method.
const TINY: f64 = 1e-300;

/// The value that a gamma variable of this shape and scale 1 exceeds with probability
/// `1 - probability`.
pub(super) fn gamma_quantile(probability: f64, shape: f64) -> f64 {
    // Beyond twelve deviations, and a constant for small shapes, nothing is left.
    let most = shape + 12.0 * shape.sqrt() + 50.0;
    bisected(most, |value| gamma_below(shape, value) < probability)
}

/// The value that a beta variable exceeds with probability `1 - probability`.
pub(super) fn beta_quantile(probability: f64, first: f64, second: f64) -> f64 {
    bisected(1.0, |value| beta_below(first, second, value) < probability)
}

/// The place in `0..most` where a predicate turns false.
fn bisected(most: f64, is_below: impl Fn(f64) -> bool) -> f64 {
    let (mut low, mut high) = (0.0, most);
    for _ in 0..HALVINGS {
        let middle = f64::midpoint(low, high);
        if middle <= low || middle >= high {
            break;
        }
        if is_below(middle) {
            low = middle;
        } else {
            high = middle;
        }
    }
    f64::midpoint(low, high)
}

/// The probability that a gamma variable is at most `value`.
fn gamma_below(shape: f64, value: f64) -> f64 {
    if value <= 0.0 {
        return 0.0;
    }
    let front = (shape * value.ln() - value - ln_gamma(shape)).exp();
    if value < shape + 1.0 {
        let (mut term, mut sum, mut step) = (1.0 / shape, 1.0 / shape, shape);
        for _ in 0..TERMS {
            step += 1.0;
            term *= value / step;
            sum += term;
            if term < sum * SMALL {
                break;
            }
        }
        return front * sum;
    }
    let mut fraction = Fraction::new(value + 1.0 - shape);
    for count in 1..TERMS {
        let count = f64::from(count);
        let factor = fraction.step(-count * (count - shape), value + 1.0 - shape + 2.0 * count);
        if (factor - 1.0).abs() < SMALL {
            break;
        }
    }
    1.0 - front / fraction.value
}

/// The probability that a beta variable is at most `value`.
fn beta_below(first: f64, second: f64, value: f64) -> f64 {
    if value <= 0.0 || value >= 1.0 {
        return value.clamp(0.0, 1.0);
    }
    // The fraction is quick on this side of the mean alone.
    if value > (first + 1.0) / (first + second + 2.0) {
        return 1.0 - beta_below(second, first, 1.0 - value);
    }
    let ln_whole = ln_gamma(first + second) - ln_gamma(first) - ln_gamma(second);
    let front = (ln_whole + first * value.ln() + second * (-value).ln_1p()).exp() / first;
    let mut fraction = Fraction::new(1.0);
    for count in 0..TERMS {
        let at = f64::from(count);
        let odd = -(first + at) * (first + second + at) * value
            / ((first + 2.0 * at) * (first + 2.0 * at + 1.0));
        let even = (at + 1.0) * (second - at - 1.0) * value
            / ((first + 2.0 * at + 1.0) * (first + 2.0 * at + 2.0));
        let factor = fraction.step(odd, 1.0) * fraction.step(even, 1.0);
        if (factor - 1.0).abs() < SMALL {
            break;
        }
    }
    front / fraction.value
}

/// A continued fraction `b0 + a1/(b1 + a2/(b2 + …))`, from the front by Lentz's method.
struct Fraction {
    value: f64,
    above: f64,
    below: f64,
}

impl Fraction {
    fn new(first: f64) -> Self {
        let first = if first == 0.0 { TINY } else { first };
        Self { value: first, above: first, below: 0.0 }
    }

    /// Takes one more level in and tells by what factor it changed the value.
    fn step(&mut self, numerator: f64, denominator: f64) -> f64 {
        let safe = |number: f64| if number.abs() < TINY { TINY } else { number };
        self.below = 1.0 / safe(denominator + numerator * self.below);
        self.above = safe(denominator + numerator / self.above);
        let factor = self.above * self.below;
        self.value *= factor;
        factor
    }
}

/// The logarithm of the gamma function, by Lanczos' approximation with g = 7 and nine terms
/// (about fifteen digits), for numbers of at least one half.
fn ln_gamma(number: f64) -> f64 {
    const FIRST: f64 = 0.999_999_999_999_809_9;
    const TERMS: [f64; 8] = [
        676.520_368_121_885_1,
        -1_259.139_216_722_402_8,
        771.323_428_777_653_1,
        -176.615_029_162_140_6,
        12.507_343_278_686_905,
        -0.138_571_095_265_720_12,
        9.984_369_578_019_572e-6,
        1.505_632_735_149_311_6e-7,
    ];
    let at = number - 1.0;
    let mut sum = FIRST;
    let mut place = at;
    for term in TERMS {
        place += 1.0;
        sum += term / place;
    }
    let base = at + 7.5;
    0.5 * (2.0 * std::f64::consts::PI).ln() + (at + 0.5) * base.ln() - base + sum.ln()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn assert_near(found: f64, expected: f64, within: f64) {
        assert!((found - expected).abs() <= within, "expected {expected}, found {found}");
    }

    #[test]
    fn factorials() {
        let mut logarithm = 0.0;
        for number in 1..60 {
            assert_near(ln_gamma(f64::from(number)), logarithm, 1e-11);
            logarithm += f64::from(number).ln();
        }
    }

    #[test]
    fn quantiles_of_chi_square() {
        // χ²(p; n) = 2·gamma(p; n/2), as any table has it.
        let tabled = [
            (0.95, 1.0, 3.841),
            (0.95, 10.0, 18.307),
            (0.975, 2.0, 7.378),
            (0.025, 20.0, 9.591),
            (0.99, 100.0, 135.807),
        ];
        for (probability, freedom, value) in tabled {
            assert_near(2.0 * gamma_quantile(probability, freedom / 2.0), value, 0.000_6);
        }
    }

    #[test]
    fn clopper_and_pearson() {
        // (events, of, low, high) as R's binom.test gives them.
        let known = [(1.0, 10.0, 0.002_529, 0.445_016), (7.0, 20.0, 0.153_909, 0.592_189)];
        for (events, of, low, high) in known {
            assert_near(beta_quantile(0.025, events, of - events + 1.0), low, 0.000_001);
            assert_near(beta_quantile(0.975, events + 1.0, of - events), high, 0.000_001);
        }
        assert_near(beta_quantile(0.975, 1.0, 20.0), 0.168_433, 0.000_001);
    }

    #[test]
    fn large_numbers_come_to_an_end() {
        let many = 1e8;
        assert_near(gamma_quantile(0.975, many), many + 1.96 * many.sqrt(), 10.0);
        assert_near(beta_quantile(0.5, many, many), 0.5, 1e-6);
    }
}
