//! What a charge point has to tell about transactions and what it knows of its charges, as a state
//! that records bring forward. Pure. Where the records are kept: see `queue`.

use std::collections::{BTreeMap, VecDeque};

use ocpp::v16::{
    DateTime, MeterValuesRequest, Reason, StartTransactionRequest, StopTransactionRequest,
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The transaction id of a charge whose start was never answered.
pub(crate) const NEVER_ANSWERED: i32 = -1;

/// A message about a transaction. While it waits its transaction id is open: only the answer to the
/// start gives it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) enum Message {
    StartTransaction(StartTransactionRequest),
    MeterValues(MeterValuesRequest),
    StopTransaction(StopTransactionRequest),
}

/// The register of a connector at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Reading {
    pub(crate) register_wh: i32,
    pub(crate) at: DateTime,
}

/// A message in the queue.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Queued {
    /// Its place: messages are sent in this order.
    pub(crate) place: u64,
    pub(crate) charge: Uuid,
    pub(crate) connector: i32,
    pub(crate) reading: Reading,
    pub(crate) message: Message,
}

/// What is known of a charge until its stop is settled.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Charge {
    pub(crate) connector: i32,
    pub(crate) id_tag: String,
    pub(crate) started: Reading,
    pub(crate) last: Reading,
    /// `None` until the start is settled.
    pub(crate) transaction_id: Option<i32>,
    /// Why it ended; `None` while it goes on.
    pub(crate) ended: Option<Reason>,
}

/// One step of the state.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) enum Record {
    /// The state itself, in place of all records before.
    Whole(Backlog),
    /// A message joined the queue.
    Put(Queued),
    /// The first message left the queue: answered, or given up.
    Settled {
        place: u64,
        /// A start's.
        transaction_id: Option<i32>,
    },
    /// A message was thrown away because the queue was full.
    Dropped(u64),
}

/// The state.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Backlog {
    next: u64,
    waiting: VecDeque<Queued>,
    charges: BTreeMap<Uuid, Charge>,
    /// The newest register of each connector, Wh.
    registers: BTreeMap<i32, i32>,
}

impl Backlog {
    /// The place of the next message.
    pub(crate) fn next(&self) -> u64 {
        self.next
    }

    /// How many messages wait.
    pub(crate) fn len(&self) -> usize {
        self.waiting.len()
    }

    /// The message to send now.
    pub(crate) fn first(&self) -> Option<&Queued> {
        self.waiting.front()
    }

    pub(crate) fn charge(&self, charge: Uuid) -> Option<&Charge> {
        self.charges.get(&charge)
    }

    /// The charges that nothing has ended, oldest first.
    pub(crate) fn going_on(&self) -> impl Iterator<Item = (Uuid, &Charge)> {
        let going_on = |(_, charge): &(&Uuid, &Charge)| charge.ended.is_none();
        self.charges
            .iter()
            .filter(going_on)
            .map(|(id, charge)| (*id, charge))
    }

    /// The newest register of a connector, Wh.
    pub(crate) fn register_wh(&self, connector: i32) -> i32 {
        self.registers.get(&connector).copied().unwrap_or_default()
    }

    /// The place of the message that goes when the queue is full: the oldest MeterValues. A start or
    /// a stop never goes.
    pub(crate) fn least_needed(&self) -> Option<u64> {
        self.waiting
            .iter()
            .find(|queued| matches!(queued.message, Message::MeterValues(_)))
            .map(|queued| queued.place)
    }

    /// Brings the state forward.
    pub(crate) fn apply(&mut self, record: Record) {
        match record {
            Record::Whole(backlog) => *self = backlog,
            Record::Put(queued) => self.put(queued),
            Record::Settled {
                place,
                transaction_id,
            } => {
                if let Some(queued) = self.take(place) {
                    self.settle(&queued, transaction_id);
                }
            }
            Record::Dropped(place) => drop(self.take(place)),
        }
    }

    fn put(&mut self, queued: Queued) {
        self.next = queued.place + 1;
        self.registers
            .insert(queued.connector, queued.reading.register_wh);
        if let Message::StartTransaction(start) = &queued.message {
            let charge = Charge {
                connector: queued.connector,
                id_tag: start.id_tag.clone(),
                started: queued.reading,
                last: queued.reading,
                transaction_id: None,
                ended: None,
            };
            self.charges.insert(queued.charge, charge);
        } else if let Some(charge) = self.charges.get_mut(&queued.charge) {
            charge.last = queued.reading;
            if let Message::StopTransaction(stop) = &queued.message {
                charge.ended = Some(stop.reason.clone().unwrap_or(Reason::Local));
            }
        }
        self.waiting.push_back(queued);
    }

    fn take(&mut self, place: u64) -> Option<Queued> {
        let at = self
            .waiting
            .iter()
            .position(|queued| queued.place == place)?;
        self.waiting.remove(at)
    }

    fn settle(&mut self, queued: &Queued, transaction_id: Option<i32>) {
        match &queued.message {
            Message::StartTransaction(_) => {
                if let Some(charge) = self.charges.get_mut(&queued.charge) {
                    charge.transaction_id = transaction_id;
                }
            }
            Message::MeterValues(_) => {}
            Message::StopTransaction(_) => {
                self.charges.remove(&queued.charge);
            }
        }
    }
}
