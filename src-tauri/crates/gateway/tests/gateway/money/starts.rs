//! A start by a customer's account or card: money is held before the charger hears of it, or it is refused.
//!
//! Planted once and seen red: what is left of a hold, or the hold of a charge that never came to be, kept back; tax that is
//! not booked; what is owed not paid first; a start without the money.

use serde_json::json;

use super::till::{Till, accept_start, names, start, stop};
use crate::user::{charger, text};

on_both_engines! {
    a_charge_is_held_for_paid_and_the_rest_given_back,
    without_enough_money_a_start_is_refused_and_says_what_is_missing,
    a_limit_in_money_is_held_whole_shown_and_told,
    what_never_comes_to_be_and_what_takes_no_energy_costs_nothing,
    an_operators_gift_and_a_strangers_card_take_nobodys_money,
    a_card_of_an_account_charges_on_its_money_or_is_refused_alike_each_time,
    what_flowed_while_the_charger_was_away_is_owed_and_paid_first_of_what_comes_in,
}

async fn a_charge_is_held_for_paid_and_the_rest_given_back(till: Till) {
    let mut charger = charger(&till.house).await;
    let anna = till.driver("anna@example.org", "50.00").await;
    let desk = till.house.token().await;
    let since = till.house.drained().await;
    let wish = json!({ "connectorId": 1 });
    let asked = anna.start(&till.house, "a", wish).await;
    assert_eq!(asked.status.as_u16(), 202, "{}", asked.body);
    assert_eq!(asked.body["session"]["held"]["amount"], "20.00");
    assert_eq!(till.has(anna.customer()).await, (3_000, 2_000, 0));
    let tag = accept_start(&mut charger).await;
    let (transaction, _) = start(&mut charger, &tag, till.ago(3_600)).await;
    stop(&mut charger, transaction, 5_000, till.ago(0)).await;
    assert_eq!(
        till.has(anna.customer()).await,
        (4_750, 0, 0),
        "5 kWh at 0.50"
    );
    // The same again, as chargers do.
    stop(&mut charger, transaction, 5_000, till.ago(0)).await;
    assert_eq!(till.has(anna.customer()).await, (4_750, 0, 0), "once");
    let told = names(&told(&till, &desk, since, &anna.id).await);
    assert_eq!(
        told,
        [
            "charging.requested",
            "wallet.balance.changed hold",
            "command.requested",
            "command.accepted",
            "charging.remote.start.accepted",
            "charging.started",
            "charging.stopped",
            "wallet.balance.changed capture",
            "wallet.transaction.created",
            "wallet.balance.changed release",
            "revenue.updated",
            "revenue.updated",
        ],
        "each right behind what caused it"
    );
    let list = anna.get(&till.house, "/api/user/wallet/transactions").await;
    let paid = &list.body["items"][0];
    assert_eq!(paid["kind"], "charge", "{paid}");
    assert_eq!(paid["amount"]["amount"], "-2.50");
    assert_eq!(paid["balanceAfter"]["amount"], "47.50");
    assert_eq!(paid["sessionId"], asked.body["session"]["id"]);
    assert_eq!(list.body["total"], 2, "holds do not show");
    till.is_sound().await;
}

async fn told(till: &Till, desk: &str, since: i64, customer: &str) -> Vec<serde_json::Value> {
    till.house.drained().await;
    let stream = till.house.gateway.hub.head().stream;
    let rooms = format!("cms,cms:sessions,cms:customers,customer:{customer}");
    let path = format!("/api/live?after={since}&stream={stream}&rooms={rooms}");
    let answer = till.house.get(&path, Some(desk)).await;
    answer.body["events"].as_array().expect("events").clone()
}

