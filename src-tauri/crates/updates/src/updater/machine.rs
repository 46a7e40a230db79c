//! The machine as the updater sees it: its files, its dpkg, its services and its books.

use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use updates::keys::Keys;
use updates::offer::Kind;

use crate::database::Books;
use crate::dpkg::Dpkg;
use crate::memory::Memory;
use crate::services::Services;
use crate::trouble::Trouble;

/// The machine.
pub struct Machine {
    root: PathBuf,
    /// Its kind.
    pub kind: Kind,
    /// What installs packages.
    pub dpkg: Dpkg,
    /// What runs.
    pub services: Services,
    /// What must not be lost.
    pub books: Books,
}

impl Machine {
    /// The one whose files are there. Whoever starts its services is said where it is not this machine.
    pub fn at(root: &Path, systemctl: Option<PathBuf>) -> Result<Self, Trouble> {
        let root = root.canonicalize().map_err(Trouble::file(root))?;
        Ok(Self {
            kind: Kind::here().ok_or(Trouble::OtherKind)?,
            dpkg: Dpkg::of(&root),
            services: Services::of(&root, systemctl),
            books: Books::of(&root),
            root,
        })
    }

    /// A file of it.
    pub fn path(&self, path: &str) -> PathBuf {
        self.root.join(path.trim_start_matches('/'))
    }

    /// What the updater knows of it.
    pub fn memory(&self) -> Memory {
        Memory::at(self.path("var/lib/forecourt-updater"))
    }

    /// Where the app lays what it fetched.
    pub fn inbox(&self) -> PathBuf {
        self.path("var/lib/forecourt/updates")
    }

    /// Which start of the machine this is.
    pub fn boot(&self) -> Option<String> {
        let id = fs::read_to_string(self.path("proc/sys/kernel/random/boot_id")).ok()?;
        Some(id.trim().to_owned())
    }

    /// The keys whose signature counts: those that the package brought.
    pub fn keys(&self) -> Result<Keys, Trouble> {
        let path = self.path("usr/share/forecourt/update-keys");
        let about = fs::symlink_metadata(&path).map_err(Trouble::file(&path))?;
        if !about.is_file() || about.uid() != 0 || about.mode() & 0o022 != 0 {
            return Err(Trouble::Writable(path));
        }
        let list = fs::read_to_string(&path).map_err(Trouble::file(&path))?;
        Ok(Keys::read(&list)?)
    }
}
