//! What any passer-by may see: stations, their charge points, and prices; a driver of a group sees the group's.

use axum::Json;
use axum::extract::{Path, State};
use domain::object::{ChargingPointObject, StationObject};
use domain::station::Station;
use domain::{Code, StationId};
use store::Conn;
use store::repo::{charge_points, stations};

use super::Api;
use super::auth::Passer;
use super::paging::{Listed, Paging};
use super::problem::Problem;
use super::snapshots;

/// Stations, for anybody.
#[utoipa::path(get, path = "/stations", tag = "user", params(Paging),
    responses((status = 200, description = "A page of stations", body = Listed<StationObject>)))]
pub(super) async fn list_stations(
    State(api): State<Api>,
    passer: Passer,
    paging: Paging,
) -> Result<Json<Listed<StationObject>>, Problem> {
    let now = api.core.clock.now();
    let mut conn = api.core.store.read().await?;
    let page = stations::list(&mut conn, paging.slice()).await?;
    let mut items = Vec::with_capacity(page.items.len());
    for station in &page.items {
        items.push(snapshots::station(&mut conn, station, &passer.0, now).await?);
    }
    Ok(Json(paging.page(items, page.total)))
}

/// One station, for anybody.
#[utoipa::path(get, path = "/stations/{id}", tag = "user",
    params(("id" = String, Path, description = "The station's id")),
    responses((status = 200, description = "The station", body = StationObject),
        (status = 404, description = "No such station", body = Problem)))]
pub(super) async fn show_station(
    State(api): State<Api>,
    passer: Passer,
    Path(id): Path<String>,
) -> Result<Json<StationObject>, Problem> {
    let now = api.core.clock.now();
    let mut conn = api.core.store.read().await?;
    let station = find_station(&mut conn, &id).await?;
    Ok(Json(
        snapshots::station(&mut conn, &station, &passer.0, now).await?,
    ))
}

/// A station's charge points, for anybody.
#[utoipa::path(get, path = "/stations/{id}/points", tag = "user",
    params(("id" = String, Path, description = "The station's id")),
    responses((status = 200, description = "All of the station's charge points", body = Listed<ChargingPointObject>),
        (status = 404, description = "No such station", body = Problem)))]
pub(super) async fn list_station_points(
    State(api): State<Api>,
    passer: Passer,
    Path(id): Path<String>,
) -> Result<Json<Listed<ChargingPointObject>>, Problem> {
    let now = api.core.clock.now();
    let mut conn = api.core.store.read().await?;
    let station = find_station(&mut conn, &id).await?;
    let points = snapshots::points_of(&mut conn, station.id, &passer.0, now).await?;
    Ok(Json(Listed::whole(points)))
}

/// One charge point, for anybody.
#[utoipa::path(get, path = "/charging-points/{id}", tag = "user",
    params(("id" = String, Path, description = "The charge point's id")),
    responses((status = 200, description = "The charge point", body = ChargingPointObject),
        (status = 404, description = "No such charge point", body = Problem)))]
pub(super) async fn show_point(
    State(api): State<Api>,
    passer: Passer,
    Path(id): Path<String>,
) -> Result<Json<ChargingPointObject>, Problem> {
    let now = api.core.clock.now();
    let mut conn = api.core.store.read().await?;
    let id = id.parse().map_err(|_| Code::ResourceNotFound)?;
    let point = charge_points::find(&mut conn, id)
        .await?
        .ok_or(Code::ResourceNotFound)?;
    Ok(Json(
        snapshots::point(&mut conn, &point, &passer.0, now).await?,
    ))
}

/// The station of an id. A name is no id here, and no other text reaches the database.
async fn find_station(conn: &mut Conn, text: &str) -> Result<Station, Problem> {
    let id: StationId = text.parse().map_err(|_| Code::ResourceNotFound)?;
    let found = stations::find(conn, &id.to_string()).await?;
    Ok(found
        .filter(|station| station.id == id)
        .ok_or(Code::ResourceNotFound)?)
}
