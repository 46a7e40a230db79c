//! What the ops of the desk tell: objects whole, as operators see them, and prices where they changed. Shared by
//! the ops that change one.

use domain::charge_point::ChargePoint;
use domain::event::{PointNews, StationNews, TariffNews};
use domain::object::{ChargingPointObject, StationObject, TariffObject};
use domain::station::Station;
use domain::tariff::{Places, Tariff, clock};
use domain::{Event, Scope, StationId, Timestamp};
use jiff::tz::TimeZone;
use store::Conn;
use store::repo::{charge_points, connectors, organizations, stations, tariffs};

use super::{prices, revenue};
use crate::core::{OpError, Unit};

/// A station as operators see it.
pub(crate) async fn station(
    conn: &mut Conn,
    station: &Station,
    at: Timestamp,
) -> Result<StationObject, OpError> {
    let price = prices::at_station(conn, station.id, None, at).await?;
    Ok(StationObject::operator(station, price))
}

/// A charge point as operators see it.
pub(crate) async fn point(
    conn: &mut Conn,
    point: &ChargePoint,
    at: Timestamp,
) -> Result<ChargingPointObject, OpError> {
    let plugs = connectors::list(conn, point.id).await?;
    let prices = prices::at_point(conn, point, None, at).await?;
    Ok(ChargingPointObject::operator(point, &plugs, prices))
}

/// A tariff and where it holds, as far as that is in the scope. Its price is that of its first station's clock.
pub(crate) async fn tariff(
    conn: &mut Conn,
    scope: Scope,
    tariff: &Tariff,
    at: Timestamp,
) -> Result<TariffObject, OpError> {
    let mut places = tariffs::places(conn, tariff.id).await?;
    if let Scope::Organization(id) = scope {
        let own = organizations::holdings(conn, id).await?;
        places
            .stations
            .retain(|station| own.stations.contains(station));
        places.points.retain(|point| own.points.contains(point));
        places
            .connectors
            .retain(|(point, _)| own.points.contains(point));
        // Groups are of customers, who are the whole site's.
        places.groups.clear();
    }
    let zone = zone_of(conn, &places).await?;
    Ok(TariffObject::of(tariff, places, &tariff.terms(zone), at))
}

/// The clock of a tariff's first place; where it has none, the site's own.
async fn zone_of(conn: &mut Conn, places: &Places) -> Result<TimeZone, OpError> {
    let point = places.points.first();
    let point = point.or_else(|| places.connectors.first().map(|(point, _)| point));
    let station = match (places.stations.first(), point) {
        (Some(station), _) => Some(*station),
        (None, Some(point)) => charge_points::find(conn, *point)
            .await?
            .map(|point| point.station_id),
        (None, None) => None,
    };
    let station = match station {
        Some(id) => stations::find_by_id(conn, id).await?,
        None => None,
    };
    match station {
        Some(station) => Ok(clock(&station.time_zone)),
        None => revenue::site_zone(conn, Scope::All).await,
    }
}

/// `cms.station.updated`.
pub(super) async fn tell_station(
    unit: &mut Unit<'_>,
    changed: &Station,
) -> Result<StationObject, OpError> {
    let now = unit.now();
    let object = station(unit.conn, changed, now).await?;
    let news = StationNews {
        station: object.clone(),
    };
    unit.emit(&Event::StationUpdated(news)).await?;
    Ok(object)
}

/// `cms.point.updated`.
pub(super) async fn tell_point(
    unit: &mut Unit<'_>,
    changed: &ChargePoint,
) -> Result<ChargingPointObject, OpError> {
    let now = unit.now();
    let object = point(unit.conn, changed, now).await?;
    let news = PointNews {
        charging_point: object.clone(),
    };
    unit.emit(&Event::PointUpdated(news)).await?;
    Ok(object)
}

/// `cms.tariff.created` or `.updated`.
pub(super) async fn tell_tariff(
    unit: &mut Unit<'_>,
    changed: &Tariff,
    event: fn(TariffNews) -> Event,
) -> Result<TariffObject, OpError> {
    let now = unit.now();
    let object = tariff(unit.conn, Scope::All, changed, now).await?;
    let news = TariffNews {
        tariff: object.clone(),
    };
    unit.emit(&event(news)).await?;
    Ok(object)
}

/// `station.price.changed` for a whole station.
pub(super) async fn tell_station_price(
    unit: &mut Unit<'_>,
    station: StationId,
) -> Result<(), OpError> {
    let changed = prices::tell(unit, station, None).await?;
    Ok(unit.emit(&Event::StationPriceChanged(changed)).await?)
}

/// `station.price.changed` for a charge point with a price of its own, or one that just lost it.
pub(super) async fn tell_point_price(
    unit: &mut Unit<'_>,
    point: &ChargePoint,
) -> Result<(), OpError> {
    let changed = prices::tell(unit, point.station_id, Some(point.id)).await?;
    Ok(unit.emit(&Event::StationPriceChanged(changed)).await?)
}
