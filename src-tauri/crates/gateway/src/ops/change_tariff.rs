//! The desk adds, changes and removes a tariff, and says where it holds. Whoever shows a price is told of
//! each that changed: a start names the version of the price that was shown. Not for how rates change: see `new_rates`.

use std::collections::BTreeSet;

use domain::event::Deleted;
use domain::money::UnitPrice;
use domain::object::TariffObject;
use domain::pricing::Short;
use domain::tariff::{Places, Tariff};
use domain::{ChargePointId, Event, Scope, StationId, TariffId, Timestamp};
use serde_json::{Value, json};
use store::repo::{charge_points, connectors, stations, tariffs};

use super::change::{Change, set};
use super::new_rates::NewRates;
use super::news;
use super::refusal::{missing, taken, unknown};
use crate::core::{Core, OpError, Unit};

/// What is to become of a tariff. Each field within its bounds: whoever asks has checked.
#[derive(Clone, Debug, Default)]
pub struct TariffChange {
    /// The name operators read.
    pub name: Option<String>,
    /// What it charges.
    pub rates: NewRates,
    /// From when it is valid.
    pub valid_from: Change<Timestamp>,
    /// Before when.
    pub valid_to: Change<Timestamp>,
    /// The stations it holds at: these and no others.
    pub stations: Option<Vec<StationId>>,
    /// The charge points that have it instead of their station's: these and no others.
    pub points: Option<Vec<ChargePointId>>,
    /// The connectors that have it instead of their charge point's: these and no others.
    pub connectors: Option<Vec<(ChargePointId, i64)>>,
    /// The groups of customers it is for alone: these and no others; none: for everybody.
    pub groups: Option<Vec<String>>,
}

impl TariffChange {
    /// Changes all but the rates.
    fn apply(self, tariff: &mut Tariff, places: &mut Places) -> Result<(), OpError> {
        set(&mut tariff.name, self.name);
        self.valid_from.apply(&mut tariff.valid_from);
        self.valid_to.apply(&mut tariff.valid_to);
        set(&mut places.stations, self.stations);
        set(&mut places.points, self.points);
        set(&mut places.connectors, self.connectors);
        set(&mut places.groups, self.groups);
        let dates = tariff.valid_from.zip(tariff.valid_to);
        if dates.is_some_and(|(from, to)| from >= to) {
            return Err(OpError::Invalid {
                pointer: "/validTo".into(),
                fault: "order",
                detail: "It ends before it begins.".into(),
            });
        }
        Ok(())
    }
}

/// Adds a tariff.
pub async fn create_tariff(core: &Core, new: TariffChange) -> Result<TariffObject, OpError> {
    core.write(move |mut unit| {
        Box::pin(async move {
            let now = unit.now();
            let mut tariff = Tariff {
                id: unit.id(),
                name: String::new(),
                rates: new.rates.create()?.into(),
                valid_from: None,
                valid_to: None,
                version: 1,
                created_at: now,
                updated_at: now,
            };
            unit.about(tariff.id);
            let mut places = Places::default();
            new.apply(&mut tariff, &mut places)?;
            tariffs::insert(unit.conn, &tariff)
                .await
                .map_err(|error| taken(error, "a tariff of that name"))?;
            let none = Places::default();
            let object = settle(&mut unit, &tariff, &none, &places, Event::TariffCreated).await?;
            unit.after(&told(&tariff, &object));
            Ok(object)
        })
    })
    .await
}

/// Changes a tariff, or where it holds. Charges that run keep the version they began with.
pub async fn change_tariff(
    core: &Core,
    id: TariffId,
    change: TariffChange,
) -> Result<TariffObject, OpError> {
    core.write(move |mut unit| {
        Box::pin(async move {
            let before = held(&mut unit, id).await?;
            if unit.is_watched() {
                let now = unit.now();
                let was = news::tariff(unit.conn, Scope::All, &before, now).await?;
                unit.before(&told(&before, &was));
            }
            let places = tariffs::places(unit.conn, id).await?;
            let (mut tariff, mut next) = (before.clone(), places.clone());
            tariff.rates = change.rates.change(&before.rates)?.into();
            change.apply(&mut tariff, &mut next)?;
            if tariff == before && next == places {
                let now = unit.now();
                let object = news::tariff(unit.conn, Scope::All, &tariff, now).await?;
                unit.after(&told(&tariff, &object));
                return Ok(object);
            }
            tariff.version += 1;
            tariff.updated_at = unit.now();
            tariffs::update(unit.conn, &tariff)
                .await
                .map_err(|error| taken(error, "a tariff of that name"))?;
            let object = settle(&mut unit, &tariff, &places, &next, Event::TariffUpdated).await?;
            unit.after(&told(&tariff, &object));
            Ok(object)
        })
    })
    .await
}

