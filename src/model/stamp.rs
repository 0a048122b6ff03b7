//! Time as a log can know it: an interval, not a point.
//!
//! `07:04:56` means [07:04:56, 07:04:57). A [`Stamp`] has no `Ord` on purpose: two stamps can
//! overlap, and then their order is not known. Ask [`Stamp::certainly_before`]; sort by
//! (earliest, source, offset) for display only. Source: design.md §3, formats.md §7.

use std::fmt;

use chrono::DateTime;
use chrono::SecondsFormat;
use chrono::Utc;
use serde::Serialize;

/// Nanoseconds in one second.
const SECOND: i64 = 1_000_000_000;

/// How the zone of a printed time is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Zone {
    /// The line says it: `Z`, `+00:00`, an epoch number.
    Stated,
    /// Taken from `--tz`, or UTC where nothing is said.
    Assumed,
}

/// Which clock printed the time (formats.md §0): the payload's is nearest to the fact.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Clock {
    /// When a collector read the line.
    Transport,
    /// When the application called its logger.
    Application,
    /// When the fact happened, as the fact itself records it (`updated_at`).
    Payload,
}

/// A printed time: the half-open interval it stands for, and how far to trust it.
///
/// All numbers are nanoseconds since 1970-01-01T00:00:00Z. The interval follows from what was
/// printed and how, so that only that is kept: there is a stamp for each of millions of lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Stamp {
    printed: i64,
    /// Seconds after which a clock that was put back showed the same again.
    again: u32,
    digits: u8,
    is_rounded: bool,
    zone: Zone,
    clock: Clock,
}

impl Stamp {
    /// A time printed with `digits` decimals of a second (0 to 9) by a clock that truncates.
    pub fn truncated(nanos: i64, digits: u8, zone: Zone, clock: Clock) -> Self {
        Self { printed: nanos, again: 0, digits: digits.min(9), is_rounded: false, zone, clock }
    }

    /// A time printed by a clock that rounds (Logidze): half a tick to both sides.
    pub fn rounded(nanos: i64, digits: u8, zone: Zone, clock: Clock) -> Self {
        Self { is_rounded: true, ..Self::truncated(nanos, digits, zone, clock) }
    }

    /// A stamp that was taken apart: the interval and what was printed, in nanoseconds. `None` if
    /// no clock means that interval by that.
    pub fn of_interval(
        [printed, earliest, until]: [i64; 3],
        digits: u8,
        zone: Zone,
        clock: Clock,
    ) -> Option<Self> {
        let is_rounded = earliest != printed;
        let stamp = Self { is_rounded, ..Self::truncated(printed, digits, zone, clock) };
        let later = until.checked_sub(stamp.until()).filter(|later| later % SECOND == 0)?;
        let stamp = stamp.or_again(u32::try_from(later / SECOND).ok()?);
        (stamp.earliest() == earliest).then_some(stamp)
    }

    /// The same reading of a clock that was put back, and showed it again so many seconds later:
    /// nothing tells which of the two it was.
    pub fn or_again(self, seconds: u32) -> Self {
        Self { again: seconds, ..self }
    }

    /// The number as printed, in nanoseconds since the epoch.
    pub fn printed(self) -> i64 {
        self.printed
    }

    /// The first nanosecond this can mean.
    pub fn earliest(self) -> i64 {
        if self.is_rounded { self.printed.saturating_sub(self.half()) } else { self.printed }
    }

    /// The first nanosecond this can no longer mean.
    pub fn until(self) -> i64 {
        let tick = if self.is_rounded { self.half().max(1) } else { resolution(self.digits) };
        let again = i64::from(self.again) * SECOND;
        self.printed.saturating_add(tick).saturating_add(again)
    }

    /// Half a tick.
    fn half(self) -> i64 {
        resolution(self.digits) / 2
    }

    /// Decimals of a second the source printed.
    pub fn digits(self) -> u8 {
        self.digits
    }

    /// How the zone is known.
    pub fn zone(self) -> Zone {
        self.zone
    }

    /// Which clock this is.
    pub fn clock(self) -> Clock {
        self.clock
    }

    /// Whether every reading of `self` is before every reading of `other`.
    pub fn certainly_before(self, other: Self) -> bool {
        self.until() <= other.earliest()
    }

    /// Whether the two can mean the same moment.
    pub fn overlaps(self, other: Self) -> bool {
        self.earliest() < other.until() && other.earliest() < self.until()
    }

    /// The gap between two stamps, whichever came first.
    pub fn gap(self, other: Self) -> Gap {
        let forward = other.earliest().saturating_sub(self.until());
        let backward = self.earliest().saturating_sub(other.until());
        let longest = (other.until().saturating_sub(self.earliest()))
            .max(self.until().saturating_sub(other.earliest()));
        Gap { shortest: forward.max(backward).max(0), longest }
    }

    /// A span of earliest and latest, grown so far that it holds this one too.
    pub fn widen(self, span: Option<(Self, Self)>) -> (Self, Self) {
        let (from, to) = span.unwrap_or((self, self));
        (
            if self.earliest() < from.earliest() { self } else { from },
            if self.until() > to.until() { self } else { to },
        )
    }

