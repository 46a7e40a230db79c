//! The own account of whoever is signed in at the desk.

use axum::extract::State;
use axum::http::StatusCode;
use domain::Code;

use super::{bodies, end};
use crate::api::Api;
use crate::api::auth::Myself;
use crate::api::fields::Fields;
use crate::api::problem::Problem;
use crate::ops::change_operator::change_own_password;

bodies! {
    /// The old password and the new one.
    PasswordBody {
        /// The one that holds until now.
        current_password: String,
        /// 8 to 256 characters; 15 or more are advised.
        new_password: String,
    }
}

/// Takes a new password; every other sign-in of this user ends.
#[utoipa::path(put, path = "/auth/change-password", tag = "cms", request_body = PasswordBody,
    security(("bearer" = [])),
    responses((status = 204, description = "It holds"),
        (status = 401, description = "The current password is wrong", body = Problem),
        (status = 422, description = "Fields that do not do, each named", body = Problem),
        (status = 429, description = "Too many wrong ones", body = Problem)))]
pub(in crate::api) async fn change_password(
    State(api): State<Api>,
    Myself(staff): Myself,
    mut fields: Fields,
) -> Result<StatusCode, Problem> {
    fields.need(&["currentPassword", "newPassword"]);
    let current = fields.secret("currentPassword");
    let new = fields.password("newPassword");
    fields.done()?;
    let (Some(current), Some(new)) = (current, new) else {
        return Err(Code::RequestValidation.into());
    };
    let who = (&staff.operator, staff.token);
    let ended = change_own_password(&api.core, &api.sign_ins, who, (current, new)).await?;
    end(&api, &ended);
    Ok(StatusCode::NO_CONTENT)
}
