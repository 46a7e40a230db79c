//! Commands from the desk to a charger on a real socket, and what becomes of the sessions they are for.

use std::time::Duration;

use axum::http::Method;
use jiff::SignedDuration;
use serde_json::{Value, json};
use testkit::Charger;

use crate::house::{Answer, CARD, House};

/// How long an end may take that nobody waits for in a test's own time.
const END: Duration = Duration::from_secs(10);

/// A house with its charger connected and its plugs free, and the desk signed in.
struct Desk {
    house: House,
    charger: Charger,
    token: String,
}

impl Desk {
    async fn new() -> Self {
        Self::in_house(House::new().await).await
    }

    async fn in_house(house: House) -> Self {
        let url = format!("ws://{}/ocpp", house.gateway.ocpp);
        let mut charger = Charger::connect(&url, "CP-1", None).await;
        let boot = json!({ "chargePointVendor": "Test", "chargePointModel": "One" });
        charger.call("BootNotification", boot).await;
        let token = house.token().await;
        let mut desk = Self {
            house,
            charger,
            token,
        };
        desk.status("Available").await;
        desk
    }

    async fn status(&mut self, status: &str) {
        let report = json!({ "connectorId": 1, "errorCode": "NoError", "status": status });
        self.charger.call("StatusNotification", report).await;
    }

    async fn post(&self, path: &str, body: Value) -> Answer {
        let path = format!("/api/charger/{path}");
        self.house
            .ask(Method::POST, &path, Some(&self.token), Some(body))
            .await
    }

    /// Asks for a command that is taken, and gives its id.
    async fn command(&self, path: &str, mut body: Value) -> String {
        body["chargePointId"] = "CP-1".into();
        let answer = self.post(path, body).await;
        assert_eq!(answer.status.as_u16(), 202, "{path}: {}", answer.body);
        assert_eq!(answer.body["command"]["status"], "requested");
        text(&answer.body["command"]["id"])
    }

    /// Waits until a command has its end.
    async fn settled(&self, id: &str) -> Value {
        let path = format!("/api/charger/commands/{id}");
        let settled = testkit::wait_until(END, async || {
            let command = self.house.get(&path, Some(&self.token)).await.body;
            (command["status"] != "requested").then_some(command)
        });
        settled.await.expect("every command has its end")
    }

    /// Waits until the sessions that go on are this many, and gives them.
    async fn active(&self, count: usize) -> Value {
        let active = testkit::wait_until(END, async || {
            let path = "/api/cms/sessions/active";
            let page = self.house.get(path, Some(&self.token)).await.body;
            (page["total"] == count).then_some(page["items"].clone())
        });
        active.await.expect("as many sessions as there should be")
    }

    async fn start_transaction(&mut self) -> i64 {
        let start = json!({ "connectorId": 1, "idTag": CARD, "meterStart": 100, "timestamp": "2026-11-22T09:30:00Z" });
        let answer = self.charger.call("StartTransaction", start).await;
        assert_eq!(answer[2]["idTagInfo"]["status"], "Accepted", "{answer}");
        answer[2]["transactionId"].as_i64().expect("a number")
    }

    /// Why the session failed that was asked for since a number.
    async fn failure(&self, since: i64) -> Value {
        let told = self.house.told(&self.token, since).await;
        let failed = told.iter().find(|event| event["type"] == "charging.failed");
        failed.expect("it failed")["data"]["failure"]["code"].clone()
    }

    /// The types the desk was told since a number, raw traffic aside.
    async fn types(&self, since: i64) -> Vec<String> {
        let told = self.house.told(&self.token, since).await;
        let types = told.iter().map(|event| text(&event["type"]));
        types.filter(|name| name != "ocpp.message").collect()
    }
}

fn text(value: &Value) -> String {
    value.as_str().expect("a text").to_owned()
}

