//! `Heartbeat` (OCPP 1.6 §4.6): alive, and what time is it? Neither needs the database.

use domain::ChargePointId;
use ocpp::encode;
use ocpp::v16::HeartbeatResponse;

use super::Answered;
use crate::central_system::CentralSystem;

pub(in crate::central_system) fn handle(system: &CentralSystem, id: ChargePointId) -> Answered {
    system.heard.note(id);
    Ok(encode(&HeartbeatResponse::new(system.core.clock.now())))
}
