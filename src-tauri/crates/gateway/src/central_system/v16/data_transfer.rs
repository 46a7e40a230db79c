//! `DataTransfer` (OCPP 1.6 §4.3): a maker's own message. No maker is known here.

use domain::ChargePointId;
use ocpp::v16::{DataTransferRequest, DataTransferResponse, DataTransferStatus};
use ocpp::{RawValue, decode, encode};

use super::Answered;

pub(in crate::central_system) fn handle(id: ChargePointId, payload: &RawValue) -> Answered {
    let request: DataTransferRequest = decode(payload)?;
    tracing::info!(charge_point = %id, vendor = %request.vendor_id.escape_debug(), "a maker's own message is not understood");
    Ok(encode(&DataTransferResponse::new(
        DataTransferStatus::UnknownVendorId,
    )))
}
