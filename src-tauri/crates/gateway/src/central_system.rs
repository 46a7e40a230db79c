//! The OCPP side: chargers' sockets from handshake to close. One task owns one socket; a file per action
//! turns wire messages into ops and back. Not for what a message means: that is `ops` and `domain`.

mod basic_auth;
mod connection;
mod dispatch;
mod handshake;
mod registry;
mod v16;

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::routing::get;

use crate::core::Core;
use crate::tasks::Tasks;
use crate::throttle::Throttle;
use registry::Registry;

/// How sockets are looked after. Each is a setting of `ocpp.*`.
#[derive(Clone, Copy, Debug)]
pub struct SocketCare {
    /// How often a charger is pinged.
    pub ping_interval: Duration,
    /// How long a silent charger may take to answer before it counts as gone.
    pub pong_timeout: Duration,
    /// The heartbeat interval chargers are told at boot.
    pub heartbeat_interval: Duration,
}

/// The central system of one gateway. Cheap to clone.
#[derive(Clone)]
pub struct CentralSystem {
    core: Core,
    care: SocketCare,
    registry: Arc<Registry>,
    throttle: Arc<Throttle>,
    tasks: Tasks,
}

impl CentralSystem {
    /// A central system without sockets yet.
    pub fn new(core: Core, care: SocketCare, handshake_failures: u32, tasks: Tasks) -> Self {
        Self {
            core,
            care,
            registry: Arc::new(Registry::default()),
            throttle: Arc::new(Throttle::new(handshake_failures, Duration::from_mins(1))),
            tasks,
        }
    }

    /// The chargers' own router: these addresses and nothing else.
    pub fn router(&self) -> Router {
        Router::new()
            .route("/ocpp/{identity}", get(handshake::accept))
            // Where chargers of the earlier backend were told to connect.
            .route("/ws/ocpp/16/{identity}", get(handshake::accept))
            .with_state(self.clone())
    }
}
