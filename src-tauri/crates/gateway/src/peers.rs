//! The other gateways on this database: this one gives a sign of life, notices who is gone, and takes over what
//! a gone one left in the outbox. Clocks are never compared: whose number stands still for long is gone.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use store::repo::gateways::{self, Beat};
use store::repo::outbox;
use tokio::sync::watch;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::core::{Core, OpError};

/// How often a gateway gives a sign of life.
const BEAT: Duration = Duration::from_secs(10);
/// How long one may be silent before it counts as gone.
const GONE: Duration = Duration::from_mins(1);
/// How many events one commit takes over.
const TAKE: i64 = 500;

/// What this gateway saw of the others.
#[derive(Debug, Default)]
pub struct Census(HashMap<String, Seen>);

#[derive(Debug)]
struct Seen {
    beats: i64,
    since: Instant,
}

impl Census {
    /// Notes a number; says whether its gateway is gone.
    fn note(&mut self, beat: &Beat, now: Instant) -> bool {
        let seen = self.0.entry(beat.node.clone()).or_insert(Seen {
            beats: beat.beats,
            since: now,
        });
        if seen.beats != beat.beats {
            *seen = Seen {
                beats: beat.beats,
                since: now,
            };
        }
        now.duration_since(seen.since) >= GONE
    }
}

/// Runs until the gateway stops. `others` says whether any other gateway lives.
pub async fn run(core: Core, others: watch::Sender<bool>, stopping: CancellationToken) {
    let mut beat = tokio::time::interval(BEAT);
    beat.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let mut census = Census::default();
    loop {
        tokio::select! {
            _ = beat.tick() => {}
            () = stopping.cancelled() => return,
        }
        match look_around(&core, &mut census, Instant::now()).await {
            Ok(found) => {
                others.send_replace(found);
            }
            Err(error) => tracing::error!(%error, "the other gateways cannot be seen"),
        }
    }
}

/// One look: gives a sign of life, takes over what gone gateways left. Says whether another one lives.
pub async fn look_around(core: &Core, census: &mut Census, now: Instant) -> Result<bool, OpError> {
    let node = Arc::clone(&core.node);
    let beats = core
        .write(move |unit| {
            Box::pin(async move {
                gateways::beat(unit.conn, &node).await?;
                Ok(gateways::all(unit.conn).await?)
            })
        })
        .await?;
    let mut others = false;
    for beat in beats.iter().filter(|beat| *beat.node != *core.node) {
        if census.note(beat, now) {
            take_over(core, &beat.node).await?;
            forget(core, beat.clone()).await?;
        } else {
            others = true;
        }
    }
    for node in owners(core).await? {
        let known = beats.iter().any(|beat| beat.node == node);
        // One that never gave a sign of life is watched as long as one that stopped.
        let silent = Beat {
            node: node.clone(),
            beats: 0,
        };
        if !known && census.note(&silent, now) {
            take_over(core, &node).await?;
        }
    }
    Ok(others)
}

/// The other gateways that have events in the outbox.
async fn owners(core: &Core) -> Result<Vec<String>, OpError> {
    let mut conn = core.store.read().await?;
    let mut owners = Vec::new();
    let mut last = String::new();
    while let Some(node) = outbox::node_after(&mut conn, &last).await? {
        last.clone_from(&node);
        if *node != *core.node {
            owners.push(node);
        }
    }
    Ok(owners)
}

async fn forget(core: &Core, gone: Beat) -> Result<(), OpError> {
    tracing::warn!(node = gone.node, "a gateway is gone");
    core.write(move |unit| Box::pin(async move { Ok(gateways::forget(unit.conn, &gone).await?) }))
        .await
}

async fn take_over(core: &Core, gone: &str) -> Result<(), OpError> {
    let mut all = 0;
    loop {
        let (from, to) = (gone.to_owned(), Arc::clone(&core.node));
        let taken = core
            .write(move |unit| {
                Box::pin(async move { Ok(outbox::take_over(unit.conn, &from, &to, TAKE).await?) })
            })
            .await?;
        if taken == 0 {
            break;
        }
        all += taken;
    }
    if all > 0 {
        tracing::warn!(
            node = gone,
            events = all,
            "a gone gateway's events are taken over"
        );
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gateway_is_gone_when_its_number_stands_still_for_a_minute_and_back_when_it_moves() {
        let start = Instant::now();
        let mut census = Census::default();
        for (seconds, beats, gone) in [
            (0, 5, false),
            (30, 5, false),
            (59, 6, false),
            // Counted from when it was last seen to move, not from the first look.
            (118, 6, false),
            (119, 6, true),
            (200, 6, true),
            // A number that fell is a sign of life too: its row was made anew.
            (210, 1, false),
            (270, 1, true),
        ] {
            let beat = Beat {
                node: "b".to_owned(),
                beats,
            };
            let now = start + Duration::from_secs(seconds);
            assert_eq!(
                census.note(&beat, now),
                gone,
                "after {seconds} s at {beats}"
            );
        }
    }
}
