//! What units of work emit, from the moment they do until it is written: once for all that share a commit. The log of
//! the gateway that emitted them takes them in that same commit, and the outbox only what a broker gets. Where nobody
//! pushes them from here (an admin command), the outbox takes them all, and the gateway fetches them from there
//! (`repo/live_log.rs`).

use std::sync::{Arc, OnceLock};

use domain::event::Envelope;
use domain::{Event, EventId, Timestamp};
use tokio::sync::mpsc;
use uuid::Uuid;

use crate::repo::live_log::{self, Then};
use crate::repo::outbox;
use crate::{Conn, StoreError};

/// How many commits may wait to be pushed; beyond it the writer does.
const COMMITS: usize = 256;

/// An event that a unit of work emitted.
pub(crate) struct Emitted {
    /// The gateway that publishes it.
    pub node: Arc<str>,
    /// Its id.
    pub id: EventId,
    /// What keeps its order.
    pub key: String,
    /// What happened.
    pub event: Box<Event>,
    /// The same as JSON, without stream and number.
    pub envelope: String,
    /// When.
    pub at: Timestamp,
}

impl Emitted {
    pub fn new(node: &str, id: EventId, event: &Event, at: Timestamp) -> Self {
        Self {
            node: node.into(),
            id,
            key: event.key(),
            envelope: Envelope::print(id, event, at),
            event: Box::new(event.clone()),
            at,
        }
    }
}

/// An event of this process that is in its log.
#[derive(Clone, Debug)]
pub struct Own {
    /// Its number.
    pub seq: i64,
    /// What happened.
    pub event: Box<Event>,
    /// The same as JSON, without stream and number.
    pub envelope: String,
}

/// What the events of each commit are. On SQLite in the order of their numbers; on PostgreSQL, where commits run side by
/// side, one may come a moment before the one it follows.
pub type OwnEvents = mpsc::Receiver<Vec<Own>>;

/// Where the events of this process go.
#[derive(Clone, Default)]
pub(crate) struct Tap(Arc<OnceLock<Line>>);

struct Line {
    node: Arc<str>,
    stream: Uuid,
    then: Then,
    committed: mpsc::Sender<Vec<Own>>,
}

impl Tap {
    /// Opens the line; `None` where it is open already.
    pub fn open(&self, node: &str, stream: Uuid, then: Then) -> Option<OwnEvents> {
        let (committed, events) = mpsc::channel(COMMITS);
        let line = Line {
            node: node.into(),
            stream,
            then,
            committed,
        };
        self.0.set(line).ok()?;
        Some(events)
    }

    /// Writes what the units of this commit emitted; returns what is to be told once it is durable.
    pub async fn write(&self, conn: &mut Conn) -> Result<Vec<Own>, StoreError> {
        let events = conn.take_emitted();
        if events.is_empty() {
            return Ok(Vec::new());
        }
        let line = self.0.get().filter(|line| {
            let theirs = |event: &Emitted| event.node == line.node;
            !line.committed.is_closed() && events.iter().all(theirs)
        });
        let Some(line) = line else {
            outbox::write(conn, &events).await?;
            return Ok(Vec::new());
        };
        if line.waits(conn, &events).await? {
            return Ok(Vec::new());
        }
        live_log::append_own(conn, line.stream, events).await
    }

    /// Hands on what has been committed.
    pub async fn tell(&self, events: Vec<Own>) {
        if let Some(line) = self.0.get()
            && !events.is_empty()
        {
            // Nobody listens any more when the gateway stops; the log has them.
            let _ = line.committed.send(events).await;
        }
    }
}

impl Line {
    /// Writes to the outbox what belongs there; whether these events wait there for the screens too. What another process
    /// left in it (an admin command) comes first.
    async fn waits(&self, conn: &mut Conn, events: &[Emitted]) -> Result<bool, StoreError> {
        if self.then == Then::Publish {
            // Looked for under the locks of the keys: what another process wrote of them is there to be seen.
            let numbers = outbox::number(conn, events).await?;
            let waits = outbox::is_fresh(conn, &self.node).await?;
            outbox::insert(conn, events, &numbers, !waits).await?;
            return Ok(waits);
        }
        let waits = outbox::is_fresh(conn, &self.node).await?;
        if waits {
            outbox::write(conn, events).await?;
        }
        Ok(waits)
    }
}

/// Writes what a unit emitted so far to the outbox.
pub(crate) async fn write(conn: &mut Conn) -> Result<(), StoreError> {
    let events = conn.take_emitted();
    outbox::write(conn, &events).await
}
