//! `SignCertificate` (security whitepaper §5.15): a charger wants a certificate. There is no authority here to make one.

use domain::ChargePointId;
use ocpp::v16::{GenericStatus, SignCertificateRequest, SignCertificateResponse};
use ocpp::{RawValue, decode, encode};

use super::Answered;

pub(in crate::central_system) fn handle(id: ChargePointId, payload: &RawValue) -> Answered {
    let _: SignCertificateRequest = decode(payload)?;
    tracing::info!(charge_point = %id, "a charger's request for a certificate is rejected");
    Ok(encode(&SignCertificateResponse::new(
        GenericStatus::Rejected,
    )))
}
