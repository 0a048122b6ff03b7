//! The worker as a process: what its four steps are meant to leave behind, and the names and
//! risks of the states it can end in. Source: credentialing-states.md, design.md §6.

mod endstate;

pub use endstate::Bearing;
pub use endstate::Classified;
pub use endstate::classify;
