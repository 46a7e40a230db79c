//! Handshake, liveness, cuts and what comes from the other side.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use serde_json::{Value, json};
use simulator::{Fleet, FleetConfig, Scenario};

use crate::central_system::{Answer, CentralSystem, agree};
use crate::charging::sampled;

#[tokio::test]
async fn an_idle_charge_point_introduces_itself_and_then_only_beats() {
    let mut central = CentralSystem::start(|action, _| match action {
        "BootNotification" => Answer::Result(
            json!({"status": "Accepted", "currentTime": "2026-11-22T09:30:00Z", "interval": 1}),
        ),
        _ => agree(action),
    })
    .await;
    let config = FleetConfig {
        password: Some("geheim".to_owned()),
        connectors: 2,
        ..FleetConfig::new(central.url.as_str())
    };
    let fleet = Fleet::start(config).expect("the settings work");

    let handshake = central.next().await;
    assert_eq!(handshake.path, "/ocpp/SIM-0001");
    // base64("SIM-0001:geheim")
    let expected = json!({"protocol": "ocpp1.6", "authorization": "Basic U0lNLTAwMDE6Z2VoZWlt"});
    assert_eq!(handshake.payload, expected, "security profile 1");
    let boot = central.next().await;
    assert_eq!(boot.action, "BootNotification");
    assert_eq!(boot.payload["chargePointSerialNumber"], "SIM-0001");
    for connector in 0..=2 {
        let status = central.next().await.payload;
        assert_eq!(
            (&status["connectorId"], &status["status"]),
            (&json!(connector), &json!("Available"))
        );
    }
    for _ in 0..2 {
        assert_eq!(
            central.next().await.action,
            "Heartbeat",
            "the gateway asked for one a second"
        );
    }
    let summary = fleet.stop().await;
    assert_eq!(
        (summary.boots, summary.transactions_started),
        (1, 0),
        "{summary:?}"
    );
}

#[tokio::test]
async fn a_boot_that_is_not_accepted_is_repeated_after_the_interval() {
    let boots = AtomicU32::new(0);
    let mut central = CentralSystem::start(move |action, _| match action {
        "BootNotification" if boots.fetch_add(1, Ordering::Relaxed) == 0 => Answer::Result(
            json!({"status": "Pending", "currentTime": "2026-11-22T09:30:00Z", "interval": 1}),
        ),
        _ => agree(action),
    })
    .await;
    let fleet = Fleet::start(FleetConfig::new(central.url.as_str())).expect("the settings work");
    central.next_of("BootNotification").await;
    let next = central.next().await;
    assert_eq!(
        next.action, "BootNotification",
        "OCPP 1.6 §4.2: nothing else while pending"
    );
    central.next_of("StatusNotification").await;
    assert_eq!(fleet.stop().await.boots, 1, "one was accepted");
}

#[tokio::test]
async fn a_charge_goes_on_after_a_cut_without_a_new_boot() {
    let readings = AtomicU32::new(0);
    let mut central = CentralSystem::start(move |action, _| match action {
        "MeterValues" if readings.fetch_add(1, Ordering::Relaxed) == 1 => Answer::HangUp,
        _ => agree(action),
    })
    .await;
    let config = FleetConfig {
        scenario: Scenario::Charge,
        meter_interval: Duration::from_millis(500),
        max_power_w: 22_000_000,
        ..FleetConfig::new(central.url.as_str())
    };
    let fleet = Fleet::start(config).expect("the settings work");

    central.next_of("MeterValues").await;
    let before = central.next_of("MeterValues").await.payload;
    central.next_of("connected").await;
    assert_eq!(
        central.next().await.payload["connectorId"],
        0,
        "a cut is no reboot"
    );
    let status = central.next().await.payload;
    assert_eq!(
        (&status["connectorId"], &status["status"]),
        (&json!(1), &json!("Charging"))
    );
    let again = central.next().await;
    assert_eq!(
        again.payload, before,
        "a reading that was cut off was not acknowledged: it comes once more"
    );
    let values = central.next_of("MeterValues").await;
    assert_eq!(
        (values.action.as_str(), &values.payload["transactionId"]),
        ("MeterValues", &json!(7))
    );
    let (counted, drawn) = energy_between(&before, &values.payload);
    assert!(
        (counted - drawn).abs() < drawn / 10.0,
        "{drawn} Wh flowed since the last reading, {counted} were counted"
    );

    let summary = fleet.stop().await;
    assert_eq!(
        (summary.connected, summary.boots),
        (1, 1),
        "a charge point counts once: {summary:?}"
    );
    assert_eq!(
        summary.unanswered, 1,
        "the CALL that was cut off: {summary:?}"
    );
    assert_eq!(
        (summary.transactions_started, summary.transactions_stopped),
        (1, 1),
        "{summary:?}"
    );
}

/// The Wh between two readings by the register, and by power and time.
fn energy_between(before: &Value, after: &Value) -> (f64, f64) {
    let register = |values| f64::from(sampled(values, "Energy.Active.Import.Register"));
    let time = |values: &Value| {
        let text = values["meterValue"][0]["timestamp"]
            .as_str()
            .expect("a reading has a time");
        let time: jiff::Timestamp = text.parse().expect("times are RFC 3339");
        time
    };
    let hours = time(after).duration_since(time(before)).as_secs_f64() / 3600.0;
    let power = f64::from(sampled(after, "Power.Active.Import"));
    (register(after) - register(before), power * hours)
}

#[tokio::test]
async fn a_call_without_an_answer_is_given_up_and_the_next_one_goes_out() {
    let mut central = CentralSystem::start(|action, _| match action {
        "MeterValues" => Answer::Silence,
        _ => agree(action),
    })
    .await;
    let config = FleetConfig {
        scenario: Scenario::Charge,
        meter_interval: Duration::from_millis(100),
        call_timeout: Duration::from_millis(300),
        transaction_attempts: 1,
        ..FleetConfig::new(central.url.as_str())
    };
    let fleet = Fleet::start(config).expect("the settings work");
    central.next_of("MeterValues").await;
    central.next_of("MeterValues").await;
    let summary = fleet.stop().await;
    assert!(summary.unanswered >= 1, "{summary:?}");
    assert_eq!(
        summary.meter_values, 0,
        "only answered ones count: {summary:?}"
    );
    assert_eq!(
        summary.transactions_stopped, 1,
        "the charge still ends in order: {summary:?}"
    );
}

#[tokio::test]
async fn a_gateway_that_refuses_the_connection_is_named_as_the_reason() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
        .await
        .expect("a loopback port is free");
    let address = listener
        .local_addr()
        .expect("a bound socket has an address");
    drop(listener);
    let fleet =
        Fleet::start(FleetConfig::new(format!("ws://{address}/ocpp"))).expect("the settings work");
    let refusal = tokio::time::timeout(crate::central_system::PATIENCE, async {
        loop {
            if let Some(refusal) = fleet.refusal() {
                return refusal;
            }
            tokio::task::yield_now().await;
        }
    });
    let refusal = refusal.await.expect("a refused connection is noticed");
    assert!(refusal.contains("refused"), "{refusal}");
    assert_eq!(fleet.stop().await.connected, 0);
}
