//! The rules of charging. No I/O, no async, no clock: time and ids come in as arguments.
//!
//! Nothing here is a wire type, except [`event`]: the event catalogue *is* a contract.

pub mod authorization;
pub mod charge_point;
pub mod code;
pub mod energy;
pub mod event;
pub mod identity;
pub mod ids;
pub mod meter;
pub mod operator;
pub mod session;
pub mod station;
pub mod status;
mod words;

pub use code::Code;
pub use energy::WattHours;
pub use event::Event;
pub use identity::Identity;
pub use ids::{
    AccessTokenId, ChargePointId, CustomerId, EventId, IdTokenId, OperatorId, SessionId, SocketId,
    StationId,
};

/// A moment in UTC.
pub use jiff::Timestamp;
