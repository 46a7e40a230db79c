//! A driver's account, sign-in, sessions and charges over REST, and what another driver may do with them: nothing.
//!
//! Planted once and seen red: a session of another shown; a start that does not look for the driver's other
//! one, or does not hold the driver while it looks; a sign-in on a driver screen as long as one in a browser;
//! cards left behind when a driver is erased; other sign-ins left open by a new password.

mod charging;
mod secrets;
mod vehicles;

use std::time::Duration;

use axum::body::Body;
use axum::http::{Method, Request, header};
use domain::CustomerId;
use domain::authorization::{Decision, IdToken, IdTokenStatus};
use gateway::api::contract;
use gateway::core::OpError;
use gateway::ops::authorize::authorize;
use gateway::secret;
use gateway::settings::Listen;
use serde_json::{Value, json};
use store::repo::{access_tokens, customers, id_tokens};
use testkit::Charger;
use tower::ServiceExt as _;

use crate::house::{Answer, House, answer};

/// A password nobody tries first.
pub const SECRET: &str = "blue stones sing";
/// A driver with an account, signed in on the driver screen.
pub struct Driver {
    pub token: String,
    pub id: String,
}

impl Driver {
    pub async fn new(house: &House, email: &str) -> Self {
        let answer = register(house, json!({ "email": email, "password": SECRET })).await;
        assert_eq!(answer.status.as_u16(), 201, "{}", answer.body);
        Self {
            token: text(&answer.body["token"]),
            id: text(&answer.body["user"]["id"]),
        }
    }

    pub fn customer(&self) -> CustomerId {
        self.id.parse().expect("an id")
    }

    pub async fn get(&self, house: &House, path: &str) -> Answer {
        house.get(path, Some(&self.token)).await
    }

    pub async fn send(&self, house: &House, verb: Method, path: &str, body: Value) -> Answer {
        house.ask(verb, path, Some(&self.token), Some(body)).await
    }

    /// Asks under a key.
    pub async fn once(&self, house: &House, path: &str, key: &str, body: Value) -> Answer {
        let request = Request::post(path)
            .header(header::AUTHORIZATION, format!("Bearer {}", self.token))
            .header(header::CONTENT_TYPE, "application/json")
            .header("Idempotency-Key", key)
            .body(Body::from(body.to_string()));
        answer(&house.gateway.router, request.expect("well formed")).await
    }

    pub async fn start(&self, house: &House, key: &str, mut body: Value) -> Answer {
        if body.get("chargePointId").is_none() {
            body["chargePointId"] = house.point.to_string().into();
        }
        self.once(house, "/api/user/charging/start", key, body)
            .await
    }

    pub async fn stop(&self, house: &House, key: &str, session: &str) -> Answer {
        let body = json!({ "sessionId": session });
        self.once(house, "/api/user/charging/stop", key, body).await
    }
}

/// A charge point that has booted with free plugs.
pub async fn charger(house: &House) -> Charger {
    let url = format!("ws://{}/ocpp", house.gateway.ocpp);
    let mut charger = Charger::connect(&url, "CP-1", None).await;
    let boot = json!({ "chargePointVendor": "Test", "chargePointModel": "One" });
    charger.call("BootNotification", boot).await;
    for connector in [1, 2] {
        status(&mut charger, connector, "Available").await;
    }
    charger
}

pub async fn status(charger: &mut Charger, connector: i64, status: &str) {
    let report = json!({ "connectorId": connector, "errorCode": "NoError", "status": status });
    charger.call("StatusNotification", report).await;
}

/// Says yes to the remote start that comes, and begins. Gives the transaction's number.
pub async fn begin(charger: &mut Charger) -> i64 {
    let (id, action, payload) = charger.next_call().await;
    assert_eq!(action, "RemoteStartTransaction");
    charger.answer(&id, json!({ "status": "Accepted" })).await;
    let start = json!({ "connectorId": payload["connectorId"], "idTag": payload["idTag"], "meterStart": 1000,
        "timestamp": "2026-11-24T09:00:00Z" });
    let started = charger.call("StartTransaction", start).await;
    started[2]["transactionId"].as_i64().expect("a number")
}

