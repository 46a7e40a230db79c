//! The bus of a kiosk without a broker: nobody else is there, so events are stored as soon as they are given,
//! and commands for this gateway come back to it.

use std::sync::Mutex;

use async_trait::async_trait;
use tokio::sync::{mpsc, watch};

use crate::{
    Arrival, Bus, BusError, CommandEnvelope, Commands, Deliveries, Delivery, Link, Message,
    Published,
};

/// How many commands may wait for the reader; beyond it the sender is refused.
const QUEUE: usize = 100;

/// The in-process bus.
pub struct InProcess {
    node: String,
    /// Kept open, so that the reader waits for ever instead of seeing an end.
    _others: mpsc::Sender<Arrival>,
    reader: Mutex<Option<Deliveries>>,
    queue: mpsc::Sender<Delivery>,
    commands: Mutex<Option<Commands>>,
    link: watch::Sender<Link>,
    /// Nothing is set aside where nobody else is.
    dead_letters: watch::Sender<Option<u32>>,
}

impl InProcess {
    /// The bus of the gateway called `node`, whose readers are yet to come.
    pub fn new(node: impl Into<String>) -> Self {
        let (others, reader) = mpsc::channel(1);
        let (queue, commands) = mpsc::channel(QUEUE);
        Self {
            node: node.into(),
            _others: others,
            reader: Mutex::new(Some(reader)),
            queue,
            commands: Mutex::new(Some(commands)),
            link: watch::Sender::new(Link::InProcess),
            dead_letters: watch::Sender::new(None),
        }
    }
}

#[async_trait]
impl Bus for InProcess {
    async fn publish(&self, batch: &[Message]) -> Published {
        Published {
            stored: batch.len(),
            failure: None,
        }
    }

    fn deliveries(&self) -> Result<Deliveries, BusError> {
        take(&self.reader)
    }

    async fn send_command(&self, node: &str, command: &CommandEnvelope) -> Result<(), BusError> {
        if node != self.node {
            return Err(BusError::NoSuchNode(node.to_owned()));
        }
        // What becomes of it is seen in the state it changes; nobody here would send it again.
        let (delivery, _) = Delivery::new(
            command.body.clone(),
            Some(command.id.to_string()),
            node.to_owned(),
            1,
        );
        self.queue.try_send(delivery).map_err(|error| match error {
            mpsc::error::TrySendError::Full(_) => BusError::Refused(command.id.to_string()),
            mpsc::error::TrySendError::Closed(_) => BusError::NoReader,
        })
    }

    fn commands(&self) -> Result<Commands, BusError> {
        take(&self.commands)
    }

    fn link(&self) -> watch::Receiver<Link> {
        self.link.subscribe()
    }

    fn dead_letters(&self) -> watch::Receiver<Option<u32>> {
        self.dead_letters.subscribe()
    }

    async fn close(&self) {}
}

/// Takes the one receiver there is.
pub(crate) fn take<T>(
    reader: &Mutex<Option<mpsc::Receiver<T>>>,
) -> Result<mpsc::Receiver<T>, BusError> {
    let mut reader = reader
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner);
    reader.take().ok_or(BusError::NoReader)
}
