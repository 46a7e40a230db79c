//! `SecurityEventNotification` (security whitepaper §5.13): something that bears on the charger's security.
//! Nothing follows from it yet.

use domain::ChargePointId;
use ocpp::RawValue;
use ocpp::v16::SecurityEventNotificationRequest;

use super::{Answered, acknowledged};

pub(in crate::central_system) fn handle(id: ChargePointId, payload: &RawValue) -> Answered {
    acknowledged(payload, |request: &SecurityEventNotificationRequest| {
        tracing::warn!(charge_point = %id, event = %request.r#type.escape_debug(), "a charger reports a security event");
    })
}
