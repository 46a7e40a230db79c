//! Where a request comes from, as far as limits on wrong passwords care.

use std::convert::Infallible;
use std::net::SocketAddr;

use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::request::Parts;

/// The address of who asks. Through the kiosk's own window there is none: it is a source of its own.
pub(super) struct Source(pub(super) String);

impl<S: Send + Sync> FromRequestParts<S> for Source {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let from = parts.extensions.get::<ConnectInfo<SocketAddr>>();
        Ok(Self(from.map_or_else(
            || "window".to_owned(),
            |ConnectInfo(from)| from.ip().to_string(),
        )))
    }
}
