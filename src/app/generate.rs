//! `generate`: a log with known truth, for drills and for testing one's own alerts.

pub use crate::drill::Drill;
pub use crate::drill::Fate;
pub use crate::drill::LOGGERS;
pub use crate::drill::Logger;
pub use crate::drill::Order;
pub use crate::drill::Plot;
pub use crate::drill::Told;
pub use crate::drill::drill;
pub use crate::drill::find;
