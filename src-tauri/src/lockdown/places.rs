//! Where the window may go, and what its pages may ask for: our own pages only, and on a driver's screen no page of the
//! operator's (TAU-07, TAU-14).

use gateway::settings::Screen;
use url::Url;

/// The scheme of the gateway's pages.
pub const PAGES: &str = "forecourt";
/// The scheme of the shell's own: boot, failure, update, no page that lasts.
const SHELL: &str = "tauri";

/// What the window shows now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shown {
    /// Whose pages.
    pub screen: Screen,
    /// Whether the gateway has started: the boot screen is over then.
    pub started: bool,
}

/// Whether the window may go there.
pub fn may_go(to: &Url, shown: Shown) -> bool {
    let plain = to.port().is_none() && to.username().is_empty() && to.password().is_none();
    let Some(scheme) = scheme(to).filter(|_| plain) else {
        return false;
    };
    match (scheme, to.path()) {
        (SHELL, "/failed.html" | "/given-up.html" | "/updating.html") => true,
        (SHELL, "" | "/" | "/index.html") => !shown.started,
        (PAGES, path) => shown.screen == Screen::Desk || path == "/user-panel.html",
        _ => false,
    }
}

/// Which of our two schemes an address has. Windows writes both as hosts of http.
fn scheme(to: &Url) -> Option<&'static str> {
    match (to.scheme(), to.host_str()) {
        (PAGES, Some("localhost")) => Some(PAGES),
        (SHELL, Some("localhost")) => Some(SHELL),
        ("http", Some("forecourt.localhost")) if cfg!(windows) => Some(PAGES),
        ("http", Some("tauri.localhost")) if cfg!(windows) => Some(SHELL),
        _ => None,
    }
}

/// What a driver's page is made of and asks for.
const OF_DRIVERS: &[&str] = &[
    "/user-panel.html",
    "/user-panel/",
    "/components/",
    "/utils/",
    "/styles/",
    "/vendor/",
    "/locales/",
    "/api/user/",
];

/// Whether a page may have an answer from the gateway.
pub fn may_ask(path: &str, screen: Screen) -> bool {
    // No file and no route of ours has them, and each could mean another path than it begins like.
    let odd = path.contains(['%', '\\'])
        || path
            .split('/')
            .skip(1)
            .any(|part| part == ".." || part == ".");
    screen == Screen::Desk || !odd && OF_DRIVERS.iter().any(|known| begins(path, known))
}

fn begins(path: &str, known: &str) -> bool {
    if known.ends_with('/') {
        path.starts_with(known)
    } else {
        path == known
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DESK: Shown = Shown {
        screen: Screen::Desk,
        started: true,
    };
    const DRIVER: Shown = Shown {
        screen: Screen::Driver,
        started: true,
    };

    fn goes(url: &str, shown: Shown) -> bool {
        may_go(
            &Url::parse(url).expect("test addresses are addresses"),
            shown,
        )
    }

    #[test]
    fn the_window_goes_to_our_own_pages() {
        for url in [
            "forecourt://localhost/user-panel.html",
            "forecourt://localhost/user-panel.html?x=1#/me",
            "tauri://localhost/failed.html?detail=x",
            "tauri://localhost/updating.html?version=1.2.3",
        ] {
            assert!(goes(url, DESK) && goes(url, DRIVER), "{url}");
        }
        assert!(goes("forecourt://localhost/cms.html#/points", DESK));
    }

    #[test]
    fn the_boot_screen_is_shown_until_the_gateway_is_there() {
        for url in [
            "tauri://localhost",
            "tauri://localhost/",
            "tauri://localhost/index.html",
        ] {
            for screen in [Screen::Desk, Screen::Driver] {
                assert!(
                    goes(
                        url,
                        Shown {
                            screen,
                            started: false
                        }
                    ),
                    "{url}"
                );
                assert!(
                    !goes(
                        url,
                        Shown {
                            screen,
                            started: true
                        }
                    ),
                    "{url}"
                );
            }
        }
    }

    #[test]
    fn a_drivers_screen_shows_no_page_of_the_operators() {
        for url in [
            "forecourt://localhost/cms.html",
            "forecourt://localhost/",
            "forecourt://localhost/modules/app.js",
            "forecourt://localhost/user-panel.html/../cms.html",
            "forecourt://localhost/user-panel/modules/app.js",
            "forecourt://localhost/api/user/site",
            "forecourt://localhost/r/AAAA",
        ] {
            assert!(!goes(url, DRIVER), "{url}");
        }
    }

    #[test]
    fn the_window_goes_nowhere_else() {
        for url in [
            "https://example.org/",
            "http://127.0.0.1:8180/cms.html",
            "http://localhost/user-panel.html",
            "forecourt://evil/user-panel.html",
            "forecourt://localhost.evil.example/user-panel.html",
            "forecourt://localhost:80/user-panel.html",
            "forecourt://who@localhost/user-panel.html",
            "forecourt:user-panel.html",
            "http://forecourt.localhost/user-panel.html",
            "http://forecourt.localhost.evil.example/",
            "tauri://localhost/mark.svg",
            "tauri://evil/failed.html",
            "ipc://localhost/host_info",
            "file:///etc/passwd",
            "data:text/html,hello",
            "blob:forecourt://localhost/0c1a",
            "javascript:alert(1)",
            "about:blank",
            "about:srcdoc",
            "view-source:forecourt://localhost/user-panel.html",
            "webkit://gpu",
            "inspector://x",
            "mailto:a@example.org",
            "tel:110",
            "intent://x",
            "ftp://example.org/",
            "ws://127.0.0.1/",
            "resource:///org",
        ] {
            assert!(!goes(url, DESK) && !goes(url, DRIVER), "{url}");
        }
    }

    #[test]
    fn a_drivers_page_has_no_answer_to_what_the_desk_asks() {
        for path in [
            "/user-panel.html",
            "/user-panel/modules/app.js",
            "/components/dialog.js",
            "/vendor/lit-html/lit-html.js",
            "/api/user/stations",
            "/locales/ar.json",
        ] {
            assert!(may_ask(path, Screen::Driver), "{path}");
        }
        for path in [
            "/cms.html",
            "/modules/app.js",
            "/api/cms/auth/login",
            "/api/cms/dashboard",
            "/api/charger/x/reset",
            "/api/setup",
            "/metrics",
            "/api/user",
            "/api/user/../cms/dashboard",
            "/api/%75ser/x",
            "/utils/..\\modules/app.js",
            "/styles/%2e%2e/cms.html",
            "",
            "/",
            "//api/cms/dashboard",
            "/user-panel.html/",
        ] {
            assert!(!may_ask(path, Screen::Driver), "{path}");
            assert!(
                may_ask(path, Screen::Desk),
                "{path}: the gateway itself says no there"
            );
        }
    }
}
