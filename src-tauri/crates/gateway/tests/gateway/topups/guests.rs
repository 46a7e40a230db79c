//! Charging without an account, paid on a provider's page: it begins by itself once it is paid, and what it does not cost
//! goes back the way it came.
//!
//! Planted once and seen red: a rest that stays in the wallet; a refused charge whose money stays; a charge that the order
//! knows nothing of, and is asked for again; a plug that nobody looks at before it is paid; any key, however short; money that
//! came late and stays; an order that ends while a charge of it runs; what was held while the books were frozen; another charge
//! on what one was paid for; pages without an end.

use std::time::Duration;

use axum::http::{Method, StatusCode, header};
use domain::Timestamp;
use gateway::ops::bill::settle_due;
use gateway::ops::price_station::{KwhPrice, price_station};
use gateway::ops::serve_guest::serve_guests;
use jiff::SignedDuration;
use serde_json::{Value, json};
use testkit::{Charger, Postgres, wait_until};

use super::{PATIENCE, Shop, euros, text};
use crate::house::Answer;
use crate::money::till;
use crate::user::{charger, guest_start, status};

const KEY: &str = "0193d3a2-7b1c-7e2f-9c55-2f6d1e8a4b10";

/// A shop where a kWh costs 0.50, and its charger.
async fn forecourt(shop: &Shop) -> Charger {
    let price = KwhPrice::read("0.50", "EUR", "19").expect("a price");
    let station = till::station(&shop.house).await;
    price_station(&shop.house.gateway.core, station, price)
        .await
        .expect("the station has none yet");
    charger(&shop.house).await
}

async fn order(shop: &Shop, key: &str, more: Value) -> Answer {
    let how = json!({ "provider": "stripe", "amount": euros("20.00"), "language": "de" });
    guest_start(&shop.house, key, how, &more).await
}

/// The provider's id of the page.
fn page(answer: &Answer) -> String {
    let url = text(&answer.body["topup"]["checkoutUrl"]);
    url.rsplit('/').next().unwrap_or_default().to_owned()
}

async fn stands(shop: &Shop, token: &str) -> Value {
    let path = "/api/user/charging/guest-order";
    shop.house.get(path, Some(token)).await.body
}

async fn comes_to(shop: &Shop, token: &str, status: &str) -> Value {
    let came = wait_until(PATIENCE, async || {
        let order = stands(shop, token).await;
        (order["status"] == status).then_some(order)
    });
    match came.await {
        Some(order) => order,
        None => panic!(
            "the order does not come to {status} by itself: {}",
            stands(shop, token).await
        ),
    }
}

async fn went_back(shop: &Shop, cents: i64) {
    let back = wait_until(PATIENCE, async || {
        (shop.provider.refunded() == cents).then_some(())
    });
    back.await.expect("the provider is asked to give it back");
}

fn ago(shop: &Shop, seconds: i64) -> Timestamp {
    shop.house.gateway.core.clock.now() - SignedDuration::from_secs(seconds)
}

#[tokio::test]
async fn a_guest_who_paid_charges_and_gets_back_what_it_did_not_cost() {
    pays_and_charges(&Shop::new().await).await;
}

#[tokio::test]
async fn the_same_on_postgresql() {
    let server = Postgres::start().await;
    let url = server.database_url("guests").await;
    pays_and_charges(&Shop::with(|settings| settings.database_url = Some(url)).await).await;
}