    /// A span grown so far that it holds another one too; of ends that are equal the known one stays.
    pub fn join(known: Option<(Self, Self)>, further: (Self, Self)) -> (Self, Self) {
        let (from, to) = known.unwrap_or(further);
        (further.0.widen(Some((from, from))).0, further.1.widen(Some((to, to))).1)
    }

    /// The precision in words.
    pub fn precision(self) -> &'static str {
        match self.digits {
            0 => "1s",
            1 => "100ms",
            2 => "10ms",
            3 => "1ms",
            4 => "100us",
            5 => "10us",
            6 => "1us",
            7 => "100ns",
            8 => "10ns",
            _ => "1ns",
        }
    }

    /// RFC 3339 in UTC with the digits the source had: `2025-07-04T07:04:57Z`.
    pub fn to_rfc3339(self) -> String {
        rfc3339(self.printed, self.digits)
    }

    /// The time of day in UTC with the digits the source had: `07:04:57.048`.
    pub fn time_of_day(self) -> String {
        let text = self.to_rfc3339();
        text.split_once('T').map_or(text.clone(), |(_, time)| time.trim_end_matches('Z').to_owned())
    }

    /// The date in UTC: `2025-07-04`.
    pub fn date(self) -> String {
        let text = self.to_rfc3339();
        text.split_once('T').map_or(text.clone(), |(date, _)| date.to_owned())
    }
}

/// The width of one tick of a clock that prints `digits` decimals, in nanoseconds.
fn resolution(digits: u8) -> i64 {
    const TICKS: [i64; 10] =
        [SECOND, 100_000_000, 10_000_000, 1_000_000, 100_000, 10_000, 1_000, 100, 10, 1];
    TICKS[usize::from(digits.min(9))]
}

/// Prints nanoseconds since the epoch in UTC with exactly `digits` decimals.
fn rfc3339(nanos: i64, digits: u8) -> String {
    let time = DateTime::<Utc>::from_timestamp_nanos(nanos);
    let whole = time.to_rfc3339_opts(SecondsFormat::Secs, true);
    if digits == 0 {
        return whole;
    }
    let fraction = format!("{:09}", nanos.rem_euclid(SECOND));
    let stem = whole.trim_end_matches('Z');
    format!("{stem}.{}Z", &fraction[..usize::from(digits.min(9))])
}

/// A span between two times is itself an interval, since both ends are.
///
/// Both bounds are nanoseconds; the true gap lies strictly between them unless the stamps touch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Gap {
    shortest: i64,
    longest: i64,
}

/// Whether a gap is inside a window, as far as the stamps can tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Within {
    /// Even the shortest reading is outside.
    No,
    /// Some readings are inside, some are not.
    Possible,
    /// Even the longest reading is inside.
    Certain,
}

impl Gap {
    /// A gap that was taken apart: at least and at most so many nanoseconds.
    pub fn again([shortest, longest]: [i64; 2]) -> Self {
        Self { shortest, longest }
    }

    /// The smallest gap the stamps allow, in nanoseconds.
    pub fn shortest(self) -> i64 {
        self.shortest
    }

    /// The largest gap the stamps allow, in nanoseconds.
    pub fn longest(self) -> i64 {
        self.longest
    }

    /// Tests against a window in nanoseconds: certain if the longest gap is below it, possible if
    /// the shortest is (design.md §3).
    pub fn within(self, window: i64) -> Within {
        if self.longest < window {
            Within::Certain
        } else if self.shortest < window {
            Within::Possible
        } else {
            Within::No
        }
    }
}

impl fmt::Display for Gap {
    /// Never prints a precision that the stamps do not carry: `>0 s and <2 s`, `692–694 ms`.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let width = self.longest - self.shortest;
        let (unit, name) = match width {
            width if width >= 2 * SECOND || self.shortest >= 60 * SECOND => (SECOND, "s"),
            width if width >= 2_000_000 => (1_000_000, "ms"),
            width if width >= 2_000 => (1_000, "µs"),
            _ => (1, "ns"),
        };
        if self.shortest >= 60 * SECOND {
            return write!(out, "about {}", Span(self.shortest + width / 2));
        }
        let low = self.shortest / unit;
        let high = self.longest.saturating_add(unit - 1) / unit;
        write!(out, ">{} {name} and <{} {name}", grouped(low), grouped(high))
    }
}

/// `1234567` as `1 234 567` with thin enough gaps for a terminal: plain blanks.
fn grouped(number: i64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + 4);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) && digits.len() > 4 {
            text.push(' ');
        }
        text.push(digit);
    }
    text
}

/// A length of time for eyes, in nanoseconds: `5 h 33 m`, `17 m 47 s`, `736 ms`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span(pub i64);

