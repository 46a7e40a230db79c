//! The CALLs to one charger over one socket: their queue, the one in flight, and their deadlines (FLT-10).
//! Pure: the socket's task tells it the time, writes what it hands out and passes on what was heard.

use std::collections::VecDeque;
use std::time::Duration;

use domain::Timestamp;
use ocpp::{MessageId, RawValue};
use tokio::sync::{OwnedSemaphorePermit, oneshot};
use tokio::time::Instant;

use super::outbound::{CallFailure, Reply};

/// How many finished ids are remembered, to tell a late answer from one to nothing asked.
const REMEMBERED: usize = 32;

/// Told when a CALL was written.
pub(super) type OnSent = Box<dyn FnOnce(Timestamp) + Send>;

/// A CALL somebody wants made.
pub(super) struct Order {
    pub(super) action: String,
    pub(super) payload: Box<RawValue>,
    /// After this it is not sent any more.
    pub(super) expires: Instant,
    pub(super) on_sent: OnSent,
    pub(super) answer: oneshot::Sender<Result<Reply, CallFailure>>,
    /// Its place in the queue, given back when it leaves.
    pub(super) place: OwnedSemaphorePermit,
}

/// The CALL that is out.
struct Flying {
    id: MessageId,
    action: String,
    deadline: Instant,
    answer: oneshot::Sender<Result<Reply, CallFailure>>,
}

/// A CALL to write now.
pub(super) struct Leaving {
    pub(super) id: MessageId,
    pub(super) action: String,
    pub(super) payload: Box<RawValue>,
    pub(super) on_sent: OnSent,
}

/// What an answer from the charger turned out to be.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Heard {
    /// The answer to the CALL in flight, which is over with it.
    Answer,
    /// The answer to a CALL that is over: too late, or twice.
    Late,
    /// The answer to nothing this socket ever asked.
    Unknown,
}

/// The queue and the one in flight.
pub(super) struct Calls {
    timeout: Duration,
    waiting: VecDeque<Order>,
    flying: Option<Flying>,
    over: VecDeque<MessageId>,
}

impl Calls {
    /// Nothing asked yet; the charger has `timeout` to answer a CALL.
    pub(super) fn new(timeout: Duration) -> Self {
        Self {
            timeout,
            waiting: VecDeque::new(),
            flying: None,
            over: VecDeque::new(),
        }
    }

    /// Takes an order into the queue.
    pub(super) fn push(&mut self, order: Order) {
        self.waiting.push_back(order);
    }

    /// The next CALL to write, unless one is in flight. What expired or whose caller went is left out.
    pub(super) fn next(&mut self, now: Instant, id: impl FnOnce() -> MessageId) -> Option<Leaving> {
        if self.flying.is_some() {
            return None;
        }
        self.expire(now);
        let order = self.waiting.pop_front()?;
        let id = id();
        self.flying = Some(Flying {
            id: id.clone(),
            action: order.action.clone(),
            deadline: now + self.timeout,
            answer: order.answer,
        });
        drop(order.place);
        Some(Leaving {
            id,
            action: order.action,
            payload: order.payload,
            on_sent: order.on_sent,
        })
    }

    /// Ends what ran out of time: in the queue, and in flight. Returns the action that was not answered.
    pub(super) fn expire(&mut self, now: Instant) -> Option<String> {
        let (over, waiting): (VecDeque<_>, VecDeque<_>) = std::mem::take(&mut self.waiting)
            .into_iter()
            .partition(|order| order.expires <= now || order.answer.is_closed());
        self.waiting = waiting;
        for order in over {
            // Nobody hears it where the caller went; then nothing is owed.
            let _ = order.answer.send(Err(CallFailure::Expired));
        }
        let unanswered = self.flying.take_if(|flying| flying.deadline <= now)?;
        self.remember(unanswered.id);
        let _ = unanswered.answer.send(Err(CallFailure::TimedOut));
        Some(unanswered.action)
    }

    /// When to look again; `None` when nothing waits for a time.
    pub(super) fn deadline(&self) -> Option<Instant> {
        let waiting = self.waiting.iter().map(|order| order.expires);
        waiting
            .chain(self.flying.as_ref().map(|flying| flying.deadline))
            .min()
    }

    /// The action in flight under this id.
    pub(super) fn action(&self, id: &MessageId) -> Option<&str> {
        let flying = self.flying.as_ref().filter(|flying| flying.id == *id)?;
        Some(&flying.action)
    }

    /// Takes in an answer. Only the one to the CALL in flight on this very socket counts.
    pub(super) fn heard(&mut self, id: &MessageId, answer: Result<Reply, CallFailure>) -> Heard {
        let Some(flying) = self.flying.take_if(|flying| flying.id == *id) else {
            return if self.over.contains(id) {
                Heard::Late
            } else {
                Heard::Unknown
            };
        };
        self.remember(flying.id);
        let _ = flying.answer.send(answer);
        Heard::Answer
    }

    /// The socket is gone: what was sent has no answer, what was not never leaves.
    pub(super) fn end(&mut self) {
        if let Some(flying) = self.flying.take() {
            let _ = flying.answer.send(Err(CallFailure::Disconnected));
        }
        for order in self.waiting.drain(..) {
            let _ = order.answer.send(Err(CallFailure::Offline));
        }
    }

    fn remember(&mut self, id: MessageId) {
        if self.over.len() == REMEMBERED {
            self.over.pop_front();
        }
        self.over.push_back(id);
    }
}
