//! The message log: every frame becomes a row and an `ocpp.message` event, written in batches by one task. Its queue is
//! bounded: when the database is slow the sockets are read more slowly, and when it hangs frames are left out.
//! What cannot be stored is dropped and said: a log must not stop the charging (FLT-13). Not for the frames' secrets:
//! `redaction` takes them out.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use domain::charge_point::ChargePoint;
use domain::event::{Direction, FrameError, FrameKind, OcppMessage, PointRef, Verbatim};
use domain::{Event, Identity, Timestamp};
use ocpp::frame::code_word;
use ocpp::{Frame, RawValue, Version};
use store::repo::charge_points;
use store::repo::ocpp_messages::{self, OcppMessageRow};
use tokio::sync::mpsc;
use tokio::time::{sleep, timeout};
use uuid::Uuid;

use super::redaction::{redacted, without_keys};
use crate::core::{Core, OpError};

/// Frames that may wait to be written; beyond it the sockets do.
const QUEUE: usize = 1_024;
/// How long a socket waits for room in the queue. A frame is noted when it comes and when it is answered, and no
/// heartbeat may take two seconds.
const PATIENCE: Duration = Duration::from_millis(250);
/// Frames written at once.
const BATCH: usize = 256;
/// How long the first of them waits for more. A frame is noted when it comes and when it is answered: without this each
/// would be a commit of its own, in the way of the one that its charger waits for.
const LINGER: Duration = Duration::from_millis(20);
/// The largest payload kept, bytes.
const LARGEST: usize = 16 * 1024;
/// The longest action or message id kept, characters: OCPP's own are shorter.
const LONGEST_NAME: usize = 64;
/// The longest description of an error (OCPP-J 1.6 §4.2.3).
const LONGEST_WORDS: usize = 255;

/// A frame that came or went.
pub(super) struct Noted<'f> {
    pub(super) direction: Direction,
    pub(super) kind: FrameKind,
    pub(super) action: Option<&'f str>,
    pub(super) message_id: Option<&'f str>,
    pub(super) payload: Option<&'f RawValue>,
    pub(super) error: Option<FrameError>,
    pub(super) bytes: usize,
    pub(super) trace: Uuid,
}

impl<'f> Noted<'f> {
    /// A frame that reads. `action` is the one an answer answers.
    pub(super) fn frame(
        direction: Direction,
        frame: &'f Frame<'_>,
        action: Option<&'f str>,
        version: Version,
    ) -> Self {
        let error = match frame {
            Frame::CallError { error, .. } => Some(FrameError {
                code: short(&code_word(&error.code, version)),
                description: without_keys(&error.description)
                    .chars()
                    .take(LONGEST_WORDS)
                    .collect(),
            }),
            _ => None,
        };
        let kind = match frame {
            Frame::CallResult { .. } => FrameKind::Result,
            Frame::CallError { .. } => FrameKind::Error,
            _ => FrameKind::Call,
        };
        Self {
            direction,
            kind,
            action: frame.action().or(action),
            message_id: Some(frame.id().as_str()),
            payload: frame.payload(),
            error,
            bytes: 0,
            trace: Uuid::nil(),
        }
    }

    /// What is kept of it.
    pub(super) fn entry(self, charger: &ChargePoint, id: Uuid, at: Timestamp) -> Entry {
        let (payload, truncated) = kept(self.payload);
        Entry {
            identity: charger.identity.clone(),
            payload: payload.clone(),
            row: OcppMessageRow {
                id,
                charge_point_id: charger.id,
                direction: self.direction,
                kind: self.kind,
                action: self.action.map(short),
                message_id: self.message_id.map(short),
                payload: payload.map(|payload| payload.get().to_owned()),
                truncated,
                error: self.error,
                received_at: at,
                bytes: i64::try_from(self.bytes).unwrap_or(i64::MAX),
                trace_id: self.trace,
            },
        }
    }

    /// A text of a charger that is no frame, and why. It is not kept: what cannot be read may hold any secret.
    pub(super) fn unreadable(reason: &str) -> Self {
        Self {
            direction: Direction::In,
            kind: FrameKind::Call,
            action: None,
            message_id: None,
            payload: None,
            error: Some(FrameError {
                code: "unreadable".to_owned(),
                description: reason.chars().take(LONGEST_WORDS).collect(),
            }),
            bytes: 0,
            trace: Uuid::nil(),
        }
    }
}

/// One frame in the queue.
pub(super) struct Entry {
    identity: Identity,
    payload: Option<Verbatim>,
    row: OcppMessageRow,
}

/// Where the sockets leave their frames. The task ends, all written, when the last of these is gone.
#[derive(Clone)]
pub(super) struct MessageLog {
    queue: mpsc::Sender<Entry>,
    /// How many frames found no room and were not told of yet.
    left_out: Arc<AtomicU64>,
}

