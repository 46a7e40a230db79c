//! Charges that drivers begin and end from a screen: each refusal, the whole way, and two starts at once.

use axum::http::Method;
use serde_json::json;
use testkit::{Charger, Postgres};

use super::{Driver, begin, charger, is, status, text};
use crate::house::House;

#[tokio::test]
async fn each_start_that_cannot_be_is_refused_with_its_code() {
    let house = House::new().await;
    let anna = Driver::new(&house, "anna@example.org").await;
    let one = json!({ "connectorId": 1 });
    is(
        &anna.start(&house, "a", one.clone()).await,
        409,
        "command.charger_offline",
    );
    let mut charger = charger(&house).await;
    let nowhere = json!({ "connectorId": 1, "chargePointId": "CP-1" });
    is(
        &anna.start(&house, "b", nowhere).await,
        404,
        "resource.not_found",
    );
    is(
        &anna.start(&house, "c", json!({ "connectorId": 9 })).await,
        404,
        "resource.not_found",
    );
    let priced = json!({ "connectorId": 1, "tariffVersion": 7 });
    is(
        &anna.start(&house, "d", priced).await,
        409,
        "charging.price_changed",
    );
    let euros = json!({ "amount": "5.00", "currency": "EUR" });
    for (place, (field, value, pointer)) in [
        ("vehicleId", json!("a car"), "/vehicleId"),
        ("limit", json!({}), "/limit"),
        ("limit", json!({ "energyWh": 99 }), "/limit/energyWh"),
        ("limit", json!({ "minutes": 0 }), "/limit/minutes"),
        ("limit", json!({ "socPercent": 101 }), "/limit/socPercent"),
        (
            "limit",
            json!({ "amount": { "amount": "0", "currency": "EUR" } }),
            "/limit/amount",
        ),
        (
            "limit",
            json!({ "amount": { "amount": "0.001", "currency": "EUR" } }),
            "/limit/amount",
        ),
        // Nothing is charged here, so nothing can be charged up to.
        ("limit", json!({ "amount": euros }), "/limit/amount"),
    ]
    .into_iter()
    .enumerate()
    {
        let mut body = one.clone();
        body[field] = value;
        let answer = anna.start(&house, &format!("e{place}"), body).await;
        is(&answer, 422, "request.validation");
        assert_eq!(
            answer.body["errors"][0]["pointer"], pointer,
            "{}",
            answer.body
        );
    }
    let unknown = json!({ "connectorId": 1, "limit": { "kWh": 5 } });
    is(
        &anna.start(&house, "f", unknown).await,
        400,
        "request.invalid_json",
    );
    status(&mut charger, 2, "Faulted").await;
    let faulted = anna.start(&house, "g", json!({ "connectorId": 2 })).await;
    is(&faulted, 409, "charging.connector_unavailable");
}

#[tokio::test]
async fn a_charge_goes_from_wish_to_end_and_is_nobody_elses() {
    let house = House::new().await;
    let anna = Driver::new(&house, "anna@example.org").await;
    let bert = Driver::new(&house, "bert@example.org").await;
    let one = json!({ "connectorId": 1 });
    let mut charger = charger(&house).await;
    let asked = anna.start(&house, "h", one.clone()).await;
    assert_eq!(asked.status.as_u16(), 202, "{}", asked.body);
    let session = text(&asked.body["session"]["id"]);
    assert_eq!(asked.body["session"]["status"], "requested");
    assert_eq!(asked.body["session"]["startedBy"], "account");
    assert_eq!(asked.body["session"]["chargePointName"], "Bay 1");
    is(
        &bert.start(&house, "a", one.clone()).await,
        409,
        "charging.connector_busy",
    );
    let second = anna.start(&house, "i", json!({ "connectorId": 2 })).await;
    is(&second, 409, "charging.already_active");
    let transaction = begin(&mut charger).await;
    let active = anna.get(&house, "/api/user/charging/active-session").await;
    assert_eq!(active.body["session"]["id"], *session);
    assert_eq!(active.body["session"]["status"], "charging");

    // What is another's is not there.
    let path = format!("/api/user/sessions/{session}");
    is(&bert.get(&house, &path).await, 404, "resource.not_found");
    is(
        &bert.stop(&house, "b", &session).await,
        404,
        "resource.not_found",
    );
    let none = bert.get(&house, "/api/user/charging/active-session").await;
    assert_eq!(none.body, json!({ "session": null }));
    assert_eq!(
        bert.get(&house, "/api/user/sessions").await.body["total"],
        0
    );
    let export = bert.get(&house, "/api/user/auth/export").await;
    assert_eq!(
        export.body["sessions"],
        json!([]),
        "nor in what it takes along"
    );

    let erase = anna.send(&house, Method::DELETE, "/api/user/auth/me", json!({}));
    is(&erase.await, 409, "charging.already_active");
    let stopping = anna.stop(&house, "j", &session).await;
    assert_eq!(stopping.status.as_u16(), 202, "{}", stopping.body);
    let (id, action, payload) = charger.next_call().await;
    assert_eq!(
        (&*action, &payload),
        (
            "RemoteStopTransaction",
            &json!({ "transactionId": transaction })
        )
    );
    charger.answer(&id, json!({ "status": "Accepted" })).await;
    let stop = json!({ "transactionId": transaction, "meterStop": 2000, "timestamp": "2026-11-24T10:00:00Z",
        "reason": "Remote" });
    charger.call("StopTransaction", stop).await;
    let over = anna.get(&house, &path).await;
    assert_eq!(over.body["status"], "stopped", "{}", over.body);
    assert_eq!(over.body["energyWh"], 1000);
    is(
        &anna.stop(&house, "k", &session).await,
        409,
        "charging.not_active",
    );
    let list = anna.get(&house, "/api/user/sessions?limit=1").await;
    assert_eq!(
        (&list.body["total"], &list.body["limit"]),
        (&json!(1), &json!(1))
    );
    let export = anna.get(&house, "/api/user/auth/export").await;
    assert_eq!(export.body["sessions"][0]["id"], *session);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_starts_at_once_by_one_driver_one_is_taken_on_postgresql() {
    let server = Postgres::start().await;
    let url = server.database_url("starts").await;
    let house = House::with(|settings| settings.database_url = Some(url)).await;
    let _charger = charger(&house).await;
    let anna = Driver::new(&house, "anna@example.org").await;
    let second = house.another_point("CP-2").await;
    let url = format!("ws://{}/ocpp", house.gateway.ocpp);
    let mut other = Charger::connect(&url, "CP-2", None).await;
    let boot = json!({ "chargePointVendor": "Test", "chargePointModel": "One" });
    other.call("BootNotification", boot).await;
    status(&mut other, 1, "Available").await;
    for round in 0..5 {
        let (first, here) = (format!("{round} a"), json!({ "connectorId": 1 }));
        let (again, there) = (
            format!("{round} b"),
            json!({ "connectorId": 1, "chargePointId": second.to_string() }),
        );
        let (one, two) = tokio::join!(
            anna.start(&house, &first, here),
            anna.start(&house, &again, there)
        );
        let mut told = [one.status.as_u16(), two.status.as_u16()];
        told.sort_unstable();
        assert_eq!(told, [202, 409], "{} {}", one.body, two.body);
        let taken = if one.status.as_u16() == 202 { one } else { two };
        let session = text(&taken.body["session"]["id"]);
        let stopped = anna.stop(&house, &format!("{round} c"), &session).await;
        assert_eq!(stopped.status.as_u16(), 202, "{}", stopped.body);
    }
}
