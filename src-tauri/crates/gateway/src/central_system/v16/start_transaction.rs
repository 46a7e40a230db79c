//! `StartTransaction` (OCPP 1.6 §4.8): a charge begins.

use domain::{ChargePointId, WattHours};
use ocpp::v16::{StartTransactionRequest, StartTransactionResponse};
use ocpp::{CallError, ErrorCode, RawValue, decode, encode};

use super::{Answered, id_tag_info};
use crate::core::Core;
use crate::ops::start_session::{Start, start_session};

pub(in crate::central_system) async fn handle(
    core: &Core,
    id: ChargePointId,
    payload: &RawValue,
) -> Answered {
    let request: StartTransactionRequest = decode(payload)?;
    let start = Start {
        connector_id: request.connector_id.into(),
        id_tag: request.id_tag,
        meter_start: WattHours(request.meter_start.into()),
        at: request.timestamp.into(),
        raw: payload.get().to_owned(),
    };
    let started = start_session(core, id, start).await?;
    let transaction_id = i32::try_from(started.transaction_id)
        .map_err(|_| CallError::new(ErrorCode::InternalError, "out of transaction ids"))?;
    Ok(encode(&StartTransactionResponse::new(
        id_tag_info(&started.authorized),
        transaction_id,
    )))
}
