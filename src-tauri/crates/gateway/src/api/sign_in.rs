//! The CMS sign-in.

use axum::Json;
use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use axum::http::StatusCode;
use serde::Deserialize;
use utoipa::ToSchema;

use super::Api;
use super::auth::Myself;
use super::objects::{Login, Me, User};
use super::problem::Problem;
use super::source::Source;
use crate::ops::sign_in::{self, Realm, sign_in, sign_out};

/// An e-mail address and a password.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Credentials {
    pub(super) email: String,
    pub(super) password: String,
}

/// Signs an operator in.
#[utoipa::path(post, path = "/auth/login", tag = "cms", request_body = Credentials,
    responses((status = 200, description = "Signed in", body = Login),
        (status = 401, description = "Wrong address or password", body = Problem),
        (status = 429, description = "Too many attempts", body = Problem),
        (status = 503, description = "Too many people sign in right now", body = Problem)))]
pub(super) async fn login(
    State(api): State<Api>,
    Source(place): Source,
    body: Result<Json<Credentials>, JsonRejection>,
) -> Result<Json<Login>, Problem> {
    let Json(Credentials { email, password }) = body?;
    let realm = Realm::Operators;
    let signed_in = sign_in(&api.core, &api.sign_ins, &place, realm, (&email, password)).await?;
    Ok(Json(signed_in.into()))
}

/// Ends the sign-in; its live connections close at once.
#[utoipa::path(post, path = "/auth/logout", tag = "cms", security(("bearer" = [])),
    responses((status = 204, description = "Signed out"), (status = 401, description = "Not signed in", body = Problem)))]
pub(super) async fn logout(
    State(api): State<Api>,
    Myself(staff): Myself,
) -> Result<StatusCode, Problem> {
    sign_out(&api.core, staff.token).await?;
    api.hub.revoke(staff.token);
    Ok(StatusCode::NO_CONTENT)
}

/// Who is signed in.
#[utoipa::path(get, path = "/auth/me", tag = "cms", security(("bearer" = [])),
    responses((status = 200, description = "Who is signed in", body = Me),
        (status = 401, description = "Not signed in", body = Problem)))]
pub(super) async fn me(Myself(staff): Myself) -> Json<Me> {
    Json(Me {
        user: User::from(&sign_in::User::Operator(staff.operator)),
    })
}
