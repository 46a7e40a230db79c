//! A station: the site with charge points.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::ids::{OrganizationId, StationId, TariffId};
use crate::words::words;

words! {
    /// Whether a station's charge points are connected.
    StationStatus {
        /// All of them.
        Online = "online",
        /// Some.
        PartlyOnline = "partly_online",
        /// None.
        Offline = "offline",
    }
}

/// Where to drive.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema, ToSchema)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct Address {
    /// Street and number.
    pub line1: String,
    /// Postal code.
    pub postal_code: String,
    /// City.
    pub city: String,
    /// ISO 3166-1 alpha-2.
    pub country: String,
}

/// Where on the map, WGS 84.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Location {
    /// Degrees north.
    pub latitude: f64,
    /// Degrees east.
    pub longitude: f64,
}

/// What a station's parts amount to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StationFigures {
    /// Charge points whose socket is open.
    pub points_online: i64,
    /// Charge points in all.
    pub points_total: i64,
    /// Free plugs of connected charge points.
    pub connectors_available: i64,
    /// Plugs in all.
    pub connectors_total: i64,
}

impl StationFigures {
    /// The state that follows.
    pub const fn status(&self) -> StationStatus {
        if self.points_online == 0 {
            StationStatus::Offline
        } else if self.points_online < self.points_total {
            StationStatus::PartlyOnline
        } else {
            StationStatus::Online
        }
    }
}

/// A site with charge points.
#[derive(Clone, Debug, PartialEq)]
pub struct Station {
    /// Its id.
    pub id: StationId,
    /// The name drivers read.
    pub name: String,
    /// Where to drive.
    pub address: Address,
    /// Where on the map.
    pub location: Option<Location>,
    /// IANA name.
    pub time_zone: String,
    /// Whom to call.
    pub helpline: Option<String>,
    /// What it charges.
    pub tariff_id: Option<TariffId>,
    /// Whose it is; none: nobody's in particular.
    pub organization_id: Option<OrganizationId>,
    /// What its parts amount to, as last told.
    pub figures: StationFigures,
    /// Rises with each change.
    pub version: i64,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_station_is_as_connected_as_its_parts() {
        for (points_online, points_total, expect) in [
            (0, 0, StationStatus::Offline),
            (0, 2, StationStatus::Offline),
            (1, 2, StationStatus::PartlyOnline),
            (2, 2, StationStatus::Online),
        ] {
            let figures = StationFigures {
                points_online,
                points_total,
                ..StationFigures::default()
            };
            assert_eq!(
                figures.status(),
                expect,
                "{points_online} of {points_total}"
            );
        }
    }
}
