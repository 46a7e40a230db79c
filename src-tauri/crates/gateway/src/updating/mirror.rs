//! What a gateway offers on to the other machines of its site: what it fetched, at its own address.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use semver::Version;
use serde_json::Value;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use updates::offer::{Kind, Offer};

use super::manifest::{MANIFEST, file_of, for_any, print};
use super::note::Shelf;

/// Where a mirror's packages are, under its own address.
const PACKAGES: &str = "/updates/packages";
/// How many packages are on their way at once: whoever reads none of it must not hold the door's places.
const AT_ONCE: usize = 8;

/// The shelf, for others.
#[derive(Clone, Debug)]
pub struct Mirror {
    shelf: Shelf,
    places: Arc<Semaphore>,
}

impl Mirror {
    /// Of what lies in a data folder.
    pub fn of(data: &Path) -> Self {
        Self {
            shelf: Shelf::of(data),
            places: Arc::new(Semaphore::new(AT_ONCE)),
        }
    }

    /// The feed for a machine that runs a version; none where nothing newer lies here for such a machine.
    pub fn feed(&self, target: &str, arch: &str, running: &Version, base: &str) -> Option<Value> {
        if (target, arch) != (std::env::consts::OS, std::env::consts::ARCH) {
            return None;
        }
        let (kind, offer) = self.offer()?;
        if offer.version.cmp_precedence(running).is_le() {
            return None;
        }
        let file = file_of(&offer.version, kind);
        Some(print(&offer, kind, &format!("{base}{PACKAGES}/{file}")))
    }

    /// The package of that name, if it is the one that the feed offers.
    pub fn package(&self, name: &str) -> Option<PathBuf> {
        let (kind, offer) = self.offer()?;
        (name == file_of(&offer.version, kind)).then(|| self.shelf.file(name))
    }

    /// A place for a package on its way; none while too many are.
    pub fn place(&self) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.places).try_acquire_owned().ok()
    }

    fn offer(&self) -> Option<(Kind, Offer)> {
        let kind = Kind::here()?;
        let manifest = fs::read(self.shelf.file(MANIFEST)).ok()?;
        Some((kind, for_any(&manifest, kind).ok()?))
    }
}
