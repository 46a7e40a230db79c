//! Prepaid codes: made, printed, redeemed once, guessed in vain.

use axum::http::{Method, StatusCode};
use domain::operator::Role;
use serde_json::{Value, json};

use super::{Shop, euros, text};
use crate::user::Driver;

const REDEEM: &str = "/api/user/wallet/redeem";

async fn batch(shop: &Shop, desk: &str, body: Value) -> (String, Vec<String>) {
    let path = "/api/cms/prepaid-codes";
    let made = shop
        .house
        .ask(Method::POST, path, Some(desk), Some(body))
        .await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.body);
    let id = text(&made.body["id"]);
    let codes = shop
        .house
        .get(&format!("{path}/{id}/codes"), Some(desk))
        .await;
    let codes = codes.body.as_array().expect("a list").clone();
    (id, codes.iter().map(|one| text(&one["code"])).collect())
}

#[tokio::test]
async fn a_code_is_redeemed_once_whoever_tries() {
    let shop = Shop::new().await;
    let desk = shop.house.token().await;
    let body = json!({ "name": "Summer fair", "amount": euros("10.00"), "count": 3 });
    let (id, codes) = batch(&shop, &desk, body).await;
    assert_eq!(codes.len(), 3);
    let mut drivers = Vec::new();
    for number in 0..4 {
        drivers.push(Driver::new(&shop.house, &format!("d{number}@example.org")).await);
    }
    let typed = codes[0].to_lowercase().replace('-', " ");
    let tries = drivers.iter().flat_map(|driver| {
        (0..4).map(|_| {
            let body = json!({ "code": typed });
            driver.send(&shop.house, Method::POST, REDEEM, body)
        })
    });
    let answers = futures_util::future::join_all(tries).await;
    let taken: Vec<_> = answers
        .iter()
        .filter(|one| one.status == StatusCode::OK)
        .collect();
    assert_eq!(taken.len(), 1, "sixteen tries, one code");
    assert_eq!(taken[0].body["amount"], euros("10.00"));
    assert_eq!(taken[0].body["kind"], "topup");
    let refused = answers
        .iter()
        .filter(|one| one.code() == "resource.conflict");
    assert_eq!(refused.count(), 15, "the others are told that it was used");
    let mut balances = Vec::new();
    for driver in &drivers {
        balances.push(shop.balance(driver).await);
    }
    balances.sort();
    assert_eq!(balances, ["0.00", "0.00", "0.00", "10.00"]);

    let list = shop.house.get("/api/cms/prepaid-codes", Some(&desk)).await;
    assert_eq!(list.body["items"][0]["redeemed"], 1, "{}", list.body);
    let path = format!("/api/cms/prepaid-codes/{id}");
    let gone = shop
        .house
        .ask(Method::DELETE, &path, Some(&desk), Some(json!({})))
        .await;
    assert_eq!(gone.status, StatusCode::NO_CONTENT);
    let body = json!({ "code": codes[1] });
    let late = drivers[1]
        .send(&shop.house, Method::POST, REDEEM, body)
        .await;
    assert_eq!(late.code(), "resource.conflict", "it was taken back");
    shop.adds_up().await;
}

#[tokio::test]
async fn codes_are_money_and_not_every_eye_sees_them() {
    let shop = Shop::new().await;
    let desk = shop.house.token().await;
    let viewer = shop.house.token_of(Role::Viewer).await;
    let body = json!({ "name": "Fair", "amount": euros("10.00"), "count": 1 });
    let (id, codes) = batch(&shop, &desk, body).await;
    let path = format!("/api/cms/prepaid-codes/{id}/codes");
    let seen = shop.house.get(&path, Some(&viewer)).await;
    assert_eq!(seen.status, StatusCode::FORBIDDEN);
    for (body, pointer) in [
        (
            json!({ "name": "", "amount": euros("10.00"), "count": 1 }),
            "/name",
        ),
        (
            json!({ "name": "A", "amount": euros("0.00"), "count": 1 }),
            "/amount",
        ),
        (
            json!({ "name": "A", "amount": euros("10.00"), "count": 1001 }),
            "/count",
        ),
        (
            json!({ "name": "A", "amount": euros("10.00"), "count": 1, "expiresAt": "2020-01-01T00:00:00Z" }),
            "/expiresAt",
        ),
    ] {
        let path = "/api/cms/prepaid-codes";
        let post = Method::POST;
        let made = shop.house.ask(post, path, Some(&desk), Some(body)).await;
        assert_eq!(made.body["errors"][0]["pointer"], pointer, "{}", made.body);
    }

    let driver = Driver::new(&shop.house, "guesser@example.org").await;
    let mut waits = 0;
    for number in 0..12 {
        let body = json!({ "code": format!("0000-0000-0000-{number:04}") });
        let answer = driver.send(&shop.house, Method::POST, REDEEM, body).await;
        match answer.status {
            StatusCode::NOT_FOUND => assert_eq!(waits, 0, "who waits is told nothing"),
            StatusCode::TOO_MANY_REQUESTS => waits += 1,
            other => panic!("{other}: {}", answer.body),
        }
    }
    assert!(waits >= 6, "guessing is slow: {waits}");
    let body = json!({ "code": codes[0] });
    let right = driver.send(&shop.house, Method::POST, REDEEM, body).await;
    assert_eq!(
        right.status,
        StatusCode::TOO_MANY_REQUESTS,
        "not even the right one"
    );
    assert_eq!(shop.balance(&driver).await, "0.00");
}
