//! The desk adds, changes and removes a station.

use domain::event::{Deleted, StationNews};
use domain::object::StationObject;
use domain::station::{Address, Location, Station, StationFigures};
use domain::{Code, Event, OrganizationId, StationId, TariffId};
use serde_json::json;
use store::repo::{Slice, charge_points, price_turns, stations, tariffs};

use super::change::{Change, set};
use super::change_organization::known_organization;
use super::news;
use super::refusal::{conflict, missing, taken, unknown};
use crate::core::{Core, OpError, Unit};

/// What is to become of a station; of a new one, what it is. Within their bounds: whoever asks has checked.
#[derive(Clone, Debug, Default)]
pub struct StationChange {
    /// The name drivers read.
    pub name: Option<String>,
    /// Where to drive.
    pub address: AddressChange,
    /// Where on the map.
    pub location: Change<Location>,
    /// IANA name.
    pub time_zone: Option<String>,
    /// Whom to call.
    pub helpline: Change<String>,
    /// What it charges.
    pub tariff_id: Change<TariffId>,
    /// Whose it is.
    pub organization_id: Change<OrganizationId>,
}

/// What is to become of an address.
#[derive(Clone, Debug, Default)]
pub struct AddressChange {
    /// Street and number.
    pub line1: Option<String>,
    /// Postal code.
    pub postal_code: Option<String>,
    /// City.
    pub city: Option<String>,
    /// ISO 3166-1 alpha-2.
    pub country: Option<String>,
}

impl StationChange {
    fn apply(self, station: &mut Station) {
        set(&mut station.name, self.name);
        set(&mut station.address.line1, self.address.line1);
        set(&mut station.address.postal_code, self.address.postal_code);
        set(&mut station.address.city, self.address.city);
        set(&mut station.address.country, self.address.country);
        self.location.apply(&mut station.location);
        set(&mut station.time_zone, self.time_zone);
        self.helpline.apply(&mut station.helpline);
        self.tariff_id.apply(&mut station.tariff_id);
        self.organization_id.apply(&mut station.organization_id);
    }
}

/// Adds a station.
pub async fn create_station(core: &Core, new: StationChange) -> Result<StationObject, OpError> {
    let time_zone = core.rules().site().time_zone.clone();
    core.write(move |mut unit| {
        Box::pin(async move {
            known_tariff(&mut unit, &new.tariff_id).await?;
            known_organization(&mut unit, &new.organization_id).await?;
            let now = unit.now();
            let mut station = Station {
                id: unit.id(),
                name: String::new(),
                address: Address::default(),
                location: None,
                time_zone,
                helpline: None,
                tariff_id: None,
                organization_id: None,
                figures: StationFigures::default(),
                version: 1,
                created_at: now,
                updated_at: now,
            };
            new.apply(&mut station);
            unit.about(station.id);
            stations::insert(unit.conn, &station)
                .await
                .map_err(|error| taken(error, "a station of that name"))?;
            let object = news::station(unit.conn, &station, now).await?;
            unit.after(&object);
            let created = StationNews {
                station: object.clone(),
            };
            unit.emit(&Event::StationCreated(created)).await?;
            if station.tariff_id.is_some() {
                news::tell_station_price(&mut unit, station.id).await?;
            }
            Ok(object)
        })
    })
    .await
}

/// Changes a station. Where nothing would be different, nothing is told.
pub async fn change_station(
    core: &Core,
    id: StationId,
    change: StationChange,
) -> Result<StationObject, OpError> {
    core.write(move |mut unit| {
        Box::pin(async move {
            let before = held(&mut unit, id).await?;
            if unit.is_watched() {
                let now = unit.now();
                let was = news::station(unit.conn, &before, now).await?;
                unit.before(&was);
            }
            known_tariff(&mut unit, &change.tariff_id).await?;
            known_organization(&mut unit, &change.organization_id).await?;
            let mut station = before.clone();
            change.apply(&mut station);
            if station == before {
                let now = unit.now();
                let object = news::station(unit.conn, &station, now).await?;
                unit.after(&object);
                return Ok(object);
            }
            station.version += 1;
            station.updated_at = unit.now();
            stations::update(unit.conn, &station)
                .await
                .map_err(|error| taken(error, "a station of that name"))?;
            let object = news::tell_station(&mut unit, &station).await?;
            unit.after(&object);
            let clock = station.time_zone != before.time_zone;
            if clock || station.tariff_id != before.tariff_id {
                news::tell_station_price(&mut unit, station.id).await?;
            }
            if clock {
                tell_points(&mut unit, station.id).await?;
            }
            Ok(object)
        })
    })
    .await
}

/// Tells the prices of a station's charge points that have their own: by another clock they turn at another time.
async fn tell_points(unit: &mut Unit<'_>, id: StationId) -> Result<(), OpError> {
    let all = Slice {
        limit: 1_000,
        offset: 0,
    };
    for point in charge_points::list(unit.conn, Some(id), all).await?.items {
        if tariffs::is_named(unit.conn, point.id).await? {
            news::tell_point_price(unit, &point).await?;
        }
    }
    Ok(())
}

/// Removes a station that has no charge points left.
pub async fn remove_station(core: &Core, id: StationId) -> Result<(), OpError> {
    core.write(move |mut unit| {
        Box::pin(async move {
            let station = held(&mut unit, id).await?;
            unit.before(&json!({ "name": station.name }));
            let none = Slice {
                limit: 0,
                offset: 0,
            };
            let points = charge_points::list(unit.conn, Some(id), none).await?.total;
            if points > 0 {
                return Err(conflict(
                    "The station has charge points. Remove them first.",
                ));
            }
            let now = unit.now();
            stations::delete(unit.conn, id, now).await?;
            price_turns::set(unit.conn, id, None, None).await?;
            let gone = Deleted { id: id.0 };
            Ok(unit.emit(&Event::StationDeleted(gone)).await?)
        })
    })
    .await
}

/// The station, this unit's until the commit.
pub(super) async fn held(unit: &mut Unit<'_>, id: StationId) -> Result<Station, OpError> {
    stations::hold(unit.conn, id).await?;
    let found = stations::find(unit.conn, &id.to_string()).await?;
    found
        .filter(|station| station.id == id)
        .ok_or_else(|| missing("station"))
}

/// Refuses a tariff that is not there.
pub(super) async fn known_tariff(
    unit: &mut Unit<'_>,
    tariff: &Change<TariffId>,
) -> Result<(), OpError> {
    let Some(id) = tariff.set() else {
        return Ok(());
    };
    match tariffs::hold(unit.conn, *id).await? {
        Some(_) => Ok(()),
        None => Err(unknown("/tariffId", "tariff")),
    }
}

/// Refuses a station that is not there.
pub(super) async fn known_station(unit: &mut Unit<'_>, id: StationId) -> Result<Station, OpError> {
    held(unit, id).await.map_err(|error| match error.code() {
        Code::ResourceNotFound => unknown("/stationId", "station"),
        _ => error,
    })
}
