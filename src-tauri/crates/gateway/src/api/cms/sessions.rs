//! Sessions and transactions for the desk.

use axum::Json;
use axum::extract::{Path, State};
use axum::response::Response;
use domain::session::{self, StopReason};
use domain::{Scope, Timestamp};
use serde::{Deserialize, Serialize};
use store::repo::sessions::{self, Filter};
use utoipa::{IntoParams, ToSchema};

use super::id;
use crate::api::Api;
use crate::api::auth::ScopedViewer;
use crate::api::charger::resolve_with;
use crate::api::objects::Session;
use crate::api::paging::{Filters, Listed, Listing, Paging, Search};
use crate::api::problem::Problem;
use crate::api::receipts::{self, ReceiptObject};
use crate::api::scope;
use crate::api::snapshots;

/// Whose transactions.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(rename_all = "camelCase")]
pub(in crate::api) struct OfPoint {
    /// The charge point: its id or its identity.
    charge_point_id: String,
}

/// A transaction as its charger knows it.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(in crate::api) struct Transaction {
    /// The charger's number for it.
    transaction_id: Option<i64>,
    /// The token it began under.
    id_tag: String,
    /// At which plug.
    connector_id: i64,
    /// When it began.
    started_at: Option<Timestamp>,
    /// When it ended; null while it runs.
    stopped_at: Option<Timestamp>,
    /// Why it ended.
    stop_reason: Option<StopReason>,
    /// The register at the start, Wh.
    meter_start_wh: i64,
    /// The register at the stop, Wh.
    meter_stop_wh: Option<i64>,
}

impl From<&session::Session> for Transaction {
    fn from(session: &session::Session) -> Self {
        Self {
            transaction_id: session.transaction_id,
            id_tag: session.id_token.clone(),
            connector_id: session.connector_id,
            started_at: session.started_at,
            stopped_at: session.stopped_at,
            stop_reason: session.stop_reason,
            meter_start_wh: session.meter_start.0,
            meter_stop_wh: session.meter_stop.map(|_| session.meter_last.0),
        }
    }
}

/// Sessions that go on or may begin yet, newest first.
#[utoipa::path(get, path = "/sessions/active", tag = "cms", params(Paging, Search), security(("bearer" = [])),
    responses((status = 200, description = "A page of running sessions, newest first", body = Listed<Session>),
        (status = 401, description = "Not signed in", body = Problem)))]
pub(in crate::api) async fn list_active(
    State(api): State<Api>,
    ScopedViewer(scope): ScopedViewer,
    listing: Listing,
) -> Result<Json<Listed<Session>>, Problem> {
    let active = Filter {
        active: Some(true),
        ..Filter::within(scope)
    };
    Ok(Json(list(&api, active, &listing).await?))
}

/// Sessions that are over, or never came to be, newest first.
#[utoipa::path(get, path = "/sessions/completed", tag = "cms", params(Paging, Search), security(("bearer" = [])),
    responses((status = 200, description = "A page of sessions that are over, newest first", body = Listed<Session>),
        (status = 401, description = "Not signed in", body = Problem)))]
pub(in crate::api) async fn list_completed(
    State(api): State<Api>,
    ScopedViewer(scope): ScopedViewer,
    listing: Listing,
) -> Result<Json<Listed<Session>>, Problem> {
    let over = Filter {
        active: Some(false),
        ..Filter::within(scope)
    };
    Ok(Json(list(&api, over, &listing).await?))
}

/// One session.
#[utoipa::path(get, path = "/sessions/{id}", tag = "cms", security(("bearer" = [])),
    params(("id" = String, Path, description = "The session's id")),
    responses((status = 200, description = "The session", body = Session),
        (status = 404, description = "No such session", body = Problem)))]
pub(in crate::api) async fn show(
    State(api): State<Api>,
    ScopedViewer(scope): ScopedViewer,
    Path(text): Path<String>,
) -> Result<Json<Session>, Problem> {
    let mut conn = api.core.store.read().await?;
    let session = scope::session(&mut conn, scope, id(&text)?).await?;
    Ok(Json(snapshots::session(&mut conn, &session, &api).await?))
}

