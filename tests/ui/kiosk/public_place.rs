//! A kiosk as it stands in a public place: the real window, locked, on a screen of its own, with somebody's hands before it
//! and a driver of the page behind it that knows what the page knows.

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::Value;
use tempfile::TempDir;
use testkit::port::Port;
use testkit::{Browser, Display, Hands, releases, wait_until};

use crate::site::{Charge, SLOW_MACHINE, Site, app_with_window};

/// The PIN of its staff.
pub const PIN: &str = "246810";
/// Its screen: larger than the window is unless it is told to fill it.
pub const WIDTH: u32 = 1600;
/// The same.
pub const HEIGHT: u32 = 900;
/// The board's address.
pub const BOARD: &str = "forecourt://localhost/user-panel.html";
/// How long something may take that happens at all.
pub const SEEN: Duration = Duration::from_secs(20);

/// One kiosk. What stands first is ended first.
pub struct PublicPlace {
    browser: Browser,
    display: Display,
    ports: [Port; 2],
    /// The site behind it.
    pub site: Site,
    folder: TempDir,
}

impl PublicPlace {
    /// A locked board.
    pub async fn board() -> Self {
        Self::with(&[("FORECOURT_KIOSK__SCREEN", "driver")]).await
    }

    /// With other settings of the kiosk.
    pub async fn with(settings: &[(&str, &str)]) -> Self {
        Self::running(&app_with_window(), tempdir(), settings).await
    }

    /// The same as a package of that version brought it, which knows these keys.
    pub async fn packaged(version: &str, keys: &str, settings: &[(&str, &str)]) -> Self {
        let folder = tempdir();
        let app = releases::install(folder.path(), &app_with_window(), version, keys);
        Self::running(&app, folder, settings).await
    }

    async fn running(app: &Path, folder: TempDir, settings: &[(&str, &str)]) -> Self {
        let (site, display) = (
            Site::with_price(None, "0.45").await,
            Display::of_size(WIDTH, HEIGHT).await,
        );
        let ports = [Port::lease(), Port::lease()];
        let arguments = site.arguments_at(&ports);
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let app = noting_its_end(app, &folder);
        let quoted = format!("\"{PIN}\"");
        let usual = [("FORECOURT_KIOSK__PIN", &*quoted), SLOW_MACHINE];
        let envs = [&usual[..], settings].concat();
        let browser = Browser::webview(&app, &arguments, &envs, &display).await;
        // The boot screen goes when the gateway is there.
        browser.wait_for("#app main:not(.boot)").await;
        Self {
            browser,
            display,
            ports,
            site,
            folder,
        }
    }

    /// The page, from behind.
    pub fn browser(&self) -> &Browser {
        &self.browser
    }

    /// The window, from before.
    pub fn hands(&self) -> Hands<'_> {
        Hands::before(&self.display)
    }

    /// Its gateway's door for browsers.
    pub fn http(&self) -> String {
        format!("http://127.0.0.1:{}", self.ports[0].number())
    }

    /// Connects the site's charge point, with a free bay.
    pub async fn charger(&self) -> Charge {
        let ocpp = format!("ws://127.0.0.1:{}/ocpp", self.ports[1].number());
        let mut charge = self.site.charger(&ocpp).await;
        charge.status("Available").await;
        charge
    }

    /// Runs the body of a function in the page.
    pub async fn run(&self, js: &str) -> Value {
        self.browser.execute(js).await
    }

    /// Asks the app through IPC, and gives what came of it: `{"said": …}` or `{"refused": "…"}`.
    pub async fn invoke(&self, command: &str, arguments: &Value) -> Value {
        let js = format!(
            "window.told = null; window.__TAURI_INTERNALS__.invoke({command:?}, {arguments}).then(\
             (said) => {{ window.told = {{ said: said ?? null }}; }}, (error) => {{ window.told = {{ refused: String(error) }}; }}); return 0"
        );
        self.run(&js).await;
        let told = wait_until(SEEN, async || {
            Some(self.run("return window.told").await).filter(|told| !told.is_null())
        });
        told.await
            .unwrap_or_else(|| panic!("{command} {arguments} is never answered"))
    }

    /// Waits until the body of a function in the page says yes.
    pub async fn until(&self, js: &str) {
        let yes = wait_until(SEEN, async || {
            (self.run(js).await == Value::Bool(true)).then_some(())
        });
        assert!(yes.await.is_some(), "{js} within {SEEN:?}");
    }

    /// How the app ended; `None` while it runs.
    pub fn ended(&self) -> Option<i32> {
        let said = std::fs::read_to_string(self.folder.path().join("code")).ok()?;
        said.trim().parse().ok()
    }
}

fn tempdir() -> TempDir {
    tempfile::tempdir().expect("a temporary folder can be made")
}

/// The app behind a script that writes down its exit code: `WebKitWebDriver` tells nobody.
fn noting_its_end(app: &Path, folder: &TempDir) -> PathBuf {
    let script = folder.path().join("forecourt");
    let lines = format!(
        "#!/bin/sh\n\"{}\" \"$@\"\necho $? > \"{}/code\"\n",
        app.display(),
        folder.path().display()
    );
    std::fs::write(&script, lines).expect("a temporary file can be written");
    let mode = std::fs::Permissions::from_mode(0o700);
    std::fs::set_permissions(&script, mode).expect("a file of ours can be made a program");
    script
}
