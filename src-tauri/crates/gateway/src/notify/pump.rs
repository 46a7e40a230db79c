//! From the bus to the readers: each event gets its number in the log first, is pushed second, and is
//! acknowledged last. A crash anywhere in between repeats work and loses nothing.

use std::sync::Arc;
use std::time::Duration;

use bus::{Deliveries, Delivery};
use domain::event::Envelope;
use domain::{Event, EventId};
use store::repo::live_log;
use tokio_util::sync::CancellationToken;

use super::Hub;
use super::hub::News;
use crate::core::{Core, OpError};

/// How many events share one commit.
const BATCH: usize = 100;
/// How long to wait before a failed store is tried again.
const PAUSE: Duration = Duration::from_millis(500);

/// An event that reads, with the delivery that brought it.
struct Arrived {
    id: EventId,
    event: Event,
    delivery: Delivery,
}

/// Runs until the bus ends or the gateway stops.
pub async fn run(
    core: Core,
    hub: Arc<Hub>,
    mut deliveries: Deliveries,
    stopping: CancellationToken,
) {
    let mut batch = Vec::with_capacity(BATCH);
    loop {
        let count = tokio::select! {
            count = deliveries.recv_many(&mut batch, BATCH) => count,
            () = stopping.cancelled() => return,
        };
        if count == 0 {
            return;
        }
        let arrived: Vec<Arrived> = batch.drain(..).filter_map(read).collect();
        let numbers = tokio::select! {
            numbers = number(&core, &hub, &arrived) => numbers,
            () = stopping.cancelled() => return,
        };
        for (arrived, seq) in arrived.into_iter().zip(numbers) {
            // `None`: the log had it already, so the readers had it too.
            if let Some(seq) = seq {
                crate::metrics::event_pushed();
                hub.push(&News {
                    seq,
                    event: &arrived.event,
                    envelope: &arrived.delivery.body,
                });
            }
            arrived.delivery.ack();
        }
    }
}

fn read(delivery: Delivery) -> Option<Arrived> {
    let parsed = match serde_json::from_str::<Envelope<'_>>(&delivery.body) {
        Ok(envelope) => match envelope.event() {
            Some(Ok(event)) => Ok((envelope.id, event)),
            Some(Err(error)) => Err(format!(
                "the data of {} does not read: {error}",
                envelope.name
            )),
            None => Err(format!("no event is called {}", envelope.name)),
        },
        Err(error) => Err(format!("not an envelope: {error}")),
    };
    match parsed {
        Ok((id, event)) => Some(Arrived {
            id,
            event,
            delivery,
        }),
        Err(reason) => {
            delivery.set_aside(reason);
            None
        }
    }
}

/// Numbers a batch in one commit, for as long as that takes: an event that is not in the log is not pushed.
async fn number(core: &Core, hub: &Hub, batch: &[Arrived]) -> Vec<Option<i64>> {
    let stream = hub.head().stream;
    let events: Arc<[(EventId, String)]> = batch
        .iter()
        .map(|one| (one.id, one.delivery.body.clone()))
        .collect();
    loop {
        let events = Arc::clone(&events);
        let numbered: Result<Vec<Option<i64>>, OpError> = core
            .write(move |unit| {
                Box::pin(async move {
                    let mut numbers = Vec::with_capacity(events.len());
                    for (id, envelope) in events.iter() {
                        numbers.push(live_log::append(unit.conn, stream, *id, envelope).await?);
                    }
                    Ok(numbers)
                })
            })
            .await;
        match numbered {
            Ok(numbers) => return numbers,
            Err(error) => {
                tracing::error!(%error, "events cannot be logged; trying again");
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
}
