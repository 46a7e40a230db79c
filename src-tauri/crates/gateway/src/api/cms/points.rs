//! Charge points for the desk.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use domain::object::ChargingPointObject;
use domain::{ChargePointId, Code, Identity, Scope, StationId, TariffId};
use serde::Serialize;
use store::repo::charge_points;
use utoipa::ToSchema;

use super::{NAME, bodies, id};
use crate::api::Api;
use crate::api::auth::{ScopedActing, ScopedViewer};
use crate::api::fields::Fields;
use crate::api::paging::{CHOICES, Choices, Listed, Listing, Paging, Search};
use crate::api::problem::Problem;
use crate::api::scope;
use crate::api::snapshots::{self, For};
use crate::ops::add_charge_point::{Credentials, NewChargePoint, register_point};
use crate::ops::change::Change;
use crate::ops::change_point::{PointChange, change_point, remove_point};
use crate::ops::rotate_key::Told;
use crate::secret;

bodies! {
    /// A charge point to be.
    NewPointBody {
        /// What it calls itself in its URL: 1 to 48 of `A-Z a-z 0-9 * - _ = : + | @ .`, and no UUID.
        identity: String,
        /// Its station's id.
        station_id: String,
        /// The name people read, 1 to 100 characters; "Bay" and a number unless given.
        name: Option<String>,
        /// How many plugs it has, 1 to 32; 1 unless given.
        connectors: Option<i64>,
        /// Rated power, W; 22000 unless given.
        max_power_w: Option<i64>,
        /// OCPP security profile: 0 without credentials, 1 Basic auth; 1 unless given.
        security_profile: Option<i64>,
        /// Its password, 8 to 40 characters; one is made unless given.
        password: Option<String>,
        /// What it charges instead of its station's tariff.
        tariff_id: Option<String>,
    }

    /// What is to become of a charge point; what is left out stays. Its identity is its own for ever.
    PointBody {
        /// The name people read, 1 to 100 characters.
        name: Option<String>,
        /// Its station's id. It can move while nobody charges there.
        station_id: Option<String>,
        /// Rated power, W.
        max_power_w: Option<i64>,
        /// What it charges instead of its station's tariff; null: what its station charges.
        tariff_id: Option<String>,
    }
}

/// A charge point that was just registered, and what to type into it.
#[derive(Serialize, ToSchema)]
pub(in crate::api) struct RegisteredPoint {
    /// The charge point.
    #[serde(flatten)]
    point: ChargingPointObject,
    /// Where it connects.
    url: String,
    /// Its password, the only time it is seen; null under security profile 0.
    password: Option<String>,
}

/// A new key, and what to type where.
#[derive(Serialize, ToSchema)]
pub(in crate::api) struct NewKey {
    /// What the charge point calls itself: its user name.
    identity: String,
    /// Where it connects.
    url: String,
    /// Its password, the only time it is seen.
    password: String,
    /// Who has it: `stored`, the charger; `after_reboot`, the charger, which uses it after its next start; `unanswered`,
    /// nobody knows; `manual`, nobody until it is typed in. But for `stored` the old one is taken, too, until the
    /// charger comes with the new one.
    applied: &'static str,
}

/// A charge point to be, as a body says it; `identity` is there unless the body has to name it.
pub(super) struct NewPoint {
    identity: Option<Identity>,
    station: Option<StationId>,
    name: Option<String>,
    connectors: i64,
    max_power_w: i64,
    open: bool,
    password: Option<String>,
    tariff: Change<TariffId>,
}

/// Reads a charge point to be.
pub(super) fn read_new(
    mut fields: Fields,
    identity: Option<Identity>,
) -> Result<NewPoint, Problem> {
    let identity = if identity.is_some() {
        fields.need(&["stationId"]);
        identity
    } else {
        fields.need(&["identity", "stationId"]);
        let detail = "It has 1 to 48 of A-Z a-z 0-9 * - _ = : + | @ . and does not read as a UUID.";
        fields.parsed("identity", detail, |text| Identity::parse(text).ok())
    };
    let new = NewPoint {
        identity,
        station: fields.parsed("stationId", "It is no id.", |text| text.parse().ok()),
        name: fields.text("name", NAME),
        connectors: fields.integer("connectors", (1, 32)).unwrap_or(1),
        max_power_w: fields.integer("maxPowerW", POWER).unwrap_or(22_000),
        open: fields.integer("securityProfile", (0, 1)) == Some(0),
        password: fields.text("password", (8, 40)),
        tariff: fields.id_or_none("tariffId"),
    };
    if new.open && new.password.is_some() {
        let detail = "Security profile 0 takes no password.".to_owned();
        fields.fault("password", ("mismatch", detail));
    }
    fields.done()?;
    Ok(new)
}

