//! Charge points that behave like real ones, each over a real WebSocket: for the demo site, for
//! tests and for load. They speak OCPP 1.6 as the wire has it and know nothing of the gateway but
//! its URL.
//!
//! What they have to tell about transactions waits in a queue: it outlives a lost connection and, with
//! a data folder, the process. There they also write down what was acknowledged: see [`truth`].
//!
//! Start a [`Fleet`], let it live, stop it and read its [`Summary`]. It must run inside a Tokio
//! runtime; its tasks end with the value.

mod backlog;
mod bay;
mod car;
mod charge_point;
mod clock;
mod commands;
mod config;
mod connection;
mod connector;
mod delivery;
mod fleet;
mod keys;
mod lines;
mod link;
mod measured;
mod meter;
mod point;
mod queue;
mod scenario;
mod stats;
pub mod truth;

pub use config::{ConfigFault, FleetConfig};
pub use fleet::Fleet;
pub use scenario::Scenario;
pub use stats::{Latency, Summary};