pub fn text(value: &Value) -> String {
    value.as_str().expect("a text").to_owned()
}

async fn register(house: &House, body: Value) -> Answer {
    house
        .ask(Method::POST, "/api/user/auth/register", None, Some(body))
        .await
}

async fn login(house: &House, email: &str, password: &str) -> Answer {
    let body = json!({ "email": email, "password": password });
    house
        .ask(Method::POST, "/api/user/auth/login", None, Some(body))
        .await
}

fn is(answer: &Answer, status: u16, code: &str) {
    assert_eq!(
        (answer.status.as_u16(), answer.code()),
        (status, code),
        "{}",
        answer.body
    );
}

#[tokio::test]
async fn an_account_is_made_changed_and_left_and_a_new_password_ends_every_other_sign_in() {
    let house = House::new().await;
    let anna = Driver::new(&house, "Anna@Example.org").await;
    let taken = register(
        &house,
        json!({ "email": "anna@example.org", "password": SECRET }),
    )
    .await;
    is(&taken, 409, "resource.conflict");
    let other = login(&house, "anna@example.org ", SECRET).await;
    assert_eq!(other.body["user"]["role"], "customer", "{}", other.body);
    let other = text(&other.body["token"]);

    let profile = "/api/user/auth/profile";
    let full = json!({ "name": "Anna", "phone": "+49 30 1", "language": "de" });
    let changed = anna.send(&house, Method::PUT, profile, full).await;
    assert_eq!(changed.body["user"]["name"], "Anna", "{}", changed.body);
    let phone = async || {
        let export = anna.get(&house, "/api/user/auth/export").await;
        export.body["customer"]["phone"].clone()
    };
    anna.send(&house, Method::PUT, profile, json!({ "language": "fr" }))
        .await;
    assert_eq!(phone().await, "+49 30 1", "what is left out stays");
    anna.send(&house, Method::PUT, profile, json!({ "phone": null }))
        .await;
    assert_eq!(phone().await, Value::Null, "what is null goes");

    let path = "/api/user/auth/change-password";
    let wrong = json!({ "currentPassword": "not it", "newPassword": "green birds walk" });
    let answer = anna.send(&house, Method::PUT, path, wrong).await;
    is(&answer, 401, "auth.invalid_credentials");
    let common = json!({ "currentPassword": SECRET, "newPassword": "password1" });
    let answer = anna.send(&house, Method::PUT, path, common).await;
    is(&answer, 422, "request.validation");
    assert_eq!(answer.body["errors"][0]["pointer"], "/newPassword");
    let right = json!({ "currentPassword": SECRET, "newPassword": "green birds walk" });
    let answer = anna.send(&house, Method::PUT, path, right).await;
    assert_eq!(answer.status.as_u16(), 204, "{}", answer.body);
    is(
        &house.get("/api/user/auth/me", Some(&other)).await,
        401,
        "auth.required",
    );
    is(
        &login(&house, "anna@example.org", SECRET).await,
        401,
        "auth.invalid_credentials",
    );
    let me = anna.get(&house, "/api/user/auth/me").await;
    assert_eq!(me.body["user"]["language"], "fr", "the one who asked stays");

    let out = anna.send(&house, Method::POST, "/api/user/auth/logout", json!({}));
    assert_eq!(out.await.status.as_u16(), 204);
    is(
        &anna.get(&house, "/api/user/auth/me").await,
        401,
        "auth.required",
    );
}

