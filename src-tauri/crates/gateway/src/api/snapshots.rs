//! Snapshots for the screens. Every answer carries `Live-Stream` and `Live-Seq`, read before the rows:
//! who subscribes after that number misses nothing.

use std::collections::HashMap;

use axum::Json;
use axum::extract::{Path, Request, State};
use axum::http::HeaderValue;
use axum::middleware::Next;
use axum::response::Response;
use domain::charge_point::{ChargePoint, Connector};
use domain::{Code, StationId};
use store::Conn;
use store::repo::{Slice, charge_points, connectors, sessions, stations};

use super::Api;
use super::auth::Viewer;
use super::objects::{ChargingPoint, OperatorChargingPoint, Session, Station};
use super::paging::{Listed, Paging};
use super::problem::Problem;

/// More charge points than one station has; a snapshot of a station is never paged.
const WHOLE_STATION: Slice = Slice {
    limit: 1_000,
    offset: 0,
};

/// Adds the live log's place to an answer, as it was before the handler read anything.
pub(super) async fn place_in_stream(
    State(api): State<Api>,
    request: Request,
    next: Next,
) -> Response {
    let head = api.hub.head();
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    if let Ok(stream) = HeaderValue::from_str(&head.stream.to_string()) {
        headers.insert("live-stream", stream);
    }
    headers.insert("live-seq", HeaderValue::from(head.seq));
    response
}

/// Stations, for anybody.
#[utoipa::path(get, path = "/stations", tag = "user", params(Paging),
    responses((status = 200, description = "A page of stations", body = Listed<Station>)))]
pub(super) async fn list_stations(
    State(api): State<Api>,
    paging: Paging,
) -> Result<Json<Listed<Station>>, Problem> {
    let mut conn = api.core.store.read().await?;
    let page = stations::list(&mut conn, paging.slice()).await?;
    let mut parts = HashMap::new();
    for station in &page.items {
        parts.insert(station.id, parts_of(&mut conn, station.id).await?);
    }
    Ok(Json(paging.listed(page, |station| {
        let own = parts.remove(&station.id).unwrap_or_default();
        Station::print(station, &own)
    })))
}

/// A station's charge points, for anybody.
#[utoipa::path(get, path = "/stations/{id}/points", tag = "user",
    params(("id" = String, Path, description = "The station's id")),
    responses((status = 200, description = "All of the station's charge points", body = Listed<ChargingPoint>),
        (status = 404, description = "No such station", body = Problem)))]
pub(super) async fn list_station_points(
    State(api): State<Api>,
    Path(id): Path<String>,
) -> Result<Json<Listed<ChargingPoint>>, Problem> {
    let mut conn = api.core.store.read().await?;
    let station = stations::find(&mut conn, &id)
        .await?
        .filter(|station| station.id.to_string() == id)
        .ok_or(Code::ResourceNotFound)?;
    let points: Vec<ChargingPoint> = parts_of(&mut conn, station.id)
        .await?
        .into_iter()
        .map(|(point, plugs)| ChargingPoint::print(&point, plugs))
        .collect();
    Ok(Json(Listed::whole(points)))
}

/// Charge points, for operators.
#[utoipa::path(get, path = "/charging-points", tag = "cms", params(Paging), security(("bearer" = [])),
    responses((status = 200, description = "A page of charge points", body = Listed<OperatorChargingPoint>),
        (status = 401, description = "Not signed in", body = Problem)))]
pub(super) async fn list_points(
    State(api): State<Api>,
    _viewer: Viewer,
    paging: Paging,
) -> Result<Json<Listed<OperatorChargingPoint>>, Problem> {
    let mut conn = api.core.store.read().await?;
    let page = charge_points::list(&mut conn, None, paging.slice()).await?;
    let mut plugs = HashMap::new();
    for point in &page.items {
        plugs.insert(point.id, connectors::list(&mut conn, point.id).await?);
    }
    Ok(Json(paging.listed(page, |point| {
        let own = plugs.remove(&point.id).unwrap_or_default();
        OperatorChargingPoint::print(point, own)
    })))
}

/// Running sessions, for operators.
#[utoipa::path(get, path = "/sessions/active", tag = "cms", params(Paging), security(("bearer" = [])),
    responses((status = 200, description = "A page of running sessions, newest first", body = Listed<Session>),
        (status = 401, description = "Not signed in", body = Problem)))]
pub(super) async fn list_active_sessions(
    State(api): State<Api>,
    _viewer: Viewer,
    paging: Paging,
) -> Result<Json<Listed<Session>>, Problem> {
    let now = api.core.clock.now();
    let mut conn = api.core.store.read().await?;
    let page = sessions::list_active(&mut conn, paging.slice()).await?;
    let mut names = HashMap::new();
    for session in &page.items {
        let point = charge_points::find(&mut conn, session.charge_point_id).await?;
        names.insert(
            session.charge_point_id,
            point.map(|point| point.name).unwrap_or_default(),
        );
    }
    Ok(Json(paging.listed(page, |session| {
        let name = names
            .get(&session.charge_point_id)
            .cloned()
            .unwrap_or_default();
        Session::print(&session, name, now)
    })))
}

async fn parts_of(
    conn: &mut Conn,
    station: StationId,
) -> Result<Vec<(ChargePoint, Vec<Connector>)>, Problem> {
    let mut parts = Vec::new();
    for point in charge_points::list(conn, Some(station), WHOLE_STATION)
        .await?
        .items
    {
        let plugs = connectors::list(conn, point.id).await?;
        parts.push((point, plugs));
    }
    Ok(parts)
}