/// A charge point's transactions, newest first.
#[utoipa::path(get, path = "/transactions", tag = "cms", params(Paging, OfPoint), security(("bearer" = [])),
    responses((status = 200, description = "A page of transactions, newest first", body = Listed<Transaction>),
        (status = 404, description = "No such charge point", body = Problem)))]
pub(in crate::api) async fn list_transactions(
    State(api): State<Api>,
    ScopedViewer(scope): ScopedViewer,
    paging: Paging,
    Filters(of): Filters<OfPoint>,
) -> Result<Json<Listed<Transaction>>, Problem> {
    let mut conn = api.core.store.read().await?;
    let point = resolve_with(&mut conn, scope, &of.charge_point_id).await?;
    let page = sessions::list_transactions(&mut conn, scope, point, paging.slice()).await?;
    let items = page.items.iter().map(Transaction::from).collect();
    Ok(Json(paging.page(items, page.total)))
}

/// A page of sessions with their names.
pub(in crate::api) async fn list(
    api: &Api,
    filter: Filter,
    listing: &Listing,
) -> Result<Listed<Session>, Problem> {
    let wanted = listing.wanted(sessions::SORTS)?;
    let mut conn = api.core.store.read().await?;
    let page = sessions::search(&mut conn, filter, &wanted).await?;
    let mut items = Vec::with_capacity(page.items.len());
    for session in &page.items {
        items.push(snapshots::session(&mut conn, session, api).await?);
    }
    Ok(listing.page(items, page.total))
}

/// The charge of a receipt, where it is in the scope.
async fn within(api: &Api, scope: Scope, text: &str) -> Result<session::Session, Problem> {
    scope::session(&mut api.core.store.read().await?, scope, id(text)?).await
}

/// Every receipt of a session, oldest first: an invoice; where its figures changed, the reversal and the next one.
#[utoipa::path(get, path = "/sessions/{id}/receipts", tag = "cms", operation_id = "list_receipts",
    security(("bearer" = [])), params(("id" = String, Path, description = "The session's id")),
    responses((status = 200, description = "Its receipts", body = Vec<ReceiptObject>),
        (status = 404, description = "No such session", body = Problem)))]
pub(in crate::api) async fn list_receipts(
    State(api): State<Api>,
    ScopedViewer(scope): ScopedViewer,
    Path(text): Path<String>,
) -> Result<Json<Vec<ReceiptObject>>, Problem> {
    let charge = within(&api, scope, &text).await?;
    Ok(Json(receipts::all_of(&api, &charge).await?))
}

/// The receipt of a session that stands.
#[utoipa::path(get, path = "/sessions/{id}/receipt", tag = "cms", operation_id = "show_receipt",
    security(("bearer" = [])), params(("id" = String, Path, description = "The session's id")),
    responses((status = 200, description = "The receipt", body = ReceiptObject),
        (status = 404, description = "No such session, or `receipt.not_ready`", body = Problem)))]
pub(in crate::api) async fn receipt(
    State(api): State<Api>,
    ScopedViewer(scope): ScopedViewer,
    Path(text): Path<String>,
) -> Result<Json<ReceiptObject>, Problem> {
    let charge = within(&api, scope, &text).await?;
    Ok(Json(receipts::show(&api, &charge).await?))
}

/// The same as a file.
#[utoipa::path(get, path = "/sessions/{id}/receipt.pdf", tag = "cms", operation_id = "draw_receipt",
    security(("bearer" = [])), params(("id" = String, Path, description = "The session's id")),
    responses((status = 200, description = "The receipt", body = Vec<u8>, content_type = "application/pdf"),
        (status = 404, description = "No such session, or `receipt.not_ready`", body = Problem)))]
pub(in crate::api) async fn receipt_file(
    State(api): State<Api>,
    ScopedViewer(scope): ScopedViewer,
    Path(text): Path<String>,
) -> Result<Response, Problem> {
    let charge = within(&api, scope, &text).await?;
    receipts::draw(&api, &charge).await
}
