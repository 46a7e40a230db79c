//! The desk as the tests use it: a gateway and somebody who is signed in. What it does is in the files below, by
//! what it is about.

mod people;
mod places;

use axum::http::Method;
use serde_json::{Value, json};

use crate::house::House;

/// A desk of its own: a gateway and somebody who is signed in.
pub struct Desk {
    pub house: House,
    pub token: String,
}

impl Desk {
    pub async fn new() -> Self {
        let house = House::new().await;
        let token = house.token().await;
        Self { house, token }
    }

    /// Asks, and gives the body of the answer that was expected.
    pub async fn ask(&self, method: Method, path: &str, body: Option<Value>, expect: u16) -> Value {
        let path = format!("/api/cms/{path}");
        let told = self
            .house
            .ask(method.clone(), &path, Some(&self.token), body)
            .await;
        assert_eq!(
            told.status.as_u16(),
            expect,
            "{method} {path}: {}",
            told.body
        );
        told.body
    }

    pub async fn get(&self, path: &str) -> Value {
        self.ask(Method::GET, path, None, 200).await
    }

    pub async fn post(&self, path: &str, body: Value) -> Value {
        self.ask(Method::POST, path, Some(body), 201).await
    }

    pub async fn put(&self, path: &str, body: Value) -> Value {
        self.ask(Method::PUT, path, Some(body), 200).await
    }

    pub async fn delete(&self, path: &str) {
        self.ask(Method::DELETE, path, Some(json!({})), 204).await;
    }

    pub async fn conflict(&self, method: Method, path: &str, body: Value) {
        let told = self.ask(method, path, Some(body), 409).await;
        assert_eq!(told["code"], "resource.conflict", "{path}: {told}");
    }

    pub async fn station(&self) -> String {
        text(&self.get("stations").await["items"][0]["id"])
    }

    /// The types of what operators were told since a number, and the events.
    pub async fn told(&self, since: i64) -> (Vec<String>, Vec<Value>) {
        let events = self.house.told(&self.token, since).await;
        (
            events.iter().map(|event| text(&event["type"])).collect(),
            events,
        )
    }

    /// The prices that any passer-by was told since a number: of which place, and per kWh.
    pub async fn prices(&self, since: i64) -> Vec<(Value, Value)> {
        self.house.drained().await;
        let stream = self.house.gateway.hub.head().stream;
        let path = format!("/api/live?after={since}&stream={stream}&rooms=public");
        let told = self.house.get(&path, None).await;
        let events = told.body["events"]
            .as_array()
            .expect("the public has events")
            .clone();
        let prices = events
            .into_iter()
            .filter(|event| event["type"] == "station.price.changed");
        prices
            .map(|event| {
                let data = &event["data"];
                (
                    data["chargePointId"].clone(),
                    data["price"]["perKwh"]["amount"].clone(),
                )
            })
            .collect()
    }
}

pub fn text(value: &Value) -> String {
    value.as_str().expect("a text").to_owned()
}

pub fn eur(amount: &str) -> Value {
    json!({ "amount": amount, "currency": "EUR" })
}

pub fn tariff(name: &str, stations: &[&str]) -> Value {
    json!({ "name": name, "currency": "EUR", "perKwh": eur("0.45"), "taxPercent": "19", "stationIds": stations })
}
