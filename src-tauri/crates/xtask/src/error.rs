//! How a chore stops early: one sentence for the person and the exit code that goes with it.
//! Not for faults of the project that a check collects (see `tidy::finding`).

use std::{fmt, io, path::Path};

/// What every chore returns.
pub type Outcome<T = ()> = Result<T, Stop>;

/// Why a chore stopped; each says what to do next.
#[derive(Debug, PartialEq, Eq)]
pub enum Stop {
    /// The command line is wrong, or the machine does not let us do what is needed: exit code 2.
    Refused(String),
    /// A step or a check failed: exit code 1.
    Failed(String),
    /// The same, when all has been said already: exit code 1.
    Told,
}

impl Stop {
    /// The exit code of the whole run.
    pub const fn code(&self) -> u8 {
        match self {
            Self::Refused(_) => 2,
            Self::Failed(_) | Self::Told => 1,
        }
    }

    /// A file operation that went wrong, with the path it was about.
    pub fn file(path: &Path, error: &io::Error) -> Self {
        Self::Failed(format!("cannot use {}: {error}", path.display()))
    }
}

impl fmt::Display for Stop {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(message) | Self::Failed(message) => out.write_str(message),
            Self::Told => out.write_str("see above"),
        }
    }
}
