//! Id tokens for the desk: the cards that may charge, and those that may not.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use domain::authorization::IdTokenStatus;
use domain::{Code, CustomerId, Timestamp};
use serde::{Deserialize, Serialize};
use store::repo::id_tokens::{self, Named};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::{bodies, filter_id, id};
use crate::api::Api;
use crate::api::auth::{Acting, Viewer};
use crate::api::fields::Fields;
use crate::api::paging::{CHOICES, Choices, Filters, Listed, Listing, Paging, Search};
use crate::api::problem::Problem;
use crate::ops::change_id_token::{
    IdTokenChange, change_id_token, create_id_token, remove_id_token,
};

/// OCPP 1.6 §7.15: a token has 20 characters at most.
const TOKEN: (usize, usize) = (1, 20);

bodies! {
    /// A token to be. With PUT every field may be left out: it stays.
    IdTokenBody {
        /// What stands on the card, 1 to 20 characters; upper and lower case are the same.
        #[schema(required = true)]
        token: Option<String>,
        /// Whether it may charge.
        #[schema(required = true)]
        status: Option<IdTokenStatus>,
        /// When it ends by itself.
        expires_at: Option<Timestamp>,
        /// The group it belongs to: tokens of one may stop each other's charges.
        parent_token: Option<String>,
        /// Whose it is.
        customer_id: Option<String>,
    }
}

/// A card, or what else starts a charge.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(in crate::api) struct IdTokenObject {
    /// Its id.
    id: Uuid,
    /// What stands on the card, in upper case.
    token: String,
    /// Whether it may charge.
    status: IdTokenStatus,
    /// When it ends by itself; null: never.
    expires_at: Option<Timestamp>,
    /// The group it belongs to.
    parent_token: Option<String>,
    /// Whose it is; null: nobody's account.
    customer_id: Option<Uuid>,
    /// When it was added.
    created_at: Timestamp,
}

impl From<Named> for IdTokenObject {
    fn from(named: Named) -> Self {
        Self {
            id: named.token.id.0,
            token: named.text,
            status: named.token.status,
            expires_at: named.token.expires_at,
            parent_token: named.token.parent,
            customer_id: named.token.customer_id.map(|id| id.0),
            created_at: named.created_at,
        }
    }
}

/// Whose tokens.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(rename_all = "camelCase")]
pub(in crate::api) struct OfCustomer {
    /// Only this customer's.
    customer_id: Option<String>,
}

fn read(mut fields: Fields, needed: &[&str]) -> Result<IdTokenChange, Problem> {
    fields.need(needed);
    let change = IdTokenChange {
        token: fields.text("token", TOKEN),
        status: fields.parsed(
            "status",
            "It is accepted, blocked or expired.",
            IdTokenStatus::from_word,
        ),
        expires_at: fields.time_or_none("expiresAt"),
        parent: fields.text_or_none("parentToken", TOKEN.1),
        customer_id: fields.id_or_none("customerId"),
    };
    fields.done()?;
    Ok(change)
}

/// Id tokens.
#[utoipa::path(get, path = "/id-tokens", tag = "cms", params(Paging, Search, OfCustomer), security(("bearer" = [])),
    responses((status = 200, description = "A page of tokens", body = Listed<IdTokenObject>),
        (status = 401, description = "Not signed in", body = Problem)))]
pub(in crate::api) async fn list(
    State(api): State<Api>,
    _viewer: Viewer,
    listing: Listing,
    Filters(of): Filters<OfCustomer>,
) -> Result<Json<Listed<IdTokenObject>>, Problem> {
    let customer: Option<CustomerId> = filter_id("customerId", of.customer_id.as_deref())?;
    let wanted = listing.wanted(id_tokens::SORTS)?;
    let mut conn = api.core.store.read().await?;
    let page = id_tokens::search(&mut conn, customer, &wanted).await?;
    let items = page.items.into_iter().map(IdTokenObject::from).collect();
    Ok(Json(listing.page(items, page.total)))
}

/// Id tokens to choose from.
#[utoipa::path(get, path = "/id-tokens/dropdown", tag = "cms", security(("bearer" = [])),
    responses((status = 200, description = "By token", body = Choices)))]
pub(in crate::api) async fn choices(
    State(api): State<Api>,
    _viewer: Viewer,
) -> Result<Json<Choices>, Problem> {
    let mut conn = api.core.store.read().await?;
    let page = id_tokens::search(&mut conn, None, &CHOICES.into()).await?;
    let choices = Choices::of(page.items, |one| (one.token.id.to_string(), one.text));
    Ok(Json(choices))
}

/// Adds an id token.
#[utoipa::path(post, path = "/id-tokens", tag = "cms", request_body = IdTokenBody, security(("bearer" = [])),
    responses((status = 201, description = "The token", body = IdTokenObject),
        (status = 409, description = "That token is there", body = Problem),
        (status = 422, description = "Fields that do not do, each named", body = Problem)))]
pub(in crate::api) async fn create(
    State(api): State<Api>,
    _acting: Acting,
    fields: Fields,
) -> Result<(StatusCode, Json<IdTokenObject>), Problem> {
    let new = read(fields, &["token", "status"])?;
    let named = create_id_token(&api.core, new).await?;
    Ok((StatusCode::CREATED, Json(named.into())))
}

/// One id token.
#[utoipa::path(get, path = "/id-tokens/{id}", tag = "cms", security(("bearer" = [])),
    params(("id" = String, Path, description = "The token's id")),
    responses((status = 200, description = "The token", body = IdTokenObject),
        (status = 404, description = "No such token", body = Problem)))]
pub(in crate::api) async fn show(
    State(api): State<Api>,
    _viewer: Viewer,
    Path(text): Path<String>,
) -> Result<Json<IdTokenObject>, Problem> {
    let mut conn = api.core.store.read().await?;
    let found = id_tokens::find_by_id(&mut conn, id(&text)?).await?;
    Ok(Json(found.ok_or(Code::ResourceNotFound)?.into()))
}

/// Changes an id token; fields left out stay.
#[utoipa::path(put, path = "/id-tokens/{id}", tag = "cms", request_body = IdTokenBody, security(("bearer" = [])),
    params(("id" = String, Path, description = "The token's id")),
    responses((status = 200, description = "The token", body = IdTokenObject),
        (status = 404, description = "No such token", body = Problem),
        (status = 409, description = "That token is there", body = Problem),
        (status = 422, description = "Fields that do not do, each named", body = Problem)))]
pub(in crate::api) async fn change(
    State(api): State<Api>,
    _acting: Acting,
    Path(text): Path<String>,
    fields: Fields,
) -> Result<Json<IdTokenObject>, Problem> {
    let id = id(&text)?;
    let change = read(fields, &[])?;
    Ok(Json(change_id_token(&api.core, id, change).await?.into()))
}

/// Removes an id token: it is unknown from now on.
#[utoipa::path(delete, path = "/id-tokens/{id}", tag = "cms", security(("bearer" = [])),
    params(("id" = String, Path, description = "The token's id")),
    responses((status = 204, description = "It is gone"),
        (status = 404, description = "No such token", body = Problem)))]
pub(in crate::api) async fn remove(
    State(api): State<Api>,
    _acting: Acting,
    Path(text): Path<String>,
) -> Result<StatusCode, Problem> {
    remove_id_token(&api.core, id(&text)?).await?;
    Ok(StatusCode::NO_CONTENT)
}
