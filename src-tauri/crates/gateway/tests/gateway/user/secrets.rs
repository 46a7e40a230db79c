//! What a charger is known by reaches no driver: not its identity, URL, key, address or serial number, neither over REST nor
//! over the live service (SEC-13). The routes are those of the OpenAPI document, so a new one is looked at too.
//!
//! Planted once and seen red: a charge point shown to drivers under its identity (`object/site.rs`).

use axum::http::Method;
use domain::Identity;
use gateway::api::contract;
use gateway::ops::add_charge_point::{Credentials, NewChargePoint, add_charge_point};
use gateway::secret;
use gateway::settings::Listen;
use serde_json::{Value, json};
use testkit::{Charger, SocketIoProbe};

use super::{Driver, SECRET, begin, text};
use crate::house::House;

const IDENTITY: &str = "SEEDED-IDENTITY-77";
const KEY: &str = "5eeded0011223344556677889900aabbccddeeff";
const SERIAL: &str = "SEEDED-SERIAL-77";
const INFO: &str = "SEEDED-INFO-77";

/// What nobody but the operator may read, in any case.
fn canaries(house: &House) -> Vec<String> {
    let all = [
        IDENTITY.to_owned(),
        KEY.to_owned(),
        secret::hash_key(KEY),
        SERIAL.to_owned(),
        INFO.to_owned(),
        "ws://".to_owned(),
        "/ocpp".to_owned(),
        house.gateway.ocpp.to_string(),
        "127.0.0.1".to_owned(),
    ];
    all.map(|canary| canary.to_lowercase()).to_vec()
}

fn found(canaries: &[String], said: &Value) -> Vec<String> {
    let said = said.to_string().to_lowercase();
    let hits = canaries
        .iter()
        .filter(|canary| said.contains(canary.as_str()));
    hits.cloned().collect()
}

async fn status(charger: &mut Charger, status: &str) {
    let report = json!({ "connectorId": 1, "errorCode": "OtherError", "status": status, "info": INFO,
        "vendorErrorCode": INFO });
    charger.call("StatusNotification", report).await;
}

