//! Somebody walks away from a board without signing out: what was theirs goes, what runs goes on (TAU-13); and nothing of the
//! operator's is behind a driver's screen (TAU-14). The page's clock is moved, not waited for.
//!
//! Planted once and seen red: a way back that is kept (`route.js`); a sign-in that is not ended (`app.js`); storage that neither the
//! page nor the window clears (`host.js`, `staff.rs`); a door that answers a driver's screen everything (`places.rs`); an operator's
//! token that hears there (`commands.rs`); a desk that is never hidden, that a reload opens, that a wrong password ends
//! (`app.js`, `idle-lock.js`, `api.js`).

use serde_json::json;

use crate::browser_driver::{COUNT_TAPS, begin};
use crate::kiosk_place::{BOARD, PublicPlace};
use crate::rest::{DRIVER, Rest, give};
use crate::site::{EMAIL, PASSWORD};

/// Moves the page's clock on.
fn later(seconds: u32) -> String {
    format!("const now = performance.now() + {seconds}_000; performance.now = () => now; return 0")
}

#[tokio::test]
async fn somebody_who_walks_away_while_charging_leaves_nothing_on_the_screen_and_the_charge_goes_on()
 {
    let kiosk = PublicPlace::board().await;
    let browser = kiosk.browser();
    let mut charge = kiosk.charger().await;
    let (driver, _) = Rest::register(&kiosk.http(), DRIVER).await;
    let mut desk = Rest::sign_in(&kiosk.http()).await;
    give(&mut desk, "50.00").await;
    browser.wait_for(".bay[data-status=available]").await;
    let entries = kiosk.run("return window.history.length").await;
    browser.click(".bay").await;
    browser.wait_for("[name=email]").await;
    kiosk.run(&fill("[name=email]", DRIVER)).await;
    kiosk.run(&fill("[name=password]", PASSWORD)).await;
    browser.click("[data-act=enter]").await;
    browser.wait_for("[data-act=start]:enabled").await;
    begin(browser, &mut charge).await;
    charge.measure(1, 1_700, 11_000).await;
    browser.click("[data-act=me]").await;
    browser.wait_for("[data-act=sessions]").await;
    kiosk
        .run(
            "window.theirs = true; localStorage.setItem('forecourt.comfort', '{\"size\":150}'); \
             localStorage.setItem('x', '1'); sessionStorage.setItem('y', '2'); document.cookie = 'z=3'; return 0",
        )
        .await;
    let token = kiosk
        .run("return sessionStorage.getItem('forecourt.user.token')")
        .await;
    let token = token.as_str().expect("the page keeps one").to_owned();
    let there = kiosk.run("return window.history.length").await;
    assert_eq!(there, entries, "no way back was made");

    // A minute: it asks, and whoever is there says so.
    kiosk.run(&later(61)).await;
    browser.wait_for("[data-dialog=idle] [data-act=stay]").await;
    browser.click("[data-act=stay]").await;
    kiosk
        .until("return document.querySelector('[data-dialog=idle]') === null")
        .await;
    assert_eq!(
        kiosk.run("return window.theirs").await,
        json!(true),
        "they are still here"
    );
    // A minute and a quarter.
    kiosk.run(&later(61)).await;
    browser.wait_for("[data-dialog=idle]").await;
    kiosk.run(&later(16)).await;
    kiosk
        .until("return window.theirs === undefined && document.querySelector('.bay') !== null")
        .await;

    let left = "return { local: localStorage.length, session: sessionStorage.length, cookies: document.cookie, \
        place: window.location.href, entries: window.history.length, \
        fields: [...document.querySelectorAll('input')].map(({ value }) => value).filter(Boolean), \
        said: document.documentElement.outerHTML.includes('driver@') || document.documentElement.outerHTML.includes('1.600') }";
    let expect = json!({
        "local": 0, "session": 0, "cookies": "", "place": BOARD, "entries": entries, "fields": [], "said": false,
    });
    assert_eq!(kiosk.run(left).await, expect, "nothing of theirs is left");
    // Back is nowhere.
    kiosk
        .run("window.same = true; window.history.back(); return 0")
        .await;
    kiosk.run(COUNT_TAPS).await;
    kiosk
        .until("return window.same === true && document.querySelector('.bay') !== null")
        .await;
    let mut theirs = driver;
    theirs.token = token;
    let answer = theirs.get("/api/user/auth/me").await;
    assert_eq!(answer.status, 401, "the sign-in is over: {}", answer.body);
    // The charge is not.
    let sessions = desk.get("/api/cms/sessions/active").await.body;
    assert_eq!(sessions["items"][0]["status"], "charging", "{sessions}");
    charge.stop(2_700).await;
}

