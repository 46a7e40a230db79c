//! What the operator registers and changes, and what a station's parts amount to.

use jiff::Timestamp;
use uuid::Uuid;

use super::data;
use crate::ids::{ChargePointId, StationId};
use crate::object::{
    ChargingPointObject, CustomerObject, Price, StationObject, StationStatus, TariffObject,
};

data! {
    /// `station.status.changed`.
    StationStatusChanged {
        /// The station.
        station_id: StationId,
        /// Its version.
        version: i64,
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
    }

    /// `station.price.changed`, `tariff.period.changed`.
    PriceChanged {
        /// The station.
        station_id: StationId,
        /// The charge point, where it has a price of its own; null: the whole station.
        charge_point_id: Option<ChargePointId>,
        /// What a driver pays from now on; null: nothing.
        price: Option<Price>,
        /// When it changes next; null where that is not known.
        next_change_at: Option<Timestamp>,
    }

    /// `cms.station.created` and `.updated`.
    StationNews {
        /// The whole station, as operators see it.
        station: StationObject,
    }

    /// `cms.point.created` and `.updated`.
    PointNews {
        /// The whole charge point, as operators see it.
        charging_point: ChargingPointObject,
    }

    /// `cms.point.deleted`.
    PointDeleted {
        /// Which it was.
        id: Uuid,
        /// Where it stood.
        station_id: StationId,
    }

    /// `cms.tariff.created` and `.updated`.
    TariffNews {
        /// The whole tariff.
        tariff: TariffObject,
    }

    /// `cms.customer.created` and `.updated`.
    CustomerNews {
        /// The whole customer.
        customer: CustomerObject,
    }

    /// `cms.station.deleted`, `cms.tariff.deleted`, `cms.customer.deleted`.
    Deleted {
        /// Which it was.
        id: Uuid,
    }
}
