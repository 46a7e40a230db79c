//! A driver's own sessions. Another's is not there.

use axum::Json;
use axum::extract::{Path, State};
use axum::response::Response;
use domain::session::Session as Charge;
use domain::{Code, CustomerId};
use serde::Serialize;
use store::repo::Slice;
use store::repo::sessions::{self, Filter};
use utoipa::ToSchema;

use crate::api::Api;
use crate::api::auth::Driver;
use crate::api::cms::sessions::list as list_sessions;
use crate::api::objects::Session;
use crate::api::paging::{Listed, Listing, Paging, Search};
use crate::api::problem::Problem;
use crate::api::receipts::{self, ReceiptObject};
use crate::api::snapshots;

/// The session that goes on.
#[derive(Serialize, ToSchema)]
pub(in crate::api) struct Active {
    /// The newest that goes on or may begin yet; null where there is none.
    session: Option<Session>,
}

fn own(customer: CustomerId, active: Option<bool>) -> Filter {
    Filter {
        active,
        customer: Some(customer),
        ..Filter::default()
    }
}

/// The session that goes on.
#[utoipa::path(get, path = "/charging/active-session", tag = "user", security(("bearer" = [])),
    responses((status = 200, description = "The session, or null", body = Active),
        (status = 401, description = "Not signed in", body = Problem)))]
pub(in crate::api) async fn active(
    State(api): State<Api>,
    driver: Driver,
) -> Result<Json<Active>, Problem> {
    let mut conn = api.core.store.read().await?;
    let newest = Slice {
        limit: 1,
        offset: 0,
    };
    let filter = own(driver.customer.id, Some(true));
    let found = sessions::list(&mut conn, filter, newest).await?;
    let session = match found.items.first() {
        Some(session) => Some(snapshots::session(&mut conn, session, &api).await?),
        None => None,
    };
    Ok(Json(Active { session }))
}

/// The driver's sessions, newest first.
#[utoipa::path(get, path = "/sessions", tag = "user", operation_id = "list_own_sessions", params(Paging, Search),
    security(("bearer" = [])),
    responses((status = 200, description = "A page of sessions, newest first", body = Listed<Session>),
        (status = 401, description = "Not signed in", body = Problem)))]
pub(in crate::api) async fn list(
    State(api): State<Api>,
    driver: Driver,
    listing: Listing,
) -> Result<Json<Listed<Session>>, Problem> {
    let filter = own(driver.customer.id, None);
    Ok(Json(list_sessions(&api, filter, &listing).await?))
}

/// The receipt of one of the driver's sessions.
#[utoipa::path(get, path = "/sessions/{id}/receipt", tag = "user", operation_id = "show_own_receipt",
    security(("bearer" = [])), params(("id" = String, Path, description = "The session's id")),
    responses((status = 200, description = "The receipt that stands", body = ReceiptObject),
        (status = 404, description = "No such session of this driver's, or `receipt.not_ready`", body = Problem)))]
pub(in crate::api) async fn receipt(
    State(api): State<Api>,
    driver: Driver,
    Path(id): Path<String>,
) -> Result<Json<ReceiptObject>, Problem> {
    let charge = own_charge(&api, &driver, &id).await?;
    Ok(Json(receipts::show(&api, &charge).await?))
}

/// The same as a file.
#[utoipa::path(get, path = "/sessions/{id}/receipt.pdf", tag = "user", operation_id = "draw_own_receipt",
    security(("bearer" = [])), params(("id" = String, Path, description = "The session's id")),
    responses((status = 200, description = "The receipt that stands", body = Vec<u8>, content_type = "application/pdf"),
        (status = 404, description = "No such session of this driver's, or `receipt.not_ready`", body = Problem)))]
pub(in crate::api) async fn receipt_file(
    State(api): State<Api>,
    driver: Driver,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let charge = own_charge(&api, &driver, &id).await?;
    receipts::draw(&api, &charge).await
}

async fn own_charge(api: &Api, driver: &Driver, id: &str) -> Result<Charge, Problem> {
    let id = id.parse().map_err(|_| Code::ResourceNotFound)?;
    let own = |charge: &Charge| charge.customer_id == Some(driver.customer.id);
    receipts::charge(api, id, own).await
}

/// One of the driver's sessions.
#[utoipa::path(get, path = "/sessions/{id}", tag = "user", operation_id = "show_own_session",
    security(("bearer" = [])), params(("id" = String, Path, description = "The session's id")),
    responses((status = 200, description = "The session", body = Session),
        (status = 404, description = "No such session of this driver's", body = Problem)))]
pub(in crate::api) async fn show(
    State(api): State<Api>,
    driver: Driver,
    Path(id): Path<String>,
) -> Result<Json<Session>, Problem> {
    let session = own_charge(&api, &driver, &id).await?;
    let mut conn = api.core.store.read().await?;
    Ok(Json(snapshots::session(&mut conn, &session, &api).await?))
}
