//! What travels: an event's envelope with the headers that order it, and its delivery.

use domain::EventId;
use tokio::sync::oneshot;

/// An event on the bus.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// The event's id: `message_id`.
    pub id: EventId,
    /// Its type: the routing key.
    pub name: String,
    /// What orders it: header `x-key`.
    pub key: String,
    /// Its number within the key: header `x-key-seq`.
    pub key_seq: i64,
    /// The envelope, as JSON.
    pub envelope: String,
}

/// What the reader made of a delivery.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// Done; the bus forgets it.
    Handled,
    /// It can never be read; set aside with the reason.
    Unreadable(String),
}

/// A message at its reader. Dropping it unanswered makes the bus deliver it again.
#[derive(Debug)]
pub struct Delivery {
    /// The body: an envelope, unless somebody else published it.
    pub body: String,
    outcome: oneshot::Sender<Outcome>,
}

impl Delivery {
    pub(crate) fn new(body: String) -> (Self, oneshot::Receiver<Outcome>) {
        let (outcome, handled) = oneshot::channel();
        (Self { body, outcome }, handled)
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
