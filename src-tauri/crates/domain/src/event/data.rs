//! The data of each event. Absent values are `null`; times are RFC 3339 UTC.
//! Fields marked (O) in 2-contract sit in an `operator` part that the public version leaves out.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::charge_point::ChargePoint;
use crate::energy::WattHours;
use crate::event::Event;
use crate::ids::{ChargePointId, CustomerId, SessionId, StationId};
use crate::meter::PhaseValues;
use crate::session::{Session, SessionStatus, StartedBy, StopReason};
use crate::status::{ChargePointStatus, Connectivity, ConnectorStatus};

/// Declares the data of an event: the derives and the camelCase are the same for all.
macro_rules! data {
    ($($(#[$doc:meta])* $name:ident { $($(#[$fdoc:meta])* $field:ident: $kind:ty),* $(,)? })*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
        #[serde(rename_all = "camelCase")]
        pub struct $name {
            $($(#[$fdoc])* pub $field: $kind,)*
        }
    )*};
}

data! {
    /// Which charge point, and its version (P in 2-contract).
    PointRef {
        /// Where it stands.
        station_id: StationId,
        /// Its id.
        charge_point_id: ChargePointId,
        /// The charge point's version.
        version: i64,
    }

    /// Which session, and its version (S in 2-contract).
    SessionRef {
        /// The session; null outside one.
        session_id: Option<SessionId>,
        /// Where.
        station_id: StationId,
        /// At which box.
        charge_point_id: ChargePointId,
        /// At which plug.
        connector_id: i64,
        /// The charger's number for it.
        transaction_id: Option<i64>,
        /// Whose, when an account's.
        customer_id: Option<CustomerId>,
        /// The session's version; outside a session the charge point's.
        version: i64,
    }

    /// `charging.started`.
    ChargingStarted {
        /// The session.
        #[serde(flatten)]
        session: SessionRef,
        /// `charging`.
        status: SessionStatus,
        /// Who began it.
        started_by: StartedBy,
        /// When, by the charger's clock.
        started_at: Timestamp,
        /// The register at the start.
        meter_start_wh: WattHours,
        /// The price shown to the driver; null where none applies.
        price: (),
    }

    /// `charging.stopped`.
    ChargingStopped {
        /// The session.
        #[serde(flatten)]
        session: SessionRef,
        /// `stopped`.
        status: SessionStatus,
        /// When, by the charger's clock.
        stopped_at: Timestamp,
        /// Why.
        stop_reason: StopReason,
        /// The register at the stop.
        meter_stop_wh: WattHours,
        /// Energy taken, Wh.
        energy_wh: WattHours,
        /// Energy taken, kWh.
        energy_consumed: f64,
        /// How long it lasted.
        duration_seconds: i64,
        /// The bill; null where no price applies.
        cost: (),
        /// Whether the end was inferred and not reported.
        inferred: bool,
        /// Where the receipt is; null where there is none.
        receipt_url: Option<String>,
    }

    /// `meter.values`.
    MeterValues {
        /// The session; its id is null outside one.
        #[serde(flatten)]
        session: SessionRef,
        /// When, by the charger's clock.
        measured_at: Timestamp,
        /// Energy taken in the session so far, Wh; 0 outside one.
        energy_wh: WattHours,
        /// The same in kWh.
        energy_consumed: f64,
        /// The register itself, Wh.
        meter_wh: Option<WattHours>,
        /// Power drawn, W.
        power_w: Option<i64>,
        /// The battery's state of charge.
        soc_percent: Option<i64>,
        /// Voltage per phase, V.
        voltage_v: Option<PhaseValues>,
        /// Current per phase, A.
        current_a: Option<PhaseValues>,
        /// Why it was measured. Source: OCPP 1.6 §7.33 `ReadingContext`.
        context: String,
    }

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

impl PointRef {
    /// The reference to a charge point as it is now.
    pub fn of(point: &ChargePoint) -> Self {
        Self {
            station_id: point.station_id,
            charge_point_id: point.id,
            version: point.version,
        }
    }
}

impl SessionRef {
    /// The reference to a session as it is now.
    pub fn of(session: &Session) -> Self {
        Self {
            session_id: Some(session.id),
            station_id: session.station_id,
            charge_point_id: session.charge_point_id,
            connector_id: session.connector_id,
            transaction_id: Some(session.transaction_id),
            customer_id: session.customer_id,
            version: session.version,
        }
    }

    /// The reference for a reading outside any session.
    pub fn outside(point: &ChargePoint, connector_id: i64) -> Self {
        Self {
            session_id: None,
            station_id: point.station_id,
            charge_point_id: point.id,
            connector_id,
            transaction_id: None,
            customer_id: None,
            version: point.version,
        }
    }
}

impl Event {
    /// What any passer-by may know of this event; `None` where the public hears nothing.
    pub fn public(&self) -> Option<Self> {
        match self {
            Self::ChargerStatusChanged(_) => Some(self.clone()),
            Self::ConnectorStatusChanged(data) => {
                Some(Self::ConnectorStatusChanged(ConnectorStatusChanged {
                    operator: None,
                    ..data.clone()
                }))
            }
            Self::ChargingStarted(_)
            | Self::ChargingStopped(_)
            | Self::MeterValues(_)
            | Self::ChargerConnected(_)
            | Self::ChargerDisconnected(_)
            | Self::ChargerBooted(_) => None,
        }
    }
}
