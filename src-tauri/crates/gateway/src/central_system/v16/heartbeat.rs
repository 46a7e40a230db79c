//! `Heartbeat` (OCPP 1.6 §4.6): alive, and what time is it? Neither needs the database.

use domain::ChargePointId;
use ocpp::v16::HeartbeatResponse;
use ocpp::{RawValue, encode};

use crate::central_system::CentralSystem;

pub(in crate::central_system) fn handle(
    system: &CentralSystem,
    id: ChargePointId,
) -> Box<RawValue> {
    system.heard.note(id);
    encode(&HeartbeatResponse::new(system.core.clock.now()))
}
