//! From nothing to a charge point online, by a person alone with a browser: the first set-up with the code that the gateway
//! showed, then a station, a price, a charger that knocks and is let in, and its bay on the driver's board.
//!
//! Planted once and seen red: a tariff that does not begin with the site's tax (`tariff-form.js`); a tick that nobody looks at (`page.js`);
//! amounts in the currency that was (`settings.js`); a question that failed taken for a no (`first-setup.js`).

use std::path::Path;
use std::time::Duration;

use serde_json::json;
use tempfile::TempDir;
use testkit::{Browser, Program, wait_until};

use crate::browser_axe;
use crate::browser_operator::let_in;
use crate::site::{PASSWORD, headless_app};

const SEEN: Duration = Duration::from_secs(10);
const NEW: &str = "NEW-1";

/// A gateway on an empty database, and the code it showed.
async fn fresh(folder: &Path) -> (Program, String) {
    let data = folder.to_str().expect("temporary folders have UTF-8 names");
    let ports = ["--listen", "127.0.0.1:0", "--ocpp-listen", "127.0.0.1:0"];
    let arguments = [&["--headless", "--data-dir", data][..], &ports].concat();
    let gateway = Program::start(&headless_app(), &arguments, &[]).await;
    let said = gateway.logs();
    let shown = said.lines().find(|line| line.starts_with("first set-up:"));
    let words = shown.expect("the code is shown").split_whitespace();
    let mut code = words.map(|word| word.trim_end_matches(';'));
    let code = code.find(|word| word.len() == 19 && word.matches('-').count() == 3);
    (gateway, code.expect("a code in four groups").to_owned())
}

fn folder() -> TempDir {
    tempfile::tempdir().expect("a temporary folder can be made")
}

/// Fills the set-up page and sends it.
async fn set_up(browser: &Browser, code: &str) {
    browser.wait_for("[data-form=setup]").await;
    for (name, text) in [
        ("code", code),
        ("site/name", "Hafen"),
        ("site/taxPercent", "18"),
        ("operator/email", "first@example.org"),
        ("operator/password", PASSWORD),
    ] {
        browser.refill(&format!("[name='{name}']"), text).await;
    }
    choose(browser, "site/currency", "INR").await;
    choose(browser, "site/timeZone", "Asia/Dubai").await;
    browser.click("[data-act=set-up]").await;
}

async fn choose(browser: &Browser, name: &str, value: &str) {
    let pick = format!(
        "const list = document.querySelector('select[name=\"{name}\"]'); list.value = '{value}'; \
         list.dispatchEvent(new Event('change', {{ bubbles: true }})); return list.value"
    );
    assert_eq!(browser.execute(&pick).await, value, "{name} can be {value}");
}

#[tokio::test]
async fn the_first_operator_makes_a_station_and_a_tariff_and_lets_a_knocking_charger_in() {
    let folder = folder();
    let (gateway, code) = fresh(folder.path()).await;
    let browser = Browser::chromium().await;
    browser.goto(&format!("{}/cms.html", gateway.http())).await;
    // A wrong code is told at its field, and nothing that was typed is lost.
    set_up(&browser, "0000-0000-0000-0000").await;
    browser.wait_for("[name=code][aria-invalid=true]").await;
    browser.refill("[name=code]", &code.to_lowercase()).await;
    browser.click("[data-act=set-up]").await;
    browser.wait_for("[data-live=live]").await;
    let shows = async |css: &str, text: &str| {
        browser
            .wait_text(css, |shown| shown.contains(text), SEEN)
            .await;
    };
    shows(".side .brand", "Hafen").await;

    browser.click("[data-tab=stations]").await;
    browser.wait_for("[data-act=add-station]").await;
    browser.click("[data-act=add-station]").await;
    browser.wait_for("dialog [name=name]").await;
    browser.fill("dialog [name=name]", "Harbour").await;
    let zone = browser
        .execute("return document.querySelector('dialog [name=timeZone]').value")
        .await;
    assert_eq!(zone, "Asia/Dubai", "the site's clock is offered");
    browser.click("dialog [data-act=save]").await;
    shows("[data-table=stations]", "Harbour").await;

    browser.click("[data-tab=tariffs]").await;
    browser.wait_for("[data-act=add-tariff]").await;
    browser.click("[data-act=add-tariff]").await;
    browser.wait_for("dialog [name=perKwh]").await;
    let offered = "return ['currency', 'taxPercent'].map((name) => document.querySelector(`dialog [name=${name}]`).value)";
    assert_eq!(
        browser.execute(offered).await,
        json!(["INR", "18.0"]),
        "the site's"
    );
    browser.fill("dialog [name=name]", "Day").await;
    browser.fill("dialog [name=perKwh]", "21.5").await;
    browser.click("dialog [data-place]").await;
    browser.click("dialog [data-act=save]").await;
    shows("[data-table=tariffs]", "Day").await;

    let mut charger = let_in(&browser, gateway.ocpp(), NEW).await;
    let free = json!({ "connectorId": 1, "errorCode": "NoError", "status": "Available" });
    charger.call("StatusNotification", free).await;
    browser.click("[data-tab=points]").await;
    shows("[data-table=points]", NEW).await;
    shows("[data-figure=online]", "1").await;

    // What drivers see of it.
    browser
        .goto(&format!("{}/user-panel.html", gateway.http()))
        .await;
    browser.wait_for(".bay[data-status=available]").await;
    shows("[data-site-price]", "21.50").await;
    shows(".bar .brand", "Hafen").await;
    drop(charger);
}

