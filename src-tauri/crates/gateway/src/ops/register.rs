//! The operator registers what there is: users, stations, charge points, id tokens.
//! Used by the admin commands and the demo site.

use domain::authorization::{IdToken, IdTokenStatus};
use domain::charge_point::{ChargePoint, Connector};
use domain::operator::{Operator, Role};
use domain::station::Station;
use domain::status::{ChargePointStatus, Connectivity};
use domain::{ChargePointId, Code, IdTokenId, Identity, OperatorId, StationId};
use store::StoreError;
use store::repo::{charge_points, connectors, id_tokens, operators, stations};

use super::authorize;
use crate::core::{Core, OpError};
use crate::secret;

/// The shortest password taken (WEB-03).
const SHORTEST_PASSWORD: usize = 8;
/// The longest: what a hasher is fed must have an end.
const LONGEST_PASSWORD: usize = 256;

/// Adds a user of the CMS.
pub async fn create_operator(
    core: &Core,
    email: &str,
    role: Role,
    password: String,
) -> Result<OperatorId, OpError> {
    let email = email.trim().to_lowercase();
    if !email.contains('@') || email.len() > 254 {
        return Err(refused("The e-mail address is not one."));
    }
    if !(SHORTEST_PASSWORD..=LONGEST_PASSWORD).contains(&password.chars().count()) {
        return Err(refused(
            "A password has 8 to 256 characters; 15 or more are advised.",
        ));
    }
    let password_hash = core.passwords.hash(password).await;
    core.write(move |unit| {
        Box::pin(async move {
            let operator = Operator {
                id: unit.id(),
                name: email.clone(),
                email,
                role,
                password_hash,
            };
            let now = unit.now();
            operators::insert(unit.conn, &operator, now)
                .await
                .map_err(|error| taken(error, "that e-mail address"))?;
            Ok(operator.id)
        })
    })
    .await
}

/// Adds a station.
pub async fn add_station(core: &Core, name: &str) -> Result<StationId, OpError> {
    let name = name.trim().to_owned();
    if name.is_empty() || name.chars().count() > 100 {
        return Err(refused("A station's name has 1 to 100 characters."));
    }
    core.write(move |unit| {
        Box::pin(async move {
            let now = unit.now();
            let station = Station {
                id: unit.id(),
                name,
                version: 1,
                created_at: now,
                updated_at: now,
            };
            stations::insert(unit.conn, &station)
                .await
                .map_err(|error| taken(error, "that station name"))?;
            Ok(station.id)
        })
    })
    .await
}

/// How a charger proves who it is.
#[derive(Clone, Debug)]
pub enum Credentials {
    /// Security profile 0: not at all. For private listeners only.
    None,
    /// Security profile 1: Basic auth with this password, or with one made here.
    Basic(Option<String>),
}

/// A charge point to be registered.
#[derive(Clone, Debug)]
pub struct NewChargePoint {
    /// What it calls itself.
    pub identity: Identity,
    /// Its station: an id or a unique name.
    pub station: String,
    /// How many plugs it has.
    pub connectors: i64,
    /// Rated power, W.
    pub max_power_w: i64,
    /// How it proves itself.
    pub credentials: Credentials,
}

/// Registers a charge point. Returns its id and the password to type into it, the only time it is seen.
pub async fn add_charge_point(
    core: &Core,
    new: NewChargePoint,
) -> Result<(ChargePointId, Option<String>), OpError> {
    if !(1..=32).contains(&new.connectors) {
        return Err(refused("A charge point has 1 to 32 connectors."));
    }
    if !(1..=2_000_000).contains(&new.max_power_w) {
        return Err(refused("The power is in watts, 1 to 2000000."));
    }
    let (security_profile, password, password_hash) = match new.credentials.clone() {
        Credentials::None => (0, None, None),
        Credentials::Basic(None) => {
            let key = secret::make_key();
            let hash = secret::hash_key(&key);
            (1, Some(key), Some(hash))
        }
        Credentials::Basic(Some(chosen)) => {
            let hash = core.passwords.hash(chosen.clone()).await;
            (1, Some(chosen), Some(hash))
        }
    };
    let id = core
        .write(move |unit| {
            Box::pin(async move {
                let station = stations::find(unit.conn, &new.station)
                    .await?
                    .ok_or_else(|| refused("There is no station of that id or name."))?;
                let now = unit.now();
                let charger = ChargePoint {
                    id: unit.id(),
                    name: new.identity.to_string(),
                    identity: new.identity,
                    station_id: station.id,
                    security_profile,
                    password_hash,
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
                    last_seen_at: None,
                    booted_at: None,
                    version: 1,
                    created_at: now,
                    updated_at: now,
                };
                charge_points::insert(unit.conn, &charger)
                    .await
                    .map_err(|error| taken(error, "that identity"))?;
                for connector_id in 1..=new.connectors {
                    let connector = Connector {
                        version: 1,
                        ..charger.unreported_connector(connector_id)
                    };
                    connectors::save(unit.conn, &connector).await?;
                }
                Ok(charger.id)
            })
        })
        .await?;
    Ok((id, password))
}

/// Adds an id token.
pub async fn add_id_token(
    core: &Core,
    token: &str,
    status: IdTokenStatus,
) -> Result<IdTokenId, OpError> {
    // OCPP 1.6 §7.15: at most 20 characters.
    let token = authorize::canonical(token.trim());
    if token.is_empty() || token.chars().count() > 20 {
        return Err(refused("An id token has 1 to 20 characters."));
    }
    core.write(move |unit| {
        Box::pin(async move {
            let row = IdToken {
                id: unit.id(),
                status,
                expires_at: None,
            };
            let now = unit.now();
            id_tokens::insert(unit.conn, &row, &token, now)
                .await
                .map_err(|error| taken(error, "that token"))?;
            Ok(row.id)
        })
    })
    .await
}

fn refused(detail: &str) -> OpError {
    OpError::refused(Code::RequestValidation, detail)
}

fn taken(error: StoreError, what: &str) -> OpError {
    if error.is_duplicate() {
        OpError::refused(Code::RequestValidation, format!("There already is {what}."))
    } else {
        error.into()
    }
}
