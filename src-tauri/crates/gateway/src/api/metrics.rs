//! `/metrics` for Prometheus, and the count of all requests. Not for what is counted elsewhere: see
//! `crate::metrics`.

use std::net::SocketAddr;
use std::time::Instant;

use axum::extract::{ConnectInfo, FromRequestParts, MatchedPath, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderValue, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use bus::Link;
use store::repo::{figures, outbox};
use store::{Disk, StoreError};

use super::Api;
use super::auth::Admin;
use super::problem::Problem;
use crate::metrics;

/// The format's own type.
const TEXT: HeaderValue = HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8");
/// What a proxy adds: whoever comes through one is not on this machine.
const FORWARDED: &[&str] = &["forwarded", "x-forwarded-for", "x-real-ip"];

/// Somebody who may read the metrics: a program on this machine, or an administrator.
pub(super) struct Scraper;

impl FromRequestParts<Api> for Scraper {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, api: &Api) -> Result<Self, Problem> {
        if is_local(parts) {
            return Ok(Self);
        }
        Admin::from_request_parts(parts, api).await.map(|_| Self)
    }
}

fn is_local(parts: &Parts) -> bool {
    let from = parts.extensions.get::<ConnectInfo<SocketAddr>>();
    from.is_some_and(|ConnectInfo(from)| from.ip().to_canonical().is_loopback())
        && !FORWARDED
            .iter()
            .any(|name| parts.headers.contains_key(*name))
}

/// The figures of this gateway, as Prometheus reads them.
#[utoipa::path(get, path = "/metrics", tag = "ops",
    responses((status = 200, description = "Prometheus text format", body = String, content_type = "text/plain"),
        (status = 401, description = "Not from this machine, and no token", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "Not an administrator's token", body = Problem, content_type = "application/problem+json")))]
pub(super) async fn scrape(_: Scraper, State(api): State<Api>) -> Response {
    read_figures(&api).await;
    ([(header::CONTENT_TYPE, TEXT)], metrics::render()).into_response()
}

async fn read_figures(api: &Api) {
    metrics::set_build_info(env!("CARGO_PKG_VERSION"));
    let link = *api.link.borrow();
    let up = matches!(link, Link::InProcess | Link::Connected);
    metrics::set("forecourt_broker_up", i64::from(up));
    let readers = i64::try_from(api.hub.readers()).unwrap_or(i64::MAX);
    metrics::set("forecourt_live_readers", readers);
    let node = &api.core.node;
    let read = async {
        let mut conn = api.core.store.read().await?;
        let waiting = outbox::waiting(&mut conn, node).await?;
        Ok::<_, StoreError>((figures::read(&mut conn, node).await?, waiting))
    };
    let read = read.await;
    let up = read.is_ok() && api.core.store.disk() == Disk::Sound;
    metrics::set("forecourt_database_up", i64::from(up));
    let (figures, waiting) = match read {
        Ok(read) => read,
        Err(error) => {
            tracing::warn!(%error, "the database's figures cannot be read");
            return;
        }
    };
    let now = api.core.clock.now();
    let age = waiting
        .oldest_at
        .map_or(0, |oldest| now.duration_since(oldest).as_secs());
    for (name, value) in [
        ("forecourt_chargers_connected", figures.chargers_connected),
        ("forecourt_sessions_active", figures.sessions_active),
        ("forecourt_outbox_events", waiting.depth),
        ("forecourt_outbox_bytes", waiting.bytes),
        ("forecourt_outbox_oldest_seconds", age.max(0)),
    ] {
        metrics::set(name, value);
    }
}

/// Counts every request with its route's pattern: paths hold ids, and every id would be a series.
pub(super) async fn count(request: Request, next: Next) -> Response {
    let began = Instant::now();
    let method = match *request.method() {
        Method::GET | Method::POST | Method::PUT | Method::DELETE | Method::HEAD => {
            request.method().to_string()
        }
        _ => "other".to_owned(),
    };
    let route = request.extensions().get::<MatchedPath>();
    let route = route.map_or_else(|| "none".to_owned(), |path| path.as_str().to_owned());
    let response = next.run(request).await;
    metrics::http_request(method, route, response.status().as_u16(), began.elapsed());
    response
}
