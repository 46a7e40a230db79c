//! The desk's tariffs, on both roads: a tariff is written, its bill stands there as it is typed, it is saved and holds, and what
//! another operator changes appears by itself.

use serde_json::json;

use crate::live_stage::{Road, Stage};

on_both_roads!(live_37_tariff_management_rows_follow_what_is_saved_and_changed_elsewhere,);

async fn live_37_tariff_management_rows_follow_what_is_saved_and_changed_elsewhere(road: Road) {
    let page = Stage::open(road).await;
    page.desk("tariffs").await;
    let browser = page.browser();
    page.sees("[data-table=tariffs] [data-row]").await;
    browser.click("[data-act=add-tariff]").await;
    page.sees("[data-dialog=tariff]").await;
    for (field, text) in [
        ("name", "Idling"),
        ("perKwh", "0.50"),
        ("idlePerMinute", "0.10"),
    ] {
        browser.fill(&format!("[name={field}]"), text).await;
    }
    browser.refill("[name=idleMinutes]", "30").await;
    page.shows(
        "[data-preview=summary]",
        "0.10 EUR per minute of not charging",
    )
    .await;
    // 20 kWh, and half an hour of standing there.
    page.shows("[data-dialog=tariff] [data-figure=cost]", "13.00")
        .await;
    browser
        .click(&format!("[data-place=\"{}\"]", page.site.station))
        .await;
    browser.click("[data-act=save]").await;
    page.shows("[data-table=tariffs]", "Idling").await;

    // Another operator makes it dearer.
    let mut rest = page.rest().await;
    let listed = rest.get("/api/cms/tariffs?search=Idling").await;
    let made = &listed.body["items"][0];
    assert_eq!(made["stationIds"], json!([page.site.station]), "{made}");
    let id = made["id"].as_str().expect("an id").to_owned();
    let asked = page.asked().await;
    let dearer = json!({ "perKwh": { "amount": "0.60", "currency": "EUR" } });
    rest.put(&format!("/api/cms/tariffs/{id}"), &dearer).await;
    page.shows(&format!("[data-row=\"{id}\"]"), "0.60").await;
    page.was_pushed(asked).await;
}
