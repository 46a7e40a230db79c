//! Two organisations on one system, in Chromium: an admin adds one, gives it a station and a user; that user signs in and sees
//! one station of two, live, and nothing when the station is given away.
//!
//! Planted once and seen red: the day's sum that an organisation's page does not ask for anew (`desk.js`); a station's form that
//! does not say whose it is (`station-form.js`); a choice that is left out until its list has come, so that saving lifts
//! a user to the whole site (`organization-choices.js`).

use std::time::Duration;

use serde_json::json;
use testkit::Browser;

use crate::desk;
use crate::rest::Rest;
use crate::site::{ADMIN, Charge, PASSWORD, Site};

const SEEN: Duration = Duration::from_secs(10);
const USER: &str = "harbour@example.org";

/// Takes a choice by its words, as soon as it is there.
async fn choose(browser: &Browser, name: &str, words: &str) {
    let options = format!("dialog [name={name}]");
    browser
        .wait_text(&options, |shown| shown.contains(words), SEEN)
        .await;
    let taken = format!(
        "const choice = document.querySelector('{options}');
         choice.value = [...choice.options].find(({{ text }}) => text === '{words}').value; return choice.value !== ''"
    );
    assert_eq!(browser.execute(&taken).await, true, "{words} is a choice");
}

async fn save(browser: &Browser) {
    browser.click("dialog [data-act=save]").await;
    browser.wait_for(":root:not(:has(dialog))").await;
}

async fn turn(browser: &Browser, address: &str) {
    let turn = format!("location.hash = '#/{address}'; return 0");
    browser.execute(&turn).await;
}

/// What the admin does at the desk.
async fn hand_over(browser: &Browser, site: &Site) {
    browser.click("[data-tab=organizations]").await;
    browser.wait_for("[data-act=add-organization]").await;
    browser.click("[data-act=add-organization]").await;
    browser.wait_for("dialog [name=name]").await;
    browser.fill("dialog [name=name]", "Harbour").await;
    save(browser).await;
    browser
        .wait_for("[data-table=organizations] [data-row]")
        .await;

    turn(browser, &format!("stations/{}", site.station)).await;
    browser.wait_for("[data-act=edit]").await;
    browser.click("[data-act=edit]").await;
    browser.wait_for("dialog [name=organizationId]").await;
    choose(browser, "organizationId", "Harbour").await;
    save(browser).await;

    browser.click("[data-tab=users]").await;
    browser.wait_for("[data-act=add-user]").await;
    browser.click("[data-act=add-user]").await;
    browser.wait_for("dialog [name=email]").await;
    browser.fill("dialog [name=email]", USER).await;
    browser.fill("dialog [name=password]", PASSWORD).await;
    choose(browser, "organizationId", "Harbour").await;
    save(browser).await;
    let named = |shown: &str| shown.contains(USER) && shown.contains("Harbour");
    browser.wait_text("[data-table=users]", named, SEEN).await;
}

/// The user's name is changed while the list of organisations does not come: that lifts nobody to the whole site.
async fn rename_without_the_list(browser: &Browser) {
    let deaf = "const real = window.fetch;
         window.fetch = (...asked) => String(asked[0]).includes('/organizations/dropdown') ? new Promise(() => {}) : real(...asked);
         return 0";
    browser.execute(deaf).await;
    browser.click("[data-tab=dashboard]").await;
    browser.wait_for("[data-page=dashboard] .tiles").await;
    browser.click("[data-tab=users]").await;
    browser
        .wait_text("[data-table=users]", |shown| shown.contains(USER), SEEN)
        .await;
    let open = format!(
        "[...document.querySelectorAll('[data-user]')].find(({{ textContent }}) => textContent.includes('{USER}')).click(); return 0"
    );
    browser.execute(&open).await;
    browser.wait_for("dialog [name=name]").await;
    browser.refill("dialog [name=name]", "Harbour master").await;
    save(browser).await;
}

