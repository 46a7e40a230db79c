//! What chargers say of a charge and cannot be true: answered, kept whole, told to the operator, and no hindrance to
//! what comes after it (FLT-03, FLT-08, FLT-15).
//!
//! Planted once and seen red: a register that cannot be dropped in silence (`record_meter.rs`).

use std::time::{Duration, Instant};

use domain::alert::AlertKind;
use serde_json::{Value, json};
use store::repo::suspense::{self, Suspended};
use store::repo::{Slice, alerts, sessions};

use super::site::{Site, start};

pub const ALL: Slice = Slice {
    limit: 1_000,
    offset: 0,
};

/// A payload with some of its fields set to others.
fn with(mut payload: Value, changes: &Value) -> Value {
    for (key, value) in changes.as_object().expect("an object") {
        payload[key] = value.clone();
    }
    payload
}

/// Newest first.
async fn kept(site: &Site) -> Vec<Suspended> {
    let mut conn = site.gateway.core.store.read().await.expect("a reader");
    let page = suspense::list(&mut conn, ALL).await;
    page.expect("it can be read").items
}

/// Whether the operator is told so of `CP-1`.
async fn told(site: &Site, kind: AlertKind) -> bool {
    let mut conn = site.gateway.core.store.read().await.expect("a reader");
    let found = alerts::find_standing(&mut conn, kind, &site.point.to_string()).await;
    found.expect("it can be read").is_some()
}

/// A reading with one sample.
fn measured(transaction: i64, at: &str, value: &str, measurand: &str) -> Value {
    json!({
        "connectorId": 1, "transactionId": transaction,
        "meterValue": [{ "timestamp": at, "sampledValue": [{ "value": value, "measurand": measurand }] }],
    })
}

/// Sixty messages that cannot be true, about the transaction `number` or about none.
fn poison(number: i64) -> Vec<(&'static str, Value)> {
    const REGISTER: &str = "Energy.Active.Import.Register";
    const TIME: &str = "2026-11-22T09:31:00Z";
    // Each start has a register of its own, or it would be the same one.
    let starts = [
        json!({ "connectorId": 0 }),
        json!({ "connectorId": -1 }),
        json!({ "connectorId": 33 }),
        json!({ "connectorId": 1_000 }),
        json!({ "connectorId": 2_147_483_647 }),
        json!({ "connectorId": -2_147_483_648 }),
        json!({ "meterStart": -1 }),
        json!({ "meterStart": -2_147_483_648 }),
        json!({ "timestamp": "1970-01-01T00:00:07Z" }),
        json!({ "timestamp": "1926-11-22T09:30:00Z" }),
        json!({ "timestamp": "0001-01-01T00:00:00Z" }),
        json!({ "timestamp": "2000-01-01T00:00:00Z" }),
        json!({ "timestamp": "2025-12-31T23:59:59Z" }),
        json!({ "timestamp": "2099-12-31T23:59:59Z" }),
        json!({ "timestamp": "3000-01-01T00:00:00Z" }),
        // A card that nobody knows, at a plug that is none.
        json!({ "connectorId": 99, "idTag": "NOBODYS" }),
    ];
    let starts = starts.iter().zip(1..).map(|(change, register)| {
        let plug = with(start(register), &json!({ "connectorId": 2 }));
        ("StartTransaction", with(plug, change))
    });
    let stop = |change: Value| {
        let stop =
            json!({ "transactionId": -1, "meterStop": -3, "timestamp": "2026-11-22T09:32:00Z" });
        ("StopTransaction", with(stop, &change))
    };
    let stops = [
        json!({}),
        json!({ "transactionId": 0 }),
        json!({ "transactionId": 2_147_483_647 }),
        json!({ "transactionId": -2_147_483_648 }),
        json!({ "timestamp": "1970-01-01T00:00:07Z" }),
        json!({ "timestamp": "2099-12-31T23:59:59Z" }),
        json!({ "reason": "PowerLoss", "idTag": "NOBODYS" }),
        json!({ "meterStop": -2_147_483_648 }),
        json!({ "transactionData": [{ "timestamp": TIME, "sampledValue": [{ "value": "NaN" }] }] }),
    ];
    let sample = |sample: Value| {
        let values = json!({ "connectorId": 1, "transactionId": number,
            "meterValue": [{ "timestamp": TIME, "sampledValue": [sample] }] });
        ("MeterValues", values)
    };
    let long = "9".repeat(1_000);
    let no_numbers = [
        "NaN",
        "nan",
        "inf",
        "-inf",
        "Infinity",
        "1,5",
        "1.234,5",
        "",
        " ",
        "-4",
        "-0.001",
        "0x10",
        "1e400",
        "1.2.3",
        "12 Wh",
        "\u{ff11}\u{ff12}",
        "null",
        "999999999999999999999999999",
        long.as_str(),
    ];
    let samples = [
        json!({ "value": "101", "measurand": "SoC" }),
        json!({ "value": "-1", "measurand": "SoC" }),
        json!({ "value": "full", "measurand": "SoC" }),
        json!({ "value": "much", "measurand": "Power.Active.Import" }),
        json!({ "value": "?", "measurand": "Voltage", "phase": "L1" }),
        json!({ "value": "", "measurand": "Current.Import" }),
        // A text, and no number: not even one that says it is signed.
        json!({ "value": "OCMF|{}|{\"SD\":\"30\"}", "format": "Raw" }),
    ];
    // More than 22 kW give in a minute; and a register that fell too far to have begun again.
    let registers = [
        ("2026-11-22T09:30:10Z", "900000"),
        ("2026-11-22T09:30:20Z", "900"),
    ]
    .map(|(at, value)| ("MeterValues", measured(number, at, value, REGISTER)));
    let foreign = [2_147_483_647, 0, -1]
        .map(|number| ("MeterValues", measured(number, TIME, "1100", REGISTER)));
    let dated = [
        "1970-01-01T00:00:07Z",
        "1926-11-22T09:30:00Z",
        "2099-12-31T23:59:59Z",
        "2101-01-01T00:00:00+01:00",
    ]
    .map(|at| ("MeterValues", measured(number, at, "1100", REGISTER)));
    let mut all: Vec<_> = starts.collect();
    all.extend(stops.map(stop));
    all.extend(no_numbers.map(|value| sample(json!({ "value": value, "measurand": REGISTER }))));
    all.extend(samples.map(sample));
    all.extend(registers);
    all.extend(foreign);
    all.extend(dated);
    all
}

