//! What the central system may ask of a charge point, and the answer to it (OCPP 1.6 §5). An answer
//! comes at once; what it sets in motion is done by the connectors and the connection. An action that
//! is not built is `NotSupported`, one that OCPP does not have `NotImplemented` (OCPP-J §4.2.3).

use ocpp::action::{self, Action, Meaning, V16};
use ocpp::v16::{
    AvailabilityStatus, AvailabilityType, ChangeAvailabilityRequest, ChangeAvailabilityResponse,
    ChangeConfigurationRequest, ChangeConfigurationResponse, ClearCacheResponse, ClearCacheStatus,
    DataTransferRequest, DataTransferResponse, DataTransferStatus, GetConfigurationRequest,
    GetConfigurationResponse, GetLocalListVersionResponse, MessageTrigger, Reason,
    RemoteStartStopStatus, RemoteStartTransactionRequest, RemoteStartTransactionResponse,
    RemoteStopTransactionRequest, RemoteStopTransactionResponse, ResetRequest, ResetResponse,
    ResetStatus, ResetType, TriggerMessageRequest, TriggerMessageResponse, TriggerMessageStatus,
    UnlockConnectorRequest, UnlockConnectorResponse, UnlockStatus,
};
use ocpp::{CallError, ErrorCode, RawValue};
use serde::Serialize;

use crate::bay::{Bay, Order};
use crate::point::{Ending, Point, Trigger};

/// The version of a local list that is not supported (OCPP 1.6 §5.10).
const NO_LOCAL_LIST: i32 = -1;

/// The answer to a CALL.
pub(crate) struct Reply {
    pub(crate) payload: Box<RawValue>,
    /// The power cycle ends once the answer is sent.
    pub(crate) ending: Option<Ending>,
}

/// Answers a CALL of the central system's.
pub(crate) fn answer(point: &Point, name: &str, payload: &RawValue) -> Result<Reply, CallError> {
    let Meaning::Action(Action::V16(action)) = action::from_central(point.config.protocol, name)
    else {
        return Err(refusal(point, name));
    };
    Ok(match action {
        V16::RemoteStartTransaction => remote_start(point, &ocpp::decode(payload)?),
        V16::RemoteStopTransaction => remote_stop(point, &ocpp::decode(payload)?),
        V16::Reset => reset(point, &ocpp::decode(payload)?),
        V16::TriggerMessage => trigger(point, &ocpp::decode(payload)?),
        V16::UnlockConnector => unlock(point, &ocpp::decode(payload)?),
        V16::ChangeAvailability => change_availability(point, &ocpp::decode(payload)?),
        V16::GetConfiguration => get_configuration(point, ocpp::decode(payload)?),
        V16::ChangeConfiguration => change_configuration(point, &ocpp::decode(payload)?),
        V16::ClearCache => {
            point.clear_cards();
            reply(&ClearCacheResponse::new(ClearCacheStatus::Accepted))
        }
        V16::DataTransfer => {
            ocpp::decode::<DataTransferRequest>(payload)?;
            reply(&DataTransferResponse::new(
                DataTransferStatus::UnknownVendorId,
            ))
        }
        V16::GetLocalListVersion => reply(&GetLocalListVersionResponse::new(NO_LOCAL_LIST)),
        _ => return Err(refusal(point, name)),
    })
}

fn refusal(point: &Point, name: &str) -> CallError {
    match action::from_central(point.config.protocol, name) {
        Meaning::Unknown => CallError::not_implemented(name),
        Meaning::Action(_) | Meaning::WrongDirection => {
            CallError::new(ErrorCode::NotSupported, format!("{name} is not supported"))
        }
    }
}

fn reply<T: Serialize + ocpp::Validate>(payload: &T) -> Reply {
    Reply {
        payload: ocpp::encode(payload),
        ending: None,
    }
}

/// A charge point that is not booted, or about to end, begins nothing.
fn in_operation(point: &Point) -> bool {
    point.is_ready() && point.ending().is_none()
}

fn remote_start(point: &Point, request: &RemoteStartTransactionRequest) -> Reply {
    let free = |bay: &&Bay| bay.face().is_free();
    let bay = match request.connector_id {
        Some(connector) => point.bay(connector).filter(free),
        None => point.bays.iter().find(free),
    };
    let ordered = in_operation(point)
        && bay.is_some_and(|bay| bay.order(Order::Start(request.id_tag.clone())));
    reply(&RemoteStartTransactionResponse::new(accepted(ordered)))
}

fn remote_stop(point: &Point, request: &RemoteStopTransactionRequest) -> Reply {
    let runs = |bay: &&Bay| bay.face().transaction_id == Some(request.transaction_id);
    let bay = point.bays.iter().find(runs);
    let ordered = bay.is_some_and(|bay| bay.order(Order::Stop(Reason::Remote)));
    reply(&RemoteStopTransactionResponse::new(accepted(ordered)))
}

fn accepted(holds: bool) -> RemoteStartStopStatus {
    if holds {
        RemoteStartStopStatus::Accepted
    } else {
        RemoteStartStopStatus::Rejected
    }
}

