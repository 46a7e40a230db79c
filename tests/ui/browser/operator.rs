//! An operator at the desk in Chromium, over Socket.IO: a charge in the list, a command and what the charger
//! said to it, the frames on its socket; an alert that leads to an unlocked connector; a station made, and a charger that
//! knocks let in.
//!
//! Planted once and seen red: the unlocking of another connector than the chosen one (`command-form.js`).

use std::time::Duration;

use serde_json::json;
use testkit::{Browser, Charger};

use crate::browser_driver::COUNT_TAPS;
use crate::desk;
use crate::rest::Rest;
use crate::site::Site;

const SEEN: Duration = Duration::from_secs(10);

#[tokio::test]
async fn an_operator_sees_a_charge_sends_a_reset_and_sees_its_result() {
    let site = Site::with_price(None, "0.45").await;
    let gateway = site.serve(&[]).await;
    let browser = Browser::chromium().await;
    browser.goto(&format!("{}/cms.html", gateway.http())).await;
    desk::sign_in(&browser).await;
    browser.click("[data-tab=sessions]").await;
    let mut charge = site.charger(gateway.ocpp()).await;
    charge.start(100).await;
    charge.measure(1, 1_600, 11_000).await;
    let shows = async |css: &str, text: &str| {
        browser
            .wait_text(css, |shown| shown.contains(text), SEEN)
            .await;
    };
    shows("[data-figure=session-energy]", "1.500").await;
    shows("[data-figure=session-cost]", "0.68").await;

    browser.click("[data-tab=points]").await;
    browser.wait_for("[data-act=open]").await;
    browser.click("[data-act=open]").await;
    browser.wait_for("[data-act=reset]:enabled").await;
    browser.wait_for("[data-live=live]").await;
    browser.click("[data-act=reset]").await;
    browser.wait_for("[data-act=reset-yes]").await;
    assert!(
        charge.charger().nothing_came().await,
        "a restart asks before it is sent"
    );
    browser.click("[data-act=reset-yes]").await;
    let (id, action, asked) = charge.charger().next_call().await;
    assert_eq!(
        (action.as_str(), asked["type"].as_str()),
        ("Reset", Some("Soft")),
        "what was asked reaches the charger"
    );
    browser
        .wait_for("[data-command=Reset][data-result=requested]")
        .await;
    charge
        .charger()
        .answer(&id, json!({ "status": "Rejected" }))
        .await;
    browser
        .wait_for("[data-command=Reset][data-result=rejected]")
        .await;
    browser
        .wait_for("[data-frame=Reset][data-direction=in]")
        .await;
}

/// A car that nobody can pull out: three presses from the alert's sign to the unlocked plug.
#[tokio::test]
async fn an_operator_sees_an_alert_opens_its_charger_and_unlocks_the_connector() {
    let site = Site::with_price(None, "0.45").await;
    let gateway = site.serve(&[]).await;
    let mut charge = site.charger(gateway.ocpp()).await;
    let browser = Browser::chromium().await;
    browser.goto(&format!("{}/cms.html", gateway.http())).await;
    desk::sign_in(&browser).await;
    let shows = async |css: &str, text: &str| {
        browser
            .wait_text(css, |shown| shown.contains(text), SEEN)
            .await;
    };
    let failed =
        json!({ "connectorId": 1, "errorCode": "ConnectorLockFailure", "status": "Faulted" });
    charge.charger().call("StatusNotification", failed).await;
    shows("[data-tab=alerts] .nav-count", "1").await;
    browser.execute(COUNT_TAPS).await;
    browser.click("[data-tab=alerts]").await;
    browser
        .wait_for("[data-alert=connector_fault] footer a.button")
        .await;
    browser
        .click("[data-alert=connector_fault] footer a.button")
        .await;
    browser.wait_for("[data-act=unlock]:enabled").await;
    browser.click("[data-act=unlock]").await;
    let (id, action, asked) = charge.charger().next_call().await;
    assert_eq!(
        (action.as_str(), &asked["connectorId"]),
        ("UnlockConnector", &json!(1)),
        "what was asked reaches the charger"
    );
    let unlocked = json!({ "status": "Unlocked" });
    charge.charger().answer(&id, unlocked).await;
    browser
        .wait_for("[data-command=UnlockConnector][data-result=accepted]")
        .await;
    shows("[data-command=UnlockConnector]", "Unlocked").await;
    assert_eq!(browser.execute("return window.taps").await, 3);
    charge.status("Available").await;
    browser
        .wait_for("[data-tab=alerts]:not(:has(.nav-count))")
        .await;
}

