//! Organisations: those whose stations are on this system. For admins of the whole site; their users look, for the forms
//! that choose one.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use domain::organization::Organization;
use domain::{Code, Timestamp};
use serde::Serialize;
use store::repo::organizations;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{NAME, bodies, id};
use crate::api::Api;
use crate::api::auth::{Admin, Viewer};
use crate::api::fields::Fields;
use crate::api::paging::{CHOICES, Choices, Listed, Listing, Paging, Search};
use crate::api::problem::Problem;
use crate::ops::change_organization::{
    OrganizationChange, change_organization, create_organization, remove_organization,
};

bodies! {
    /// An organisation to be. With PUT every field may be left out: it stays.
    OrganizationBody {
        /// What it is called, 1 to 100 characters; no other one has it.
        #[schema(required = true)]
        name: Option<String>,
        /// Where to write to it; null: nowhere.
        email: Option<String>,
        /// Where to call it, 32 characters at most; null: nowhere.
        phone: Option<String>,
    }
}

/// One of those whose stations are on this system.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Organization)]
pub(in crate::api) struct OrganizationObject {
    /// Its id.
    id: Uuid,
    /// What it is called.
    name: String,
    /// Where to write to it.
    email: Option<String>,
    /// Where to call it.
    phone: Option<String>,
    /// Rises with each change.
    version: i64,
    /// When it was made.
    created_at: Timestamp,
    /// When it last changed.
    updated_at: Timestamp,
}

impl From<Organization> for OrganizationObject {
    fn from(known: Organization) -> Self {
        Self {
            id: known.id.0,
            name: known.name,
            email: known.email,
            phone: known.phone,
            version: known.version,
            created_at: known.created_at,
            updated_at: known.updated_at,
        }
    }
}

fn read(mut fields: Fields, needed: &[&str]) -> Result<OrganizationChange, Problem> {
    fields.need(needed);
    let change = OrganizationChange {
        name: fields.text("name", NAME),
        email: fields.email_or_none("email"),
        phone: fields.text_or_none("phone", 32),
    };
    fields.done()?;
    Ok(change)
}

/// Organisations.
#[utoipa::path(get, path = "/organizations", tag = "cms", operation_id = "list_organizations", params(Paging, Search),
    security(("bearer" = [])),
    responses((status = 200, description = "A page of organisations", body = Listed<OrganizationObject>),
        (status = 403, description = "A user of one organisation", body = Problem)))]
pub(in crate::api) async fn list(
    State(api): State<Api>,
    _viewer: Viewer,
    listing: Listing,
) -> Result<Json<Listed<OrganizationObject>>, Problem> {
    let wanted = listing.wanted(organizations::SORTS)?;
    let mut conn = api.core.store.read().await?;
    let page = organizations::search(&mut conn, &wanted).await?;
    let items = page.items.into_iter().map(OrganizationObject::from);
    Ok(Json(listing.page(items.collect(), page.total)))
}

/// Organisations to choose from.
#[utoipa::path(get, path = "/organizations/dropdown", tag = "cms", security(("bearer" = [])),
    responses((status = 200, description = "By name", body = Choices)))]
pub(in crate::api) async fn choices(
    State(api): State<Api>,
    _viewer: Viewer,
) -> Result<Json<Choices>, Problem> {
    let mut conn = api.core.store.read().await?;
    let page = organizations::search(&mut conn, &CHOICES.into()).await?;
    let choices = Choices::of(page.items, |one| (one.id.to_string(), one.name));
    Ok(Json(choices))
}

/// Adds an organisation.
#[utoipa::path(post, path = "/organizations", tag = "cms", request_body = OrganizationBody, security(("bearer" = [])),
    responses((status = 201, description = "The organisation", body = OrganizationObject),
        (status = 409, description = "An organisation of that name is there", body = Problem),
        (status = 422, description = "Fields that do not do, each named", body = Problem)))]
pub(in crate::api) async fn create(
    State(api): State<Api>,
    _admin: Admin,
    fields: Fields,
) -> Result<(StatusCode, Json<OrganizationObject>), Problem> {
    let new = read(fields, &["name"])?;
    let made = create_organization(&api.core, new).await?;
    Ok((StatusCode::CREATED, Json(made.into())))
}

/// One organisation.
#[utoipa::path(get, path = "/organizations/{id}", tag = "cms", security(("bearer" = [])),
    params(("id" = String, Path, description = "The organisation's id")),
    responses((status = 200, description = "The organisation", body = OrganizationObject),
        (status = 404, description = "No such organisation", body = Problem)))]
pub(in crate::api) async fn show(
    State(api): State<Api>,
    _viewer: Viewer,
    Path(text): Path<String>,
) -> Result<Json<OrganizationObject>, Problem> {
    let mut conn = api.core.store.read().await?;
    let found = organizations::find(&mut conn, id(&text)?).await?;
    Ok(Json(found.ok_or(Code::ResourceNotFound)?.into()))
}

/// Changes an organisation; fields left out stay.
#[utoipa::path(put, path = "/organizations/{id}", tag = "cms", request_body = OrganizationBody, security(("bearer" = [])),
    params(("id" = String, Path, description = "The organisation's id")),
    responses((status = 200, description = "The organisation", body = OrganizationObject),
        (status = 404, description = "No such organisation", body = Problem),
        (status = 409, description = "An organisation of that name is there", body = Problem),
        (status = 422, description = "Fields that do not do, each named", body = Problem)))]
pub(in crate::api) async fn change(
    State(api): State<Api>,
    _admin: Admin,
    Path(text): Path<String>,
    fields: Fields,
) -> Result<Json<OrganizationObject>, Problem> {
    let id = id(&text)?;
    let change = read(fields, &[])?;
    Ok(Json(
        change_organization(&api.core, id, change).await?.into(),
    ))
}

/// Removes an organisation that has neither stations nor users left.
#[utoipa::path(delete, path = "/organizations/{id}", tag = "cms", security(("bearer" = [])),
    params(("id" = String, Path, description = "The organisation's id")),
    responses((status = 204, description = "It is gone"),
        (status = 404, description = "No such organisation", body = Problem),
        (status = 409, description = "It has stations or users", body = Problem)))]
pub(in crate::api) async fn remove(
    State(api): State<Api>,
    _admin: Admin,
    Path(text): Path<String>,
) -> Result<StatusCode, Problem> {
    remove_organization(&api.core, id(&text)?).await?;
    Ok(StatusCode::NO_CONTENT)
}
