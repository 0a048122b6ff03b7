//! One value of a row on its way into a column.

use crate::model::Stamp;

/// A value; null where it is not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Value<'a> {
    /// Not known, or nothing.
    Null,
    /// Text; ids are always text.
    Text(&'a str),
    /// Text that is one of a few words of ours.
    Word(&'static str),
    /// A count, an offset.
    Count(u64),
    /// A whole number.
    Number(i64),
    /// Yes or no.
    Truth(bool),
    /// Microseconds since 1970-01-01T00:00:00Z.
    Instant(i64),
}

impl<'a> Value<'a> {
    /// Text, or null.
    pub(super) fn text(text: Option<&'a str>) -> Self {
        text.map_or(Self::Null, Self::Text)
    }

    /// One of our words, or null.
    pub(super) fn word(word: Option<&'static str>) -> Self {
        word.map_or(Self::Null, Self::Word)
    }

    /// A whole number, or null.
    pub(super) fn number(number: Option<i64>) -> Self {
        number.map_or(Self::Null, Self::Number)
    }

    /// The time of a stamp, as it was printed.
    pub(super) fn instant(stamp: Option<Stamp>) -> Self {
        stamp.map_or(Self::Null, |stamp| Self::Instant(stamp.printed().div_euclid(1000)))
    }

    /// A count, whatever it counts.
    pub(super) fn count(count: usize) -> Self {
        Self::Count(count as u64)
    }
}
