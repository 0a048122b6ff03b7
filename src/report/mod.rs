//! Telling: findings and timelines as text for a terminal, JSON, Markdown and CSV.
//!
//! Takes the view the lower floors made ([`Analysis`](crate::model::Analysis),
//! [`Timeline`](crate::timeline::Timeline)), gives a `String`. Refuses to know files, clocks,
//! flags and where the string goes; judges nothing. All text that came out of a log is hostile
//! and passes through [`escape`] on its way out.

mod account;
pub mod ascii;
mod change;
#[cfg(feature = "charts")]
pub mod chart;
pub mod diff;
pub mod escape;
mod figures;
mod fit;
pub mod formats;
#[cfg(feature = "tables")]
pub mod grid;
mod histogram;
pub mod json;
mod lanes;
mod line;
pub mod markdown;
mod moment;
mod number;
pub mod page;
mod place;
pub mod postmortem;
#[cfg(test)]
mod sample;
pub mod screen;
pub mod states;
pub mod statistics;
pub mod style;
pub mod table;
pub mod tables;
pub mod timeline_screen;
pub mod unread;

mod what;
mod words;
