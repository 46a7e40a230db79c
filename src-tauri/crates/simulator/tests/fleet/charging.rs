//! What a charge looks like on the wire.

use std::time::Duration;

use ocpp::ErrorCode;
use serde_json::{Value, json};
use simulator::{Fleet, FleetConfig, Scenario};

use crate::central_system::{Answer, CentralSystem, Heard, agree};

/// Charges of a second, one after the other.
pub fn charging(url: &str) -> FleetConfig {
    FleetConfig {
        scenario: Scenario::Charge,
        meter_interval: Duration::from_millis(200),
        charge_time: Duration::from_millis(900),
        rest_time: Duration::from_millis(50),
        max_power_w: 22_000_000,
        ..FleetConfig::new(url)
    }
}

/// `action` and, for a StatusNotification, the connector's state.
pub fn told(heard: &Heard) -> String {
    match heard.payload["status"].as_str() {
        Some(status) => format!("{} {} {status}", heard.action, heard.payload["connectorId"]),
        None => heard.action.clone(),
    }
}

/// A figure of a MeterValues payload.
pub fn sampled(meter_values: &Value, measurand: &str) -> i32 {
    let samples = meter_values["meterValue"][0]["sampledValue"]
        .as_array()
        .expect("samples are a list");
    let sample = samples
        .iter()
        .find(|sample| sample["measurand"] == measurand);
    let value = sample.expect("the measurand is sampled")["value"]
        .as_str()
        .expect("a value is a string");
    value.parse().expect("figures are whole numbers")
}

#[tokio::test]
async fn one_charge_after_the_other_is_told_in_the_order_of_the_specification() {
    let mut central = CentralSystem::start(|action, _| agree(action)).await;
    let fleet = Fleet::start(charging(&central.url)).expect("the settings work");

    let mut story: Vec<String> = Vec::new();
    while story
        .iter()
        .filter(|told| *told == "StartTransaction")
        .count()
        < 2
    {
        let told = told(&central.next().await);
        // How many readings fit into a charge depends on how busy the machine is.
        if told != "MeterValues" || story.last().is_none_or(|last| last != "MeterValues") {
            story.push(told);
        }
    }
    let charge = [
        "StatusNotification 1 Preparing",
        "Authorize",
        "StartTransaction",
        "StatusNotification 1 Charging",
        "MeterValues",
        "StopTransaction",
        "StatusNotification 1 Finishing",
        "StatusNotification 1 Available",
    ];
    let mut expected = vec![
        "connected",
        "BootNotification",
        "StatusNotification 0 Available",
        "StatusNotification 1 Available",
    ];
    expected.extend(charge);
    expected.extend(&charge[..3]);
    assert_eq!(story, expected, "boot, then one charge, then the next");
    fleet.stop().await;
}

#[tokio::test]
async fn the_register_rises_through_a_charge_and_the_stop_names_where_it_ended() {
    let mut central = CentralSystem::start(|action, _| agree(action)).await;
    let fleet = Fleet::start(charging(&central.url)).expect("the settings work");

    let start = central.next_of("StartTransaction").await.payload;
    assert_eq!(start["connectorId"], 1);
    assert_eq!(start["idTag"], "SIMULATOR");
    let register = start["meterStart"].as_i64().expect("a number");
    let mut register = i32::try_from(register).expect("OCPP registers are 32 bits wide");
    for _ in 0..3 {
        let values = central.next_of("MeterValues").await.payload;
        assert_eq!(
            values["transactionId"], 7,
            "readings name the transaction the gateway gave"
        );
        let reading = sampled(&values, "Energy.Active.Import.Register");
        assert!(reading > register, "{reading} Wh after {register} Wh");
        assert!(
            sampled(&values, "Power.Active.Import") > 0,
            "power flows while energy rises"
        );
        register = reading;
    }
    let stop = central.next_of("StopTransaction").await.payload;
    assert_eq!(stop["transactionId"], 7);
    assert_eq!(stop["reason"], "EVDisconnected", "a full car is unplugged");
    assert!(
        stop["meterStop"].as_i64() >= Some(register.into()),
        "the register never falls"
    );
    let next = central.next_of("StartTransaction").await.payload;
    assert_eq!(
        next["meterStart"], stop["meterStop"],
        "the next charge begins where the last one ended"
    );
    fleet.stop().await;
}

