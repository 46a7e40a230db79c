//! `MeterValues` (OCPP 1.6 §4.7): readings of one connector.

use domain::ChargePointId;
use ocpp::v16::MeterValuesRequest;
use ocpp::{RawValue, decode};

use super::{Answered, samples};
use crate::central_system::connection::empty;
use crate::central_system::readings::Readings;
use crate::ops::record_meter::Measured;

pub(in crate::central_system) async fn handle(
    readings: &Readings,
    id: ChargePointId,
    payload: &RawValue,
) -> Answered {
    let request: MeterValuesRequest = decode(payload)?;
    let read = samples::read(&request.meter_value);
    let measured = Measured {
        connector_id: request.connector_id.into(),
        transaction_id: request.transaction_id.map(Into::into),
        readings: read.readings,
        unreadable: read.unreadable,
        signed: read.signed,
        action: "MeterValues",
        raw: payload.get().to_owned(),
    };
    readings.record(id, measured).await?;
    Ok(empty())
}