/// What an admin changes on the settings page holds at once, and is noted with what it was.
#[tokio::test]
async fn an_admin_changes_settings_and_finds_it_in_the_audit() {
    let folder = folder();
    let (gateway, code) = fresh(folder.path()).await;
    let browser = Browser::chromium().await;
    browser.goto(&format!("{}/cms.html", gateway.http())).await;
    set_up(&browser, &code).await;
    browser.wait_for("[data-live=live]").await;
    // A driver's board that is open meanwhile.
    let board = Browser::chromium().await;
    board
        .goto(&format!("{}/user-panel.html", gateway.http()))
        .await;
    board.wait_for("[data-live=live]").await;
    board
        .wait_text(".bar .brand", |shown| shown.contains("Hafen"), SEEN)
        .await;
    board.execute("window.sameDocument = true; return 0").await;
    browser.click("[data-tab=settings]").await;
    browser.wait_for("[data-form=settings]").await;
    let label = "return document.querySelector('[name=\"wallet/hold\"]').closest('label').querySelector('span').textContent";
    for currency in ["CHF", "INR"] {
        choose(&browser, "site/currency", currency).await;
        let says = async || {
            let text = browser.execute(label).await;
            text.as_str()
                .is_some_and(|text| text.contains(currency))
                .then_some(())
        };
        let says = wait_until(SEEN, says).await;
        says.unwrap_or_else(|| panic!("amounts are in {currency}, before it is saved"));
    }
    for (name, text) in [
        ("site/name", "Quay"),
        ("seller/address", "Am Kai 1"),
        ("wallet/hold", "750"),
    ] {
        browser.refill(&format!("[name='{name}']"), text).await;
    }
    browser.click("[data-form=settings] [data-act=save]").await;
    let shows = async |css: &str, text: &str| {
        browser
            .wait_text(css, |shown| shown.contains(text), SEEN)
            .await;
    };
    shows(".side .brand", "Quay").await;
    board
        .wait_text(".bar .brand", |shown| shown.contains("Quay"), SEEN)
        .await;
    assert_eq!(
        board.execute("return window.sameDocument").await,
        true,
        "nobody loaded the page again"
    );
    browser.refill("[name='wallet/hold']", "0").await;
    browser.click("[data-form=settings] [data-act=save]").await;
    browser.wait_for("[data-form=settings] [data-code]").await;
    browser.click("[data-tab=audit]").await;
    browser.wait_for("[data-audit='changed settings']").await;
    shows("[data-table=audit]", "Hafen").await;
    shows("[data-table=audit]", "Am Kai 1").await;
    shows("[data-table=audit]", "750.00").await;
    let rows = "return document.querySelectorAll('[data-audit=\"changed settings\"]').length";
    assert_eq!(
        browser.execute(rows).await,
        1,
        "what was refused is not noted"
    );
    choose_filter(&browser, "kind", "tariff").await;
    let none = |shown: &str| !shown.contains("Hafen");
    browser.wait_text("[data-table=audit]", none, SEEN).await;
}

