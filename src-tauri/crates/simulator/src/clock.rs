//! The one place where the simulator reads the wall clock and makes ids.

#![allow(
    clippy::disallowed_methods,
    reason = "a charger has a clock of its own; everything else in this crate asks here"
)]

use jiff::Timestamp;
use ocpp::MessageId;
use ocpp::v16::DateTime;
use uuid::Uuid;

/// The time now, in whole milliseconds as chargers send it.
pub(crate) fn now() -> DateTime {
    let now = Timestamp::now();
    let whole = Timestamp::from_millisecond(now.as_millisecond()).unwrap_or(now);
    DateTime::from_timestamp(whole)
}

/// A new id for a CALL, never used before by any charge point.
pub(crate) fn message_id() -> MessageId {
    MessageId::truncating(&Uuid::now_v7().to_string())
}

/// A new id for a charge; later ones sort behind earlier ones.
pub(crate) fn charge_id() -> Uuid {
    Uuid::now_v7()
}
