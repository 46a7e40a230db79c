//! What a charger says of itself and of its connectors, and whether it is there.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{PointRef, data};
use crate::status::{ChargePointStatus, Connectivity, ConnectorStatus};

data! {
    /// `charger.connected`.
    ChargerConnected {
        /// The charge point.
        #[serde(flatten)]
        point: PointRef,
        /// Its state at a glance.
        status: ChargePointStatus,
        /// `online`.
        connectivity: Connectivity,
        /// Since when.
        since: Timestamp,
        /// (O) How it connected.
        #[serde(flatten, skip_serializing_if = "Option::is_none")]
        operator: Option<ConnectionDetail>,
    }

    /// (O) How a charger connected.
    ConnectionDetail {
        /// What it calls itself.
        identity: String,
        /// The OCPP version it speaks.
        protocol: String,
        /// Where it comes from.
        remote_address: Option<String>,
    }

    /// `charger.disconnected`.
    ChargerDisconnected {
        /// The charge point.
        #[serde(flatten)]
        point: PointRef,
        /// Its state at a glance.
        status: ChargePointStatus,
        /// `offline`.
        connectivity: Connectivity,
        /// Since when.
        since: Timestamp,
        /// Why the socket closed, in words.
        reason: Option<String>,
    }

    /// `charger.booted`.
    ChargerBooted {
        /// The charge point.
        #[serde(flatten)]
        point: PointRef,
        /// The maker.
        vendor: Option<String>,
        /// The model.
        model: Option<String>,
        /// The firmware.
        firmware_version: Option<String>,
        /// The serial number.
        serial_number: Option<String>,
        /// What it was answered.
        registration: Registration,
    }

    /// `charger.status.changed`.
    ChargerStatusChanged {
        /// The charge point.
        #[serde(flatten)]
        point: PointRef,
        /// Its state now.
        status: ChargePointStatus,
        /// Its state before.
        previous_status: ChargePointStatus,
        /// Whether its socket is open.
        connectivity: Connectivity,
        /// Since when.
        since: Timestamp,
    }

    /// `connector.status.changed`.
    ConnectorStatusChanged {
        /// The charge point.
        #[serde(flatten)]
        point: PointRef,
        /// The plug.
        connector_id: i64,
        /// Its EVSE; in OCPP 1.6 the same number.
        evse_id: i64,
        /// Its state now.
        status: ConnectorStatus,
        /// Its state before.
        previous_status: ConnectorStatus,
        /// Since when, by the charger's clock where it said so.
        since: Timestamp,
        /// (O) What is wrong.
        #[serde(flatten, skip_serializing_if = "Option::is_none")]
        operator: Option<ConnectorFault>,
    }

    /// (O) What is wrong with a connector, in the charger's words.
    ConnectorFault {
        /// OCPP 1.6 §7.6; null for `NoError`. Null or a word, never left out: its presence is what
        /// tells the operator version from the public one.
        #[serde(deserialize_with = "Option::deserialize")]
        error_code: Option<String>,
        /// The maker's own code.
        vendor_error_code: Option<String>,
        /// Free text. Hostile: show it as text only.
        info: Option<String>,
    }
}

/// What a BootNotification was answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Registration {
    /// The charger may work.
    Accepted,
}
