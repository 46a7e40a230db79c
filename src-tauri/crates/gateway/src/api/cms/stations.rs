//! Stations for the desk.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use domain::country::is_country;
use domain::object::{ChargingPointObject, StationObject};
use domain::station::Location;
use store::repo::sessions::Filter;
use store::repo::{charge_points, stations};

use super::{NAME, bodies, id};
use crate::api::Api;
use crate::api::auth::{Acting, ScopedActing, ScopedViewer};
use crate::api::fields::Fields;
use crate::api::objects::Session;
use crate::api::paging::{CHOICES, Choices, Listed, Listing, Paging, Search};
use crate::api::problem::Problem;
use crate::api::scope;
use crate::api::snapshots::{self, For};
use crate::ops::change::Change;
use crate::ops::change_station::{
    AddressChange, StationChange, change_station, create_station, remove_station,
};

bodies! {
    /// A station to be. With PUT every field may be left out: it stays.
    StationBody {
        /// The name drivers read, 1 to 100 characters; no other station has it.
        #[schema(required = true)]
        name: Option<String>,
        /// Where to drive.
        address: Option<AddressBody>,
        /// Where on the map; null where not known.
        location: Option<Location>,
        /// IANA name, such as `Europe/Berlin`; the site's unless given.
        time_zone: Option<String>,
        /// Whom to call.
        helpline: Option<String>,
        /// What it charges; null: nothing.
        tariff_id: Option<String>,
        /// Whose it is; null: nobody's in particular. Only users of the whole site say it.
        organization_id: Option<String>,
    }

    /// Where to drive; what is left out stays.
    AddressBody {
        /// Street and number, 200 characters at most.
        line1: Option<String>,
        /// Postal code, 20 characters at most.
        postal_code: Option<String>,
        /// City, 100 characters at most.
        city: Option<String>,
        /// ISO 3166-1 alpha-2, or empty.
        country: Option<String>,
    }
}

fn read(mut fields: Fields, needed: &[&str]) -> Result<StationChange, Problem> {
    fields.need(needed);
    let change = StationChange {
        name: fields.text("name", NAME),
        address: fields.object("address", address).unwrap_or_default(),
        location: fields.object_or_none("location", location),
        time_zone: fields.time_zone("timeZone"),
        helpline: fields.text_or_none("helpline", 100),
        tariff_id: fields.id_or_none("tariffId"),
        organization_id: fields.id_or_none("organizationId"),
    };
    fields.done()?;
    Ok(change)
}

fn address(fields: &mut Fields) -> AddressChange {
    AddressChange {
        line1: fields.text("line1", (0, 200)),
        postal_code: fields.text("postalCode", (0, 20)),
        city: fields.text("city", (0, 100)),
        country: fields.parsed(
            "country",
            "It is no country of ISO 3166-1, such as DE.",
            |code| (code.is_empty() || is_country(code)).then(|| code.to_owned()),
        ),
    }
}

fn location(fields: &mut Fields) -> Option<Location> {
    fields.need(&["latitude", "longitude"]);
    let latitude = fields.number("latitude", (-90.0, 90.0));
    let longitude = fields.number("longitude", (-180.0, 180.0));
    Some(Location {
        latitude: latitude?,
        longitude: longitude?,
    })
}

/// Stations, for operators.
#[utoipa::path(get, path = "/stations", tag = "cms", params(Paging, Search), security(("bearer" = [])),
    responses((status = 200, description = "A page of stations", body = Listed<StationObject>),
        (status = 401, description = "Not signed in", body = Problem)))]
pub(in crate::api) async fn list(
    State(api): State<Api>,
    ScopedViewer(scope): ScopedViewer,
    listing: Listing,
) -> Result<Json<Listed<StationObject>>, Problem> {
    let wanted = listing.wanted(stations::SORTS)?;
    let now = api.core.clock.now();
    let mut conn = api.core.store.read().await?;
    let page = stations::search(&mut conn, scope, &wanted).await?;
    let mut items = Vec::with_capacity(page.items.len());
    for station in &page.items {
        items.push(snapshots::station(&mut conn, station, &For::Operators, now).await?);
    }
    Ok(Json(listing.page(items, page.total)))
}

/// Stations to choose from.
#[utoipa::path(get, path = "/stations/dropdown", tag = "cms", security(("bearer" = [])),
    responses((status = 200, description = "By name", body = Choices)))]
pub(in crate::api) async fn choices(
    State(api): State<Api>,
    ScopedViewer(scope): ScopedViewer,
) -> Result<Json<Choices>, Problem> {
    let mut conn = api.core.store.read().await?;
    let page = stations::search(&mut conn, scope, &CHOICES.into()).await?;
    let choices = Choices::of(page.items, |one| (one.id.to_string(), one.name));
    Ok(Json(choices))
}

/// Adds a station.
#[utoipa::path(post, path = "/stations", tag = "cms", request_body = StationBody, security(("bearer" = [])),
    responses((status = 201, description = "The station", body = StationObject),
        (status = 409, description = "A station of that name is there", body = Problem),
        (status = 422, description = "Fields that do not do, each named", body = Problem)))]
