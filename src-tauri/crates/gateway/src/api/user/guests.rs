//! Charging without an account: a prepaid code opens a wallet without a name, and begins the charge.

use axum::body::{Body, to_bytes};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use domain::Code;
use domain::prepaid::PrepaidCode;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use utoipa::ToSchema;

use super::charging::{Start, begin, taken};
use super::topups::{guarded, no_such_code};
use crate::api::Api;
use crate::api::idempotent::{Asker, Once, json};
use crate::api::limit::LimitBody;
use crate::api::objects::Session;
use crate::api::problem::Problem;
use crate::api::source::Source;
use crate::ops::enter_guest::enter_guest;
use crate::ops::request_start::StartRequested;

/// What pays, and where to charge.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(in crate::api) struct GuestStart {
    /// The prepaid code. One that was entered before opens the same wallet again.
    code: String,
    /// The language of the receipt: a BCP 47 tag; left out: English.
    language: Option<String>,
    /// The charge point's id.
    charge_point_id: String,
    /// The plug.
    connector_id: i64,
    /// `price.tariffVersion` as it was shown: another one now is refused.
    tariff_version: Option<i64>,
    /// Where the charge is to end; left out: at the stop button, or where the money does.
    limit: Option<LimitBody>,
}

/// A guest's session on its way, and how the guest looks at it.
#[derive(Serialize, ToSchema)]
pub(in crate::api) struct GuestSession {
    /// As it stands now.
    session: Session,
    /// The guest's sign-in: `Authorization: Bearer …`.
    token: String,
}

#[derive(Serialize)]
struct Answer<'a> {
    session: &'a RawValue,
    token: String,
}

#[derive(Deserialize)]
struct Kept<'a> {
    #[serde(borrow)]
    session: &'a RawValue,
}

/// The longest answer that a start has, bytes.
const LONGEST: usize = 64 * 1024;

/// Begins a charge that a prepaid code pays, without an account. Asked again with the same code it goes on with the same
/// wallet; under the same key it is the same charge.
#[utoipa::path(post, path = "/charging/guest-start", tag = "user", request_body = GuestStart,
    params(("Idempotency-Key" = String, Header, description = "The same for each repeat: 1 to 255 characters")),
    responses((status = 202, description = "Asked for", body = GuestSession),
        (status = 402, description = "Too little money; `missing` says how much", body = Problem),
        (status = 404, description = "No such code, charge point or connector", body = Problem),
        (status = 409, description = "The code was used by an account, expired or taken back; or in use, out of order, offline, another price", body = Problem),
        (status = 422, description = "A limit that is none", body = Problem),
        (status = 429, description = "Too many wrong codes: wait", body = Problem),
        (status = 503, description = "No money moves: the books do not add up", body = Problem)))]
pub(in crate::api) async fn start(
    State(api): State<Api>,
    Source(place): Source,
    once: Once<GuestStart>,
) -> Result<Response, Problem> {
    let asked = once.body();
    let language = asked.language.clone().unwrap_or_else(|| "en".to_owned());
    let code = PrepaidCode::parse(&asked.code);
    // Whoever has no account is known by where they are.
    let keys = [place.source.clone()];
    let enter = async {
        let code = code.ok_or_else(no_such_code)?;
        enter_guest(&api.core, place, code, &language).await
    };
    let (guest, token) = guarded(&api, &keys, enter).await?;
    let print = taken(&api, |started: &StartRequested| &started.session);
    let asker = Asker::Customer(guest);
    let work = |asked: GuestStart, keep| begin(&api, guest, asked.into(), keep);
    let answer = once
        .answer(&api, asker, StatusCode::ACCEPTED, print, work)
        .await?;
    with_token(answer, token).await
}

/// Adds the token to what is answered: it is kept nowhere but as a hash, so what is kept for a repeat is without it.
async fn with_token(answer: Response, token: String) -> Result<Response, Problem> {
    if answer.status() != StatusCode::ACCEPTED {
        return Ok(answer);
    }
    let (head, body) = answer.into_parts();
    let bytes = to_bytes(body, LONGEST).await;
    let bytes = bytes.map_err(|_| Code::ServerInternal)?;
    let kept: Kept<'_> = serde_json::from_slice(&bytes).map_err(|_| Code::ServerInternal)?;
    let body = json(&Answer {
        session: kept.session,
        token,
    });
    Ok(Response::from_parts(head, Body::from(body)))
}

impl From<GuestStart> for Start {
    fn from(asked: GuestStart) -> Self {
        Self {
            charge_point_id: asked.charge_point_id,
            connector_id: asked.connector_id,
            tariff_version: asked.tariff_version,
            limit: asked.limit,
            vehicle_id: None,
        }
    }
}