/// Registers a charge point and says what to type into it.
pub(super) async fn registered(
    api: &Api,
    scope: Scope,
    new: NewPoint,
) -> Result<RegisteredPoint, Problem> {
    let credentials = match (new.open, new.password) {
        (true, _) => Credentials::None,
        (false, Some(chosen)) => Credentials::Chosen(chosen),
        (false, None) => Credentials::Key(secret::make_key()),
    };
    let (Some(identity), Some(station)) = (new.identity, new.station) else {
        return Err(Code::RequestValidation.into());
    };
    let mut conn = api.core.store.read().await?;
    scope::known_station(&mut conn, scope, Some(station)).await?;
    scope::known_tariff(&mut conn, scope, &new.tariff).await?;
    drop(conn);
    let url = api.url_of(&identity);
    let (point, password) = register_point(
        &api.core,
        NewChargePoint {
            identity,
            name: new.name,
            station: station.to_string(),
            connectors: new.connectors,
            max_power_w: new.max_power_w,
            credentials,
        },
        new.tariff,
    )
    .await?;
    Ok(RegisteredPoint {
        point,
        url,
        password,
    })
}

/// What a charge point can deliver, W.
const POWER: (i64, i64) = (1, 2_000_000);

/// Charge points, for operators.
#[utoipa::path(get, path = "/charging-points", tag = "cms", params(Paging, Search), security(("bearer" = [])),
    responses((status = 200, description = "A page of charge points", body = Listed<ChargingPointObject>),
        (status = 401, description = "Not signed in", body = Problem)))]
pub(in crate::api) async fn list(
    State(api): State<Api>,
    ScopedViewer(scope): ScopedViewer,
    listing: Listing,
) -> Result<Json<Listed<ChargingPointObject>>, Problem> {
    let wanted = listing.wanted(charge_points::SORTS)?;
    let now = api.core.clock.now();
    let mut conn = api.core.store.read().await?;
    let page = charge_points::search(&mut conn, scope, None, &wanted).await?;
    let mut items = Vec::with_capacity(page.items.len());
    for point in &page.items {
        items.push(snapshots::point(&mut conn, point, &For::Operators, now).await?);
    }
    Ok(Json(listing.page(items, page.total)))
}

/// Charge points to choose from: by identity, with their names.
#[utoipa::path(get, path = "/charging-points/dropdown", tag = "cms", security(("bearer" = [])),
    responses((status = 200, description = "By identity", body = Choices)))]
pub(in crate::api) async fn choices(
    State(api): State<Api>,
    ScopedViewer(scope): ScopedViewer,
) -> Result<Json<Choices>, Problem> {
    let mut conn = api.core.store.read().await?;
    let page = charge_points::search(&mut conn, scope, None, &CHOICES.into()).await?;
    let choices = Choices::of(page.items, |one| {
        (
            one.id.to_string(),
            format!("{} · {}", one.name, one.identity),
        )
    });
    Ok(Json(choices))
}

/// Registers a charge point; the answer holds the password to type into it, the only time it is seen.
#[utoipa::path(post, path = "/charging-points", tag = "cms", request_body = NewPointBody, security(("bearer" = [])),
    responses((status = 201, description = "The charge point, its URL and its password", body = RegisteredPoint),
        (status = 409, description = "That identity is registered", body = Problem),
        (status = 422, description = "Fields that do not do, each named", body = Problem)))]
pub(in crate::api) async fn create(
    State(api): State<Api>,
    ScopedActing(staff): ScopedActing,
    fields: Fields,
) -> Result<(StatusCode, Json<RegisteredPoint>), Problem> {
    let scope = staff.scope();
    let new = read_new(fields, None)?;
    Ok((
        StatusCode::CREATED,
        Json(registered(&api, scope, new).await?),
    ))
}

/// One charge point, for operators.
#[utoipa::path(get, path = "/charging-points/{id}", tag = "cms", security(("bearer" = [])),
    params(("id" = String, Path, description = "The charge point's id")),
    responses((status = 200, description = "The charge point", body = ChargingPointObject),
        (status = 404, description = "No such charge point", body = Problem)))]
