//! The event bus: one trait, in-process or RabbitMQ. It carries envelopes and knows no rule of charging.
//!
//! Events: at least once, in order per key; [`Bus::publish`] says how many from the front are stored for good.
//! What this gateway publishes never comes back to it. Commands: [`Bus::send_command`] hands one to a gateway
//! by its name and returns when it is stored, or fails when no such gateway is there; [`Bus::commands`] gives
//! what others sent to this one. A delivery counts as handled only when it is acknowledged.

mod in_process;
mod message;
mod rabbitmq;

use std::time::Duration;

use async_trait::async_trait;
use tokio::sync::{mpsc, watch};

pub use in_process::InProcess;
pub use message::{Arrival, CommandEnvelope, Delivery, Message};
pub use rabbitmq::{RabbitMq, RabbitMqConfig, check_url};

/// Where arrivals come in. Bounded: who reads slowly slows the bus, not the memory.
pub type Deliveries = mpsc::Receiver<Arrival>;

/// Where commands for this gateway come in. Bounded: what is not read waits at the broker.
pub type Commands = mpsc::Receiver<Delivery>;

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

/// An error of the bus. The relay keeps the message and tries again, whichever it is; who sends a command
/// tells the one who asked.
#[derive(Debug, thiserror::Error)]
pub enum BusError {
    /// No connection to the broker.
    #[error("the broker is not connected")]
    Down,
    /// The broker is connected and takes nothing for now.
    #[error("the broker takes no messages for now")]
    Blocked,
    /// The broker did not answer in time.
    #[error("the broker did not answer within {0:?}")]
    Timeout(Duration),
    /// The broker took the message but no queue wanted it.
    #[error("no queue is bound for {0}")]
    Unroutable(String),
    /// No gateway of this name takes commands: it stopped a while ago, or there never was one.
    #[error("no gateway called {0} takes commands")]
    NoSuchNode(String),
    /// The broker refused the message, or the reader has no room for it.
    #[error("{0} was refused")]
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
    /// Publishes events in order, for everybody but this gateway.
    async fn publish(&self, batch: &[Message]) -> Published;

    /// What others published. There is one reader; a second call fails.
    fn deliveries(&self) -> Result<Deliveries, BusError>;

    /// Hands a command to the gateway called `node`, which may be this one. `Ok` when it is stored: it reaches
    /// that gateway at least once, or not at all once its time has run out.
    async fn send_command(&self, node: &str, command: &CommandEnvelope) -> Result<(), BusError>;

    /// The commands for this gateway, in the order in which they were stored. Each may come more than once:
    /// its effect goes into one unit of work with its id in the store's inbox, and it is acknowledged after
    /// that. One that is dropped comes again, ten times at most; then it is a dead letter. There is one reader.
    fn commands(&self) -> Result<Commands, BusError>;

    /// The link, as it changes.
    fn link(&self) -> watch::Receiver<Link>;

    /// How many messages wait among the dead letters, as it changes; `None` until that is known.
    fn dead_letters(&self) -> watch::Receiver<Option<u32>>;

    /// Ends connections and tasks.
    async fn close(&self);
}
