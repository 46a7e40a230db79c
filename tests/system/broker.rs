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
    let mut last_number = None;
    for name in expected {
        let message = probe.next(SEEN).await;
        assert_eq!(
            message["routing_key"], name,
            "in the order it happened: {message}"
        );
        check_properties(&message, &site.charge_point);
        let number = message["headers"]["x-key-seq"]
            .as_i64()
            .expect("every event has a number");
        if let Some(last) = last_number {
            assert_eq!(number, last + 1, "no hole, no repeat: {message}");
        }
        last_number = Some(number);
    }
}

/// What 2-contract promises of every message.
fn check_properties(message: &Value, charge_point: &str) {
    let body = &message["body"];
    assert_eq!(message["message_id"], body["id"], "{message}");
    assert_eq!(message["app_id"], "forecourt/main", "{message}");
    assert_eq!(message["delivery_mode"], 2, "persistent: {message}");
    assert_eq!(message["content_type"], "application/json", "{message}");
    assert_eq!(message["headers"]["x-key"], charge_point, "{message}");
    assert_eq!(body["type"], message["routing_key"], "{message}");
    assert_eq!(body["data"]["chargePointId"], charge_point, "{message}");
    for absent in ["stream", "seq"] {
        assert!(
            body.get(absent).is_none(),
            "{absent} is the pushing gateway's own: {message}"
        );
    }
    if body["type"] == "charger.connected" {
        assert_eq!(
            body["data"]["identity"], IDENTITY,
            "operators' version on the broker: {message}"
        );
    }
}

#[tokio::test]
async fn while_the_broker_is_away_charging_goes_on_and_the_page_says_that_it_is_not_live() {
    let mut rabbitmq = RabbitMq::start().await;
    let site = Site::new().await;
    let gateway = site.serve(&["--broker-url", &rabbitmq.url()]).await;
    let browser = Browser::chromium().await;
    browser.goto(&format!("{}/cms.html", gateway.http())).await;
    desk::sign_in(&browser).await;
    let mut charge = site.charger(gateway.ocpp()).await;
    charge.start(0).await;
    charge.measure(1, 500, 11_000).await;
    desk::wait_energy(&browser, &site, "0.500").await;

    rabbitmq.kill();
    // The charger is answered: what it said is stored, and waits in the outbox.
    charge.measure(2, 1_000, 11_000).await;
    charge.measure(3, 1_500, 11_000).await;
    browser.wait_for("[data-live=not_live]").await;
    assert_eq!(
        desk::energy(&browser, &site).await,
        "0.500",
        "and the old figure is shown as old"
    );

    rabbitmq.start_again().await;
    desk::wait_energy(&browser, &site, "1.500").await;
    browser.wait_for("[data-live=live]").await;
}
