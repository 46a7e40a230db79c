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
    let interval = own_interval(id, heartbeat).as_secs().max(1);
    let interval = i32::try_from(interval).unwrap_or(i32::MAX);
    let now = core.clock.now();
    Ok(encode(&BootNotificationResponse::new(
        RegistrationStatus::Accepted,
        now,
        interval,
    )))
}

/// The interval of one charger: up to a fifth less or more than what is set, always the same for the same charger, so
/// that chargers which came back in the same second do not beat in the same second for ever (FLT-12).
fn own_interval(id: ChargePointId, heartbeat: Duration) -> Duration {
    // The low bits of an id are random.
    let [.., high, low] = id.0.into_bytes();
    let thousandths = 800 + u32::from(u16::from_be_bytes([high, low])) % 401;
    heartbeat * thousandths / 1_000
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chargers_beat_up_to_a_fifth_apart_from_what_is_set_and_each_at_its_own_pace() {
        let told = |id: u128| {
            let id = ChargePointId(uuid::Uuid::from_u128(id));
            own_interval(id, Duration::from_mins(5)).as_secs()
        };
        let mut all: Vec<u64> = (0..5_000).map(told).collect();
        assert_eq!(told(4_711), told(4_711), "the same at every boot");
        all.sort_unstable();
        assert_eq!((all[0], all[4_999]), (240, 360), "20 % either way");
        all.dedup();
        assert_eq!(all.len(), 121, "every second of it");
    }
}