#[tokio::test]
async fn an_operator_makes_a_station_and_lets_a_charger_in_that_knocks() {
    let site = Site::new().await;
    let gateway = site.serve(&[]).await;
    let browser = Browser::chromium().await;
    browser.goto(&format!("{}/cms.html", gateway.http())).await;
    desk::sign_in(&browser).await;
    browser.click("[data-tab=stations]").await;
    browser.wait_for("[data-act=add-station]").await;
    browser.click("[data-act=add-station]").await;
    browser.wait_for("dialog [name=name]").await;
    browser.fill("dialog [name=name]", "Harbour").await;
    browser.click("dialog [data-act=save]").await;
    let rows = |shown: &str| shown.contains("Harbour");
    browser.wait_text("[data-table=stations]", rows, SEEN).await;

    let _charger = let_in(&browser, gateway.ocpp(), "NEW-1").await;
    browser.click("[data-tab=points]").await;
    let online = |shown: &str| shown.contains("NEW-1");
    browser.wait_text("[data-table=points]", online, SEEN).await;
    browser
        .wait_text("[data-figure=online]", |shown| shown == "1", SEEN)
        .await;
}

/// A charger knocks that nobody knows, is let in at the desk, and boots with the key that was shown.
pub async fn let_in(browser: &Browser, ocpp: &str, identity: &str) -> Charger {
    let refused = Charger::try_connect(ocpp, identity, Some("a guess"), Some("ocpp1.6")).await;
    assert!(refused.is_err(), "nobody knows it yet");
    browser.click("[data-tab=inbox]").await;
    browser.wait_for("[data-knock=unknown_identity]").await;
    browser.click("[data-act=accept]").await;
    browser.wait_for("dialog [data-act=save]").await;
    browser.click("dialog [data-act=save]").await;
    browser.wait_for("[data-credentials]").await;
    let key = browser
        .text("[data-credentials] .field:nth-of-type(2) code")
        .await;
    browser.click("dialog [data-act=done]").await;
    let mut charger = Charger::connect(ocpp, identity, Some(&key)).await;
    let boot = json!({ "chargePointVendor": "Test", "chargePointModel": "One" });
    let answer = charger.call("BootNotification", boot).await;
    assert_eq!(answer[2]["status"], "Accepted", "{answer}");
    charger
}

/// Cash comes in at the desk: the day's report shows it by itself, and the closing says what is missing in the till.
#[tokio::test]
async fn an_operator_takes_cash_and_closes_the_day() {
    let site = Site::with_price(None, "0.45").await;
    let gateway = site.serve(&[]).await;
    let mut rest = Rest::sign_in(gateway.http()).await;
    rest.register_driver().await;
    let found = rest.get("/api/cms/customers").await.body;
    let customer = found["items"][0]["id"].as_str().expect("a customer");
    let browser = Browser::chromium().await;
    browser.goto(&format!("{}/cms.html", gateway.http())).await;
    desk::sign_in(&browser).await;
    browser.click("[data-tab=shifts]").await;
    let shows = async |css: &str, text: &str| {
        browser
            .wait_text(css, |shown| shown.contains(text), SEEN)
            .await;
    };
    shows("[data-figure=shift-cash]", "0.00").await;
    browser.wait_for("[data-live=live]").await;
    let cash = json!({ "amount": { "amount": "20.00", "currency": "EUR" }, "method": "cash", "reason": "At the desk" });
    let path = format!("/api/cms/customers/{customer}/wallet/adjustments");
    assert_eq!(rest.post(&path, &cash).await.status, 201);
    shows("[data-figure=shift-cash]", "20.00").await;
    shows("[data-figure=shift-expected]", "20.00").await;
    browser.click("[data-act=close-day]").await;
    browser.wait_for("dialog [name=countedCash]").await;
    browser.fill("dialog [name=countedCash]", "19.50").await;
    browser.click("dialog [data-act=save]").await;
    browser.wait_for("[data-shift-page=closed]").await;
    shows("[data-figure=shift-difference]", "0.50").await;
    shows("h1", "1").await;
    browser.click("[data-tab=shifts]").await;
    shows("[data-table=shifts]", "0.50").await;
    shows("[data-figure=shift-cash]", "0.00").await;
}
