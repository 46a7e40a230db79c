//! The truth file: what the central system has acknowledged and what each charge really was, for a
//! checker to hold against what the central system stored. Not for the queue: see `queue`.
//!
//! # Format
//!
//! `truth.jsonl` in the data folder, one per fleet, appended to by every run: one JSON object a line,
//! each on the disk before the next message of its charge point is sent. A last line without a line
//! feed was torn by a crash and does not count. Times are RFC 3339 in UTC. `entry` says which:
//!
//! **`acknowledged`**: a CALLRESULT came for a transaction message. Written after it came, never before.
//!
//! | member | is |
//! |---|---|
//! | `identity`, `connector` | the charge point and its connector, from 1 |
//! | `charge` | the charge's own id (UUID), the same in all of its lines; the central system never sees it |
//! | `action` | `StartTransaction`, `MeterValues` or `StopTransaction` |
//! | `messageId` | the id of the CALL that was answered |
//! | `transactionId` | as given by the answer to the start; -1 where the start was given up |
//! | `timestamp` | the message's own time |
//! | `idTag` | the charge's card |
//! | `registerWh` | `meterStart`, the energy register of the reading, or `meterStop` |
//! | `acknowledgedAt` | when the answer came, by the charge point's clock |
//!
//! **`ended`**: the stop of a charge was acknowledged, or given up after the last attempt.
//!
//! | member | is |
//! |---|---|
//! | `identity`, `connector`, `charge`, `transactionId`, `idTag` | as above |
//! | `startedAt`, `stoppedAt` | the times of its start and its stop |
//! | `meterStartWh`, `meterStopWh`, `energyWh` | its registers, and what it really took: their difference |
//! | `reason` | OCPP's word: `Local`, `Remote`, `PowerLoss`, … |
//! | `stopAcknowledged` | `false`: the central system never answered the stop |
//!
//! A crash between an answer and its mark in the queue makes the charge point send the message once
//! more, so one message may have several lines, with different message ids: `charge`, `action` and
//! `timestamp` name it. What was acknowledged within the last moment before a crash may be missing.

use std::fs::read_to_string;
use std::io;
use std::path::Path;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tokio::sync::{mpsc, oneshot};
use tracing::error;
use uuid::Uuid;

use crate::lines::{Lines, on_disk, whole};

/// The name of the file in the data folder.
pub const FILE_NAME: &str = "truth.jsonl";

/// Charge points wait here for the writer; each has one batch of lines at most.
const WAITING: usize = 1024;

/// One line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "entry", rename_all = "camelCase")]
pub enum Entry {
    /// A transaction message was answered.
    Acknowledged(Acknowledged),
    /// A charge ended and its stop is settled.
    Ended(Ended),
}

/// A transaction message that was answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Acknowledged {
    /// The charge point's.
    pub identity: String,
    /// Counted from 1.
    pub connector: i32,
    /// The charge's own id.
    pub charge: Uuid,
    /// Which of the three messages.
    pub action: Action,
    /// The id of the CALL that was answered.
    pub message_id: String,
    /// -1 where the start was given up.
    pub transaction_id: i32,
    /// The message's own time.
    pub timestamp: Timestamp,
    /// The charge's card.
    pub id_tag: String,
    /// `meterStart`, the register of the reading, or `meterStop`, Wh.
    pub register_wh: i32,
    /// When the answer came, by the charge point's clock.
    pub acknowledged_at: Timestamp,
}

/// A charge that ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Ended {
    /// The charge point's.
    pub identity: String,
    /// Counted from 1.
    pub connector: i32,
    /// The charge's own id.
    pub charge: Uuid,
    /// -1 where the start was given up.
    pub transaction_id: i32,
    /// The charge's card.
    pub id_tag: String,
    /// The time of its start.
    pub started_at: Timestamp,
    /// The time of its stop.
    pub stopped_at: Timestamp,
    /// The register at its start, Wh.
    pub meter_start_wh: i32,
    /// The register at its stop, Wh.
    pub meter_stop_wh: i32,
    /// What it really took, Wh.
    pub energy_wh: i32,
    /// Why it ended, in OCPP's word.
    pub reason: String,
    /// `false`: the stop was given up.
    pub stop_acknowledged: bool,
}

/// The transaction messages of OCPP 1.6, spelt as on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Action {
    /// OCPP 1.6 §4.8.
    StartTransaction,
    /// OCPP 1.6 §4.7.
    MeterValues,
    /// OCPP 1.6 §4.10.
    StopTransaction,
}

