//! A site with a page in front of it, by either road that live events take: in Chromium over Socket.IO, or in the kiosk's own
//! window over IPC, where no TCP door is open for pages. While a charger or an operator does something on the other side,
//! the page is never loaded again and asks for nothing; what it shows comes by push.
//!
//! WebKit tells a page of no request that its own scheme answers (`performance.getEntries` stays empty), so they are
//! counted where every page makes them.
//!
//! Planted once and seen red on both roads: a page that polls (`page.js`).

use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;
use testkit::port::Port;
use testkit::{Browser, Display, Program};

use crate::rest::Rest;
use crate::site::{Charge, EMAIL, PASSWORD, SLOW_MACHINE, Site, app_with_window};

/// How long an event may take from its cause to the page. Far above what it takes; a hang is a failure.
const SEEN: Duration = Duration::from_secs(10);

/// The kiosk's own pages (`src-tauri/src/desktop/scheme.rs`).
const WINDOW: &str = "forecourt://localhost";

/// Notes from now on what the page asks anybody for. An answer of IPC that is too large for its channel is fetched:
/// that is push, too. That it lives it only says.
const COUNT: &str = "
    if (window.askedFor === undefined) {
        const none = /__TAURI_CHANNEL__|^ipc:..localhost.alive$/;
        const note = (url) => { if (!none.test(String(url))) window.askedFor.push(String(url)); };
        const { fetch, XMLHttpRequest: { prototype }, Navigator } = window;
        const { open } = prototype;
        const { sendBeacon } = Navigator.prototype;
        window.askedFor = [];
        window.uncounted = (...asked) => fetch.apply(window, asked);
        window.fetch = (...asked) => { note(asked[0]?.url ?? asked[0]); return fetch.apply(window, asked); };
        prototype.open = function (...asked) { note(asked[1]); return open.apply(this, asked); };
        Navigator.prototype.sendBeacon = function (...asked) { note(asked[0]); return sendBeacon.apply(this, asked); };
    }
    return window.askedFor";

/// The road that live events take to the page, and with it the program that shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Road {
    /// Chromium, in front of a gateway without a window.
    SocketIo,
    /// The kiosk's window, with `--listen off`.
    Ipc,
}

/// Makes of each named function, which takes a road, one test in Chromium and one in the kiosk's window.
macro_rules! on_both_roads {
    ($($shown:ident),* $(,)?) => {
        /// What is shown here.
        pub const SHOWN: &[&str] = &[$(stringify!($shown)),*];

        mod chromium {
            $(#[tokio::test]
            async fn $shown() {
                super::$shown(crate::live_stage::Road::SocketIo).await;
            })*
        }

        mod webview {
            $(#[tokio::test]
            async fn $shown() {
                super::$shown(crate::live_stage::Road::Ipc).await;
            })*
        }
    };
}

/// A site, its gateway, and a page. What stands first is ended first.
pub struct Stage {
    browser: Arc<Browser>,
    /// `None`: it is in the window's own process.
    gateway: Option<Program>,
    _display: Option<Display>,
    _ocpp_port: Option<Port>,
    /// Where pages are.
    pages: String,
    /// Where chargers connect.
    ocpp: String,
    /// The registered site.
    pub site: Site,
}

impl Stage {
    /// A site of one charge point where a kWh costs 0.45 EUR, with nobody signed in.
    pub async fn open(road: Road) -> Self {
        let site = Site::with_price(None, "0.45").await;
        match road {
            Road::SocketIo => Self::in_chromium(site, &[]).await,
            Road::Ipc => Self::in_window(site).await,
        }
    }

    /// The same in Chromium, with settings in the gateway's environment.
    pub async fn open_with(settings: &[(&str, &str)]) -> Self {
        let site = Site::with_price(None, "0.45").await;
        Self::in_chromium(site, settings).await
    }

    /// A site of the caller's own, the same way.
    pub async fn in_chromium(site: Site, settings: &[(&str, &str)]) -> Self {
        let gateway = site.serve_with(settings).await;
        let pages = gateway.http().to_owned();
        Self::in_front_of(site, gateway, pages).await
    }

    /// Chromium in front of a gateway whose pages it gets from another address than the gateway says.
    pub async fn in_front_of(site: Site, gateway: Program, pages: String) -> Self {
        Self {
            browser: Arc::new(Browser::chromium().await),
            _display: None,
            _ocpp_port: None,
            pages,
            ocpp: gateway.ocpp().to_owned(),
            gateway: Some(gateway),
            site,
        }
    }

    /// A site of the caller's own, in the kiosk's window.
    pub async fn in_window(site: Site) -> Self {
        let display = Display::start().await;
        let port = Port::lease();
        let ocpp = format!("127.0.0.1:{}", port.number());
        let mut arguments = site.arguments();
        arguments.extend(["--listen", "off", "--ocpp-listen", &ocpp].map(str::to_owned));
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let browser =
            Browser::webview(&app_with_window(), &arguments, &[SLOW_MACHINE], &display).await;
        // The boot screen goes when the gateway is there.
        browser.wait_for("[name=email]").await;
        Self {
            browser: Arc::new(browser),
            gateway: None,
            _display: Some(display),
            _ocpp_port: Some(port),
            pages: WINDOW.to_owned(),
            ocpp: format!("ws://{ocpp}/ocpp"),
            site,
        }
    }

