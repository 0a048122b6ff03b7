//! One file per command; the only place where floors meet. Below here nobody sees a flag.

pub mod analyze;
#[cfg(feature = "charts")]
pub mod chart;
mod crew;
pub mod diff;
#[cfg(feature = "tables")]
pub mod figures;
pub mod formats;
pub mod generate;
pub mod redact;
pub mod report;
pub mod screen;
mod sources;
pub mod states;
#[cfg(feature = "tables")]
pub mod tables;
pub mod timeline;
pub mod verify;
