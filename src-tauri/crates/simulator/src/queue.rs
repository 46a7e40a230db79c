//! The queue of a charge point's transaction messages: in memory, and with a data folder also on the
//! disk, where it outlives the process. A message is in it before it is sent and until it is settled.
//! Not for sending: see `delivery`.

use std::io;
use std::path::Path;
use std::sync::Arc;

use ocpp::v16::{Reason, StopTransactionRequest};
use tokio::sync::{Mutex, Notify};
use tracing::error;
use uuid::Uuid;

use crate::backlog::{Backlog, Charge, Message, Queued, Reading, Record};
use crate::lines::{Lines, on_disk};

/// The file is written anew when so many of its lines say what later ones undid.
const STALE_LINES: usize = 512;

/// The queue; every change is one step, whole also when whoever asked for it is gone.
#[derive(Debug)]
pub(crate) struct Queue {
    kept: Arc<Mutex<Kept>>,
    on_disk: bool,
    most: usize,
    changed: Notify,
}

#[derive(Debug, Default)]
struct Kept {
    backlog: Backlog,
    file: Option<Lines>,
    /// The message that was last sent in vain, and how often.
    failed: (u64, u32),
}

/// What [`Queue::push`] did.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pushed {
    pub(crate) place: u64,
    /// Older MeterValues had to go for it.
    pub(crate) dropped: bool,
}

/// The message to send now.
#[derive(Clone, Debug)]
pub(crate) struct Head {
    pub(crate) queued: Queued,
    /// The charge it belongs to, as far as it is known.
    pub(crate) charge: Option<Charge>,
}

impl Queue {
    /// A queue that lasts as long as the process; it holds `most` messages.
    pub(crate) fn in_memory(most: usize) -> Self {
        Self {
            kept: Arc::default(),
            on_disk: false,
            most,
            changed: Notify::new(),
        }
    }

    /// The queue in a file, with what it held when the process before ended.
    pub(crate) fn open(path: &Path, most: usize) -> io::Result<Self> {
        let (file, text) = Lines::open(path)?;
        let mut kept = Kept {
            file: Some(file),
            ..Kept::default()
        };
        for (number, line) in (1..).zip(text.lines()) {
            let record = serde_json::from_str(line).map_err(|error| {
                io::Error::new(
                    io::ErrorKind::InvalidData,
                    format!("{} line {number}: {error}", path.display()),
                )
            })?;
            kept.backlog.apply(record);
        }
        Ok(Self {
            kept: Arc::new(Mutex::new(kept)),
            on_disk: true,
            most,
            changed: Notify::new(),
        })
    }

    /// Adds a message; it is on the disk when this returns.
    pub(crate) async fn push(
        &self,
        charge: Uuid,
        connector: i32,
        reading: Reading,
        message: Message,
    ) -> Pushed {
        let most = self.most;
        let pushed = self.change(move |kept| kept.push(most, charge, connector, reading, message));
        let pushed = pushed.await;
        self.changed.notify_one();
        pushed
    }

    /// Ends the charges that nothing has ended, where they were last known: the power was lost.
    pub(crate) async fn recover(&self) {
        self.change(Kept::recover).await;
        self.changed.notify_one();
    }

    /// The oldest message.
    pub(crate) async fn head(&self) -> Option<Head> {
        let kept = self.kept.lock().await;
        let queued = kept.backlog.first()?.clone();
        let charge = kept.backlog.charge(queued.charge).cloned();
        Some(Head { queued, charge })
    }

    /// Waits until a message has joined since the last time.
    pub(crate) async fn changed(&self) {
        self.changed.notified().await;
    }

    pub(crate) async fn is_empty(&self) -> bool {
        self.kept.lock().await.backlog.len() == 0
    }

    /// The newest register of a connector, Wh.
    pub(crate) async fn register_wh(&self, connector: i32) -> i32 {
        self.kept.lock().await.backlog.register_wh(connector)
    }

    /// Counts a vain attempt at the first message; how many there were.
    pub(crate) async fn failed(&self, place: u64) -> u32 {
        let failed = &mut self.kept.lock().await.failed;
        *failed = if failed.0 == place {
            (place, failed.1 + 1)
        } else {
            (place, 1)
        };
        failed.1
    }

    /// Takes a message out; a start's `transaction_id` becomes that of its charge.
    pub(crate) async fn settle(&self, place: u64, transaction_id: Option<i32>) {
        self.change(move |kept| {
            let settled = Record::Settled {
                place,
                transaction_id,
            };
            // Lost with the power, it is sent once more, and the natural key tells the copy.
            kept.record(vec![settled], false);
        })
        .await;
    }

