//! OCPP 1.6 adapters, a file per action: decode, one op, encode.

pub(super) mod authorize;
pub(super) mod boot_notification;
pub(super) mod data_transfer;
pub(super) mod diagnostics_status_notification;
pub(super) mod firmware_status_notification;
pub(super) mod heartbeat;
pub(super) mod log_status_notification;
pub(super) mod meter_values;
pub(super) mod security_event_notification;
pub(super) mod sign_certificate;
pub(super) mod signed_firmware_status_notification;
pub(super) mod start_transaction;
pub(super) mod status_notification;
pub(super) mod stop_transaction;

mod samples;

use domain::authorization::Decision;
use ocpp::RawValue;
use ocpp::v16::{AuthorizationStatus, IdTagInfo};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::connection::empty;

use crate::ops::authorize::Authorized;

/// An adapter's answer.
type Answered = Result<Box<RawValue>, super::dispatch::Fault>;

/// What is known of a token, in the words of OCPP 1.6 §7.2.
fn id_tag_info(authorized: &Authorized) -> IdTagInfo {
    let mut info = IdTagInfo::new(match authorized.decision {
        Decision::Accepted => AuthorizationStatus::Accepted,
        Decision::Blocked | Decision::Unfunded => AuthorizationStatus::Blocked,
        Decision::Expired => AuthorizationStatus::Expired,
        Decision::Invalid => AuthorizationStatus::Invalid,
        Decision::Concurrent => AuthorizationStatus::ConcurrentTx,
    });
    if let Some(parent) = &authorized.parent {
        info = info.with_parent_id_tag(parent.clone());
    }
    info
}

/// The shape of a message that is read, noted and answered with nothing.
fn acknowledged<T>(payload: &RawValue, note: impl FnOnce(&T)) -> Answered
where
    T: DeserializeOwned + Serialize + ocpp::Validate,
{
    note(&ocpp::decode(payload)?);
    Ok(empty())
}