#[tokio::test]
async fn each_field_of_a_registration_has_its_bounds_and_is_pointed_at() {
    let house = House::new().await;
    let good = json!({ "email": "b@example.org", "password": SECRET, "name": "B", "phone": "1", "language": "en" });
    for (field, value, pointer) in [
        ("email", json!("nobody"), "/email"),
        ("password", json!("short77"), "/password"),
        ("password", json!("iloveyou"), "/password"),
        ("password", json!("b@example.org"), "/password"),
        ("name", json!("a\u{0}b"), "/name"),
        ("phone", json!("call me"), "/phone"),
        ("language", json!("en_GB"), "/language"),
    ] {
        let mut body = good.clone();
        body[field] = value.clone();
        let answer = register(&house, body).await;
        is(&answer, 422, "request.validation");
        assert_eq!(
            answer.body["errors"][0]["pointer"], pointer,
            "{field} {value}"
        );
    }
    let mut unknown = good.clone();
    unknown["role"] = "admin".into();
    is(
        &register(&house, unknown).await,
        400,
        "request.invalid_json",
    );
    assert_eq!(register(&house, good).await.status.as_u16(), 201);
}

#[tokio::test]
async fn strangers_wait_who_register_or_guess_too_often() {
    let house = House::new().await;
    let body = json!({ "email": "c@example.org", "password": SECRET });
    let mut codes = Vec::new();
    for _ in 0..12 {
        codes.push(register(&house, body.clone()).await);
    }
    let last = codes.pop().expect("twelve were asked");
    is(&last, 429, "request.rate_limited");
    assert!(last.headers.contains_key(header::RETRY_AFTER));
    is(&codes[10], 409, "resource.conflict");
    for _ in 0..6 {
        is(
            &login(&house, "c@example.org", "wrong").await,
            401,
            "auth.invalid_credentials",
        );
    }
    let held = login(&house, "c@example.org", SECRET).await;
    is(&held, 429, "auth.too_many_attempts");
    let other = login(&house, "nobody@example.org", SECRET).await;
    is(&other, 401, "auth.invalid_credentials");
    for email in ["c@example.org", "nobody@example.org"] {
        let body = Some(json!({ "email": email }));
        let path = "/api/user/auth/forgot-password";
        let answer = house.ask(Method::POST, path, None, body).await;
        assert_eq!(answer.status.as_u16(), 202, "the same for {email}");
    }
    let path = "/api/user/auth/reset-password";
    let absent = house.ask(Method::POST, path, None, Some(json!({}))).await;
    is(&absent, 404, "resource.not_found");
}

#[tokio::test]
async fn a_sign_in_on_the_driver_screen_lasts_ninety_idle_seconds_and_one_in_a_browser_a_quarter_hour()
 {
    let house = House::with(|settings| {
        settings.listen = Listen::On(([127, 0, 0, 1], 0).into());
    })
    .await;
    let anna = Driver::new(&house, "anna@example.org").await;
    let address = house.gateway.http.expect("the door is open");
    let credentials = json!({ "email": "anna@example.org", "password": SECRET });
    let request = Request::post("/api/user/auth/login")
        .header(header::HOST, address.to_string())
        .header(header::CONTENT_TYPE, "application/json")
        .body(Body::from(credentials.to_string()));
    let browser = house
        .gateway
        .router
        .clone()
        .oneshot(request.expect("well formed"))
        .await;
    let browser = browser.expect("the router answers").into_body();
    let body = http_body_util::BodyExt::collect(browser).await;
    let body = body.expect("a body in memory can be read").to_bytes();
    let body: Value = serde_json::from_slice(&body).expect("JSON");
    let browser = text(&body["token"]);
    for (token, seconds, code) in [
        (&anna.token, 80, ""),
        (&anna.token, 95, "auth.expired"),
        (&browser, 95, ""),
        (&browser, 880, ""),
        (&browser, 905, "auth.expired"),
    ] {
        let hash = secret::hash_key(token);
        let unused: Result<(), OpError> = house
            .gateway
            .core
            .write(move |unit| {
                Box::pin(async move {
                    let row = access_tokens::find(unit.conn, &hash).await?;
                    let ago = unit.now() - Duration::from_secs(seconds);
                    access_tokens::touch(unit.conn, row.expect("it is there").id, ago).await?;
                    Ok(())
                })
            })
            .await;
        unused.expect("the store writes");
        let me = house.get("/api/user/auth/me", Some(token)).await;
        assert_eq!(me.code(), code, "after {seconds} s");
    }
}

