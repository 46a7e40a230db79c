//! `StatusNotification` (OCPP 1.6 §4.9): the state of a connector.

use domain::ChargePointId;
use domain::status::ConnectorStatus;
use ocpp::v16::{ChargePointErrorCode, ChargePointStatus, StatusNotificationRequest};
use ocpp::{RawValue, decode};

use super::Answered;
use crate::central_system::connection::empty;
use crate::core::Core;
use crate::ops::report_connector::{Report, report_connector};

pub(in crate::central_system) async fn handle(
    core: &Core,
    id: ChargePointId,
    payload: &RawValue,
) -> Answered {
    let request: StatusNotificationRequest = decode(payload)?;
    let error = Some(request.error_code).filter(|code| *code != ChargePointErrorCode::NoError);
    let report = Report {
        connector_id: request.connector_id.into(),
        status: status(&request.status),
        error_code: error.map(|code| code.as_str().to_owned()),
        vendor_error_code: request.vendor_error_code,
        info: request.info,
        at: request.timestamp.map(Into::into),
    };
    report_connector(core, id, report).await?;
    Ok(empty())
}

/// OCPP 1.6 §7.7 to the domain's words; a word nobody knows says nothing about the connector.
fn status(wire: &ChargePointStatus) -> ConnectorStatus {
    match wire {
        ChargePointStatus::Available => ConnectorStatus::Available,
        ChargePointStatus::Preparing => ConnectorStatus::Preparing,
        ChargePointStatus::Charging => ConnectorStatus::Charging,
        ChargePointStatus::SuspendedEV => ConnectorStatus::SuspendedEv,
        ChargePointStatus::SuspendedEVSE => ConnectorStatus::SuspendedEvse,
        ChargePointStatus::Finishing => ConnectorStatus::Finishing,
        ChargePointStatus::Reserved => ConnectorStatus::Reserved,
        ChargePointStatus::Unavailable => ConnectorStatus::Unavailable,
        ChargePointStatus::Faulted => ConnectorStatus::Faulted,
        _ => ConnectorStatus::Unknown,
    }
}
