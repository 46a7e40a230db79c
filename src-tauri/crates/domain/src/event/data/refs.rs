//! Which charge point or session an event speaks of, and the version it had then.

use super::data;
use crate::charge_point::ChargePoint;
use crate::ids::{ChargePointId, CustomerId, SessionId, StationId};
use crate::session::Session;

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
            transaction_id: session.transaction_id,
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
