//! Alerts for the desk.

use axum::Json;
use axum::extract::{Path, State};
use domain::Code;
use domain::object::AlertObject;
use serde::Deserialize;
use store::repo::alerts;
use utoipa::IntoParams;

use super::id;
use crate::api::Api;
use crate::api::auth::{ScopedActing, ScopedViewer};
use crate::api::paging::{Filters, Listed, Listing, Paging, Search};
use crate::api::problem::Problem;
use crate::ops::acknowledge_alert::acknowledge_alert;

/// Which alerts.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::api) struct Standing {
    /// `open`: those that stand; `cleared`: those that are over; all unless given.
    status: Option<String>,
}

/// Alerts, standing ones first, then newest first.
#[utoipa::path(get, path = "/alerts", tag = "cms", params(Paging, Search, Standing), security(("bearer" = [])),
    responses((status = 200, description = "A page of alerts", body = Listed<AlertObject>),
        (status = 401, description = "Not signed in", body = Problem)))]
pub(in crate::api) async fn list(
    State(api): State<Api>,
    ScopedViewer(scope): ScopedViewer,
    listing: Listing,
    Filters(which): Filters<Standing>,
) -> Result<Json<Listed<AlertObject>>, Problem> {
    let standing = match which.status.as_deref() {
        None => None,
        Some("open") => Some(true),
        Some("cleared") => Some(false),
        Some(_) => {
            let detail = "status is open or cleared.";
            return Err(Problem::new(Code::RequestInvalidParameter, detail));
        }
    };
    let wanted = listing.wanted(alerts::SORTS)?;
    let mut conn = api.core.store.read().await?;
    let page = alerts::search(&mut conn, scope, standing, &wanted).await?;
    let items = page.items.iter().map(AlertObject::from).collect();
    Ok(Json(listing.page(items, page.total)))
}

/// Takes an alert on; the first who did stays.
#[utoipa::path(post, path = "/alerts/{id}/acknowledge", tag = "cms", security(("bearer" = [])),
    params(("id" = String, Path, description = "The alert's id")),
    responses((status = 200, description = "The alert", body = AlertObject),
        (status = 404, description = "No such alert", body = Problem)))]
pub(in crate::api) async fn acknowledge(
    State(api): State<Api>,
    ScopedActing(staff): ScopedActing,
    Path(text): Path<String>,
) -> Result<Json<AlertObject>, Problem> {
    let scope = staff.scope();
    let id = id(&text)?;
    let mut conn = api.core.store.read().await?;
    if !alerts::is_within(&mut conn, scope, id).await? {
        return Err(Code::ResourceNotFound.into());
    }
    drop(conn);
    let alert = acknowledge_alert(&api.core, id).await?;
    Ok(Json(AlertObject::from(&alert)))
}