#[tokio::test]
async fn a_driver_is_kept_out_of_the_desk_and_an_operator_out_of_a_drivers_account() {
    let house = House::new().await;
    let anna = Driver::new(&house, "anna@example.org").await;
    let desk = house.token().await;
    let document = serde_json::to_value(contract::openapi()).expect("OpenAPI is JSON");
    for (path, methods) in document["paths"].as_object().expect("OpenAPI has paths") {
        for (verb, route) in methods.as_object().expect("a path has methods") {
            let token = match path {
                path if path.starts_with("/api/user/") => &desk,
                _ => &anna.token,
            };
            if route.get("security").is_none() {
                continue;
            }
            let verb = Method::from_bytes(verb.to_uppercase().as_bytes()).expect("a method");
            let answer = house
                .ask(verb.clone(), path, Some(token), Some(json!({})))
                .await;
            is(&answer, 403, "auth.forbidden");
        }
    }
}

#[tokio::test]
async fn who_is_erased_is_gone_and_what_was_charged_stays() {
    let house = House::new().await;
    let anna = Driver::new(&house, "anna@example.org").await;
    let id = anna.customer();
    let card: Result<(), OpError> = house
        .gateway
        .core
        .write(move |unit| {
            Box::pin(async move {
                let row = IdToken {
                    id: unit.id(),
                    status: IdTokenStatus::Accepted,
                    expires_at: None,
                    customer_id: Some(id),
                    parent: None,
                };
                let now = unit.now();
                Ok(id_tokens::insert(unit.conn, &row, "ANNASCARD", now).await?)
            })
        })
        .await;
    card.expect("a card can be added");
    let export = anna.get(&house, "/api/user/auth/export").await;
    assert_eq!(export.body["idTokens"][0]["token"], "ANNASCARD");
    let mut charger = charger(&house).await;
    let asked = anna.start(&house, "a", json!({ "connectorId": 1 })).await;
    let session = text(&asked.body["session"]["id"]);
    let transaction = begin(&mut charger).await;
    let stop = json!({ "transactionId": transaction, "meterStop": 2000, "timestamp": "2026-11-24T10:00:00Z" });
    charger.call("StopTransaction", stop).await;

    let erased = anna.send(&house, Method::DELETE, "/api/user/auth/me", json!({}));
    assert_eq!(erased.await.status.as_u16(), 204);
    is(
        &anna.get(&house, "/api/user/auth/me").await,
        401,
        "auth.required",
    );
    is(
        &login(&house, "anna@example.org", SECRET).await,
        401,
        "auth.invalid_credentials",
    );
    let core = &house.gateway.core;
    let known = authorize(core, "ANNASCARD").await.expect("the store reads");
    assert_eq!(known.decision, Decision::Invalid, "the card is nobody's");
    let mut conn = core.store.read().await.expect("the store reads");
    let row = customers::find(&mut conn, id)
        .await
        .expect("the store reads");
    assert_eq!(row, None, "no list has the driver");
    let kept = store::repo::sessions::find(&mut conn, session.parse().expect("an id")).await;
    let kept = kept.expect("the store reads").expect("the session stays");
    assert_eq!(kept.customer_id, Some(id), "under an id that names nobody");
    let again = Driver::new(&house, "anna@example.org").await;
    let list = again.get(&house, "/api/user/sessions").await;
    assert_eq!(list.body["total"], 0, "the same address is somebody else");
}

/// Somebody without an account asks for a charge, paid as `how` says.
pub async fn guest_start(house: &House, key: &str, how: Value, more: &Value) -> Answer {
    let mut body = how;
    body["chargePointId"] = json!(house.point.to_string());
    body["connectorId"] = json!(1);
    for (name, value) in more.as_object().expect("an object") {
        body[name] = value.clone();
    }
    let request = Request::post("/api/user/charging/guest-start")
        .header(header::CONTENT_TYPE, "application/json")
        .header("Idempotency-Key", key)
        .body(Body::from(body.to_string()));
    answer(&house.gateway.router, request.expect("well formed")).await
}
