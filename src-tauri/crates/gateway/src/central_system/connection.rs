//! One charger's socket from the upgrade to its end: its place, its row, its goodbye. What is said on it in between is
//! `conversation`'s. This task alone reads and writes the socket.

use std::net::SocketAddr;
use std::time::Duration;

use axum::extract::ws::{CloseFrame, Message, WebSocket, close_code};
use domain::SocketId;
use domain::charge_point::ChargePoint;
use ocpp::{RawValue, Version};
use tokio::time::timeout;

use super::CentralSystem;
use super::conversation::Conversation;
use super::registry::Seat;
use super::takeover::Claim;
use crate::core::OpError;
use crate::ops::connect_charger::connect_charger;
use crate::ops::disconnect_charger::disconnect_charger;

/// A charger that was let in.
pub(super) struct Admitted {
    pub(super) charger: ChargePoint,
    pub(super) from: SocketAddr,
    pub(super) version: Version,
    pub(super) claim: Claim,
}

/// How a socket ends: the close code it is told, and the reason in words.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ending {
    pub(super) code: u16,
    pub(super) reason: &'static str,
}

impl Ending {
    pub(super) const fn new(code: u16, reason: &'static str) -> Self {
        Self { code, reason }
    }
}

/// How a socket ends whose place a newer one has.
const REPLACED: Ending = Ending::new(close_code::POLICY, "a newer connection took over");

/// Ends a socket whose charger offers no version spoken here: complete, and then closed (FLT-17).
pub(super) async fn refuse(mut socket: WebSocket) {
    let ending = Ending::new(close_code::PROTOCOL, "no common OCPP version");
    close(&mut socket, ending).await;
}

/// Serves a socket that was let in, to its end.
pub(super) fn run(system: CentralSystem, admitted: Admitted, socket: WebSocket) {
    let tasks = system.tasks.clone();
    // There are thousands of these, mostly idle, and a future has room for all that it may ever do: what it is given and
    // what it does once are kept outside of it.
    let mut given = Box::new((system, admitted, socket));
    // The socket's task is one of the gateway's: shutting down waits for it.
    tasks.spawn("charger", async move {
        let (system, admitted, socket) = &mut *given;
        let ending = serve(system, admitted, socket).await;
        close(socket, ending).await;
    });
}

async fn serve(system: &CentralSystem, admitted: &Admitted, socket: &mut WebSocket) -> Ending {
    let charger = &admitted.charger;
    let only_after = match admitted.claim {
        Claim::Newest => None,
        Claim::OnlyAfter(generation) => Some(generation),
    };
    let seat =
        system
            .outbound
            .registry
            .take(charger.id, admitted.version, system.care.queue, only_after);
    let Some(mut seat) = seat else {
        return Ending::new(close_code::POLICY, "another connection was faster");
    };
    let id = SocketId(system.core.clock.id());
    match note(system, admitted, id, &seat).await {
        Ok(true) => {}
        Ok(false) => return REPLACED,
        Err(error) => {
            tracing::error!(identity = %charger.identity, %error, "a charger connected but could not be noted");
            system.outbound.registry.leave(charger.id, &seat);
            return Ending::new(close_code::ERROR, "try again");
        }
    }
    tracing::info!(identity = %charger.identity, from = %admitted.from, "charger connected");
    let ending = talk(system, admitted, id, &mut seat, socket).await;
    tracing::info!(identity = %charger.identity, reason = ending.reason, "charger disconnected");
    if system.outbound.registry.leave(charger.id, &seat)
        && let Err(error) = Box::pin(disconnect_charger(
            &system.core,
            charger.id,
            id,
            ending.reason.to_owned(),
        ))
        .await
    {
        tracing::error!(identity = %charger.identity, %error, "a charger left but could not be noted");
    }
    ending
}

/// Notes that this socket is its charger's, unless a newer one has the place by now.
async fn note(
    system: &CentralSystem,
    admitted: &Admitted,
    id: SocketId,
    seat: &Seat,
) -> Result<bool, OpError> {
    let _noting = seat.noting.lock().await;
    if seat.replaced.is_cancelled() {
        return Ok(false);
    }
    Box::pin(connect_charger(
        &system.core,
        admitted.charger.id,
        id,
        admitted.version.short_name(),
        admitted.from.ip().to_string(),
    ))
    .await?;
    Ok(true)
}

async fn talk(
    system: &CentralSystem,
    admitted: &Admitted,
    id: SocketId,
    seat: &mut Seat,
    socket: &mut WebSocket,
) -> Ending {
    let replaced = seat.replaced.clone();
    let mut conversation = Conversation::new(system, admitted, id, seat, socket);
    let ending = tokio::select! {
        ending = conversation.run() => ending,
        // Even while a write hangs: the newcomer must not wait for a socket that is dead.
        () = replaced.cancelled() => REPLACED,
    };
    conversation.end();
    ending
}

async fn close(socket: &mut WebSocket, ending: Ending) {
    let frame = Message::Close(Some(CloseFrame {
        code: ending.code,
        reason: ending.reason.into(),
    }));
    // A socket that is gone needs no goodbye.
    let _ = timeout(Duration::from_secs(1), socket.send(frame)).await;
}

/// The close code for a socket that broke: the WebSocket library says what was wrong only in words.
pub(super) fn broken(error: &axum::Error) -> Ending {
    let words = error.to_string().to_lowercase();
    // A control frame that is too big is against the protocol, not a large message.
    if words.contains("message too long") {
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