/// Reads a truth file, also while a fleet writes it. A line that is whole and cannot be read is an
/// error of kind [`io::ErrorKind::InvalidData`].
pub fn read(path: impl AsRef<Path>) -> io::Result<Vec<Entry>> {
    let text = read_to_string(path)?;
    let entry = |(number, line): (usize, &str)| {
        serde_json::from_str(line).map_err(|error| {
            io::Error::new(
                io::ErrorKind::InvalidData,
                format!("line {number}: {error}"),
            )
        })
    };
    (1..).zip(whole(&text).lines()).map(entry).collect()
}

/// The way to the writer; one for all charge points of a fleet.
#[derive(Clone, Debug)]
pub(crate) struct Truth {
    lines: mpsc::Sender<Batch>,
}

#[derive(Debug)]
struct Batch {
    text: String,
    written: oneshot::Sender<()>,
}

/// The writer: one file, one write and one sync for all that wait.
#[derive(Debug)]
pub(crate) struct Writer {
    file: Lines,
    lines: mpsc::Receiver<Batch>,
}

impl Truth {
    /// Opens the file; a second fleet at the same folder is refused.
    pub(crate) fn open(folder: &Path) -> io::Result<(Self, Writer)> {
        let (file, _) = Lines::open(&folder.join(FILE_NAME))?;
        file.lock()?;
        let (sender, lines) = mpsc::channel(WAITING);
        Ok((Self { lines: sender }, Writer { file, lines }))
    }

    /// Writes entries together; they are on the disk when this returns.
    pub(crate) async fn record(&self, entries: &[Entry]) {
        let line = |entry| {
            serde_json::to_string(entry).expect("entries have string keys and plain values") + "\n"
        };
        let (written, done) = oneshot::channel();
        let text = entries.iter().map(line).collect();
        // A writer that is gone has said why.
        if self.lines.send(Batch { text, written }).await.is_ok() {
            let _ = done.await;
        }
    }
}

impl Writer {
    /// Writes until every charge point is gone. A disk that fails is told of; lines are then missing.
    pub(crate) async fn run(mut self) {
        let mut batches = Vec::new();
        while self.lines.recv_many(&mut batches, WAITING).await > 0 {
            let text: String = batches.iter().map(|batch| batch.text.as_str()).collect();
            let mut file = self.file;
            let (back, written) = on_disk(move || {
                let written = file.append(&text, true);
                (file, written)
            })
            .await;
            self.file = back;
            if let Err(error) = written {
                error!(%error, "the truth file could not be written");
            }
            for batch in batches.drain(..) {
                let _ = batch.written.send(());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lines_have_the_members_the_format_names() {
        let line = concat!(
            r#"{"entry":"acknowledged","identity":"SIM-0001","connector":1,"#,
            r#""charge":"019a0000-0000-7000-8000-000000000001","action":"StartTransaction","#,
            r#""messageId":"m-1","transactionId":7,"timestamp":"2026-11-22T09:30:00Z","idTag":"A1","#,
            r#""registerWh":1200,"acknowledgedAt":"2026-11-22T09:30:01Z"}"#,
            "\n",
            r#"{"entry":"ended","identity":"SIM-0001","connector":1,"#,
            r#""charge":"019a0000-0000-7000-8000-000000000001","transactionId":7,"idTag":"A1","#,
            r#""startedAt":"2026-11-22T09:30:00Z","stoppedAt":"2026-11-22T10:30:00Z","#,
            r#""meterStartWh":1200,"meterStopWh":12200,"energyWh":11000,"reason":"Local","#,
            r#""stopAcknowledged":true}"#,
            "\n"
        );
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let path = folder.path().join(FILE_NAME);
        std::fs::write(&path, format!("{line}{{\"entry\":\"ack")).expect("the folder is ours");
        let entries = read(&path).expect("a torn last line is no fault");
        let again: Vec<_> = entries
            .iter()
            .map(|entry| serde_json::to_string(entry).expect("it prints"))
            .collect();
        assert_eq!(again.join("\n") + "\n", line, "read and printed the same");

        std::fs::write(&path, "{}\n").expect("the folder is ours");
        let error = read(&path).expect_err("a whole line must be readable");
        assert!(error.to_string().contains("line 1"), "{error}");
    }
}
