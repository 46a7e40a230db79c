//! The desk adds, changes and removes a tariff, and says where it holds. Whoever shows a price is told of
//! each that changed: a start names the version of the price that was shown.

use domain::event::Deleted;
use domain::money::{Percent, UnitPrice};
use domain::object::TariffObject;
use domain::tariff::Tariff;
use domain::{ChargePointId, Currency, Event, StationId, TariffId};
use store::repo::{charge_points, stations, tariffs};

use super::change::set;
use super::news;
use super::refusal::{missing, taken, unknown};
use crate::core::{Core, OpError, Unit};

/// What is to become of a tariff. Within its bounds: whoever asks has checked.
#[derive(Clone, Debug, Default)]
pub struct TariffChange {
    /// The name operators read.
    pub name: Option<String>,
    /// The currency that the price is expected in.
    pub currency: Option<Currency>,
    /// Per kWh, tax included.
    pub per_kwh: Option<UnitPrice>,
    /// The tax inside.
    pub tax: Option<Percent>,
    /// The stations it holds at: these and no others.
    pub stations: Option<Vec<StationId>>,
    /// The charge points that have it instead of their station's: these and no others.
    pub points: Option<Vec<ChargePointId>>,
}

/// Where a tariff holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Places {
    stations: Vec<StationId>,
    points: Vec<ChargePointId>,
}

/// Adds a tariff. `price` is per kWh with the tax inside.
pub async fn create_tariff(
    core: &Core,
    price: UnitPrice,
    tax: Percent,
    new: TariffChange,
) -> Result<TariffObject, OpError> {
    core.write(move |mut unit| {
        Box::pin(async move {
            let now = unit.now();
            let tariff = Tariff {
                id: unit.id(),
                name: new.name.clone().unwrap_or_default(),
                per_kwh: price,
                tax,
                version: 1,
                created_at: now,
                updated_at: now,
            };
            one_currency(&tariff, new.currency)?;
            tariffs::insert(unit.conn, &tariff)
                .await
                .map_err(|error| taken(error, "a tariff of that name"))?;
            let places = Places {
                stations: new.stations.unwrap_or_default(),
                points: new.points.unwrap_or_default(),
            };
            let none = Places::default();
            settle(&mut unit, &tariff, &none, &places, Event::TariffCreated).await
        })
    })
    .await
}

/// Changes a tariff, or where it holds. Charges that run keep the price they began with.
pub async fn change_tariff(
    core: &Core,
    id: TariffId,
    change: TariffChange,
) -> Result<TariffObject, OpError> {
    core.write(move |mut unit| {
        Box::pin(async move {
            let before = held(&mut unit, id).await?;
            let places = places(&mut unit, id).await?;
            let mut tariff = before.clone();
            set(&mut tariff.name, change.name);
            set(&mut tariff.per_kwh, change.per_kwh);
            set(&mut tariff.tax, change.tax);
            one_currency(&tariff, change.currency)?;
            let mut next = places.clone();
            set(&mut next.stations, change.stations);
            set(&mut next.points, change.points);
            if tariff == before && next == places {
                return news::tariff(unit.conn, &tariff).await;
            }
            tariff.version += 1;
            tariff.updated_at = unit.now();
            tariffs::update(unit.conn, &tariff)
                .await
                .map_err(|error| taken(error, "a tariff of that name"))?;
            settle(&mut unit, &tariff, &places, &next, Event::TariffUpdated).await
        })
    })
    .await
}

/// Removes a tariff: nothing is charged any more where it held.
pub async fn remove_tariff(core: &Core, id: TariffId) -> Result<(), OpError> {
    core.write(move |mut unit| {
        Box::pin(async move {
            held(&mut unit, id).await?;
            let places = places(&mut unit, id).await?;
            let now = unit.now();
            tariffs::delete(unit.conn, id, now).await?;
            let gone = Deleted { id: id.0 };
            unit.emit(&Event::TariffDeleted(gone)).await?;
            tell_places(&mut unit, &places, &Places::default()).await
        })
    })
    .await
}

