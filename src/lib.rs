//! credtrail reconstructs from worker logs what happened to each therapist's credentialing
//! objects: who ended up in a wrong state, since when, and through which runs.
//!
//! Floors, from the ground up; a floor imports only lower ones, and `tests/tidy.rs` checks it:
//! `model` (the nouns) · `ingest` (reading what was written) and `process` (knowing what can
//! happen) · `timeline` (who, in which order, in which run, with which labels) and `drill` (logs
//! with known truth) · `rules` (judging) and `diff` (comparing) · `report` (telling) and `frame` (tables and SQL) · `app` (one file per command).

pub mod app;
pub mod diff;
pub mod drill;
#[cfg(feature = "tables")]
pub mod frame;
pub mod ingest;
pub mod model;
pub mod process;
pub mod report;
pub mod rules;
pub mod timeline;