impl MessageLog {
    /// A log and the task that writes it.
    pub(super) fn new(core: Core) -> (Self, impl Future<Output = ()> + Send + 'static) {
        let (queue, entries) = mpsc::channel(QUEUE);
        let left_out = Arc::default();
        let log = Self { queue, left_out };
        let told = Arc::clone(&log.left_out);
        (log, write_all(core, entries, told))
    }

    /// Leaves a frame to be written; waits a moment while too many do.
    pub(super) async fn note(&self, entry: Entry) {
        let noted = timeout(PATIENCE, self.queue.send(entry)).await;
        // The task is gone only when the gateway is.
        if noted.is_err() {
            self.left_out.fetch_add(1, Ordering::Relaxed);
        }
    }
}

/// The payload without its secrets, and whether it was too large to keep.
fn kept(payload: Option<&RawValue>) -> (Option<Verbatim>, bool) {
    let fits = payload.filter(|payload| payload.get().len() <= LARGEST);
    let read = fits.and_then(|payload| serde_json::from_str(payload.get()).ok());
    let kept = read.map(|payload| Verbatim::from(&redacted(payload)));
    let truncated = payload.is_some() && kept.is_none();
    (kept, truncated)
}

fn short(text: &str) -> String {
    text.chars().take(LONGEST_NAME).collect()
}

async fn write_all(core: Core, mut entries: mpsc::Receiver<Entry>, left_out: Arc<AtomicU64>) {
    let mut batch = Vec::with_capacity(BATCH);
    while entries.recv_many(&mut batch, BATCH).await > 0 {
        gather(&mut entries, &mut batch).await;
        write(&core, std::mem::take(&mut batch)).await;
        let count = left_out.swap(0, Ordering::Relaxed);
        if count > 0 {
            tracing::error!(
                count,
                "frames were left out of the message log: the database is too slow"
            );
        }
    }
}

/// Adds what comes within a moment. It sleeps through it: to wake for each frame took longer than to write it.
async fn gather(entries: &mut mpsc::Receiver<Entry>, batch: &mut Vec<Entry>) {
    if batch.len() < BATCH && !entries.is_closed() {
        sleep(LINGER).await;
    }
    while batch.len() < BATCH
        && let Ok(entry) = entries.try_recv()
    {
        batch.push(entry);
    }
}

/// One unit of work, whatever the frames' charge points.
async fn write(core: &Core, entries: Vec<Entry>) {
    let count = entries.len();
    // A unit is copied for each time it runs.
    let entries: Arc<[Entry]> = entries.into();
    let written = core.write(move |mut unit| {
        Box::pin(async move {
            let ids: BTreeSet<_> = entries
                .iter()
                .map(|entry| entry.row.charge_point_id)
                .collect();
            let points: BTreeMap<_, _> = charge_points::list_refs(unit.conn, &ids)
                .await?
                .into_iter()
                .map(|point| (point.charge_point_id, point))
                .collect();
            // One that was removed meanwhile has no log any more.
            let known: Vec<_> = entries
                .iter()
                .filter_map(|entry| Some((points.get(&entry.row.charge_point_id)?, entry)))
                .collect();
            ocpp_messages::insert(unit.conn, known.iter().map(|(_, entry)| &entry.row)).await?;
            for (point, entry) in known {
                unit.emit(&Event::OcppMessage(event(point, entry))).await?;
            }
            Ok::<_, OpError>(())
        })
    });
    if let Err(error) = written.await {
        tracing::error!(count, %error, "frames could not be kept in the message log");
    }
}

fn event(point: &PointRef, entry: &Entry) -> OcppMessage {
    let row = &entry.row;
    OcppMessage {
        point: point.clone(),
        identity: entry.identity.to_string(),
        direction: row.direction,
        kind: row.kind,
        action: row.action.clone(),
        message_id: row.message_id.clone(),
        payload: entry.payload.clone(),
        error: row.error.clone(),
        received_at: row.received_at,
        bytes: row.bytes,
        truncated: row.truncated,
        trace_id: row.trace_id,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_of_a_frame_is_bounded_and_says_so() {
        let text = |length: usize| format!("{{\"data\":\"{}\"}}", "x".repeat(length));
        for (payload, expect) in [
            (None, None),
            (Some("{}".to_owned()), Some("{}".len())),
            (Some(text(LARGEST - 11)), Some(LARGEST)),
            (Some(text(LARGEST - 10)), None),
        ] {
            let raw = payload.map(|text| RawValue::from_string(text).expect("JSON"));
            let (kept, truncated) = kept(raw.as_deref());
            let length = kept.as_ref().map(|kept| kept.get().len());
            assert_eq!(length, expect, "{kept:?}");
            assert_eq!(truncated, raw.is_some() && expect.is_none(), "it is told");
        }
        let secret = RawValue::from_string(r#"{"password":"x"}"#.to_owned()).expect("JSON");
        assert_eq!(
            kept(Some(&secret)).0.as_ref().map(Verbatim::get),
            Some(r#"{"password":"***"}"#)
        );
        assert_eq!(short(&"é".repeat(1_000)).chars().count(), LONGEST_NAME);
    }
}
