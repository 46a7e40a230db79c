//! The one window: what it shows when. Where it may go is `lockdown`'s to say, what else is shut is in `lock`.

use tauri::webview::{NewWindowResponse, PageLoadEvent};
use tauri::{AppHandle, Manager as _, Url, WebviewUrl, WebviewWindowBuilder};

use gateway::settings::Screen;

use super::{Kiosk, lock, watch};
use crate::lockdown::may_go;

/// The window's name in the capability.
pub(super) const LABEL: &str = "main";

/// Where the shell's own pages are.
const SHELL: &str = if cfg!(windows) {
    "http://tauri.localhost"
} else {
    "tauri://localhost"
};

/// Opens the window on its boot screen.
pub(super) fn open(app: &AppHandle) -> tauri::Result<()> {
    let shown = app.clone();
    let window = WebviewWindowBuilder::new(app, LABEL, WebviewUrl::App("index.html".into()))
        .title("Forecourt")
        .inner_size(1280.0, 800.0)
        // Not incognito: WebKitGTK takes no automation in an ephemeral context, so no test could drive it.
        .disable_drag_drop_handler()
        .zoom_hotkeys_enabled(false)
        .general_autofill_enabled(false)
        .initialization_script(lock::IN_EVERY_PAGE)
        .on_navigation(move |url| may_go(url, shown.state::<Kiosk>().shown()))
        .on_new_window(|_, _| NewWindowResponse::Deny)
        .on_download(|_, _| false)
        .on_page_load(|window, payload| {
            if payload.event() == PageLoadEvent::Started {
                window.state::<Kiosk>().page_begins();
            }
        })
        .build()?;
    lock::connect(&window)?;
    watch::connect(&window)?;
    lock::apply(&window);
    Ok(())
}

/// Shows the pages: the gateway is there.
pub(super) fn show_pages(app: &AppHandle) {
    let base = if cfg!(windows) {
        "http://forecourt.localhost"
    } else {
        "forecourt://localhost"
    };
    let page = match app.state::<Kiosk>().shown().screen {
        Screen::Desk => "cms.html",
        Screen::Driver => "user-panel.html",
    };
    go(app, &format!("{base}/{page}"));
}

/// Shows what failed and what to do.
pub(super) fn show_failure(app: &AppHandle, detail: &str) {
    let page = format!("{SHELL}/failed.html");
    match Url::parse_with_params(&page, [("detail", detail)]) {
        Ok(url) => go(app, url.as_str()),
        Err(error) => tracing::error!(%error, "the failure screen has no address"),
    }
}

/// Shows that another version is being installed.
pub(super) fn show_updating(app: &AppHandle, version: &str) {
    let page = format!("{SHELL}/updating.html");
    match Url::parse_with_params(&page, [("version", version)]) {
        Ok(url) => go(app, url.as_str()),
        Err(error) => tracing::error!(%error, "the update screen has no address"),
    }
}

/// Shows that no page lasts on this machine.
pub(super) fn show_given_up(app: &AppHandle) {
    if app.state::<Kiosk>().hosted.get().is_none() {
        return show_failure(app, "No page lasts in this window, not even this one.");
    }
    go(app, &format!("{SHELL}/given-up.html"));
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
