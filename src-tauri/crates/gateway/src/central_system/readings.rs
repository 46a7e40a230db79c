//! MeterValues on their way into the database. Those that wait at the same time are one unit of work: a site measures
//! far more often than anything else happens. Each is answered when that has been committed (FLT-01).

use std::sync::Arc;

use domain::ChargePointId;
use store::StoreError;
use tokio::sync::{mpsc, oneshot};

use crate::core::{Core, OpError};
use crate::ops::record_meter::{Measured, Message, record_meter, record_meters, unknown};

/// How many messages may wait; beyond it their sockets do.
const QUEUE: usize = 1_024;
/// How many are one unit of work at most.
const BATCH: usize = 128;

type Answer = oneshot::Sender<Result<(), OpError>>;

/// Where the sockets leave what was measured. The task ends, all stored, when the last of these is gone.
#[derive(Clone)]
pub(super) struct Readings {
    queue: mpsc::Sender<(Message, Answer)>,
}

impl Readings {
    /// The readings and the task that stores them.
    pub(super) fn new(core: Core) -> (Self, impl Future<Output = ()> + Send + 'static) {
        let (queue, waiting) = mpsc::channel(QUEUE);
        (Self { queue }, store_all(core, waiting))
    }

    /// Stores a message; returns when it has been committed.
    pub(super) async fn record(
        &self,
        charge_point_id: ChargePointId,
        measured: Measured,
    ) -> Result<(), OpError> {
        let (answer, answered) = oneshot::channel();
        let message = Message {
            charge_point_id,
            measured,
        };
        let closed = || OpError::Store(StoreError::Closed);
        let queued = self.queue.send((message, answer)).await;
        queued.map_err(|_| closed())?;
        answered.await.map_err(|_| closed())?
    }
}

async fn store_all(core: Core, mut waiting: mpsc::Receiver<(Message, Answer)>) {
    let mut batch = Vec::with_capacity(BATCH);
    while waiting.recv_many(&mut batch, BATCH).await > 0 {
        let (messages, answers): (Vec<_>, Vec<_>) = batch.drain(..).unzip();
        store(&core, messages, answers).await;
    }
}

async fn store(core: &Core, messages: Vec<Message>, answers: Vec<Answer>) {
    let messages: Arc<[Message]> = messages.into();
    match record_meters(core, Arc::clone(&messages)).await {
        Ok(known) => {
            for (answer, known) in answers.into_iter().zip(known) {
                tell(answer, if known { Ok(()) } else { Err(unknown()) });
            }
        }
        // Nobody is to go unanswered for what another one said.
        Err(error) if messages.len() > 1 && is_of_one(&error) => {
            tracing::warn!(count = messages.len(), %error, "readings could not be stored together; each is stored by itself");
            for (message, answer) in messages.iter().zip(answers) {
                let Message {
                    charge_point_id,
                    measured,
                } = message.clone();
                tell(answer, record_meter(core, charge_point_id, measured).await);
            }
        }
        Err(error) => {
            let why = error.to_string();
            for answer in answers {
                tell(answer, Err(StoreError::Group(why.clone()).into()));
            }
        }
    }
}

/// Whether one message may be the reason, and not the database.
fn is_of_one(error: &OpError) -> bool {
    match error {
        OpError::Store(error) => error.is_of_content(),
        _ => true,
    }
}

fn tell(answer: Answer, outcome: Result<(), OpError>) {
    // The socket may have ended; what is stored stands.
    let _ = answer.send(outcome);
}
