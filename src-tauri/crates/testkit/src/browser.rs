//! A real browser engine behind one set of steps, so that a test runs unchanged in Chromium and in
//! the webview of our own window. How each engine is started is in `engine`.

mod engine;

use std::path::Path;
use std::time::Duration;

use fantoccini::error::CmdError;
use fantoccini::{Client, Locator};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use tempfile::TempDir;
use tokio::time::timeout;

use crate::display::{self, Display};
use crate::memory;
use crate::port::Port;
use crate::process::Process;
use crate::program::PAGES;
use crate::wait::wait_until;

/// How long a step may take that gives no deadline of its own.
const PATIENCE: Duration = Duration::from_secs(20);

/// A page in a real engine. Every step panics with the driver's log when it cannot be done.
#[derive(Debug)]
pub struct Browser {
    client: Client,
    driver: Process,
    /// The screen the engine draws on, where it has one.
    screen: Option<String>,
    _port: Port,
    _folder: TempDir,
}

impl Browser {
    /// Starts headless Chromium with an empty profile and no network but loopback.
    pub async fn chromium() -> Self {
        engine::chromium(&[]).await
    }

    /// The same with more arguments of Chromium's.
    pub async fn chromium_with(args: &[&str]) -> Self {
        engine::chromium(args).await
    }

    /// Starts `app`, a program with a WebKitGTK webview that honours `TAURI_WEBVIEW_AUTOMATION` (or
    /// an argument of its own for automation), on `display`, and drives its webview.
    pub async fn webview(
        app: &Path,
        args: &[&str],
        envs: &[(&str, &str)],
        display: &Display,
    ) -> Self {
        engine::webview(app, args, envs, display).await
    }

    /// Loads an address and waits for its `load` event.
    pub async fn goto(&self, url: &str) {
        self.step(&format!("load {url}"), self.client.goto(url))
            .await;
    }

    /// Makes the page as large as a screen: a window has a frame of its own around it.
    pub async fn resize(&self, width: u32, height: u32) {
        let resized = self.client.set_window_size(width, height);
        self.step("resize the window", resized).await;
        let inner = self.execute("return [innerWidth, innerHeight]").await;
        let frame = |of: u32, at: usize| {
            let shown = inner[at].as_u64().and_then(|px| u32::try_from(px).ok());
            of.saturating_sub(shown.unwrap_or(of))
        };
        let (beside, above) = (frame(width, 0), frame(height, 1));
        if (beside, above) != (0, 0) {
            let resized = self.client.set_window_size(width + beside, height + above);
            self.step("resize the window", resized).await;
        }
    }

    /// The visible text of the first element that matches.
    pub async fn text(&self, css: &str) -> String {
        self.step(&format!("read the text of {css}"), self.find_text(css))
            .await
    }

    /// An attribute of the first element that matches; `None` where it has no such attribute.
    pub async fn attr(&self, css: &str, name: &str) -> Option<String> {
        let attr = async { self.client.find(Locator::Css(css)).await?.attr(name).await };
        self.step(&format!("read {name} of {css}"), attr).await
    }

    /// Clicks the first element that matches, as a user would.
    pub async fn click(&self, css: &str) {
        let click = async { self.client.find(Locator::Css(css)).await?.click().await };
        self.step(&format!("click {css}"), click).await;
    }

    /// Types into the first element that matches, after what stands there.
    pub async fn fill(&self, css: &str, text: &str) {
        let typed = async {
            let field = self.client.find(Locator::Css(css)).await?;
            field.send_keys(text).await
        };
        self.step(&format!("type into {css}"), typed).await;
    }

    /// The same in the place of what stands there: engines differ in where their caret is.
    pub async fn refill(&self, css: &str, text: &str) {
        let typed = async {
            let field = self.client.find(Locator::Css(css)).await?;
            field.clear().await?;
            field.send_keys(text).await
        };
        self.step(&format!("type into {css}"), typed).await;
    }

