//! `updates.*`: from where this machine's package is renewed, and when. Whose signature counts is no setting: the package brings its keys.

use std::path::PathBuf;

use jiff::SignedDuration;
use serde::{Deserialize, Serialize};
use updates::offer;

use super::{Settings, SettingsError};
use crate::updating::policy::QuietHours;

/// How often a feed may be asked.
const EVERY: std::ops::RangeInclusive<SignedDuration> =
    SignedDuration::from_mins(1)..=SignedDuration::from_hours(7 * 24);

/// `updates.*`
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Updates {
    /// Where the feed is: https, or this machine. `{{target}}`, `{{arch}}` and `{{current_version}}` are put in. None: nothing is
    /// fetched by itself.
    pub feed: Option<String>,
    /// The hours in which a site sleeps, in its own time.
    #[serde(with = "hours")]
    pub quiet_hours: QuietHours,
    /// How often the feed is asked.
    pub check_every: SignedDuration,
    /// The certificates (PEM) of who vouches for the feed's address, beside those that this machine trusts.
    pub ca: Option<PathBuf>,
    /// Whether what is fetched is offered to the other machines of the site, at `/updates`.
    pub mirror: bool,
}

impl Default for Updates {
    fn default() -> Self {
        Self {
            feed: None,
            quiet_hours: QuietHours::default(),
            check_every: SignedDuration::from_hours(6),
            ca: None,
            mirror: false,
        }
    }
}

/// Hours as a text: `02:00-05:00`.
mod hours {
    use serde::de::Error as _;
    use serde::{Deserialize as _, Deserializer, Serializer};

    use crate::updating::policy::QuietHours;

    pub(super) fn serialize<S: Serializer>(hours: &QuietHours, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(hours)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<QuietHours, D::Error> {
        let text = String::deserialize(from)?;
        text.parse().map_err(D::Error::custom)
    }
}

pub(super) fn check(settings: &Settings) -> Result<(), SettingsError> {
    let updates = &settings.updates;
    if !EVERY.contains(&updates.check_every) {
        return Err(SettingsError(
            "the setting updates.check_every must be from 1m to 168h".to_owned(),
        ));
    }
    let Some(feed) = &updates.feed else {
        return Ok(());
    };
    offer::place(feed).map(drop).map_err(|error| {
        SettingsError(format!(
            "the setting updates.feed cannot be used ({error}); write an address that begins with https://"
        ))
    })
}
