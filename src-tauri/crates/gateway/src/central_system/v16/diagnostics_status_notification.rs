//! `DiagnosticsStatusNotification` (OCPP 1.6 §4.4): how the upload of its diagnostics goes. Nothing follows from it yet.

use domain::ChargePointId;
use ocpp::RawValue;
use ocpp::v16::DiagnosticsStatusNotificationRequest;

use super::{Answered, acknowledged};

pub(in crate::central_system) fn handle(id: ChargePointId, payload: &RawValue) -> Answered {
    acknowledged(payload, |request: &DiagnosticsStatusNotificationRequest| {
        tracing::info!(charge_point = %id, status = %request.status.as_str().escape_debug(), "a charger reports on an upload");
    })
}
