//! A driver in Chromium keeps a list of cars, and says at the bay which one the charge is for; the desk sees which cars a
//! customer drives.
//!
//! Planted once and seen red: a chosen car that is not sent (`charger-detail.js`).

use std::time::Duration;

use serde_json::{Value, json};
use testkit::Browser;

use crate::desk;
use crate::rest::{DRIVER, Rest, give};
use crate::site::{PASSWORD, Site};

const SEEN: Duration = Duration::from_secs(10);

async fn add(browser: &Browser, name: &str, plate: &str, battery: &str) {
    for (field, text) in [("name", name), ("plate", plate), ("battery", battery)] {
        browser
            .refill(&format!("[data-form=vehicle] [name={field}]"), text)
            .await;
    }
    browser.click("[data-form=vehicle] [data-act=save]").await;
    let shown = |list: &str| list.contains(name) && list.contains(plate);
    browser.wait_text(".vehicles", shown, SEEN).await;
}

#[tokio::test]
async fn a_driver_adds_a_car_changes_it_and_charges_it() {
    let site = Site::with_price(None, "0.45").await;
    let gateway = site.serve(&[]).await;
    let mut charge = site.charger(gateway.ocpp()).await;
    charge.status("Available").await;
    let mut driver = Rest::sign_in(gateway.http()).await.register_driver().await;
    give(&mut Rest::sign_in(gateway.http()).await, "50.00").await;
    let browser = Browser::chromium().await;
    let page = format!("{}/user-panel.html", gateway.http());
    browser.goto(&format!("{page}#/account")).await;
    browser.wait_for("[name=email]").await;
    browser.fill("[name=email]", DRIVER).await;
    browser.fill("[name=password]", PASSWORD).await;
    browser.click("form button.primary").await;
    browser.wait_for("[data-act=vehicles]").await;
    browser.click("[data-act=vehicles]").await;
    browser.wait_for("[data-form=vehicle]").await;
    add(&browser, "Blue one", "HH-AB 12", "77").await;
    add(&browser, "The van", "B-X 1", "50.5").await;
    browser.click("[data-act=edit]").await;
    browser
        .refill("[data-form=vehicle] [name=plate]", "HH-E 1")
        .await;
    browser.click("[data-form=vehicle] [data-act=save]").await;
    browser
        .wait_text(".vehicles", |list| list.contains("HH-E 1"), SEEN)
        .await;
    let listed = driver.get("/api/user/vehicles").await.body;
    let seen: Vec<Value> = listed["items"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|one| json!([one["name"], one["plate"], one["batteryWh"]]))
        .collect();
    assert_eq!(
        seen,
        [
            json!(["Blue one", "HH-E 1", 77_000]),
            json!(["The van", "B-X 1", 50_500])
        ]
    );
    let van = listed["items"][1]["id"].clone();

    browser.click("[data-act=board]").await;
    browser.wait_for(".bay[data-status=available]").await;
    browser.click(".bay").await;
    browser.wait_for(".bay-pay select[name=vehicleId]").await;
    let choose = format!("document.querySelector('.bay-pay select').value = {van}; return 0");
    browser.execute(&choose).await;
    browser.click("[data-act=start]").await;
    charge.charger().next_call().await;
    let active = driver.get("/api/user/charging/active-session").await.body;
    assert_eq!(active["session"]["vehicleId"], van, "{active}");

    browser.goto(&format!("{}/cms.html", gateway.http())).await;
    desk::sign_in(&browser).await;
    browser.click("[data-tab=customers]").await;
    browser.wait_for("[data-table=customers] a").await;
    browser.click("[data-table=customers] a").await;
    let plates = |shown: &str| shown.contains("HH-E 1") && shown.contains("B-X 1");
    browser
        .wait_text("[data-customer-page] .facts-row", plates, SEEN)
        .await;
}
