//! A publisher that is not ours and knows nothing of our events: what it says under `notification.*` is shown
//! in the rooms it names and in no other, and what cannot be read is set aside for the operator with the
//! reason, while what comes behind it goes on. Source: 2-contract, "RabbitMQ".

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use testkit::{AmqpPublisher, RabbitMq, Transport};

use super::audience::View;
use super::cast::{Ground, Stage};
use super::script::Row;

const EXCHANGE: &str = "ev_charging_events";
const DEAD_LETTERS: &str = "ev_charging_dlq";
const SESSION: &str = "019a0000-0000-7000-8000-000000000001";
const CUSTOMER: &str = "019a0000-0000-7000-8000-000000000002";
const FRIEND: &str = "019a0000-0000-7000-8000-000000000003";
/// How long a message behind a broken one may take. Far above what it takes; a retry would be longer.
const AT_ONCE: Duration = Duration::from_secs(5);

/// The ids that a notification's data names.
type Names = &'static [(&'static str, &'static str)];

/// Under which key, what the data names, for which recipients, and who hears of it: operators alone.
#[rustfmt::skip]
const TOLD: &[(&str, Names, &[&str], &str)] = &[
    ("notification.station",  &[("stationId", "STATION")],                             &[],                 "cms station"),
    ("notification.charger",  &[("chargePointId", "CHARGER")],                         &[],                 "cms charger"),
    ("notification.session",  &[("sessionId", SESSION)],                               &[],                 "cms session"),
    ("notification.customer", &[("customerId", CUSTOMER)],                             &[],                 "cms customer"),
    // The key says which of two names counts.
    ("notification.charger",  &[("stationId", "STATION"), ("chargePointId", "CHARGER")], &[],               "cms charger"),
    ("notification.station",  &[("stationId", "STATION"), ("chargePointId", "CHARGER")], &[],               "cms station"),
    // Without a name of its kind, another one does.
    ("notification.session",  &[("stationId", "STATION")],                             &[],                 "cms station"),
    // Recipients come before whatever the data names.
    ("notification.station",  &[("stationId", "STATION")],                             &[CUSTOMER, FRIEND], "cms customer friend"),
    ("notification.customer", &[],                                                     &[FRIEND],           "cms friend"),
];

