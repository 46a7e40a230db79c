//! The objects of 2-contract as REST prints them. Edges own their shapes: no domain type is one.
//! Absent values are `null`; keys marked (O) are there for operators only.

use domain::charge_point as points;
use domain::operator::Operator as OperatorUser;
use domain::session as sessions;
use domain::station as stations;
use domain::status::Connectivity;
use domain::{Timestamp, WattHours};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// Declares an object: the derives and the camelCase are the same for all.
macro_rules! objects {
    ($($(#[$doc:meta])* $name:ident { $($(#[$fdoc:meta])* $field:ident: $kind:ty),* $(,)? })*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, Serialize, ToSchema)]
        #[serde(rename_all = "camelCase")]
        pub(super) struct $name {
            $($(#[$fdoc])* pub(super) $field: $kind,)*
        }
    )*};
}

objects! {
    /// A fresh sign-in.
    Login {
        /// Sent as `Authorization: Bearer …` from now on.
        token: String,
        /// `Bearer`.
        token_type: String,
        /// When it ends whatever happens.
        expires_at: Timestamp,
        /// Whose it is.
        user: User,
    }

    /// Who is signed in.
    User {
        /// Its id.
        id: Uuid,
        /// The address it signs in with.
        email: String,
        /// The name on screen.
        name: String,
        /// What it may do: `viewer`, `operator`, `admin`.
        role: String,
    }

    /// Who is signed in, wrapped.
    Me {
        /// Who.
        user: User,
    }

    /// A plug.
    Connector {
        /// Its number on the box, from 1.
        connector_id: i64,
        /// Its EVSE; in OCPP 1.6 the same number.
        evse_id: i64,
        /// What fits into it. Source: OCPI 2.2.1 `ConnectorType`.
        #[serde(rename = "type")]
        kind: String,
        /// Whose cable it is: `socket` or `cable`.
        format: String,
        /// Rated power, W.
        max_power_w: i64,
        /// Its state.
        status: String,
        /// (O) The charger's error word.
        #[serde(skip_serializing_if = "Option::is_none")]
        error_code: Option<Option<String>>,
        /// Since when.
        since: Timestamp,
        /// Rises with each change.
        version: i64,
    }

    /// A charge point.
    ChargingPoint {
        /// Its id.
        id: Uuid,
        /// The name people read.
        name: String,
        /// Where it stands.
        station_id: Uuid,
        /// Its state at a glance.
        status: String,
        /// Whether its socket is open.
        connectivity: String,
        /// Since when `status` holds.
        since: Timestamp,
        /// Rated power, W.
        max_power_w: i64,
        /// Its plugs.
        connectors: Vec<Connector>,
        /// Rises with each change.
        version: i64,
    }

    /// A charge point as operators see it.
    OperatorChargingPoint {
        /// What anybody sees.
        #[serde(flatten)]
        point: ChargingPoint,
        /// What only operators see.
        #[serde(flatten)]
        detail: ChargingPointDetail,
    }

    /// (O) What only operators see of a charge point.
    ChargingPointDetail {
        /// What it calls itself in its URL.
        identity: String,
        /// OCPP security profile.
        security_profile: i64,
        /// The maker.
        vendor: Option<String>,
        /// The model.
        model: Option<String>,
        /// The serial number.
        serial_number: Option<String>,
        /// The firmware.
        firmware_version: Option<String>,
        /// Where its socket comes from.
        remote_address: Option<String>,
        /// When it was last heard.
        last_seen_at: Option<Timestamp>,
        /// When it last booted.
        booted_at: Option<Timestamp>,
        /// When it was registered.
        created_at: Timestamp,
        /// When it last changed.
        updated_at: Timestamp,
    }

    /// A station.
    Station {
        /// Its id.
        id: Uuid,
        /// The name drivers read.
        name: String,
        /// `online`, `partly_online` or `offline`.
        status: String,
        /// Charge points whose socket is open.
        points_online: usize,
        /// Charge points in all.
        points_total: usize,
        /// Free plugs.
        connectors_available: usize,
        /// Plugs in all.
        connectors_total: usize,
        /// Rises with each change of the station itself.
        version: i64,
    }

    /// A session.
    Session {
        /// Its id.
        id: Uuid,
        /// Where it stands.
        status: String,
        /// Rises with each change.
        version: i64,
        /// Where.
        station_id: Uuid,
        /// At which box.
        charge_point_id: Uuid,
        /// The box's name.
        charge_point_name: String,
        /// At which plug.
        connector_id: i64,
        /// The charger's number for it.
        transaction_id: Option<i64>,
        /// Who began it.
        started_by: String,
        /// The token, all but its last four characters hidden.
        id_token: Option<String>,
        /// When it began.
        started_at: Option<Timestamp>,
        /// When it ended.
        stopped_at: Option<Timestamp>,
        /// How long it lasted so far.
        duration_seconds: i64,
        /// Energy taken, Wh.
        energy_wh: i64,
        /// Energy taken, kWh.
        energy_consumed: f64,
        /// Power now, W.
        power_w: Option<i64>,
        /// The battery's state of charge.
        soc_percent: Option<i64>,
        /// The register at the start.
        meter_start_wh: Option<i64>,
        /// The register at the stop.
        meter_stop_wh: Option<i64>,
        /// Why it ended.
        stop_reason: Option<String>,
    }
}

impl From<&OperatorUser> for User {
    fn from(operator: &OperatorUser) -> Self {
        Self {
            id: operator.id.0,
            email: operator.email.clone(),
            name: operator.name.clone(),
            role: operator.role.as_str().to_owned(),
        }
    }
}

impl Connector {
    fn print(connector: points::Connector, operator: bool) -> Self {
        Self {
            connector_id: connector.connector_id,
            evse_id: connector.connector_id,
            kind: connector.kind.as_str().to_owned(),
            format: connector.format.as_str().to_owned(),
            max_power_w: connector.max_power_w,
            status: connector.status.as_str().to_owned(),
            error_code: operator.then_some(connector.error_code),
            since: connector.since,
            version: connector.version,
        }
    }
}

impl ChargingPoint {
    /// For anybody.
    pub(super) fn print(point: &points::ChargePoint, connectors: Vec<points::Connector>) -> Self {
        Self::with(point, connectors, false)
    }

    fn with(
        point: &points::ChargePoint,
        connectors: Vec<points::Connector>,
        operator: bool,
    ) -> Self {
        Self {
            id: point.id.0,
            name: point.name.clone(),
            station_id: point.station_id.0,
            status: point.status.as_str().to_owned(),
            connectivity: point.connectivity.as_str().to_owned(),
            since: point.since,
            max_power_w: point.max_power_w,
            connectors: connectors
                .into_iter()
                .map(|connector| Connector::print(connector, operator))
                .collect(),
            version: point.version,
        }
    }
}

impl OperatorChargingPoint {
    /// For operators.
    pub(super) fn print(point: points::ChargePoint, connectors: Vec<points::Connector>) -> Self {
        Self {
            point: ChargingPoint::with(&point, connectors, true),
            detail: point.into(),
        }
    }
}

impl From<points::ChargePoint> for ChargingPointDetail {
    fn from(point: points::ChargePoint) -> Self {
        Self {
            identity: point.identity.to_string(),
            security_profile: point.security_profile,
            vendor: point.vendor,
            model: point.model,
            serial_number: point.serial_number,
            firmware_version: point.firmware_version,
            remote_address: point.remote_address,
            last_seen_at: point.last_seen_at,
            booted_at: point.booted_at,
            created_at: point.created_at,
            updated_at: point.updated_at,
        }
    }
}

impl Station {
    /// A station with the counts of its parts.
    pub(super) fn print(
        station: stations::Station,
        parts: &[(points::ChargePoint, Vec<points::Connector>)],
    ) -> Self {
        let points_total = parts.len();
        let online =
            |(point, _): &&(points::ChargePoint, _)| point.connectivity == Connectivity::Online;
        let points_online = parts.iter().filter(online).count();
        let free = |connector: &&points::Connector| {
            connector.status == domain::status::ConnectorStatus::Available
        };
        let connectors_available = parts
            .iter()
            .filter(online)
            .flat_map(|(_, plugs)| plugs)
            .filter(free)
            .count();
        let status = match points_online {
            0 => "offline",
            online if online == points_total => "online",
            _ => "partly_online",
        };
        Self {
            id: station.id.0,
            name: station.name,
            status: status.to_owned(),
            points_online,
            points_total,
            connectors_available,
            connectors_total: parts.iter().map(|(_, plugs)| plugs.len()).sum(),
            version: station.version,
        }
    }
}

impl Session {
    /// A session as it is at `now`.
    pub(super) fn print(
        session: &sessions::Session,
        charge_point_name: String,
        now: Timestamp,
    ) -> Self {
        Self {
            id: session.id.0,
            status: session.status.as_str().to_owned(),
            version: session.version,
            station_id: session.station_id.0,
            charge_point_id: session.charge_point_id.0,
            charge_point_name,
            connector_id: session.connector_id,
            transaction_id: Some(session.transaction_id),
            started_by: session.started_by.as_str().to_owned(),
            id_token: Some(masked(&session.id_token)),
            started_at: Some(session.started_at),
            stopped_at: session.stopped_at,
            duration_seconds: session.duration_seconds(now),
            energy_wh: session.energy().0,
            energy_consumed: session.energy().as_kwh(),
            power_w: session.power_w,
            soc_percent: session.soc_percent,
            meter_start_wh: Some(session.meter_start.0),
            meter_stop_wh: session.meter_stop.map(|WattHours(wh)| wh),
            stop_reason: session.stop_reason.map(|reason| reason.as_str().to_owned()),
        }
    }
}

/// A token as it may be shown: `****7F2A`. A short one shows nothing.
fn masked(token: &str) -> String {
    let count = token.chars().count();
    let shown: String = token.chars().skip(count.saturating_sub(4)).collect();
    if count > 4 {
        format!("****{shown}")
    } else {
        "****".to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_shows_its_last_four_at_most() {
        for (token, shown) in [
            ("04A1B27F2A", "****7F2A"),
            ("12345", "****2345"),
            ("1234", "****"),
            ("", "****"),
        ] {
            assert_eq!(masked(token), shown);
        }
    }
}