#[tokio::test]
async fn a_remote_start_goes_from_the_wish_to_the_stop_in_the_order_of_the_contract() {
    let mut desk = Desk::new().await;
    let since = desk.house.drained().await;
    let id = desk
        .command("remote-start", json!({ "connectorId": 1, "idTag": CARD }))
        .await;
    let (call, action, payload) = desk.charger.next_call().await;
    assert_eq!(action, "RemoteStartTransaction");
    assert_eq!(payload, json!({ "connectorId": 1, "idTag": CARD }));
    desk.charger
        .answer(&call, json!({ "status": "Accepted" }))
        .await;
    let command = desk.settled(&id).await;
    assert_eq!(command["status"], "accepted");
    assert_eq!(command["response"], json!({ "status": "Accepted" }));
    assert!(command["sentAt"].is_string(), "it went out: {command}");
    assert_eq!(desk.active(1).await[0]["status"], "accepted");

    desk.status("Preparing").await;
    let transaction = desk.start_transaction().await;
    desk.status("Charging").await;
    let running = desk.active(1).await;
    assert_eq!(
        running[0]["startedBy"], "operator",
        "the session that was asked for is the one that runs"
    );

    let stop = desk
        .command("remote-stop", json!({ "transactionId": transaction }))
        .await;
    let (call, action, payload) = desk.charger.next_call().await;
    assert_eq!(
        (action.as_str(), payload),
        (
            "RemoteStopTransaction",
            json!({ "transactionId": transaction })
        )
    );
    desk.charger
        .answer(&call, json!({ "status": "Accepted" }))
        .await;
    desk.settled(&stop).await;
    let stopped = json!({ "transactionId": transaction, "meterStop": 1_100, "timestamp": "2026-11-22T10:00:00Z", "reason": "Remote" });
    desk.charger.call("StopTransaction", stopped).await;
    desk.active(0).await;

    let expected = [
        "charging.requested",
        "command.requested",
        "command.accepted",
        "charging.remote.start.accepted",
        "connector.status.changed",
        "charging.started",
        "connector.status.changed",
        "command.requested",
        "command.accepted",
        "charging.remote.stop.accepted",
        "charging.updated",
        "charging.stopped",
    ];
    let types: Vec<String> = desk.types(since).await;
    let types: Vec<&str> = types
        .iter()
        .map(String::as_str)
        .filter(|name| !name.starts_with("charger.") && !name.starts_with("station."))
        .collect();
    assert_eq!(types, expected, "in the order of 2-contract");
    let told = desk.house.told(&desk.token, since).await;
    let last = told
        .iter()
        .find(|event| event["type"] == "charging.stopped")
        .expect("it stopped");
    assert_eq!(
        last["data"]["stopReason"], "operator",
        "who asked is known: {last}"
    );
    assert_eq!(last["data"]["energyWh"], 1_000);
}

#[tokio::test]
async fn a_start_that_the_charger_does_not_take_fails_the_session_whatever_it_answers() {
    let settings = |settings: &mut gateway::Settings| {
        settings.ocpp.call_timeout = SignedDuration::from_millis(300);
    };
    let mut desk = Desk::in_house(House::with(settings).await).await;
    for (answer, status, failure) in [
        ("Rejected", "rejected", "charger.rejected"),
        ("error", "failed", "charger.error"),
        ("silence", "timed_out", "charger.no_answer"),
    ] {
        let since = desk.house.drained().await;
        let wish = json!({ "connectorId": 1, "idTag": CARD });
        let id = desk.command("remote-start", wish).await;
        let (call, ..) = desk.charger.next_call().await;
        match answer {
            "Rejected" => {
                let no = json!({ "status": "Rejected" });
                desk.charger.answer(&call, no).await;
            }
            "error" => desk.charger.refuse(&call, "InternalError").await,
            _ => {}
        }
        assert_eq!(desk.settled(&id).await["status"], status, "{answer}");
        desk.active(0).await;
        assert_eq!(
            desk.types(since).await,
            [
                "charging.requested".to_owned(),
                "command.requested".to_owned(),
                format!("command.{status}"),
                "charging.remote.start.rejected".to_owned(),
                "charging.failed".to_owned(),
            ],
            "{answer}"
        );
        assert_eq!(desk.failure(since).await, failure, "{answer}");
    }
}

