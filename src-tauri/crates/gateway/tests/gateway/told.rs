//! What a charge can meet on its way that no other test tells of: pauses, a stop that is refused, the gateway's own state.

use std::time::Duration;

use axum::http::Method;
use serde_json::{Value, json};
use testkit::Charger;

use crate::house::{CARD, House};

/// Far above what anything here takes.
const SEEN: Duration = Duration::from_secs(10);

async fn status(charger: &mut Charger, status: &str) {
    let report = json!({ "connectorId": 1, "errorCode": "NoError", "status": status });
    charger.call("StatusNotification", report).await;
}

/// What the desk was told of these types, by type and who or what did it.
async fn told(house: &House, token: &str, since: i64, types: &[&str]) -> Vec<(String, Value)> {
    let events = house.told(token, since).await;
    let mine = events
        .iter()
        .filter(|event| types.iter().any(|name| event["type"] == *name));
    mine.map(|event| {
        let name = event["type"].as_str().expect("a type is a text");
        (name.to_owned(), event["data"].clone())
    })
    .collect()
}

#[tokio::test]
async fn a_charge_that_pauses_and_goes_on_says_who_paused_it() {
    let house = House::new().await;
    let token = house.token().await;
    let url = format!("ws://{}/ocpp", house.gateway.ocpp);
    let mut charger = Charger::connect(&url, "CP-1", None).await;
    let start = json!({ "connectorId": 1, "idTag": CARD, "meterStart": 0, "timestamp": "2026-11-22T09:30:00Z" });
    charger.call("StartTransaction", start).await;
    status(&mut charger, "Charging").await;
    let since = house.drained().await;
    for state in ["SuspendedEV", "Charging", "SuspendedEVSE", "Charging"] {
        status(&mut charger, state).await;
    }
    let types = ["charging.suspended", "charging.resumed"];
    let told = told(&house, &token, since, &types).await;
    let told: Vec<(&str, &Value)> = told
        .iter()
        .map(|(name, data)| (name.as_str(), &data["by"]))
        .collect();
    let (ev, evse, nobody) = (json!("ev"), json!("evse"), Value::Null);
    assert_eq!(
        told,
        [
            ("charging.suspended", &ev),
            ("charging.resumed", &nobody),
            ("charging.suspended", &evse),
            ("charging.resumed", &nobody),
        ]
    );
}

#[tokio::test]
async fn a_stop_that_the_charger_refuses_leaves_the_charge_running_and_says_so() {
    let house = House::new().await;
    let token = house.token().await;
    let url = format!("ws://{}/ocpp", house.gateway.ocpp);
    let mut charger = Charger::connect(&url, "CP-1", None).await;
    let start = json!({ "connectorId": 1, "idTag": CARD, "meterStart": 0, "timestamp": "2026-11-22T09:30:00Z" });
    let answer = charger.call("StartTransaction", start).await;
    let since = house.drained().await;
    let body = json!({ "chargePointId": "CP-1", "transactionId": answer[2]["transactionId"] });
    let path = "/api/charger/remote-stop";
    let asked = house
        .ask(Method::POST, path, Some(&token), Some(body))
        .await;
    let id = &asked.body["command"]["id"];
    let (call, ..) = charger.next_call().await;
    charger.answer(&call, json!({ "status": "Rejected" })).await;
    let path = format!("/api/charger/commands/{}", id.as_str().expect("an id"));
    let settled = testkit::wait_until(SEEN, async || {
        let command = house.get(&path, Some(&token)).await.body;
        (command["status"] == "rejected").then_some(())
    });
    settled.await.expect("the charger's no is stored");
    let types = ["command.rejected", "charging.remote.stop.rejected"];
    let told = told(&house, &token, since, &types).await;
    let names: Vec<&str> = told.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, types, "both, in this order");
    let active = house
        .get("/api/cms/sessions/active", Some(&token))
        .await
        .body;
    assert_eq!(active["items"][0]["status"], "charging", "{active}");
}

#[tokio::test]
async fn the_desk_is_told_how_the_gateway_is_when_a_charger_comes() {
    let house = House::new().await;
    let token = house.token().await;
    let since = house.drained().await;
    let url = format!("ws://{}/ocpp", house.gateway.ocpp);
    let _charger = Charger::connect(&url, "CP-1", None).await;
    let seen = testkit::wait_until(SEEN, async || {
        let told = told(&house, &token, since, &["gateway.status.changed"]).await;
        let (_, data) = told.into_iter().find(|(_, data)| data["chargers"] == 1)?;
        Some(data)
    });
    let data = seen.await.expect("a second is enough to see it");
    assert_eq!(
        (&data["broker"], &data["database"]),
        (&json!("in_process"), &json!("ok"))
    );
}
