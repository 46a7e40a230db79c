//! The driver's receipts of a time.

use axum::Json;
use axum::extract::State;
use axum::response::Response;

use crate::api::Api;
use crate::api::auth::Driver;
use crate::api::problem::Problem;
use crate::api::receipts::statement::{self, Asked, Days, StatementObject};

/// The driver's receipts of a time, in the site's currency, summed up.
#[utoipa::path(get, path = "/statement", tag = "user", operation_id = "show_own_statement", params(Days),
    security(("bearer" = [])),
    responses((status = 200, description = "The receipts", body = StatementObject),
        (status = 400, description = "No days, more than a year, or more than 1,000 receipts", body = Problem)))]
pub(in crate::api) async fn show(
    State(api): State<Api>,
    driver: Driver,
    asked: Asked,
) -> Result<Json<StatementObject>, Problem> {
    Ok(Json(statement::show(&api, &driver.customer, asked).await?))
}

/// The same as a file.
#[utoipa::path(get, path = "/statement.pdf", tag = "user", operation_id = "draw_own_statement", params(Days),
    security(("bearer" = [])),
    responses((status = 200, description = "The receipts", body = Vec<u8>, content_type = "application/pdf"),
        (status = 400, description = "No days, more than a year, or more than 1,000 receipts", body = Problem)))]
pub(in crate::api) async fn draw(
    State(api): State<Api>,
    driver: Driver,
    asked: Asked,
) -> Result<Response, Problem> {
    statement::draw(&api, &driver.customer, asked).await
}
