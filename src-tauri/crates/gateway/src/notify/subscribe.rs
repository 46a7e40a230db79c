//! Joining rooms with nothing lost: the missed events from the log, everything later pushed.
//! The one implementation behind Socket.IO's `subscribe`, IPC's `live_subscribe` and `GET /api/live`.

use domain::event::Envelope;
use domain::{Code, Event, Scope};
use serde::{Deserialize, Serialize};
use store::Store;
use store::repo::live_log::{self, Logged};
use store::repo::{organizations, sessions};
use uuid::Uuid;

use super::Hub;
use super::content::Content;
use super::hub::{News, ReaderId, print};
use super::notification::Named;
use super::reader::Pushed;
use super::rooms::{Room, View};

/// How many missed events an answer holds; more, and a snapshot is cheaper.
const MOST_MISSED: usize = 500;
/// How far back the log is searched for them.
const FARTHEST: i64 = 5_000;

/// What a reader asks for.
#[derive(Clone, Debug, Deserialize)]
pub struct Subscribe {
    /// The rooms, by name.
    pub rooms: Vec<String>,
    /// The last number the reader has.
    pub after: Option<i64>,
    /// The stream that number counts in.
    pub stream: Option<Uuid>,
}

/// What it gets.
#[derive(Clone, Debug, Serialize)]
pub struct Subscribed {
    /// True: the rooms are joined.
    pub ok: bool,
    /// The stream its numbers count in.
    pub stream: Uuid,
    /// The newest number there is.
    pub seq: i64,
    /// What it missed, oldest first.
    pub missed: Vec<Pushed>,
}

/// Joins rooms: all of them or none.
pub async fn join(
    hub: &Hub,
    store: &Store,
    view: View,
    id: ReaderId,
    ask: &Subscribe,
) -> Result<Subscribed, Code> {
    let rooms = admit(store, view, ask).await?;
    let head = hub.join(id, &rooms);
    catch_up((hub, store), view, &rooms, ask, head).await
}

/// The events of these rooms after a number, without joining anything.
pub async fn look_back(
    hub: &Hub,
    store: &Store,
    view: View,
    ask: &Subscribe,
) -> Result<Subscribed, Code> {
    let rooms = admit(store, view, ask).await?;
    catch_up((hub, store), view, &rooms, ask, hub.head()).await
}

/// All of the asked rooms, or none: a driver may join the rooms of its own sessions only, an organisation's user those of its
/// own places.
async fn admit(store: &Store, view: View, ask: &Subscribe) -> Result<Vec<Room>, Code> {
    let rooms = view.admit(ask.rooms.iter().map(String::as_str))?;
    if let Some(scope @ Scope::Organization(_)) = view.scope() {
        for room in &rooms {
            if !is_within(store, scope, room).await? {
                tracing::warn!(%room, ?scope, "a room of another organisation is refused");
                return Err(Code::LiveRoomRefused);
            }
        }
    }
    let Some(owner) = view.must_own() else {
        return Ok(rooms);
    };
    for room in &rooms {
        let Room::Session(id) = room else { continue };
        let mut conn = store.read().await.map_err(unavailable)?;
        let session = sessions::find(&mut conn, *id).await.map_err(unavailable)?;
        if session.and_then(|session| session.customer_id) != Some(owner) {
            return Err(Code::LiveRoomRefused);
        }
    }
    Ok(rooms)
}

/// Whether what a room is of is in a scope. In the rooms of the CMS each event is asked whose it is.
async fn is_within(store: &Store, scope: Scope, room: &Room) -> Result<bool, Code> {
    let mut conn = store.read().await.map_err(unavailable)?;
    let station = match room {
        Room::Public | Room::Cms | Room::CmsArea(_) => return Ok(true),
        Room::Customer(_) => return Ok(false),
        Room::Charger(id) => {
            let within = organizations::has_point(&mut conn, scope, *id).await;
            return within.map_err(unavailable);
        }
        Room::Station(id) => Some(*id),
        Room::Session(id) => sessions::find(&mut conn, *id)
            .await
            .map_err(unavailable)?
            .map(|session| session.station_id),
    };
    match station {
        Some(id) => organizations::has_station(&mut conn, scope, id)
            .await
            .map_err(unavailable),
        None => Ok(false),
    }
}

async fn catch_up(
    (hub, store): (&Hub, &Store),
    view: View,
    rooms: &[Room],
    ask: &Subscribe,
    head: live_log::Head,
) -> Result<Subscribed, Code> {
    let missed = match ask.after {
        None => Vec::new(),
        Some(_) if ask.stream != Some(head.stream) => return Err(Code::LiveGap),
        Some(after) if !hub.can_catch_up(view, after) => return Err(Code::LiveGap),
        Some(after) if after > head.seq || head.seq.saturating_sub(after) > FARTHEST => {
            return Err(Code::LiveGap);
        }
        Some(after) => missed((hub, store), (view, rooms), after, head).await?,
    };
    Ok(Subscribed {
        ok: true,
        stream: head.stream,
        seq: head.seq,
        missed,
    })
}

async fn missed(
    (hub, store): (&Hub, &Store),
    reader: (View, &[Room]),
    after: i64,
    head: live_log::Head,
) -> Result<Vec<Pushed>, Code> {
    let mut conn = store.read().await.map_err(unavailable)?;
    let logged = live_log::between(&mut conn, head.stream, after, head.seq)
        .await
        .map_err(unavailable)?;
    let mut missed = Vec::new();
    for entry in logged.ok_or(Code::LiveGap)? {
        missed.extend(told(hub, reader, &entry, head.stream));
        if missed.len() > MOST_MISSED {
            return Err(Code::LiveGap);
        }
    }
    Ok(missed)
}

/// An entry of the log as a reader of these rooms was told it; `None` when it was not.
fn told(hub: &Hub, reader: (View, &[Room]), entry: &Logged, stream: Uuid) -> Option<Pushed> {
    let (named, event);
    let content = if let Some(rooms) = &entry.rooms {
        named = Named::parse(rooms);
        Content::Named(&named)
    } else {
        event = typed(&entry.envelope)?;
        Content::Event(&event)
    };
    let news = News {
        seq: entry.seq,
        content,
        envelope: &entry.envelope,
        own: false,
    };
    content
        .concerns(reader, hub.owner(&content))
        .then(|| print(reader.0, &news, stream))
        .flatten()
}

fn unavailable(error: store::StoreError) -> Code {
    tracing::error!(%error, "the live log cannot be read");
    Code::ServerUnavailable
}

/// The event inside an envelope, where it is one of the catalogue.
fn typed(envelope: &str) -> Option<Event> {
    let envelope: Envelope<'_> = serde_json::from_str(envelope).ok()?;
    envelope.event()?.ok()
}
