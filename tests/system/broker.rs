//! The same through a real RabbitMQ and PostgreSQL: a plain AMQP consumer and a page see what a charger does.

use std::time::Duration;

use serde_json::Value;
use testkit::{AmqpProbe, Browser, Postgres, RabbitMq};

use crate::desk;
use crate::site::{IDENTITY, Site};

/// How long an event may take to a consumer of the broker.
const SEEN: Duration = Duration::from_secs(10);

#[tokio::test]
async fn a_charge_reaches_a_plain_amqp_consumer_and_the_page_through_rabbitmq() {
    let postgres = Postgres::start().await;
    let rabbitmq = RabbitMq::start().await;
    let site = Site::in_database(postgres.database_url("site").await).await;
    let url = rabbitmq.url();
    let gateway = site.serve(&["--broker-url", &url]).await;
    let browser = Browser::chromium().await;
    browser.goto(&format!("{}/cms.html", gateway.http())).await;
    desk::sign_in(&browser).await;

    let mut probe = AmqpProbe::start(&url, "ev_charging_events", "#").await;
    let mut charge = site.charger(gateway.ocpp()).await;
    desk::watch_a_charge(&browser, &site, &mut charge).await;

    let expected = [
        "charger.connected",
        "charger.status.changed",
        "charger.booted",
        "connector.status.changed",
        "charger.status.changed",
        "charging.started",
        "connector.status.changed",
        "meter.values",
        "meter.values",
        "meter.values",
        "meter.values",
        "charging.stopped",
        "connector.status.changed",
        "charger.status.changed",
    ];
    let mut numbers = 0;
    for name in expected {
        loop {
            let message = probe.next(SEEN).await;
            numbers += check(&message, &site.charge_point, numbers);
            let told = message["body"]["type"]
                .as_str()
                .expect("every event has a type");
            if told == name {
                break;
            }
            assert!(
                BESIDE.contains(&told),
                "{name} comes next, in the order it happened: {message}"
            );
        }
    }
}

/// What is told between the steps of a charge.
const BESIDE: &[&str] = &[
    "cost.updated",
    "gateway.status.changed",
    "ocpp.message",
    "revenue.updated",
    "station.status.changed",
];

/// What 2-contract promises of every message. Says by how much the charge point's number rose: by one, and
/// not at all where the event is another object's.
fn check(message: &Value, charge_point: &str, before: i64) -> i64 {
    let (body, headers) = (&message["body"], &message["headers"]);
    assert_eq!(message["message_id"], body["id"], "{message}");
    assert_eq!(message["app_id"], "forecourt/main", "{message}");
    assert_eq!(message["delivery_mode"], 2, "persistent: {message}");
    assert_eq!(message["content_type"], "application/json", "{message}");
    for absent in ["stream", "seq"] {
        assert!(
            body.get(absent).is_none(),
            "{absent} is the pushing gateway's own: {message}"
        );
    }
    if body["type"] == "ocpp.message" {
        let key = message["routing_key"].as_str().unwrap_or_default();
        assert!(
            key.starts_with("ocpp.") && key == key.to_lowercase(),
            "raw traffic: {message}"
        );
    } else {
        assert_eq!(body["type"], message["routing_key"], "{message}");
    }
    if body["type"] == "charger.connected" {
        assert_eq!(
            body["data"]["identity"], IDENTITY,
            "operators' version on the broker: {message}"
        );
    }
    if headers["x-key"] != charge_point {
        return 0;
    }
    assert_eq!(body["data"]["chargePointId"], charge_point, "{message}");
    let number = headers["x-key-seq"]
        .as_i64()
        .expect("every event has a number");
    // The first one that this queue got is wherever the charge point stood.
    assert!(
        before == 0 || number == before + 1,
        "no hole, no repeat: {message}"
    );
    number - before
}

#[tokio::test]
async fn while_the_broker_is_away_charging_goes_on_and_the_page_stays_live_and_moves() {
    let mut rabbitmq = RabbitMq::start().await;
    let site = Site::new().await;
    let gateway = site.serve(&["--broker-url", &rabbitmq.url()]).await;
    let browser = Browser::chromium().await;
    browser.goto(&format!("{}/cms.html", gateway.http())).await;
    desk::sign_in(&browser).await;
    let mut probe = AmqpProbe::start(&rabbitmq.url(), "ev_charging_events", "#").await;
    let mut charge = site.charger(gateway.ocpp()).await;
    charge.start(0).await;
    charge.measure(1, 500, 11_000).await;
    desk::wait_energy(&browser, &site, "0.500").await;
    until_measured(&mut probe, 500).await;

    rabbitmq.kill();
    // The charger is answered, and the page moves: neither waits for the broker.
    charge.measure(2, 1_000, 11_000).await;
    desk::wait_energy(&browser, &site, "1.000").await;
    charge.measure(3, 1_500, 11_000).await;
    desk::wait_energy(&browser, &site, "1.500").await;
    browser.wait_for("[data-live=live]").await;

    rabbitmq.start_again().await;
    charge.measure(4, 2_000, 11_000).await;
    desk::wait_energy(&browser, &site, "2.000").await;
    // Whoever listens on the broker gets what waited: its queue was its own, and is bound anew.
    let mut probe = AmqpProbe::start(&rabbitmq.url(), "ev_charging_events", "#").await;
    charge.measure(5, 2_500, 11_000).await;
    until_measured(&mut probe, 2_500).await;
    browser.wait_for("[data-live=live]").await;
}

/// Reads on until a reading of so much energy.
async fn until_measured(probe: &mut AmqpProbe, energy_wh: i64) {
    loop {
        let message = probe.next(SEEN * 4).await;
        if message["body"]["type"] == "meter.values"
            && message["body"]["data"]["energyWh"] == energy_wh
        {
            return;
        }
    }
}
