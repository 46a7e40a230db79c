//! Tariffs for the desk. What they charge is read by `rates`; trying one out is in `weigh`.

use std::collections::BTreeSet;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use domain::money::Amount;
use domain::object::{ConnectorPlace, PriceLimit, TariffElement, TariffObject};
use domain::{Code, Timestamp};
use store::repo::tariffs;

use super::{NAME, bodies, id, rates};
use crate::api::Api;
use crate::api::auth::{Acting, ScopedViewer};
use crate::api::fields::Fields;
use crate::api::paging::{CHOICES, Choices, Listed, Listing, Paging, Search};
use crate::api::problem::Problem;
use crate::ops::change_tariff::{TariffChange, change_tariff, create_tariff, remove_tariff};
use crate::ops::news;
use crate::ops::start_session::MOST_CONNECTORS;

/// The most connectors that a tariff names.
const MOST: usize = 1_000;

bodies! {
    /// A tariff to be: its prices in the short form, tax included, or OCPI 2.2.1's elements, tax on top. With PUT every field
    /// may be left out: it stays.
    TariffBody {
        /// The name operators read, 1 to 100 characters; no other tariff has it.
        #[schema(required = true)]
        name: Option<String>,
        /// ISO 4217.
        #[schema(required = true)]
        currency: Option<String>,
        /// Short form: per kWh, tax included, six decimals at most.
        per_kwh: Option<Amount>,
        /// Short form: per minute of charging; null: none.
        per_minute: Option<Amount>,
        /// Short form: per session; null: none.
        session_fee: Option<Amount>,
        /// Short form: per minute of not charging; null: none.
        idle_per_minute: Option<Amount>,
        /// Short form: the tax inside, a decimal text from 0 to 100.
        tax_percent: Option<String>,
        /// OCPI 2.2.1 `TariffElement`s instead, without tax, 1 to 40.
        elements: Option<Vec<TariffElement>>,
        /// A charge costs no less; null: no least price.
        min_price: Option<PriceLimit>,
        /// A charge costs no more; null: no highest price.
        max_price: Option<PriceLimit>,
        /// How long each stretch of not charging costs nothing, minutes.
        idle_grace_minutes: Option<i64>,
        /// From when it is valid; null: always was.
        valid_from: Option<Timestamp>,
        /// Before when; null: without end.
        valid_to: Option<Timestamp>,
        /// The stations it holds at: these and no others.
        station_ids: Option<Vec<String>>,
        /// The charge points that have it instead of their station's: these and no others.
        charge_point_ids: Option<Vec<String>>,
        /// The connectors that have it instead of their charge point's: these and no others.
        connectors: Option<Vec<ConnectorPlace>>,
        /// The groups of customers it is for alone, 40 characters each: these and no others; empty: for everybody.
        customer_groups: Option<Vec<String>>,
    }
}

fn read(fields: &mut Fields) -> TariffChange {
    let connectors = fields.objects("connectors", MOST, |inner| {
        inner.need(&["chargePointId", "connectorId"]);
        let point = inner.parsed("chargePointId", "It is no id.", |text| text.parse().ok());
        point.zip(inner.integer("connectorId", (1, MOST_CONNECTORS)))
    });
    let groups = fields.texts(
        "customerGroups",
        "It is a name of 1 to 40 characters.",
        |text| {
            let name = text.trim();
            let sound = !name.contains(char::is_control);
            ((1..=40).contains(&name.chars().count()) && sound).then(|| name.to_owned())
        },
    );
    TariffChange {
        name: fields.text("name", NAME),
        rates: rates::read(fields),
        valid_from: fields.time_or_none("validFrom"),
        valid_to: fields.time_or_none("validTo"),
        stations: fields.ids("stationIds"),
        points: fields.ids("chargePointIds"),
        connectors: connectors.map(once),
        groups,
    }
}

/// A connector that is named twice has the tariff once.
fn once<T: Ord>(named: Vec<Option<T>>) -> Vec<T> {
    let named: BTreeSet<T> = named.into_iter().flatten().collect();
    named.into_iter().collect()
}

/// Tariffs.
#[utoipa::path(get, path = "/tariffs", tag = "cms", params(Paging, Search), security(("bearer" = [])),
    responses((status = 200, description = "A page of tariffs", body = Listed<TariffObject>),
        (status = 401, description = "Not signed in", body = Problem)))]
pub(in crate::api) async fn list(
    State(api): State<Api>,
    ScopedViewer(scope): ScopedViewer,
    listing: Listing,
) -> Result<Json<Listed<TariffObject>>, Problem> {
    let wanted = listing.wanted(tariffs::SORTS)?;
    let now = api.core.clock.now();
    let mut conn = api.core.store.read().await?;
    let page = tariffs::search(&mut conn, scope, &wanted).await?;
    let mut items = Vec::with_capacity(page.items.len());
    for tariff in &page.items {
        items.push(news::tariff(&mut conn, scope, tariff, now).await?);
    }
    Ok(Json(listing.page(items, page.total)))
}

/// Tariffs to choose from.
#[utoipa::path(get, path = "/tariffs/dropdown", tag = "cms", security(("bearer" = [])),
    responses((status = 200, description = "By name", body = Choices)))]
pub(in crate::api) async fn choices(
    State(api): State<Api>,
    ScopedViewer(scope): ScopedViewer,
) -> Result<Json<Choices>, Problem> {
    let mut conn = api.core.store.read().await?;
    let page = tariffs::search(&mut conn, scope, &CHOICES.into()).await?;
    let choices = Choices::of(page.items, |one| (one.id.to_string(), one.name));
    Ok(Json(choices))
}

/// Adds a tariff: in the short form, or with elements.
#[utoipa::path(post, path = "/tariffs", tag = "cms", request_body = TariffBody, security(("bearer" = [])),
    responses((status = 201, description = "The tariff", body = TariffObject),
        (status = 409, description = "A tariff of that name is there", body = Problem),
        (status = 422, description = "Fields that do not do, each named", body = Problem)))]
pub(in crate::api) async fn create(
    State(api): State<Api>,
    _acting: Acting,
    mut fields: Fields,
) -> Result<(StatusCode, Json<TariffObject>), Problem> {
    fields.need(&["name", "currency"]);
    if !fields.has("elements") {
        fields.need(&["perKwh", "taxPercent"]);
    }
    let new = read(&mut fields);
    fields.done()?;
    let tariff = create_tariff(&api.core, new).await?;
    Ok((StatusCode::CREATED, Json(tariff)))
}

/// One tariff.
#[utoipa::path(get, path = "/tariffs/{id}", tag = "cms", security(("bearer" = [])),
    params(("id" = String, Path, description = "The tariff's id")),
    responses((status = 200, description = "The tariff", body = TariffObject),
        (status = 404, description = "No such tariff", body = Problem)))]
pub(in crate::api) async fn show(
    State(api): State<Api>,
    ScopedViewer(scope): ScopedViewer,
    Path(text): Path<String>,
) -> Result<Json<TariffObject>, Problem> {
    let now = api.core.clock.now();
    let mut conn = api.core.store.read().await?;
    let found = tariffs::find_within(&mut conn, scope, id(&text)?).await?;
    let tariff = found.ok_or(Code::ResourceNotFound)?;
    Ok(Json(news::tariff(&mut conn, scope, &tariff, now).await?))
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
