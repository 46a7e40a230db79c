//! What operators do with customers' money by hand: with a reason, once per key, above a limit by two (MON-03, MON-11).
//!
//! Planted once and seen red: whoever asked says yes; paid back without counting what was before.

use axum::body::Body;
use axum::http::{Method, Request, header};
use domain::operator::Role;
use futures_util::future::join_all;
use serde_json::{Value, json};

use super::till::{Till, begin, stop};
use crate::house::{Answer, answer};
use crate::user::{Driver, charger, text};

on_both_engines! {
    sixty_four_copies_give_once,
    an_adjustment_needs_an_amount_a_reason_and_the_money_it_takes,
    above_the_limit_another_operator_says_yes_or_no_once,
    a_charge_is_paid_back_whole_or_in_parts_and_never_more,
}

fn euros(amount: &str) -> Value {
    json!({ "amount": amount, "currency": "EUR" })
}

fn adjustments(driver: &Driver) -> String {
    format!("/api/cms/customers/{}/wallet/adjustments", driver.id)
}

async fn post(till: &Till, token: &str, path: &str, body: Value) -> Answer {
    till.house
        .ask(Method::POST, path, Some(token), Some(body))
        .await
}

async fn sixty_four_copies_give_once(till: Till) {
    let desk = till.house.token().await;
    let anna = till.driver("anna@example.org", "0").await;
    let body = json!({ "amount": euros("7.00"), "reason": "Cash at the desk" });
    let path = adjustments(&anna);
    let once = async || {
        let request = Request::post(&path)
            .header(header::AUTHORIZATION, format!("Bearer {desk}"))
            .header(header::CONTENT_TYPE, "application/json")
            .header("Idempotency-Key", "one key")
            .body(Body::from(body.to_string()));
        answer(&till.house.gateway.router, request.expect("well formed")).await
    };
    let answers = join_all((0..64).map(|_| once())).await;
    for one in &answers {
        assert_eq!(one.status.as_u16(), 201, "{}", one.body);
        assert_eq!(one.body, answers[0].body, "the same to each");
    }
    assert_eq!(till.has(anna.customer()).await, (700, 0, 0), "one effect");
    let list = till.house.get(&path, Some(&desk)).await;
    assert_eq!(list.body["total"], 1);
    assert_eq!(list.body["items"][0], answers[0].body);
    till.is_sound().await;
}

async fn an_adjustment_needs_an_amount_a_reason_and_the_money_it_takes(till: Till) {
    let desk = till.house.token().await;
    let anna = till.driver("anna@example.org", "5.00").await;
    let path = adjustments(&anna);
    for (body, status, code) in [
        (
            json!({ "amount": euros("1.00"), "reason": " " }),
            422,
            "request.validation",
        ),
        (
            json!({ "amount": euros("0.00"), "reason": "Nothing" }),
            422,
            "request.validation",
        ),
        (
            json!({ "amount": euros("0.001"), "reason": "A crumb" }),
            422,
            "request.validation",
        ),
        (
            json!({ "amount": { "amount": "1.00", "currency": "CHF" }, "reason": "Francs" }),
            422,
            "request.validation",
        ),
        (
            json!({ "amount": euros("1.00") }),
            400,
            "request.invalid_json",
        ),
        (
            json!({ "amount": euros("-5.01"), "reason": "Too much" }),
            402,
            "wallet.insufficient_funds",
        ),
        (
            json!({ "amount": euros("-5.00"), "reason": "All of it" }),
            201,
            "",
        ),
    ] {
        let told = post(&till, &desk, &path, body.clone()).await;
        assert_eq!(
            (told.status.as_u16(), told.code()),
            (status, code),
            "{body} {}",
            told.body
        );
        if status == 402 {
            assert_eq!(told.body["missing"], euros("0.01"));
        }
    }
    assert_eq!(till.has(anna.customer()).await, (0, 0, 0));
    let nobody = "/api/cms/customers/019a0000-0000-7000-8000-000000000009/wallet/adjustments";
    let body = json!({ "amount": euros("1.00"), "reason": "To whom?" });
    let told = post(&till, &desk, nobody, body).await;
    assert_eq!(told.code(), "resource.not_found");
    till.is_sound().await;
}

