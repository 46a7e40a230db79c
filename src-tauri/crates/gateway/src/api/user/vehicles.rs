//! What a driver drives: the driver's own list, and the same for the desk to look at.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use domain::vehicle::Vehicle;
use domain::{Code, CustomerId, Timestamp, WattHours};
use serde::Serialize;
use store::repo::{customers, vehicles};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::api::Api;
use crate::api::auth::{Driver, Viewer};
use crate::api::cms::bodies;
use crate::api::fields::Fields;
use crate::api::problem::Problem;
use crate::ops::change_vehicle::{VehicleChange, add_vehicle, change_vehicle, remove_vehicle};

/// The longest name, characters.
const LONGEST_NAME: usize = 60;
/// The longest number plate, characters.
const LONGEST_PLATE: usize = 20;
/// The largest battery, Wh: a lorry's.
const LARGEST: i64 = 2_000_000;

/// A vehicle.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(in crate::api) struct VehicleObject {
    /// Its id.
    id: Uuid,
    /// What its driver calls it.
    name: String,
    /// Its number plate.
    plate: Option<String>,
    /// What its battery holds, Wh.
    battery_wh: Option<i64>,
    /// Rises with each change.
    version: i64,
    /// When it was added.
    created_at: Timestamp,
    /// When it last changed.
    updated_at: Timestamp,
}

/// All that somebody drives.
#[derive(Serialize, ToSchema)]
pub(in crate::api) struct Vehicles {
    /// By name.
    items: Vec<VehicleObject>,
}

bodies! {
    /// A vehicle to be. With PUT every field may be left out: it stays.
    VehicleBody {
        /// What its driver calls it, 1 to 60 characters.
        #[schema(required = true)]
        name: Option<String>,
        /// Its number plate, 20 characters at most.
        plate: Option<String>,
        /// What its battery holds, Wh.
        battery_wh: Option<i64>,
    }
}

impl From<Vehicle> for VehicleObject {
    fn from(vehicle: Vehicle) -> Self {
        Self {
            id: vehicle.id.0,
            name: vehicle.name,
            plate: vehicle.plate,
            battery_wh: vehicle.battery.map(|battery| battery.0),
            version: vehicle.version,
            created_at: vehicle.created_at,
            updated_at: vehicle.updated_at,
        }
    }
}

fn read(mut fields: Fields, needed: &[&str]) -> Result<VehicleChange, Problem> {
    fields.need(needed);
    let battery = fields.integer_or_none("batteryWh", (1, LARGEST));
    let change = VehicleChange {
        name: fields.text("name", (1, LONGEST_NAME)),
        plate: fields.text_or_none("plate", LONGEST_PLATE),
        battery: battery.map(WattHours),
    };
    fields.done()?;
    Ok(change)
}

async fn all(api: &Api, customer: CustomerId) -> Result<Json<Vehicles>, Problem> {
    let mut conn = api.core.store.read().await?;
    let items = vehicles::list_of(&mut conn, customer).await?;
    let items = items.into_iter().map(VehicleObject::from).collect();
    Ok(Json(Vehicles { items }))
}

/// What the driver drives.
#[utoipa::path(get, path = "/vehicles", tag = "user", operation_id = "list_vehicles", security(("bearer" = [])),
    responses((status = 200, description = "By name, 20 at most", body = Vehicles),
        (status = 401, description = "Not signed in", body = Problem)))]
pub(in crate::api) async fn list(
    State(api): State<Api>,
    driver: Driver,
) -> Result<Json<Vehicles>, Problem> {
    all(&api, driver.customer.id).await
}

/// Adds a vehicle.
#[utoipa::path(post, path = "/vehicles", tag = "user", operation_id = "add_vehicle", request_body = VehicleBody,
    security(("bearer" = [])),
    responses((status = 201, description = "The vehicle", body = VehicleObject),
        (status = 409, description = "There are 20 already", body = Problem),
        (status = 422, description = "Fields that do not do, each named", body = Problem)))]
pub(in crate::api) async fn create(
    State(api): State<Api>,
    driver: Driver,
    fields: Fields,
) -> Result<(StatusCode, Json<VehicleObject>), Problem> {
    let new = read(fields, &["name"])?;
    let made = add_vehicle(&api.core, driver.customer.id, new).await?;
    Ok((StatusCode::CREATED, Json(made.into())))
}

/// One vehicle.
#[utoipa::path(get, path = "/vehicles/{id}", tag = "user", operation_id = "show_vehicle", security(("bearer" = [])),
    params(("id" = String, Path, description = "The vehicle's id")),
    responses((status = 200, description = "The vehicle", body = VehicleObject),
        (status = 404, description = "No such vehicle of this driver's", body = Problem)))]
pub(in crate::api) async fn show(
    State(api): State<Api>,
    driver: Driver,
    Path(text): Path<String>,
) -> Result<Json<VehicleObject>, Problem> {
    let id = text.parse().map_err(|_| Code::ResourceNotFound)?;
    let mut conn = api.core.store.read().await?;
    let found = vehicles::find_of(&mut conn, driver.customer.id, id).await?;
    Ok(Json(found.ok_or(Code::ResourceNotFound)?.into()))
}

/// Changes a vehicle; fields left out stay.
#[utoipa::path(put, path = "/vehicles/{id}", tag = "user", operation_id = "change_vehicle", request_body = VehicleBody,
    security(("bearer" = [])), params(("id" = String, Path, description = "The vehicle's id")),
    responses((status = 200, description = "The vehicle", body = VehicleObject),
        (status = 404, description = "No such vehicle of this driver's", body = Problem),
        (status = 422, description = "Fields that do not do, each named", body = Problem)))]
pub(in crate::api) async fn change(
    State(api): State<Api>,
    driver: Driver,
    Path(text): Path<String>,
    fields: Fields,
) -> Result<Json<VehicleObject>, Problem> {
    let id = text.parse().map_err(|_| Code::ResourceNotFound)?;
    let change = read(fields, &[])?;
    let changed = change_vehicle(&api.core, driver.customer.id, id, change).await?;
    Ok(Json(changed.into()))
}

/// Removes a vehicle. Charges keep its id, until their driver goes too; nothing else of it is kept.
#[utoipa::path(delete, path = "/vehicles/{id}", tag = "user", operation_id = "remove_vehicle", security(("bearer" = [])),
    params(("id" = String, Path, description = "The vehicle's id")),
    responses((status = 204, description = "It is gone"),
        (status = 404, description = "No such vehicle of this driver's", body = Problem)))]
pub(in crate::api) async fn remove(
    State(api): State<Api>,
    driver: Driver,
    Path(text): Path<String>,
) -> Result<StatusCode, Problem> {
    let id = text.parse().map_err(|_| Code::ResourceNotFound)?;
    remove_vehicle(&api.core, driver.customer.id, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What a customer drives, for the desk.
#[utoipa::path(get, path = "/customers/{id}/vehicles", tag = "cms", operation_id = "list_customer_vehicles",
    security(("bearer" = [])), params(("id" = String, Path, description = "The customer's id")),
    responses((status = 200, description = "By name, 20 at most", body = Vehicles),
        (status = 404, description = "No such customer", body = Problem)))]
pub(in crate::api) async fn list_of_customer(
    State(api): State<Api>,
    _viewer: Viewer,
    Path(text): Path<String>,
) -> Result<Json<Vehicles>, Problem> {
    let id: CustomerId = text.parse().map_err(|_| Code::ResourceNotFound)?;
    let known = customers::find(&mut api.core.store.read().await?, id).await?;
    known.ok_or(Code::ResourceNotFound)?;
    all(&api, id).await
}
