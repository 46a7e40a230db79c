//! `FirmwareStatusNotification` (OCPP 1.6 §4.5): how the update of its firmware goes. Nothing follows from it yet.

use domain::ChargePointId;
use ocpp::RawValue;
use ocpp::v16::FirmwareStatusNotificationRequest;

use super::{Answered, acknowledged};

pub(in crate::central_system) fn handle(id: ChargePointId, payload: &RawValue) -> Answered {
    acknowledged(payload, |request: &FirmwareStatusNotificationRequest| {
        tracing::info!(charge_point = %id, status = %request.status.as_str().escape_debug(), "a charger reports on its firmware");
    })
}
