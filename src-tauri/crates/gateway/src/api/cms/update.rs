//! How this machine's package is renewed, and what an admin may say about it. Installing is `forecourt-updater`'s.

use axum::Json;
use axum::extract::State;
use domain::{Code, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::api::Api;
use crate::api::auth::{Admin, Viewer};
use crate::api::problem::Problem;
use crate::ops::order_update::order_update;
use crate::updating::{Order, State as Now};

/// How this machine's update does.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Update)]
pub(in crate::api) struct UpdateObject {
    /// The version that runs.
    running: String,
    /// `off`: nothing renews it by itself; `current`, `fetching`, `ready`, `installing`, or `refused`.
    state: String,
    /// The version that is to come; null: none.
    version: Option<String>,
    /// How much of it is here, in percent; null: none is to come.
    percent: Option<u8>,
    /// Since when it lies ready.
    ready_since: Option<Timestamp>,
    /// What it waits for: `turn`, `session` or `hour`; null: nothing that is known.
    waits_for: Option<String>,
    /// Whether it waited a week: somebody should decide.
    asks: bool,
    /// Why the last one was not taken; null: it was, or there was none.
    refusal: Option<String>,
    /// When the feed last answered; null: not since the start.
    checked_at: Option<Timestamp>,
    /// The hours in which it may be installed by itself, in the site's time, such as `02:00-05:00`.
    quiet_hours: String,
}

/// What an admin wants.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(in crate::api) struct UpdateOrder {
    /// `check`: ask the feed now; `install`: as soon as nobody charges, whatever the hour.
    act: UpdateAct,
}

/// What an admin wants.
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(in crate::api) enum UpdateAct {
    /// Ask the feed now.
    Check,
    /// Install what lies ready as soon as nobody charges.
    Install,
}

fn print(api: &Api) -> UpdateObject {
    let state = api.updating.state();
    let word = match &state {
        Now::Off => "off",
        Now::Current => "current",
        Now::Fetching(_) => "fetching",
        Now::Ready(_) => "ready",
        Now::Installing(_) => "installing",
        Now::Refused(_) => "refused",
    };
    let ready = match &state {
        Now::Ready(ready) => Some(ready),
        _ => None,
    };
    let percent = match &state {
        Now::Fetching(offered) | Now::Installing(offered) => Some(offered.percent),
        Now::Ready(_) => Some(100),
        Now::Off | Now::Current | Now::Refused(_) => None,
    };
    let refusal = match &state {
        Now::Refused(why) => Some(why.clone()),
        _ => None,
    };
    UpdateObject {
        running: api.updating.running(),
        state: word.to_owned(),
        version: state.version().map(str::to_owned),
        percent,
        ready_since: ready.map(|ready| ready.since),
        waits_for: ready.and_then(|ready| Some(ready.why?.as_str().to_owned())),
        asks: ready.is_some_and(|ready| ready.asks),
        refusal,
        checked_at: api.updating.checked(),
        quiet_hours: api.core.rules().settings().updates.quiet_hours.to_string(),
    }
}

/// How this machine's update does.
#[utoipa::path(get, path = "/update", tag = "cms", operation_id = "show_update", security(("bearer" = [])),
    responses((status = 200, description = "How it does", body = UpdateObject),
        (status = 401, description = "Not signed in", body = Problem)))]
pub(in crate::api) async fn show(State(api): State<Api>, _viewer: Viewer) -> Json<UpdateObject> {
    Json(print(&api))
}

/// Asks the feed now, or lets what lies ready be installed before the night.
#[utoipa::path(post, path = "/update", tag = "cms", operation_id = "order_update", request_body = UpdateOrder,
    security(("bearer" = [])),
    responses((status = 200, description = "How it does after that", body = UpdateObject),
        (status = 403, description = "Not an admin", body = Problem),
        (status = 409, description = "Nothing renews this machine, or nothing lies ready", body = Problem)))]
pub(in crate::api) async fn order(
    State(api): State<Api>,
    Admin(staff): Admin,
    Json(body): Json<UpdateOrder>,
) -> Result<Json<UpdateObject>, Problem> {
    let order = match body.act {
        UpdateAct::Check => Order::Check,
        UpdateAct::Install => Order::Install,
    };
    tracing::info!(by = %staff.operator.id, ?order, "somebody wants an update");
    if !order_update(&api.core, &api.updating, order).await? {
        let detail = match body.act {
            UpdateAct::Check => "Nothing renews this machine by itself.",
            UpdateAct::Install => "No update lies ready.",
        };
        return Err(Problem::new(Code::ResourceConflict, detail));
    }
    Ok(Json(print(&api)))
}
