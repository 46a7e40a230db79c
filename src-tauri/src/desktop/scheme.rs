//! The second door: the gateway's router behind `forecourt://localhost/…`, in process, with no socket.

use axum::body::Body;
use gateway::api::Door;
use http_body_util::BodyExt as _;
use tauri::http::{Request, Response, StatusCode, Uri};
use tauri::{Manager as _, Runtime, UriSchemeContext, UriSchemeResponder};
use tower::ServiceExt as _;

use super::Kiosk;
use crate::lockdown::may_ask;

/// The scheme of the kiosk's pages.
pub(super) const NAME: &str = "forecourt";

/// Answers one request of the page.
pub(super) fn serve<R: Runtime>(
    context: UriSchemeContext<'_, R>,
    request: Request<Vec<u8>>,
    responder: UriSchemeResponder,
) {
    let kiosk = context.app_handle().state::<Kiosk>();
    let Some(hosted) = kiosk.hosted.get() else {
        responder.respond(plain(StatusCode::SERVICE_UNAVAILABLE));
        return;
    };
    if !may_ask(request.uri().path(), kiosk.lock.screen()) {
        responder.respond(plain(StatusCode::NOT_FOUND));
        return;
    }
    let router = hosted.gateway.router.clone();
    tauri::async_runtime::spawn(async move {
        let Ok(response) = router.oneshot(inbound(request)).await;
        responder.respond(outbound(response).await);
    });
}

/// The page's request as the router knows requests: by path, marked as come through the window.
fn inbound(request: Request<Vec<u8>>) -> Request<Body> {
    let (mut parts, body) = request.into_parts();
    if let Some(path) = parts.uri.path_and_query() {
        parts.uri = Uri::from(path.clone());
    }
    parts.extensions.insert(Door::Window);
    Request::from_parts(parts, Body::from(body))
}

async fn outbound(response: Response<Body>) -> Response<Vec<u8>> {
    let (parts, body) = response.into_parts();
    match body.collect().await {
        Ok(body) => Response::from_parts(parts, body.to_bytes().to_vec()),
        Err(error) => {
            tracing::error!(%error, "an answer broke off on its way to the window");
            plain(StatusCode::INTERNAL_SERVER_ERROR)
        }
    }
}

fn plain(status: StatusCode) -> Response<Vec<u8>> {
    let mut response = Response::new(Vec::new());
    *response.status_mut() = status;
    response
}
