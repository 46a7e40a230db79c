//! Stations, charge points and connectors as they are sent. What is marked (O) is for operators: passers-by
//! get the object without it.

use jiff::Timestamp;
use uuid::Uuid;

use super::objects;
use super::tariff::Price;
use crate::charge_point::{ChargePoint, Connector, ConnectorFormat, ConnectorType};
use crate::station::Station;
use crate::status::{ChargePointStatus, Connectivity, ConnectorStatus};

pub use crate::station::{Address, Location, StationFigures, StationStatus};

objects! {
    /// A plug.
    ConnectorObject as "Connector" {
        /// Its number on the box, from 1.
        connector_id: i64,
        /// Its EVSE; in OCPP 1.6 the same number.
        evse_id: i64,
        /// What fits into it. Source: OCPI 2.2.1 `ConnectorType`.
        #[serde(rename = "type")]
        kind: ConnectorType,
        /// Whose cable it is.
        format: ConnectorFormat,
        /// Rated power, W.
        max_power_w: i64,
        /// Its state.
        status: ConnectorStatus,
        /// The charger's error word; always null for passers-by.
        error_code: Option<String>,
        /// Since when.
        since: Timestamp,
        /// Rises with each change.
        version: i64,
        /// What a driver pays here, where that is not what the charge point's other plugs cost; null: the same.
        price: Option<Price>,
    }

    /// A charge point.
    ChargingPointObject as "ChargingPoint" {
        /// Its id.
        id: Uuid,
        /// The name people read.
        name: String,
        /// Where it stands.
        station_id: Uuid,
        /// Its state at a glance.
        status: ChargePointStatus,
        /// Whether its socket is open.
        connectivity: Connectivity,
        /// Since when `status` holds.
        since: Timestamp,
        /// Rated power, W.
        max_power_w: i64,
        /// Its plugs.
        connectors: Vec<ConnectorObject>,
        /// What a driver pays here; null where nothing is charged.
        price: Option<Price>,
        /// Rises with each change.
        version: i64,
        /// What only operators see.
        #[serde(flatten, skip_serializing_if = "Option::is_none")]
        operator: Option<ChargingPointDetail>,
    }

    /// (O) What only operators see of a charge point.
    ChargingPointDetail as "ChargingPointDetail" {
        /// (O) What it calls itself in its URL.
        identity: String,
        /// (O) The OCPP version it is registered for.
        protocol: String,
        /// (O) OCPP security profile.
        security_profile: i64,
        /// (O) The maker.
        vendor: Option<String>,
        /// (O) The model.
        model: Option<String>,
        /// (O) The serial number.
        serial_number: Option<String>,
        /// (O) The firmware.
        firmware_version: Option<String>,
        /// (O) Where its socket comes from.
        remote_address: Option<String>,
        /// (O) When it was last heard.
        last_seen_at: Option<Timestamp>,
        /// (O) When it last booted.
        booted_at: Option<Timestamp>,
        /// (O) How many seconds its clock is ahead of ours; null until it dated a message. What waited with the charger
        /// makes it look slow until something comes straight.
        clock_skew_seconds: Option<i64>,
        /// (O) Its own tariff; null: its station's.
        tariff_id: Option<Uuid>,
        /// (O) When it was registered.
        created_at: Timestamp,
        /// (O) When it last changed.
        updated_at: Timestamp,
    }

    /// A station.
    StationObject as "Station" {
        /// Its id.
        id: Uuid,
        /// The name drivers read.
        name: String,
        /// Where to drive.
        address: Address,
        /// Where on the map; null where not known.
        location: Option<Location>,
        /// IANA name, such as `Europe/Berlin`.
        time_zone: String,
        /// Whom to call.
        helpline: Option<String>,
        /// Whether its charge points are connected.
        status: StationStatus,
        /// Charge points whose socket is open.
        points_online: i64,
        /// Charge points in all.
        points_total: i64,
        /// Free plugs.
        connectors_available: i64,
        /// Plugs in all.
        connectors_total: i64,
        /// What a driver pays here; null where nothing is charged.
        price: Option<Price>,
        /// Rises with each change.
        version: i64,
        /// What only operators see.
        #[serde(flatten, skip_serializing_if = "Option::is_none")]
        operator: Option<StationDetail>,
    }

    /// (O) What only operators see of a station.
    StationDetail as "StationDetail" {
        /// (O) Whose it is; null: nobody's in particular.
        organization_id: Option<Uuid>,
        /// (O) Its tariff.
        tariff_id: Option<Uuid>,
        /// (O) When it was made.
        created_at: Timestamp,
        /// (O) When it last changed.
        updated_at: Timestamp,
    }
}