    /// Changes what is kept, beside the runtime where a disk is involved.
    async fn change<T: Send + 'static>(
        &self,
        change: impl FnOnce(&mut Kept) -> T + Send + 'static,
    ) -> T {
        let mut kept = Arc::clone(&self.kept).lock_owned().await;
        if self.on_disk {
            on_disk(move || change(&mut kept)).await
        } else {
            change(&mut kept)
        }
    }
}

impl Kept {
    fn push(
        &mut self,
        most: usize,
        charge: Uuid,
        connector: i32,
        reading: Reading,
        message: Message,
    ) -> Pushed {
        let place = self.backlog.next();
        let mut records = Vec::new();
        let full = self.backlog.len() >= most;
        if let Some(dropped) = self.backlog.least_needed().filter(|_| full) {
            records.push(Record::Dropped(dropped));
        }
        let dropped = !records.is_empty();
        records.push(Record::Put(Queued {
            place,
            charge,
            connector,
            reading,
            message,
        }));
        self.record(records, true);
        Pushed { place, dropped }
    }

    fn recover(&mut self) {
        let stop = |(place, (id, charge)): (u64, (Uuid, &Charge))| {
            // The id is filled in when the stop is sent.
            let mut request =
                StopTransactionRequest::new(charge.last.register_wh, charge.last.at, 0);
            request.id_tag = Some(charge.id_tag.clone());
            request.reason = Some(Reason::PowerLoss);
            Record::Put(Queued {
                place,
                charge: id,
                connector: charge.connector,
                reading: charge.last,
                message: Message::StopTransaction(request),
            })
        };
        let next = self.backlog.next();
        let stops: Vec<_> = (next..).zip(self.backlog.going_on()).map(stop).collect();
        if !stops.is_empty() {
            self.record(stops, true);
        }
    }

    /// Keeps records, then brings the state forward. A disk that fails is told of, and the charge
    /// point goes on from memory.
    fn record(&mut self, records: Vec<Record>, durable: bool) {
        let text = self
            .file
            .is_some()
            .then(|| records.iter().map(line).collect());
        for record in records {
            self.backlog.apply(record);
        }
        let (Some(file), Some(text)) = (&mut self.file, text) else {
            return;
        };
        let text: String = text;
        let stale = file.count() > STALE_LINES + 2 * self.backlog.len();
        let written = if stale {
            file.replace(&line(&Record::Whole(self.backlog.clone())))
        } else {
            file.append(&text, durable)
        };
        if let Err(error) = written {
            error!(%error, "the queue could not be written and is kept in memory");
        }
    }
}

fn line(record: &Record) -> String {
    let mut line =
        serde_json::to_string(record).expect("records have string or number keys and plain values");
    line.push('\n');
    line
}

#[cfg(test)]
mod tests {
    use ocpp::v16::{MeterValuesRequest, StartTransactionRequest};

    use super::*;
    use crate::clock;

    fn reading(register_wh: i32) -> Reading {
        Reading {
            register_wh,
            at: clock::now(),
        }
    }

    #[tokio::test]
    async fn a_file_that_says_mostly_what_is_over_is_written_anew_and_says_the_same() {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let path = folder.path().join("queue.jsonl");
        let queue = Queue::open(&path, 10_000).expect("it opens");
        let charge = clock::charge_id();
        let start = StartTransactionRequest::new(1, "A1", 5, clock::now());
        let start = Message::StartTransaction(start);
        let started = queue.push(charge, 1, reading(5), start).await;
        queue.settle(started.place, Some(7)).await;
        let values = || Message::MeterValues(MeterValuesRequest::new(1, Vec::new()));
        // Two lines each: the file is written anew on the way, and again or not.
        for register in 6..400 {
            let pushed = queue.push(charge, 1, reading(register), values()).await;
            queue.settle(pushed.place, None).await;
        }
        let last = queue.push(charge, 1, reading(400), values()).await;
        let lines = std::fs::read_to_string(&path).expect("it is a file");
        let lines = lines.lines().count();
        assert!(lines <= STALE_LINES + 4, "{lines} lines for one message");
        drop(queue);

        let queue = Queue::open(&path, 10_000).expect("it opens");
        let head = queue.head().await.expect("one message waits");
        assert_eq!(head.queued.place, last.place, "places go on");
        let known = head.charge.expect("its charge goes on");
        assert_eq!(known.transaction_id, Some(7), "the start was answered");
        assert_eq!(queue.register_wh(1).await, 400);
        queue.settle(last.place, None).await;
        queue.recover().await;
        let stop = queue.head().await.expect("the charge is ended").queued;
        assert_eq!(stop.reading.register_wh, 400, "where it was last known");
        let Message::StopTransaction(stop) = stop.message else {
            panic!("{stop:?} ends no charge");
        };
        assert_eq!(
            (stop.meter_stop, stop.reason),
            (400, Some(Reason::PowerLoss))
        );
    }
}
