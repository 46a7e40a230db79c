//! Where a request comes from, as far as limits on wrong passwords and the life of a sign-in care.

use std::convert::Infallible;
use std::net::SocketAddr;

use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::request::Parts;

use super::guard::Door;
use crate::address;
use crate::ops::sign_in::Place;

/// The address of who asks, or the kiosk's own window, which is a source of its own.
pub(super) struct Source(pub(super) Place);

impl<S: Send + Sync> FromRequestParts<S> for Source {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let from = parts.extensions.get::<ConnectInfo<SocketAddr>>();
        Ok(Self(Place {
            source: from.map_or_else(
                || "window".to_owned(),
                |ConnectInfo(from)| address::source(from.ip()),
            ),
            window: parts.extensions.get::<Door>() == Some(&Door::Window),
        }))
    }
}