async fn without_enough_money_a_start_is_refused_and_says_what_is_missing(till: Till) {
    let _charger = charger(&till.house).await;
    for (email, balance, limit, missing) in [
        ("a@example.org", "0", json!(null), "1.00"),
        ("b@example.org", "0.40", json!(null), "0.60"),
        (
            "c@example.org",
            "3.00",
            json!({ "amount": { "amount": "5.00", "currency": "EUR" } }),
            "2.00",
        ),
    ] {
        let driver = till.driver(email, balance).await;
        let mut wish = json!({ "connectorId": 1 });
        if !limit.is_null() {
            wish["limit"] = limit;
        }
        let before = till.has(driver.customer()).await;
        let answer = driver.start(&till.house, "a", wish).await;
        assert_eq!(answer.status.as_u16(), 402, "{}", answer.body);
        assert_eq!(answer.code(), "wallet.insufficient_funds");
        let expect = json!({ "amount": missing, "currency": "EUR" });
        assert_eq!(answer.body["missing"], expect, "{balance}");
        assert_eq!(till.has(driver.customer()).await, before, "nothing moved");
        let list = driver.get(&till.house, "/api/user/sessions").await;
        assert_eq!(list.body["total"], 0, "and nothing was asked for");
    }
    till.is_sound().await;
}

async fn a_limit_in_money_is_held_whole_shown_and_told(till: Till) {
    let mut charger = charger(&till.house).await;
    let anna = till.driver("anna@example.org", "50.00").await;
    let limit = json!({ "amount": { "amount": "5.00", "currency": "EUR" }, "energyWh": 9_000, "minutes": 60, "socPercent": 80 });
    let wish = json!({ "connectorId": 1, "limit": limit });
    let asked = anna.start(&till.house, "a", wish).await;
    assert_eq!(asked.body["session"]["limit"], limit, "{}", asked.body);
    assert_eq!(till.has(anna.customer()).await, (4_500, 500, 0));
    // Whoever takes it back has it back.
    accept_start(&mut charger).await;
    let id = text(&asked.body["session"]["id"]);
    let cancelled = anna.stop(&till.house, "b", &id).await;
    assert_eq!(cancelled.body["session"]["status"], "failed");
    assert_eq!(cancelled.body["session"]["held"], json!(null));
    assert_eq!(till.has(anna.customer()).await, (5_000, 0, 0));
    till.is_sound().await;
}

async fn what_never_comes_to_be_and_what_takes_no_energy_costs_nothing(till: Till) {
    let mut charger = charger(&till.house).await;
    let anna = till.driver("anna@example.org", "50.00").await;
    anna.start(&till.house, "a", json!({ "connectorId": 1 }))
        .await;
    let (id, _, _) = charger.next_call().await;
    let since = till.house.drained().await;
    charger.answer(&id, json!({ "status": "Rejected" })).await;
    let desk = till.house.token().await;
    testkit::wait_until(std::time::Duration::from_secs(10), async || {
        (till.has(anna.customer()).await == (5_000, 0, 0)).then_some(())
    })
    .await
    .expect("the hold is given back");
    let told = names(&told(&till, &desk, since, &anna.id).await);
    assert_eq!(
        told,
        [
            "command.rejected",
            "charging.remote.start.rejected",
            "charging.failed",
            "wallet.balance.changed release"
        ]
    );
    anna.start(&till.house, "b", json!({ "connectorId": 1 }))
        .await;
    let tag = accept_start(&mut charger).await;
    let (transaction, _) = start(&mut charger, &tag, till.ago(60)).await;
    stop(&mut charger, transaction, 0, till.ago(0)).await;
    assert_eq!(till.has(anna.customer()).await, (5_000, 0, 0));
    let list = anna.get(&till.house, "/api/user/wallet/transactions").await;
    assert_eq!(list.body["total"], 1, "the opening balance alone");
    till.is_sound().await;
}

