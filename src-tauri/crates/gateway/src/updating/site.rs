//! How the site is, as far as an update has to mind it; and which machine this is among those that share a feed.

use std::fs;

use domain::Timestamp;
use jiff::SignedDuration;
use jiff::civil::Time;
use jiff::tz::TimeZone;
use semver::Version;
use store::repo::sessions;

use super::Updating;
use super::note::Here;
use super::policy::{self, Site};
use crate::core::{Core, OpError};

/// Who touched the screen so lately stands before it.
const HERE: SignedDuration = SignedDuration::from_mins(2);
/// A charger that was heard so lately may be charging, whoever holds its socket: after a start nobody does yet.
const HEARD: SignedDuration = SignedDuration::from_hours(1);

/// Looks.
pub(super) async fn look(core: &Core, updating: &Updating, here: &Here) -> Result<Site, OpError> {
    let now = core.clock.now();
    let mut conn = core.store.read().await?;
    let sessions = sessions::count_held_by(&mut conn, &core.node, now - HEARD).await?;
    let touched = updating.last_touch();
    // A clock that was set back is no reason for haste.
    let ready_for = now.duration_since(here.since).max(SignedDuration::ZERO);
    Ok(Site {
        time: time(core, now),
        driver_here: touched.is_some_and(|then| now.duration_since(then).abs() < HERE),
        sessions: usize::try_from(sessions).unwrap_or(usize::MAX),
        ready_for: ready_for.unsigned_abs(),
        agreed: here.agreed,
        turn: takes(core, &here.version, here.rollout),
    })
}

/// Whether this machine is among those that take a version by themselves.
pub(super) fn takes(core: &Core, version: &Version, rollout: u8) -> bool {
    let id = fs::read_to_string("/etc/machine-id").unwrap_or_default();
    let machine = format!("{} {}", id.trim(), core.node);
    policy::has_its_turn(&machine, &version.to_string(), rollout)
}

/// What a clock on the site's wall says.
fn time(core: &Core, now: Timestamp) -> Time {
    let zone = TimeZone::get(&core.rules().site().time_zone);
    now.to_zoned(zone.unwrap_or(TimeZone::UTC)).time()
}
