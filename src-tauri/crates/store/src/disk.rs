//! How the disk under a SQLite file does, and the ballast: a file that is given up when space runs out, so
//! that running sessions can still be closed (DB-05). Not for PostgreSQL, which minds its own disk.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::watch;

use crate::claim::{beside, private};
use crate::error::DiskFault;
use crate::{StoreError, sqlite};

/// How much is kept in reserve, bytes; on a small disk a quarter of what is free.
const BALLAST: u64 = 64 * 1024 * 1024;

/// How the disk does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Disk {
    /// What is committed is stored.
    Sound,
    /// It is full or refuses writes. Each second it is tried again; until it does, begin nothing new.
    Full,
    /// A flush failed. Nothing written lately can be relied on: end the process and look at what is there.
    Broken,
}

/// The disk as the writer finds it. Cheap to clone.
#[derive(Clone)]
pub(crate) struct DiskWatch {
    state: watch::Sender<Disk>,
    ballast: Arc<Mutex<Option<Ballast>>>,
}

struct Ballast {
    file: PathBuf,
    bytes: u64,
}

impl DiskWatch {
    pub(crate) fn new() -> Self {
        Self {
            state: watch::Sender::new(Disk::Sound),
            ballast: Arc::default(),
        }
    }

    pub(crate) fn now(&self) -> Disk {
        *self.state.borrow()
    }

    /// Resolves once the disk is broken.
    pub(crate) async fn broken(&self) {
        let mut state = self.state.subscribe();
        // The sender lives as long as this does.
        let _ = state.wait_for(|disk| *disk == Disk::Broken).await;
    }

    /// Lays the ballast beside the database.
    pub(crate) fn keep_ballast(&self, url: &str) -> Result<(), StoreError> {
        let Some(database) = sqlite::file(url)? else {
            return Ok(());
        };
        let file = beside(&database, ".ballast");
        let there = std::fs::metadata(&file).map_or(0, |about| about.len());
        let bytes = free(&database).map_or(BALLAST, |free| BALLAST.min((free + there) / 4));
        let ballast = Ballast { file, bytes };
        if let Err(error) = ballast.lay() {
            tracing::warn!(%error, file = %ballast.file.display(), "there is no room for the reserve that a full disk is met with");
        }
        *self.lock() = Some(ballast);
        Ok(())
    }

    /// Takes note of what a failure says about the disk.
    pub(crate) fn judge(&self, error: &StoreError) {
        match error.disk_fault() {
            None => {}
            Some(DiskFault::Flush) => {
                tracing::error!(%error, "the disk did not take what was written; nothing after this can be relied on");
                self.state.send_replace(Disk::Broken);
            }
            Some(DiskFault::Passing) => {
                if let Some(ballast) = &*self.lock() {
                    ballast.give_up();
                }
                if self.becomes(Disk::Full) {
                    tracing::error!(%error, "the disk is full or refuses writes; the reserve is given up, nothing new begins");
                }
            }
        }
    }

    /// Whether there is room again: as much as the reserve, and the reserve itself, which is laid anew.
    pub(crate) fn has_room(&self) -> bool {
        let ballast = self.lock();
        let Some(ballast) = &*ballast else {
            return true;
        };
        free(&ballast.file).is_none_or(|free| free >= 2 * ballast.bytes) && ballast.lay().is_ok()
    }

    /// A write went through after the disk had been full.
    pub(crate) fn recovered(&self) {
        if self.becomes(Disk::Sound) {
            tracing::info!("the disk takes writes again");
        }
    }

    /// Changes the state; a broken disk stays broken. Whether that was news.
    fn becomes(&self, new: Disk) -> bool {
        self.state.send_if_modified(|disk| {
            let news = *disk != new && *disk != Disk::Broken;
            if news {
                *disk = new;
            }
            news
        })
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Option<Ballast>> {
        self.ballast.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Ballast {
    /// Makes it as large as it should be, in blocks that are really taken.
    fn lay(&self) -> std::io::Result<()> {
        let file = private().open(&self.file)?;
        file.set_len(self.bytes)?;
        let taken = allocate(&file, self.bytes);
        if taken.is_err() {
            self.give_up();
        }
        taken
    }

    fn give_up(&self) {
        match std::fs::remove_file(&self.file) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                tracing::error!(%error, file = %self.file.display(), "the reserve cannot be given up");
            }
            _ => {}
        }
    }
}

#[cfg(target_os = "linux")]
fn allocate(file: &std::fs::File, bytes: u64) -> std::io::Result<()> {
    use rustix::fs::{FallocateFlags, fallocate};
    Ok(fallocate(file, FallocateFlags::empty(), 0, bytes)?)
}

#[cfg(not(target_os = "linux"))]
fn allocate(mut file: &std::fs::File, bytes: u64) -> std::io::Result<()> {
    // Zeros take the room that a mere length does not.
    let zeros = std::io::Read::take(std::io::repeat(0), bytes);
    std::io::copy(&mut { zeros }, &mut file).map(drop)
}

/// How much room there is beside a file, where the system says so.
#[cfg(unix)]
pub(crate) fn free(beside: &Path) -> Option<u64> {
    let folder = beside.parent().filter(|folder| *folder != Path::new(""));
    let about = rustix::fs::statvfs(folder.unwrap_or(Path::new("."))).ok()?;
    Some(about.f_bavail.saturating_mul(about.f_frsize))
}

/// How much room there is beside a file, where the system says so.
#[cfg(not(unix))]
pub(crate) fn free(_beside: &Path) -> Option<u64> {
    None
}
