//! The CALLs to one charger over one socket: their queue, the one in flight, and their deadlines (FLT-10).
//! The socket's task tells it the time, writes what it hands out and passes on what was heard.

use std::collections::VecDeque;
use std::time::Duration;

use domain::Timestamp;
use ocpp::{MessageId, RawValue};
use tokio::sync::{OwnedSemaphorePermit, oneshot};
use tokio::time::{Instant, timeout_at};
use uuid::Uuid;

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
    trace: Uuid,
    deadline: Instant,
    answer: oneshot::Sender<Result<Reply, CallFailure>>,
    released: oneshot::Receiver<()>,
}

/// A CALL to write now.
pub(super) struct Leaving {
    pub(super) id: MessageId,
    pub(super) trace: Uuid,
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

    /// The next CALL to write, unless one is in flight; what is drawn becomes its id. What expired or whose caller
    /// went is left out.
    pub(super) fn next(&mut self, now: Instant, draw: impl FnOnce() -> Uuid) -> Option<Leaving> {
        if self.flying.is_some() {
            return None;
        }
        self.expire(now);
        let order = self.waiting.pop_front()?;
        let trace = draw();
        let id = MessageId::truncating(&trace.to_string());
        self.flying = Some(Flying {
            id: id.clone(),
            action: order.action.clone(),
            trace,
            deadline: now + self.timeout,
            answer: order.answer,
            released: order.released,
        });
        drop(order.place);
        Some(Leaving {
            id,
            trace,
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

    /// The action in flight under this id, and its trace.
    pub(super) fn asked(&self, id: &MessageId) -> Option<(String, Uuid)> {
        let flying = self.flying.as_ref().filter(|flying| flying.id == *id)?;
        Some((flying.action.clone(), flying.trace))
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

    const TIMEOUT: Duration = Duration::from_secs(30);

    type Answered = oneshot::Receiver<Result<Reply, CallFailure>>;

    struct Line {
        calls: Calls,
        places: Arc<Semaphore>,
        ids: u128,
        /// What the callers hold: nothing they are told is stored before these go.
        held: Vec<oneshot::Sender<()>>,
    }

    impl Line {
        fn new() -> Self {
            Self {
                calls: Calls::new(TIMEOUT),
                places: Arc::new(Semaphore::new(100)),
                ids: 0,
                held: Vec::new(),
            }
        }

        fn push(&mut self, action: &str, ttl: Duration) -> Answered {
            let (answer, answered) = oneshot::channel();
            let (held, released) = oneshot::channel();
            self.held.push(held);
            let place = Arc::clone(&self.places).try_acquire_owned();
            self.calls.push(Order {
                action: action.to_owned(),
                payload: RawValue::from_string("{}".to_owned()).expect("JSON"),
                expires: Instant::now() + ttl,
                on_sent: Box::new(|_| {}),
                answer,
                released,
                place: place.expect("the test pushes few"),
            });
            answered
        }

        /// The action that leaves now; its id is its number in the order of leaving, from 1.
        fn next(&mut self) -> Option<String> {
            let id = Uuid::from_u128(self.ids + 1);
            let leaving = self.calls.next(Instant::now(), || id)?;
            self.ids += 1;
            Some(leaving.action)
        }

        fn hear(&mut self, number: &str) -> Heard {
            let payload = RawValue::from_string(format!("\"{number}\"")).expect("JSON");
            let id = Uuid::from_u128(number.parse().expect("a number")).to_string();
            self.calls.heard(
                &MessageId::from_wire(&id),
                Ok(Reply(payload)),
                Instant::now(),
            )
        }
    }

    fn outcome(answered: &mut Answered) -> Result<String, CallFailure> {
        let answer = answered.try_recv().expect("it was answered");
        answer.map(|reply| reply.0.get().to_owned())
    }

    #[tokio::test(start_paused = true)]
    async fn one_call_is_out_at_a_time_and_each_gets_its_own_answer() {
        let mut line = Line::new();
        let mut first = line.push("A", TIMEOUT);
        let mut second = line.push("B", TIMEOUT);
        assert_eq!(line.next().as_deref(), Some("A"), "the first in the queue");
        assert_eq!(line.next(), None, "one is out");
        assert_eq!(
            line.places.available_permits(),
            99,
            "what left waits no more"
        );
        assert_eq!(line.hear("2"), Heard::Unknown, "an id that was never given");
        assert!(first.try_recv().is_err(), "a stranger's answer is not mine");
        assert_eq!(line.hear("1"), Heard::Answer);
        assert_eq!(outcome(&mut first), Ok("\"1\"".to_owned()));
        assert_eq!(line.hear("1"), Heard::Late, "the same answer twice");
        assert_eq!(line.next().as_deref(), Some("B"), "then the next");
        assert_eq!(line.hear("2"), Heard::Answer);
        assert_eq!(outcome(&mut second), Ok("\"2\"".to_owned()));
        assert_eq!(line.calls.deadline(), None, "nothing waits any more");
    }

    #[tokio::test(start_paused = true)]
    async fn what_waits_too_long_never_leaves_and_what_is_not_answered_ends() {
        let mut line = Line::new();
        let mut slow = line.push("Slow", Duration::from_mins(1));
        let mut patient = line.push("Patient", Duration::from_mins(1));
        let mut hasty = line.push("Hasty", Duration::from_secs(10));
        let start = Instant::now();
        assert_eq!(line.next().as_deref(), Some("Slow"));
        assert_eq!(
            line.calls.deadline(),
            Some(start + Duration::from_secs(10)),
            "the first thing to run out"
        );
        tokio::time::advance(Duration::from_secs(10)).await;
        assert_eq!(
            line.calls.expire(Instant::now()),
            None,
            "none in flight ran out"
        );
        assert_eq!(
            outcome(&mut hasty),
            Err(CallFailure::Expired),
            "while another was out"
        );
        assert_eq!(line.calls.deadline(), Some(start + TIMEOUT));
        tokio::time::advance(Duration::from_secs(20)).await;
        assert_eq!(line.calls.expire(Instant::now()).as_deref(), Some("Slow"));
        assert_eq!(outcome(&mut slow), Err(CallFailure::TimedOut));
        assert_eq!(line.hear("1"), Heard::Late, "its answer comes too late");
        assert_eq!(
            line.next().as_deref(),
            Some("Patient"),
            "and not the hasty one"
        );
        assert_eq!(
            line.hear("1"),
            Heard::Late,
            "an old answer is not the new one's"
        );
        assert_eq!(line.hear("2"), Heard::Answer);
        assert!(outcome(&mut patient).is_ok());
    }

    #[tokio::test(start_paused = true)]
    async fn a_call_whose_caller_went_away_is_not_sent() {
        let mut line = Line::new();
        drop(line.push("Gone", TIMEOUT));
        let _kept = line.push("Kept", TIMEOUT);
        assert_eq!(line.next().as_deref(), Some("Kept"));
    }

    #[tokio::test(start_paused = true)]
    async fn the_end_of_the_socket_answers_everybody() {
        let mut line = Line::new();
        let mut sent = line.push("Sent", TIMEOUT);
        let mut waiting = line.push("Waiting", TIMEOUT);
        assert_eq!(line.next().as_deref(), Some("Sent"));
        line.calls.end();
        assert_eq!(
            outcome(&mut sent),
            Err(CallFailure::Disconnected),
            "it may have acted"
        );
        assert_eq!(
            outcome(&mut waiting),
            Err(CallFailure::Offline),
            "it heard nothing"
        );
        assert_eq!(
            line.places.available_permits(),
            100,
            "every place is given back"
        );
    }

    /// A queue whose one CALL has just been answered; the answer, and what its caller holds.
    fn answered() -> (Calls, Answered, Vec<oneshot::Sender<()>>) {
        let mut line = Line::new();
        let heard = line.push("Reset", TIMEOUT);
        assert!(line.next().is_some(), "nothing is in flight");
        assert!(
            !line.calls.is_settling(),
            "a CALL that is out holds nothing up"
        );
        assert_eq!(line.hear("1"), Heard::Answer);
        (line.calls, heard, line.held)
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
