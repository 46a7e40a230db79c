//! The operator's desk as a person uses it: the same steps in Chromium and in the kiosk's webview.

use std::time::Duration;

use testkit::Browser;

use super::live_stage::requests;
use super::site::{Charge, EMAIL, PASSWORD, Site};

/// How long an event may take from the charger to the page. Far above what it takes; a hang is a failure.
const SEEN: Duration = Duration::from_secs(10);

/// How long a part that went away may take to be back (MSG-02: the link within 35 s).
const RECOVERED: Duration = Duration::from_secs(45);

/// Signs the operator in, waits until the desk is live, and opens the charging points.
pub async fn sign_in(browser: &Browser) {
    sign_in_as(browser, EMAIL).await;
}

/// The same of whoever has this address.
pub async fn sign_in_as(browser: &Browser, email: &str) {
    browser.wait_for("[name=email]").await;
    browser.fill("[name=email]", email).await;
    browser.fill("[name=password]", PASSWORD).await;
    browser.click("button.primary").await;
    browser.wait_for("[data-live=live]").await;
    browser.click("[data-tab=points]").await;
    browser
        .wait_for("[data-page=points] [data-table=points]")
        .await;
}

/// Charges, and sees each reading on the page: pushed, with no reload and no request of the page's.
pub async fn watch_a_charge(browser: &Browser, site: &Site, charge: &mut Charge) {
    let energy = energy_of(site);
    let power = format!(
        "[data-figure=power][data-charge-point=\"{}\"]",
        site.charge_point
    );
    let is = |text: &'static str| move |shown: &str| shown == text;
    browser
        .execute("window.neverReloaded = true; return 0")
        .await;

    charge.start(100).await;
    browser.wait_text(&energy, is("0.000"), SEEN).await;
    requests(browser).await;
    charge.measure(1, 600, 11_000).await;
    browser.wait_text(&energy, is("0.500"), SEEN).await;
    browser.wait_text(&power, is("11.0"), SEEN).await;
    charge.measure(2, 1_620, 22_000).await;
    browser.wait_text(&energy, is("1.520"), SEEN).await;
    browser.wait_text(&power, is("22.0"), SEEN).await;
    // A late reading is news of the past: the figure stays.
    charge.measure(0, 300, 1_000).await;
    charge.measure(3, 2_100, 7_400).await;
    browser.wait_text(&energy, is("2.000"), SEEN).await;

    let none: [serde_json::Value; 0] = [];
    assert_eq!(
        requests(browser).await,
        none,
        "figures are pushed, never polled"
    );
    let same_page = browser
        .execute("return window.neverReloaded === true")
        .await;
    assert_eq!(same_page, true, "and the page was never loaded again");
    charge.stop(2_100).await;
    browser
        .wait_text("[data-figure=charging]", is("0"), SEEN)
        .await;
}

/// Waits until the energy figure shows this.
pub async fn wait_energy(browser: &Browser, site: &Site, kwh: &str) {
    browser
        .wait_text(&energy_of(site), |shown| shown == kwh, RECOVERED)
        .await;
}

fn energy_of(site: &Site) -> String {
    format!(
        "[data-figure=energy][data-charge-point=\"{}\"]",
        site.charge_point
    )
}
