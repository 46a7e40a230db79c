//! Chargers that knocked and were not let in, and how the desk lets one in. What they say is hostile: pages
//! show it as text only.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use domain::{Code, Identity, Scope, Timestamp};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::id;
use super::points::{RegisteredPoint, read_new, registered};
use crate::api::Api;
use crate::api::auth::{Acting, Viewer};
use crate::api::fields::Fields;
use crate::api::paging::Listed;
use crate::api::problem::Problem;
use crate::central_system::UnknownChargePoint;

super::bodies! {
    /// What a charge point is to be whose identity is known.
    AcceptBody {
        /// Its station's id.
        station_id: String,
        /// The name people read, 1 to 100 characters; "Bay" and a number unless given.
        name: Option<String>,
        /// How many plugs it has, 1 to 32; 1 unless given.
        connectors: Option<i64>,
        /// Rated power, W; 22000 unless given.
        max_power_w: Option<i64>,
        /// OCPP security profile: 0 without credentials, 1 Basic auth; 1 unless given.
        security_profile: Option<i64>,
        /// Its password, 8 to 40 characters; one is made unless given.
        password: Option<String>,
        /// What it charges instead of its station's tariff.
        tariff_id: Option<String>,
    }
}

/// A charger that was not let in.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(in crate::api) struct Knocked {
    /// Names it while it is remembered.
    id: Uuid,
    /// What it calls itself.
    identity: String,
    /// Where it comes from.
    address: String,
    /// When it first knocked.
    first_seen_at: Timestamp,
    /// When it last knocked.
    last_seen_at: Timestamp,
    /// How often it knocked.
    attempts: u64,
    /// How its newest handshake ended: `unknown_identity`, `invalid_identity`, `no_credentials`, `wrong_password`,
    /// `wrong_subprotocol`, `rate_limited`, `public_listener` or `no_websocket`.
    result: String,
    /// The subprotocols it offered.
    subprotocols: Vec<String>,
    /// Whether it sent credentials, right or wrong.
    credentials_sent: bool,
    /// What it calls its software.
    user_agent: Option<String>,
}

impl From<UnknownChargePoint> for Knocked {
    fn from(known: UnknownChargePoint) -> Self {
        Self {
            id: known.id,
            identity: known.identity,
            address: known.handshake.from.to_string(),
            first_seen_at: known.first_seen_at,
            last_seen_at: known.handshake.at,
            attempts: known.attempts,
            result: known.result.as_str().to_owned(),
            subprotocols: known.handshake.subprotocols,
            credentials_sent: known.handshake.credentials_sent,
            user_agent: known.handshake.user_agent,
        }
    }
}

/// Chargers that were not let in by this gateway since it started: the newest hundred.
#[utoipa::path(get, path = "/unknown-charge-points", tag = "cms", security(("bearer" = [])),
    responses((status = 200, description = "The newest first", body = Listed<Knocked>),
        (status = 401, description = "Not signed in", body = Problem)))]
pub(in crate::api) async fn list(State(api): State<Api>, _viewer: Viewer) -> Json<Listed<Knocked>> {
    let known = api.unknown.list();
    Json(Listed::whole(
        known.into_iter().map(Knocked::from).collect(),
    ))
}

/// Registers a charger that knocked, under the identity it gave.
#[utoipa::path(post, path = "/unknown-charge-points/{id}/accept", tag = "cms", request_body = AcceptBody,
    params(("id" = String, Path, description = "The entry's id")), security(("bearer" = [])),
    responses((status = 201, description = "The charge point, its URL and its password", body = RegisteredPoint),
        (status = 404, description = "No such entry", body = Problem),
        (status = 409, description = "That identity is registered, or is none", body = Problem),
        (status = 422, description = "Fields that do not do, each named", body = Problem)))]
pub(in crate::api) async fn accept(
    State(api): State<Api>,
    _acting: Acting,
    Path(text): Path<String>,
    fields: Fields,
) -> Result<(StatusCode, Json<RegisteredPoint>), Problem> {
    let id: Uuid = id(&text)?;
    let known = api.unknown.list().into_iter().find(|known| known.id == id);
    let known = known.ok_or(Code::ResourceNotFound)?;
    let identity = Identity::parse(&known.identity)
        .map_err(|error| Problem::new(Code::ResourceConflict, format!("{error}.")))?;
    let new = read_new(fields, Some(identity))?;
    let point = registered(&api, Scope::All, new).await?;
    api.unknown.remove(id);
    Ok((StatusCode::CREATED, Json(point)))
}
