//! Charge points for the desk.

use axum::Json;
use axum::extract::State;
use domain::object::ChargingPointObject;
use store::repo::charge_points;

use crate::api::Api;
use crate::api::auth::Viewer;
use crate::api::paging::{Listed, Paging};
use crate::api::problem::Problem;
use crate::api::snapshots::{self, For};

/// Charge points, for operators.
#[utoipa::path(get, path = "/charging-points", tag = "cms", params(Paging), security(("bearer" = [])),
    responses((status = 200, description = "A page of charge points", body = Listed<ChargingPointObject>),
        (status = 401, description = "Not signed in", body = Problem)))]
pub(in crate::api) async fn list(
    State(api): State<Api>,
    _viewer: Viewer,
    paging: Paging,
) -> Result<Json<Listed<ChargingPointObject>>, Problem> {
    let mut conn = api.core.store.read().await?;
    let page = charge_points::list(&mut conn, None, paging.slice()).await?;
    let mut items = Vec::with_capacity(page.items.len());
    for point in &page.items {
        items.push(snapshots::point(&mut conn, point, For::Operators).await?);
    }
    Ok(Json(paging.page(items, page.total)))
}
