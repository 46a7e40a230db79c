//! `LogStatusNotification` (security whitepaper §5.10): how the upload of its log goes. Nothing follows from it yet.

use domain::ChargePointId;
use ocpp::RawValue;
use ocpp::v16::LogStatusNotificationRequest;

use super::{Answered, acknowledged};

pub(in crate::central_system) fn handle(id: ChargePointId, payload: &RawValue) -> Answered {
    acknowledged(payload, |request: &LogStatusNotificationRequest| {
        tracing::info!(charge_point = %id, status = %request.status.as_str().escape_debug(), "a charger reports on an upload");
    })
}
