//! The OCPP side: chargers' sockets from handshake to close. One task owns one socket; a file per action
//! turns wire messages into ops and back. Not for what a message means: that is `ops` and `domain`.

mod basic_auth;
mod calls;
mod connection;
mod conversation;
mod dispatch;
mod gate;
mod handshake;
mod heard;
mod message_log;
mod outbound;
mod readings;
pub(crate) mod redaction;
mod registry;
pub(crate) mod remote;
mod repeats;
mod takeover;
mod unknown;
mod v16;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::routing::get;
use domain::{ChargePointId, SocketId};
use store::repo::charge_points;
use tokio::time::timeout;

use crate::address;
use crate::core::Core;
use crate::settings::{Limits, Ocpp, std};
use crate::tasks::Tasks;
use crate::throttle::Throttle;
use gate::Gate;
use heard::Heard;
use message_log::MessageLog;
pub use outbound::{Answered, CallFailure, Hold, Outbound, Reply};
use readings::Readings;
use repeats::Repeats;
use takeover::Takeovers;
pub use unknown::{Handshake, HandshakeResult, UnknownChargePoint, UnknownChargePoints};

/// How long a socket waits for the database to say who holds its charger.
const DATABASE_PATIENCE: Duration = Duration::from_secs(1);

/// How sockets are looked after. Each is a setting of `ocpp.*`.
#[derive(Clone, Copy, Debug)]
struct SocketCare {
    ping_interval: Duration,
    pong_timeout: Duration,
    heartbeat_interval: Duration,
    call_timeout: Duration,
    write_timeout: Duration,
    takeover_ping: Duration,
    queue: usize,
}

impl SocketCare {
    fn new(settings: &Ocpp) -> Self {
        Self {
            ping_interval: std(settings.ping_interval),
            pong_timeout: std(settings.pong_timeout),
            heartbeat_interval: std(settings.heartbeat_interval),
            call_timeout: std(settings.call_timeout),
            write_timeout: std(settings.write_timeout),
            takeover_ping: std(settings.takeover_ping),
            queue: settings.queue,
        }
    }
}

/// Failed handshakes, by address and by address and identity: nobody's failures lock out another (SEC-03).
struct HandshakeLimits {
    addresses: Throttle,
    pairs: Throttle,
}

/// The central system of one gateway. Cheap to clone.
#[derive(Clone)]
pub struct CentralSystem {
    core: Core,
    care: SocketCare,
    outbound: Outbound,
    limits: Arc<HandshakeLimits>,
    gate: Arc<Gate>,
    takeovers: Arc<Takeovers>,
    repeats: Arc<Repeats>,
    unknown: Arc<UnknownChargePoints>,
    log: MessageLog,
    heard: Heard,
    readings: Readings,
    private: bool,
    tasks: Tasks,
}

impl CentralSystem {
    /// A central system without sockets yet, to be reached through `outbound`. `listener` is the address of the
    /// chargers' door: whoever has no credentials comes in only where that is private.
    pub fn new(
        core: Core,
        outbound: Outbound,
        ocpp: &Ocpp,
        limits: &Limits,
        listener: SocketAddr,
        tasks: Tasks,
    ) -> Self {
        let window = Duration::from_mins(1);
        let failures = limits.handshake_failures_per_minute;
        let (log, writing) = MessageLog::new(core.clone());
        // It ends when the last socket has, and with it this and the router: so nothing noted is lost.
        tasks.spawn("message log", writing);
        let (heard, noting) = Heard::new(core.clone());
        tasks.spawn("signs of life", noting);
        let (readings, storing) = Readings::new(core.clone());
        tasks.spawn("readings", storing);
        Self {
            core,
            care: SocketCare::new(ocpp),
            outbound,
            limits: Arc::new(HandshakeLimits {
                addresses: Throttle::new(failures, window),
                pairs: Throttle::new(failures.div_ceil(2), window),
            }),
            gate: Arc::new(Gate::new(limits.accepts_per_second, limits.sockets)),
            takeovers: Arc::default(),
            repeats: Arc::default(),
            unknown: Arc::default(),
            log,
            heard,
            readings,
            private: address::is_private(listener.ip()),
            tasks,
        }
    }

    /// The chargers that were not let in.
    pub fn unknown(&self) -> Arc<UnknownChargePoints> {
        Arc::clone(&self.unknown)
    }

    /// The chargers' own router: these addresses and nothing else.
    pub fn router(&self) -> Router {
        Router::new()
            .route("/ocpp/{identity}", get(handshake::accept))
            // Where chargers of the earlier backend were told to connect.
            .route("/ws/ocpp/16/{identity}", get(handshake::accept))
            .with_state(self.clone())
    }

    /// Why a socket must end that the database no longer names as the charger's: another gateway took it over, or
    /// the charger was taken off the books. While the database cannot be asked, nobody can have done so.
    async fn superseded(&self, point: ChargePointId, socket: SocketId) -> Option<&'static str> {
        let row = timeout(DATABASE_PATIENCE, async {
            let mut conn = self.core.store.read().await?;
            charge_points::find(&mut conn, point).await
        });
        match row.await {
            Ok(Ok(Some(row))) if row.socket.is_some_and(|held| held != socket) => {
                Some("a newer connection took over")
            }
            Ok(Ok(None)) => Some("the charge point is no longer registered"),
            _ => None,
        }
    }
}