#[tokio::test]
async fn what_cannot_be_true_is_answered_kept_whole_and_followed_by_what_can() {
    let site = Site::new().await;
    let mut charger = site.charger().await;
    let answer = charger.call("StartTransaction", start(1_000)).await;
    let number = answer[2]["transactionId"].as_i64().expect("a number");
    let poison = poison(number);
    assert_eq!(poison.len(), 60, "the row's own number");
    for (place, (action, payload)) in poison.iter().enumerate() {
        let since = Instant::now();
        let answer = charger.call(action, payload.clone()).await;
        assert!(
            since.elapsed() < Duration::from_secs(5),
            "in time: {action}"
        );
        assert_eq!(answer[0], 3, "{action} {payload}: {answer}");
        let kept = kept(&site).await;
        assert_eq!(kept.len(), place + 1, "once: {action} {payload}");
        assert_eq!(kept[0].action, *action, "{payload}");
        let raw: Value = serde_json::from_str(&kept[0].payload).expect("as it came");
        assert_eq!(raw, *payload, "{}", kept[0].reason);
    }
    assert!(told(&site, AlertKind::Suspense).await, "somebody must look");

    // Of the very moment whose samples could not be read.
    let sound = measured(
        number,
        "2026-11-22T09:31:00Z",
        "1400",
        "Energy.Active.Import.Register",
    );
    let answer = charger.call("MeterValues", sound).await;
    assert_eq!(answer[0], 3, "{answer}");
    let mut conn = site.gateway.core.store.read().await.expect("a reader");
    let session = sessions::find_by_transaction(&mut conn, site.point, number).await;
    let session = session.expect("it can be read").expect("it charges");
    assert_eq!(session.energy().0, 400, "what can be true counts on");
    assert_eq!(
        kept(&site).await.len(),
        poison.len(),
        "and is not set aside"
    );
}