pub(in crate::api) async fn create(
    State(api): State<Api>,
    _acting: Acting,
    fields: Fields,
) -> Result<(StatusCode, Json<StationObject>), Problem> {
    let new = read(fields, &["name"])?;
    let station = create_station(&api.core, new).await?;
    api.learn(&station);
    Ok((StatusCode::CREATED, Json(station)))
}

/// One station, for operators.
#[utoipa::path(get, path = "/stations/{id}", tag = "cms", security(("bearer" = [])),
    params(("id" = String, Path, description = "The station's id")),
    responses((status = 200, description = "The station", body = StationObject),
        (status = 404, description = "No such station", body = Problem)))]
pub(in crate::api) async fn show(
    State(api): State<Api>,
    ScopedViewer(scope): ScopedViewer,
    Path(text): Path<String>,
) -> Result<Json<StationObject>, Problem> {
    let now = api.core.clock.now();
    let mut conn = api.core.store.read().await?;
    let station = scope::station(&mut conn, scope, id(&text)?).await?;
    Ok(Json(
        snapshots::station(&mut conn, &station, &For::Operators, now).await?,
    ))
}

/// Changes a station; fields left out stay.
#[utoipa::path(put, path = "/stations/{id}", tag = "cms", request_body = StationBody, security(("bearer" = [])),
    params(("id" = String, Path, description = "The station's id")),
    responses((status = 200, description = "The station", body = StationObject),
        (status = 404, description = "No such station", body = Problem),
        (status = 409, description = "A station of that name is there", body = Problem),
        (status = 422, description = "Fields that do not do, each named", body = Problem)))]
pub(in crate::api) async fn change(
    State(api): State<Api>,
    ScopedActing(staff): ScopedActing,
    Path(text): Path<String>,
    fields: Fields,
) -> Result<Json<StationObject>, Problem> {
    let scope = staff.scope();
    let id = id(&text)?;
    let change = read(fields, &[])?;
    let mut conn = api.core.store.read().await?;
    scope::station(&mut conn, scope, id).await?;
    scope::may_give(scope, change.organization_id != Change::Stay)?;
    scope::known_tariff(&mut conn, scope, &change.tariff_id).await?;
    drop(conn);
    let station = change_station(&api.core, id, change).await?;
    api.learn(&station);
    Ok(Json(station))
}

/// Removes a station that has no charge points left.
#[utoipa::path(delete, path = "/stations/{id}", tag = "cms", security(("bearer" = [])),
    params(("id" = String, Path, description = "The station's id")),
    responses((status = 204, description = "It is gone"),
        (status = 404, description = "No such station", body = Problem),
        (status = 409, description = "It has charge points", body = Problem)))]
pub(in crate::api) async fn remove(
    State(api): State<Api>,
    _acting: Acting,
    Path(text): Path<String>,
) -> Result<StatusCode, Problem> {
    remove_station(&api.core, id(&text)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A station's charge points, for operators.
#[utoipa::path(get, path = "/stations/{id}/points", tag = "cms", params(Paging, Search,
        ("id" = String, Path, description = "The station's id")), security(("bearer" = [])),
    responses((status = 200, description = "A page of its charge points", body = Listed<ChargingPointObject>),
        (status = 404, description = "No such station", body = Problem)))]
pub(in crate::api) async fn list_points(
    State(api): State<Api>,
    ScopedViewer(scope): ScopedViewer,
    Path(text): Path<String>,
    listing: Listing,
) -> Result<Json<Listed<ChargingPointObject>>, Problem> {
    let wanted = listing.wanted(charge_points::SORTS)?;
    let now = api.core.clock.now();
    let mut conn = api.core.store.read().await?;
    let station = scope::station(&mut conn, scope, id(&text)?).await?;
    let page = charge_points::search(&mut conn, scope, Some(station.id), &wanted).await?;
    let mut items = Vec::with_capacity(page.items.len());
    for point in &page.items {
        items.push(snapshots::point(&mut conn, point, &For::Operators, now).await?);
    }
    Ok(Json(listing.page(items, page.total)))
}

/// A station's sessions, newest first.
#[utoipa::path(get, path = "/stations/{id}/sessions", tag = "cms", params(Paging, Search,
        ("id" = String, Path, description = "The station's id")), security(("bearer" = [])),
    responses((status = 200, description = "A page of its sessions", body = Listed<Session>),
        (status = 404, description = "No such station", body = Problem)))]
pub(in crate::api) async fn list_sessions(
    State(api): State<Api>,
    ScopedViewer(scope): ScopedViewer,
    Path(text): Path<String>,
    listing: Listing,
) -> Result<Json<Listed<Session>>, Problem> {
    let mut conn = api.core.store.read().await?;
    let station = scope::station(&mut conn, scope, id(&text)?).await?;
    drop(conn);
    let of_station = Filter {
        station: Some(station.id),
        ..Filter::within(scope)
    };
    Ok(Json(
        super::sessions::list(&api, of_station, &listing).await?,
    ))
}
