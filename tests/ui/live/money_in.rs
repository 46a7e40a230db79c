//! Money that was paid in, at the desk: prepaid codes that an operator makes, that a driver redeems and that are taken back,
//! on both roads; a top-up that comes in and goes back the way it came, in Chromium. What moved is seen without a reload.
//!
//! Planted once and seen red: a redeemed code that the sheet is not told of, a top-up that the list is not
//! (`money-in-model.js`).

use serde_json::json;
use testkit::PaymentServer;

use crate::live_stage::{Road, Stage};
use crate::site::paid_through;

on_both_roads!(prepaid_codes_are_made_redeemed_and_taken_back);

async fn prepaid_codes_are_made_redeemed_and_taken_back(road: Road) {
    let page = Stage::open(road).await;
    let mut driver = page.rest().await.register_driver().await;
    page.desk("codes").await;
    let browser = page.browser();
    page.sees("[data-table=codes] .empty").await;
    browser.click("[data-act=add-codes]").await;
    page.sees("[data-dialog=codes]").await;
    browser.fill("[name=name]", "Winter fair").await;
    browser.fill("[name=amount]", "25.00").await;
    browser.refill("[name=count]", "3").await;
    browser.click("[data-dialog=codes] [data-act=save]").await;

    page.sees(".vouchers .voucher:nth-child(3)").await;
    page.sees(".vouchers:not(:has(.voucher:nth-child(4)))")
        .await;
    let code = browser.text("[data-voucher=unsold] .voucher-code").await;
    let redeem = json!({ "code": code });
    let taken = driver.post("/api/user/wallet/redeem", &redeem).await;
    assert_eq!(taken.body["amount"]["amount"], "25.00", "{taken:?}");
    page.shows("[data-voucher=redeemed] .voucher-code", &code)
        .await;
    page.shows("[data-batch-page] [data-figure=codes-redeemed]", "1")
        .await;

    browser.click("[data-act=void-codes]").await;
    page.sees("[data-act=void-codes-yes]").await;
    let other = browser.text("[data-voucher=unsold] .voucher-code").await;
    browser.click("[data-act=void-codes-yes]").await;
    page.sees("[data-batch-page] [data-batch=voided]").await;
    let late = json!({ "code": other });
    let refused = driver.post("/api/user/wallet/redeem", &late).await;
    assert_eq!(refused.status, 409, "it was taken back: {refused:?}");
    browser.click("[data-act=back]").await;
    page.shows("[data-table=codes] [data-row]", "Winter fair")
        .await;
    page.sees("[data-table=codes] [data-batch=voided]").await;
}

#[tokio::test]
async fn a_top_up_comes_in_and_an_operator_gives_it_back() {
    let provider = PaymentServer::start().await;
    let settings = paid_through(&provider);
    let settings = settings.each_ref().map(|(name, value)| (*name, &**value));
    let page = Stage::open_with(&settings).await;
    let mut driver = page.rest().await.register_driver().await;
    let ask = json!({ "amount": { "amount": "20.00", "currency": "EUR" }, "provider": "stripe" });
    let asked = driver.post("/api/user/wallet/topup", &ask).await;
    let url = asked.body["topup"]["checkoutUrl"].as_str();
    let checkout = url.and_then(|url| url.rsplit('/').next());
    let checkout = checkout.unwrap_or_else(|| panic!("a page to pay on: {asked:?}"));
    page.desk("topups").await;
    page.sees("[data-table=topups] [data-topup=pending]").await;
    provider.pay(checkout);
    // The driver's browser comes back from the provider's page.
    let back = format!(
        "/api/payments/stripe/return?{}",
        provider.return_query(checkout)
    );
    assert_eq!(driver.get(&back).await.status, 303);
    page.sees("[data-table=topups] [data-topup=completed]")
        .await;

    let browser = page.browser();
    browser.click("[data-act=refund]").await;
    page.sees("[data-dialog=refund]").await;
    browser.fill("[name=amount]", "5.50").await;
    browser.fill("[name=reason]", "Paid too much").await;
    browser.click("[data-dialog=refund] [data-act=save]").await;
    page.shows("[data-table=topups] [data-figure=refunded]", "5.50")
        .await;
    let wallet = driver.get("/api/user/wallet/balance").await.body;
    assert_eq!(wallet["balance"]["amount"], json!("14.50"), "{wallet}");

    // The rest, and there it says what went back before.
    browser.click("[data-act=refund]").await;
    page.shows("[data-dialog=refund] [data-refund]", "Paid too much")
        .await;
    browser.fill("[name=reason]", "All of it").await;
    browser.click("[data-dialog=refund] [data-act=save]").await;
    page.shows("[data-table=topups] [data-figure=refunded]", "20.00")
        .await;
    let went = async || Some(provider.refunded()).filter(|cents| *cents == 2_000);
    let went = testkit::wait_until(std::time::Duration::from_secs(20), went).await;
    assert_eq!(went, Some(2_000), "the provider was asked for all of it");
    browser.click("[data-act=refund]").await;
    page.sees("[data-dialog=refund]:not(:has([data-act=save]))")
        .await;
    browser
        .click("[data-dialog=refund] [data-act=close-dialog]")
        .await;
    // It stands at its customer, too.
    browser.click("[data-table=topups] [data-row] a").await;
    page.shows(
        "[data-table=customer-topups] [data-figure=refunded]",
        "20.00",
    )
    .await;
}