async fn pays_and_charges(shop: &Shop) {
    let mut charger = forecourt(shop).await;
    let ordered = order(shop, KEY, json!({})).await;
    assert_eq!(ordered.status, StatusCode::ACCEPTED, "{}", ordered.body);
    assert_eq!(
        ordered.body["session"],
        Value::Null,
        "not before it is paid"
    );
    let again = order(shop, KEY, json!({})).await;
    assert_eq!(again.body["topup"], ordered.body["topup"], "the same page");
    assert_eq!(shop.provider.checkouts(), 1);
    let token = text(&again.body["token"]);
    assert_eq!(stands(shop, &token).await["status"], "waiting");

    let paid = shop.provider.pay(&page(&ordered));
    let copies = (0..4).map(|_| shop.post("stripe", &paid));
    futures_util::future::join_all(copies).await;
    let tag = till::accept_start(&mut charger).await;
    let order = comes_to(shop, &token, "charging").await;
    assert_eq!(order["session"]["startedBy"], "checkout", "{order}");
    assert_eq!(order["topup"]["status"], "completed");
    let (transaction, taken) = till::start(&mut charger, &tag, ago(shop, 3_600)).await;
    assert_eq!(taken, "Accepted");
    till::meter(&mut charger, transaction, 2_000, ago(shop, 3_000)).await;

    // The phone that paid comes back to the charge.
    let asked = shop.provider.asked();
    let behind = |body: &'_ str| body.split("guest%3D").nth(1).map(str::to_owned);
    let link = asked.iter().find_map(|asked| behind(&asked.body));
    let link: String = link
        .expect("the page knows where to go")
        .chars()
        .take_while(char::is_ascii_alphanumeric)
        .collect();
    let query = format!(
        "guest={link}&{}",
        shop.provider.return_query(&page(&ordered))
    );
    let path = format!("/api/payments/stripe/return?{query}");
    let back = shop.house.get(&path, None).await;
    let location = back.headers.get(header::LOCATION).expect("on it goes");
    assert_eq!(location, &*format!("/user-panel.html#/guest/{link}"));
    let enter = async |link: &str| {
        let body = Some(json!({ "link": link }));
        let path = "/api/user/auth/guest";
        shop.house.ask(Method::POST, path, None, body).await
    };
    let phone = enter(&link).await;
    assert_eq!(phone.status, StatusCode::OK, "{}", phone.body);
    let path = "/api/user/charging/active-session";
    let active = shop
        .house
        .get(path, Some(&text(&phone.body["token"])))
        .await;
    assert_eq!(active.body["session"]["id"], order["session"]["id"]);
    assert_eq!(enter(&link[1..]).await.status, StatusCode::NOT_FOUND);

    till::stop(&mut charger, transaction, 4_000, ago(shop, 1_800)).await;
    let over = comes_to(shop, &token, "ended").await;
    assert_eq!(over["failure"], Value::Null);
    went_back(shop, 1_800).await;
    let wallet = shop
        .house
        .get("/api/user/wallet/balance", Some(&token))
        .await;
    assert_eq!(wallet.body["balance"], euros("0.00"), "{}", wallet.body);
    let path = format!(
        "/api/user/sessions/{}/receipt",
        text(&over["session"]["id"])
    );
    let receipt = shop.house.get(&path, Some(&token)).await.body;
    assert_eq!(receipt["total"], euros("2.00"));
    assert_eq!(receipt["language"], "de");
    let all = shop.house.newest_session().await.1;
    assert_eq!(all, 1, "one payment, one charge");
    shop.adds_up().await;
}

/// The plug is taken while somebody pays: all of it goes back, and the page says why.
#[tokio::test]
async fn what_cannot_begin_any_more_is_given_back_whole() {
    let shop = Shop::new().await;
    let mut charger = forecourt(&shop).await;
    let ordered = order(&shop, KEY, json!({})).await;
    let token = text(&ordered.body["token"]);
    status(&mut charger, 1, "Charging").await;
    shop.post("stripe", &shop.provider.pay(&page(&ordered)))
        .await;
    let over = comes_to(&shop, &token, "ended").await;
    assert_eq!(over["failure"]["code"], "charging.connector_busy", "{over}");
    went_back(&shop, 2_000).await;
    // The charger says no, which it is asked once it is paid.
    status(&mut charger, 2, "Available").await;
    let key = format!("{KEY}-2");
    let ordered = order(&shop, &key, json!({ "connectorId": 2 })).await;
    assert_eq!(ordered.status, StatusCode::ACCEPTED, "{}", ordered.body);
    let token = text(&ordered.body["token"]);
    shop.post("stripe", &shop.provider.pay(&page(&ordered)))
        .await;
    let (id, action, _) = charger.next_call().await;
    assert_eq!(action, "RemoteStartTransaction");
    charger.answer(&id, json!({ "status": "Rejected" })).await;
    let over = comes_to(&shop, &token, "ended").await;
    assert_eq!(over["session"]["status"], "failed", "{over}");
    went_back(&shop, 4_000).await;
    // Nobody pays: nothing begins, and nothing goes back.
    status(&mut charger, 1, "Available").await;
    let ordered = order(&shop, &format!("{KEY}-3"), json!({})).await;
    let token = text(&ordered.body["token"]);
    shop.post("stripe", &shop.provider.expire(&page(&ordered)))
        .await;
    let over = comes_to(&shop, &token, "ended").await;
    assert_eq!(over["topup"]["status"], "abandoned", "{over}");
    assert_eq!(over["session"], Value::Null);
    assert_eq!(over["failure"], Value::Null);
    // And all the same somebody did: nothing begins, and it goes back.
    shop.post("stripe", &shop.provider.pay(&page(&ordered)))
        .await;
    went_back(&shop, 6_000).await;
    let over = comes_to(&shop, &token, "ended").await;
    assert_eq!(over["session"], Value::Null, "{over}");
    assert_eq!(over["failure"]["code"], "charging.paid_too_late", "{over}");
    assert_eq!(over["topup"]["status"], "completed");
    assert_eq!(
        shop.house.newest_session().await.1,
        1,
        "only the charger's no"
    );
    shop.adds_up().await;
}

