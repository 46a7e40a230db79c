//! `Heartbeat` (OCPP 1.6 §4.6): alive, and what time is it?

use domain::ChargePointId;
use ocpp::encode;
use ocpp::v16::HeartbeatResponse;

use super::Answered;
use crate::core::Core;
use crate::ops::hear_charger::hear_charger;

pub(in crate::central_system) async fn handle(core: &Core, id: ChargePointId) -> Answered {
    hear_charger(core, id).await?;
    Ok(encode(&HeartbeatResponse::new(core.clock.now())))
}
