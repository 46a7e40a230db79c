//! The pages: `public/` from disk in a debug build, from the binary in a release. Both doors serve them.

use axum::extract::Request;
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use domain::Code;
use rust_embed::RustEmbed;

use super::problem::Problem;

#[derive(RustEmbed)]
#[folder = "../../../public"]
struct Public;

/// The bytes of a file of `public/`, for parts of the gateway that draw with it.
pub(super) fn file(path: &str) -> Option<Vec<u8>> {
    Public::get(path).map(|file| file.data.into_owned())
}

/// Serves a file of `public/`; where there is none, 404 as a problem.
pub(super) async fn serve(request: Request) -> Response {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return Problem::from(Code::ResourceNotFound).into_response();
    }
    let path = match request.uri().path() {
        "/" => return Redirect::temporary("/user-panel.html").into_response(),
        // Where Socket.IO's clients look for their script by convention.
        "/socket.io/socket.io.js" => "vendor/socket.io.js",
        path => path.trim_start_matches('/'),
    };
    let Some(file) = Public::get(path) else {
        return Problem::from(Code::ResourceNotFound).into_response();
    };
    let tag = format!("\"{}\"", hex::encode(&file.metadata.sha256_hash()[..16]));
    let seen = request
        .headers()
        .get(header::IF_NONE_MATCH)
        .and_then(|value| value.to_str().ok());
    let mut response = if seen == Some(&*tag) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        file.data.into_owned().into_response()
    };
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, content_type(path));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        headers.insert(header::ETAG, tag);
    }
    response
}

fn content_type(path: &str) -> HeaderValue {
    let kind = mime_guess::from_path(path).first_or_octet_stream();
    let text = match kind.type_() {
        mime_guess::mime::TEXT => format!("{kind}; charset=utf-8"),
        _ => kind.to_string(),
    };
    HeaderValue::from_str(&text).unwrap_or(HeaderValue::from_static("application/octet-stream"))
}
