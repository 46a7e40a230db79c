//! From an action's name to its adapter. THE table of what chargers may say to us.

use domain::ChargePointId;
use ocpp::action::{self, Action, Meaning, V16};
use ocpp::{CallError, ErrorCode, RawValue, Version};

use super::{CentralSystem, v16};
use crate::core::OpError;

/// What a CALL is answered with.
pub(super) enum Answer {
    /// A CALLRESULT.
    Result(Box<RawValue>),
    /// A CALLERROR: a fault of the protocol, never a refusal of the business.
    Error(CallError),
    /// Nothing, so that the charger sends it again: it could not be stored.
    Silence,
}

impl Answer {
    /// The word it is counted under.
    const fn kind(&self) -> &'static str {
        match self {
            Self::Result(_) => "result",
            Self::Error(_) => "error",
            Self::Silence => "silence",
        }
    }
}

impl From<CallError> for Answer {
    fn from(error: CallError) -> Self {
        Self::Error(error)
    }
}

/// Why an adapter has no answer to give.
pub(super) enum Fault {
    /// The payload does not read.
    Payload(CallError),
    /// The op failed.
    Op(OpError),
}

impl From<CallError> for Fault {
    fn from(error: CallError) -> Self {
        Self::Payload(error)
    }
}

impl From<OpError> for Fault {
    fn from(error: OpError) -> Self {
        Self::Op(error)
    }
}

/// Handles one CALL to its answer.
pub(super) async fn handle(
    system: &CentralSystem,
    id: ChargePointId,
    version: Version,
    name: &str,
    payload: &RawValue,
) -> Answer {
    let action = match action::from_charger(version, name) {
        Meaning::Action(Action::V16(action)) => action,
        Meaning::WrongDirection => return CallError::not_supported(name).into(),
        Meaning::Unknown => return CallError::not_implemented(name).into(),
    };
    let core = &system.core;
    let answered = match action {
        V16::Authorize => v16::authorize::handle(core, payload).await,
        V16::BootNotification => {
            v16::boot_notification::handle(core, id, payload, system.care.heartbeat_interval).await
        }
        V16::DataTransfer => v16::data_transfer::handle(id, payload),
        V16::DiagnosticsStatusNotification => {
            v16::diagnostics_status_notification::handle(id, payload)
        }
        V16::FirmwareStatusNotification => v16::firmware_status_notification::handle(id, payload),
        V16::LogStatusNotification => v16::log_status_notification::handle(id, payload),
        V16::SecurityEventNotification => v16::security_event_notification::handle(id, payload),
        V16::SignCertificate => v16::sign_certificate::handle(id, payload),
        V16::SignedFirmwareStatusNotification => {
            v16::signed_firmware_status_notification::handle(id, payload)
        }
        V16::Heartbeat => Ok(v16::heartbeat::handle(system, id)),
        V16::MeterValues => v16::meter_values::handle(core, id, payload).await,
        V16::StartTransaction => v16::start_transaction::handle(core, id, payload).await,
        V16::StatusNotification => v16::status_notification::handle(core, id, payload).await,
        V16::StopTransaction => v16::stop_transaction::handle(core, id, payload).await,
        _ => return CallError::not_supported(name).into(),
    };
    let answer = match answered {
        Ok(payload) => Answer::Result(payload),
        Err(Fault::Payload(error)) => Answer::Error(error),
        Err(Fault::Op(error)) => unstored(id, action, &error),
    };
    crate::metrics::ocpp_message("in", action.to_string(), answer.kind());
    answer
}

/// A message about a transaction that could not be stored stays unanswered: the charger keeps it and
/// tries again (FLT-13). Any other is told.
fn unstored(id: ChargePointId, action: V16, error: &OpError) -> Answer {
    tracing::error!(charge_point = %id, action = %action, %error, "a message could not be stored");
    match action {
        V16::StartTransaction | V16::StopTransaction | V16::MeterValues => Answer::Silence,
        _ => CallError::new(ErrorCode::InternalError, "not stored; try again later").into(),
    }
}
