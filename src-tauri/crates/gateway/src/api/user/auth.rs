//! A driver's account and sign-in. A forgotten password is the operator's to replace: nothing here sends mail.

use axum::Json;
use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use axum::http::StatusCode;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::api::Api;
use crate::api::auth::Driver;
use crate::api::objects::{Login, Me, User};
use crate::api::problem::Problem;
use crate::api::sign_in::Credentials;
use crate::api::source::Source;
use crate::ops::register_customer::{Registration, register_customer};
use crate::ops::sign_in::{self, Realm, sign_in, sign_out};

/// What somebody says of themselves.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::api) struct Register {
    /// The address to sign in with.
    email: String,
    /// 8 to 256 characters, and none of the first that others would try.
    password: String,
    /// The name on screen; left out: the address.
    name: Option<String>,
    /// For the operator's help desk.
    phone: Option<String>,
    /// A BCP 47 tag; left out: the site's.
    language: Option<String>,
}

/// Whose password is forgotten.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::api) struct Forgotten {
    /// The address of the account.
    #[expect(dead_code, reason = "the answer is the same for every address")]
    email: String,
}

/// Makes an account and signs in with it.
#[utoipa::path(post, path = "/auth/register", tag = "user", operation_id = "register", request_body = Register,
    responses((status = 201, description = "Registered and signed in", body = Login),
        (status = 409, description = "There is an account with that address", body = Problem),
        (status = 422, description = "A field is outside its bounds, or the password too common", body = Problem),
        (status = 429, description = "Too many registrations from here", body = Problem)))]
pub(in crate::api) async fn register(
    State(api): State<Api>,
    Source(place): Source,
    body: Result<Json<Register>, JsonRejection>,
) -> Result<(StatusCode, Json<Login>), Problem> {
    let Json(said) = body?;
    let said = Registration {
        email: said.email,
        password: said.password,
        name: said.name,
        phone: said.phone,
        language: said.language,
    };
    let signed_in = register_customer(&api.core, &api.registrations, place, said).await?;
    Ok((StatusCode::CREATED, Json(signed_in.into())))
}

/// Signs a driver in.
#[utoipa::path(post, path = "/auth/login", tag = "user", operation_id = "user_login", request_body = Credentials,
    responses((status = 200, description = "Signed in", body = Login),
        (status = 401, description = "Wrong address or password", body = Problem),
        (status = 429, description = "Too many attempts", body = Problem),
        (status = 503, description = "Too many people sign in right now", body = Problem)))]
pub(in crate::api) async fn login(
    State(api): State<Api>,
    Source(place): Source,
    body: Result<Json<Credentials>, JsonRejection>,
) -> Result<Json<Login>, Problem> {
    let Json(Credentials { email, password }) = body?;
    let given = (&*email, password);
    let signed_in = sign_in(&api.core, &api.sign_ins, &place, Realm::Customers, given).await?;
    Ok(Json(signed_in.into()))
}

/// Ends the sign-in; its live connections close at once.
#[utoipa::path(post, path = "/auth/logout", tag = "user", operation_id = "user_logout", security(("bearer" = [])),
    responses((status = 204, description = "Signed out"), (status = 401, description = "Not signed in", body = Problem)))]
pub(in crate::api) async fn logout(
    State(api): State<Api>,
    driver: Driver,
) -> Result<StatusCode, Problem> {
    sign_out(&api.core, driver.token).await?;
    api.hub.revoke(driver.token);
    Ok(StatusCode::NO_CONTENT)
}

/// Takes note. No mail is sent: the page says to ask the operator. The answer tells nobody who has an account.
#[utoipa::path(post, path = "/auth/forgot-password", tag = "user", request_body = Forgotten,
    responses((status = 202, description = "Always")))]
pub(in crate::api) async fn forgot_password(
    body: Result<Json<Forgotten>, JsonRejection>,
) -> Result<StatusCode, Problem> {
    let Json(_) = body?;
    Ok(StatusCode::ACCEPTED)
}

/// Who is signed in.
#[utoipa::path(get, path = "/auth/me", tag = "user", operation_id = "user_me", security(("bearer" = [])),
    responses((status = 200, description = "Who is signed in", body = Me),
        (status = 401, description = "Not signed in", body = Problem)))]
pub(in crate::api) async fn me(driver: Driver) -> Json<Me> {
    Json(Me {
        user: User::from(&sign_in::User::Customer(driver.customer)),
    })
}
