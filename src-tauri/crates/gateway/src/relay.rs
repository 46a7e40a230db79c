//! From the outbox to the broker, in order, until the broker says that it has them. Only with a broker, and
//! only what this gateway's own screens have already (see `notify/pump.rs`). Nothing is published that did not
//! commit; nothing committed is forgotten before it is stored elsewhere.

use std::sync::Arc;
use std::time::Duration;

use bus::{Bus, BusError, Message};
use store::StoreError;
use store::repo::outbox::{self, Outgoing};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use crate::core::{Core, OpError};

/// How many events are published at once.
const BATCH: i64 = 200;
/// How often the outbox is looked at without being woken.
const LOOK: Duration = Duration::from_secs(1);
/// How often it is while an event waits for another gateway's, which comes before it.
const HELD: Duration = Duration::from_millis(50);
/// How long to wait after the bus or the database failed.
const PAUSE: Duration = Duration::from_secs(1);

/// Runs until the gateway stops.
pub async fn run(core: Core, bus: Arc<dyn Bus>, woken: Arc<Notify>, stopping: CancellationToken) {
    let mut link = bus.link();
    let mut was_failing = false;
    loop {
        let drained = tokio::select! {
            drained = drain(&core, &*bus) => drained,
            () = stopping.cancelled() => return,
        };
        let failing = drained.is_err();
        let wait = match &drained {
            Ok(Left::Nothing) => LOOK,
            Ok(Left::Held) => HELD,
            Err(_) => PAUSE,
        };
        if let Err(error) = drained
            && !was_failing
        {
            tracing::warn!(%error, "events wait in the outbox");
        } else if was_failing && !failing {
            tracing::info!("the outbox is drained");
        }
        was_failing = failing;
        tokio::select! {
            () = woken.notified(), if !failing => {}
            _ = link.changed(), if failing => {}
            () = tokio::time::sleep(wait) => {}
            () = stopping.cancelled() => return,
        }
    }
}

/// Why the outbox is not empty.
#[derive(Debug, thiserror::Error)]
enum RelayError {
    #[error(transparent)]
    Bus(#[from] BusError),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Op(#[from] OpError),
}

/// What is in the outbox when nothing more can be published.
enum Left {
    Nothing,
    /// What comes after an event of another gateway.
    Held,
}

/// Publishes until nothing is left that may go.
async fn drain(core: &Core, bus: &dyn Bus) -> Result<Left, RelayError> {
    loop {
        let mut conn = core.store.read().await?;
        let waiting = outbox::next(&mut conn, &core.node, BATCH).await?;
        if waiting.is_empty() {
            let held = outbox::is_waiting(&mut conn, &core.node).await?;
            return Ok(if held { Left::Held } else { Left::Nothing });
        }
        drop(conn);
        let batch: Vec<Message> = waiting.into_iter().map(message).collect();
        let published = bus.publish(&batch).await;
        forget(core, &batch[..published.stored]).await?;
        crate::metrics::events_published(published.stored);
        if let Some(failure) = published.failure {
            return Err(failure.into());
        }
    }
}

fn message(event: Outgoing) -> Message {
    Message {
        id: event.id,
        routing_key: event.routing_key,
        key: event.key,
        key_seq: event.key_seq,
        envelope: event.envelope,
    }
}

async fn forget(core: &Core, stored: &[Message]) -> Result<(), OpError> {
    if stored.is_empty() {
        return Ok(());
    }
    let ids: Vec<_> = stored.iter().map(|message| message.id).collect();
    core.write(move |unit| Box::pin(async move { Ok(outbox::delete(unit.conn, &ids).await?) }))
        .await
}