/// Many look at an order at once, as several gateways do: one of them begins it, and one ends it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_looks_at_an_order_it_is_begun_once_and_paid_back_once() {
    let server = Postgres::start().await;
    let url = server.database_url("race").await;
    let shop = Shop::with(|settings| settings.database_url = Some(url)).await;
    let mut charger = forecourt(&shop).await;
    let core = &shop.house.gateway.core;
    let everybody = || futures_util::future::join_all((0..12).map(|_| serve_guests(core)));
    let ordered = order(&shop, KEY, json!({})).await;
    let token = text(&ordered.body["token"]);
    shop.post("stripe", &shop.provider.pay(&page(&ordered)))
        .await;
    let tag = till::accept_start(&mut charger).await;
    let (transaction, _) = till::start(&mut charger, &tag, ago(&shop, 3_600)).await;
    till::stop(&mut charger, transaction, 4_000, ago(&shop, 1_800)).await;
    for looked in everybody().await {
        looked.expect("it looks");
    }
    comes_to(&shop, &token, "ended").await;
    went_back(&shop, 1_800).await;
    // What begins now nobody sends: the looks here have no way to the charger.
    let ordered = order(&shop, &format!("{KEY}-2"), json!({ "connectorId": 2 })).await;
    let token = text(&ordered.body["token"]);
    shop.post("stripe", &shop.provider.pay(&page(&ordered)))
        .await;
    let looked = everybody().await;
    let begun: usize = looked.iter().flatten().map(Vec::len).sum();
    assert!(begun <= 1, "{begun} commands");
    comes_to(&shop, &token, "charging").await;
    assert_eq!(shop.house.newest_session().await.1, 2, "a charge each");
    shop.adds_up().await;
}

/// While the books are frozen nothing moves; what was held for a charge that never came to be goes back once they add up.
#[tokio::test]
async fn a_charge_that_failed_while_no_money_moved_is_paid_back_afterwards() {
    let shop = Shop::new().await;
    let mut charger = forecourt(&shop).await;
    let ordered = order(&shop, KEY, json!({})).await;
    let token = text(&ordered.body["token"]);
    shop.post("stripe", &shop.provider.pay(&page(&ordered)))
        .await;
    let (id, _, _) = charger.next_call().await;
    shop.house.freeze(true).await;
    charger.answer(&id, json!({ "status": "Rejected" })).await;
    let failed = wait_until(PATIENCE, async || {
        let order = stands(&shop, &token).await;
        (order["session"]["status"] == "failed").then_some(())
    });
    failed.await.expect("the charger said no");
    shop.house.freeze(false).await;
    // Its hold is still there: what is looked at now must not end the order.
    serve_guests(&shop.house.gateway.core)
        .await
        .expect("it looks");
    assert_eq!(stands(&shop, &token).await["status"], "charging");
    settle_due(&shop.house.gateway.core)
        .await
        .expect("what is left over is settled");
    comes_to(&shop, &token, "ended").await;
    went_back(&shop, 2_000).await;
    shop.adds_up().await;
}

