//! How each engine is started: its WebDriver server on a leased port, its capabilities, its
//! environment. `WebKitWebDriver` is spoken to directly; `tauri-driver` would only rename
//! `tauri:options` to `webkitgtk:browserOptions` on the way.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use fantoccini::wd::Capabilities;
use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::net::TcpStream;

use super::Browser;
use crate::display::Display;
use crate::port::Port;
use crate::process::Process;
use crate::tools;

/// Browsers start in 1–3 s alone; two cores shared with a build need far longer.
const READY: Duration = Duration::from_mins(1);

pub(super) async fn chromium(more: &[&str]) -> Browser {
    let folder = folder();
    let port = Port::lease();
    let mut driver = Command::new(tools::find("chromedriver", &[]));
    driver
        .arg(format!("--port={}", port.number()))
        // Crash reports and settings would go to the user's own folders, and what is killed leaves its temporary ones.
        .env("HOME", folder.path())
        .env("TMPDIR", folder.path());
    let mut args = chromium_args(&folder.path().join("profile"));
    args.extend(more.iter().copied().map(str::to_owned));
    let binary = tools::find("chromium", &[]);
    let capabilities = json!({ "goog:chromeOptions": { "binary": binary, "args": args } });
    connect("Chromium", driver, port, folder, &capabilities).await
}

pub(super) async fn webview(
    app: &Path,
    args: &[&str],
    envs: &[(&str, &str)],
    display: &Display,
) -> Browser {
    let folder = folder();
    let port = Port::lease();
    let mut driver = Command::new(tools::find("WebKitWebDriver", &[]));
    // The app inherits the driver's environment: no setting and no folder of the user's may reach it.
    tools::hide_env(&mut driver, "FORECOURT_");
    tools::hide_env(&mut driver, "XDG_");
    driver
        .env("HOME", folder.path())
        .env("TMPDIR", folder.path())
        .arg("--host=127.0.0.1")
        .arg(format!("--port={}", port.number()))
        .env("TAURI_WEBVIEW_AUTOMATION", "true")
        // Xvfb has no GPU to compose with; without this the page stays white.
        .env("WEBKIT_DISABLE_COMPOSITING_MODE", "1")
        .envs(display.env())
        .envs(envs.iter().copied());
    let capabilities = json!({ "webkitgtk:browserOptions": { "binary": app, "args": args } });
    Browser {
        screen: Some(display.name().to_owned()),
        ..connect("the webview", driver, port, folder, &capabilities).await
    }
}

async fn connect(
    name: &str,
    mut driver: Command,
    port: Port,
    folder: TempDir,
    capabilities: &Value,
) -> Browser {
    let mut driver = Process::spawn(name, &mut driver, folder.path());
    let number = port.number();
    let accepts = async |_: &Process| TcpStream::connect(("127.0.0.1", number)).await.ok();
    driver.ready(READY, accepts).await;
    let session = new_session(number, capabilities);
    let client = match tokio::time::timeout(READY, session).await {
        Ok(Ok(client)) => client,
        Ok(Err(error)) => driver.fail(&format!("opens no session: {error}")),
        Err(_) => driver.fail(&format!("opened no session in {READY:?}")),
    };
    Browser {
        client,
        driver,
        screen: None,
        _port: port,
        _folder: folder,
    }
}

async fn new_session(
    port: u16,
    capabilities: &Value,
) -> Result<Client, fantoccini::error::NewSessionError> {
    let capabilities: Capabilities = capabilities
        .as_object()
        .expect("capabilities are an object")
        .clone();
    ClientBuilder::new(HttpConnector::new())
        .capabilities(capabilities)
        .connect(&format!("http://127.0.0.1:{port}"))
        .await
}

fn chromium_args(profile: &Path) -> Vec<String> {
    let mut args: Vec<String> = [
        "--headless=new",
        "--window-size=1280,800",
        "--disable-gpu",
        "--disable-quic",
        "--disable-sync",
        "--disable-component-update",
        "--disable-background-networking",
        "--disable-breakpad",
        "--no-first-run",
        "--no-default-browser-check",
        "--no-proxy-server",
        "--password-store=basic",
        // Nothing but this machine can be named, whatever a page or the browser itself asks for.
        "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
    ]
    .map(str::to_owned)
    .into();
    args.push(format!("--user-data-dir={}", profile.display()));
    if rustix::process::geteuid().is_root() {
        // Chromium's sandbox refuses to run as root.
        args.push("--no-sandbox".to_owned());
    }
    args
}

fn folder() -> TempDir {
    let folder = tempfile::Builder::new()
        .prefix("forecourt-browser-")
        .tempdir();
    folder.expect("the folder for temporary files is writable")
}

#[cfg(test)]
mod tests {
    use std::fs::read_link;

    use super::*;

    #[expect(
        clippy::used_underscore_binding,
        reason = "a browser holds its folder for the end alone; only here somebody looks into it"
    )]
    #[tokio::test]
    async fn what_chromium_puts_aside_goes_with_it() {
        let browser = chromium(&[]).await;
        let folder = browser._folder.path().to_owned();
        // Its profile says where: the socket by which a second Chromium would find it.
        let socket = read_link(folder.join("profile/SingletonSocket"));
        let socket = socket.expect("a running Chromium has one");
        assert!(socket.starts_with(&folder), "{}", socket.display());
        drop(browser);
        assert!(!folder.exists() && !socket.exists(), "nothing stays behind");
    }
}