#[tokio::test]
async fn stopping_a_fleet_ends_its_charges_in_order_and_counts_them() {
    let mut central = CentralSystem::start(|action, _| agree(action)).await;
    let config = FleetConfig {
        count: 2,
        connectors: 2,
        charge_time: Duration::from_hours(1),
        ..charging(&central.url)
    };
    let fleet = Fleet::start(config).expect("the settings work");
    for _ in 0..8 {
        central.next_of("MeterValues").await;
    }

    let summary = fleet.stop().await;
    let counted = (
        summary.connected,
        summary.boots,
        summary.transactions_started,
        summary.transactions_stopped,
    );
    assert_eq!(
        counted,
        (2, 2, 4, 4),
        "two charge points with two connectors each: {summary:?}"
    );
    assert_eq!(
        (summary.call_errors, summary.unanswered),
        (0, 0),
        "{summary:?}"
    );
    assert!(
        summary.meter_values >= 8,
        "eight readings were heard: {summary:?}"
    );
    let latency = summary.latency_ms;
    assert!(
        latency.p50 > Some(0.0) && latency.p50 <= latency.max,
        "{latency:?}"
    );

    let rest = central.rest();
    let stops: Vec<_> = rest
        .iter()
        .filter(|heard| heard.action == "StopTransaction")
        .collect();
    assert!(
        stops.iter().all(|stop| stop.payload["reason"] == "Local"),
        "{stops:?}"
    );
    let last = rest
        .iter()
        .rev()
        .find(|heard| heard.path == "/ocpp/SIM-0002");
    let last = last.map(told).unwrap_or_default();
    assert!(
        last.ends_with("Available"),
        "every connector is free at the end, not {last}"
    );
}

#[tokio::test]
async fn a_refused_id_tag_starts_no_transaction() {
    let mut central = CentralSystem::start(|action, _| match action {
        "Authorize" => Answer::Result(json!({"idTagInfo": {"status": "Blocked"}})),
        _ => agree(action),
    })
    .await;
    let fleet = Fleet::start(charging(&central.url)).expect("the settings work");
    central.next_of("Authorize").await;
    let after = [central.next().await, central.next().await].map(|heard| told(&heard));
    assert_eq!(
        after,
        [
            "StatusNotification 1 Available",
            "StatusNotification 1 Preparing"
        ],
        "then the next try"
    );
    assert_eq!(fleet.stop().await.transactions_started, 0);
}

#[tokio::test]
async fn a_tag_refused_at_the_start_stops_the_transaction_at_once() {
    let mut central = CentralSystem::start(|action, _| match action {
        "StartTransaction" => {
            Answer::Result(json!({"idTagInfo": {"status": "ConcurrentTx"}, "transactionId": 9}))
        }
        _ => agree(action),
    })
    .await;
    let fleet = Fleet::start(charging(&central.url)).expect("the settings work");
    central.next_of("StartTransaction").await;
    let stop = central.next().await;
    assert_eq!(stop.action, "StopTransaction", "no energy flows in between");
    assert_eq!(stop.payload["reason"], "DeAuthorized");
    assert_eq!(
        stop.payload["transactionId"], 9,
        "the transaction exists all the same"
    );
    fleet.stop().await;
}

#[tokio::test]
async fn a_start_that_only_gets_errors_still_ends_and_leaves_the_connector_free() {
    let mut central = CentralSystem::start(|action, _| match action {
        "StartTransaction" => Answer::Error(ErrorCode::InternalError),
        _ => agree(action),
    })
    .await;
    let config = FleetConfig {
        retry_interval: Duration::from_millis(10),
        ..charging(&central.url)
    };
    let fleet = Fleet::start(config).expect("the settings work");
    central.next_of("StopTransaction").await;
    let after = [central.next().await, central.next().await].map(|heard| told(&heard));
    assert_eq!(
        after,
        [
            "StatusNotification 1 Finishing",
            "StatusNotification 1 Available"
        ]
    );
    central.next_of("StartTransaction").await;
    let summary = fleet.stop().await;
    assert!(summary.call_errors >= 3, "errors are counted: {summary:?}");
    assert_eq!(
        summary.transactions_started, 0,
        "an error is no transaction: {summary:?}"
    );
}
