//! A driver's whole charge without a pointer: from the board to the bill with Tab, Enter and letters alone.
//!
//! Planted once and seen red: a button that the focus does not reach (`ask.js`).

use serde_json::{Value, json};
use testkit::Browser;

use crate::browser_driver::{at_the_board, plug_in};
use crate::rest::{DRIVER, Rest, give};
use crate::site::Site;

const TAB: &str = "\u{E004}";
pub const ENTER: &str = "\u{E007}";
/// More stops than any screen has.
const STOPS: usize = 60;

#[tokio::test]
async fn a_driver_charges_by_keyboard_alone() {
    let site = Site::with_price(None, "0.45").await;
    let (gateway, mut charge, browser) = at_the_board(&site, &[]).await;
    enter(&browser, ".bay[data-status=available]").await;
    enter(&browser, "[data-act=fresh]").await;
    write(&browser, "[name=email]", DRIVER).await;
    write(&browser, "[name=password]", "a long enough password").await;
    enter(&browser, "[data-act=enter]").await;
    browser.wait_for("[data-act=start]:enabled").await;
    give(&mut Rest::sign_in(gateway.http()).await, "50.00").await;
    enter(&browser, "[data-act=start]:enabled").await;
    plug_in(&browser, &mut charge).await;
    charge.measure(1, 1_700, 11_000).await;

    enter(&browser, "[data-act=stop]").await;
    enter(&browser, "[data-act=stop-yes]").await;
    let (id, action, _) = charge.charger().next_call().await;
    assert_eq!(
        action, "RemoteStopTransaction",
        "the stop reaches the charger"
    );
    let yes = json!({ "status": "Accepted" });
    charge.charger().answer(&id, yes).await;
    charge.stop(2_700).await;
    browser.wait_for("[data-session=stopped]").await;
    enter(&browser, "[data-act=done]").await;
    browser.wait_for(".bay").await;
}

/// Goes from stop to stop until the focus is on what matches.
async fn go_to(browser: &Browser, css: &str) {
    browser.wait_for(css).await;
    let there = format!("return document.activeElement?.matches('{css}') === true");
    for _ in 0..STOPS {
        if browser.execute(&there).await == Value::Bool(true) {
            return;
        }
        browser.press(TAB).await;
    }
    panic!("the focus never came to {css}");
}

async fn enter(browser: &Browser, css: &str) {
    go_to(browser, css).await;
    browser.press(ENTER).await;
}

async fn write(browser: &Browser, css: &str, text: &str) {
    go_to(browser, css).await;
    browser.press(text).await;
}
