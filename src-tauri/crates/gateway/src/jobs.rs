//! What the gateway does by the clock: the tick the screens live by, and the housekeeping.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use bus::Link;
use jiff::SignedDuration;
use store::repo::live_log::Head;
use store::repo::{access_tokens, idempotency, inbox, live_log, ocpp_messages, organizations};
use tokio::sync::watch;
use tokio::time::MissedTickBehavior;
use tokio_util::sync::CancellationToken;

use crate::core::{Core, OpError};
use crate::notify::Hub;
use crate::ops::expire_session::expire_sessions;
use crate::ops::flag_open_charges::flag_open_charges;
use crate::ops::settle_command::settle_forgotten;
use crate::ops::sign_in;
use crate::ops::turn_prices::turn_prices;
use crate::waits::Waits;

/// How often live readers are held against the sign-ins that stand.
const SIGN_INS: Duration = Duration::from_millis(500);

/// How often the house is kept.
const HOUSEKEEPING: Duration = Duration::from_mins(1);
/// How many rows of a log are forgotten in one unit of work.
const AT_ONCE: i64 = 2_000;
/// How often what waits is looked at.
const LOOK: Duration = Duration::from_secs(1);

/// How long a message is known by its id: far longer than the broker may hold it back.
const REMEMBERED: SignedDuration = SignedDuration::from_hours(7 * 24);

/// How long an answer is kept for a repeated request: a day is promised, and a client may be a day behind.
const ANSWERED: SignedDuration = SignedDuration::from_hours(2 * 24);

/// Tells the readers every few seconds that they are live. This gateway's own events reach them in any case;
/// while other gateways live whose events cannot come, they are not live, and the silence tells them so: a
/// figure that cannot move must not pass for one that does not.
pub async fn tick(
    core: Core,
    hub: Arc<Hub>,
    link: watch::Receiver<Link>,
    others: watch::Receiver<bool>,
    every: Duration,
    stopping: CancellationToken,
) {
    let mut beat = tokio::time::interval(every);
    loop {
        tokio::select! {
            _ = beat.tick() => {}
            () = stopping.cancelled() => return,
        }
        let all_come = matches!(*link.borrow(), Link::InProcess | Link::Connected);
        if all_come || !*others.borrow() {
            let rules = core.rules();
            hub.tick(core.clock.id(), rules.site_version(), core.clock.now());
        }
    }
}

/// Gives up what has waited too long: sessions that nobody plugged in for, commands whose gateway has gone.
pub async fn give_up(core: Core, plug_in: Duration, answer: Duration, stopping: CancellationToken) {
    let (mut plug_ins, mut answers) = (Waits::default(), Waits::default());
    let mut beat = tokio::time::interval(LOOK);
    beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = beat.tick() => {}
            () = stopping.cancelled() => return,
        }
        let given_up = async {
            expire_sessions(&core, plug_in, &mut plug_ins).await?;
            settle_forgotten(&core, answer, &mut answers).await
        };
        if let Err(error) = given_up.await {
            tracing::error!(%error, "what waits too long could not be given up; it is tried again");
        }
    }
}

/// Tells of prices that the clock turns, at most a second late.
pub async fn watch_prices(core: Core, stopping: CancellationToken) {
    let mut beat = tokio::time::interval(LOOK);
    beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = beat.tick() => {}
            () = stopping.cancelled() => return,
        }
        if let Err(error) = turn_prices(&core).await {
            tracing::error!(%error, "a price that turned could not be told; it is tried again");
        }
    }
}

/// Closes the live connections of sign-ins that have ended, wherever that was: at another gateway, by an operator
/// or by age (WEB-05). And looks whose the stations are, where that matters.
pub async fn watch_sign_ins(core: Core, hub: Arc<Hub>, stopping: CancellationToken) {
    let mut beat = tokio::time::interval(SIGN_INS);
    beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = beat.tick() => {}
            () = stopping.cancelled() => return,
        }
        if let Err(error) = drop_ended(&core, &hub).await {
            tracing::error!(%error, "whether live readers are still signed in is not known");
        }
        if hub.is_shared()
            && let Err(error) = look_at_owners(&core, &hub).await
        {
            tracing::error!(%error, "whose the stations are is not known anew");
        }
    }
}

/// Whose the stations are: another gateway or a command may have given one away, and its event may take long to come here.
pub async fn look_at_owners(core: &Core, hub: &Hub) -> Result<(), OpError> {
    let owners = organizations::owners(&mut core.store.read().await?).await?;
    hub.look(&owners, (core.clock.id(), core.clock.now()));
    Ok(())
}

async fn drop_ended(core: &Core, hub: &Hub) -> Result<(), OpError> {
    // Asked for before what stands: one that comes in between is not taken for an ended one.
    let live = hub.tokens();
    if live.is_empty() {
        return Ok(());
    }
    let mut conn = core.store.read().await?;
    let standing: HashSet<_> = access_tokens::list_ids(&mut conn, core.clock.now())
        .await?
        .into_iter()
        .collect();
    for token in live.iter().filter(|token| !standing.contains(token)) {
        hub.revoke(*token);
    }
    Ok(())
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

/// Trims the logs, forgets sign-ins that ended and messages long done, keeps those alive whose page is open.
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
        crate::metrics::tidy();
        if let Err(error) = keep_house(&core, &hub, retention).await {
            tracing::error!(%error, "housekeeping failed; it is tried again in a minute");
        }
    }
}

/// Forgets what no reader may catch up with any more, a little at a time: nobody waits long for the writer meanwhile.
async fn trim_live_log(core: &Core, head: Head, retain: i64) -> Result<(), OpError> {
    loop {
        let trimmed: Result<u64, OpError> = core
            .write(move |unit| {
                Box::pin(async move { Ok(live_log::trim(unit.conn, head, retain, AT_ONCE).await?) })
            })
            .await;
        if trimmed? == 0 {
            return Ok(());
        }
    }
}

/// The same of the message log.
async fn trim_frames(core: &Core, retention: &Retention) -> Result<(), OpError> {
    let before = core.clock.now() - retention.frame_age;
    let beyond = ocpp_messages::beyond(&mut core.store.read().await?, retention.frames).await?;
    loop {
        let mut reader = core.store.read().await?;
        let last =
            ocpp_messages::last_to_go(&mut reader, before, beyond.as_deref(), AT_ONCE).await?;
        drop(reader);
        let Some(last) = last else {
            return Ok(());
        };
        let forgotten: Result<u64, OpError> = core
            .write(move |unit| {
                Box::pin(async move { Ok(ocpp_messages::forget(unit.conn, &last).await?) })
            })
            .await;
        forgotten?;
    }
}

async fn keep_house(core: &Core, hub: &Hub, retention: Retention) -> Result<(), OpError> {
    trim_live_log(core, hub.head(), retention.events).await?;
    trim_frames(core, &retention).await?;
    core.write(move |unit| {
        Box::pin(async move {
            let now = unit.now();
            access_tokens::delete_expired(unit.conn, now).await?;
            inbox::forget_before(unit.conn, now - REMEMBERED).await?;
            idempotency::delete_before(unit.conn, now - ANSWERED).await?;
            Ok(())
        })
    })
    .await?;
    flag_open_charges(core).await?;
    for token in hub.tokens() {
        sign_in::keep_alive(core, token).await?;
    }
    Ok(())
}
