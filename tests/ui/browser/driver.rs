//! A driver's whole charge in Chromium, over Socket.IO: a new account, a start from the screen, figures that
//! move, a stop that asks once, the bill and its receipt; how often somebody taps until the car takes energy.

use std::time::Duration;

use serde_json::json;
use testkit::{Browser, PaymentServer, Program, wait_until};

use crate::browser_axe as axe;
use crate::rest::{DRIVER, Rest, give};
use crate::site::{Charge, Site, paid_through};

/// Counts what is pressed from now on.
pub const COUNT_TAPS: &str = "window.taps = 0; window.addEventListener('click', () => { window.taps += 1; }, true); return 0";

const SEEN: Duration = Duration::from_secs(10);

#[tokio::test]
async fn a_customer_registers_charges_from_the_screen_and_sees_the_bill() {
    let site = Site::with_price(None, "0.45").await;
    let (gateway, mut charge, browser) = at_the_board(&site, &[]).await;
    register_at_the_bay(&browser).await;
    give(&mut Rest::sign_in(gateway.http()).await, "50.00").await;
    begin(&browser, &mut charge).await;

    charge.measure(1, 1_700, 11_000).await;
    sees(&browser, "kwh", "1.600").await;
    sees(&browser, "kw", "11.0").await;
    // 1.6 kWh at 0.45.
    shows(&browser, "[data-figure=cost]", "0.72").await;
    charge.measure(2, 2_100, 7_400).await;
    sees(&browser, "kwh", "2.000").await;
    shows(&browser, "[data-figure=cost]", "0.90").await;

    end(&browser, &mut charge).await;
    browser.wait_for("[data-session=stopped]").await;
    sees(&browser, "kwh", "2.600").await;
    // 2.6 kWh at 0.45, with its line.
    shows(&browser, "[data-figure=cost]", "1.17").await;
    shows(&browser, "[data-figure=line]", "1.17").await;
    browser.click("[data-act=done]").await;
    browser.click("[data-act=me]").await;
    browser.wait_for("[data-act=sessions]").await;
    browser.click("[data-act=sessions]").await;
    shows(&browser, "[data-own-session=stopped]", "1.17").await;
    // The month's receipts, with their sum.
    browser.click("[data-act=statement]").await;
    shows(&browser, "[data-figure=statement-total]", "1.17").await;
    assert_eq!(axe::faults(&browser).await, json!([]), "the statement");
}

/// Typing and plugging in aside: a bay, its price with the button, and the car takes energy.
#[tokio::test]
async fn a_signed_in_driver_taps_at_most_three_times_from_the_board_to_energy_and_has_the_receipt()
{
    let site = Site::with_price(None, "0.45").await;
    let (gateway, mut charge, browser) = at_the_board(&site, &[]).await;
    register_at_the_bay(&browser).await;
    give(&mut Rest::sign_in(gateway.http()).await, "50.00").await;
    browser.click("[data-act=board]").await;
    browser.wait_for(".bay[data-status=available]").await;
    browser.execute(COUNT_TAPS).await;
    browser.click(".bay[data-status=available]").await;
    browser.wait_for("[data-act=start]:enabled").await;
    begin(&browser, &mut charge).await;
    let taps = browser.execute("return window.taps").await;
    assert!(taps.as_u64().is_some_and(|taps| taps <= 3), "{taps} taps");

    charge.measure(1, 1_700, 11_000).await;
    sees(&browser, "kwh", "1.600").await;
    end(&browser, &mut charge).await;
    browser
        .wait_for("[data-session=stopped] [data-receipt] a")
        .await;
    open_receipt(&browser).await;
    shows(&browser, "main", "1.17 EUR").await;
}

