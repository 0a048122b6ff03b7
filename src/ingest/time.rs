//! Time as a line prints it.
//!
//! Takes bytes, gives a [`RawStamp`]: only what the line said, range-checked. Which zone an
//! unmarked time is in, and which day a bare time of day belongs to, is for [`TimeRules`] to say.

mod read;
mod rules;
mod spellings;

pub use read::date_time;
pub use read::epoch;
pub use read::time_of_day;
pub use read::whole;
pub use rules::TimeRules;
pub use rules::resolve;
pub use spellings::kibana;
pub use spellings::syslog;

/// A day of the calendar that exists, in some year at least.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct RawDate {
    year: Option<u16>,
    month: u8,
    day: u8,
}

impl RawDate {
    /// Builds a date, unless the calendar has no such day.
    pub fn new(year: u16, month: u8, day: u8) -> Option<Self> {
        let leap =
            year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
        is_day(month, day, leap).then_some(Self { year: Some(year), month, day })
    }

    /// Builds a date whose year the line does not say.
    pub fn yearless(month: u8, day: u8) -> Option<Self> {
        is_day(month, day, true).then_some(Self { year: None, month, day })
    }

    /// Year, if it is said, month and day.
    pub fn parts(self) -> (Option<u16>, u8, u8) {
        (self.year, self.month, self.day)
    }
}

fn is_day(month: u8, day: u8, leap: bool) -> bool {
    let days = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        _ => 0,
    };
    (1..=days).contains(&day)
}

/// What a line says about its zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RawZone {
    /// `Z`, `UTC`.
    Utc,
    /// `+02:00`, in seconds east of Greenwich.
    Offset(i32),
    /// Nothing: the reader has to know.
    Unmarked,
}

/// The whole seconds of a printed time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Seconds {
    /// A wall clock: seconds since midnight (a leap second may make it one more than a day has).
    Wall { date: Option<RawDate>, of_day: u32, zone: RawZone },
    /// Seconds since 1970-01-01T00:00:00Z.
    Epoch(i64),
}

/// A time as the line prints it: a wall clock reading, perhaps without date or zone, or an epoch
/// number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct RawStamp {
    seconds: Seconds,
    nanos: u32,
    digits: u8,
    is_rounded: bool,
}

impl RawStamp {
    /// A wall clock reading; `None` if there is no such time of day. Second 60 is a leap second.
    pub fn wall(date: Option<RawDate>, clock: [u8; 3], zone: RawZone) -> Option<Self> {
        let [hour, minute, second] = clock;
        if hour > 23 || minute > 59 || second > 60 {
            return None;
        }
        let of_day = u32::from(hour) * 3600 + u32::from(minute) * 60 + u32::from(second);
        let seconds = Seconds::Wall { date, of_day, zone };
        Some(Self { seconds, nanos: 0, digits: 0, is_rounded: false })
    }

    /// An epoch number in whole seconds.
    pub fn epoch(seconds: i64) -> Self {
        Self { seconds: Seconds::Epoch(seconds), nanos: 0, digits: 0, is_rounded: false }
    }

    /// The same time with a fraction: nanoseconds and how many decimals were printed.
    pub fn with_fraction(self, nanos: u32, digits: u8) -> Self {
        Self { nanos: nanos.min(999_999_999), digits: digits.min(9), ..self }
    }

    /// The same time by a clock that rounds to its last digit.
    pub fn rounded(self) -> Self {
        Self { is_rounded: true, ..self }
    }

    /// The same time with the zeros that PostgreSQL trims from the end of a fraction: up to three
    /// digits are milliseconds at least, more are microseconds.
    pub fn with_trimmed_zeros(self) -> Self {
        let digits = match self.digits {
            1..=2 => 3,
            4..=5 => 6,
            digits => digits,
        };
        Self { digits, ..self }
    }

    /// The same wall clock in another zone, where the line left the zone open.
    pub fn or_zone(self, known: RawZone) -> Self {
        match self.seconds {
            Seconds::Wall { date, of_day, zone: RawZone::Unmarked } => {
                Self { seconds: Seconds::Wall { date, of_day, zone: known }, ..self }
            }
            Seconds::Wall { .. } | Seconds::Epoch(_) => self,
        }
    }

    /// The same time of day on a date.
    pub fn on(self, date: RawDate) -> Self {
        match self.seconds {
            Seconds::Wall { of_day, zone, .. } => {
                Self { seconds: Seconds::Wall { date: Some(date), of_day, zone }, ..self }
            }
            Seconds::Epoch(_) => self,
        }
    }

    /// Whether the line leaves the zone open.
    pub fn is_unmarked(self) -> bool {
        matches!(self.seconds, Seconds::Wall { zone: RawZone::Unmarked, .. })
    }

    /// The printed date; an epoch number prints none.
    pub fn date(self) -> Option<RawDate> {
        match self.seconds {
            Seconds::Wall { date, .. } => date,
            Seconds::Epoch(_) => None,
        }
    }

    /// Whether this alone, with a zone, is a moment: a bare time of day is not.
    pub fn has_day(self) -> bool {
        !matches!(self.seconds, Seconds::Wall { date: None, .. })
    }

    /// Decimals of a second as printed, 0 to 9.
    pub fn digits(self) -> u8 {
        self.digits
    }
}
