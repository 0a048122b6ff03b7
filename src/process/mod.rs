//! The worker as a process: what it does (`worker`), every state it can reach, what would
//! prevent the bad ones, and the names and risks of the states it can end in.
//! Source: credentialing-states.md, design.md §6.

mod atlas;
mod census;
mod endstate;
mod explore;
mod mitigation;
mod replay;
mod worker;
mod wrong;

pub use atlas::Atlas;
pub use atlas::Leaves;
pub use atlas::atlas;
pub use census::Census;
pub use census::Ending;
pub use census::Shape;
pub use census::census;
pub use endstate::Bearing;
pub use endstate::Classified;
pub use endstate::classify;
pub use explore::Explored;
pub use explore::Reached;
pub use explore::explore;
pub use mitigation::Mitigation;
pub use mitigation::Mitigations;
pub use replay::Barred;
pub use replay::Replayed;
pub use replay::Seen;
pub use replay::Sight;
pub use replay::Unseen;
pub use replay::replay;
pub use worker::Action;
pub use worker::At;
pub use worker::Fate;
pub use worker::MOST_RUNS;
pub use worker::Object;
pub use worker::Objects;
pub use worker::Run;
pub use worker::Setting;
pub use worker::State;
pub use worker::Task;
pub use worker::actions;
pub use worker::has;
pub use worker::init;
pub use worker::members;
pub use worker::second;
pub use worker::step;
pub use wrong::Wrong;
pub use wrong::wrongs;

#[cfg(test)]
mod tests;
