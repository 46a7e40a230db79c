//! CALLs to chargers, for the ops. `gateway::central_system::Outbound` is cheap to clone, `Outbound::default()` knows
//! no charger, and there is one verb:
//! `async fn call(&self, point: ChargePointId, action: &str, payload: Box<RawValue>, ttl: Duration,
//! on_sent: impl FnOnce(Timestamp) + Send + 'static) -> Answered`.
//! Not for what a command means, nor for checking its payload (`ocpp::payload::check_request`): that is the op's.

use std::sync::Arc;
use std::time::Duration;

use domain::{ChargePointId, Timestamp};
use ocpp::{RawValue, Version};
use tokio::sync::oneshot;
use tokio::time::Instant;

use super::calls::Order;
use super::registry::Registry;

/// The way from an op to a charger's socket.
#[derive(Clone, Default)]
pub struct Outbound {
    pub(super) registry: Arc<Registry>,
}

/// What a charger answered: the payload of its CALLRESULT, which fits the action's schema.
#[derive(Clone, Debug)]
pub struct Reply(pub Box<RawValue>);

/// How a CALL ended, and the charger's next word kept back until that is stored.
#[derive(Debug)]
pub struct Answered {
    /// The answer, or why there is none.
    pub outcome: Result<Reply, CallFailure>,
    /// To be dropped once the outcome is stored.
    pub hold: Hold,
}

/// While it lives, no CALL that the charger sent after its answer is worked off: what it answered comes before what
/// it did next, also where a commit takes its time. The socket waits for it a bounded time only.
#[derive(Debug)]
pub struct Hold {
    _held: oneshot::Sender<()>,
}

/// Why a CALL has no answer. Whether it was sent all the same is known from `on_sent`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CallFailure {
    /// The charger has no live socket here, or lost it before the CALL's turn: nothing was sent.
    #[error("the charger is not connected")]
    Offline,
    /// As many CALLs wait for this charger as may: nothing was sent.
    #[error("too many commands wait for this charger")]
    QueueFull,
    /// Its time ran out before its turn: nothing was sent, and nothing will be.
    #[error("the command waited too long and was not sent")]
    Expired,
    /// It was sent, and the charger did not answer in time. A later answer is ignored.
    #[error("the charger did not answer in time")]
    TimedOut,
    /// The charger answered with a CALLERROR, or with a result that does not read.
    #[error("the charger answered {code}: {description}")]
    Error {
        /// The error code as the charger spelt it.
        code: String,
        /// Its words, 255 characters at most. Hostile: show them as text only.
        description: String,
    },
    /// It was sent, and the socket closed before an answer came.
    #[error("the connection closed before the charger answered")]
    Disconnected,
}

impl Outbound {
    /// Sends one CALL and waits for its answer. CALLs of one charger leave one after the other (FLT-10).
    ///
    /// `ttl` is how long it may wait for its turn; after that it is never sent. From its leaving on the
    /// charger has `ocpp.call_timeout`. `on_sent` is told the time when the CALL was written to the socket; it runs
    /// on the socket's task and must not block. Dropping this future before that takes the CALL back.
    /// Keep the answer's `hold` until what it means is stored.
    pub async fn call(
        &self,
        point: ChargePointId,
        action: &str,
        payload: Box<RawValue>,
        ttl: Duration,
        on_sent: impl FnOnce(Timestamp) + Send + 'static,
    ) -> Answered {
        let (held, released) = oneshot::channel();
        let order = (action, payload, ttl);
        Answered {
            outcome: self.send(point, order, on_sent, released).await,
            hold: Hold { _held: held },
        }
    }

    async fn send(
        &self,
        point: ChargePointId,
        (action, payload, ttl): (&str, Box<RawValue>, Duration),
        on_sent: impl FnOnce(Timestamp) + Send + 'static,
        released: oneshot::Receiver<()>,
    ) -> Result<Reply, CallFailure> {
        let line = self.registry.line(point).ok_or(CallFailure::Offline)?;
        let place = line
            .places
            .try_acquire_owned()
            .map_err(|_| CallFailure::QueueFull)?;
        let (answer, answered) = oneshot::channel();
        let order = Order {
            action: action.to_owned(),
            payload,
            expires: Instant::now() + ttl,
            on_sent: Box::new(on_sent),
            answer,
            released,
            place,
        };
        line.orders
            .try_send(Box::new(order))
            .map_err(|_| CallFailure::Offline)?;
        // The socket's task answers every order it ends with; one that panicked answers none.
        answered.await.unwrap_or(Err(CallFailure::Disconnected))
    }

    /// The version a connected charger speaks; `None` where it has no live socket here.
    pub fn version(&self, point: ChargePointId) -> Option<Version> {
        self.registry.line(point).map(|line| line.version)
    }

    /// How many CALLs wait for a charger's line, the one in flight aside.
    pub fn waiting(&self, point: ChargePointId) -> usize {
        let line = self.registry.line(point);
        line.map_or(0, |line| {
            line.orders.max_capacity() - line.places.available_permits()
        })
    }
}
