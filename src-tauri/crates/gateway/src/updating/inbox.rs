//! Where the updater looks: the package first, the feed last, under names of our own.

use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use semver::Version;
use updates::offer::Kind;

use super::files::write_whole;
use super::manifest::{MANIFEST, beside, file_of, for_any};
use super::note::Shelf;

/// The folder, in the data folder.
const INBOX: &str = "updates";

/// The folder.
#[derive(Clone, Debug)]
pub(super) struct Inbox {
    folder: PathBuf,
    kind: Kind,
}

impl Inbox {
    pub(super) fn of(data: &Path, kind: Kind) -> Self {
        Self {
            folder: data.join(INBOX),
            kind,
        }
    }

    /// Lays what is on the shelf.
    pub(super) fn lay(&self, shelf: &Shelf, version: &Version) -> io::Result<()> {
        let manifest = fs::read(shelf.file(MANIFEST))?;
        let offer = for_any(&manifest, self.kind).map_err(io::Error::other)?;
        let file = file_of(version, self.kind);
        write_whole(&self.folder.join(&file), &fs::read(shelf.file(&file))?)?;
        write_whole(&self.folder.join(MANIFEST), &beside(&offer, self.kind))
    }

    /// Whether something is laid that the updater has not done with.
    pub(super) fn is_laid(&self) -> bool {
        self.folder.join(MANIFEST).exists()
    }

    /// The feed first: without it the updater sees nothing.
    pub(super) fn take_back(&self, version: &Version) {
        for name in [MANIFEST, &file_of(version, self.kind)] {
            match fs::remove_file(self.folder.join(name)) {
                Err(error) if error.kind() != ErrorKind::NotFound => {
                    tracing::warn!(%error, "what was laid for the updater stays");
                }
                _ => {}
            }
        }
    }
}