/// What a charge costs at a charge point.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PointPrices {
    /// At any of its plugs; none: nothing.
    pub whole: Option<Price>,
    /// At plugs that have a price of their own, by their number.
    pub own: Vec<(i64, Price)>,
}

impl PointPrices {
    fn own(&self, connector: &Connector) -> Option<Price> {
        let own = self
            .own
            .iter()
            .find(|(number, _)| *number == connector.connector_id);
        own.map(|(_, price)| price.clone())
    }
}

impl ConnectorObject {
    fn of(connector: &Connector, price: Option<Price>, operator: bool) -> Self {
        Self {
            connector_id: connector.connector_id,
            evse_id: connector.connector_id,
            kind: connector.kind,
            format: connector.format,
            max_power_w: connector.max_power_w,
            status: connector.status,
            error_code: connector.error_code.clone().filter(|_| operator),
            since: connector.since,
            version: connector.version,
            price,
        }
    }
}

impl ChargingPointObject {
    /// For anybody.
    pub fn public(point: &ChargePoint, plugs: &[Connector], prices: PointPrices) -> Self {
        Self {
            id: point.id.0,
            name: point.name.clone(),
            station_id: point.station_id.0,
            status: point.status,
            connectivity: point.connectivity,
            since: point.since,
            max_power_w: point.max_power_w,
            connectors: plugs
                .iter()
                .map(|plug| ConnectorObject::of(plug, prices.own(plug), false))
                .collect(),
            price: prices.whole,
            version: point.version,
            operator: None,
        }
    }

    /// For operators.
    pub fn operator(point: &ChargePoint, plugs: &[Connector], prices: PointPrices) -> Self {
        Self {
            connectors: plugs
                .iter()
                .map(|plug| ConnectorObject::of(plug, prices.own(plug), true))
                .collect(),
            operator: Some(ChargingPointDetail {
                identity: point.identity.to_string(),
                protocol: point.protocol.clone(),
                security_profile: point.security_profile,
                vendor: point.vendor.clone(),
                model: point.model.clone(),
                serial_number: point.serial_number.clone(),
                firmware_version: point.firmware_version.clone(),
                remote_address: point.remote_address.clone(),
                last_seen_at: point.last_seen_at,
                booted_at: point.booted_at,
                clock_skew_seconds: point.clock_skew_ms.map(|ms| ms / 1_000),
                tariff_id: point.tariff_id.map(|id| id.0),
                created_at: point.created_at,
                updated_at: point.updated_at,
            }),
            ..Self::public(point, plugs, prices)
        }
    }
}

impl StationObject {
    /// For anybody.
    pub fn public(station: &Station, price: Option<Price>) -> Self {
        let figures = station.figures;
        Self {
            id: station.id.0,
            name: station.name.clone(),
            address: station.address.clone(),
            location: station.location,
            time_zone: station.time_zone.clone(),
            helpline: station.helpline.clone(),
            status: figures.status(),
            points_online: figures.points_online,
            points_total: figures.points_total,
            connectors_available: figures.connectors_available,
            connectors_total: figures.connectors_total,
            price,
            version: station.version,
            operator: None,
        }
    }

    /// For operators.
    pub fn operator(station: &Station, price: Option<Price>) -> Self {
        Self {
            operator: Some(StationDetail {
                organization_id: station.organization_id.map(|id| id.0),
                tariff_id: station.tariff_id.map(|id| id.0),
                created_at: station.created_at,
                updated_at: station.updated_at,
            }),
            ..Self::public(station, price)
        }
    }
}
