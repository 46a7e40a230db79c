//! How this gateway is, for the operator's system page: looked at by the second, told where it changed. Not for
//! `/health/ready`, which looks for itself, nor for figures over time (`metrics`).

use std::sync::Arc;
use std::time::{Duration, Instant};

use bus::Link;
use domain::event::{DatabaseHealth, GatewayStatusChanged, OutboxHealth};
use store::repo::charge_points;
use store::repo::outbox::Waiting;
use tokio::sync::watch;
use tokio::time::MissedTickBehavior;
use tokio_util::sync::CancellationToken;

use crate::core::{Core, OpError};
use crate::notify::Hub;
use crate::ops::report_gateway::report_gateway;
use crate::updating::{State, Updating};

/// How often it is looked at.
const LOOK: Duration = Duration::from_secs(1);
/// A question to the database that takes longer makes it a slow one.
const SLOW: Duration = Duration::from_millis(500);

/// What is looked at.
pub struct StatusWatch {
    /// The store, and the gateway's name.
    pub core: Core,
    /// The readers.
    pub hub: Arc<Hub>,
    /// The link to the broker.
    pub link: watch::Receiver<Link>,
    /// What waits for it.
    pub outbox: watch::Receiver<Waiting>,
    /// The update that may be on its way here.
    pub updating: Arc<Updating>,
}

/// What of it is news: while the broker is away its outbox grows with each look, and telling of that would make
/// it grow. Its order of magnitude is enough.
#[derive(Clone, PartialEq, Eq)]
struct Seen {
    link: Link,
    database: DatabaseHealth,
    outbox: u32,
    chargers: i64,
    readers: i64,
    update: State,
}

impl StatusWatch {
    /// Runs until the gateway stops.
    pub async fn run(self, stopping: CancellationToken) {
        let mut beat = tokio::time::interval(LOOK);
        beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut told = None;
        loop {
            tokio::select! {
                _ = beat.tick() => {}
                () = stopping.cancelled() => return,
            }
            let status = self.look().await;
            let seen = self.seen(&status);
            if told.as_ref() == Some(&seen) || status.database == DatabaseHealth::Down {
                continue;
            }
            match report_gateway(&self.core, status).await {
                Ok(()) => told = Some(seen),
                Err(error) => tracing::warn!(%error, "how the gateway is could not be told"),
            }
        }
    }

    async fn look(&self) -> GatewayStatusChanged {
        let asked = Instant::now();
        let chargers = self.chargers().await;
        let database = match chargers {
            Err(_) => DatabaseHealth::Down,
            Ok(_) if asked.elapsed() > SLOW => DatabaseHealth::Slow,
            Ok(_) => DatabaseHealth::Ok,
        };
        let waiting = *self.outbox.borrow();
        let oldest = waiting.oldest_at.map_or(0, |oldest| {
            (self.core.clock.now().as_second() - oldest.as_second()).max(0)
        });
        GatewayStatusChanged {
            node: self.core.node.to_string(),
            broker: self.link.borrow().as_str().to_owned(),
            database,
            outbox: OutboxHealth {
                depth: waiting.depth,
                oldest_seconds: oldest,
                bytes: waiting.bytes,
            },
            chargers: chargers.unwrap_or_default(),
            readers: i64::try_from(self.hub.readers()).unwrap_or(i64::MAX),
            update: self.updating.state().version().map(str::to_owned),
        }
    }

    fn seen(&self, status: &GatewayStatusChanged) -> Seen {
        Seen {
            link: *self.link.borrow(),
            database: status.database,
            outbox: (status.outbox.depth / 1000)
                .checked_ilog2()
                .map_or(0, |log| log + 1),
            chargers: status.chargers,
            readers: status.readers,
            update: self.updating.state(),
        }
    }

    async fn chargers(&self) -> Result<i64, OpError> {
        let mut conn = self.core.store.read().await?;
        Ok(charge_points::count_held_by(&mut conn, &self.core.node).await?)
    }
}
