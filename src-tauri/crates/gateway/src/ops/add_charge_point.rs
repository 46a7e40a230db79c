//! The operator registers a charge point.

use domain::charge_point::{ChargePoint, Connector};
use domain::event::PointNews;
use domain::object::ChargingPointObject;
use domain::status::{ChargePointStatus, Connectivity};
use domain::{ChargePointId, Event, Identity, StationId, TariffId};
use store::Conn;
use store::repo::{Slice, charge_points, connectors, stations};

use super::change::Change;
use super::change_station::{known_station, known_tariff};
use super::refusal::{refused, taken};
use super::{news, prices, station};
use crate::core::{Core, OpError, Unit};
use crate::secret;

/// How a charger proves who it is.
#[derive(Clone, Debug)]
pub enum Credentials {
    /// Security profile 0: not at all. For private listeners only.
    None,
    /// Security profile 1 with a key a machine made: it cannot be guessed, so one hash is enough.
    Key(String),
    /// Security profile 1 with a password a person chose.
    Chosen(String),
}

/// A charge point to be registered.
#[derive(Clone, Debug)]
pub struct NewChargePoint {
    /// What it calls itself.
    pub identity: Identity,
    /// The name people read; `None` numbers it within its station. Never the identity: whoever knows that
    /// can claim to be this charger (SEC-13).
    pub name: Option<String>,
    /// Its station: an id or a unique name.
    pub station: String,
    /// How many plugs it has.
    pub connectors: i64,
    /// Rated power, W.
    pub max_power_w: i64,
    /// How it proves itself.
    pub credentials: Credentials,
}

impl NewChargePoint {
    /// Refuses what is outside its bounds.
    pub(super) fn check(&self) -> Result<(), OpError> {
        let name_reads = |name: &String| (1..=100).contains(&name.trim().chars().count());
        if !self.name.as_ref().is_none_or(name_reads) {
            return Err(refused("A charge point's name has 1 to 100 characters."));
        }
        if !(1..=32).contains(&self.connectors) {
            return Err(refused("A charge point has 1 to 32 connectors."));
        }
        if !(1..=2_000_000).contains(&self.max_power_w) {
            return Err(refused("The power is in watts, 1 to 2000000."));
        }
        Ok(())
    }
}

/// Credentials as they are stored.
#[derive(Clone, Debug)]
pub(super) struct Secret {
    profile: i64,
    hash: Option<String>,
}

impl Secret {
    /// What is stored of credentials, and the password to type into the charger.
    pub(super) async fn keep(core: &Core, credentials: Credentials) -> (Self, Option<String>) {
        let (profile, password, hash) = match credentials {
            Credentials::None => (0, None, None),
            Credentials::Key(key) => {
                let hash = secret::hash_key(&key);
                (1, Some(key), Some(hash))
            }
            Credentials::Chosen(chosen) => {
                let hash = core.passwords.hash(chosen.clone()).await;
                (1, Some(chosen), Some(hash))
            }
        };
        (Self { profile, hash }, password)
    }
}

/// Registers a charge point. Returns its id and the password to type into it, the only time it is seen.
pub async fn add_charge_point(
    core: &Core,
    new: NewChargePoint,
) -> Result<(ChargePointId, Option<String>), OpError> {
    let (object, password) = register_point(core, new, Change::Stay).await?;
    Ok((ChargePointId(object.id), password))
}

/// The same with a tariff of its own; returns it whole.
pub async fn register_point(
    core: &Core,
    new: NewChargePoint,
    tariff: Change<TariffId>,
) -> Result<(ChargingPointObject, Option<String>), OpError> {
    new.check()?;
    let (secret, password) = Secret::keep(core, new.credentials.clone()).await;
    let registered = core
        .write(move |mut unit| {
            Box::pin(async move { register(&mut unit, new, &secret, &tariff).await })
        })
        .await?;
    Ok((registered, password))
}

/// The same inside a unit of work, for what was checked.
pub(super) async fn register(
    unit: &mut Unit<'_>,
    new: NewChargePoint,
    secret: &Secret,
    tariff: &Change<TariffId>,
) -> Result<ChargingPointObject, OpError> {
    let station = stations::find(unit.conn, &new.station)
        .await?
        .ok_or_else(|| OpError::Invalid {
            pointer: "/stationId".into(),
            fault: "unknown",
            detail: "There is no station of that id or name.".into(),
        })?;
    // Held, so that it is not removed meanwhile.
    let station = known_station(unit, station.id).await?;
    known_tariff(unit, tariff).await?;
    let name = match new.name {
        Some(name) => name,
        None => next_bay(unit.conn, station.id).await?,
    };
    let now = unit.now();
    let charger = ChargePoint {
        id: unit.id(),
        name,
        identity: new.identity,
        station_id: station.id,
        protocol: "1.6".to_owned(),
        tariff_id: tariff.set().copied(),
        security_profile: secret.profile,
        password_hash: secret.hash.clone(),
        next_password_hash: None,
        key_sent_at: None,
        max_power_w: new.max_power_w,
        status: ChargePointStatus::Offline,
        connectivity: Connectivity::Offline,
        since: now,
        vendor: None,
        model: None,
        serial_number: None,
        firmware_version: None,
        remote_address: None,
        node: None,
        socket: None,
        last_seen_at: None,
        booted_at: None,
        clock_skew_ms: None,
        version: 1,
        created_at: now,
        updated_at: now,
    };
    unit.about(charger.id);
    let identity = charger.identity.clone();
    charge_points::insert(unit.conn, &charger)
        .await
        .map_err(|error| taken(error, &format!("a charge point {identity}")))?;
    let mut plugs = Vec::new();
    for connector_id in 1..=new.connectors {
        let connector = Connector {
            version: 1,
            ..charger.unreported_connector(connector_id)
        };
        connectors::save(unit.conn, &connector).await?;
        plugs.push(connector);
    }
    tell_created(unit, &charger, &plugs).await
}

async fn tell_created(
    unit: &mut Unit<'_>,
    charger: &ChargePoint,
    plugs: &[Connector],
) -> Result<ChargingPointObject, OpError> {
    let now = unit.now();
    let prices = prices::at_point(unit.conn, charger, None, now).await?;
    let charging_point = ChargingPointObject::operator(charger, plugs, prices);
    unit.after(&charging_point);
    let created = PointNews {
        charging_point: charging_point.clone(),
    };
    unit.emit(&Event::PointCreated(created)).await?;
    if charger.tariff_id.is_some() {
        news::tell_point_price(unit, charger).await?;
    }
    station::recount(unit, charger.station_id).await?;
    Ok(charging_point)
}

/// What is painted on the ground of most sites: a number.
async fn next_bay(conn: &mut Conn, station: StationId) -> Result<String, OpError> {
    let none = Slice {
        limit: 0,
        offset: 0,
    };
    let there = charge_points::list(conn, Some(station), none).await?.total;
    Ok(format!("Bay {}", there + 1))
}
