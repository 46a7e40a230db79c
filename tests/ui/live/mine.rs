//! Live points of a signed-in driver's screens, on both roads: what the charger does to the driver's charge
//! changes the named part of the page, with no reload; REST is asked for nothing but the bill of a charge that ended.
//!
//! Planted once and seen red: a notice that is never shown (`app.js`).

use serde_json::{Value, json};

use crate::browser_driver::begin;
use crate::live_stage::{Road, Stage};
use crate::rest::{DRIVER, give};
use crate::site::Charge;

on_both_roads!(
    live_01_active_session_meter_values,
    live_02_active_session_status_in_words,
    live_03_active_session_running_cost_line_by_line,
    live_04_dashboard_wallet_balance,
    live_05_dashboard_session_events_as_notices,
    live_06_dashboard_active_session_banner,
    live_07_wallet_balance_held_and_free,
    live_08_wallet_new_transactions_appear,
    live_13_sessions_a_finished_session_appears,
    live_14_sessions_status_of_listed_sessions,
);

/// A driver with a new account, on the dashboard.
pub async fn register(page: &Stage) {
    page.passer_by("account").await;
    let browser = page.browser();
    browser.wait_for("[data-act=fresh]").await;
    browser.click("[data-act=fresh]").await;
    browser.fill("[name=email]", DRIVER).await;
    let password = "a long enough password";
    browser.fill("[name=password]", password).await;
    browser.click("[data-act=enter]").await;
    browser.wait_for("[data-screen=me] .purse").await;
    // Signed in, the page is a reader anew.
    page.sees("[data-live=live]").await;
}

/// A driver whose charge has just begun, on the charge's screen.
pub async fn charging(road: Road) -> (Stage, Charge) {
    let page = Stage::open(road).await;
    let mut charge = page.charger().await;
    register(&page).await;
    give(&mut page.rest().await, "50.00").await;
    let browser = page.browser();
    page.turn(&format!("bay/{}/1", page.site.charge_point))
        .await;
    browser.wait_for("[data-act=start]:enabled").await;
    begin(browser, &mut charge).await;
    (page, charge)
}

/// A reading with the battery's state, a minute after the charge began.
async fn measure_battery(charge: &mut Charge, meter_wh: i64, percent: u8) {
    let sample = |measurand: &str, unit: &str, value: Value| json!({ "measurand": measurand, "unit": unit, "value": value.to_string() });
    let values = json!({
        "connectorId": 1,
        "transactionId": charge.transaction(),
        "meterValue": [{ "timestamp": "2026-11-22T09:31:00Z", "sampledValue": [
            sample("Energy.Active.Import.Register", "Wh", json!(meter_wh)),
            sample("Power.Active.Import", "W", json!(11_000)),
            sample("SoC", "Percent", json!(percent)),
        ] }],
    });
    let answer = charge.charger().call("MeterValues", values).await;
    assert_eq!(answer[0], 3, "readings are taken: {answer}");
}

async fn live_01_active_session_meter_values(road: Road) {
    let (page, mut charge) = charging(road).await;
    let asked = page.asked().await;
    measure_battery(&mut charge, 1_700, 41).await;
    for (figure, text) in [
        ("kwh", "1.600"),
        ("kw", "11.0"),
        ("soc", "41"),
        ("time", ":"),
    ] {
        page.shows(&format!("[data-figure={figure}]"), text).await;
    }
    charge.measure(2, 2_100, 7_400).await;
    page.shows("[data-figure=kwh]", "2.000").await;
    page.shows("[data-figure=kw]", "7.4").await;
    page.sees("power-curve canvas").await;
    page.was_pushed(asked).await;
}

async fn live_02_active_session_status_in_words(road: Road) {
    let (page, mut charge) = charging(road).await;
    let asked = page.asked().await;
    charge.status("SuspendedEV").await;
    page.sees("[data-session=suspended]").await;
    page.shows(".charge-state", "Waiting for the car").await;
    charge.status("Charging").await;
    page.sees("[data-session=charging]").await;
    page.was_pushed(asked).await;
    charge.stop(2_700).await;
    page.sees("[data-session=stopped]").await;
    page.shows(".charge-hint", "It was stopped at the charger.")
        .await;
    // The lines of its bill are asked for, once.
    page.shows("[data-figure=line]", "1.17").await;
    page.was_pushed(asked + 1).await;
}