/// No account and no card: a code from the desk pays, and the receipt is one press away.
#[tokio::test]
async fn somebody_without_an_account_charges_with_a_prepaid_code_and_has_a_receipt() {
    let site = Site::with_price(None, "0.45").await;
    let (gateway, mut charge, browser) = at_the_board(&site, &[]).await;
    let mut desk = Rest::sign_in(gateway.http()).await;
    let batch =
        json!({ "name": "Fair", "amount": { "amount": "10.00", "currency": "EUR" }, "count": 1 });
    let batch = desk.post("/api/cms/prepaid-codes", &batch).await.body;
    let batch = batch["id"].as_str().expect("a batch");
    let codes = format!("/api/cms/prepaid-codes/{batch}/codes");
    let codes = desk.get(&codes).await.body;
    let code = codes[0]["code"].as_str().expect("a code");

    browser.wait_for(".bay[data-status=available]").await;
    browser.click(".bay").await;
    browser.click("[data-pay-by=code]").await;
    browser.wait_for("[data-form=guest] [name=code]").await;
    browser
        .fill("[data-form=guest] [name=code]", "AAAA-BBBB-CCCC-DDDD")
        .await;
    browser.click("[data-act=guest-start]").await;
    browser
        .wait_for("[data-form=guest] [data-code=\"client.code_unknown\"]")
        .await;
    browser
        .execute("document.querySelector('[data-form=guest] [name=code]').value = ''; return 0")
        .await;
    browser.fill("[data-form=guest] [name=code]", code).await;
    browser.click("[data-act=guest-start]").await;
    plug_in(&browser, &mut charge).await;
    charge.measure(1, 1_700, 11_000).await;
    shows(&browser, "[data-figure=cost]", "0.72").await;
    end(&browser, &mut charge).await;
    browser.wait_for("[data-session=stopped]").await;
    browser.wait_for("[data-receipt] a").await;
    open_receipt(&browser).await;
    // 2.6 kWh at 0.45, on a page that needs no script and no sign-in.
    shows(&browser, "main", "1.17 EUR").await;
    shows(&browser, "main", "-000001").await;
    for (width, height) in [(390, 844), (1280, 800)] {
        browser.resize(width, height).await;
        let faults = axe::faults(&browser).await;
        assert_eq!(faults, json!([]), "the page at {width}×{height}");
    }
}

/// No account and no code: the page of a provider takes the money, the charge begins by itself, and the rest goes back.
#[tokio::test]
async fn somebody_without_an_account_pays_on_a_phone_and_the_charge_begins_by_itself() {
    let provider = PaymentServer::start().await;
    let site = Site::with_price(None, "0.45").await;
    let settings = paid_through(&provider);
    let settings = settings.each_ref().map(|(name, value)| (*name, &**value));
    let (gateway, mut charge, browser) = at_the_board(&site, &settings).await;
    browser.wait_for(".bay[data-status=available]").await;
    browser.click(".bay").await;
    browser.wait_for("[data-pay-by=phone]").await;
    browser.click("[data-pay-by=phone]").await;
    browser
        .wait_for("[data-form=guest-pay] [data-amount]")
        .await;
    assert_eq!(axe::faults(&browser).await, json!([]), "the ways to pay");
    browser
        .click("[data-form=guest-pay] [data-pay=stripe]")
        .await;
    browser.wait_for("[data-part=paying] .qr").await;
    assert_eq!(axe::faults(&browser).await, json!([]), "the page as a code");
    let place = "return document.querySelector('[data-act=open-page]').href";
    let place = browser.execute(place).await;
    let page = place.as_str().expect("an address").rsplit('/').next();
    let paid = provider.pay(page.expect("the provider's id of it"));
    let hook = format!("{}/api/payments/stripe/webhook", gateway.http());
    assert_eq!(paid.post(&hook).await, 204);
    // Nobody touches the screen.
    plug_in(&browser, &mut charge).await;
    charge.measure(1, 1_700, 11_000).await;
    shows(&browser, "[data-figure=cost]", "0.72").await;
    end(&browser, &mut charge).await;
    browser.wait_for("[data-session=stopped]").await;
    shows(&browser, ".charge-bill", "goes back").await;
    let back = wait_until(SEEN, async || (provider.refunded() == 883).then_some(()));
    back.await.expect("10.00 less 1.17 goes back");
    // The phone that paid comes back, in a browser that knows nothing.
    let asked = provider.asked();
    let link = asked.iter().find_map(|asked| {
        let behind = asked.body.split("guest%3D").nth(1)?;
        let end = behind.find(|c: char| !c.is_ascii_alphanumeric())?;
        Some(behind[..end].to_owned())
    });
    let link = link.expect("the page knows where to go");
    let phone = Browser::chromium().await;
    let place = format!("{}/user-panel.html#/guest/{link}", gateway.http());
    phone.goto(&place).await;
    shows(&phone, "[data-session-detail=stopped]", "1.17").await;
    let broken = format!("{}/user-panel.html?x=1#/guest/AAAA", gateway.http());
    phone.goto(&broken).await;
    phone
        .wait_for("[data-guest-return=\"resource.not_found\"]")
        .await;
    assert_eq!(
        axe::faults(&phone).await,
        json!([]),
        "a way back that ended"
    );
    phone.click("[data-act=to-board]").await;
    phone.wait_for(".bay").await;
}

