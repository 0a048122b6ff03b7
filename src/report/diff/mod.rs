//! A comparison told: as a screen, as `credtrail/diff/1`, as rows and as Markdown.
//!
//! Takes a [`Diff`](crate::diff::Diff), gives a `String`. Judges nothing: what fell and what rose
//! is decided where it is counted.

pub mod json;
pub mod markdown;
pub mod rows;
pub mod screen;

mod rates;
mod telling;

#[cfg(test)]
mod tests;