async fn live_03_active_session_running_cost_line_by_line(road: Road) {
    let (page, mut charge) = charging(road).await;
    let asked = page.asked().await;
    charge.measure(1, 1_700, 11_000).await;
    for figure in ["cost-now", "cost", "line"] {
        page.shows(&format!("[data-figure={figure}]"), "0.72").await;
    }
    charge.measure(2, 2_100, 7_400).await;
    page.shows("[data-figure=line]", "0.90").await;
    page.was_pushed(asked).await;
}

async fn live_04_dashboard_wallet_balance(road: Road) {
    let page = Stage::open(road).await;
    register(&page).await;
    page.shows("[data-figure=wallet-available]", "0.00").await;
    let asked = page.asked().await;
    give(&mut page.rest().await, "12.34").await;
    page.shows("[data-figure=wallet-available]", "12.34").await;
    page.was_pushed(asked).await;
}

async fn live_05_dashboard_session_events_as_notices(road: Road) {
    let (page, mut charge) = charging(road).await;
    page.turn("me").await;
    page.sees("[data-screen=me]").await;
    let asked = page.asked().await;
    charge.status("SuspendedEV").await;
    page.shows(".toast", "Paused").await;
    page.was_pushed(asked).await;
}

async fn live_06_dashboard_active_session_banner(road: Road) {
    let (page, mut charge) = charging(road).await;
    page.turn("me").await;
    page.sees("[data-screen=me] [data-banner=charging]").await;
    let asked = page.asked().await;
    charge.measure(1, 1_700, 11_000).await;
    page.shows("[data-figure=banner-kwh]", "1.600").await;
    page.shows("[data-figure=banner-kw]", "11.0").await;
    page.shows("[data-figure=banner-cost]", "0.72").await;
    charge.status("SuspendedEV").await;
    page.sees("[data-banner=suspended]").await;
    page.was_pushed(asked).await;
}

/// A charge that holds money of the wallet's, which its end takes or gives back.
async fn live_07_wallet_balance_held_and_free(road: Road) {
    let (page, mut charge) = charging(road).await;
    page.turn("wallet").await;
    page.sees("[data-form=redeem]").await;
    page.shows("[data-figure=wallet-balance]", "50.00").await;
    page.shows("[data-figure=wallet-held]", "20.00").await;
    page.shows("[data-figure=wallet-available]", "30.00").await;
    let asked = page.asked().await;
    give(&mut page.rest().await, "5.00").await;
    page.shows("[data-figure=wallet-balance]", "55.00").await;
    page.shows("[data-figure=wallet-available]", "35.00").await;
    page.was_pushed(asked).await;
    charge.stop(2_700).await;
    // 2.6 kWh at 0.45.
    page.shows("[data-figure=wallet-balance]", "53.83").await;
    page.shows("[data-figure=wallet-held]", "0.00").await;
    page.shows("[data-figure=wallet-available]", "53.83").await;
}

async fn live_08_wallet_new_transactions_appear(road: Road) {
    let (page, mut charge) = charging(road).await;
    page.turn("wallet").await;
    page.sees("[data-form=redeem]").await;
    page.shows("[data-transaction]", "50.00").await;
    let asked = page.asked().await;
    give(&mut page.rest().await, "7.00").await;
    page.shows("[data-transaction]:first-child", "7.00").await;
    page.was_pushed(asked).await;
    charge.stop(2_700).await;
    page.shows("[data-transaction]:first-child", "1.17").await;
}

async fn live_13_sessions_a_finished_session_appears(road: Road) {
    let (page, mut charge) = charging(road).await;
    page.turn("sessions").await;
    page.sees("[data-own-session=charging]").await;
    let asked = page.asked().await;
    charge.stop(2_700).await;
    page.shows("[data-own-session=stopped]", "1.17").await;
    // The lines of its bill are asked for, once.
    page.was_pushed(asked + 1).await;
}

async fn live_14_sessions_status_of_listed_sessions(road: Road) {
    let (page, mut charge) = charging(road).await;
    page.turn("sessions").await;
    page.sees("[data-own-session=charging]").await;
    let asked = page.asked().await;
    charge.status("SuspendedEV").await;
    page.sees("[data-own-session=suspended]").await;
    charge.status("Charging").await;
    page.sees("[data-own-session=charging]").await;
    page.was_pushed(asked).await;
}
