//! Who asks: the bearer token of a request, as an extractor. Routes without it are open by decision.

use axum::extract::FromRequestParts;
use axum::http::header;
use axum::http::request::Parts;
use domain::Code;

use super::Api;
use super::problem::Problem;
use crate::ops::sign_in::{Known, recognise};

/// An operator, whatever its role: it may look.
pub(super) struct Viewer(pub(super) Known);

/// The bearer token of a request, where it carries one.
pub(super) fn bearer(parts: &Parts) -> Option<&str> {
    let value = parts.headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("Bearer").then(|| token.trim())
}

impl FromRequestParts<Api> for Viewer {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, api: &Api) -> Result<Self, Problem> {
        let token = bearer(parts).ok_or(Code::AuthRequired)?;
        Ok(Self(recognise(&api.core, token).await?))
    }
}
