//! The desk's tariffs in Chromium: a tariff is written, its bill stands there as it is typed, it is saved and holds, and what
//! another operator changes appears by itself.

use serde_json::json;

use crate::browser_watched::Watched;
use crate::rest::Rest;
use crate::site::Site;

#[tokio::test]
async fn live_37_tariff_management_a_tariff_is_written_tried_out_saved_and_changed_elsewhere() {
    let site = Site::with_price(None, "0.45").await;
    let gateway = site.serve(&[]).await;
    let page = Watched::desk(gateway.http(), "tariffs").await;
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
    browser.fill("[name=idleMinutes]", "3").await;
    page.shows(
        "[data-preview=summary]",
        "0.10 EUR per minute of not charging",
    )
    .await;
    // 20 kWh, and half an hour of standing there: a 3 before the 0.
    page.shows("[data-dialog=tariff] [data-figure=cost]", "13.00")
        .await;
    browser
        .click(&format!("[data-place=\"{}\"]", site.station))
        .await;
    browser.click("[data-act=save]").await;
    page.shows("[data-table=tariffs]", "Idling").await;

    // Another operator makes it dearer.
    let mut rest = Rest::sign_in(gateway.http()).await;
    let listed = rest.get("/api/cms/tariffs?search=Idling").await;
    let made = &listed.body["items"][0];
    assert_eq!(made["stationIds"], json!([site.station]), "{made}");
    let id = made["id"].as_str().expect("an id").to_owned();
    let asked = page.asked().await;
    let dearer = json!({ "perKwh": { "amount": "0.60", "currency": "EUR" } });
    rest.put(&format!("/api/cms/tariffs/{id}"), &dearer).await;
    page.shows(&format!("[data-row=\"{id}\"]"), "0.60").await;
    page.was_pushed(asked).await;
}