async fn above_the_limit_another_operator_says_yes_or_no_once(till: Till) {
    let (desk, other) = (
        till.house.token().await,
        till.house.token_of(Role::Admin).await,
    );
    let anna = till.driver("anna@example.org", "0").await;
    let path = adjustments(&anna);
    let alerts = async || {
        let list = till.house.get("/api/cms/alerts", Some(&desk)).await;
        let items = list.body["items"].as_array().cloned().unwrap_or_default();
        let waits =
            |one: &&Value| one["kind"] == "adjustment_pending" && one["clearedAt"].is_null();
        items.iter().filter(waits).count()
    };
    for (verdict, status, has) in [("reject", "rejected", 0), ("approve", "completed", 10_001)] {
        let body = json!({ "amount": euros("100.01"), "reason": "A lost receipt" });
        let asked = post(&till, &desk, &path, body).await;
        assert_eq!(asked.status.as_u16(), 201, "{}", asked.body);
        assert_eq!(asked.body["status"], "pending");
        assert_eq!(till.has(anna.customer()).await, (0, 0, 0), "nothing moved");
        assert_eq!(alerts().await, 1, "somebody is asked");
        let decide = format!("{path}/{}/{verdict}", text(&asked.body["id"]));
        let own = post(&till, &desk, &decide, json!({})).await;
        assert_eq!(own.code(), "auth.forbidden", "whoever asks does not grant");
        let decided = post(&till, &other, &decide, json!({})).await;
        assert_eq!(decided.status.as_u16(), 200, "{}", decided.body);
        assert_eq!(decided.body["status"], status);
        assert_eq!(till.has(anna.customer()).await, (has, 0, 0));
        assert_eq!(alerts().await, 0);
        let again = post(&till, &other, &decide, json!({})).await;
        assert_eq!(again.code(), "resource.conflict", "once");
    }
    let bert = till.driver("bert@example.org", "0").await;
    let body = json!({ "amount": euros("200.00"), "reason": "For somebody else" });
    let asked = post(&till, &desk, &path, body).await;
    let elsewhere = format!("{}/{}/approve", adjustments(&bert), text(&asked.body["id"]));
    let told = post(&till, &other, &elsewhere, json!({})).await;
    assert_eq!(told.code(), "resource.not_found", "of another customer");
    till.is_sound().await;
}

async fn a_charge_is_paid_back_whole_or_in_parts_and_never_more(till: Till) {
    let desk = till.house.token().await;
    let anna = till.driver("anna@example.org", "50.00").await;
    let mut charger = charger(&till.house).await;
    let transaction = begin(&till, &anna, &mut charger).await;
    let path = format!("/api/cms/sessions/{}/refund", till.session().await.id);
    let early = post(&till, &desk, &path, json!({ "reason": "Too early" })).await;
    assert_eq!(early.code(), "resource.conflict", "it is not billed yet");
    stop(&mut charger, transaction, 5_000, till.ago(0)).await;
    for (body, status, has) in [
        (
            json!({ "amount": euros("2.51"), "reason": "Too much" }),
            422,
            4_750,
        ),
        (
            json!({ "amount": euros("1.00"), "reason": " " }),
            422,
            4_750,
        ),
        (
            json!({ "amount": euros("1.00"), "reason": "A slow charger" }),
            201,
            4_850,
        ),
        (
            json!({ "amount": euros("1.51"), "reason": "Too much" }),
            422,
            4_850,
        ),
        (json!({ "reason": "The rest as well" }), 201, 5_000),
        (json!({ "reason": "Once more" }), 422, 5_000),
    ] {
        let told = post(&till, &desk, &path, body.clone()).await;
        assert_eq!(told.status.as_u16(), status, "{body} {}", told.body);
        if status == 201 {
            assert_eq!(told.body["kind"], "refund");
        }
        assert_eq!(till.has(anna.customer()).await, (has, 0, 0), "{body}");
        till.is_sound().await;
    }
}
