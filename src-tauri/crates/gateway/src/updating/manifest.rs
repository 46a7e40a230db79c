//! What a feed said of a package, as it is kept: in its form, with names of our own, so that nothing of its words becomes a file's name.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use semver::Version;
use serde_json::{Value, json};
use updates::Refusal;
use updates::offer::{self, Kind, Offer};

/// The feed's own file, on the shelf and where the updater looks.
pub(super) const MANIFEST: &str = "latest.json";
/// Where a package is that lies beside its feed: nobody asks there.
const BESIDE: &str = "https://beside.invalid/";

/// The feed that offers this and nothing else, at that address.
pub(super) fn print(offer: &Offer, kind: Kind, url: &str) -> Value {
    let signature = BASE64_STANDARD.encode(&offer.signature);
    json!({
        "version": offer.version,
        "rollout": offer.rollout,
        "platforms": { kind.target: { "url": url, "signature": signature } },
    })
}

/// The same for a package that lies beside it.
pub(super) fn beside(offer: &Offer, kind: Kind) -> Vec<u8> {
    let url = format!("{BESIDE}{}", file_of(&offer.version, kind));
    print(offer, kind, &url).to_string().into_bytes()
}

/// What a feed offers to a machine of that kind that has nothing yet.
pub(super) fn for_any(manifest: &[u8], kind: Kind) -> Result<Offer, Refusal> {
    let any = offer::Here {
        kind,
        running: Version::new(0, 0, 0),
        floor: None,
        failed: Vec::new(),
    };
    offer::read(manifest, &any)
}

/// The name of a package, on the shelf and where the updater looks.
pub(super) fn file_of(version: &Version, kind: Kind) -> String {
    format!("forecourt_{version}{}", kind.ending)
}
