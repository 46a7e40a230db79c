//! A charge point (the box) and its connectors (the plugs).

use jiff::Timestamp;

use crate::identity::Identity;
use crate::ids::{ChargePointId, SocketId, StationId, TariffId};
use crate::status::{ChargePointStatus, Connectivity, ConnectorStatus};
use crate::words::words;

words! {
    /// What fits into a connector. Source: OCPI 2.2.1 `ConnectorType`.
    ConnectorType {
        /// IEC 62196 type 2, "Mennekes": every public AC bay in Europe.
        Type2 = "IEC_62196_T2",
        /// Combined charging system, type 2 with DC.
        Ccs2 = "IEC_62196_T2_COMBO",
        /// `CHAdeMO`, DC.
        Chademo = "CHADEMO",
    }
}

words! {
    /// Whose cable it is. Source: OCPI 2.2.1 `ConnectorFormat`.
    ConnectorFormat {
        /// The driver brings one.
        Socket = "socket",
        /// One is attached.
        Cable = "cable",
    }
}

/// A charge point as the operator registered it and as it last reported itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChargePoint {
    /// Its id.
    pub id: ChargePointId,
    /// What it calls itself in its URL.
    pub identity: Identity,
    /// Where it stands.
    pub station_id: StationId,
    /// The name people read.
    pub name: String,
    /// The OCPP version it is registered for: `1.6`.
    pub protocol: String,
    /// What it charges, where that is not its station's tariff.
    pub tariff_id: Option<TariffId>,
    /// OCPP security profile: 0 without credentials, 1 Basic auth.
    pub security_profile: i64,
    /// Hash of its key; none under profile 0.
    pub password_hash: Option<String>,
    /// Hash of a key that was offered and may be in use already: taken beside the first until that is settled.
    pub next_password_hash: Option<String>,
    /// Since when that key may be on its way to the charger.
    pub key_sent_at: Option<Timestamp>,
    /// Rated power in watts.
    pub max_power_w: i64,
    /// Its state at a glance.
    pub status: ChargePointStatus,
    /// Whether its socket is open.
    pub connectivity: Connectivity,
    /// Since when `status` holds.
    pub since: Timestamp,
    /// The maker, as it said at boot.
    pub vendor: Option<String>,
    /// The model, as it said at boot.
    pub model: Option<String>,
    /// The serial number, as it said at boot.
    pub serial_number: Option<String>,
    /// The firmware, as it said at boot.
    pub firmware_version: Option<String>,
    /// Where its socket comes from.
    pub remote_address: Option<String>,
    /// The gateway that holds its socket, while one does.
    pub node: Option<String>,
    /// Which socket that is: the end of an older one means nothing.
    pub socket: Option<SocketId>,
    /// When it was last heard.
    pub last_seen_at: Option<Timestamp>,
    /// When it last booted.
    pub booted_at: Option<Timestamp>,
    /// How far its clock is ahead of ours, ms, as the message since then showed it that took the shortest way.
    pub clock_skew_ms: Option<i64>,
    /// Rises with each change, its connectors' included.
    pub version: i64,
    /// When it was registered.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

impl ChargePoint {
    /// A plug of this box before its first report: what every AC bay has, at the box's power.
    pub fn unreported_connector(&self, connector_id: i64) -> Connector {
        Connector {
            charge_point_id: self.id,
            connector_id,
            kind: ConnectorType::Type2,
            format: ConnectorFormat::Socket,
            max_power_w: self.max_power_w,
            status: ConnectorStatus::Unknown,
            error_code: None,
            since: self.created_at,
            version: 0,
        }
    }
}

/// One plug of a charge point.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Connector {
    /// The box it belongs to.
    pub charge_point_id: ChargePointId,
    /// Its number on the box, from 1.
    pub connector_id: i64,
    /// What fits into it.
    pub kind: ConnectorType,
    /// Whose cable it is.
    pub format: ConnectorFormat,
    /// Rated power in watts.
    pub max_power_w: i64,
    /// Its state.
    pub status: ConnectorStatus,
    /// The charger's error word, when faulted.
    pub error_code: Option<String>,
    /// Since when `status` holds.
    pub since: Timestamp,
    /// Rises with each change.
    pub version: i64,
}
