//! The one window: what it shows when, and where it may go. Everything but our own pages is refused.

use tauri::webview::{NewWindowResponse, PageLoadEvent};
use tauri::{AppHandle, Manager as _, Url, WebviewUrl, WebviewWindowBuilder};

use super::{Kiosk, scheme};

/// The window's name in the capability.
const LABEL: &str = "main";
/// The page the kiosk opens on.
const FIRST_PAGE: &str = "cms.html";

/// Opens the window on its boot screen.
pub(super) fn open(app: &AppHandle) -> tauri::Result<()> {
    WebviewWindowBuilder::new(app, LABEL, WebviewUrl::App("index.html".into()))
        .title("Forecourt")
        .inner_size(1280.0, 800.0)
        // Not incognito: WebKitGTK takes no automation in an ephemeral context, so no test could drive it.
        .disable_drag_drop_handler()
        .on_navigation(is_ours)
        .on_new_window(|_, _| NewWindowResponse::Deny)
        .on_download(|_, _| false)
        .on_page_load(|window, payload| {
            // The page that asked for events is gone; its channels lead nowhere.
            if payload.event() == PageLoadEvent::Started {
                let kiosk = window.state::<Kiosk>();
                if let Some(hosted) = kiosk.hosted.get() {
                    kiosk.readers.leave_all(&hosted.gateway.hub);
                }
            }
        })
        .build()?;
    Ok(())
}

/// Our own pages: the shell's and, through the scheme, the gateway's.
fn is_ours(url: &Url) -> bool {
    match url.scheme() {
        scheme::NAME | "tauri" => url.host_str() == Some("localhost"),
        // How Windows writes the same two.
        "http" if cfg!(windows) => matches!(
            url.host_str(),
            Some("forecourt.localhost" | "tauri.localhost")
        ),
        _ => false,
    }
}

/// Shows the pages: the gateway is there.
pub(super) fn show_pages(app: &AppHandle) {
    let base = if cfg!(windows) {
        "http://forecourt.localhost"
    } else {
        "forecourt://localhost"
    };
    go(app, &format!("{base}/{FIRST_PAGE}"));
}

/// Shows what failed and what to do.
pub(super) fn show_failure(app: &AppHandle, detail: &str) {
    let base = if cfg!(windows) {
        "http://tauri.localhost"
    } else {
        "tauri://localhost"
    };
    match Url::parse_with_params(&format!("{base}/failed.html"), [("detail", detail)]) {
        Ok(url) => go(app, url.as_str()),
        Err(error) => tracing::error!(%error, "the failure screen has no address"),
    }
}

fn go(app: &AppHandle, url: &str) {
    let Some(window) = app.get_webview_window(LABEL) else {
        return;
    };
    let gone = Url::parse(url)
        .map_err(|error| error.to_string())
        .and_then(|url| window.navigate(url).map_err(|error| error.to_string()));
    if let Err(error) = gone {
        tracing::error!(error, url, "the window did not go where it was sent");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_window_goes_nowhere_but_to_our_own_pages() {
        let check = |url: &str, expect| {
            let url = Url::parse(url).expect("test addresses are addresses");
            assert_eq!(is_ours(&url), expect, "{url}");
        };
        check("forecourt://localhost/cms.html", true);
        check("tauri://localhost/failed.html?detail=x", true);
        for url in [
            "https://example.org/",
            "http://127.0.0.1:8180/cms.html",
            "forecourt://evil/cms.html",
            "http://forecourt.localhost/cms.html",
            "http://forecourt.localhost.evil.example/",
            "file:///etc/passwd",
            "data:text/html,hello",
            "javascript:alert(1)",
            "about:blank",
        ] {
            check(url, false);
        }
    }
}
