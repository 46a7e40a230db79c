//! Sessions for the desk.

use axum::Json;
use axum::extract::State;
use store::repo::sessions::{self, Filter};

use crate::api::Api;
use crate::api::auth::Viewer;
use crate::api::objects::Session;
use crate::api::paging::{Listed, Paging};
use crate::api::problem::Problem;
use crate::api::snapshots;

/// Sessions that go on or may begin yet, newest first.
#[utoipa::path(get, path = "/sessions/active", tag = "cms", params(Paging), security(("bearer" = [])),
    responses((status = 200, description = "A page of running sessions, newest first", body = Listed<Session>),
        (status = 401, description = "Not signed in", body = Problem)))]
pub(in crate::api) async fn list_active(
    State(api): State<Api>,
    _viewer: Viewer,
    paging: Paging,
) -> Result<Json<Listed<Session>>, Problem> {
    let active = Filter {
        active: Some(true),
        ..Filter::default()
    };
    Ok(Json(list(&api, active, paging).await?))
}

/// A page of sessions with their names.
pub(in crate::api) async fn list(
    api: &Api,
    filter: Filter,
    paging: Paging,
) -> Result<Listed<Session>, Problem> {
    let mut conn = api.core.store.read().await?;
    let page = sessions::list(&mut conn, filter, paging.slice()).await?;
    let mut items = Vec::with_capacity(page.items.len());
    for session in &page.items {
        items.push(snapshots::session(&mut conn, session, api).await?);
    }
    Ok(paging.page(items, page.total))
}
