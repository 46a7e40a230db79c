//! How fast one caller may ask (WEB-10): each account has a bucket of requests, and each address for whoever shows no
//! valid sign-in. Health and metrics are asked by programs that must always have an answer: they pass.

use axum::extract::{FromRequestParts as _, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};

use super::Api;
use super::auth::known;
use super::problem::Problem;
use super::source::Source;
use crate::core::OpError;
use crate::ops::sign_in::User;

/// Lets a request in where its caller's bucket has one left. Who that is, is looked up once for the handler, too.
pub(super) async fn limit(State(api): State<Api>, request: Request, next: Next) -> Response {
    let path = request.uri().path();
    let paced = ["/api/", "/r/", "/updates/"];
    if !paced.iter().any(|begins| path.starts_with(begins)) {
        return next.run(request).await;
    }
    let (mut parts, body) = request.into_parts();
    // A token that is none makes nobody somebody else: it counts for where it comes from.
    let caller = match known(&mut parts, &api).await.map(|known| known.user) {
        Ok(User::Operator(operator)) => format!("operator {}", operator.id),
        Ok(User::Customer(customer)) => format!("customer {}", customer.id),
        Err(_) => {
            let Ok(Source(place)) = Source::from_request_parts(&mut parts, &api).await;
            place.source
        }
    };
    if let Err(wait) = api.buckets.take(&caller, api.core.clock.now()) {
        let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
        return Problem::from(OpError::Limited { seconds }).into_response();
    }
    next.run(Request::from_parts(parts, body)).await
}
