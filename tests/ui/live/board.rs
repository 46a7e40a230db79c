//! Live points of the screens that are open to everybody, in Chromium over Socket.IO: what a charger or an operator does
//! changes the named part of the page, with no reload and no request.
//!
//! Planted once and seen red: a station's state that is not taken in (`stations-list-model.js`).

use serde_json::json;
use testkit::Program;

use crate::browser_watched::Watched;
use crate::rest::Rest;
use crate::site::{Charge, Site};

async fn site() -> (Site, Program, Charge) {
    let site = Site::with_price(None, "0.45").await;
    let gateway = site.serve(&[]).await;
    let mut charge = site.charger(gateway.ocpp()).await;
    charge.status("Available").await;
    (site, gateway, charge)
}

/// The list of several stations: the site's and another one.
async fn list(gateway: &Program) -> Watched {
    let mut rest = Rest::sign_in(gateway.http()).await;
    let other = json!({ "name": "Zoo" });
    assert_eq!(rest.post("/api/cms/stations", &other).await.status, 201);
    Watched::passer_by(gateway.http(), "").await
}

#[tokio::test]
async fn a_page_whose_gateway_is_gone_says_so_within_ten_seconds_and_greys_its_figures() {
    let (_site, mut gateway, _charge) = site().await;
    let page = Watched::passer_by(gateway.http(), "").await;
    page.sees(":root[data-figures=fresh] .bay").await;
    gateway.kill();
    // The promise is 10 s, and a moment to look.
    page.sees_within(":root[data-figures=stale] [data-live=not_live]", 11)
        .await;
    page.shows("main .notice", "out of date").await;
}

#[tokio::test]
async fn live_09_stations_list_charger_availability() {
    let (site, gateway, mut charge) = site().await;
    let page = list(&gateway).await;
    let count = |tone: &str| {
        format!(
            "[data-station=\"{}\"] [data-figure=bays-{tone}]",
            site.station
        )
    };
    page.shows(&count("free"), "1").await;
    let asked = page.asked().await;
    charge.status("Charging").await;
    page.shows(&count("busy"), "1").await;
    page.shows(&count("free"), "0").await;
    charge.status("Faulted").await;
    page.shows(&count("bad"), "1").await;
    page.was_pushed(asked).await;
}

#[tokio::test]
async fn live_10_stations_list_station_online_and_offline() {
    let (site, gateway, charge) = site().await;
    let page = list(&gateway).await;
    let badge = |state: &str| {
        format!(
            "[data-station=\"{}\"] [data-station-badge={state}]",
            site.station
        )
    };
    page.sees(&badge("online")).await;
    let asked = page.asked().await;
    drop(charge);
    page.sees(&badge("offline")).await;
    let _charge = site.charger(gateway.ocpp()).await;
    page.sees(&badge("online")).await;
    page.was_pushed(asked).await;
}

#[tokio::test]
async fn live_11_charger_detail_charger_status() {
    let (site, gateway, mut charge) = site().await;
    let page = Watched::passer_by(gateway.http(), &format!("bay/{}/1", site.charge_point)).await;
    page.sees("[data-point-status=available]").await;
    let asked = page.asked().await;
    charge.status("Faulted").await;
    page.sees("[data-point-status=faulted]").await;
    drop(charge);
    page.sees("[data-point-status=offline]").await;
    page.was_pushed(asked).await;
}

#[tokio::test]
async fn live_12_charger_detail_status_per_connector() {
    let (site, gateway, mut charge) = site().await;
    let page = Watched::passer_by(gateway.http(), &format!("bay/{}/1", site.charge_point)).await;
    page.sees(".bay-screen .bay[data-connector='1'][data-status=available]")
        .await;
    let asked = page.asked().await;
    for (reported, shown) in [("Preparing", "preparing"), ("Unavailable", "unavailable")] {
        charge.status(reported).await;
        page.sees(&format!(
            ".bay-screen .bay[data-connector='1'][data-status={shown}]"
        ))
        .await;
    }
    page.was_pushed(asked).await;
}

#[tokio::test]
async fn live_15_station_detail_connector_availability() {
    let (_site, gateway, mut charge) = site().await;
    let page = Watched::passer_by(gateway.http(), "").await;
    page.shows(".free-bays", "1 of 1 free").await;
    let asked = page.asked().await;
    charge.status("Charging").await;
    page.sees(".bay[data-status=charging]").await;
    page.shows(".free-bays", "0 of 1 free").await;
    page.was_pushed(asked).await;
}

#[tokio::test]
async fn live_16_station_detail_price_now() {
    let (_site, gateway, _charge) = site().await;
    let mut rest = Rest::sign_in(gateway.http()).await;
    let page = Watched::passer_by(gateway.http(), "").await;
    page.shows("[data-site-price]", "0.45").await;
    let asked = page.asked().await;
    let tariffs = rest.get("/api/cms/tariffs").await.body;
    let id = tariffs["items"][0]["id"]
        .as_str()
        .expect("the site's tariff");
    let dearer = json!({ "perKwh": { "amount": "0.59", "currency": "EUR" } });
    let changed = rest.put(&format!("/api/cms/tariffs/{id}"), &dearer).await;
    assert_eq!(changed.status, 200, "the price is changed: {changed:?}");
    page.shows("[data-site-price]", "0.59").await;
    page.was_pushed(asked).await;
}
