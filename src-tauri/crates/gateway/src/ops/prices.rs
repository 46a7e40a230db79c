//! What a charge costs where, and when that turns by the clock. Shared by the ops and the snapshots that show a price. Which
//! tariff holds is the store's to find (ADR 0016), what it charges at a moment the domain's.

use domain::charge_point::ChargePoint;
use domain::event::PriceChanged;
use domain::object::{PointPrices, Price};
use domain::tariff::Terms;
use domain::{ChargePointId, CustomerId, StationId, Timestamp};
use store::Conn;
use store::repo::tariffs::{self, Spot};
use store::repo::{customers, price_turns};

use crate::core::{OpError, Unit};

/// What a charge at a station costs, where its charge point has no tariff of its own. `group` is the driver's.
pub(crate) async fn at_station(
    conn: &mut Conn,
    station: StationId,
    group: Option<&str>,
    at: Timestamp,
) -> Result<Option<Price>, OpError> {
    let spot = Spot {
        group: group.map(str::to_owned),
        ..Spot::station(station)
    };
    let terms = tariffs::find_terms(conn, &spot, at).await?;
    Ok(terms.map(|terms| Price::of(&terms, at)))
}

/// What a charge at a charge point costs, and at plugs that have a price of their own.
pub(crate) async fn at_point(
    conn: &mut Conn,
    point: &ChargePoint,
    group: Option<&str>,
    at: Timestamp,
) -> Result<PointPrices, OpError> {
    let spot = Spot {
        group: group.map(str::to_owned),
        ..Spot::point(point.station_id, point.id)
    };
    let whole = tariffs::find_terms(conn, &spot, at).await?;
    let mut own = Vec::new();
    for connector in tariffs::list_named_connectors(conn, point.id).await? {
        let plug = Spot {
            connector: Some(connector),
            ..spot.clone()
        };
        let terms = tariffs::find_terms(conn, &plug, at).await?;
        let terms = terms.filter(|terms| Some(terms) != whole.as_ref());
        own.extend(terms.map(|terms| (connector, Price::of(&terms, at))));
    }
    Ok(PointPrices {
        whole: whole.map(|terms| Price::of(&terms, at)),
        own,
    })
}

/// What a session keeps that begins at a plug now; one that is told late keeps what it would have kept `then` (FLT-05). Where
/// a tariff held then is not known any more: it is where it holds now.
pub(super) async fn for_session(
    unit: &mut Unit<'_>,
    charger: &ChargePoint,
    connector_id: i64,
    customer: Option<CustomerId>,
    then: Option<Timestamp>,
) -> Result<Option<Terms>, OpError> {
    let customer = match customer {
        Some(id) => customers::find(unit.conn, id).await?,
        None => None,
    };
    let spot = Spot {
        connector: Some(connector_id),
        group: customer.and_then(|customer| customer.price_group),
        ..Spot::point(charger.station_id, charger.id)
    };
    let at = then.unwrap_or_else(|| unit.now());
    let terms = tariffs::find_terms(unit.conn, &spot, at).await?;
    match (terms, then) {
        (Some(terms), Some(then)) => Ok(Some(tariffs::as_it_stood(unit.conn, terms, then).await?)),
        (terms, _) => Ok(terms),
    }
}

/// What everybody pays at a place now, as it is told; notes when it turns next.
pub(super) async fn tell(
    unit: &mut Unit<'_>,
    station_id: StationId,
    charge_point_id: Option<ChargePointId>,
) -> Result<PriceChanged, OpError> {
    let now = unit.now();
    let spot = Spot {
        point: charge_point_id,
        ..Spot::station(station_id)
    };
    let terms = tariffs::find_terms(unit.conn, &spot, now).await?;
    let dated = tariffs::next_date(unit.conn, &spot, now).await?;
    let price = terms.map(|terms| Price::of(&terms, now));
    let clocked = price
        .as_ref()
        .and_then(|price| price.next.as_ref())
        .map(|next| next.from);
    let next_change_at = [clocked, dated].into_iter().flatten().min();
    // A charge point without a tariff of its own turns with its station.
    let own = match charge_point_id {
        Some(point) => tariffs::is_named(unit.conn, point).await?,
        None => true,
    };
    let turns_at = next_change_at.filter(|_| own);
    price_turns::set(unit.conn, station_id, charge_point_id, turns_at).await?;
    Ok(PriceChanged {
        station_id,
        charge_point_id,
        price,
        next_change_at,
    })
}
