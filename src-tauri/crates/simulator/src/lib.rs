//! Charge points that behave like real ones, each over a real WebSocket: for the demo site, for
//! tests and for load. They speak OCPP 1.6 as the wire has it and know nothing of the gateway but
//! its URL.
//!
//! Start a [`Fleet`], let it live, stop it and read its [`Summary`]. It must run inside a Tokio
//! runtime; its tasks end with the value.

mod car;
mod charge_point;
mod clock;
mod config;
mod connector;
mod fleet;
mod link;
mod measured;
mod meter;
mod stats;
mod surroundings;

pub use config::{ConfigFault, FleetConfig, Scenario};
pub use fleet::Fleet;
pub use stats::{Latency, Summary};