/// Makes a tariff hold where it is to, and tells everybody whom that concerns.
async fn settle(
    unit: &mut Unit<'_>,
    tariff: &Tariff,
    before: &Places,
    after: &Places,
    event: fn(domain::event::TariffNews) -> Event,
) -> Result<TariffObject, OpError> {
    all_known(unit, after).await?;
    if before != after {
        let stations: Vec<_> = after.stations.iter().map(ToString::to_string).collect();
        let points: Vec<_> = after.points.iter().map(ToString::to_string).collect();
        tariffs::assign(unit.conn, tariff.id, &stations, &points).await?;
    }
    let object = news::tell_tariff(unit, tariff, event).await?;
    tell_places(unit, before, after).await?;
    Ok(object)
}

/// Tells the new price wherever the tariff held or holds; what gained or lost it is told whole as well.
async fn tell_places(unit: &mut Unit<'_>, before: &Places, after: &Places) -> Result<(), OpError> {
    for id in union(&before.stations, &after.stations) {
        let Some(mut station) = stations::hold(unit.conn, id).await? else {
            continue;
        };
        if before.stations.contains(&id) != after.stations.contains(&id) {
            station.version += 1;
            station.updated_at = unit.now();
            stations::update(unit.conn, &station).await?;
            news::tell_station(unit, &station).await?;
        }
        news::tell_station_price(unit, &station).await?;
    }
    for id in union(&before.points, &after.points) {
        let Some(mut point) = charge_points::hold(unit.conn, id).await? else {
            continue;
        };
        if before.points.contains(&id) != after.points.contains(&id) {
            point.version += 1;
            point.updated_at = unit.now();
            charge_points::update(unit.conn, &point).await?;
            news::tell_point(unit, &point).await?;
        }
        news::tell_point_price(unit, &point).await?;
    }
    Ok(())
}

/// Both lists' entries once, in one order for everybody: units that hold the same rows never wait in a ring.
fn union<T: Ord + Copy>(left: &[T], right: &[T]) -> Vec<T> {
    let mut all: Vec<T> = left.iter().chain(right).copied().collect();
    all.sort_unstable();
    all.dedup();
    all
}

async fn all_known(unit: &mut Unit<'_>, places: &Places) -> Result<(), OpError> {
    for (place, id) in places.stations.iter().enumerate() {
        let found = stations::find(unit.conn, &id.to_string()).await?;
        if found.is_none_or(|station| station.id != *id) {
            return Err(unknown(format!("/stationIds/{place}"), "station"));
        }
    }
    for (place, id) in places.points.iter().enumerate() {
        if charge_points::find(unit.conn, *id).await?.is_none() {
            return Err(unknown(format!("/chargePointIds/{place}"), "charge point"));
        }
    }
    Ok(())
}

/// A price in another currency than the one that was named is a mistake of somebody's.
fn one_currency(tariff: &Tariff, named: Option<Currency>) -> Result<(), OpError> {
    if named.is_none_or(|currency| currency == tariff.per_kwh.currency) {
        return Ok(());
    }
    Err(OpError::Invalid {
        pointer: "/perKwh/currency".into(),
        fault: "mismatch",
        detail: "The price is in another currency than the tariff.".into(),
    })
}

async fn places(unit: &mut Unit<'_>, id: TariffId) -> Result<Places, OpError> {
    let (stations, points) = tariffs::places(unit.conn, id).await?;
    Ok(Places {
        stations: stations.iter().filter_map(|id| id.parse().ok()).collect(),
        points: points.iter().filter_map(|id| id.parse().ok()).collect(),
    })
}

async fn held(unit: &mut Unit<'_>, id: TariffId) -> Result<Tariff, OpError> {
    let found = tariffs::hold(unit.conn, id).await?;
    found.ok_or_else(|| missing("tariff"))
}