/// Removes a tariff: nothing is charged any more where it held. Its versions stay, for the sessions that were shown them.
pub async fn remove_tariff(core: &Core, id: TariffId) -> Result<(), OpError> {
    core.write(move |mut unit| {
        Box::pin(async move {
            let tariff = held(&mut unit, id).await?;
            unit.before(&json!({ "name": tariff.name }));
            let places = tariffs::places(unit.conn, id).await?;
            let now = unit.now();
            tariffs::delete(unit.conn, id, now).await?;
            let gone = Deleted { id: id.0 };
            unit.emit(&Event::TariffDeleted(gone)).await?;
            tell_places(&mut unit, &places, &Places::default()).await
        })
    })
    .await
}

/// What is noted of a tariff: as it is sent, and its rates as a body has them.
fn told(tariff: &Tariff, object: &TariffObject) -> Value {
    let mut told = json!(object);
    if let Some(short) = Short::of(&tariff.rates) {
        let print = |price: Option<UnitPrice>| price.map(UnitPrice::print);
        told["perKwh"] = json!(short.per_kwh.print());
        told["perMinute"] = json!(print(short.per_minute));
        told["sessionFee"] = json!(print(short.session_fee));
        told["idlePerMinute"] = json!(print(short.idle_per_minute));
        told["taxPercent"] = json!(short.tax.print());
    }
    told
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
    let displaced = displaced(unit, tariff, after).await?;
    // Also where the places are the same: dates decide over what stands where.
    tariffs::assign(unit.conn, tariff, after).await?;
    let object = news::tell_tariff(unit, tariff, event).await?;
    tell_places(unit, before, after).await?;
    for id in displaced {
        let mut other = held(unit, id).await?;
        other.version += 1;
        other.updated_at = unit.now();
        tariffs::update(unit.conn, &other).await?;
        news::tell_tariff(unit, &other, Event::TariffUpdated).await?;
    }
    Ok(object)
}

/// The tariffs that stand where this one is to stand: they hold there no longer.
async fn displaced(
    unit: &mut Unit<'_>,
    tariff: &Tariff,
    places: &Places,
) -> Result<BTreeSet<TariffId>, OpError> {
    let mut standing = BTreeSet::new();
    if !tariff.is_undated() || !places.groups.is_empty() {
        return Ok(standing);
    }
    for id in &places.stations {
        let station = stations::find_by_id(unit.conn, *id).await?;
        standing.extend(station.and_then(|station| station.tariff_id));
    }
    for id in &places.points {
        let point = charge_points::find(unit.conn, *id).await?;
        standing.extend(point.and_then(|point| point.tariff_id));
    }
    standing.remove(&tariff.id);
    Ok(standing)
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
        news::tell_station_price(unit, station.id).await?;
    }
    let plugs = |places: &Places| -> Vec<ChargePointId> {
        let points = places.connectors.iter().map(|(point, _)| *point);
        points.collect()
    };
    let of_plugs = union(&plugs(before), &plugs(after));
    for id in union(&union(&before.points, &after.points), &of_plugs) {
        let Some(mut point) = charge_points::hold(unit.conn, id).await? else {
            continue;
        };
        let plugs = of_plugs.contains(&id) && before.connectors != after.connectors;
        if plugs || before.points.contains(&id) != after.points.contains(&id) {
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
    for (place, (id, number)) in places.connectors.iter().enumerate() {
        let plugs = connectors::list(unit.conn, *id).await?;
        if !plugs.iter().any(|plug| plug.connector_id == *number) {
            return Err(unknown(format!("/connectors/{place}"), "connector"));
        }
    }
    Ok(())
}

async fn held(unit: &mut Unit<'_>, id: TariffId) -> Result<Tariff, OpError> {
    let found = tariffs::hold(unit.conn, id).await?;
    found.ok_or_else(|| missing("tariff"))
}
