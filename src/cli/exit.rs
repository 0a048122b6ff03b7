//! Exit codes: one enum, the table of design.md §8.

use std::process::ExitCode;

/// How the program ends. In the order of precedence, the weightiest last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Exit {
    /// 0: enough seen, nothing at `--fail-on`.
    Good,
    /// 1: findings at or above `--fail-on`.
    Findings,
    /// 3: nothing readable, or too much unread.
    Inconclusive,
    /// 4: input or output failed.
    Io,
    /// 2: usage or profile error.
    Usage,
}

impl Exit {
    /// The weightier of two.
    pub(crate) fn worst(self, other: Self) -> Self {
        self.max(other)
    }

    /// The number for the shell.
    pub(crate) fn code(self) -> ExitCode {
        ExitCode::from(match self {
            Self::Good => 0,
            Self::Findings => 1,
            Self::Usage => 2,
            Self::Inconclusive => 3,
            Self::Io => 4,
        })
    }
}
