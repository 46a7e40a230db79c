//! What the ops of the desk tell: objects whole, as operators see them, and prices where they changed. Shared by
//! the ops that change one.

use domain::charge_point::ChargePoint;
use domain::event::{PointNews, PriceChanged, StationNews, TariffNews};
use domain::object::{ChargingPointObject, Price, StationObject, TariffObject};
use domain::station::Station;
use domain::tariff::{Tariff, Terms};
use domain::{ChargePointId, Event, StationId};
use store::Conn;
use store::repo::{connectors, tariffs};
use uuid::Uuid;

use crate::core::{OpError, Unit};

/// What a charge at a station costs, where its charge point has no tariff of its own.
pub(crate) async fn terms_of(conn: &mut Conn, station: &Station) -> Result<Option<Terms>, OpError> {
    let tariff = match station.tariff_id {
        Some(id) => tariffs::find(conn, id).await?,
        None => None,
    };
    Ok(tariff.map(|tariff| tariff.terms()))
}

/// A station as operators see it.
pub(crate) async fn station(conn: &mut Conn, station: &Station) -> Result<StationObject, OpError> {
    let terms = terms_of(conn, station).await?;
    Ok(StationObject::operator(station, terms.as_ref()))
}

/// A charge point as operators see it.
pub(crate) async fn point(
    conn: &mut Conn,
    point: &ChargePoint,
) -> Result<ChargingPointObject, OpError> {
    let plugs = connectors::list(conn, point.id).await?;
    let tariff = tariffs::find_for_point(conn, point.id).await?;
    let terms = tariff.map(|tariff| tariff.terms());
    Ok(ChargingPointObject::operator(point, &plugs, terms.as_ref()))
}

/// A tariff and where it holds.
pub(crate) async fn tariff(conn: &mut Conn, tariff: &Tariff) -> Result<TariffObject, OpError> {
    let (stations, points) = tariffs::places(conn, tariff.id).await?;
    let ids = |texts: Vec<String>| texts.iter().filter_map(|id| id.parse().ok()).collect();
    let (stations, points): (Vec<Uuid>, Vec<Uuid>) = (ids(stations), ids(points));
    Ok(TariffObject::of(tariff, stations, points))
}

/// `cms.station.updated`.
pub(super) async fn tell_station(
    unit: &mut Unit<'_>,
    changed: &Station,
) -> Result<StationObject, OpError> {
    let object = station(unit.conn, changed).await?;
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
    let object = point(unit.conn, changed).await?;
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
    let object = tariff(unit.conn, changed).await?;
    let news = TariffNews {
        tariff: object.clone(),
    };
    unit.emit(&event(news)).await?;
    Ok(object)
}

/// `station.price.changed` for a whole station.
pub(super) async fn tell_station_price(
    unit: &mut Unit<'_>,
    station: &Station,
) -> Result<(), OpError> {
    let terms = terms_of(unit.conn, station).await?;
    tell_price(unit, station.id, None, terms).await
}

/// `station.price.changed` for a charge point with a price of its own, or one that just lost it.
pub(super) async fn tell_point_price(
    unit: &mut Unit<'_>,
    point: &ChargePoint,
) -> Result<(), OpError> {
    let tariff = tariffs::find_for_point(unit.conn, point.id).await?;
    let terms = tariff.map(|tariff| tariff.terms());
    tell_price(unit, point.station_id, Some(point.id), terms).await
}

async fn tell_price(
    unit: &mut Unit<'_>,
    station_id: StationId,
    charge_point_id: Option<ChargePointId>,
    terms: Option<Terms>,
) -> Result<(), OpError> {
    let changed = PriceChanged {
        station_id,
        charge_point_id,
        price: terms.as_ref().map(Price::of),
        next_change_at: None,
    };
    Ok(unit.emit(&Event::StationPriceChanged(changed)).await?)
}