    /// Presses keys where the focus is; WebDriver's own code points stand for keys without a letter.
    pub async fn press(&self, keys: &str) {
        let pressed = async { self.client.active_element().await?.send_keys(keys).await };
        self.step("press keys", pressed).await;
    }

    /// Waits until an element matches.
    pub async fn wait_for(&self, css: &str) {
        let found = wait_until(PATIENCE, async || {
            self.client.find(Locator::Css(css)).await.ok()
        })
        .await;
        if found.is_none() {
            self.driver
                .fail(&format!("shows no {css} after {PATIENCE:?}"));
        }
    }

    /// Waits until the text of the first element that matches satisfies `predicate`, and returns it.
    pub async fn wait_text(
        &self,
        css: &str,
        predicate: impl Fn(&str) -> bool,
        deadline: Duration,
    ) -> String {
        let mut last = None;
        let text = wait_until(deadline, async || {
            // A page that is redrawing may have no such element for a moment.
            last = self.find_text(css).await.ok();
            last.clone().filter(|text| predicate(text))
        })
        .await;
        text.unwrap_or_else(|| {
            self.driver.fail(&format!(
                "shows {last:?} in {css} after {deadline:?}, not what was waited for"
            ))
        })
    }

    /// Runs the body of a JavaScript function in the page and returns what it returns.
    pub async fn execute(&self, js: &str) -> Value {
        self.step(&format!("run `{js}`"), self.client.execute(js, Vec::new()))
            .await
    }

    /// Stops a webview's pages where they are, as a machine without a moment to spare does. No step works until `resume`.
    pub fn suspend(&self) {
        self.signal_pages(Signal::STOP);
    }

    /// Lets them go on.
    pub fn resume(&self) {
        self.signal_pages(Signal::CONT);
    }

    /// The resident memory of a webview's pages, KiB.
    pub fn pages_kib(&self) -> u64 {
        let of = |page: &Pid| memory::resident_kib(page.as_raw_nonzero().get().unsigned_abs());
        self.pages().iter().map(of).sum()
    }

    /// How long the program with the webview has been running, to a hundredth of a second.
    pub fn app_age(&self, name: &str) -> Duration {
        let age = self.driver.age_of(name);
        age.unwrap_or_else(|| self.driver.fail(&format!("started no {name}")))
    }

    fn signal_pages(&self, signal: Signal) {
        for page in self.pages() {
            kill_process(page, signal).expect("a process of ours can be signalled");
        }
    }

    fn pages(&self) -> Vec<Pid> {
        let pages = self.driver.members(PAGES);
        assert!(!pages.is_empty(), "a webview has a process for its pages");
        pages
    }

    /// Writes a picture as a PNG file: of the page, or of the whole screen where the engine has one
    /// (`WebKitWebDriver` 2.50 never answers the command for it under Xvfb).
    pub async fn screenshot(&self, path: &Path) {
        if let Some(screen) = &self.screen {
            return display::screenshot(screen, path).await;
        }
        let picture = self.step("take a picture", self.client.screenshot()).await;
        std::fs::write(path, picture).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    }

    /// All that the engine's driver, and a webview's program with it, said on standard error.
    pub fn logs(&self) -> String {
        self.driver.stderr()
    }

    /// Ends the session as the engine wants it; the app or browser has closed when this returns.
    /// Dropping the value does the same by force.
    pub async fn close(self) {
        self.step("close", self.client.clone().close()).await;
    }

    async fn find_text(&self, css: &str) -> Result<String, CmdError> {
        self.client.find(Locator::Css(css)).await?.text().await
    }

    /// One command to the engine. A driver that never answers is a failed step, not a hanging test.
    async fn step<T>(&self, what: &str, command: impl Future<Output = Result<T, CmdError>>) -> T {
        match timeout(PATIENCE, command).await {
            Ok(Ok(done)) => done,
            Ok(Err(error)) => self.driver.fail(&format!("could not {what}: {error}")),
            Err(_) => self.driver.fail(&format!("did not {what} in {PATIENCE:?}")),
        }
    }
}
