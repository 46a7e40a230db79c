//! Why nothing was installed. One sentence each, for the journal.

use std::io;
use std::path::{Path, PathBuf};

use updates::Refusal;

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
    #[error("another forecourt-updater is at work")]
    Busy,
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
}