#[tokio::test]
async fn an_admin_gives_an_organisation_a_station_and_its_user_sees_that_one_live() {
    let site = Site::with_price(None, "0.45").await;
    site.add_admin().await;
    let gateway = site.serve(&[]).await;
    let mut admin = Rest::sign_in_as(gateway.http(), ADMIN, PASSWORD).await;
    let other = json!({ "name": "Elsewhere" });
    let other = admin.post("/api/cms/stations", &other).await.body["id"].clone();
    let box_there = json!({ "identity": "CP-2", "stationId": other, "connectors": 1 });
    let box_there = admin.post("/api/cms/charging-points", &box_there).await;
    let key = box_there.body["password"].as_str().expect("a key");
    let card = json!({ "token": "04THEIRS", "status": "accepted" });
    assert_eq!(admin.post("/api/cms/id-tokens", &card).await.status, 201);
    let browser = Browser::chromium().await;
    browser.goto(&format!("{}/cms.html", gateway.http())).await;
    desk::sign_in_as(&browser, ADMIN).await;
    hand_over(&browser, &site).await;
    rename_without_the_list(&browser).await;
    let found = format!("/api/cms/users?search={USER}");
    let user = admin.get(&found).await.body["items"][0].clone();
    assert_eq!(user["name"], "Harbour master", "{user}");
    assert!(
        user["organizationId"].is_string(),
        "it stays where it was: {user}"
    );
    browser.click("[data-act=leave]").await;

    desk::sign_in_as(&browser, USER).await;
    let tabs =
        "return [...document.querySelectorAll('[data-tab]')].map(({ dataset }) => dataset.tab)";
    assert_eq!(
        browser.execute(tabs).await,
        json!([
            "dashboard",
            "stations",
            "points",
            "sessions",
            "tariffs",
            "alerts",
            "events"
        ]),
        "nothing of the whole site"
    );
    browser.click("[data-tab=stations]").await;
    let one = |shown: &str| shown.contains("Test") && !shown.contains("Elsewhere");
    browser.wait_text("[data-table=stations]", one, SEEN).await;
    browser.click("[data-tab=dashboard]").await;
    let is = |text: &'static str| move |shown: &str| shown == text;
    browser
        .wait_text("[data-figure=energy-today]", is("0.000"), SEEN)
        .await;
    let now = browser.execute("return new Date().toISOString()").await;
    // A charge at each: the other's is begun first, so that it would be seen by now.
    let mut theirs = Charge::connect(gateway.ocpp(), "CP-2", key).await;
    theirs.start_under("04THEIRS", 100).await;
    let mut own = site.charger(gateway.ocpp()).await;
    own.start(100).await;
    own.measure(1, 1_620, 11_000).await;
    browser
        .wait_text("[data-figure=dash-power]", is("11.0"), SEEN)
        .await;
    browser
        .wait_text("[data-figure=charging]", is("1"), SEEN)
        .await;
    for (charge, meter_stop) in [(&mut theirs, 5_100), (&mut own, 1_620)] {
        let stop = json!({ "transactionId": charge.transaction(), "meterStop": meter_stop, "timestamp": now, "reason": "Local" });
        charge.charger().call("StopTransaction", stop).await;
    }
    browser
        .wait_text("[data-figure=energy-today]", is("1.520"), SEEN)
        .await;
    let earned = |shown: &str| shown.contains("0.68");
    browser
        .wait_text("[data-figure=revenue-today]", earned, SEEN)
        .await;

    turn(&browser, "customers").await;
    browser
        .wait_for("main [data-code=\"auth.forbidden\"]")
        .await;

    browser.click("[data-tab=stations]").await;
    browser.wait_for("[data-table=stations] [data-row]").await;
    let path = format!("/api/cms/stations/{}", site.station);
    let given = admin.put(&path, &json!({ "organizationId": null })).await;
    assert_eq!(given.status, 200, "{given:?}");
    browser
        .wait_for(":root:not(:has([data-table=stations] [data-row]))")
        .await;
}
