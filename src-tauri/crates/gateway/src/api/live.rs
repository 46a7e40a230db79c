//! `GET /api/live`: what a reader missed, for those without a live connection.

use axum::Json;
use axum::extract::{FromRequestParts as _, Query, Request, State};
use domain::Code;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::Api;
use super::auth::{bearer, known};
use super::problem::Problem;
use crate::notify::{Pushed, Subscribe, View, subscribe};

/// Which events.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Missed {
    /// The last number the reader has.
    after: i64,
    /// The stream that number counts in.
    stream: Uuid,
    /// The rooms, separated by commas.
    rooms: String,
}

/// The events after a number.
#[derive(Serialize, ToSchema)]
pub(super) struct Events {
    /// Envelopes, oldest first. Their data: `docs/asyncapi.json`.
    #[schema(value_type = Vec<Object>)]
    events: Vec<Pushed>,
    /// The stream their numbers count in.
    stream: Uuid,
    /// The newest number there is.
    seq: i64,
}

/// Answers with the events of these rooms after a number, or 410 `live.gap`.
#[utoipa::path(get, path = "/api/live", tag = "live", params(Missed),
    responses((status = 200, description = "The missed events", body = Events),
        (status = 403, description = "A room is not open to this reader", body = Problem),
        (status = 410, description = "They are gone; fetch a snapshot", body = Problem)))]
pub(super) async fn missed(
    State(api): State<Api>,
    request: Request,
) -> Result<Json<Events>, Problem> {
    let (mut parts, _) = request.into_parts();
    let Query(ask) = Query::<Missed>::from_request_parts(&mut parts, &api)
        .await
        .map_err(|rejection| Problem::new(Code::RequestInvalidParameter, rejection.body_text()))?;
    let view = match bearer(&parts) {
        None => View::Public,
        Some(_) => View::of(&known(&mut parts, &api).await?.user),
    };
    let ask = Subscribe {
        rooms: ask.rooms.split(',').map(str::to_owned).collect(),
        after: Some(ask.after),
        stream: Some(ask.stream),
    };
    let found = subscribe::look_back(&api.hub, &api.core.store, view, &ask).await?;
    Ok(Json(Events {
        events: found.missed,
        stream: found.stream,
        seq: found.seq,
    }))
}
