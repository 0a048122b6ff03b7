//! A grid: plain values in named columns, between what makes tables and what prints them.

/// One value.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    /// Not known, or nothing.
    Null,
    /// Text; ids are always text.
    Text(String),
    /// A whole number.
    Number(i64),
    /// A count or an offset.
    Count(u64),
    /// A mean, a share.
    Real(f64),
    /// Yes or no.
    Truth(bool),
    /// Microseconds since 1970-01-01T00:00:00Z.
    Instant(i64),
}

impl Cell {
    /// Text, or null.
    pub fn text(text: Option<impl Into<String>>) -> Self {
        text.map_or(Self::Null, |text| Self::Text(text.into()))
    }

    /// A whole number, or null.
    pub fn number(number: Option<i64>) -> Self {
        number.map_or(Self::Null, Self::Number)
    }

    /// A count, whatever it counts.
    pub fn count(count: usize) -> Self {
        Self::Count(count as u64)
    }

    /// Whether it is a number, which stands to the right of its column.
    pub fn is_number(&self) -> bool {
        matches!(self, Self::Number(_) | Self::Count(_) | Self::Real(_))
    }
}

/// Rows of one width under the names of their columns.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Grid {
    /// The names.
    pub columns: Vec<String>,
    /// The rows, each with one cell per column.
    pub rows: Vec<Vec<Cell>>,
}