/// Puts a text into a field: the board's own keyboard lies over the page while a person types.
fn fill(css: &str, text: &str) -> String {
    format!("document.querySelector('{css}').value = '{text}'; return 0")
}

#[tokio::test]
async fn what_somebody_chose_on_the_board_goes_with_them() {
    let kiosk = PublicPlace::board().await;
    kiosk.browser().wait_for("main.board").await;
    kiosk
        .run("window.theirs = true; localStorage.setItem('forecourt.language', 'ar'); return 0")
        .await;
    kiosk.run(&later(76)).await;
    kiosk
        .until("return window.theirs === undefined && localStorage.length === 0")
        .await;
    kiosk.browser().wait_for("html[lang=en]").await;
}

#[tokio::test]
async fn the_operators_pages_and_routes_are_not_behind_a_drivers_screen() {
    let kiosk = PublicPlace::board().await;
    kiosk.browser().wait_for("main.board").await;
    let operator = Rest::sign_in(&kiosk.http()).await;
    for path in [
        "/cms.html",
        "/modules/app.js",
        "/api/cms/dashboard",
        "/api/cms/auth/me",
        "/api/cms/settings",
        "/api/charger/x/reset",
        "/metrics",
        "/api/user/../cms/dashboard",
        "/api/%63ms/dashboard",
        "/user-panel/..%2fcms.html",
    ] {
        let ask = format!(
            "window.status = null; fetch({path:?}, {{ headers: {{ Authorization: 'Bearer {}' }} }})\
             .then((answer) => {{ window.status = answer.status; }}, () => {{ window.status = 0; }}); return 0",
            operator.token
        );
        kiosk.run(&ask).await;
        kiosk.until("return window.status !== null").await;
        let status = kiosk.run("return window.status").await;
        assert!(
            status == "404" || status == "0" || status == 404 || status == 0,
            "{path}: {status}"
        );
    }
    let join = json!({ "rooms": ["cms"], "token": operator.token, "channel": "__CHANNEL__:7" });
    let joined = kiosk.invoke("live_subscribe", &join).await;
    assert_eq!(joined["said"]["code"], "auth.forbidden", "{joined}");
    let info = kiosk.invoke("host_info", &json!({})).await;
    assert_eq!(
        (&info["said"]["demo"], &info["said"]["setup"]),
        (&json!(null), &json!(null))
    );
}

#[tokio::test]
async fn a_desk_that_nobody_touches_shows_nothing_until_the_password_is_said_again() {
    let kiosk = PublicPlace::with(&[]).await;
    let browser = kiosk.browser();
    browser.wait_for("[name=email]").await;
    browser.fill("[name=email]", EMAIL).await;
    browser.fill("[name=password]", PASSWORD).await;
    browser.click("button.primary").await;
    browser.wait_for("[data-live=live]").await;
    kiosk.run(&later(119)).await;
    kiosk
        .run("window.dispatchEvent(new WheelEvent('wheel')); window.same = true; return 0")
        .await;
    kiosk.run(&later(119)).await;
    assert_eq!(
        kiosk
            .run("return document.querySelector('[data-form=unlock]')")
            .await,
        json!(null)
    );
    kiosk.run(&later(2)).await;
    browser.wait_for("[data-form=unlock]").await;
    let hidden = "return document.querySelector('[data-page], .nav, [data-figure]') === null";
    assert_eq!(
        kiosk.run(hidden).await,
        json!(true),
        "nothing of the desk is left in the page"
    );
    kiosk.run("window.location.reload(); return 0").await;
    kiosk.until("return window.same === undefined").await;
    browser.wait_for("[data-form=unlock]").await;
    assert_eq!(
        kiosk.run(hidden).await,
        json!(true),
        "a reload does not open it"
    );
    browser.fill("[name=password]", "another password").await;
    browser.click("[data-act=unlock-desk]").await;
    browser.wait_for("[data-form=unlock] [data-code]").await;
    browser.refill("[name=password]", PASSWORD).await;
    browser.click("[data-act=unlock-desk]").await;
    browser.wait_for("[data-page] section").await;
    browser.wait_for("[data-live=live]").await;
}
