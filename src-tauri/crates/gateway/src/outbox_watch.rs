//! How much waits for the broker, and what is given up when it is too much (ADR 0010): raw charger traffic
//! first, then readings that a newer one supersedes, and nothing else ever. Not for publishing: see `relay`.

use std::time::Duration;

use store::repo::outbox::{self, Droppable, Waiting};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use crate::core::{Core, OpError};
use crate::ops::alarm_outbox::alarm_outbox;

/// How often the outbox is measured.
const LOOK: Duration = Duration::from_secs(5);
/// How many events one commit drops.
const DROP: i64 = 2_000;
/// What a row needs on disk beside its envelope, bytes: its other columns and its places in the indexes.
const ROW: i64 = 600;

/// How full the outbox is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// There is room.
    Fine,
    /// Beyond four fifths.
    High,
    /// There was no room: something was dropped, or nothing is left that could be.
    Over,
}

/// Measures until the gateway stops; the newest measure is in `gauge`, for whoever wants to show it.
pub async fn run(
    core: Core,
    max_mb: u32,
    gauge: watch::Sender<Waiting>,
    stopping: CancellationToken,
) {
    let mut beat = tokio::time::interval(LOOK);
    beat.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let max = i64::from(max_mb) * 1_000_000;
    let mut level = None;
    loop {
        tokio::select! {
            _ = beat.tick() => {}
            () = stopping.cancelled() => return,
        }
        match look(&core, max, level).await {
            Ok((waiting, now)) => {
                tell(level.unwrap_or(Level::Fine), now, waiting, max_mb);
                level = Some(now);
                gauge.send_replace(waiting);
            }
            Err(error) => tracing::error!(%error, "the outbox cannot be measured"),
        }
    }
}

/// Measures, makes room, and alarms where that is new; a first look clears what an earlier run left standing.
/// A level falls only when there is room again: between two drops the outbox is as full as before.
pub async fn look(core: &Core, max: i64, was: Option<Level>) -> Result<(Waiting, Level), OpError> {
    let (waiting, dropped) = keep_below(core, max).await?;
    let now = match level_of(waiting, max) {
        _ if dropped > 0 => Level::Over,
        Level::Fine => Level::Fine,
        level => was.map_or(level, |was| was.max(level)),
    };
    if was != Some(now) && now != Level::High {
        alarm_outbox(core, now == Level::Over).await?;
    }
    Ok((waiting, now))
}

/// Drops what can be done without while there is too much; says what is left and how many went.
async fn keep_below(core: &Core, max: i64) -> Result<(Waiting, u64), OpError> {
    let mut dropped = 0;
    let mut waiting = measure(core).await?;
    for what in [Droppable::Raw, Droppable::Superseded] {
        while level_of(waiting, max) == Level::Over {
            let gone = drop_some(core, what).await?;
            if gone == 0 {
                break;
            }
            dropped += gone;
            waiting = measure(core).await?;
        }
    }
    Ok((waiting, dropped))
}

async fn measure(core: &Core) -> Result<Waiting, OpError> {
    let mut conn = core.store.read().await?;
    Ok(outbox::waiting(&mut conn, &core.node).await?)
}

async fn drop_some(core: &Core, what: Droppable) -> Result<u64, OpError> {
    core.write(move |unit| {
        Box::pin(async move {
            let node = std::sync::Arc::clone(unit.node());
            Ok(outbox::drop_oldest(unit.conn, &node, what, DROP).await?)
        })
    })
    .await
}

/// Needs of the disk, bytes.
const fn size(waiting: Waiting) -> i64 {
    waiting
        .bytes
        .saturating_add(waiting.depth.saturating_mul(ROW))
}

const fn level_of(waiting: Waiting, max: i64) -> Level {
    let size = size(waiting);
    if size > max {
        Level::Over
    } else if size > max / 5 * 4 {
        Level::High
    } else {
        Level::Fine
    }
}

/// Says it once on the way up, and once when it is over.
fn tell(was: Level, now: Level, waiting: Waiting, max_mb: u32) {
    let Waiting { depth, bytes, .. } = waiting;
    match now {
        Level::Over if was < now => tracing::error!(
            depth,
            bytes,
            max_mb,
            "the outbox is full: raw charger messages and superseded readings are dropped before they reach the broker"
        ),
        Level::High if was < now => tracing::warn!(
            depth,
            bytes,
            max_mb,
            "the outbox is four fifths full; is the broker away?"
        ),
        Level::Fine if was > now => tracing::info!(depth, bytes, "the outbox has room again"),
        Level::Fine | Level::High | Level::Over => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_level_counts_rows_and_envelopes_and_is_high_from_four_fifths_on() {
        let check = |depth, bytes, level| {
            let waiting = Waiting {
                depth,
                bytes,
                oldest_at: None,
            };
            assert_eq!(level_of(waiting, 10_000), level, "{waiting:?} of 10,000");
        };
        check(0, 0, Level::Fine);
        check(1, 8_000 - ROW, Level::Fine);
        check(1, 8_001 - ROW, Level::High);
        check(1, 10_000 - ROW, Level::High);
        check(1, 10_001 - ROW, Level::Over);
        check(20, 0, Level::Over);
        check(i64::MAX, i64::MAX, Level::Over);
    }
}
