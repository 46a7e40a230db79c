//! For those who run the gateway: is it alive, is it ready, what does it speak.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Serialize;
use serde_json::Value;
use store::Disk;
use store::repo::outbox;
use utoipa::ToSchema;

use super::{Api, contract};

/// Whether the gateway can do its work.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Health {
    /// Whether it can.
    ready: bool,
    /// `ok`, `full` (its disk is, nothing new begins) or `down`.
    database: String,
    /// `connected`, `blocked`, `down` or `in_process`. A broker that is away is no reason to stop.
    broker: String,
    /// Events that wait for the bus.
    outbox_depth: Option<i64>,
    /// Live readers.
    readers: usize,
}

/// The process runs.
#[utoipa::path(get, path = "/health/live", tag = "ops", responses((status = 204, description = "It runs")))]
pub(super) async fn alive() -> StatusCode {
    StatusCode::NO_CONTENT
}

/// The gateway can do its work.
#[utoipa::path(get, path = "/health/ready", tag = "ops",
    responses((status = 200, description = "It can", body = Health), (status = 503, description = "It cannot", body = Health)))]
pub(super) async fn ready(State(api): State<Api>) -> (StatusCode, Json<Health>) {
    let depth = async { outbox::depth(&mut api.core.store.read().await?).await };
    let outbox_depth = depth.await.ok();
    let database = match (outbox_depth, api.core.store.disk()) {
        (None, _) | (_, Disk::Broken) => "down",
        (_, Disk::Full) => "full",
        (_, Disk::Sound) => "ok",
    };
    let ready = database == "ok";
    let health = Health {
        ready,
        database: database.to_owned(),
        broker: api.link.borrow().as_str().to_owned(),
        outbox_depth,
        readers: api.hub.readers(),
    };
    let status = if ready {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    };
    (status, Json(health))
}

/// The REST contract, OpenAPI 3.1.
pub(super) async fn openapi() -> Json<utoipa::openapi::OpenApi> {
    Json(contract::openapi())
}

/// The event contract, AsyncAPI 3.
pub(super) async fn asyncapi() -> Json<Value> {
    Json(contract::asyncapi())
}
