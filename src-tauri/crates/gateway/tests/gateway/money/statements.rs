//! The receipts of a time: every one of the customer's and nobody else's, with sums that add up, for the driver and the desk.
//!
//! Planted once and seen red: everybody's receipts.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use gateway::api::Door;
use http_body_util::BodyExt as _;
use jiff::tz::TimeZone;
use serde_json::{Value, json};
use testkit::{Charger, pdf};
use tower::ServiceExt as _;

use super::till::{Till, accept_start, start, stop};
use crate::user::{Driver, charger, text};

on_both_engines! {
    a_statement_has_every_receipt_of_its_customer_and_its_days,
    a_time_that_is_none_is_refused,
}

async fn charge(till: &Till, charger: &mut Charger, driver: &Driver, wh: i64) {
    driver
        .start(&till.house, &format!("k{wh}"), json!({ "connectorId": 1 }))
        .await;
    let tag = accept_start(charger).await;
    let (transaction, _) = start(charger, &tag, till.ago(3_600)).await;
    stop(charger, transaction, wh, till.ago(1_800)).await;
}

async fn file(till: &Till, path: &str, token: &str) -> Vec<u8> {
    let mut request = Request::get(path)
        .header(header::AUTHORIZATION, format!("Bearer {token}"))
        .body(Body::empty())
        .expect("well formed");
    request.extensions_mut().insert(Door::Window);
    let router = till.house.gateway.router.clone();
    let Ok(answer) = router.oneshot(request).await;
    assert_eq!(answer.status(), StatusCode::OK, "{path}");
    let body = answer.into_body().collect().await;
    body.expect("a body in memory").to_bytes().to_vec()
}

async fn a_statement_has_every_receipt_of_its_customer_and_its_days(till: Till) {
    let anna = till.driver("anna@example.org", "50.00").await;
    let mallory = till.driver("mallory@example.org", "50.00").await;
    let mut charger = charger(&till.house).await;
    charge(&till, &mut charger, &anna, 4_000).await;
    charge(&till, &mut charger, &mallory, 9_000).await;
    charge(&till, &mut charger, &anna, 7_001).await;
    let clock = &till.house.gateway.core.clock;
    let today = clock.now().to_zoned(TimeZone::UTC).date();
    let answer = anna.get(&till.house, "/api/user/statement").await;
    let statement = &answer.body;
    assert_eq!(answer.status, StatusCode::OK, "{statement}");
    assert_eq!(statement["from"], today.first_of_month().to_string());
    assert_eq!(statement["to"], today.last_of_month().to_string());
    let rows = statement["receipts"].as_array().expect("a list");
    let sums: Vec<_> = rows
        .iter()
        .map(|row| text(&row["total"]["amount"]))
        .collect();
    assert_eq!(sums, ["2.00", "3.50"], "{statement}");
    assert_eq!(statement["energyWh"], 11_001);
    assert_eq!(
        statement["total"],
        json!({ "amount": "5.50", "currency": "EUR" })
    );
    assert_eq!(statement["net"]["amount"], "4.62");
    assert_eq!(statement["tax"]["amount"], "0.88");
    assert_eq!(statement["taxes"][0]["percent"], "19.0");
    assert_eq!(
        statement["seller"]["name"], "Test",
        "the station's own name"
    );
    let numbers: Vec<_> = rows.iter().map(|row| text(&row["number"])).collect();
    let pages = file(&till, "/api/user/statement.pdf", &anna.token).await;
    let pages = pdf::text(&pages).join("\n");
    for expect in [&*numbers[0], &*numbers[1], "5.50 EUR", "anna@example.org"] {
        assert!(pages.contains(expect), "{expect} is not in\n{pages}");
    }
    assert!(!pages.contains("4.50"), "another driver's\n{pages}");
    // The desk sees the same.
    let desk = till.house.token().await;
    let path = format!("/api/cms/customers/{}/statement", anna.id);
    let same = till.house.get(&path, Some(&desk)).await;
    assert_eq!(same.body["receipts"], statement["receipts"]);
    let pages = file(&till, &format!("{path}.pdf"), &desk).await;
    assert!(pdf::text(&pages).join("\n").contains("5.50 EUR"));
    // Yesterday and before there was nothing.
    let yesterday = today.yesterday().expect("there is one");
    let path = format!("/api/user/statement?from=2026-01-01&to={yesterday}");
    let none = anna.get(&till.house, &path).await;
    assert_eq!(none.body["receipts"], json!([]), "{}", none.body);
    assert_eq!(none.body["total"]["amount"], "0.00");
    till.is_sound().await;
}

async fn a_time_that_is_none_is_refused(till: Till) {
    let anna = till.driver("anna@example.org", "0").await;
    for query in [
        "from=2026-02-02&to=2026-02-01",
        "from=2025-01-01&to=2026-06-01",
        "from=yesterday",
        "from=2026-02-30",
        "to=-262143-01-01",
    ] {
        for kind in ["", ".pdf"] {
            let path = format!("/api/user/statement{kind}?{query}");
            let answer = anna.get(&till.house, &path).await;
            assert_eq!(
                answer.code(),
                "request.invalid_parameter",
                "{query}: {}",
                answer.body
            );
        }
    }
    let desk = till.house.token().await;
    let path = "/api/cms/customers/019a0000-0000-7000-8000-00000000002a/statement";
    let nobody = till.house.get(path, Some(&desk)).await;
    assert_eq!(
        (nobody.status, &nobody.body["receipts"]),
        (StatusCode::NOT_FOUND, &Value::Null)
    );
}
