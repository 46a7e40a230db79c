//! Copies of the database that make themselves, every quarter of an hour, beside it in `backups/` (DB-06).
//! Not for a second disk: `admin backup` writes there. PostgreSQL has its own tools.

use std::time::Duration;

use domain::Timestamp;
use jiff::fmt::strtime;
use jiff::tz::TimeZone;
use store::Disk;
use store::backup;
use tokio_util::sync::CancellationToken;

use crate::core::Core;

/// How old the newest copy gets.
const EVERY: Duration = Duration::from_mins(15);
/// How many are kept: the last two hours.
const KEEP: usize = 8;
/// How often it is looked whether one is due: a gateway that is started again and again makes them too.
const LOOK: Duration = Duration::from_mins(1);
/// How a copy's name tells its time; it sorts as the times do.
const NAME: &str = "forecourt-%Y%m%dT%H%M%SZ";

/// Runs until the gateway stops.
pub async fn run(core: Core, database: String, stopping: CancellationToken) {
    if !database.starts_with("sqlite:") {
        return;
    }
    let mut look = tokio::time::interval_at(tokio::time::Instant::now() + LOOK, LOOK);
    loop {
        tokio::select! {
            _ = look.tick() => {}
            () = stopping.cancelled() => return,
        }
        // On a full disk a copy would take the room that running sessions need.
        if core.store.disk() != Disk::Sound {
            continue;
        }
        if let Err(error) = copy_if_due(&database, core.clock.now()).await {
            tracing::error!(%error, "the database could not be copied; it is tried again in a minute");
        }
    }
}

/// Makes a copy where the newest is old enough. Whether it did.
async fn copy_if_due(database: &str, now: Timestamp) -> Result<bool, store::StoreError> {
    let newest = backup::newest_in_folder(database)?;
    if !is_due(newest.as_deref(), now) {
        return Ok(false);
    }
    let made = backup::backup_into_folder(database, &stamped(NAME, now), KEEP).await?;
    tracing::info!(file = %made.display(), "the database was copied");
    Ok(true)
}

fn is_due(newest: Option<&str>, now: Timestamp) -> bool {
    let made = newest.and_then(|name| {
        let parsed = strtime::parse(NAME, name).ok()?;
        let civil = parsed.to_datetime().ok()?;
        Some(TimeZone::UTC.to_zoned(civil).ok()?.timestamp())
    });
    // A time in the future is a clock that was wrong: such a copy counts for nothing.
    made.is_none_or(|made| made > now || made + EVERY <= now)
}

/// A moment as the name of a file: `pattern` with its fields filled in, in UTC.
pub(crate) fn stamped(pattern: &str, now: Timestamp) -> String {
    now.to_zoned(TimeZone::UTC).strftime(pattern).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().expect("a literal time")
    }

    #[test]
    fn a_copy_is_due_when_the_newest_is_a_quarter_of_an_hour_old_or_cannot_be_dated() {
        let now = at("2026-11-24T14:15:00Z");
        for (newest, due) in [
            (None, true),
            (Some("forecourt-20261124T140001Z"), false),
            (Some("forecourt-20261124T141500Z"), false),
            (Some("forecourt-20261124T140000Z"), true),
            (Some("forecourt-20251124T141500Z"), true),
            (Some("forecourt-20271124T141500Z"), true),
            (Some("somebody's own"), true),
        ] {
            assert_eq!(is_due(newest, now), due, "{newest:?}");
        }
    }

    #[tokio::test]
    async fn the_first_look_makes_a_copy_and_the_next_waits_its_time() {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let database = format!("sqlite://{}", folder.path().join("site.db").display());
        let store = store::Store::open(&database).await.expect("a fresh file");
        for (time, made) in [
            ("2026-11-24T14:00:00Z", true),
            ("2026-11-24T14:01:00Z", false),
            ("2026-11-24T14:15:00Z", true),
        ] {
            let copied = copy_if_due(&database, at(time))
                .await
                .expect("there is room");
            assert_eq!(copied, made, "at {time}");
        }
        let names = std::fs::read_dir(folder.path().join("backups")).expect("it was made");
        assert_eq!(names.count(), 2, "one each time");
        store.close().await;
    }
}
