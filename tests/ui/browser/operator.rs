//! An operator at the desk in Chromium, over Socket.IO: a charge in the list, a command and what the charger
//! said to it, the frames on its socket.

use std::time::Duration;

use serde_json::json;
use testkit::Browser;

use crate::desk;
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