/// What was paid is for the one charge: it buys none elsewhere.
#[tokio::test]
async fn what_a_guest_paid_begins_no_other_charge() {
    let shop = Shop::new().await;
    let mut charger = forecourt(&shop).await;
    let ordered = order(&shop, KEY, json!({})).await;
    let token = text(&ordered.body["token"]);
    let wish = json!({ "chargePointId": shop.house.point.to_string(), "connectorId": 2 });
    let path = "/api/user/charging/start";
    let other = shop
        .house
        .ask(Method::POST, path, Some(&token), Some(wish))
        .await;
    assert_eq!(other.code(), "resource.conflict", "{}", other.body);
    shop.post("stripe", &shop.provider.pay(&page(&ordered)))
        .await;
    till::accept_start(&mut charger).await;
    comes_to(&shop, &token, "charging").await;
    shop.adds_up().await;
}

/// A place has sixty pages at once, and one more each minute. Repeats are free, and what is refused before costs one.
#[tokio::test]
async fn who_asks_for_very_many_pages_waits_for_the_next() {
    let shop = Shop::new().await;
    let _charger = forecourt(&shop).await;
    for number in 0..60 {
        let answer = order(
            &shop,
            &format!("{KEY}-{number}"),
            json!({ "connectorId": 7 }),
        )
        .await;
        assert_eq!(
            answer.code(),
            "resource.not_found",
            "{number}: {}",
            answer.body
        );
    }
    let answer = order(&shop, &format!("{KEY}-more"), json!({})).await;
    assert_eq!(answer.code(), "request.rate_limited", "{}", answer.body);
    let wait = answer.headers[header::RETRY_AFTER].to_str();
    let wait: u64 = wait.expect("a number").parse().expect("a number");
    assert!(wait <= 60, "{wait} s");
}

/// Nobody pays for a charge that cannot begin, and nobody gets at another's by a key.
#[tokio::test]
async fn what_would_be_refused_is_refused_before_it_is_paid() {
    let shop = Shop::new().await;
    let mut charger = forecourt(&shop).await;
    for (more, code) in [
        (json!({ "amount": euros("4.99") }), "request.validation"),
        (json!({ "provider": "paypal" }), "request.validation"),
        (
            json!({ "code": "AAAA-BBBB-CCCC-DDDD" }),
            "request.validation",
        ),
        (json!({ "amount": null }), "request.validation"),
        (json!({ "limit": { "minutes": 5 } }), "request.validation"),
        (json!({ "language": "" }), "request.validation"),
        (json!({ "connectorId": 7 }), "resource.not_found"),
        (json!({ "chargePointId": "CP-1" }), "resource.not_found"),
        (json!({ "tariffVersion": 99 }), "charging.price_changed"),
    ] {
        let answer = order(&shop, &format!("{KEY}{more}"), more.clone()).await;
        assert_eq!(answer.code(), code, "{more}: {}", answer.body);
    }
    let short = order(&shop, "1", json!({})).await;
    assert_eq!(
        short.code(),
        "request.invalid_parameter",
        "anybody could say it"
    );
    status(&mut charger, 1, "Charging").await;
    let busy = order(&shop, &format!("{KEY}-b"), json!({})).await;
    assert_eq!(busy.code(), "charging.connector_busy");
    drop(charger);
    let gone = wait_until(Duration::from_secs(20), async || {
        let key = format!("{KEY}-{}", shop.provider.asked().len());
        let answer = order(&shop, &key, json!({ "connectorId": 2 })).await;
        (answer.code() == "command.charger_offline").then_some(())
    });
    gone.await.expect("its socket is gone");
    let driver = crate::user::Driver::new(&shop.house, "own@example.org").await;
    let none = driver
        .get(&shop.house, "/api/user/charging/guest-order")
        .await;
    assert_eq!(
        none.status,
        StatusCode::NOT_FOUND,
        "an account ordered nothing"
    );
    shop.adds_up().await;
}
