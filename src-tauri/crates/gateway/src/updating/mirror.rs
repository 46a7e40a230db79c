//! What a gateway offers on to the other machines of its site: the feed as it fetched it, with its own address in it, and the package.

use std::fs;
use std::path::{Path, PathBuf};

use semver::Version;
use serde_json::{Value, json};
use updates::offer::Kind;

use super::manifest::{MANIFEST, file_of, for_any};
use super::note::Shelf;

/// Where a mirror's packages are, under its own address.
const PACKAGES: &str = "/updates/packages";

/// The shelf, for others.
#[derive(Clone, Debug)]
pub struct Mirror(Shelf);

impl Mirror {
    /// Of what lies in a data folder.
    pub fn of(data: &Path) -> Self {
        Self(Shelf::of(data))
    }

    /// The feed for a machine that runs a version; none where nothing newer lies here for such a machine.
    pub fn feed(&self, target: &str, arch: &str, running: &Version, base: &str) -> Option<Value> {
        let kind = Kind::here()?;
        if (target, arch) != (std::env::consts::OS, std::env::consts::ARCH) {
            return None;
        }
        let manifest = fs::read(self.0.file(MANIFEST)).ok()?;
        let offer = for_any(&manifest).ok()?;
        if offer.version.cmp_precedence(running).is_le() {
            return None;
        }
        let stood: Value = serde_json::from_slice(&manifest).ok()?;
        let file = file_of(&offer.version, kind);
        let platform = json!({
            "url": format!("{base}{PACKAGES}/{file}"),
            "signature": stood["platforms"][kind.target]["signature"],
        });
        let mut told = json!({ "version": offer.version, "rollout": offer.rollout });
        told["platforms"] = json!({ kind.target: platform });
        Some(told)
    }

    /// The package of that name, if it is the one that the feed offers.
    pub fn package(&self, name: &str) -> Option<PathBuf> {
        let manifest = fs::read(self.0.file(MANIFEST)).ok()?;
        let offer = for_any(&manifest).ok()?;
        (name == file_of(&offer.version, Kind::here()?)).then(|| self.0.file(name))
    }
}
