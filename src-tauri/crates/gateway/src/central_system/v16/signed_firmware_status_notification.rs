//! `SignedFirmwareStatusNotification` (security whitepaper §5.16): how the update of its signed firmware goes. Nothing follows from it yet.

use domain::ChargePointId;
use ocpp::RawValue;
use ocpp::v16::SignedFirmwareStatusNotificationRequest;

use super::{Answered, acknowledged};

pub(in crate::central_system) fn handle(id: ChargePointId, payload: &RawValue) -> Answered {
    acknowledged(
        payload,
        |request: &SignedFirmwareStatusNotificationRequest| {
            tracing::info!(charge_point = %id, status = %request.status.as_str().escape_debug(), "a charger reports on its firmware");
        },
    )
}
