//! The same judgement as a machine's, for whoever makes releases: before a feed is published that would strand the machines that trust
//! these keys.

use std::fs;
use std::path::Path;

use semver::Version;
use updates::check::{self, MOST_PACKAGE};
use updates::keys::Keys;
use updates::offer::{self, Here, Kind, MOST_MANIFEST};

use crate::inbox::Inbox;
use crate::trouble::Trouble;

/// Says what a machine that trusts those keys, and has no version yet, would take.
pub fn vouch(list: &Path, folder: Option<&Path>) -> Result<String, Trouble> {
    let text = fs::read_to_string(list).map_err(Trouble::file(list))?;
    let keys = Keys::read(&text)?;
    if keys.is_empty() {
        return Err(Trouble::NoKey(list.to_owned()));
    }
    let Some(folder) = folder else {
        return Ok("the list can be read".to_owned());
    };
    let none = || Trouble::NoFeed(folder.to_owned());
    let inbox = Inbox::open(folder)?.ok_or_else(none)?;
    let feed = inbox.feed(MOST_MANIFEST)?.ok_or_else(none)?;
    let here = Here {
        kind: Kind::here().ok_or(Trouble::OtherKind)?,
        running: Version::new(0, 0, 0),
        floor: None,
        failed: Vec::new(),
    };
    let offer = offer::read(&feed, &here)?;
    let bytes = inbox.package(&offer.url, MOST_PACKAGE)?;
    check::package(&offer, &bytes, &keys, here.kind)?;
    Ok(format!("{} would be taken", offer.version))
}
