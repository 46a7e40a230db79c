//! What the gateway does by the clock: the tick the screens live by, and the housekeeping.

use std::sync::Arc;
use std::time::Duration;

use bus::Link;
use jiff::SignedDuration;
use store::repo::{access_tokens, live_log, ocpp_messages};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use crate::core::{Core, OpError};
use crate::notify::Hub;
use crate::ops::sign_in;

/// How often the house is kept.
const HOUSEKEEPING: Duration = Duration::from_mins(1);

/// Tells the readers every few seconds that they are live. While the bus brings no events they are not,
/// and the silence tells them so: a figure that cannot move must not pass for one that does not.
pub async fn tick(
    core: Core,
    hub: Arc<Hub>,
    link: watch::Receiver<Link>,
    every: Duration,
    stopping: CancellationToken,
) {
    let mut beat = tokio::time::interval(every);
    loop {
        tokio::select! {
            _ = beat.tick() => {}
            () = stopping.cancelled() => return,
        }
        if matches!(*link.borrow(), Link::InProcess | Link::Connected) {
            hub.tick(core.clock.id(), core.clock.now());
        }
    }
}

/// What is kept of what only grows.
#[derive(Clone, Copy, Debug)]
pub struct Retention {
    /// Events of the live log.
    pub events: i64,
    /// Frames of the message log.
    pub frames: i64,
    /// And for how long.
    pub frame_age: SignedDuration,
}

/// Trims the logs, forgets sign-ins that ended, keeps those alive whose page is open.
pub async fn housekeeping(
    core: Core,
    hub: Arc<Hub>,
    retention: Retention,
    stopping: CancellationToken,
) {
    let mut beat = tokio::time::interval(HOUSEKEEPING);
    loop {
        tokio::select! {
            _ = beat.tick() => {}
            () = stopping.cancelled() => return,
        }
        if let Err(error) = keep_house(&core, &hub, retention).await {
            tracing::error!(%error, "housekeeping failed; it is tried again in a minute");
        }
    }
}

async fn keep_house(core: &Core, hub: &Hub, retention: Retention) -> Result<(), OpError> {
    let head = hub.head();
    core.write(move |unit| {
        Box::pin(async move {
            let now = unit.now();
            live_log::trim(unit.conn, head, retention.events).await?;
            ocpp_messages::trim(unit.conn, now - retention.frame_age, retention.frames).await?;
            access_tokens::delete_expired(unit.conn, now).await?;
            Ok(())
        })
    })
    .await?;
    for token in hub.tokens() {
        sign_in::keep_alive(core, token).await?;
    }
    Ok(())
}