/// The PIN of the site's kiosks: an admin sets it and takes it away, and sees it nowhere.
#[tokio::test]
async fn an_admin_sets_the_kiosks_pin_and_takes_it_away() {
    let folder = folder();
    let (gateway, code) = fresh(folder.path()).await;
    let browser = Browser::chromium().await;
    browser.goto(&format!("{}/cms.html", gateway.http())).await;
    set_up(&browser, &code).await;
    browser.wait_for("[data-live=live]").await;
    browser.click("[data-tab=settings]").await;
    browser.wait_for("[name='kiosk/pin']").await;
    let takes = "return document.querySelector('[data-act=no-pin]') === null";
    assert_eq!(browser.execute(takes).await, true, "there is none to take");
    browser.fill("[name='kiosk/pin']", "246810").await;
    browser.click("[data-form=settings] [data-act=save]").await;
    browser.wait_for("[data-act=no-pin]").await;
    let kept = "return document.querySelector('[name=\"kiosk/pin\"]').value";
    assert_eq!(browser.execute(kept).await, "", "it is in the page no more");
    let shown = "return document.documentElement.innerHTML.includes('argon2')";
    assert_eq!(browser.execute(shown).await, false);
    browser.click("[data-act=no-pin]").await;
    browser.click("[data-act=no-pin-yes]").await;
    let gone = wait_until(SEEN, async || {
        (browser.execute(takes).await == true).then_some(())
    });
    assert!(gone.await.is_some(), "it is gone");
}

async fn choose_filter(browser: &Browser, name: &str, value: &str) {
    let pick = format!(
        "const list = document.querySelector('[data-filter={name}]'); list.value = '{value}'; \
         list.dispatchEvent(new Event('change', {{ bubbles: true }})); return list.value"
    );
    assert_eq!(browser.execute(&pick).await, value);
}

/// Of two who have the page open, the second is told, and signs in instead.
#[tokio::test]
async fn whoever_comes_second_is_told_and_signs_in() {
    let folder = folder();
    let (gateway, code) = fresh(folder.path()).await;
    let desk = format!("{}/cms.html", gateway.http());
    let (first, second) = (Browser::chromium().await, Browser::chromium().await);
    first.goto(&desk).await;
    second.goto(&desk).await;
    second.wait_for("[data-form=setup]").await;
    set_up(&first, &code).await;
    first.wait_for("[data-live=live]").await;
    set_up(&second, &code).await;
    second.wait_for(".sign-in [name=email]").await;
    second.fill("[name=email]", "first@example.org").await;
    second.fill("[name=password]", PASSWORD).await;
    second.click("button.primary").await;
    second.wait_for("[data-live=live]").await;
}

/// A sign-in is of no use on a site without anybody: as long as nobody can say which it is, that is said, and asked again.
#[tokio::test]
async fn while_nobody_can_say_whether_the_site_is_set_up_no_sign_in_is_offered() {
    let folder = folder();
    let (gateway, _) = fresh(folder.path()).await;
    let browser = Browser::chromium().await;
    browser.goto(&format!("{}/cms.html", gateway.http())).await;
    browser.wait_for("[data-form=setup]").await;
    browser.execute(ASKS_IN_VAIN).await;
    let said = async |wanted: &str| {
        let seen = wait_until(SEEN, async || {
            let said = browser.execute("return window.said").await;
            let said = said.as_array().cloned().unwrap_or_default();
            said.contains(&json!(wanted)).then_some(said)
        });
        seen.await.unwrap_or_else(|| panic!("{wanted} is not said"))
    };
    let before = said("client.unreachable").await;
    assert!(!before.contains(&json!("nothing to set up")), "{before:?}");
    browser
        .execute("window.fetch = window.real; return 0")
        .await;
    said("the form").await;
}

/// Opens the page's own module once more while its question is lost on the way.
const ASKS_IN_VAIN: &str = "window.said = []; window.real = window.fetch;
    window.fetch = (what, ...more) => String(what?.url ?? what).includes('/api/setup')
        ? Promise.reject(new TypeError('lost')) : window.real(what, ...more);
    const nobody = () => {};
    import('/modules/first-setup.js')
        .then(({ firstSetup }) => firstSetup({ changed: nobody, signedIn: nobody, late: nobody, failed: (code) => window.said.push(code) }))
        .then((form) => window.said.push(form ? 'the form' : 'nothing to set up'));
    return 0";

#[tokio::test]
async fn the_set_up_page_is_for_everybody() {
    let folder = folder();
    let (gateway, _) = fresh(folder.path()).await;
    let browser = Browser::chromium().await;
    browser.goto(&format!("{}/cms.html", gateway.http())).await;
    browser.wait_for("[data-form=setup]").await;
    let mut wrong = Vec::new();
    for theme in ["light", "dark", "contrast"] {
        let choose = format!("document.documentElement.dataset.theme = '{theme}'; return 0");
        browser.execute(&choose).await;
        for (width, height) in [(1280, 800), (390, 844)] {
            browser.resize(width, height).await;
            let found = browser_axe::faults(&browser).await;
            if found != json!([]) {
                wrong.push(format!("{theme} {width}×{height}: {found}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
