//! What happens to money by the clock: charges that near their end and guests who have paid each second, bills and holds that
//! are left over each minute, the books' own check every five.

use std::time::Duration;

use tokio::time::MissedTickBehavior;
use tokio_util::sync::CancellationToken;

use crate::commander::Commander;
use crate::core::{Core, OpError};
use crate::ops::bill::settle_due;
use crate::ops::check_books::check_books;
use crate::ops::limit::look_at_limits;
use crate::ops::request_command::Requested;
use crate::ops::serve_guest::serve_guests;

/// How often charges that near their end, and guests who have paid, are looked at.
const SECOND: Duration = Duration::from_secs(1);
/// How often what is left over is settled.
const LEFT_OVER: Duration = Duration::from_mins(1);
/// Every which time the books are checked (MON-08).
const CHECK_EVERY: u32 = 5;

/// Ends charges in time.
pub async fn limits(core: Core, commander: Commander, stopping: CancellationToken) {
    let what = "charges that near their limit";
    each_second(what, &commander, stopping, || look_at_limits(&core)).await;
}

/// Begins the charges that guests have paid for, and gives back what is left of the money.
pub async fn guests(core: Core, commander: Commander, stopping: CancellationToken) {
    let what = "what guests paid for";
    each_second(what, &commander, stopping, || serve_guests(&core)).await;
}

/// Looks at something each second, and sends the commands that come of it.
async fn each_second<F>(
    what: &str,
    commander: &Commander,
    stopping: CancellationToken,
    look: impl Fn() -> F,
) where
    F: Future<Output = Result<Vec<Requested>, OpError>>,
{
    let mut beat = tokio::time::interval(SECOND);
    beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = beat.tick() => {}
            () = stopping.cancelled() => return,
        }
        match look().await {
            Ok(commands) => {
                for command in commands {
                    commander.send(command);
                }
            }
            Err(error) => {
                tracing::error!(%error, what, "money could not be looked at; it is tried again");
            }
        }
    }
}

/// Settles what is left over, and lets the books look at themselves.
pub async fn books(core: Core, stopping: CancellationToken) {
    let mut beat = tokio::time::interval(LEFT_OVER);
    beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut round: u32 = 0;
    loop {
        tokio::select! {
            _ = beat.tick() => {}
            () = stopping.cancelled() => return,
        }
        round = round.wrapping_add(1);
        let done = if round.is_multiple_of(CHECK_EVERY) {
            check_books(&core).await.map(drop)
        } else {
            settle_due(&core).await.map(drop)
        };
        if let Err(error) = done {
            tracing::error!(%error, "the books could not be looked after; it is tried again in a minute");
        }
    }
}
