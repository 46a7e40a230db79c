//! The message log: every frame becomes a row and an `ocpp.message` event, written in batches by one task. Its queue is
//! bounded: when the database is slow the sockets are read more slowly. What cannot be stored is dropped and said:
//! a log must not stop the charging. Not for the frames' secrets: `redaction` takes them out.

use std::collections::BTreeMap;

use domain::charge_point::ChargePoint;
use domain::event::{Direction, FrameError, FrameKind, OcppMessage, PointRef};
use domain::{ChargePointId, Event, Identity, Timestamp};
use ocpp::frame::code_word;
use ocpp::{Frame, RawValue, Version};
use store::repo::charge_points;
use store::repo::ocpp_messages::{self, OcppMessageRow};
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use uuid::Uuid;

use super::redaction::{redacted, without_keys};
use crate::core::{Core, OpError};

/// Frames that may wait to be written; beyond it the sockets do.
const QUEUE: usize = 1_024;
/// Frames written at once.
const BATCH: usize = 256;
/// Charge points whose frames are written at the same time: the ops need the database too.
const AT_ONCE: usize = 4;
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
            row: OcppMessageRow {
                id,
                charge_point_id: charger.id,
                direction: self.direction,
                kind: self.kind,
                action: self.action.map(short),
                message_id: self.message_id.map(short),
                payload,
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
#[derive(Clone)]
pub(super) struct Entry {
    identity: Identity,
    row: OcppMessageRow,
}

/// Where the sockets leave their frames. The task ends, all written, when the last of these is gone.
#[derive(Clone)]
pub(super) struct MessageLog {
    queue: mpsc::Sender<Entry>,
}

impl MessageLog {
    /// A log and the task that writes it.
    pub(super) fn new(core: Core) -> (Self, impl Future<Output = ()> + Send + 'static) {
        let (queue, entries) = mpsc::channel(QUEUE);
        (Self { queue }, write_all(core, entries))
    }

    /// Leaves a frame to be written; waits while too many do.
    pub(super) async fn note(&self, entry: Entry) {
        // The task is gone only when the gateway is.
        let _ = self.queue.send(entry).await;
    }
}

/// The payload without its secrets, and whether it was too large to keep.
fn kept(payload: Option<&RawValue>) -> (Option<String>, bool) {
    let fits = payload.filter(|payload| payload.get().len() <= LARGEST);
    let read = fits.and_then(|payload| serde_json::from_str(payload.get()).ok());
    let kept = read.map(|payload| redacted(payload).to_string());
    let truncated = payload.is_some() && kept.is_none();
    (kept, truncated)
}

fn short(text: &str) -> String {
    text.chars().take(LONGEST_NAME).collect()
}

async fn write_all(core: Core, mut entries: mpsc::Receiver<Entry>) {
    let mut batch = Vec::with_capacity(BATCH);
    while entries.recv_many(&mut batch, BATCH).await > 0 {
        let mut by_point: BTreeMap<ChargePointId, Vec<Entry>> = BTreeMap::new();
        for entry in batch.drain(..) {
            let point = entry.row.charge_point_id;
            by_point.entry(point).or_default().push(entry);
        }
        let mut writing = JoinSet::new();
        for (point, entries) in by_point {
            if writing.len() == AT_ONCE {
                writing.join_next().await;
            }
            writing.spawn(write(core.clone(), point, entries));
        }
        writing.join_all().await;
    }
}

/// One unit of work for one charge point: its key's lock is the only one taken, so no two units wait for each other.
async fn write(core: Core, point: ChargePointId, entries: Vec<Entry>) {
    let count = entries.len();
    let written = core.write(move |mut unit| {
        Box::pin(async move {
            let Some(charger) = charge_points::find(unit.conn, point).await? else {
                return Ok(());
            };
            for entry in entries {
                ocpp_messages::insert(unit.conn, &entry.row).await?;
                let event = event(PointRef::of(&charger), entry);
                unit.emit(&Event::OcppMessage(event)).await?;
            }
            Ok::<_, OpError>(())
        })
    });
    if let Err(error) = written.await {
        tracing::error!(charge_point = %point, count, %error, "frames could not be kept in the message log");
    }
}

fn event(point: PointRef, entry: Entry) -> OcppMessage {
    let row = entry.row;
    OcppMessage {
        point,
        identity: entry.identity.to_string(),
        direction: row.direction,
        kind: row.kind,
        action: row.action,
        message_id: row.message_id,
        payload: row
            .payload
            .and_then(|payload| serde_json::from_str(&payload).ok()),
        error: row.error,
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
            assert_eq!(kept.as_ref().map(String::len), expect, "{kept:?}");
            assert_eq!(truncated, raw.is_some() && expect.is_none(), "it is told");
        }
        let secret = RawValue::from_string(r#"{"password":"x"}"#.to_owned()).expect("JSON");
        assert_eq!(
            kept(Some(&secret)).0.as_deref(),
            Some(r#"{"password":"***"}"#)
        );
        assert_eq!(short(&"é".repeat(1_000)).chars().count(), LONGEST_NAME);
    }
}
