//! What every request passes before a handler sees it: its trace id, the Host and Origin lists (WEB-02),
//! and the headers every answer carries.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use domain::Code;
use tracing::Instrument as _;
use uuid::Uuid;

use super::problem::Problem;
use crate::clock::Clock;

tokio::task_local! {
    static TRACE: Uuid;
}

/// The id of the request being served; all zeros outside one.
pub(super) fn current_trace() -> String {
    TRACE.try_with(|id| *id).unwrap_or_default().to_string()
}

/// Which door a request came through. Set as a request extension by the kiosk's own window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Door {
    /// The kiosk's window: in process, no network, no Host to forge.
    Window,
}

/// Where the kiosk's own pages come from: `forecourt://localhost`, on Windows `http://forecourt.localhost`.
const WINDOW_ORIGINS: &[&str] = &["forecourt://localhost", "http://forecourt.localhost"];

/// The lists of the TCP door.
#[derive(Clone)]
pub struct Guard {
    hosts: Arc<[String]>,
    origins: Arc<[String]>,
    csp: HeaderValue,
    clock: Arc<dyn Clock>,
}

impl Guard {
    /// Answers to loopback and the address listened on, and to what the settings add.
    pub fn new(
        listen: Option<SocketAddr>,
        hosts: &[String],
        origins: &[String],
        clock: Arc<dyn Clock>,
    ) -> Self {
        let mut allowed: Vec<String> = hosts.iter().map(|host| host.to_lowercase()).collect();
        if let Some(address) = listen {
            let port = address.port();
            allowed.extend([
                format!("localhost:{port}"),
                format!("127.0.0.1:{port}"),
                format!("[::1]:{port}"),
                address.to_string(),
            ]);
        }
        let mut allowed_origins: Vec<String> =
            origins.iter().map(|origin| origin.to_lowercase()).collect();
        allowed_origins.extend(WINDOW_ORIGINS.iter().map(|origin| (*origin).to_owned()));
        allowed_origins.extend(
            allowed
                .iter()
                .flat_map(|host| [format!("http://{host}"), format!("https://{host}")]),
        );
        Self {
            hosts: allowed.into(),
            origins: allowed_origins.into(),
            csp: csp(listen),
            clock,
        }
    }

    fn check(&self, request: &Request) -> Result<(), Code> {
        if request.extensions().get::<Door>() == Some(&Door::Window) {
            return Ok(());
        }
        let host = text(request.headers(), &header::HOST);
        if !host.is_some_and(|host| self.hosts.contains(&host)) {
            return Err(Code::RequestHostRefused);
        }
        match text(request.headers(), &header::ORIGIN) {
            Some(origin) if !self.origins.contains(&origin) => Err(Code::RequestOriginRefused),
            _ => Ok(()),
        }
    }
}

fn text(headers: &HeaderMap, name: &HeaderName) -> Option<String> {
    headers.get(name)?.to_str().ok().map(str::to_lowercase)
}

/// The page may talk to where it came from, to the kiosk's IPC, and to this gateway's own address.
fn csp(listen: Option<SocketAddr>) -> HeaderValue {
    let gateway = listen.map_or_else(String::new, |address| {
        format!(" http://{address} ws://{address}")
    });
    let policy = format!(
        "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; \
         connect-src 'self' ipc: http://ipc.localhost{gateway}; object-src 'none'; base-uri 'none'; \
         frame-src 'none'; frame-ancestors 'none'; form-action 'none'"
    );
    HeaderValue::from_str(&policy).expect("addresses are ASCII")
}

/// The outermost layer.
pub(super) async fn guard(State(guard): State<Guard>, request: Request, next: Next) -> Response {
    let trace = guard.clock.id();
    let path = logged(request.uri().path());
    let span = tracing::info_span!("request", trace = %trace, method = %request.method(), path);
    TRACE
        .scope(trace, async {
            let mut response = match guard.check(&request) {
                Ok(()) => next.run(request).await,
                Err(code) => Problem::from(code).into_response(),
            };
            dress(response.headers_mut(), &guard.csp);
            response
        })
        .instrument(span)
        .await
}

/// A path as the log may have it: what follows `/r/` opens a receipt.
fn logged(path: &str) -> &str {
    if path.starts_with("/r/") {
        "/r/***"
    } else {
        path
    }
}

fn dress(headers: &mut HeaderMap, csp: &HeaderValue) {
    headers.insert(header::CONTENT_SECURITY_POLICY, csp.clone());
    headers.insert(
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    );
    headers.insert(
        header::REFERRER_POLICY,
        HeaderValue::from_static("no-referrer"),
    );
    headers
        .entry(header::CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-store"));
}

/// Mutations take JSON and nothing else, so that no plain form of another page can make one (WEB-09).
pub(super) async fn json_only(request: Request, next: Next) -> Response {
    let reads = matches!(
        *request.method(),
        Method::GET | Method::HEAD | Method::OPTIONS
    );
    let is_json = text(request.headers(), &header::CONTENT_TYPE).is_some_and(|kind| {
        kind.split(';')
            .next()
            .is_some_and(|kind| kind.trim() == "application/json")
    });
    if reads || is_json {
        next.run(request).await
    } else {
        Problem::from(Code::RequestMediaType).into_response()
    }
}

#[cfg(test)]
mod tests {
    use axum::body::Body;

    use super::*;
    use crate::clock::SystemClock;

    fn request(headers: &[(&str, &str)], door: Option<Door>) -> Request {
        let mut request = Request::new(Body::empty());
        for (name, value) in headers {
            let name = HeaderName::from_bytes(name.as_bytes()).expect("test names are valid");
            request
                .headers_mut()
                .insert(name, value.parse().expect("test values are valid"));
        }
        if let Some(door) = door {
            request.extensions_mut().insert(door);
        }
        request
    }

    #[test]
    fn only_known_hosts_and_origins_come_in() {
        let listen = "127.0.0.1:8180".parse().expect("a literal address");
        let guard = Guard::new(
            Some(listen),
            &["kiosk.example:8180".to_owned()],
            &[],
            SystemClock::shared(),
        );
        let check = |headers: &[(&str, &str)], expect: Result<(), Code>| {
            assert_eq!(guard.check(&request(headers, None)), expect, "{headers:?}");
        };
        let host = ("host", "127.0.0.1:8180");
        check(&[host], Ok(()));
        check(&[("host", "localhost:8180")], Ok(()));
        check(&[("host", "KIOSK.example:8180")], Ok(()));
        check(&[host, ("origin", "http://127.0.0.1:8180")], Ok(()));
        check(&[host, ("origin", "forecourt://localhost")], Ok(()));
        // DNS rebinding: the right address under a stranger's name.
        check(
            &[("host", "evil.example:8180")],
            Err(Code::RequestHostRefused),
        );
        check(&[("host", "127.0.0.1")], Err(Code::RequestHostRefused));
        check(&[("host", "127.0.0.1:8181")], Err(Code::RequestHostRefused));
        check(
            &[("host", "kiosk.example:8180.evil.example")],
            Err(Code::RequestHostRefused),
        );
        check(&[], Err(Code::RequestHostRefused));
        for origin in [
            "null",
            "http://evil.example",
            "http://127.0.0.1:8180.evil.example",
            "http://127.0.0.1:9999",
            "https://localhost",
            "file://",
        ] {
            check(&[host, ("origin", origin)], Err(Code::RequestOriginRefused));
        }
        assert_eq!(
            guard.check(&request(&[], Some(Door::Window))),
            Ok(()),
            "the window has no Host to forge"
        );
    }
}
