//! The bus over RabbitMQ. The only code that names lapin.

mod consumer;
mod publisher;
mod supervisor;
mod topology;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use lapin::Channel;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::{Bus, BusError, Deliveries, Link, Message, Published};

/// How many deliveries wait in the process beyond those the reader holds; the broker keeps the rest.
pub(crate) const PREFETCH: u16 = 100;

/// Persistent, in AMQP's numbering.
const PERSISTENT: u8 = 2;

/// Where the broker is and how this gateway appears on it.
#[derive(Clone, Debug)]
pub struct RabbitMqConfig {
    /// `amqp://…` or `amqps://…`.
    pub url: String,
    /// This gateway's name: in `app_id` and in its queue.
    pub node: String,
    /// The topic exchange of the events.
    pub exchange: String,
    /// The exchange of messages that cannot be read.
    pub dead_letter_exchange: String,
    /// How long the broker may take to confirm.
    pub confirm_timeout: Duration,
    /// The longest pause between two attempts to connect.
    pub reconnect_max: Duration,
}

/// The RabbitMQ bus: a supervisor task keeps a connection, or keeps trying to.
pub struct RabbitMq {
    config: Arc<RabbitMqConfig>,
    channel: watch::Receiver<Option<Channel>>,
    link: watch::Receiver<Link>,
    reader: Mutex<Option<Deliveries>>,
    stop: CancellationToken,
    supervisor: Mutex<Option<JoinHandle<()>>>,
}

impl RabbitMq {
    /// Starts the supervisor. It never gives up: a broker that is away now may come any time.
    pub fn start(config: RabbitMqConfig) -> Self {
        let config = Arc::new(config);
        let (deliver, reader) = mpsc::channel(usize::from(PREFETCH));
        let (channel_set, channel) = watch::channel(None);
        let (link_set, link) = watch::channel(Link::Down);
        let stop = CancellationToken::new();
        let supervisor = tokio::spawn(supervisor::run(
            Arc::clone(&config),
            supervisor::Outputs {
                channel: channel_set,
                link: link_set,
                deliver,
            },
            stop.clone(),
        ));
        Self {
            config,
            channel,
            link,
            reader: Mutex::new(Some(reader)),
            stop,
            supervisor: Mutex::new(Some(supervisor)),
        }
    }
}

#[async_trait]
impl Bus for RabbitMq {
    async fn publish(&self, batch: &[Message]) -> Published {
        let channel = self.channel.borrow().clone();
        match channel {
            Some(channel) => publisher::publish(&channel, &self.config, batch).await,
            None => Published {
                stored: 0,
                failure: Some(BusError::Down),
            },
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
        self.link.clone()
    }

    async fn close(&self) {
        self.stop.cancel();
        let supervisor = self
            .supervisor
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
            .take();
        if let Some(supervisor) = supervisor
            && let Err(error) = supervisor.await
        {
            tracing::error!(%error, "the broker supervisor ended badly");
        }
    }
}

impl From<lapin::Error> for BusError {
    fn from(error: lapin::Error) -> Self {
        Self::Broker(error.to_string())
    }
}
