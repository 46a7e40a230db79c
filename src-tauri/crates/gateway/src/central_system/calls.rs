//! The CALLs to one charger over one socket: their queue, the one in flight, and their deadlines (FLT-10).
//! The socket's task tells it the time, writes what it hands out and passes on what was heard.

use std::collections::VecDeque;
use std::time::Duration;

use domain::Timestamp;
use ocpp::{MessageId, RawValue};
use tokio::sync::{OwnedSemaphorePermit, oneshot};
use tokio::time::{Instant, timeout_at};

use super::outbound::{CallFailure, Reply};

/// How many finished ids are remembered, to tell a late answer from one to nothing asked.
const REMEMBERED: usize = 32;

/// How long what a charger answered may take to be stored before its own CALLs are worked off all the same.
const SETTLE: Duration = Duration::from_secs(10);

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
    /// Ends when what was answered is stored.
    pub(super) released: oneshot::Receiver<()>,
    /// Its place in the queue, given back when it leaves.
    pub(super) place: OwnedSemaphorePermit,
}

/// The CALL that is out.
struct Flying {
    id: MessageId,
    action: String,
    deadline: Instant,
    answer: oneshot::Sender<Result<Reply, CallFailure>>,
    released: oneshot::Receiver<()>,
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

/// An answer whose meaning is being stored.
struct Settling {
    released: oneshot::Receiver<()>,
    deadline: Instant,
}

/// The queue and the one in flight.
pub(super) struct Calls {
    timeout: Duration,
    waiting: VecDeque<Order>,
    flying: Option<Flying>,
    settling: Option<Settling>,
    over: VecDeque<MessageId>,
}

impl Calls {
    /// Nothing asked yet; the charger has `timeout` to answer a CALL.
    pub(super) fn new(timeout: Duration) -> Self {
        Self {
            timeout,
            waiting: VecDeque::new(),
            flying: None,
            settling: None,
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
            released: order.released,
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
    pub(super) fn heard(
        &mut self,
        id: &MessageId,
        answer: Result<Reply, CallFailure>,
        now: Instant,
    ) -> Heard {
        let Some(flying) = self.flying.take_if(|flying| flying.id == *id) else {
            return if self.over.contains(id) {
                Heard::Late
            } else {
                Heard::Unknown
            };
        };
        self.remember(flying.id);
        self.settling = Some(Settling {
            released: flying.released,
            deadline: now + SETTLE,
        });
        let _ = flying.answer.send(answer);
        Heard::Answer
    }

    /// Whether an answer is still being stored: what the charger said after it has to wait.
    pub(super) const fn is_settling(&self) -> bool {
        self.settling.is_some()
    }

    /// Waits until the answer is stored, or has taken too long; for ever when there is none.
    pub(super) async fn settled(&mut self) {
        match &mut self.settling {
            None => std::future::pending().await,
            Some(settling) => {
                // An error is how it ends: the sender is dropped, nothing is ever sent.
                let _ = timeout_at(settling.deadline, &mut settling.released).await;
                self.settling = None;
            }
        }
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

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use tokio::sync::Semaphore;

    use super::*;

    /// A queue whose one CALL has just been answered; the answer, and what its caller holds.
    fn answered() -> (
        Calls,
        oneshot::Receiver<Result<Reply, CallFailure>>,
        oneshot::Sender<()>,
    ) {
        let now = Instant::now();
        let mut calls = Calls::new(Duration::from_secs(30));
        let (held, released) = oneshot::channel();
        let (answer, heard) = oneshot::channel();
        let payload = || RawValue::from_string("{}".to_owned()).expect("a literal object");
        let place = Arc::new(Semaphore::new(1)).try_acquire_owned();
        calls.push(Order {
            action: "Reset".to_owned(),
            payload: payload(),
            expires: now + Duration::from_secs(30),
            on_sent: Box::new(|_| ()),
            answer,
            released,
            place: place.expect("it has one place"),
        });
        let id = || MessageId::truncating("1");
        assert!(calls.next(now, id).is_some(), "nothing is in flight");
        assert!(!calls.is_settling(), "a CALL that is out holds nothing up");
        let heard_of = calls.heard(&id(), Ok(Reply(payload())), now);
        assert_eq!(heard_of, Heard::Answer);
        (calls, heard, held)
    }

    #[tokio::test(start_paused = true)]
    async fn what_comes_after_an_answer_waits_until_the_answer_is_stored() {
        let (mut calls, heard, held) = answered();
        assert!(heard.await.is_ok(), "the caller has its answer");
        assert!(calls.is_settling(), "and has not stored it yet");
        let early = tokio::time::timeout(SETTLE / 2, calls.settled()).await;
        assert!(early.is_err(), "it is waited for");
        drop(held);
        calls.settled().await;
        assert!(!calls.is_settling(), "stored: the charger's own go on");
    }

    #[tokio::test(start_paused = true)]
    async fn an_answer_that_is_never_stored_holds_a_charger_up_for_a_bounded_time() {
        let (mut calls, _heard, _held) = answered();
        calls.settled().await;
        assert!(!calls.is_settling(), "ten seconds, and not for ever");
    }
}