fn reset(point: &Point, request: &ResetRequest) -> Reply {
    let ending = match request.r#type {
        _ if point.ending().is_some() => None,
        ResetType::Soft => Some(Ending::Soft),
        ResetType::Hard => Some(Ending::Hard),
        _ => None,
    };
    let status = if ending.is_some() {
        ResetStatus::Accepted
    } else {
        ResetStatus::Rejected
    };
    Reply {
        ending,
        ..reply(&ResetResponse::new(status))
    }
}

fn trigger(point: &Point, request: &TriggerMessageRequest) -> Reply {
    let connector = request.connector_id;
    let known = connector.is_none_or(|connector| connector == 0 || point.bay(connector).is_some());
    // Before a boot is accepted nothing else may be said (OCPP 1.6 §4.2).
    let may = point.is_ready() || request.requested_message == MessageTrigger::BootNotification;
    let status = match &request.requested_message {
        _ if !known || !may => TriggerMessageStatus::Rejected,
        MessageTrigger::BootNotification => triggered(point, [Trigger::Boot]),
        MessageTrigger::Heartbeat => triggered(point, [Trigger::Heartbeat]),
        MessageTrigger::StatusNotification => {
            let all = (0..).take(point.bays.len() + 1);
            let asked = all.filter(|one| connector.is_none_or(|connector| connector == *one));
            triggered(point, asked.map(Trigger::Status))
        }
        MessageTrigger::MeterValues => trigger_readings(point, connector),
        _ => TriggerMessageStatus::NotImplemented,
    };
    reply(&TriggerMessageResponse::new(status))
}

fn trigger_readings(point: &Point, connector: Option<i32>) -> TriggerMessageStatus {
    let asked = |bay: &&Bay| connector.is_none_or(|connector| connector == bay.connector);
    let mut any = false;
    for bay in point.bays.iter().filter(asked) {
        any |= if bay.face().charge.is_some() {
            bay.order(Order::Measure)
        } else {
            point.trigger(Trigger::MeterValues(bay.connector))
        };
    }
    trigger_status(any)
}

fn triggered(point: &Point, triggers: impl IntoIterator<Item = Trigger>) -> TriggerMessageStatus {
    trigger_status(triggers.into_iter().all(|trigger| point.trigger(trigger)))
}

fn trigger_status(holds: bool) -> TriggerMessageStatus {
    if holds {
        TriggerMessageStatus::Accepted
    } else {
        TriggerMessageStatus::Rejected
    }
}

fn unlock(point: &Point, request: &UnlockConnectorRequest) -> Reply {
    let status = match point.bay(request.connector_id) {
        None => UnlockStatus::NotSupported,
        Some(bay) => {
            // OCPP 1.6 §5.18: a transaction under way is stopped first.
            if bay.face().charge.is_some() {
                bay.order(Order::Stop(Reason::UnlockCommand));
            }
            UnlockStatus::Unlocked
        }
    };
    reply(&UnlockConnectorResponse::new(status))
}

fn change_availability(point: &Point, request: &ChangeAvailabilityRequest) -> Reply {
    let operative = request.r#type == AvailabilityType::Operative;
    let all = request.connector_id == 0;
    let asked = |bay: &&Bay| all || bay.connector == request.connector_id;
    let bays: Vec<_> = point.bays.iter().filter(asked).collect();
    if bays.is_empty() {
        let rejected = ChangeAvailabilityResponse::new(AvailabilityStatus::Rejected);
        return reply(&rejected);
    }
    let charging = bays.iter().any(|bay| bay.face().charge.is_some());
    for bay in bays {
        bay.change(|face| face.operative = operative);
    }
    if all {
        point.serve(operative);
        point.trigger(Trigger::Status(0));
    }
    let status = if charging && !operative {
        AvailabilityStatus::Scheduled
    } else {
        AvailabilityStatus::Accepted
    };
    reply(&ChangeAvailabilityResponse::new(status))
}

fn get_configuration(point: &Point, request: GetConfigurationRequest) -> Reply {
    let all = point.keys.borrow().all();
    let asked = request.key.unwrap_or_default();
    if asked.is_empty() {
        return reply(&GetConfigurationResponse::new().with_configuration_key(all));
    }
    let is = |name: &str, key: &str| name.eq_ignore_ascii_case(key);
    let (known, unknown): (Vec<_>, Vec<_>) = asked
        .into_iter()
        .partition(|key| all.iter().any(|one| is(&one.key, key)));
    let found = all
        .into_iter()
        .filter(|one| known.iter().any(|key| is(&one.key, key)));
    let response = GetConfigurationResponse::new().with_configuration_key(found.collect());
    reply(&if unknown.is_empty() {
        response
    } else {
        response.with_unknown_key(unknown)
    })
}

fn change_configuration(point: &Point, request: &ChangeConfigurationRequest) -> Reply {
    let mut keys = point.keys.borrow().clone();
    let status = keys.set(&request.key, &request.value);
    point.keys.send_replace(keys);
    reply(&ChangeConfigurationResponse::new(status))
}
