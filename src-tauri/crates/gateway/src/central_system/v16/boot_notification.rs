//! `BootNotification` (OCPP 1.6 §4.2): the charger says what it is and learns the time.

use std::time::Duration;

use domain::ChargePointId;
use ocpp::v16::{BootNotificationRequest, BootNotificationResponse, RegistrationStatus};
use ocpp::{RawValue, decode, encode};

use super::Answered;
use crate::core::Core;
use crate::ops::boot_charger::{Boot, boot_charger};

pub(in crate::central_system) async fn handle(
    core: &Core,
    id: ChargePointId,
    payload: &RawValue,
    heartbeat: Duration,
) -> Answered {
    let request: BootNotificationRequest = decode(payload)?;
    let boot = Boot {
        vendor: request.charge_point_vendor,
        model: request.charge_point_model,
        serial_number: request
            .charge_point_serial_number
            .or(request.charge_box_serial_number),
        firmware_version: request.firmware_version,
    };
    boot_charger(core, id, boot).await?;
    let interval = i32::try_from(heartbeat.as_secs()).unwrap_or(i32::MAX);
    let now = core.clock.now();
    Ok(encode(&BootNotificationResponse::new(
        RegistrationStatus::Accepted,
        now,
        interval,
    )))
}
