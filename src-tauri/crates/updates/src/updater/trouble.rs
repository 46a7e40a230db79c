//! Why nothing was installed. One sentence each, for the journal, and the exit code that goes with it.

use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use updates::Refusal;

/// sysexits' word for "try again later".
const LATER: u8 = 75;
/// Refused, or not possible as things are.
const REFUSED: u8 = 2;

/// Why nothing was installed.
#[derive(Debug, thiserror::Error)]
pub enum Trouble {
    /// The package, or the feed, is not to be trusted.
    #[error("the update is refused: {0}")]
    Refused(#[from] Refusal),
    /// A file cannot be used.
    #[error("{}: {source}", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A program that is needed failed.
    #[error("{program}: {said}")]
    Program {
        /// Which, with its words.
        program: String,
        /// The last that it said.
        said: String,
    },
    /// Another one is at work.
    #[error("another forecourt-updater is at work; try again when it is done")]
    Busy,
    /// Something else is being installed.
    #[error("something else is being installed: {} is locked; try again when it is done", .0.display())]
    DpkgBusy(PathBuf),
    /// An update that began cannot be brought to its end now.
    #[error("the update that began cannot end now: {0}; it goes on at the next try")]
    Later(Box<Self>),
    /// The package says something else of itself than its feed, or dpkg installed something else.
    #[error("the package is {is}, not {should}")]
    OtherPackage {
        /// What it is.
        is: String,
        /// What was offered.
        should: String,
    },
    /// There are no signed packages for such a machine.
    #[error("there are no signed packages for this kind of machine")]
    OtherKind,
    /// Something that only root may write could be written by others.
    #[error("{} could be written by others than root: nothing that it says counts", .0.display())]
    Writable(PathBuf),
    /// The data is root's: whoever works on it would have all rights.
    #[error("{} is root's; give it to the user of the services (chown -R forecourt:forecourt)", .0.display())]
    RootsData(PathBuf),
    /// A service does not stop.
    #[error("{0} does not stop")]
    DoesNotStop(String),
    /// There is no key to judge by.
    #[error("there is no key in {}", .0.display())]
    NoKey(PathBuf),
    /// There is no feed where one has to be.
    #[error("there is no latest.json in {}", .0.display())]
    NoFeed(PathBuf),
    /// What is remembered cannot be read.
    #[error("{}: {said}", path.display())]
    Forgotten {
        /// Where it stands.
        path: PathBuf,
        /// Why not.
        said: String,
    },
}

impl Trouble {
    /// With the file that it is about.
    pub fn file(path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::File { path, source }
    }

    /// Of an update that began: it is tried again.
    pub fn later(self) -> Self {
        match self {
            Self::Busy | Self::DpkgBusy(_) | Self::Later(_) => self,
            other => Self::Later(Box::new(other)),
        }
    }

    /// What the program ends with.
    pub fn code(&self) -> ExitCode {
        ExitCode::from(match self {
            Self::Busy | Self::DpkgBusy(_) | Self::Later(_) => LATER,
            _ => REFUSED,
        })
    }
}
