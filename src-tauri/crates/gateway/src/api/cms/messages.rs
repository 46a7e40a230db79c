//! The frames between gateways and chargers, for whoever looks for what went wrong.

use axum::Json;
use axum::extract::State;
use domain::Timestamp;
use domain::event::{Direction, FrameKind};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use store::repo::ocpp_messages::{self, Filter, OcppMessageRow};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::filter_word;
use crate::api::Api;
use crate::api::auth::ScopedViewer;
use crate::api::charger::resolve_with;
use crate::api::paging::{Filters, Listed, Listing, Paging, Search};
use crate::api::problem::Problem;

/// Which frames.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(rename_all = "camelCase")]
pub(in crate::api) struct Frames {
    /// Only of this charge point: its id or its identity.
    charge_point_id: Option<String>,
    /// `in` or `out`.
    direction: Option<String>,
    /// `call`, `result` or `error`.
    kind: Option<String>,
    /// Only of this action, spelt as in the specification.
    action: Option<String>,
}

/// A frame as it was kept: keys and passwords as `***`.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(in crate::api) struct Message {
    /// Its id.
    id: Uuid,
    /// Whose socket it was on.
    charge_point_id: Uuid,
    /// `in`: from the charger; `out`: to it.
    direction: String,
    /// `call`, `result` or `error`.
    kind: String,
    /// The action, of an answer the one it answers; null where that is not known.
    action: Option<String>,
    /// The message's own id.
    message_id: Option<String>,
    /// Its payload; null where it was too large, or is no JSON. From a charger: show it as text only.
    #[schema(value_type = Option<Object>)]
    payload: Option<Value>,
    /// Of a CALLERROR: which.
    error: Option<MessageError>,
    /// When it came or went.
    received_at: Timestamp,
    /// How long the whole frame was.
    bytes: i64,
    /// Whether the payload was too large to be kept.
    truncated: bool,
    /// Finds it in the log.
    trace_id: Uuid,
}

/// Which CALLERROR.
#[derive(Serialize, ToSchema)]
pub(in crate::api) struct MessageError {
    /// Its code.
    code: String,
    /// Its description. From a charger: show it as text only.
    description: String,
}

impl From<OcppMessageRow> for Message {
    fn from(row: OcppMessageRow) -> Self {
        Self {
            id: row.id,
            charge_point_id: row.charge_point_id.0,
            direction: row.direction.as_str().to_owned(),
            kind: row.kind.as_str().to_owned(),
            action: row.action,
            message_id: row.message_id,
            payload: row
                .payload
                .and_then(|json| serde_json::from_str(&json).ok()),
            error: row.error.map(|error| MessageError {
                code: error.code,
                description: error.description,
            }),
            received_at: row.received_at,
            bytes: row.bytes,
            truncated: row.truncated,
            trace_id: row.trace_id,
        }
    }
}

/// Frames between gateways and chargers, newest first.
#[utoipa::path(get, path = "/ocpp-messages", tag = "cms", params(Paging, Search, Frames), security(("bearer" = [])),
    responses((status = 200, description = "A page of frames, newest first", body = Listed<Message>),
        (status = 404, description = "No such charge point", body = Problem)))]
pub(in crate::api) async fn list(
    State(api): State<Api>,
    ScopedViewer(scope): ScopedViewer,
    listing: Listing,
    Filters(frames): Filters<Frames>,
) -> Result<Json<Listed<Message>>, Problem> {
    let wanted = listing.wanted(&[])?;
    let mut conn = api.core.store.read().await?;
    let point = match &frames.charge_point_id {
        Some(asked) => Some(resolve_with(&mut conn, scope, asked).await?),
        None => None,
    };
    let filter = Filter {
        point,
        direction: filter_word(
            "direction",
            frames.direction.as_deref(),
            Direction::from_word,
        )?,
        kind: filter_word("kind", frames.kind.as_deref(), FrameKind::from_word)?,
        action: frames.action.filter(|action| !action.contains('\0')),
    };
    let page = ocpp_messages::search(&mut conn, scope, &filter, &wanted).await?;
    let items = page.items.into_iter().map(Message::from).collect();
    Ok(Json(listing.page(items, page.total)))
}
