//! One charger's socket. This task alone reads and writes it: frames in, answers out, pings, and the end.

use std::net::SocketAddr;
use std::time::Duration;

use axum::extract::ws::{CloseFrame, Message, WebSocket, close_code};
use domain::charge_point::ChargePoint;
use domain::{ChargePointId, SocketId};
use ocpp::frame::{self, Frame};
use ocpp::{RawValue, Version};
use tokio::time::{Instant, timeout};

use super::CentralSystem;
use super::dispatch::{self, Answer};
use crate::ops::connect_charger::connect_charger;
use crate::ops::disconnect_charger::disconnect_charger;

/// A charger that does not take its answer within this is cut off (FLT-09).
const SLOW_READER: Duration = Duration::from_secs(30);

/// Serves a socket that was let in, to its end.
pub(super) async fn run(
    system: CentralSystem,
    charger: ChargePoint,
    from: SocketAddr,
    mut socket: WebSocket,
) {
    let version = socket
        .protocol()
        .and_then(|name| name.to_str().ok())
        .and_then(Version::from_subprotocol);
    let Some(version) = version else {
        tracing::info!(identity = %charger.identity, %from, "a charger offered no OCPP version that is spoken here");
        close(&mut socket, close_code::PROTOCOL, "no common OCPP version").await;
        return;
    };
    let tasks = system.tasks.clone();
    // The socket's task is one of the gateway's: shutting down waits for it.
    tasks.spawn("charger", async move {
        serve(&system, &charger, version, from, socket).await;
    });
}

async fn serve(
    system: &CentralSystem,
    charger: &ChargePoint,
    version: Version,
    from: SocketAddr,
    mut socket: WebSocket,
) {
    let seat = system.registry.take(charger.id);
    let id = SocketId(system.core.clock.id());
    if let Err(error) = connect_charger(
        &system.core,
        charger.id,
        id,
        version.short_name(),
        from.ip().to_string(),
    )
    .await
    {
        tracing::error!(identity = %charger.identity, %error, "a charger connected but could not be noted");
        system.registry.leave(charger.id, &seat);
        close(&mut socket, close_code::ERROR, "try again").await;
        return;
    }
    tracing::info!(identity = %charger.identity, %from, "charger connected");
    let stopping = system.tasks.stopping();
    let ending = tokio::select! {
        ending = talk(system, charger, version, &mut socket) => ending,
        () = seat.replaced.cancelled() => Ending::new(close_code::POLICY, "a newer connection took over"),
        () = stopping.cancelled() => Ending::new(close_code::AWAY, "the gateway is stopping"),
    };
    close(&mut socket, ending.code, ending.reason).await;
    tracing::info!(identity = %charger.identity, reason = ending.reason, "charger disconnected");
    if system.registry.leave(charger.id, &seat)
        && let Err(error) =
            disconnect_charger(&system.core, charger.id, id, ending.reason.to_owned()).await
    {
        tracing::error!(identity = %charger.identity, %error, "a charger left but could not be noted");
    }
}

/// How a socket ends: the close code it is told, and the reason in words.
struct Ending {
    code: u16,
    reason: &'static str,
}

impl Ending {
    const fn new(code: u16, reason: &'static str) -> Self {
        Self { code, reason }
    }
}

async fn talk(
    system: &CentralSystem,
    charger: &ChargePoint,
    version: Version,
    socket: &mut WebSocket,
) -> Ending {
    let care = system.care;
    let mut ping =
        tokio::time::interval_at(Instant::now() + care.ping_interval, care.ping_interval);
    let mut heard = Instant::now();
    loop {
        tokio::select! {
            message = socket.recv() => {
                heard = Instant::now();
                match message {
                    None | Some(Ok(Message::Close(_))) => return Ending::new(close_code::NORMAL, "the charger hung up"),
                    Some(Err(error)) => return broken(&error),
                    Some(Ok(Message::Binary(_))) => {
                        return Ending::new(close_code::UNSUPPORTED, "the charger sent a binary message");
                    }
                    Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                    Some(Ok(Message::Text(text))) => {
                        let answer = answer(system, charger.id, version, &text).await;
                        if let Some(text) = answer
                            && !send(socket, Message::Text(text.into())).await
                        {
                            return Ending::new(close_code::POLICY, "the charger does not take its answers");
                        }
                    }
                }
            }
            _ = ping.tick() => {
                // Any traffic counts as alive; only silence beyond a whole interval is suspicious.
                if heard.elapsed() > care.ping_interval + care.pong_timeout {
                    return Ending::new(close_code::POLICY, "the charger fell silent");
                }
                if !send(socket, Message::Ping(Vec::new().into())).await {
                    return Ending::new(close_code::POLICY, "the charger does not take its pings");
                }
            }
        }
    }
}

/// What a text message deserves; `None`: silence.
async fn answer(
    system: &CentralSystem,
    id: ChargePointId,
    version: Version,
    text: &str,
) -> Option<String> {
    let frame = match frame::parse(text, version) {
        Ok(frame) => frame,
        Err(fault) => {
            tracing::warn!(charge_point = %id, reason = fault.reason, bytes = text.len(), "a frame cannot be read");
            return fault.answer;
        }
    };
    match frame {
        Frame::Call {
            id: message,
            action,
            payload,
        } => match dispatch::handle(system, id, &action, payload.as_ref()).await {
            Answer::Result(payload) => Some(frame::print_result(&message, &payload, version)),
            Answer::Error(error) => {
                tracing::warn!(charge_point = %id, action = %action.escape_debug(), %error, "a message is refused");
                Some(frame::print_error(&message, &error, version))
            }
            Answer::Silence => None,
        },
        other => {
            tracing::warn!(charge_point = %id, message = %other.id().as_str().escape_debug(), "an answer to nothing asked");
            None
        }
    }
}

async fn send(socket: &mut WebSocket, message: Message) -> bool {
    matches!(timeout(SLOW_READER, socket.send(message)).await, Ok(Ok(())))
}

async fn close(socket: &mut WebSocket, code: u16, reason: &'static str) {
    let frame = Message::Close(Some(CloseFrame {
        code,
        reason: reason.into(),
    }));
    // A socket that is gone needs no goodbye.
    let _ = timeout(Duration::from_secs(1), socket.send(frame)).await;
}

/// The close code for a socket that broke: the WebSocket library says what was wrong only in words.
fn broken(error: &axum::Error) -> Ending {
    let words = error.to_string().to_lowercase();
    if words.contains("too long") || words.contains("too big") {
        Ending::new(close_code::SIZE, "the charger sent too large a message")
    } else if words.contains("utf-8") {
        Ending::new(
            close_code::INVALID,
            "the charger sent text that is not UTF-8",
        )
    } else {
        Ending::new(close_code::PROTOCOL, "the connection broke")
    }
}

/// The payload of an answer without members.
pub(super) fn empty() -> Box<RawValue> {
    RawValue::from_string("{}".to_owned()).expect("an empty object is JSON")
}