#[tokio::test]
async fn a_session_that_nobody_plugs_in_for_fails_in_time_and_its_token_with_it() {
    let settings = |settings: &mut gateway::Settings| {
        settings.ocpp.connection_timeout = SignedDuration::from_millis(200);
    };
    let mut desk = Desk::in_house(House::with(settings).await).await;
    let since = desk.house.drained().await;
    let wish = json!({ "connectorId": 1, "idTag": "NOBODYS" });
    desk.command("remote-start", wish).await;
    let (call, ..) = desk.charger.next_call().await;
    desk.charger
        .answer(&call, json!({ "status": "Accepted" }))
        .await;
    desk.active(0).await;
    assert_eq!(desk.failure(since).await, "session.not_plugged_in");
    let start = json!({ "connectorId": 1, "idTag": "NOBODYS", "meterStart": 0, "timestamp": "2026-11-22T09:30:00Z" });
    let answer = desk.charger.call("StartTransaction", start).await;
    assert_eq!(
        answer[2]["idTagInfo"]["status"], "Invalid",
        "a start that comes after that is nobody's: {answer}"
    );
}

#[tokio::test]
async fn each_bad_command_has_its_own_code_and_reaches_no_charger() {
    let mut desk = Desk::new().await;
    let check = async |path: &str, body: Value, status: u16, code: &str, pointer: Option<&str>| {
        let answer = desk.post(path, body.clone()).await;
        assert_eq!(
            (answer.status.as_u16(), answer.code()),
            (status, code),
            "{path} {body}: {}",
            answer.body
        );
        let at = answer.body["errors"][0]["pointer"].as_str();
        assert_eq!(at, pointer, "{path} {body}: {}", answer.body);
    };
    let point = "CP-1";
    check(
        "reset",
        json!({ "chargePointId": "NOBODY", "type": "Soft" }),
        404,
        "resource.not_found",
        None,
    )
    .await;
    check(
        "reset",
        json!({ "chargePointId": point, "type": "Gentle" }),
        422,
        "command.payload_invalid",
        Some("/type"),
    )
    .await;
    check(
        "reset",
        json!({ "chargePointId": point }),
        422,
        "command.payload_invalid",
        Some(""),
    )
    .await;
    check(
        "change-configuration",
        json!({ "chargePointId": point, "key": "x".repeat(51), "value": "1" }),
        422,
        "command.payload_invalid",
        Some("/key"),
    )
    .await;
    check(
        "commands",
        json!({ "chargePointId": point, "action": "BootNotification", "payload": {} }),
        422,
        "command.unsupported",
        None,
    )
    .await;
    check(
        "commands",
        json!({ "chargePointId": point, "action": "GetBaseReport", "payload": {} }),
        422,
        "command.unsupported",
        None,
    )
    .await;
    check(
        "commands",
        json!({ "chargePointId": point, "action": "ClearCache", "payload": { "x": 1 } }),
        422,
        "command.payload_invalid",
        Some("/x"),
    )
    .await;
    check(
        "remote-start",
        json!({ "chargePointId": point, "connectorId": 9, "idTag": CARD }),
        404,
        "resource.not_found",
        None,
    )
    .await;
    check(
        "remote-start",
        json!({ "chargePointId": point, "connectorId": 2, "idTag": CARD }),
        409,
        "charging.connector_unavailable",
        None,
    )
    .await;
    assert!(
        desk.charger.nothing_came().await,
        "the charger heard of none of them"
    );
    desk.status("Charging").await;
    let busy = json!({ "chargePointId": point, "connectorId": 1, "idTag": CARD });
    let answer = desk.post("remote-start", busy).await;
    assert_eq!(answer.code(), "charging.connector_busy");
}

#[tokio::test]
async fn a_charger_that_is_not_there_is_told_at_once() {
    let house = House::new().await;
    let token = house.token().await;
    let body = json!({ "chargePointId": house.point.to_string(), "type": "Soft" });
    let answer = house
        .ask(Method::POST, "/api/charger/reset", Some(&token), Some(body))
        .await;
    assert_eq!(
        (answer.status.as_u16(), answer.code()),
        (409, "command.charger_offline")
    );
}

#[tokio::test]
async fn a_command_that_had_no_answer_when_the_gateway_stopped_is_settled_at_the_next_start() {
    let mut desk = Desk::new().await;
    let id = desk.command("reset", json!({ "type": "Soft" })).await;
    desk.charger.next_call().await;
    let core = desk.house.gateway.core.clone();
    let settled = gateway::ops::settle_command::settle_interrupted(&core)
        .await
        .expect("the rows are there");
    assert_eq!(settled, 1, "as at the start of a gateway");
    let command = desk.settled(&id).await;
    assert_eq!(command["error"]["code"], "interrupted", "{command}");
}
