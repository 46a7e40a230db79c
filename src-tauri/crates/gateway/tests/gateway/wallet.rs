//! A customer's money: what an admin gives is in the wallet, is told to whom it concerns, and to nobody else.
//!
//! Planted once and seen red: money told in `cms` too (`rooms.rs`); transfers read without asking whose (`ledger.rs`); an
//! amount with more decimals than its currency taken (`money.rs`).

use gateway::ops::add_customer::add_customer;
use gateway::ops::adjust_wallet::opening_balance;
use serde_json::{Value, json};

use crate::house::House;
use crate::user::{Driver, SECRET};

const EMAIL: &str = "rich@example.org";

async fn rich(house: &House) -> String {
    let balance = opening_balance("50.00", "EUR").expect("an amount");
    let (id, _) = add_customer(&house.gateway.core, EMAIL, SECRET.to_owned(), Some(balance))
        .await
        .expect("a new address");
    id.to_string()
}

fn euros(amount: &str) -> Value {
    json!({ "amount": amount, "currency": "EUR" })
}

#[tokio::test]
async fn what_a_customer_is_given_is_in_its_wallet_and_told_where_customers_are_looked_at() {
    let house = House::new().await;
    let desk = house.token().await;
    let since = house.drained().await;
    let id = rich(&house).await;
    house.drained().await;
    let stream = house.gateway.hub.head().stream;
    let told = async |rooms: &str, token: &str| {
        let path = format!("/api/live?after={since}&stream={stream}&rooms={rooms}");
        let answer = house.get(&path, Some(token)).await;
        let events = answer.body["events"].as_array().cloned();
        let events = events.unwrap_or_else(|| panic!("{}", answer.body));
        let wallets = events.into_iter().filter(|event| {
            event["type"]
                .as_str()
                .is_some_and(|name| name.starts_with("wallet."))
        });
        wallets.collect::<Vec<_>>()
    };
    let area = told("cms:customers", &desk).await;
    let names: Vec<_> = area.iter().map(|event| &event["type"]).collect();
    assert_eq!(
        names,
        ["wallet.balance.changed", "wallet.transaction.created"]
    );
    let wallet = json!({
        "customerId": id, "currency": "EUR", "balance": euros("50.00"), "available": euros("50.00"),
        "held": euros("0.00"), "owed": euros("0.00"), "version": 1,
    });
    for (key, value) in wallet.as_object().expect("an object") {
        assert_eq!(&area[0]["data"][key], value, "{key} of {}", area[0]);
    }
    assert_eq!(area[0]["data"]["reason"], "adjustment");
    assert_eq!(
        told("cms,cms:sessions", &desk).await,
        Vec::<Value>::new(),
        "no other desk's"
    );

    let login = json!({ "email": EMAIL, "password": SECRET });
    let path = "/api/user/auth/login";
    let answer = house
        .ask(axum::http::Method::POST, path, None, Some(login))
        .await;
    let token = answer.body["token"].as_str().expect("signed in").to_owned();
    let own = told(&format!("customer:{id}"), &token).await;
    assert_eq!(own, area, "the owner hears the same");

    let balance = house
        .get("/api/user/wallet/balance", Some(&token))
        .await
        .body;
    for (key, value) in wallet.as_object().expect("an object") {
        assert_eq!(&balance[key], value, "{key} of {balance}");
    }
    let transactions = house
        .get("/api/user/wallet/transactions", Some(&token))
        .await
        .body;
    let transaction = &area[1]["data"]["transaction"];
    assert_eq!(
        &transactions["items"][0], transaction,
        "the one that was told"
    );
    assert_eq!(transactions["total"], 1);
    for (key, value) in [
        ("amount", euros("50.00")),
        ("balanceAfter", euros("50.00")),
        ("kind", json!("adjustment")),
        ("status", json!("completed")),
        ("reason", json!("Opening balance")),
    ] {
        assert_eq!(transaction[key], value, "{key} of {transaction}");
    }
    let export = house.get("/api/user/auth/export", Some(&token)).await.body;
    assert_eq!(
        export["walletTransactions"], transactions["items"],
        "and takes it along"
    );
    let path = format!("/api/cms/customers/{id}/wallet-transactions");
    assert_eq!(
        house.get(&path, Some(&desk)).await.body,
        transactions,
        "as the desk sees it"
    );
}

#[tokio::test]
async fn a_driver_without_money_has_an_empty_wallet_and_sees_no_strangers() {
    let house = House::new().await;
    rich(&house).await;
    let poor = Driver::new(&house, "poor@example.org").await;
    let balance = poor.get(&house, "/api/user/wallet/balance").await.body;
    let empty = json!({
        "customerId": poor.id, "currency": "EUR", "balance": euros("0.00"), "available": euros("0.00"),
        "held": euros("0.00"), "owed": euros("0.00"), "version": 0, "updatedAt": null,
    });
    assert_eq!(balance, empty);
    let transactions = poor.get(&house, "/api/user/wallet/transactions").await.body;
    assert_eq!(transactions["total"], 0, "{transactions}");
}
