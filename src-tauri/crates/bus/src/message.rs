//! What travels: an event's envelope with the headers that order it, a command, and what arrives.

use std::time::Duration;

use domain::EventId;
use tokio::sync::oneshot;
use uuid::Uuid;

/// An event on the bus.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// The event's id: `message_id`.
    pub id: EventId,
    /// Where it is routed: its type, but for raw charger traffic.
    pub routing_key: String,
    /// What orders it: header `x-key`.
    pub key: String,
    /// Its number within the key: header `x-key-seq`.
    pub key_seq: i64,
    /// The envelope, as JSON.
    pub envelope: String,
}

/// A command on its way to one gateway. What it asks for is between the sender and that gateway.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommandEnvelope {
    /// The command's id: `message_id`, by which the receiver knows one that comes twice.
    pub id: Uuid,
    /// The command, as JSON.
    pub body: String,
    /// How long it is of use. Beyond that the broker sets it aside instead of handing it over late.
    pub lives: Duration,
}

/// What comes to the one reader of the events.
#[derive(Debug)]
pub enum Arrival {
    /// A message of somebody else.
    Message(Delivery),
    /// Messages of others were lost before the next one, for this reason: what is on the screens may be old.
    Gap(String),
}

/// What the reader made of a delivery.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// Done; the bus forgets it.
    Handled,
    /// It can never be read; set aside with the reason.
    Unreadable(String),
}

/// A message at its reader. Dropping it unanswered makes the bus deliver it again: a command at once, an
/// event on the next connection.
#[derive(Debug)]
pub struct Delivery {
    /// The body: an envelope or a command, unless somebody else published it.
    pub body: String,
    /// `message_id`, where its publisher gave one.
    pub id: Option<String>,
    /// Where it was routed.
    pub routing_key: String,
    /// Which time this is; above 1 only for commands.
    pub attempt: u32,
    outcome: oneshot::Sender<Outcome>,
}

impl Delivery {
    pub(crate) fn new(
        body: String,
        id: Option<String>,
        routing_key: String,
        attempt: u32,
    ) -> (Self, oneshot::Receiver<Outcome>) {
        let (outcome, handled) = oneshot::channel();
        let delivery = Self {
            body,
            id,
            routing_key,
            attempt,
            outcome,
        };
        (delivery, handled)
    }

    /// Says that its effect is stored.
    pub fn ack(self) {
        // A bus that has gone delivers it again, and the reader knows its id.
        let _ = self.outcome.send(Outcome::Handled);
    }

    /// Says that it cannot be read: it goes to the dead letters with the reason and blocks nothing behind it.
    pub fn set_aside(self, reason: impl Into<String>) {
        let _ = self.outcome.send(Outcome::Unreadable(reason.into()));
    }
}
