//! The event bus: one trait, in-process or RabbitMQ. It carries envelopes and knows no rule of charging.
//!
//! At least once, in order per key: [`Bus::publish`] says how many messages from the front are stored for
//! good, and a delivery counts as handled only when it is acknowledged.

mod in_process;
mod message;
mod rabbitmq;

use async_trait::async_trait;
use tokio::sync::{mpsc, watch};

pub use in_process::InProcess;
pub use message::{Delivery, Message};
pub use rabbitmq::{RabbitMq, RabbitMqConfig};

/// Where deliveries arrive. Bounded: who reads slowly slows the bus, not the memory.
pub type Deliveries = mpsc::Receiver<Delivery>;

/// How the link to the broker is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Link {
    /// There is no broker: events stay in this process.
    InProcess,
    /// Connected and taking messages.
    Connected,
    /// Connected, but the broker takes nothing for now (memory or disk alarm).
    Blocked,
    /// Not connected; the supervisor keeps trying.
    Down,
}

impl Link {
    /// The word in `/health/ready`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::InProcess => "in_process",
            Self::Connected => "connected",
            Self::Blocked => "blocked",
            Self::Down => "down",
        }
    }
}

/// What became of a batch: the first `stored` messages are safe, the rest must be sent again.
#[derive(Debug)]
pub struct Published {
    /// How many from the front are stored for good.
    pub stored: usize,
    /// Why the next one is not, where one is not.
    pub failure: Option<BusError>,
}

/// An error of the bus. The relay keeps the message and tries again, whichever it is.
#[derive(Debug, thiserror::Error)]
pub enum BusError {
    /// No connection to the broker.
    #[error("the broker is not connected")]
    Down,
    /// The broker did not confirm in time.
    #[error("the broker did not confirm within {0:?}")]
    Timeout(std::time::Duration),
    /// The broker took the message but no queue wanted it.
    #[error("no queue is bound for {0}")]
    Unroutable(String),
    /// The broker refused the message.
    #[error("the broker refused {0}")]
    Refused(String),
    /// The broker's own words.
    #[error("broker: {0}")]
    Broker(String),
    /// The one reader there can be was taken before, or has gone.
    #[error("the bus has no reader")]
    NoReader,
}

/// The event bus of one gateway.
#[async_trait]
pub trait Bus: Send + Sync {
    /// Publishes messages in order.
    async fn publish(&self, batch: &[Message]) -> Published;

    /// The gateway's own deliveries. There is one reader; a second call fails.
    fn deliveries(&self) -> Result<Deliveries, BusError>;

    /// The link, as it changes.
    fn link(&self) -> watch::Receiver<Link>;

    /// Ends connections and tasks.
    async fn close(&self);
}
