//! The users of the CMS. For admins of the whole site only: nobody lifts its own scope.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use domain::operator::Role;
use domain::{Code, Timestamp};
use serde::Serialize;
use store::repo::operators::{self, Registered};
use utoipa::ToSchema;

use super::{NAME, bodies, end, id};
use crate::api::Api;
use crate::api::auth::Admin;
use crate::api::fields::Fields;
use crate::api::objects::User;
use crate::api::paging::{CHOICES, Choices, Listed, Listing, Paging, Search};
use crate::api::problem::Problem;
use crate::ops::change_operator::{OperatorChange, add_operator, change_operator, remove_operator};
use crate::ops::sign_in;

bodies! {
    /// A user to be. With PUT every field may be left out: it stays.
    UserBody {
        /// The address it signs in with; no other user has it.
        #[schema(required = true)]
        email: Option<String>,
        /// 8 to 256 characters. A new one ends every sign-in.
        #[schema(required = true)]
        password: Option<String>,
        /// What it may do. Another one ends every sign-in.
        #[schema(required = true)]
        role: Option<Role>,
        /// The name on screen, 1 to 100 characters; the address unless given.
        name: Option<String>,
        /// Whose stations it sees; null: the whole site. Another one ends every sign-in.
        organization_id: Option<String>,
    }
}

/// A user of the CMS.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(in crate::api) struct Account {
    /// Who.
    #[serde(flatten)]
    user: User,
    /// When it was added.
    created_at: Timestamp,
}

impl From<Registered> for Account {
    fn from(known: Registered) -> Self {
        Self {
            user: User::from(&sign_in::User::Operator(known.operator)),
            created_at: known.created_at,
        }
    }
}

fn read(mut fields: Fields, needed: &[&str]) -> Result<OperatorChange, Problem> {
    fields.need(needed);
    let change = OperatorChange {
        email: fields.email("email"),
        name: fields.text("name", NAME),
        role: fields.parsed("role", "It is viewer, operator or admin.", Role::from_word),
        password: fields.password("password"),
        organization_id: fields.id_or_none("organizationId"),
    };
    fields.done()?;
    Ok(change)
}

/// Users.
#[utoipa::path(get, path = "/users", tag = "cms", params(Paging, Search), security(("bearer" = [])),
    responses((status = 200, description = "A page of users", body = Listed<Account>),
        (status = 403, description = "Not an admin", body = Problem)))]
pub(in crate::api) async fn list(
    State(api): State<Api>,
    _admin: Admin,
    listing: Listing,
) -> Result<Json<Listed<Account>>, Problem> {
    let wanted = listing.wanted(operators::SORTS)?;
    let mut conn = api.core.store.read().await?;
    let page = operators::search(&mut conn, &wanted).await?;
    let items = page.items.into_iter().map(Account::from).collect();
    Ok(Json(listing.page(items, page.total)))
}

/// Users to choose from.
#[utoipa::path(get, path = "/users/dropdown", tag = "cms", security(("bearer" = [])),
    responses((status = 200, description = "By address", body = Choices)))]
pub(in crate::api) async fn choices(
    State(api): State<Api>,
    _admin: Admin,
) -> Result<Json<Choices>, Problem> {
    let mut conn = api.core.store.read().await?;
    let page = operators::search(&mut conn, &CHOICES.into()).await?;
    let choices = Choices::of(page.items, |one| {
        (one.operator.id.to_string(), one.operator.name)
    });
    Ok(Json(choices))
}

/// Adds a user.
#[utoipa::path(post, path = "/users", tag = "cms", request_body = UserBody, security(("bearer" = [])),
    responses((status = 201, description = "The user", body = Account),
        (status = 409, description = "That address has an account", body = Problem),
        (status = 422, description = "Fields that do not do, each named", body = Problem)))]
pub(in crate::api) async fn create(
    State(api): State<Api>,
    _admin: Admin,
    fields: Fields,
) -> Result<(StatusCode, Json<Account>), Problem> {
    let new = read(fields, &["email", "password", "role"])?;
    let known = add_operator(&api.core, new).await?;
    Ok((StatusCode::CREATED, Json(known.into())))
}

/// One user.
#[utoipa::path(get, path = "/users/{id}", tag = "cms", security(("bearer" = [])),
    params(("id" = String, Path, description = "The user's id")),
    responses((status = 200, description = "The user", body = Account),
        (status = 404, description = "No such user", body = Problem)))]
pub(in crate::api) async fn show(
    State(api): State<Api>,
    _admin: Admin,
    Path(text): Path<String>,
) -> Result<Json<Account>, Problem> {
    let mut conn = api.core.store.read().await?;
    let found = operators::find_registered(&mut conn, id(&text)?).await?;
    Ok(Json(found.ok_or(Code::ResourceNotFound)?.into()))
}

/// Changes a user; fields left out stay. The last admin stays one.
#[utoipa::path(put, path = "/users/{id}", tag = "cms", request_body = UserBody, security(("bearer" = [])),
    params(("id" = String, Path, description = "The user's id")),
    responses((status = 200, description = "The user", body = Account),
        (status = 404, description = "No such user", body = Problem),
        (status = 409, description = "The last admin, or an address that has an account", body = Problem),
        (status = 422, description = "Fields that do not do, each named", body = Problem)))]
pub(in crate::api) async fn change(
    State(api): State<Api>,
    Admin(staff): Admin,
    Path(text): Path<String>,
    fields: Fields,
) -> Result<Json<Account>, Problem> {
    let id = id(&text)?;
    let change = read(fields, &[])?;
    let (known, ended) = change_operator(&api.core, id, change).await?;
    end(&api, &ended);
    tracing::info!(user = %known.operator.id, by = %staff.operator.id, "a user was changed");
    Ok(Json(known.into()))
}

/// Removes a user that is not the last admin; its sign-ins end at once.
#[utoipa::path(delete, path = "/users/{id}", tag = "cms", security(("bearer" = [])),
    params(("id" = String, Path, description = "The user's id")),
    responses((status = 204, description = "It is gone"),
        (status = 404, description = "No such user", body = Problem),
        (status = 409, description = "The last admin", body = Problem)))]
pub(in crate::api) async fn remove(
    State(api): State<Api>,
    Admin(staff): Admin,
    Path(text): Path<String>,
) -> Result<StatusCode, Problem> {
    let ended = remove_operator(&api.core, id(&text)?).await?;
    end(&api, &ended);
    tracing::info!(user = text, by = %staff.operator.id, "a user was removed");
    Ok(StatusCode::NO_CONTENT)
}