async fn an_operators_gift_and_a_strangers_card_take_nobodys_money(till: Till) {
    let mut charger = charger(&till.house).await;
    let anna = till.driver("anna@example.org", "50.00").await;
    till.card(anna.customer(), "ANNA").await;
    let desk = till.house.token().await;
    let gift = json!({ "chargePointId": "CP-1", "connectorId": 1, "idTag": "ANNA" });
    let path = "/api/charger/remote-start";
    let asked = till
        .house
        .ask(axum::http::Method::POST, path, Some(&desk), Some(gift))
        .await;
    assert_eq!(asked.status.as_u16(), 202, "{}", asked.body);
    accept_start(&mut charger).await;
    for tag in ["ANNA", crate::house::CARD] {
        let (transaction, status) = start(&mut charger, tag, till.ago(3_600)).await;
        assert_eq!(status, "Accepted");
        assert_eq!(
            till.has(anna.customer()).await,
            (5_000, 0, 0),
            "nothing held"
        );
        stop(&mut charger, transaction, 5_000, till.ago(0)).await;
        assert_eq!(
            till.has(anna.customer()).await,
            (5_000, 0, 0),
            "nothing taken"
        );
    }
    till.is_sound().await;
}

async fn a_card_of_an_account_charges_on_its_money_or_is_refused_alike_each_time(till: Till) {
    let mut charger = charger(&till.house).await;
    let (rich, poor) = (
        till.driver("rich@example.org", "50.00").await,
        till.driver("poor@example.org", "0.99").await,
    );
    till.card(rich.customer(), "RICH").await;
    till.card(poor.customer(), "POOR").await;
    let at = till.ago(0);
    let (refused, status) = start(&mut charger, "POOR", at).await;
    assert_eq!(status, "Blocked", "a cent too little");
    assert_eq!(start(&mut charger, "POOR", at).await, (refused, status));
    let failure = till.session().await.failure.expect("it failed");
    assert_eq!(failure.code.as_str(), "wallet.insufficient_funds");
    let (transaction, status) = start(&mut charger, "RICH", till.ago(1)).await;
    assert_eq!(status, "Accepted");
    assert_eq!(till.has(rich.customer()).await, (3_000, 2_000, 0));
    stop(&mut charger, transaction, 100, till.ago(-60)).await;
    assert_eq!(till.has(rich.customer()).await, (4_995, 0, 0));
    assert_eq!(till.has(poor.customer()).await, (99, 0, 0));
    till.is_sound().await;
}

/// The charger was away: the energy has flowed, and what there is no money for is owed and paid from what comes next.
async fn what_flowed_while_the_charger_was_away_is_owed_and_paid_first_of_what_comes_in(
    till: Till,
) {
    let mut charger = charger(&till.house).await;
    let poor = till.driver("poor@example.org", "0.60").await;
    till.card(poor.customer(), "POOR").await;
    let report = json!({ "connectorId": 1, "errorCode": "NoError", "status": "Available", "timestamp": till.ago(0).to_string() });
    charger.call("StatusNotification", report).await;
    let (transaction, status) = start(&mut charger, "POOR", till.ago(7_200)).await;
    assert_eq!(status, "Accepted", "it charges already");
    assert_eq!(till.has(poor.customer()).await, (0, 60, 0), "what there is");
    stop(&mut charger, transaction, 4_000, till.ago(3_600)).await;
    assert_eq!(
        till.has(poor.customer()).await,
        (0, 0, 140),
        "2.00 less 0.60"
    );
    let wallet = poor.get(&till.house, "/api/user/wallet/balance").await;
    assert_eq!(wallet.body["owed"]["amount"], "1.40", "shown as such");
    till.is_sound().await;

    let desk = till.house.token().await;
    let path = format!("/api/cms/customers/{}/wallet/adjustments", poor.id);
    for (amount, has) in [("1.00", (0, 0, 40)), ("1.00", (60, 0, 0))] {
        let body = json!({ "amount": { "amount": amount, "currency": "EUR" }, "reason": "Cash at the desk" });
        let given = till
            .house
            .ask(axum::http::Method::POST, &path, Some(&desk), Some(body))
            .await;
        assert_eq!(given.status.as_u16(), 201, "{}", given.body);
        assert_eq!(till.has(poor.customer()).await, has);
    }
    till.is_sound().await;
}
