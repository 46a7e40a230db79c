//! A page in Chromium under watch: while a charger or REST does something on the other side, it is never loaded again and
//! asks REST for nothing; what it shows comes by push.

use std::time::Duration;

use serde_json::Value;
use testkit::Browser;

use crate::site::{EMAIL, PASSWORD};

/// How long an event may take from its cause to the page. Far above what it takes; a hang is a failure.
const SEEN: Duration = Duration::from_secs(10);

/// A page that is open and live.
pub struct Watched {
    browser: Browser,
}

impl Watched {
    /// Opens the desk at a screen of it, signed in.
    pub async fn desk(http: &str, screen: &str) -> Self {
        let page = Self::open(http, "cms.html").await;
        let browser = &page.browser;
        browser.wait_for("[name=email]").await;
        browser.fill("[name=email]", EMAIL).await;
        browser.fill("[name=password]", PASSWORD).await;
        browser.click("button.primary").await;
        browser.wait_for("[data-page] section").await;
        page.turn(screen).await;
        page
    }

    /// Opens the driver's page at a screen that is open to everybody.
    pub async fn passer_by(http: &str, screen: &str) -> Self {
        let page = Self::open(http, "user-panel.html").await;
        page.turn(screen).await;
        page
    }

    async fn open(http: &str, name: &str) -> Self {
        let browser = Browser::chromium().await;
        browser.goto(&format!("{http}/{name}")).await;
        Self { browser }
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

    /// How many requests the page has made to REST so far.
    pub async fn asked(&self) -> i64 {
        let count = "return performance.getEntriesByType('resource').filter((entry) => entry.name.includes('/api/')).length";
        self.browser.execute(count).await.as_i64().expect("a count")
    }

    /// That the page was pushed what it shows: never loaded again, and REST asked no more than `before`.
    pub async fn was_pushed(&self, before: i64) {
        let same = self
            .browser
            .execute("return window.neverReloaded === true")
            .await;
        assert_eq!(same, Value::Bool(true), "the page was never loaded again");
        assert_eq!(
            self.asked().await,
            before,
            "the page asked REST for nothing"
        );
    }
}