/// What a driver sends where something is asked for: right where it does no harm to what follows.
fn body(path: &str, point: &str, session: &str) -> Value {
    match path.rsplit('/').next().unwrap_or_default() {
        "start" => json!({ "chargePointId": point, "connectorId": 2 }),
        "stop" => json!({ "sessionId": session }),
        "login" => json!({ "email": "anna@example.org", "password": SECRET }),
        "register" => json!({ "email": "bert@example.org", "password": SECRET }),
        "forgot-password" => json!({ "email": "anna@example.org" }),
        "profile" => json!({ "name": "Anna" }),
        "change-password" => {
            json!({ "currentPassword": "another", "newPassword": "green stones sing" })
        }
        _ => json!({}),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_charger_is_known_by_reaches_no_driver() {
    let house =
        House::with(|settings| settings.listen = Listen::On(([127, 0, 0, 1], 0).into())).await;
    let core = &house.gateway.core;
    let new = NewChargePoint {
        identity: Identity::parse(IDENTITY).expect("a valid identity"),
        name: None,
        station: "Test".to_owned(),
        connectors: 2,
        max_power_w: 22_000,
        credentials: Credentials::Key(KEY.to_owned()),
    };
    let (point, _) = add_charge_point(core, new).await.expect("it can be added");
    let point = point.to_string();
    let anna = Driver::new(&house, "anna@example.org").await;
    let http = format!("http://{}", house.gateway.http.expect("the door is open"));
    let mut probes = Vec::new();
    for token in [None, Some(&*anna.token)] {
        let probe = SocketIoProbe::connect(&http, token)
            .await
            .expect("it may listen");
        let rooms = json!({ "rooms": ["public", format!("charger:{point}")] });
        assert_eq!(probe.emit("subscribe", rooms).await["ok"], true);
        probes.push(probe);
    }

    // All that can happen to a charger, seen by whoever listens.
    let url = format!("ws://{}/ocpp", house.gateway.ocpp);
    let mut charger = Charger::connect(&url, IDENTITY, Some(KEY)).await;
    let boot = json!({ "chargePointVendor": "Test", "chargePointModel": "One", "chargePointSerialNumber": SERIAL,
        "firmwareVersion": SERIAL });
    charger.call("BootNotification", boot).await;
    status(&mut charger, "Available").await;
    let asked = anna
        .start(
            &house,
            "s",
            json!({ "connectorId": 1, "chargePointId": point }),
        )
        .await;
    let session = text(&asked.body["session"]["id"]);
    let transaction = begin(&mut charger).await;
    let values = json!({ "connectorId": 1, "transactionId": transaction, "meterValue": [
        { "timestamp": "2026-11-24T09:30:00Z", "sampledValue": [{ "value": "1100" }] }] });
    charger.call("MeterValues", values).await;
    status(&mut charger, "Faulted").await;

    let canaries = canaries(&house);
    let operator = house.token().await;
    let seen = house
        .get(
            &format!("/api/cms/charging-points/{point}"),
            Some(&operator),
        )
        .await;
    assert_eq!(
        found(&canaries, &seen.body).len(),
        3,
        "an operator sees it: {}",
        seen.body
    );

    let station = text(&seen.body["stationId"]);
    let ids = [session.as_str(), &point, &station];
    let mut asked = ask_all(&house, &anna, &canaries, ids, false).await;
    let rooms = format!("public,charger:{point},station:{station},session:{session}");
    let stream = house.gateway.hub.head().stream;
    let path = format!("/api/live?after=0&stream={stream}&rooms={rooms}");
    let missed = house.get(&path, Some(&anna.token)).await;
    assert_eq!(found(&canaries, &missed.body), [""; 0], "{}", missed.body);

    let stop = json!({ "transactionId": transaction, "meterStop": 1500, "timestamp": "2026-11-24T10:00:00Z" });
    charger.call("StopTransaction", stop).await;
    status(&mut charger, "Reserved").await;
    for mut probe in probes {
        let mut heard = 0;
        loop {
            let said = probe.next().await.expect("the connection stands").json();
            assert_eq!(found(&canaries, &said), [""; 0], "{said}");
            heard += 1;
            if said["data"]["status"] == "reserved" {
                break;
            }
        }
        assert!(heard > 3, "it was told of the charger: {heard}");
    }
    asked += ask_all(&house, &anna, &canaries, ids, true).await;
    assert!(
        asked >= 100,
        "each route for each id, with a sign-in and without: {asked}"
    );
}

/// Calls every route of a driver's for each id, signed in and not; those that end the sign-in are `last`. How many it were.
async fn ask_all(
    house: &House,
    anna: &Driver,
    canaries: &[String],
    ids: [&str; 3],
    last: bool,
) -> usize {
    let document = serde_json::to_value(contract::openapi()).expect("OpenAPI is JSON");
    let paths = document["paths"].as_object().expect("paths").clone();
    let [session, point, _] = ids;
    let mut asked = 0;
    for (path, verbs) in paths
        .iter()
        .filter(|(path, _)| path.starts_with("/api/user/"))
    {
        for verb in verbs.as_object().expect("verbs").keys() {
            if (path.ends_with("logout") || verb == "delete") != last {
                continue;
            }
            let method: Method = verb.to_uppercase().parse().expect("a verb");
            for id in ids {
                let path = path.replace("{id}", id);
                let with = (method != Method::GET).then(|| body(&path, point, session));
                for token in [None, Some(&*anna.token)] {
                    let answer = house.ask(method.clone(), &path, token, with.clone()).await;
                    let hits = found(canaries, &answer.body);
                    assert!(
                        hits.is_empty(),
                        "{verb} {path}: {hits:?} in {}",
                        answer.body
                    );
                    asked += 1;
                }
            }
        }
    }
    asked
}
