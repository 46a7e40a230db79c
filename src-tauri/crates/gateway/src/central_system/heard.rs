//! Signs of life on their way into the database. Bounded, and nobody waits for it: a charger that says it is alive is
//! answered whether or not the database is (FLT-13). One that finds no room is dropped: the next one says more.

use std::collections::BTreeSet;

use domain::ChargePointId;
use tokio::sync::mpsc;

use crate::core::Core;
use crate::ops::hear_charger::hear_chargers;

/// How many may wait. They are written as one, however many, so it is full only while the database hangs.
const QUEUE: usize = 1_024;

/// Where heartbeats leave whose they were. The task ends when the last of these is gone.
#[derive(Clone)]
pub(super) struct Heard {
    queue: mpsc::Sender<ChargePointId>,
}

impl Heard {
    /// The signs and the task that writes them.
    pub(super) fn new(core: Core) -> (Self, impl Future<Output = ()> + Send + 'static) {
        let (queue, heard) = mpsc::channel(QUEUE);
        (Self { queue }, write_all(core, heard))
    }

    /// Notes that a charger is alive, if there is room.
    pub(super) fn note(&self, point: ChargePointId) {
        // Full, or the gateway is gone: see above.
        let _ = self.queue.try_send(point);
    }
}

async fn write_all(core: Core, mut heard: mpsc::Receiver<ChargePointId>) {
    let mut batch = Vec::new();
    while heard.recv_many(&mut batch, QUEUE).await > 0 {
        // In one order always, so that no two gateways wait for each other.
        let points: BTreeSet<ChargePointId> = batch.drain(..).collect();
        let count = points.len();
        if let Err(error) = hear_chargers(&core, points).await {
            tracing::warn!(count, %error, "signs of life could not be noted");
        }
    }
}
