//! The bus of a kiosk without a broker: a bounded channel to the gateway's own reader.
//! A message counts as stored only when its reader has stored its effect, so a crash loses nothing.

use std::sync::Mutex;

use async_trait::async_trait;
use tokio::sync::{mpsc, watch};

use crate::message::Outcome;
use crate::{Bus, BusError, Deliveries, Delivery, Link, Message, Published};

/// How many deliveries may wait for the reader.
const QUEUE: usize = 1024;

/// The in-process bus.
pub struct InProcess {
    queue: mpsc::Sender<Delivery>,
    reader: Mutex<Option<Deliveries>>,
    link: watch::Sender<Link>,
}

impl InProcess {
    /// A bus whose reader is yet to come.
    pub fn new() -> Self {
        let (queue, reader) = mpsc::channel(QUEUE);
        Self {
            queue,
            reader: Mutex::new(Some(reader)),
            link: watch::Sender::new(Link::InProcess),
        }
    }
}

impl Default for InProcess {
    fn default() -> Self {
        Self::new()
    }
}

#[async_trait]
impl Bus for InProcess {
    async fn publish(&self, batch: &[Message]) -> Published {
        let mut waiting = Vec::with_capacity(batch.len());
        for message in batch {
            let (delivery, handled) = Delivery::new(message.envelope.clone());
            if self.queue.send(delivery).await.is_err() {
                break;
            }
            waiting.push(handled);
        }
        let mut stored = 0;
        for handled in waiting {
            match handled.await {
                Ok(Outcome::Handled) => {}
                // There is no dead-letter queue in one process: the reason stands in the log, and the way is free.
                Ok(Outcome::Unreadable(reason)) => {
                    tracing::error!(reason, "an event of our own cannot be read");
                }
                Err(_) => break,
            }
            stored += 1;
        }
        Published {
            stored,
            failure: (stored < batch.len()).then_some(BusError::NoReader),
        }
    }

    fn deliveries(&self) -> Result<Deliveries, BusError> {
        let mut reader = self
            .reader
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        reader.take().ok_or(BusError::NoReader)
    }

    fn link(&self) -> watch::Receiver<Link> {
        self.link.subscribe()
    }

    async fn close(&self) {}
}
