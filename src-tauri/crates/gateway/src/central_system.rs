//! The OCPP side: chargers' sockets from handshake to close. One task owns one socket; a file per action
//! turns wire messages into ops and back. Not for what a message means: that is `ops` and `domain`.

mod basic_auth;
mod calls;
mod connection;
mod conversation;
mod dispatch;
mod gate;
mod handshake;
mod outbound;
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

use crate::core::Core;
use crate::settings::{Limits, Ocpp, std};
use crate::tasks::Tasks;
use crate::throttle::Throttle;
use gate::Gate;
pub use outbound::{Answered, CallFailure, Hold, Outbound, Reply};
use repeats::Repeats;
use takeover::Takeovers;
pub use unknown::{Handshake, HandshakeResult, UnknownChargePoint, UnknownChargePoints};

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
            private: handshake::is_private(listener.ip()),
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

    /// Whether the database names another socket than this as the charger's: another gateway took it over.
    /// While the database cannot be asked, nobody can have done so.
    async fn is_held_elsewhere(&self, point: ChargePointId, socket: SocketId) -> bool {
        let row = match self.core.store.read().await {
            Ok(mut conn) => charge_points::find(&mut conn, point).await,
            Err(error) => Err(error),
        };
        matches!(row, Ok(Some(row)) if row.socket.is_some_and(|held| held != socket))
    }
}
