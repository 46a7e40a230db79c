//! Live events over Socket.IO. The only code that names socketioxide.
//!
//! `auth: {token}` decides the view; events arrive under the name `notification`; `subscribe` and
//! `unsubscribe` are answered through their ack. A reader whose buffer is full is closed.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use domain::{AccessTokenId, Code};
use serde::Deserialize;
use serde_json::json;
use socketioxide::SocketIo;
use socketioxide::extract::{AckSender, Extension, SocketRef, State, TryData};
use socketioxide::handler::ConnectHandler as _;
use tokio::sync::SetOnce;
use tokio::time::timeout;

use super::Hub;
use super::hub::ReaderId;
use super::reader::{Full, Pushed, Sink};
use super::rooms::{Room, View};
use super::subscribe::{self, Subscribe};
use crate::core::Core;
use crate::ops::sign_in;

/// Events a reader may lag behind before it is closed (SIO-01).
const BUFFER: usize = 1024;
/// The largest message a page may send.
const MAX_MESSAGE: usize = 64 * 1024;
/// How many rooms one call may name.
const MOST_ROOMS: usize = 100;
/// How long a socket may take from being told that it is connected to being a reader: a moment.
const ENTERS: Duration = Duration::from_secs(5);

/// The reader that a socket is, from when it has entered the hub.
type Entered = SetOnce<ReaderId>;

/// How the sockets are looked after. Each is a setting of `live.*`.
#[derive(Clone, Copy, Debug)]
pub struct SocketIoCare {
    /// How often a reader is pinged.
    pub ping_interval: Duration,
    /// How long its answer may take.
    pub ping_timeout: Duration,
}

#[derive(Clone)]
struct Shared {
    core: Core,
    hub: Arc<Hub>,
}

/// Who a socket is, from connect to end.
#[derive(Clone, Copy)]
struct Identified {
    view: View,
    token: Option<AccessTokenId>,
}

#[derive(Deserialize)]
struct Auth {
    token: Option<String>,
}

#[derive(Deserialize)]
struct Unsubscribe {
    rooms: Vec<String>,
}

/// Puts Socket.IO in front of a router. Closing the handle ends every socket.
pub fn layered(router: Router, core: Core, hub: Arc<Hub>, care: SocketIoCare) -> (Router, Closer) {
    // A service around the router as a whole. A layer *of* the router is made anew for each request that no
    // route takes: an upgrade would not notice, but a session by polling would be unknown to its next request.
    let (service, io) = SocketIo::builder()
        .with_state(Shared { core, hub })
        .ping_interval(care.ping_interval)
        .ping_timeout(care.ping_timeout)
        .max_buffer_size(BUFFER)
        .max_payload(MAX_MESSAGE as u64)
        .ws_max_message_size(MAX_MESSAGE)
        .ws_max_frame_size(MAX_MESSAGE)
        .build_with_inner_svc(router);
    io.ns("/", connected.with(identify));
    (Router::new().fallback_service(service), Closer(io))
}

/// Ends every Socket.IO connection.
pub struct Closer(SocketIo);

impl Closer {
    /// Closes them all; clients come back by themselves.
    pub async fn close(&self) {
        self.0.close().await;
    }
}

/// Refuses a bad token before the connection stands; the code travels as `err.message`.
async fn identify(
    socket: SocketRef,
    TryData(auth): TryData<Auth>,
    State(shared): State<Shared>,
) -> Result<(), String> {
    let token = auth.ok().and_then(|auth| auth.token);
    let identified = match token {
        None => Identified {
            view: View::Public,
            token: None,
        },
        Some(token) => match sign_in::recognise(&shared.core, &token).await {
            Ok(known) => Identified {
                view: View::of(&known.user),
                token: Some(known.token),
            },
            Err(error) => {
                tracing::info!(%error, "a live reader is not recognised");
                return Err(refusal(error.code()));
            }
        },
    };
    socket.extensions.insert(identified);
    listen(&socket);
    Ok(())
}

fn refusal(code: Code) -> String {
    json!({ "code": code.as_str() }).to_string()
}

/// A page may ask the moment it is told that it is connected, which is before [`connected`] begins: what nobody
/// listens to yet would be dropped without a word. So this is done before it is told.
fn listen(socket: &SocketRef) {
    socket.extensions.insert(Arc::new(Entered::new()));
    socket.on("subscribe", on_subscribe);
    socket.on("unsubscribe", on_unsubscribe);
    socket.on_disconnect(
        async |State(shared): State<Shared>, Extension(entered): Extension<Arc<Entered>>| {
            if let Some(id) = reader(&entered).await {
                shared.hub.leave(id);
            }
        },
    );
}

async fn connected(
    socket: SocketRef,
    State(shared): State<Shared>,
    Extension(who): Extension<Identified>,
    Extension(entered): Extension<Arc<Entered>>,
) {
    let sink = Box::new(Socket(socket));
    let id = shared.hub.enter(who.view, who.token, sink);
    // A socket connects once; one that did so twice would be two readers.
    if entered.set(id).is_err() {
        shared.hub.leave(id);
    }
}

/// Waits until a socket has entered; `None` for one that never came so far.
async fn reader(entered: &Entered) -> Option<ReaderId> {
    timeout(ENTERS, entered.wait()).await.ok().copied()
}

async fn on_subscribe(
    TryData(ask): TryData<Subscribe>,
    ack: AckSender,
    State(shared): State<Shared>,
    Extension(entered): Extension<Arc<Entered>>,
    Extension(who): Extension<Identified>,
) {
    let Some(id) = reader(&entered).await else {
        return;
    };
    let answer = match ask.ok().filter(|ask| ask.rooms.len() <= MOST_ROOMS) {
        None => Err(Code::RequestInvalidJson),
        Some(ask) => subscribe::join(&shared.hub, &shared.core.store, who.view, id, &ask).await,
    };
    // A reader that is gone needs no answer.
    let _ = match answer {
        Ok(subscribed) => ack.send(&subscribed),
        Err(code) => {
            tracing::info!(code = code.as_str(), "a subscription is refused");
            ack.send(&json!({ "ok": false, "code": code.as_str() }))
        }
    };
}

async fn on_unsubscribe(
    TryData(ask): TryData<Unsubscribe>,
    ack: AckSender,
    State(shared): State<Shared>,
    Extension(entered): Extension<Arc<Entered>>,
) {
    let Some(id) = reader(&entered).await else {
        return;
    };
    let rooms: Vec<Room> = ask
        .map(|ask| ask.rooms)
        .unwrap_or_default()
        .iter()
        .filter_map(|name| Room::parse(name))
        .collect();
    shared.hub.part(id, &rooms);
    let _ = ack.send(&json!({ "ok": true }));
}

struct Socket(SocketRef);

impl Sink for Socket {
    fn push(&self, envelope: &Pushed) -> Result<(), Full> {
        self.0.emit("notification", &**envelope).map_err(|_| Full)
    }

    fn close(&self) {
        // With a full buffer this fails too, and the next unanswered ping ends the socket.
        let _ = self.0.clone().disconnect();
    }
}
