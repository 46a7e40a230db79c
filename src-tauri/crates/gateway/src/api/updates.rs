//! The feed of updates for the other machines of a site, where this gateway is its mirror. Nobody has to trust it: what it gives was
//! signed elsewhere.

use axum::Json;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use domain::Code;
use futures_util::StreamExt as _;
use semver::Version;
use tokio::fs::File;
use tokio_util::io::ReaderStream;
use updates::offer;

use super::Api;
use super::problem::Problem;

/// The feed for a machine that runs a version, in the form of Tauri's updater.
#[utoipa::path(get, path = "/updates/{target}/{arch}/{version}", tag = "updates", operation_id = "update_feed",
    params(("target" = String, Path, description = "The system, such as linux"),
        ("arch" = String, Path, description = "The processor, such as x86_64"),
        ("version" = String, Path, description = "The version that runs there")),
    responses((status = 200, description = "A newer version: `{version, rollout, platforms: {linux-x86_64-deb: {url, signature}}}`"),
        (status = 204, description = "Nothing newer is here"),
        (status = 404, description = "This gateway is no mirror", body = Problem)))]
pub(super) async fn feed(
    State(api): State<Api>,
    Path((target, arch, version)): Path<(String, String, String)>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let mirror = api.mirror.as_ref().ok_or(Code::ResourceNotFound)?;
    let wrong = || Problem::new(Code::RequestInvalidParameter, "version is no version.");
    let running = Version::parse(&version).map_err(|_| wrong())?;
    let Some(base) = base(&api, &headers) else {
        return Ok(StatusCode::NO_CONTENT.into_response());
    };
    let told = mirror.feed(&target, &arch, &running, &base);
    Ok(told.map_or_else(
        || StatusCode::NO_CONTENT.into_response(),
        |told| Json(told).into_response(),
    ))
}

/// A package that the feed names.
#[utoipa::path(get, path = "/updates/packages/{file}", tag = "updates", operation_id = "update_package",
    params(("file" = String, Path, description = "The file, as the feed names it")),
    responses((status = 200, description = "The package", content_type = "application/octet-stream"),
        (status = 404, description = "No such package", body = Problem),
        (status = 503, description = "Too many packages are on their way", body = Problem)))]
pub(super) async fn package(
    State(api): State<Api>,
    Path(file): Path<String>,
) -> Result<Response, Problem> {
    let mirror = api.mirror.as_ref().ok_or(Code::ResourceNotFound)?;
    let path = mirror.package(&file).ok_or(Code::ResourceNotFound)?;
    let busy = || {
        Problem::new(
            Code::ServerUnavailable,
            "Too many packages are on their way. Try again in a minute.",
        )
    };
    let place = mirror.place().ok_or_else(busy)?;
    let opened = File::open(path).await.map_err(|_| Code::ResourceNotFound)?;
    let length = opened.metadata().await.map(|about| about.len()).ok();
    // The place is held until the last of it has gone.
    let pieces = ReaderStream::new(opened).inspect(move |_| {
        let _held = &place;
    });
    let mut answer = Body::from_stream(pieces).into_response();
    let headers = answer.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        header::HeaderValue::from_static("application/octet-stream"),
    );
    if let Some(length) = length {
        headers.insert(header::CONTENT_LENGTH, length.into());
    }
    Ok(answer)
}

/// Where machines find this gateway: its public address, or the one that was asked, where machines would believe that.
fn base(api: &Api, headers: &HeaderMap) -> Option<String> {
    let rules = api.core.rules();
    let public = rules.settings().public_url.clone();
    let base = public.or_else(|| {
        let host = headers.get(header::HOST)?.to_str().ok()?;
        Some(format!("http://{host}"))
    })?;
    offer::place(&base).ok()?;
    Some(base.trim_end_matches('/').to_owned())
}