/// A gateway with a charger that is free, and a browser at its board.
pub async fn at_the_board(site: &Site, settings: &[(&str, &str)]) -> (Program, Charge, Browser) {
    let gateway = site.serve_with(settings).await;
    let mut charge = site.charger(gateway.ocpp()).await;
    charge.status("Available").await;
    let browser = Browser::chromium().await;
    browser
        .goto(&format!("{}/user-panel.html", gateway.http()))
        .await;
    (gateway, charge, browser)
}

/// Goes where the receipt's link leads.
async fn open_receipt(browser: &Browser) {
    let place = "return document.querySelector('[data-receipt] a').href";
    let place = browser.execute(place).await;
    browser.goto(place.as_str().expect("an address")).await;
}

/// Chooses the bay, and makes the account that it takes.
async fn register_at_the_bay(browser: &Browser) {
    browser.wait_for(".bay[data-status=available]").await;
    browser.click(".bay").await;
    shows(browser, ".price-card", "0.45").await;
    browser.click("[data-act=fresh]").await;
    browser.fill("[name=email]", DRIVER).await;
    browser
        .fill("[name=password]", "a long enough password")
        .await;
    browser.click("[data-act=enter]").await;
    browser.wait_for("[data-act=start]").await;
}

/// Starts, and plugs in when the charger was asked.
pub async fn begin(browser: &Browser, charge: &mut Charge) {
    browser.click("[data-act=start]").await;
    plug_in(browser, charge).await;
}

/// The charger is asked to start, and a car is plugged in.
pub async fn plug_in(browser: &Browser, charge: &mut Charge) {
    let (id, action, asked) = charge.charger().next_call().await;
    assert_eq!(
        action, "RemoteStartTransaction",
        "the start reaches the charger"
    );
    charge
        .charger()
        .answer(&id, json!({ "status": "Accepted" }))
        .await;
    browser.wait_for("[data-session=accepted]").await;
    let token = asked["idTag"].as_str().expect("a token comes with it");
    charge.start_under(token, 100).await;
    browser.wait_for("[data-session=charging]").await;
}

/// Stops: the button alone does nothing, its question does.
async fn end(browser: &Browser, charge: &mut Charge) {
    browser.click("[data-act=stop]").await;
    browser.wait_for("[data-act=stop-yes]").await;
    assert!(
        charge.charger().nothing_came().await,
        "a stop asks before it is sent"
    );
    browser.click("[data-act=stop-yes]").await;
    let (id, action, _) = charge.charger().next_call().await;
    assert_eq!(
        action, "RemoteStopTransaction",
        "the stop reaches the charger"
    );
    charge
        .charger()
        .answer(&id, json!({ "status": "Accepted" }))
        .await;
    charge.stop(2_700).await;
}

async fn sees(browser: &Browser, figure: &str, text: &str) {
    shows(browser, &format!("[data-figure={figure}]"), text).await;
}

async fn shows(browser: &Browser, css: &str, text: &str) {
    browser
        .wait_text(css, |shown| shown.contains(text), SEEN)
        .await;
}
