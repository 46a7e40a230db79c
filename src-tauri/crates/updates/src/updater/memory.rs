//! What the updater knows from one start to the next, in a folder that only root sees: how far an update has come, the newest version
//! that was ever well here, and what was taken back. One file, replaced as a whole, so that a power cut leaves the old or the new one.

use std::fs::{self, DirBuilder, File, TryLockError};
use std::io::{ErrorKind, Write as _};
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use semver::Version;
use serde::{Deserialize, Serialize};

use crate::database::Copied;
use crate::trouble::Trouble;

/// The updater's folder.
#[derive(Clone, Debug)]
pub struct Memory {
    folder: PathBuf,
}

/// What is remembered.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub struct Known {
    /// The newest version that was ever well here.
    pub floor: Option<Version>,
    /// What was tried and taken back.
    #[serde(default)]
    pub failed: Vec<Version>,
    /// The update that has not come to its end.
    pub underway: Option<Underway>,
}

/// An update that has not come to its end.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Underway {
    /// How far it is.
    pub step: Step,
    /// What was here before.
    pub from: Version,
    /// What is to be here.
    pub to: Version,
    /// The service that is used here, and has to get ready again.
    pub service: Option<String>,
    /// The copy of the database that was made in this update, before the new version began.
    pub copy: Option<Copied>,
    /// For how many seconds the books were written since that copy.
    pub lived: u64,
    /// How often it was tried to bring that copy back.
    #[serde(default)]
    pub tries: u8,
    /// Which start of the machine it was noted in last.
    pub boot: Option<String>,
    /// How often the machine was started since the new version is there.
    pub starts: u8,
}

/// How far an update is. Each can be done again from its beginning.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// The new package is being installed; nothing of it has run.
    Installing,
    /// It is installed; whether what it brings gets ready is not known.
    Trying,
    /// The old package is being installed again.
    GoingBack,
    /// It is; if it has no use for the database as it is now, the copy is being brought back. Nothing of it has written since.
    Restoring,
    /// Its database is what it will be; whether it gets ready is not known.
    Back,
    /// The old one has no use for the database, and no copy would do: the new package is being installed again.
    Staying,
}

impl Memory {
    /// The one in that folder.
    pub fn at(folder: PathBuf) -> Self {
        Self { folder }
    }

    /// A file in it.
    pub fn file(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// Makes the folder, for this process alone as long as the file is open.
    pub fn claim(self) -> Result<(Self, File), Trouble> {
        let made = DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(&self.folder);
        made.map_err(Trouble::file(&self.folder))?;
        let path = self.file("lock");
        let lock = File::create(&path).map_err(Trouble::file(&path))?;
        match lock.try_lock() {
            Ok(()) => Ok((self, lock)),
            Err(TryLockError::WouldBlock) => Err(Trouble::Busy),
            Err(TryLockError::Error(error)) => Err(Trouble::file(&path)(error)),
        }
    }

    /// What is remembered.
    pub fn read(&self) -> Result<Known, Trouble> {
        let path = self.file("known.json");
        match fs::read(&path) {
            Ok(text) => serde_json::from_slice(&text).map_err(|error| Trouble::Forgotten {
                path,
                said: error.to_string(),
            }),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(Known::default()),
            Err(error) => Err(Trouble::file(&path)(error)),
        }
    }

    /// When something was noted last.
    pub fn noted(&self) -> Option<SystemTime> {
        fs::metadata(self.file("known.json")).ok()?.modified().ok()
    }

    /// What is remembered, for a person.
    pub fn peek(&self) -> Result<String, Trouble> {
        Ok(serde_json::to_string(&self.read()?).expect("it has only words in it"))
    }

    /// Remembers this, for good.
    pub fn keep(&self, known: &Known) -> Result<(), Trouble> {
        let text = serde_json::to_vec(known).expect("it has only words in it");
        self.write("known.json", &text)
    }

    /// Writes a file as a whole, for good.
    pub fn write(&self, name: &str, bytes: &[u8]) -> Result<(), Trouble> {
        let (path, new) = (self.file(name), self.file("new"));
        let written = File::create(&new).and_then(|mut file| {
            file.write_all(bytes)?;
            file.sync_all()
        });
        written.map_err(Trouble::file(&new))?;
        self.rename("new", &path)
    }

    /// Gives a file of the folder its name, for good.
    pub fn rename(&self, name: &str, path: &Path) -> Result<(), Trouble> {
        let renamed =
            fs::rename(self.file(name), path).and_then(|()| File::open(&self.folder)?.sync_all());
        renamed.map_err(Trouble::file(path))
    }
}
