//! What is known of updates over a start of the machine: which one lies here, since when, and what came of the last.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use domain::Timestamp;
use semver::Version;
use serde::{Deserialize, Serialize};

use super::files::write_whole;

/// So many failures are remembered.
const FAILED: usize = 20;

/// The note.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Note {
    /// The newest version that ran here.
    pub(super) floor: Option<Version>,
    /// What was laid for the updater, and did not come to run.
    pub(super) failed: Vec<Version>,
    /// The package that lies here.
    pub(super) here: Option<Here>,
}

/// A package that lies here.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Here {
    /// Its version.
    pub(super) version: Version,
    /// Its file's name.
    pub(super) file: String,
    /// Since when.
    pub(super) since: Timestamp,
    /// Whether somebody said that it need not wait for the night.
    #[serde(default)]
    pub(super) agreed: bool,
    /// When it was laid for the updater.
    #[serde(default)]
    pub(super) laid: Option<Timestamp>,
}

/// The folder with the note, the feed as it stood, and the package.
#[derive(Clone, Debug)]
pub(super) struct Shelf(PathBuf);

impl Shelf {
    pub(super) fn of(data: &Path) -> Self {
        Self(data.join("fetched"))
    }

    pub(super) fn file(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    /// The note; an empty one where there is none, or none that can be read.
    pub(super) fn note(&self) -> Note {
        let read = fs::read(self.file("note.json"));
        let Ok(bytes) = read else {
            return Note::default();
        };
        serde_json::from_slice(&bytes).unwrap_or_else(|error| {
            tracing::warn!(%error, "what was noted of updates cannot be read; it begins anew");
            Note::default()
        })
    }

    pub(super) fn keep(&self, note: &Note) -> io::Result<()> {
        let mut note = note.clone();
        let skip = note.failed.len().saturating_sub(FAILED);
        note.failed.drain(..skip);
        write_whole(&self.file("note.json"), &serde_json::to_vec_pretty(&note)?)
    }

    /// Takes all away that is not this.
    pub(super) fn only(&self, keep: &[&str]) {
        for file in fs::read_dir(&self.0).into_iter().flatten().flatten() {
            let name = file.file_name();
            let kept = name.to_str().is_some_and(|name| keep.contains(&name));
            if !kept && let Err(error) = fs::remove_file(file.path()) {
                tracing::warn!(%error, file = %file.path().display(), "an old file of updates stays");
            }
        }
    }
}
