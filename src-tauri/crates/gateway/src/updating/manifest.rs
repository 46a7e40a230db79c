//! A feed as it stood when it was fetched, and what files are called by it.

use semver::Version;
use updates::Refusal;
use updates::offer::{self, Kind, Offer};

/// The feed's own file, on the shelf and where the updater looks.
pub(super) const MANIFEST: &str = "latest.json";

/// The name under which the updater looks for the package: the last part of its address in the feed.
pub(super) fn name_in(manifest: &[u8]) -> Option<String> {
    let offer = for_any(manifest).ok()?;
    let name = offer.url.path_segments()?.next_back()?;
    (!["", ".", ".."].contains(&name)).then(|| name.to_owned())
}

/// What a feed offers to a machine of this kind that has nothing yet.
pub(super) fn for_any(manifest: &[u8]) -> Result<Offer, Refusal> {
    let kind = Kind::here().ok_or_else(|| Refusal::NotForThisMachine("this machine".to_owned()))?;
    let any = offer::Here {
        kind,
        running: Version::new(0, 0, 0),
        floor: None,
        failed: Vec::new(),
    };
    offer::read(manifest, &any)
}

/// The name of a package on the shelf.
pub(super) fn file_of(version: &Version, kind: Kind) -> String {
    format!("forecourt_{version}{}", kind.ending)
}
