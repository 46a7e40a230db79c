//! `StopTransaction` (OCPP 1.6 §4.10): a charge ends.

use domain::session::StopReason;
use domain::{ChargePointId, WattHours};
use ocpp::v16::{Reason, StopTransactionRequest, StopTransactionResponse};
use ocpp::{RawValue, decode, encode};

use super::{Answered, id_tag_info, samples};
use crate::core::Core;
use crate::ops::stop_session::{Stop, stop_session};

pub(in crate::central_system) async fn handle(
    core: &Core,
    id: ChargePointId,
    payload: &RawValue,
) -> Answered {
    let request: StopTransactionRequest = decode(payload)?;
    let data = request.transaction_data.as_deref().unwrap_or_default();
    let read = samples::read(data);
    let stop = Stop {
        transaction_id: request.transaction_id.into(),
        meter_stop: WattHours(request.meter_stop.into()),
        at: request.timestamp.into(),
        reason: reason(request.reason.as_ref()),
        id_tag: request.id_tag,
        readings: read.readings,
        unreadable: read.unreadable,
        signed: read.signed,
        raw: payload.get().to_owned(),
    };
    let authorized = stop_session(core, id, stop).await?;
    let mut response = StopTransactionResponse::new();
    if let Some(authorized) = authorized {
        response = response.with_id_tag_info(id_tag_info(&authorized));
    }
    Ok(encode(&response))
}

/// OCPP 1.6 §7.34 to the domain's words. Left out means `Local` (§6.49).
fn reason(wire: Option<&Reason>) -> StopReason {
    match wire {
        None | Some(Reason::Local) => StopReason::Local,
        Some(Reason::Remote) => StopReason::Operator,
        Some(Reason::EVDisconnected) => StopReason::EvDisconnected,
        Some(Reason::DeAuthorized) => StopReason::DeAuthorized,
        Some(Reason::PowerLoss) => StopReason::PowerLoss,
        Some(Reason::EmergencyStop) => StopReason::EmergencyStop,
        Some(Reason::HardReset) => StopReason::HardReset,
        Some(Reason::SoftReset) => StopReason::SoftReset,
        Some(Reason::Reboot) => StopReason::Reboot,
        Some(Reason::UnlockCommand) => StopReason::UnlockCommand,
        Some(_) => StopReason::Other,
    }
}