#[tokio::test]
async fn a_reading_from_2099_is_not_a_sessions_last() {
    let site = Site::new().await;
    let mut charger = site.charger().await;
    let answer = charger.call("StartTransaction", start(1_000)).await;
    let number = answer[2]["transactionId"].as_i64().expect("a number");
    let now = site.gateway.core.clock.now();
    let later = now + jiff::SignedDuration::from_mins(10);
    for (at, wh, power) in [
        ("2099-12-31T23:59:59Z".to_owned(), "1100", "11000"),
        (later.to_string(), "1200", "7000"),
    ] {
        let values = json!({
            "connectorId": 1, "transactionId": number,
            "meterValue": [{ "timestamp": at, "sampledValue": [
                { "value": wh }, { "value": power, "measurand": "Power.Active.Import" },
            ] }],
        });
        let answer = charger.call("MeterValues", values).await;
        assert_eq!(answer[0], 3, "{answer}");
    }
    let mut conn = site.gateway.core.store.read().await.expect("a reader");
    let session = sessions::find_by_transaction(&mut conn, site.point, number).await;
    let session = session.expect("it can be read").expect("it charges");
    assert_eq!((session.energy().0, session.power_w), (200, Some(7_000)));
}

#[tokio::test]
async fn a_clock_that_is_not_set_is_told_until_it_is() {
    let site = Site::new().await;
    let mut charger = site.charger().await;
    let mut report = async |status: &str, at: &str| {
        let report =
            json!({ "connectorId": 1, "errorCode": "NoError", "status": status, "timestamp": at });
        let answer = charger.call("StatusNotification", report).await;
        assert_eq!(answer[0], 3, "{answer}");
    };
    let unset = async || told(&site, AlertKind::ClockUnsynced).await;
    report("Available", "2026-11-22T09:30:00Z").await;
    assert!(!unset().await, "two days late is what a backlog brings");
    report("Preparing", "1970-01-01T00:00:07Z").await;
    assert!(unset().await, "no charger is that old");
    let page = site.row(site.point).await;
    assert!(
        page.since.as_second() > 1_000_000_000,
        "nor anything since then: {page:?}"
    );
    report("Preparing", "2026-11-22T09:31:00Z").await;
    assert!(!unset().await, "the same state, rightly dated");
    report("Charging", "2099-12-31T23:59:59Z").await;
    assert!(unset().await);
}

#[tokio::test]
async fn times_that_are_none_are_refused_and_odd_ones_charge_and_never_last_less_than_nothing() {
    let site = Site::new().await;
    let mut charger = site.charger().await;
    let opened = |at: &str| {
        let mut payload = start(1_000);
        payload["timestamp"] = json!(at);
        payload
    };
    for none in [
        "2026-00-10T09:30:00Z",
        "2026-02-30T09:30:00Z",
        "2026-11-22T25:00:00Z",
        "yesterday",
        "",
    ] {
        let refused = charger.call("StartTransaction", opened(none)).await;
        assert_eq!(
            (&refused[0], &refused[2]),
            (&json!(4), &json!("PropertyConstraintViolation")),
            "{none:?}: {refused}"
        );
    }
    for (from, to, began, seconds) in [
        // No offset is UTC.
        (
            "2026-11-22T09:30:00",
            "2026-11-22T09:31:00",
            "2026-11-22T09:30:00Z",
            60,
        ),
        (
            "2026-11-22T09:30:00+05:45",
            "2026-11-22T04:46:00Z",
            "2026-11-22T03:45:00Z",
            3_660,
        ),
        // Without a battery, before and after it was told the time.
        (
            "1970-01-01T00:00:07Z",
            "1970-01-01T00:01:07Z",
            "1970-01-01T00:00:07Z",
            60,
        ),
        (
            "2099-12-31T23:59:59Z",
            "2026-11-22T09:30:00Z",
            "2099-12-31T23:59:59Z",
            0,
        ),
    ] {
        let answer = charger.call("StartTransaction", opened(from)).await;
        let number = &answer[2]["transactionId"];
        let end = json!({ "transactionId": number, "meterStop": 1_500, "timestamp": to });
        let answer = charger.call("StopTransaction", end).await;
        assert_eq!(answer[0], 3, "{to}: {answer}");
        let mut conn = site.gateway.core.store.read().await.expect("a reader");
        let number = number.as_i64().expect("every start has a number");
        let found = sessions::find_by_transaction(&mut conn, site.point, number).await;
        let session = found.expect("it can be read").expect("it was kept");
        assert_eq!(session.started_at, began.parse().ok(), "{from}");
        let now = session.requested_at;
        assert_eq!(session.duration_seconds(now), seconds, "{from} to {to}");
        assert_eq!(session.energy().0, 500, "{from} to {to}");
    }
}
