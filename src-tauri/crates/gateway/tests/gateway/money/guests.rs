//! Charging without an account: a prepaid code pays, and opens its own wallet and no other.
//!
//! Planted once and seen red: a driver's account that is entered by a code it redeemed.

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};

use super::till::{Till, accept_start, meter, start, stop};
use crate::house::Answer;
use crate::user::{SECRET, charger, guest_start, text};

on_both_engines! {
    a_code_pays_for_charges_and_opens_its_own_wallet_again,
    a_code_opens_nobodys_account_and_wrong_ones_have_to_wait,
    a_start_that_is_refused_leaves_the_money_on_the_code,
}

/// Codes of a batch worth so much.
async fn codes(till: &Till, amount: &str, count: i64) -> Vec<String> {
    let desk = till.house.token().await;
    let batch = json!({ "name": "Spring", "amount": { "amount": amount, "currency": "EUR" }, "count": count });
    let made = till
        .house
        .ask(
            Method::POST,
            "/api/cms/prepaid-codes",
            Some(&desk),
            Some(batch),
        )
        .await;
    let path = format!("/api/cms/prepaid-codes/{}/codes", text(&made.body["id"]));
    let codes = till.house.get(&path, Some(&desk)).await.body;
    let codes = codes.as_array().expect("a list").iter();
    codes.map(|code| text(&code["code"])).collect()
}

async fn begin(till: &Till, key: &str, code: &str, more: Value) -> Answer {
    guest_start(&till.house, key, json!({ "code": code }), &more).await
}

async fn has(till: &Till, token: &str) -> (String, String) {
    let wallet = till
        .house
        .get("/api/user/wallet/balance", Some(token))
        .await
        .body;
    (
        text(&wallet["available"]["amount"]),
        text(&wallet["held"]["amount"]),
    )
}

async fn a_code_pays_for_charges_and_opens_its_own_wallet_again(till: Till) {
    let code = codes(&till, "10.00", 1).await.remove(0);
    let mut charger = charger(&till.house).await;
    let limit = json!({ "limit": { "energyWh": 4_000 }, "language": "de" });
    let began = begin(&till, "a", &code, limit.clone()).await;
    assert_eq!(began.status, StatusCode::ACCEPTED, "{}", began.body);
    let token = text(&began.body["token"]);
    let id = text(&began.body["session"]["id"]);
    // A lost answer: the same charge, and a sign-in that works; what is kept for it has none.
    let again = begin(&till, "a", &code, limit).await;
    assert_eq!(again.body["session"], began.body["session"]);
    assert_ne!(again.body["token"], began.body["token"]);
    let tag = accept_start(&mut charger).await;
    let (transaction, status) = start(&mut charger, &tag, till.ago(3_600)).await;
    assert_eq!(status, "Accepted");
    meter(&mut charger, transaction, 2_000, till.ago(3_000)).await;
    for token in [&token, &text(&again.body["token"])] {
        let session = till
            .house
            .get("/api/user/charging/active-session", Some(token))
            .await;
        assert_eq!(session.body["session"]["id"], json!(id), "{}", session.body);
    }
    stop(&mut charger, transaction, 4_000, till.ago(1_800)).await;
    assert_eq!(
        has(&till, &token).await,
        ("8.00".to_owned(), "0.00".to_owned())
    );
    let path = format!("/api/user/sessions/{id}/receipt");
    let receipt = till.house.get(&path, Some(&token)).await.body;
    assert_eq!(
        (&receipt["total"]["amount"], &receipt["language"]),
        (&json!("2.00"), &json!("de"))
    );
    // The next day, with the same code: what is left.
    let next = begin(&till, "b", &code, json!({})).await;
    assert_eq!(next.status, StatusCode::ACCEPTED, "{}", next.body);
    assert_eq!(
        next.body["session"]["customerId"],
        began.body["session"]["customerId"]
    );
    let token = text(&next.body["token"]);
    assert_eq!(
        has(&till, &token).await,
        ("0.00".to_owned(), "8.00".to_owned()),
        "held"
    );
    accept_start(&mut charger).await;
    till.is_sound().await;
}

/// Nobody gets into an account by a code that it redeemed, or by an address that guests have; a wrong code costs a wait.
async fn a_code_opens_nobodys_account_and_wrong_ones_have_to_wait(till: Till) {
    let codes = codes(&till, "10.00", 2).await;
    let anna = till.driver("anna@example.org", "5.00").await;
    let redeem = json!({ "code": codes[0] });
    let path = "/api/user/wallet/redeem";
    let redeemed = anna.send(&till.house, Method::POST, path, redeem).await;
    assert_eq!(redeemed.status, StatusCode::OK, "{}", redeemed.body);
    let mut charger = charger(&till.house).await;
    let refused = begin(&till, "a", &codes[0], json!({})).await;
    assert_eq!(
        (refused.status, refused.code()),
        (StatusCode::CONFLICT, "resource.conflict")
    );
    let began = begin(&till, "b", &codes[1], json!({})).await;
    assert_eq!(began.status, StatusCode::ACCEPTED, "{}", began.body);
    accept_start(&mut charger).await;
    let guest = text(&began.body["session"]["customerId"]);
    let email = format!("{guest}@guest.invalid");
    for password in ["", SECRET, "Guest"] {
        let login = json!({ "email": email, "password": password });
        let answer = till
            .house
            .ask(Method::POST, "/api/user/auth/login", None, Some(login))
            .await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{}", answer.body);
    }
    let register = json!({ "email": email, "password": SECRET });
    let answer = till
        .house
        .ask(
            Method::POST,
            "/api/user/auth/register",
            None,
            Some(register),
        )
        .await;
    assert_eq!(
        answer.status,
        StatusCode::UNPROCESSABLE_ENTITY,
        "{}",
        answer.body
    );
    let mut told = Vec::new();
    for round in 0..9 {
        let answer = begin(
            &till,
            &format!("w{round}"),
            "AAAA-BBBB-CCCC-DDDD",
            json!({}),
        )
        .await;
        told.push(answer.status.as_u16());
    }
    assert_eq!(told[0], 404, "{told:?}");
    assert_eq!(told[8], 429, "{told:?}");
    till.is_sound().await;
}

/// What a start refuses costs the code nothing, and the same code goes on elsewhere.
async fn a_start_that_is_refused_leaves_the_money_on_the_code(till: Till) {
    let code = codes(&till, "10.00", 1).await.remove(0);
    let offline = begin(&till, "a", &code, json!({})).await;
    assert_eq!(offline.status, StatusCode::CONFLICT, "{}", offline.body);
    assert_eq!(offline.body.get("token"), None, "nothing to look at");
    let mut charger = charger(&till.house).await;
    for (more, status) in [
        (json!({ "connectorId": 7 }), 404),
        (json!({ "tariffVersion": 99 }), 409),
        (json!({ "limit": { "energyWh": 1 } }), 422),
        (json!({ "vehicleId": "x" }), 400),
    ] {
        let answer = begin(&till, &format!("k{status}{more}"), &code, more).await;
        assert_eq!(answer.status.as_u16(), status, "{}", answer.body);
    }
    let began = begin(&till, "b", &code, json!({})).await;
    assert_eq!(began.status, StatusCode::ACCEPTED, "{}", began.body);
    accept_start(&mut charger).await;
    let token = text(&began.body["token"]);
    assert_eq!(
        has(&till, &token).await,
        ("0.00".to_owned(), "10.00".to_owned())
    );
    till.is_sound().await;
}
