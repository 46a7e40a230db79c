//! A customer's receipts of a time, at the desk.

use axum::Json;
use axum::extract::{Path, State};
use axum::response::Response;
use domain::Code;
use domain::customer::Customer;
use store::repo::customers;

use super::id;
use crate::api::Api;
use crate::api::auth::Viewer;
use crate::api::problem::Problem;
use crate::api::receipts::statement::{self, Asked, Days, StatementObject};

/// A customer's receipts of a time, in the site's currency, summed up.
#[utoipa::path(get, path = "/customers/{id}/statement", tag = "cms", operation_id = "show_statement",
    params(Days, ("id" = String, Path, description = "The customer's id")), security(("bearer" = [])),
    responses((status = 200, description = "The receipts", body = StatementObject),
        (status = 400, description = "No days, more than a year, or more than 1,000 receipts", body = Problem),
        (status = 404, description = "No such customer", body = Problem)))]
pub(in crate::api) async fn show(
    State(api): State<Api>,
    _viewer: Viewer,
    Path(text): Path<String>,
    asked: Asked,
) -> Result<Json<StatementObject>, Problem> {
    let customer = find(&api, &text).await?;
    Ok(Json(statement::show(&api, &customer, asked).await?))
}

/// The same as a file.
#[utoipa::path(get, path = "/customers/{id}/statement.pdf", tag = "cms", operation_id = "draw_statement",
    params(Days, ("id" = String, Path, description = "The customer's id")), security(("bearer" = [])),
    responses((status = 200, description = "The receipts", body = Vec<u8>, content_type = "application/pdf"),
        (status = 400, description = "No days, more than a year, or more than 1,000 receipts", body = Problem),
        (status = 404, description = "No such customer", body = Problem)))]
pub(in crate::api) async fn draw(
    State(api): State<Api>,
    _viewer: Viewer,
    Path(text): Path<String>,
    asked: Asked,
) -> Result<Response, Problem> {
    let customer = find(&api, &text).await?;
    statement::draw(&api, &customer, asked).await
}

async fn find(api: &Api, text: &str) -> Result<Customer, Problem> {
    let mut conn = api.core.store.read().await?;
    let found = customers::find(&mut conn, id(text)?).await?;
    found.ok_or_else(|| Code::ResourceNotFound.into())
}