impl fmt::Display for Span {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let nanos = self.0;
        let seconds = nanos / SECOND;
        match seconds {
            ..1 if nanos >= 1_000_000 => write!(out, "{} ms", nanos / 1_000_000),
            ..1 if nanos >= 1_000 => write!(out, "{} µs", nanos / 1_000),
            ..1 => write!(out, "{nanos} ns"),
            1..60 => write!(out, "{seconds} s"),
            60..3600 => write!(out, "{} m {:02} s", seconds / 60, seconds % 60),
            3600..86_400 => write!(out, "{} h {:02} m", seconds / 3600, seconds / 60 % 60),
            _ => write!(out, "{} d {:02} h", seconds / 86_400, seconds / 3600 % 24),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stamp(nanos: i64, digits: u8) -> Stamp {
        Stamp::truncated(nanos, digits, Zone::Stated, Clock::Application)
    }

    const WINDOW: i64 = SECOND;

    #[test]
    fn neighbouring_seconds_are_possibly_within_a_second() {
        let gap = stamp(56 * SECOND, 0).gap(stamp(57 * SECOND, 0));
        assert_eq!((gap.shortest(), gap.longest()), (0, 2 * SECOND));
        assert_eq!(gap.within(WINDOW), Within::Possible);
        assert_eq!(gap.to_string(), ">0 s and <2 s");
    }

    #[test]
    fn milliseconds_make_it_certain() {
        let gap = stamp(56_412_000_000, 3).gap(stamp(57_105_000_000, 3));
        assert_eq!(gap.within(WINDOW), Within::Certain);
        assert_eq!(gap.to_string(), ">692 ms and <694 ms");
    }

    #[test]
    fn overlapping_stamps_have_no_order() {
        let (second, inside) = (stamp(57 * SECOND, 0), stamp(57_500_000_000, 3));
        assert!(!second.certainly_before(inside) && !inside.certainly_before(second));
        assert!(second.overlaps(inside));
    }

    #[test]
    fn digits_are_kept() {
        assert_eq!(stamp(57_048_931_000, 6).to_rfc3339(), "1970-01-01T00:00:57.048931Z");
        assert_eq!(stamp(57 * SECOND, 0).to_rfc3339(), "1970-01-01T00:00:57Z");
        assert_eq!(stamp(-1, 9).to_rfc3339(), "1969-12-31T23:59:59.999999999Z");
        assert_eq!(stamp(0, 0).precision(), "1s");
        assert_eq!(stamp(0, 2).precision(), "10ms");
        assert_eq!(stamp(0, 6).precision(), "1us");
    }

    proptest::proptest! {
        #[test]
        fn less_precision_never_makes_a_test_certain(
            a in 0_i64..10_000_000_000, b in 0_i64..10_000_000_000, digits in 0_u8..9,
        ) {
            let cut = |nanos: i64, digits: u8| {
                let unit = resolution(digits);
                stamp(nanos / unit * unit, digits)
            };
            let fine = cut(a, digits + 1).gap(cut(b, digits + 1)).within(WINDOW);
            let coarse = cut(a, digits).gap(cut(b, digits)).within(WINDOW);
            proptest::prop_assert!(coarse == Within::Possible || coarse == fine);
        }

        #[test]
        fn spans_of_parts_are_the_span_of_the_whole(
            told in proptest::collection::vec((0_i64..4, 0_u8..2), 1..8), cut in 0_usize..8,
        ) {
            let stamps: Vec<Stamp> = told
                .iter()
                .map(|(tenths, digits)| match digits {
                    0 => stamp(tenths / 2 * SECOND, 0),
                    _ => stamp(tenths * 500_000_000, 1),
                })
                .collect();
            let span = |stamps: &[Stamp]| stamps.iter().fold(None, |span, at| Some(at.widen(span)));
            let (one, other) = stamps.split_at(cut.min(stamps.len()));
            let joined = span(other).map(|other| Stamp::join(span(one), other)).or(span(one));
            proptest::prop_assert_eq!(joined, span(&stamps));
        }

        #[test]
        fn an_interval_tells_its_stamp(
            nanos: i64, digits in 0_u8..=9, again in 0_u32..10_000, is_rounded: bool,
        ) {
            let made = if is_rounded { Stamp::rounded } else { Stamp::truncated };
            let stamp = made(nanos / 4, digits, Zone::Stated, Clock::Payload).or_again(again);
            let interval = [stamp.printed(), stamp.earliest(), stamp.until()];
            let told = Stamp::of_interval(interval, digits, Zone::Stated, Clock::Payload);
            let told = told.expect("a stamp's own interval");
            proptest::prop_assert_eq!([told.printed(), told.earliest(), told.until()], interval);
            let [printed, earliest, until] = interval;
            for other in [[printed, earliest, until + 1], [printed, earliest - 7, until]] {
                let told = Stamp::of_interval(other, digits, Zone::Stated, Clock::Payload);
                proptest::prop_assert_eq!(told, None);
            }
        }

        #[test]
        fn a_gap_has_no_direction(a in 0_i64..1_000_000, b in 0_i64..1_000_000, x in 0_u8..9, y in 0_u8..9) {
            proptest::prop_assert_eq!(stamp(a, x).gap(stamp(b, y)), stamp(b, y).gap(stamp(a, x)));
        }
    }
}
