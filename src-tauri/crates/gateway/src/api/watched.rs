//! Watches requests that may change something at the desk, from their door on. Which they are is in `audit`'s table, and so is
//! what is noted.

use std::sync::Arc;

use axum::extract::{FromRequestParts as _, MatchedPath, RawPathParams, Request};
use axum::middleware::Next;
use axum::response::Response;

use super::guard::current_trace;
use crate::audit::{Doing, action};

/// A layer around the routes.
pub(super) async fn watch(request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    let route = parts.extensions.get::<MatchedPath>().cloned();
    let route = route.as_ref().map_or("", MatchedPath::as_str);
    let Some(action) = action(parts.method.as_str(), route) else {
        return next.run(Request::from_parts(parts, body)).await;
    };
    // What stands last in the path is what it is about.
    let named = RawPathParams::from_request_parts(&mut parts, &()).await;
    let object = named.ok().and_then(|named| {
        let last = named.iter().last();
        last.map(|(_, value)| value.to_owned())
    });
    let command = route.rsplit('/').next().unwrap_or_default();
    let doing = Arc::new(Doing::new(action, object, command, current_trace()));
    let asked = next.run(Request::from_parts(parts, body));
    let response = Arc::clone(&doing).watch(asked).await;
    // A fault of ours: it was done where nobody watches, such as in a task of its own.
    let lost = response.status().is_success() && doing.is_unnoted();
    if lost {
        tracing::error!(%route, "a change was not noted in the audit");
    }
    debug_assert!(!lost, "{route}: a change was not noted in the audit");
    response
}
