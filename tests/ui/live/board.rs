//! Live points of the screens that are open to everybody, on both roads: what a charger or an operator does
//! changes the named part of the page, with no reload and no request.
//!
//! Planted once and seen red: a station's state, and a price that the clock turned, that are not taken in
//! (`stations-list-model.js`); a page that waits half a minute before it calls itself not live (`socket.js`).

use serde_json::{Value, json};

use crate::live_mine::charging;
use crate::live_stage::{Road, Stage};
use crate::site::Charge;

on_both_roads!(
    live_09_stations_list_charger_availability,
    live_10_stations_list_station_online_and_offline,
    live_11_charger_detail_charger_status,
    live_12_charger_detail_status_per_connector,
    live_15_station_detail_connector_availability,
    live_16_station_detail_price_now_and_its_next_change,
);

async fn stage(road: Road) -> (Stage, Charge) {
    let page = Stage::open(road).await;
    let charge = page.charger().await;
    (page, charge)
}

/// The list of several stations: the site's and another one.
async fn list(page: &Stage) {
    let mut rest = page.rest().await;
    let other = json!({ "name": "Zoo" });
    assert_eq!(rest.post("/api/cms/stations", &other).await.status, 201);
    page.passer_by("").await;
}

#[tokio::test]
async fn a_page_whose_gateway_is_gone_says_so_within_ten_seconds_and_greys_its_figures() {
    let (mut page, _charge) = stage(Road::SocketIo).await;
    page.passer_by("").await;
    page.sees(":root[data-figures=fresh] .bay").await;
    page.gateway().kill();
    // The promise is 10 s, and a moment to look.
    page.sees_within(":root[data-figures=stale] [data-live=not_live]", 11)
        .await;
    page.shows("main .notice", "out of date").await;
}

/// The gateway keeps its connections and says nothing: neither a price nor a charge may pass for live then.
#[tokio::test]
async fn a_price_and_a_charge_of_a_gateway_that_hangs_are_grey_within_ten_seconds() {
    let (mut page, mut charge) = charging(Road::SocketIo).await;
    charge.measure(1, 1_700, 11_000).await;
    let bay = format!("bay/{}/1", page.site.charge_point);
    for (screen, figure) in [("charge", "[data-figure=kwh]"), (&*bay, ".price-card")] {
        page.turn(screen).await;
        page.sees(&format!(":root[data-figures=fresh] {figure}"))
            .await;
        page.gateway().suspend();
        let stale = format!(":root[data-figures=stale] {figure}");
        page.sees_within(&stale, 11).await;
        page.sees("[data-live=not_live]").await;
        page.shows("main .notice", "out of date").await;
        page.gateway().resume();
        page.sees(&format!(":root[data-figures=fresh] {figure}"))
            .await;
        // A sign of life of the charger's: it must not be given up meanwhile.
        charge.status("Charging").await;
    }
}

async fn live_09_stations_list_charger_availability(road: Road) {
    let (page, mut charge) = stage(road).await;
    list(&page).await;
    let count = |tone: &str| {
        format!(
            "[data-station=\"{}\"] [data-figure=bays-{tone}]",
            page.site.station
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

async fn live_10_stations_list_station_online_and_offline(road: Road) {
    let (page, charge) = stage(road).await;
    list(&page).await;
    let badge = |state: &str| {
        format!(
            "[data-station=\"{}\"] [data-station-badge={state}]",
            page.site.station
        )
    };
    page.sees(&badge("online")).await;
    let asked = page.asked().await;
    drop(charge);
    page.sees(&badge("offline")).await;
    let _charge = page.charger().await;
    page.sees(&badge("online")).await;
    page.was_pushed(asked).await;
}

async fn live_11_charger_detail_charger_status(road: Road) {
    let (page, mut charge) = stage(road).await;
    page.passer_by(&format!("bay/{}/1", page.site.charge_point))
        .await;
    page.sees("[data-point-status=available]").await;
    let asked = page.asked().await;
    charge.status("Faulted").await;
    page.sees("[data-point-status=faulted]").await;
    drop(charge);
    page.sees("[data-point-status=offline]").await;
    page.was_pushed(asked).await;
}

async fn live_12_charger_detail_status_per_connector(road: Road) {
    let (page, mut charge) = stage(road).await;
    page.passer_by(&format!("bay/{}/1", page.site.charge_point))
        .await;
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

async fn live_15_station_detail_connector_availability(road: Road) {
    let (page, mut charge) = stage(road).await;
    page.passer_by("").await;
    page.shows(".free-bays", "1 of 1 free").await;
    let asked = page.asked().await;
    charge.status("Charging").await;
    page.sees(".bay[data-status=charging]").await;
    page.shows(".free-bays", "0 of 1 free").await;
    page.was_pushed(asked).await;
}

async fn live_16_station_detail_price_now_and_its_next_change(road: Road) {
    let (page, _charge) = stage(road).await;
    let mut rest = page.rest().await;
    page.passer_by("").await;
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

    // From noon on another price than before noon: whichever holds now, the other one is next.
    let halves = [
        energy("0.50", Some(["00:00", "12:00"])),
        energy("0.60", None),
    ];
    let halves = json!({ "currency": "EUR", "elements": halves });
    let changed = rest.put(&format!("/api/cms/tariffs/{id}"), &halves).await;
    assert_eq!(changed.status, 200, "{changed:?}");
    page.shows("[data-site-price] [data-price=next]", "per kWh")
        .await;
    // 0.50 and 0.60 with 19 % on top.
    page.shows("[data-site-price]", "0.595").await;
    page.shows("[data-site-price]", "0.714").await;

    // The clock turns it: a tariff for a day to come has come.
    let soon = "return new Date(Date.now() + 1500).toISOString()";
    let soon = page.browser().execute(soon).await;
    let dated = json!({ "name": "Soon", "currency": "EUR", "validFrom": soon, "stationIds": [page.site.station],
        "perKwh": { "amount": "0.39", "currency": "EUR" }, "taxPercent": "19" });
    let made = rest.post("/api/cms/tariffs", &dated).await;
    assert_eq!(made.status, 201, "{made:?}");
    page.shows("[data-site-price]", "0.39").await;
    page.sees("[data-site-price]:not(:has([data-price=next]))")
        .await;
    page.was_pushed(asked).await;
}

/// An element of OCPI 2.2.1: so much per kWh, without the tax, and at which hours alone.
fn energy(price: &str, hours: Option<[&str; 2]>) -> Value {
    let component = json!({ "type": "ENERGY", "price": price, "vat": "19", "stepSize": 1 });
    let mut element = json!({ "priceComponents": [component] });
    if let Some([from, to]) = hours {
        element["restrictions"] = json!({ "startTime": from, "endTime": to });
    }
    element
}