pub(in crate::api) async fn show(
    State(api): State<Api>,
    ScopedViewer(scope): ScopedViewer,
    Path(text): Path<String>,
) -> Result<Json<ChargingPointObject>, Problem> {
    let id: ChargePointId = id(&text)?;
    let now = api.core.clock.now();
    let mut conn = api.core.store.read().await?;
    let point = scope::point(&mut conn, scope, id).await?;
    Ok(Json(
        snapshots::point(&mut conn, &point, &For::Operators, now).await?,
    ))
}

/// Changes a charge point; fields left out stay.
#[utoipa::path(put, path = "/charging-points/{id}", tag = "cms", request_body = PointBody, security(("bearer" = [])),
    params(("id" = String, Path, description = "The charge point's id")),
    responses((status = 200, description = "The charge point", body = ChargingPointObject),
        (status = 404, description = "No such charge point", body = Problem),
        (status = 409, description = "It cannot move while somebody charges there", body = Problem),
        (status = 422, description = "Fields that do not do, each named", body = Problem)))]
pub(in crate::api) async fn change(
    State(api): State<Api>,
    ScopedActing(staff): ScopedActing,
    Path(text): Path<String>,
    mut fields: Fields,
) -> Result<Json<ChargingPointObject>, Problem> {
    let scope = staff.scope();
    let id = id(&text)?;
    let change = PointChange {
        name: fields.text("name", NAME),
        station_id: fields.parsed("stationId", "It is no id.", |text| text.parse().ok()),
        max_power_w: fields.integer("maxPowerW", POWER),
        tariff_id: fields.id_or_none("tariffId"),
    };
    fields.done()?;
    let mut conn = api.core.store.read().await?;
    scope::point(&mut conn, scope, id).await?;
    scope::known_station(&mut conn, scope, change.station_id).await?;
    scope::known_tariff(&mut conn, scope, &change.tariff_id).await?;
    drop(conn);
    Ok(Json(change_point(&api.core, id, change).await?))
}

/// Removes a charge point at which nobody charges.
#[utoipa::path(delete, path = "/charging-points/{id}", tag = "cms", security(("bearer" = [])),
    params(("id" = String, Path, description = "The charge point's id")),
    responses((status = 204, description = "It is gone"),
        (status = 404, description = "No such charge point", body = Problem),
        (status = 409, description = "Somebody charges there", body = Problem)))]
pub(in crate::api) async fn remove(
    State(api): State<Api>,
    ScopedActing(staff): ScopedActing,
    Path(text): Path<String>,
) -> Result<StatusCode, Problem> {
    let scope = staff.scope();
    let id = id(&text)?;
    scope::point(&mut api.core.store.read().await?, scope, id).await?;
    remove_point(&api.core, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Gives a charge point a new key under security profile 1; the answer holds it, the only time it is seen. A charger that
/// is connected is told; one that says no keeps its old key, and the new one is nobody's. Until it is settled which key
/// the charger has, both are taken: no charger is locked out.
#[utoipa::path(post, path = "/charging-points/{id}/rotate-key", tag = "cms", security(("bearer" = [])),
    params(("id" = String, Path, description = "The charge point's id")),
    responses((status = 200, description = "The new key", body = NewKey),
        (status = 404, description = "No such charge point", body = Problem),
        (status = 409, description = "The charger does not take it and keeps its old key, or another is on its way", body = Problem)))]
pub(in crate::api) async fn rotate(
    State(api): State<Api>,
    ScopedActing(staff): ScopedActing,
    Path(text): Path<String>,
) -> Result<Json<NewKey>, Problem> {
    let scope = staff.scope();
    let id = id(&text)?;
    scope::point(&mut api.core.store.read().await?, scope, id).await?;
    let (offered, told) = api.commander.rotate_key(id).await?;
    let applied = match told {
        Told::Stored => "stored",
        Told::AfterReboot => "after_reboot",
        Told::Unknown => "unanswered",
        Told::NotSent => "manual",
        Told::Refused => {
            let detail = "The charger does not take a new key; its old one stays. Try again while it is disconnected, and type the key in.";
            return Err(Problem::new(Code::ResourceConflict, detail));
        }
    };
    Ok(Json(NewKey {
        url: api.url_of(&offered.identity),
        identity: offered.identity.to_string(),
        password: offered.key,
        applied,
    }))
}
