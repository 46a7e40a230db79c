//! The CMS sign-in.

use std::net::SocketAddr;

use axum::extract::rejection::JsonRejection;
use axum::extract::{ConnectInfo, State};
use axum::http::StatusCode;
use axum::{Extension, Json};
use serde::Deserialize;
use utoipa::ToSchema;

use super::Api;
use super::auth::Viewer;
use super::objects::{Login, Me, User};
use super::problem::Problem;
use crate::ops::sign_in::{sign_in, sign_out};

/// An e-mail address and a password.
#[derive(Deserialize, ToSchema)]
pub(super) struct Credentials {
    email: String,
    password: String,
}

/// Signs an operator in.
#[utoipa::path(post, path = "/auth/login", tag = "cms", request_body = Credentials,
    responses((status = 200, description = "Signed in", body = Login),
        (status = 401, description = "Wrong address or password", body = Problem),
        (status = 429, description = "Too many attempts", body = Problem)))]
pub(super) async fn login(
    State(api): State<Api>,
    from: Option<Extension<ConnectInfo<SocketAddr>>>,
    body: Result<Json<Credentials>, JsonRejection>,
) -> Result<Json<Login>, Problem> {
    let Json(credentials) = body?;
    // Through the kiosk's own window there is no address: it is a source of its own.
    let source = from.map_or_else(
        || "window".to_owned(),
        |Extension(ConnectInfo(from))| from.ip().to_string(),
    );
    let signed_in = sign_in(
        &api.core,
        &api.sign_ins,
        &source,
        &credentials.email,
        credentials.password,
    )
    .await?;
    Ok(Json(Login {
        token: signed_in.token,
        token_type: "Bearer".to_owned(),
        expires_at: signed_in.expires_at,
        user: User::from(&signed_in.operator),
    }))
}

/// Ends the sign-in; its live connections close at once.
#[utoipa::path(post, path = "/auth/logout", tag = "cms", security(("bearer" = [])),
    responses((status = 204, description = "Signed out"), (status = 401, description = "Not signed in", body = Problem)))]
pub(super) async fn logout(
    State(api): State<Api>,
    Viewer(known): Viewer,
) -> Result<StatusCode, Problem> {
    sign_out(&api.core, known.token).await?;
    api.hub.revoke(known.token);
    Ok(StatusCode::NO_CONTENT)
}

/// Who is signed in.
#[utoipa::path(get, path = "/auth/me", tag = "cms", security(("bearer" = [])),
    responses((status = 200, description = "Who is signed in", body = Me),
        (status = 401, description = "Not signed in", body = Problem)))]
pub(super) async fn me(Viewer(known): Viewer) -> Json<Me> {
    Json(Me {
        user: User::from(&known.operator),
    })
}
