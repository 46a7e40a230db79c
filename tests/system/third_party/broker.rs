//! What a plain AMQP consumer sees of the same events: all of them, by the operators' version, each under
//! its type, with the properties 2-contract names, in order and without a hole for every key.

use std::collections::HashMap;
use std::time::Duration;

use serde_json::Value;
use testkit::AmqpProbe;

use super::audience::{Heard, is_of_the_charge};

/// How long an event may take to a consumer of the broker.
const SEEN: Duration = Duration::from_secs(10);

/// Reads on until everything that was pushed to the screens has come over the broker too.
pub async fn check(consumer: &mut AmqpProbe, heard: &Heard) {
    let pushed: HashMap<&str, &Value> = heard
        .values()
        .map(|event| (event["id"].as_str().unwrap_or_default(), event))
        .collect();
    let mut numbers: HashMap<String, (i64, i64)> = HashMap::new();
    let mut seen = 0;
    while seen < pushed.len() {
        let message = consumer.next(SEEN).await;
        let name = message["body"]["type"].as_str().unwrap_or_default();
        if !is_of_the_charge(name) {
            continue;
        }
        check_properties(&message);
        let id = message["message_id"].as_str().unwrap_or_default();
        let screen = pushed.get(id);
        let screen = screen.unwrap_or_else(|| panic!("no screen was told of {message}"));
        let (told, shown) = (plain(&message["body"]), plain(&without_place(screen)));
        assert_eq!(told, shown, "the same event");
        check_key(&message, screen, &mut numbers);
        seen += 1;
    }
}

/// The type, but for raw traffic: that has keys of its own.
fn routing_key(body: &Value) -> String {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let data = &body["data"];
    match (text(&body["type"]).as_str(), text(&data["kind"]).as_str()) {
        ("ocpp.message", "call") => format!("ocpp.{}", text(&data["action"]).to_lowercase()),
        ("ocpp.message", "result") => "ocpp.response".to_owned(),
        (name, _) => name.to_owned(),
    }
}

fn check_properties(message: &Value) {
    let body = &message["body"];
    assert_eq!(message["message_id"], body["id"], "{message}");
    assert_eq!(message["routing_key"], routing_key(body), "{message}");
    assert_eq!(message["app_id"], "forecourt/main", "{message}");
    assert_eq!(message["delivery_mode"], 2, "persistent: {message}");
    assert_eq!(message["content_type"], "application/json", "{message}");
}

/// `x-key` names the object, and `x-key-seq` counts its events in the order in which they were pushed.
fn check_key(message: &Value, screen: &Value, numbers: &mut HashMap<String, (i64, i64)>) {
    let headers = &message["headers"];
    let key = headers["x-key"].as_str();
    let key = key.unwrap_or_else(|| panic!("every event has a key: {message}"));
    let data = &message["body"]["data"];
    let named = [
        &data["chargePointId"],
        &data["command"]["chargePointId"],
        &data["stationId"],
    ];
    // What is about no object has a key of its own.
    let object = named.iter().find_map(|id| id.as_str()).unwrap_or(key);
    assert_eq!(key, object, "{message}");
    let place = (headers["x-key-seq"].as_i64(), screen["seq"].as_i64());
    let (Some(number), Some(seq)) = place else {
        panic!("every event has its number: {message}");
    };
    if let Some((last, pushed)) = numbers.insert(key.to_owned(), (number, seq)) {
        assert_eq!(number, last + 1, "no hole, no repeat: {message}");
        assert!(seq > pushed, "in the order of the screens: {message}");
    }
}

/// The envelope as it travels: its place in a stream is the pushing gateway's own.
fn without_place(envelope: &Value) -> Value {
    let mut envelope = envelope.clone();
    if let Some(envelope) = envelope.as_object_mut() {
        envelope.remove("stream");
        envelope.remove("seq");
    }
    envelope
}

/// The same value with whole numbers written as such: JavaScript knows no other way to print 2.0.
fn plain(value: &Value) -> Value {
    match value {
        Value::Number(number) if number.is_f64() => {
            let shortest = number.as_f64().map(|number| number.to_string());
            let read = shortest.and_then(|text| serde_json::from_str(&text).ok());
            read.unwrap_or_else(|| value.clone())
        }
        Value::Array(values) => values.iter().map(plain).collect(),
        Value::Object(fields) => fields
            .iter()
            .map(|(key, value)| (key.clone(), plain(value)))
            .collect(),
        other => other.clone(),
    }
}
