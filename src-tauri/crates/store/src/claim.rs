//! Who runs on a SQLite database: one gateway at a time, by a lock that goes with the process. Not for admin
//! commands, which share the file with it, nor for PostgreSQL, which many gateways may use.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};

use crate::{StoreError, sqlite};

/// The right to run a gateway on a database, until it is dropped or the process ends.
#[derive(Debug)]
pub struct Claim {
    // Closing the file gives the lock back.
    _lock: Option<File>,
}

impl Claim {
    /// Takes it, or says that somebody else has it.
    pub fn take(url: &str) -> Result<Self, StoreError> {
        let Some(database) = sqlite::file(url)? else {
            return Ok(Self { _lock: None });
        };
        let path = beside(&database, ".lock");
        let failed = |error| StoreError::File {
            path: path.clone(),
            error,
        };
        let lock = private().open(&path).map_err(failed)?;
        match lock.try_lock() {
            Ok(()) => Ok(Self { _lock: Some(lock) }),
            Err(TryLockError::WouldBlock) => Err(StoreError::InUse(database)),
            Err(TryLockError::Error(error)) => Err(failed(error)),
        }
    }
}

/// A file of the database's own: its name and an ending.
pub(crate) fn beside(database: &Path, ending: &str) -> PathBuf {
    let mut name = database.as_os_str().to_owned();
    name.push(ending);
    name.into()
}

/// How every file here is made: read by its owner only (DB-09).
pub(crate) fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.create(true).write(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}
