//! What is known of updates over a start of the machine: which one lies here, since when, and what came of the last.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use domain::Timestamp;
use semver::Version;
use serde::{Deserialize, Serialize};
use updates::offer::{Kind, Offer};

use super::files::write_whole;
use super::manifest::{MANIFEST, beside, file_of, for_any};

/// The note's own file.
const NOTE: &str = "note.json";
/// So many failures are remembered.
const FAILED: usize = 20;

/// The note.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Note {
    /// The newest version that was well here.
    pub(super) floor: Option<Version>,
    /// What was laid for the updater, and did not come to run.
    pub(super) failed: Vec<Version>,
    /// The package that is this machine's next.
    pub(super) here: Option<Here>,
}

/// A package that is this machine's next, or the one that has begun to run.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Here {
    /// Its version.
    pub(super) version: Version,
    /// The part of all machines that may take it by themselves, in percent.
    pub(super) rollout: u8,
    /// Since when it lies ready.
    pub(super) since: Timestamp,
    /// Whether somebody said that it need not wait for the night.
    pub(super) agreed: bool,
    /// When it was laid for the updater.
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

    /// The note; an empty one where there is none, or none that can be read. What it says lies here does, or it does not say so.
    pub(super) fn note(&self, kind: Kind) -> Note {
        let Ok(bytes) = fs::read(self.file(NOTE)) else {
            return Note::default();
        };
        let mut note: Note = serde_json::from_slice(&bytes).unwrap_or_else(|error| {
            tracing::warn!(%error, "what was noted of updates cannot be read; it begins anew");
            Note::default()
        });
        let lies = |here: &Here| here.laid.is_some() || self.has(&here.version, kind);
        note.here = note.here.filter(lies);
        note
    }

    /// Whether that package lies here, with the feed that offered it.
    pub(super) fn has(&self, version: &Version, kind: Kind) -> bool {
        let stood = fs::read(self.file(MANIFEST)).ok();
        let stood = stood.and_then(|manifest| for_any(&manifest, kind).ok());
        stood.is_some_and(|offer| offer.version == *version)
            && self.file(&file_of(version, kind)).is_file()
    }

    pub(super) fn keep(&self, note: &Note) -> io::Result<()> {
        let mut note = note.clone();
        let skip = note.failed.len().saturating_sub(FAILED);
        note.failed.drain(..skip);
        write_whole(&self.file(NOTE), &serde_json::to_vec_pretty(&note)?)
    }

    /// Puts a package here, and then the feed that offers it. What lay here before goes last.
    pub(super) fn put(&self, offer: &Offer, kind: Kind, package: &[u8]) -> io::Result<()> {
        let file = file_of(&offer.version, kind);
        write_whole(&self.file(&file), package)?;
        self.offer(offer, kind)?;
        self.only(&[NOTE, MANIFEST, &file]);
        Ok(())
    }

    /// The feed alone: it may offer the same to more machines, or to fewer.
    pub(super) fn offer(&self, offer: &Offer, kind: Kind) -> io::Result<()> {
        write_whole(&self.file(MANIFEST), &beside(offer, kind))
    }

    /// Takes all away but the note.
    pub(super) fn clear(&self) {
        self.only(&[NOTE]);
    }

    fn only(&self, keep: &[&str]) {
        for file in fs::read_dir(&self.0).into_iter().flatten().flatten() {
            let name = file.file_name();
            let kept = name.to_str().is_some_and(|name| keep.contains(&name));
            if !kept && let Err(error) = fs::remove_file(file.path()) {
                tracing::warn!(%error, file = %file.path().display(), "an old file of updates stays");
            }
        }
    }
}