    /// Connects the site's charge point, with a free bay.
    pub async fn charger(&self) -> Charge {
        let mut charge = self.site.charger(&self.ocpp).await;
        charge.status("Available").await;
        charge
    }

    /// Another operator, who goes through the same door as the page.
    pub async fn rest(&self) -> Rest {
        match &self.gateway {
            Some(gateway) => Rest::sign_in(gateway.http()).await,
            None => Rest::sign_in_through(Arc::clone(&self.browser)).await,
        }
    }

    /// The same as somebody else, where there is a TCP door.
    pub async fn rest_as(&self, email: &str) -> Rest {
        let gateway = self.gateway.as_ref().expect("a gateway without a window");
        Rest::sign_in_as(gateway.http(), email, PASSWORD).await
    }

    /// The gateway's program. There is none of its own where it runs in the window.
    pub fn gateway(&mut self) -> &mut Program {
        self.gateway.as_mut().expect("a gateway without a window")
    }

    /// Opens the desk at a screen of it, signed in.
    pub async fn desk(&self, screen: &str) {
        self.desk_as(EMAIL, screen).await;
    }

    /// The same, signed in as somebody else.
    pub async fn desk_as(&self, email: &str, screen: &str) {
        self.goto("cms.html").await;
        let browser = &self.browser;
        browser.wait_for("[name=email]").await;
        browser.fill("[name=email]", email).await;
        browser.fill("[name=password]", PASSWORD).await;
        browser.click("button.primary").await;
        browser.wait_for("[data-page] section").await;
        self.turn(screen).await;
    }

    /// Opens the driver's page at a screen that is open to everybody.
    pub async fn passer_by(&self, screen: &str) {
        self.goto("user-panel.html").await;
        self.turn(screen).await;
    }

    /// Loads one of the pages.
    pub async fn goto(&self, name: &str) {
        self.browser.goto(&format!("{}/{name}", self.pages)).await;
    }

    /// Where chargers connect: `ws://…/ocpp`.
    pub fn ocpp(&self) -> &str {
        &self.ocpp
    }

    /// The bare page.
    pub fn browser(&self) -> &Browser {
        &self.browser
    }

    /// Turns to another screen, waits until it is live, and watches from there on.
    pub async fn turn(&self, screen: &str) {
        self.browser
            .execute(&format!(
                "window.location.hash = '#/{screen}'; window.neverReloaded = true; return 0"
            ))
            .await;
        self.browser.wait_for("[data-live=live]").await;
    }

    /// Waits until an element is there.
    pub async fn sees(&self, css: &str) {
        self.browser.wait_for(css).await;
    }

    /// Waits until an element is there, but no longer than so many seconds.
    pub async fn sees_within(&self, css: &str, seconds: u64) {
        let found = format!("return document.querySelector('{css}') !== null");
        let there = testkit::wait_until(Duration::from_secs(seconds), async || {
            (self.browser.execute(&found).await == Value::Bool(true)).then_some(())
        });
        assert!(there.await.is_some(), "{css} within {seconds} s");
    }

    /// Waits until an element's text holds this.
    pub async fn shows(&self, css: &str, text: &str) {
        self.browser
            .wait_text(css, |shown| shown.contains(text), SEEN)
            .await;
    }

    /// Waits until the clock shows another second than now.
    pub async fn next_second(&self) {
        let second = "return String(Math.floor(Date.now() / 1000))";
        let now = self.browser.execute(second).await;
        let later = testkit::wait_until(SEEN, async || {
            (self.browser.execute(second).await != now).then_some(())
        });
        assert!(later.await.is_some(), "time goes on");
    }

    /// How many requests the page has made since it was asked for the first time.
    pub async fn asked(&self) -> usize {
        requests(&self.browser).await.len()
    }

    /// That the page was pushed what it shows: never loaded again, and nobody asked more than `before`.
    pub async fn was_pushed(&self, before: usize) {
        let same = self
            .browser
            .execute("return window.neverReloaded === true")
            .await;
        assert_eq!(same, Value::Bool(true), "the page was never loaded again");
        let asked = requests(&self.browser).await;
        assert_eq!(asked.len(), before, "it asks for nothing more: {asked:?}");
    }
}

/// What the page has asked for since this was called for the first time.
pub async fn requests(browser: &Browser) -> Vec<Value> {
    let asked = browser.execute(COUNT).await;
    asked.as_array().expect("a list of addresses").clone()
}

#[test]
fn each_of_the_39_live_points_is_shown_on_both_roads() {
    let named = [
        crate::live_board::SHOWN,
        crate::live_desk::SHOWN,
        crate::live_figure::SHOWN,
        crate::live_mine::SHOWN,
        crate::live_money_in::SHOWN,
        crate::live_office::SHOWN,
        crate::live_tariffs::SHOWN,
    ];
    let mut points: Vec<u32> = named
        .concat()
        .iter()
        .filter_map(|name| name.strip_prefix("live_")?.get(..2)?.parse().ok())
        .collect();
    points.sort_unstable();
    assert_eq!(points, (1..=39).collect::<Vec<_>>());
}