/// What cannot be shown, and a word of the reason.
#[rustfmt::skip]
const BROKEN: &[(&str, &str)] = &[
    ("no JSON at all",                                                                     "notification"),
    ("[]",                                                                                 "notification"),
    (r#"{"type":"shop.news","timestamp":"2026-11-22T09:30:00Z"}"#,                         "data"),
    (r#"{"type":"shop.news","data":"stationId","timestamp":"2026-11-22T09:30:00Z"}"#,      "object"),
    (r#"{"type":"shop.news","data":{"stationId":"1"},"timestamp":"2026-11-22T09:30:00Z"}"#, "id"),
    (r#"{"type":"shop.news","data":{},"timestamp":"2026-11-22T09:30:00Z"}"#,               "room"),
    (r#"{"type":"shop.news","data":{},"timestamp":"yesterday"}"#,                          "notification"),
    (r#"{"type":"live.gap","data":{"stationId":"STATION"},"timestamp":"2026-11-22T09:30:00Z"}"#, "live.gap"),
];

/// The stage with its publisher and everyone who watches.
async fn set() -> (Stage, AmqpPublisher, super::audience::Audience) {
    let stage = Stage::set(Ground::Network).await;
    let mut audience = stage.audience().await;
    for (seat, room) in [
        ("session", format!("session:{SESSION}")),
        ("customer", format!("customer:{CUSTOMER}")),
        ("friend", format!("customer:{FRIEND}")),
    ] {
        let by = Transport::WebSocket;
        audience.seat(seat, &room, View::Operator, by).await;
    }
    let url = stage.rabbitmq.as_ref().map(RabbitMq::url);
    let publisher = AmqpPublisher::start(&url.expect("the network has a broker")).await;
    (stage, publisher, audience)
}

fn message(key: &str, body: &Value) -> Value {
    json!({ "exchange": EXCHANGE, "routingKey": key, "body": body.to_string() })
}

#[tokio::test]
async fn what_an_existing_publisher_says_is_shown_in_the_rooms_it_names_and_in_no_other() {
    let (stage, mut publisher, mut audience) = set().await;
    let mut script = Vec::new();
    for (number, (key, names, recipients, rooms)) in TOLD.iter().enumerate() {
        let mut data = json!({ "number": number });
        for (name, id) in *names {
            data[name] = stage.name(id).into();
        }
        let mut body =
            json!({ "type": "shop.news", "data": data, "timestamp": "2026-11-22T09:30:00Z" });
        if !recipients.is_empty() {
            body["recipients"] = json!(recipients);
        }
        let published = publisher.publish(message(key, &body)).await;
        assert_eq!(published, Ok(()), "the broker has taken {body}");
        script.push(Row {
            name: "shop.news",
            says: format!("number={number}"),
            operators: rooms,
            public: "",
        });
    }
    audience.check(&script, &[]).await;
    assert!(
        publisher.take(DEAD_LETTERS).await.is_none(),
        "all of it could be read"
    );
}

#[tokio::test]
async fn the_publishers_own_id_is_kept_and_said_twice_it_is_shown_once() {
    let (stage, mut publisher, mut audience) = set().await;
    let id = "019a0000-0000-7000-8000-00000000000a";
    let body = json!({
        "type": "shop.news", "data": { "stationId": stage.site.station }, "timestamp": "2026-11-22T09:30:00Z",
    });
    let mut told = message("notification.station", &body);
    told["properties"] = json!({ "message_id": id });
    for _ in 0..2 {
        assert_eq!(publisher.publish(told.clone()).await, Ok(()));
    }
    // Another one behind it: when that has come, the second has been looked at.
    let end = json!({
        "type": "shop.end", "data": { "stationId": stage.site.station }, "timestamp": "2026-11-22T09:30:00Z",
    });
    let published = publisher
        .publish(message("notification.station", &end))
        .await;
    assert_eq!(published, Ok(()));
    let row = |name| Row {
        name,
        says: String::new(),
        operators: "cms station",
        public: "",
    };
    let heard = audience
        .check(&[row("shop.news"), row("shop.end")], &[])
        .await;
    let ids: Vec<_> = heard.values().map(|event| &event["id"]).collect();
    assert_eq!(ids[0], id, "the publisher's own: {ids:?}");
}

#[tokio::test]
async fn what_cannot_be_read_is_set_aside_with_the_reason_and_delays_nothing() {
    let (stage, mut publisher, mut audience) = set().await;
    audience.sets_aside();
    let too_long = json!({
        "type": "shop.news", "data": { "stationId": stage.site.station, "text": "x".repeat(16 * 1024) },
        "timestamp": "2026-11-22T09:30:00Z",
    });
    let mut broken: Vec<(Value, &str)> = BROKEN
        .iter()
        .map(|(body, word)| (json!({ "body": stage.name(body) }), *word))
        .collect();
    broken.push((json!({ "body": too_long.to_string() }), "16384"));
    broken.push((json!({ "bodyBase64": "eyL/" }), "UTF-8"));
    for (body, _) in &broken {
        let mut told = body.clone();
        told["exchange"] = EXCHANGE.into();
        told["routingKey"] = "notification.station".into();
        assert_eq!(
            publisher.publish(told).await,
            Ok(()),
            "the broker takes anything"
        );
    }
    let good = json!({
        "type": "shop.news", "data": { "stationId": stage.site.station }, "timestamp": "2026-11-22T09:30:00Z",
    });
    let published = publisher
        .publish(message("notification.station", &good))
        .await;
    assert_eq!(published, Ok(()));
    let since = Instant::now();
    audience.wait_for_the_desk(1).await;
    assert!(
        since.elapsed() < AT_ONCE,
        "nothing waits behind what is broken: {:?}",
        since.elapsed()
    );
    let only = Row {
        name: "shop.news",
        says: format!("stationId={}", stage.site.station),
        operators: "cms station",
        public: "",
    };
    audience.check(&[only], &[]).await;

    for (body, word) in &broken {
        let letter = publisher.take(DEAD_LETTERS).await;
        let letter = letter.unwrap_or_else(|| panic!("{body} was not set aside"));
        if let Some(text) = body["body"].as_str() {
            assert_eq!(letter["body"], text, "as it came, in the order it came");
        }
        let reason = letter["headers"]["x-reason"].as_str().unwrap_or_default();
        assert!(reason.contains(word), "{body} says why: {letter}");
    }
    assert!(
        publisher.take(DEAD_LETTERS).await.is_none(),
        "and nothing else"
    );
}
