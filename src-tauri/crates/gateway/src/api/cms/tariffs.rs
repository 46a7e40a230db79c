//! Tariffs for the desk, in their short form: one price per kWh.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use domain::Code;
use domain::money::Amount;
use domain::object::TariffObject;
use store::repo::tariffs;

use super::{NAME, bodies, id};
use crate::api::Api;
use crate::api::auth::{Acting, Viewer};
use crate::api::fields::Fields;
use crate::api::paging::{CHOICES, Choices, Listed, Listing, Paging, Search};
use crate::api::problem::Problem;
use crate::ops::change_tariff::{TariffChange, change_tariff, create_tariff, remove_tariff};
use crate::ops::news;

bodies! {
    /// A tariff to be. With PUT every field may be left out: it stays.
    TariffBody {
        /// The name operators read, 1 to 100 characters; no other tariff has it.
        #[schema(required = true)]
        name: Option<String>,
        /// ISO 4217.
        #[schema(required = true)]
        currency: Option<String>,
        /// Per kWh, tax included, six decimals at most.
        #[schema(required = true)]
        per_kwh: Option<Amount>,
        /// The tax inside, a decimal text from 0 to 100.
        #[schema(required = true)]
        tax_percent: Option<String>,
        /// The stations it holds at: these and no others.
        station_ids: Option<Vec<String>>,
        /// The charge points that have it instead of their station's: these and no others.
        charge_point_ids: Option<Vec<String>>,
    }
}

fn read(fields: &mut Fields) -> TariffChange {
    TariffChange {
        name: fields.text("name", NAME),
        currency: fields.currency("currency"),
        per_kwh: fields.price("perKwh"),
        tax: fields.percent("taxPercent"),
        stations: fields.ids("stationIds"),
        points: fields.ids("chargePointIds"),
    }
}

/// Tariffs.
#[utoipa::path(get, path = "/tariffs", tag = "cms", params(Paging, Search), security(("bearer" = [])),
    responses((status = 200, description = "A page of tariffs", body = Listed<TariffObject>),
        (status = 401, description = "Not signed in", body = Problem)))]
pub(in crate::api) async fn list(
    State(api): State<Api>,
    _viewer: Viewer,
    listing: Listing,
) -> Result<Json<Listed<TariffObject>>, Problem> {
    let wanted = listing.wanted(tariffs::SORTS)?;
    let mut conn = api.core.store.read().await?;
    let page = tariffs::search(&mut conn, &wanted).await?;
    let mut items = Vec::with_capacity(page.items.len());
    for tariff in &page.items {
        items.push(news::tariff(&mut conn, tariff).await?);
    }
    Ok(Json(listing.page(items, page.total)))
}

/// Tariffs to choose from.
#[utoipa::path(get, path = "/tariffs/dropdown", tag = "cms", security(("bearer" = [])),
    responses((status = 200, description = "By name", body = Choices)))]
pub(in crate::api) async fn choices(
    State(api): State<Api>,
    _viewer: Viewer,
) -> Result<Json<Choices>, Problem> {
    let mut conn = api.core.store.read().await?;
    let page = tariffs::list(&mut conn, CHOICES).await?;
    let choices = Choices::of(page.items, |one| (one.id.to_string(), one.name));
    Ok(Json(choices))
}

/// Adds a tariff: one price per kWh, tax included.
#[utoipa::path(post, path = "/tariffs", tag = "cms", request_body = TariffBody, security(("bearer" = [])),
    responses((status = 201, description = "The tariff", body = TariffObject),
        (status = 409, description = "A tariff of that name is there", body = Problem),
        (status = 422, description = "Fields that do not do, each named", body = Problem)))]
pub(in crate::api) async fn create(
    State(api): State<Api>,
    _acting: Acting,
    mut fields: Fields,
) -> Result<(StatusCode, Json<TariffObject>), Problem> {
    fields.need(&["name", "currency", "perKwh", "taxPercent"]);
    let new = read(&mut fields);
    fields.done()?;
    let (Some(price), Some(tax)) = (new.per_kwh, new.tax) else {
        return Err(Code::RequestValidation.into());
    };
    let tariff = create_tariff(&api.core, price, tax, new).await?;
    Ok((StatusCode::CREATED, Json(tariff)))
}

/// One tariff.
#[utoipa::path(get, path = "/tariffs/{id}", tag = "cms", security(("bearer" = [])),
    params(("id" = String, Path, description = "The tariff's id")),
    responses((status = 200, description = "The tariff", body = TariffObject),
        (status = 404, description = "No such tariff", body = Problem)))]
pub(in crate::api) async fn show(
    State(api): State<Api>,
    _viewer: Viewer,
    Path(text): Path<String>,
) -> Result<Json<TariffObject>, Problem> {
    let mut conn = api.core.store.read().await?;
    let found = tariffs::find(&mut conn, id(&text)?).await?;
    let tariff = found.ok_or(Code::ResourceNotFound)?;
    Ok(Json(news::tariff(&mut conn, &tariff).await?))
}

/// Changes a tariff; fields left out stay. Charges that run keep the price they began with.
#[utoipa::path(put, path = "/tariffs/{id}", tag = "cms", request_body = TariffBody, security(("bearer" = [])),
    params(("id" = String, Path, description = "The tariff's id")),
    responses((status = 200, description = "The tariff", body = TariffObject),
        (status = 404, description = "No such tariff", body = Problem),
        (status = 409, description = "A tariff of that name is there", body = Problem),
        (status = 422, description = "Fields that do not do, each named", body = Problem)))]
pub(in crate::api) async fn change(
    State(api): State<Api>,
    _acting: Acting,
    Path(text): Path<String>,
    mut fields: Fields,
) -> Result<Json<TariffObject>, Problem> {
    let id = id(&text)?;
    let change = read(&mut fields);
    fields.done()?;
    Ok(Json(change_tariff(&api.core, id, change).await?))
}

/// Removes a tariff: nothing is charged any more where it held.
#[utoipa::path(delete, path = "/tariffs/{id}", tag = "cms", security(("bearer" = [])),
    params(("id" = String, Path, description = "The tariff's id")),
    responses((status = 204, description = "It is gone"),
        (status = 404, description = "No such tariff", body = Problem)))]
pub(in crate::api) async fn remove(
    State(api): State<Api>,
    _acting: Acting,
    Path(text): Path<String>,
) -> Result<StatusCode, Problem> {
    remove_tariff(&api.core, id(&text)?).await?;
    Ok(StatusCode::NO_CONTENT)
}
