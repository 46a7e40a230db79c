//! The desk: what an operator adds, changes and removes, what everybody is told of it, and what is refused.

use axum::http::Method;
use domain::WattHours;
use domain::operator::Role;
use domain::status::ConnectorStatus;
use gateway::ops::report_connector::{Report, report_connector};
use gateway::ops::start_session::{Start, start_session};
use serde_json::{Value, json};
use testkit::Charger;
use testkit::charger::Knock;

use crate::house::{CARD, House, PASSWORD};

/// A desk of its own: a gateway and somebody who is signed in.
struct Desk {
    house: House,
    token: String,
}

impl Desk {
    async fn new() -> Self {
        let house = House::new().await;
        let token = house.token().await;
        Self { house, token }
    }

    /// Asks, and gives the body of the answer that was expected.
    async fn ask(&self, method: Method, path: &str, body: Option<Value>, expect: u16) -> Value {
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

    async fn get(&self, path: &str) -> Value {
        self.ask(Method::GET, path, None, 200).await
    }

    async fn post(&self, path: &str, body: Value) -> Value {
        self.ask(Method::POST, path, Some(body), 201).await
    }

    async fn put(&self, path: &str, body: Value) -> Value {
        self.ask(Method::PUT, path, Some(body), 200).await
    }

    async fn delete(&self, path: &str) {
        self.ask(Method::DELETE, path, Some(json!({})), 204).await;
    }

    async fn conflict(&self, method: Method, path: &str, body: Value) {
        let told = self.ask(method, path, Some(body), 409).await;
        assert_eq!(told["code"], "resource.conflict", "{path}: {told}");
    }

    async fn station(&self) -> String {
        text(&self.get("stations").await["items"][0]["id"])
    }

    /// The types of what operators were told since a number, and the events.
    async fn told(&self, since: i64) -> (Vec<String>, Vec<Value>) {
        let events = self.house.told(&self.token, since).await;
        (
            events.iter().map(|event| text(&event["type"])).collect(),
            events,
        )
    }

    /// The prices that any passer-by was told since a number: of which place, and per kWh.
    async fn prices(&self, since: i64) -> Vec<(Value, Value)> {
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

fn text(value: &Value) -> String {
    value.as_str().expect("a text").to_owned()
}

fn eur(amount: &str) -> Value {
    json!({ "amount": amount, "currency": "EUR" })
}

fn tariff(name: &str, stations: &[&str]) -> Value {
    json!({ "name": name, "currency": "EUR", "perKwh": eur("0.45"), "taxPercent": "19", "stationIds": stations })
}

#[tokio::test]
async fn a_station_is_added_changed_and_removed_and_each_is_told_whole() {
    let desk = Desk::new().await;
    let since = desk.house.drained().await;
    let made = desk
        .post("stations", json!({ "name": " North ", "timeZone": "europe/berlin", "address": { "city": "Kiel", "country": "DE" }, "location": { "latitude": 54.3, "longitude": 10.1 } }))
        .await;
    assert_eq!(
        (&made["name"], &made["timeZone"], &made["version"]),
        (&json!("North"), &json!("Europe/Berlin"), &json!(1))
    );
    let path = format!("stations/{}", text(&made["id"]));
    desk.conflict(Method::POST, "stations", json!({ "name": "North" }))
        .await;
    let same = desk.put(&path, json!({ "name": "North" })).await;
    assert_eq!(same, made, "where nothing is different, nothing rises");
    let changed = desk
        .put(
            &path,
            json!({ "helpline": "+49 1", "location": null, "address": { "line1": "Kai 1" } }),
        )
        .await;
    assert_eq!(
        changed["address"],
        json!({ "line1": "Kai 1", "postalCode": "", "city": "Kiel", "country": "DE" }),
        "what is left out stays"
    );
    assert_eq!(
        (&changed["location"], &changed["version"]),
        (&Value::Null, &json!(2))
    );
    assert_eq!(desk.get(&path).await, changed);
    desk.delete(&path).await;
    let gone = desk.ask(Method::GET, &path, None, 404).await;
    assert_eq!(gone["code"], "resource.not_found");
    desk.ask(Method::DELETE, &path, Some(json!({})), 404).await;

    let (types, events) = desk.told(since).await;
    assert_eq!(
        types,
        [
            "cms.station.created",
            "cms.station.updated",
            "cms.station.deleted"
        ],
        "one each, none for what did nothing"
    );
    assert_eq!(events[0]["data"]["station"], made);
    assert_eq!(events[1]["data"]["station"], changed);
    assert_eq!(events[2]["data"]["id"], made["id"]);

    let full = format!("stations/{}", desk.station().await);
    desk.conflict(Method::DELETE, &full, json!({})).await;
    desk.post("stations", json!({ "name": "North" })).await;
}

#[tokio::test]
async fn a_charge_point_gets_a_key_once_and_stays_while_somebody_charges() {
    let desk = Desk::new().await;
    let station = desk.station().await;
    let since = desk.house.drained().await;
    let made = desk
        .post(
            "charging-points",
            json!({ "identity": "CP-7", "stationId": station, "connectors": 2 }),
        )
        .await;
    assert_eq!(text(&made["password"]).len(), 40);
    assert!(text(&made["url"]).ends_with("/ocpp/CP-7"), "{made}");
    assert_eq!(made["connectors"].as_array().map(Vec::len), Some(2));
    let path = format!("charging-points/{}", text(&made["id"]));
    assert_eq!(
        desk.get(&path).await.get("password"),
        None,
        "it is never seen again"
    );
    desk.conflict(
        Method::POST,
        "charging-points",
        json!({ "identity": "CP-7", "stationId": station }),
    )
    .await;
    let renamed = desk.put(&path, json!({ "name": "Gate" })).await;
    assert_eq!(
        (&renamed["name"], &renamed["maxPowerW"]),
        (&json!("Gate"), &json!(22_000))
    );
    let key = desk
        .ask(
            Method::POST,
            &format!("{path}/rotate-key"),
            Some(json!({})),
            200,
        )
        .await;
    assert_ne!(key["password"], made["password"]);
    desk.delete(&path).await;
    let (types, events) = desk.told(since).await;
    let expect = [
        "cms.point.created",
        "station.status.changed",
        "cms.point.updated",
        "cms.point.updated",
        "cms.point.deleted",
        "station.status.changed",
    ];
    assert_eq!(types, expect);
    assert_eq!(
        events[4]["data"],
        json!({ "id": made["id"], "stationId": station })
    );
    let raw = serde_json::to_string(&events).expect("events are JSON");
    assert!(
        !raw.contains(&text(&made["password"])) && !raw.contains("passwordHash"),
        "no event holds a key"
    );

    let start = Start {
        connector_id: 1,
        id_tag: CARD.to_owned(),
        meter_start: WattHours(0),
        at: desk.house.gateway.core.clock.now(),
        raw: "{}".to_owned(),
    };
    start_session(&desk.house.gateway.core, desk.house.point, start)
        .await
        .expect("the card charges");
    let busy = format!("charging-points/{}", desk.house.point);
    desk.conflict(Method::DELETE, &busy, json!({})).await;
    let other = desk.post("stations", json!({ "name": "Other" })).await;
    desk.conflict(Method::PUT, &busy, json!({ "stationId": other["id"] }))
        .await;
    let active = desk.get("sessions/active?search=bay").await;
    let session = &active["items"][0];
    assert_eq!(active["total"], 1);
    assert_eq!(
        desk.get(&format!("sessions/{}", text(&session["id"])))
            .await["id"],
        session["id"]
    );
    for asked in ["CP-1".to_owned(), desk.house.point.to_string()] {
        let listed = desk
            .get(&format!("transactions?chargePointId={asked}"))
            .await;
        assert_eq!(listed["items"][0]["idTag"], CARD, "{asked}");
        assert_eq!(
            listed["items"][0]["transactionId"],
            session["transactionId"]
        );
    }
    assert_eq!(desk.get("sessions/completed").await["total"], 0);
    assert_eq!(
        desk.get(&format!("stations/{station}/sessions?sort=-startedAt"))
            .await["total"],
        1
    );
    let glance = desk.get("dashboard").await;
    assert_eq!(glance["sessions"], json!({ "active": 1, "today": 1 }));
    assert_eq!(glance["chargingPoints"]["offline"], 1, "{glance}");
    assert_eq!(
        glance["stations"],
        json!({ "total": 2, "online": 0, "offline": 2 })
    );
    assert_eq!(
        glance["today"],
        json!({ "revenue": eur("0.00"), "energyWh": 0, "sessions": 0 })
    );
    assert_eq!(glance["recentSessions"].as_array().map(Vec::len), Some(1));
}

#[tokio::test]
async fn whoever_shows_a_price_is_told_of_each_that_changed() {
    let desk = Desk::new().await;
    let station = desk.station().await;
    let point = desk.house.point.to_string();
    let since = desk.house.drained().await;
    let made = desk.post("tariffs", tariff("Day", &[&station])).await;
    assert_eq!(made["stationIds"], json!([station]));
    assert_eq!(made["price"]["exampleFor20Kwh"], eur("9.00"));
    let path = format!("tariffs/{}", text(&made["id"]));
    let (types, _) = desk.told(since).await;
    assert_eq!(
        types,
        [
            "cms.tariff.created",
            "cms.station.updated",
            "station.price.changed"
        ]
    );
    assert_eq!(desk.prices(since).await, [(Value::Null, json!("0.45"))]);

    let since = desk.house.drained().await;
    let dearer = desk
        .put(
            &path,
            json!({ "perKwh": eur("0.50"), "chargePointIds": [point] }),
        )
        .await;
    assert_eq!(dearer["version"], 2);
    assert_eq!(
        desk.prices(since).await,
        [(Value::Null, json!("0.50")), (json!(point), json!("0.50"))],
        "the station keeps it, the point gains it"
    );
    let (types, _) = desk.told(since).await;
    assert_eq!(
        types,
        [
            "cms.tariff.updated",
            "station.price.changed",
            "cms.point.updated",
            "station.price.changed"
        ]
    );
    desk.conflict(Method::POST, "tariffs", tariff("Day", &[]))
        .await;

    let since = desk.house.drained().await;
    let night = desk.post("tariffs", tariff("Night", &[])).await;
    desk.put(
        &format!("stations/{station}"),
        json!({ "tariffId": night["id"] }),
    )
    .await;
    desk.put(
        &format!("charging-points/{point}"),
        json!({ "tariffId": null }),
    )
    .await;
    assert_eq!(
        desk.prices(since).await,
        [(Value::Null, json!("0.45")), (json!(point), json!("0.45"))]
    );

    let since = desk.house.drained().await;
    desk.delete(&format!("tariffs/{}", text(&night["id"])))
        .await;
    assert_eq!(
        desk.prices(since).await,
        [(Value::Null, Value::Null)],
        "nothing is charged any more"
    );
    let (types, _) = desk.told(since).await;
    assert_eq!(
        types,
        [
            "cms.tariff.deleted",
            "cms.station.updated",
            "station.price.changed"
        ]
    );
    assert_eq!(
        desk.get("tariffs/dropdown").await["items"],
        json!([{ "id": made["id"], "name": "Day" }])
    );
}

#[tokio::test]
async fn a_customer_and_its_card_go_together_and_its_sign_in_ends() {
    let desk = Desk::new().await;
    let driver = desk.house.customer_token().await;
    let since = desk.house.drained().await;
    let found = desk.get("customers?search=DRIVER").await;
    let id = text(&found["items"][0]["id"]);
    let path = format!("customers/{id}");
    let told = desk.house.get("/api/cms/auth/me", Some(&driver)).await;
    assert_eq!(
        (told.status.as_u16(), told.code()),
        (403, "auth.forbidden"),
        "the desk is not the driver's"
    );
    desk.conflict(
        Method::POST,
        "customers",
        json!({ "email": "Driver@Example.org", "password": PASSWORD }),
    )
    .await;
    let changed = desk
        .put(
            &path,
            json!({ "name": "Ada", "phone": "+49 40 1", "language": "de-DE" }),
        )
        .await;
    assert_eq!(
        (&changed["name"], &changed["email"], &changed["version"]),
        (&json!("Ada"), &json!("driver@example.org"), &json!(2))
    );
    let card = desk.post("id-tokens", json!({ "token": "abc1", "status": "accepted", "customerId": id, "parentToken": "fleet" })).await;
    assert_eq!(
        (&card["token"], &card["parentToken"]),
        (&json!("ABC1"), &json!("FLEET"))
    );
    desk.conflict(
        Method::POST,
        "id-tokens",
        json!({ "token": "ABC1", "status": "blocked" }),
    )
    .await;
    assert_eq!(desk.get(&format!("{path}/sessions")).await["total"], 0);
    desk.delete(&path).await;
    let left = desk.get(&format!("id-tokens/{}", text(&card["id"]))).await;
    assert_eq!(
        left["status"], "blocked",
        "a card of nobody charges nothing"
    );
    let told = desk.house.get("/api/cms/auth/me", Some(&driver)).await;
    assert_eq!(
        told.code(),
        "auth.required",
        "the sign-in ended with the account"
    );
    let (types, events) = desk.told(since).await;
    assert_eq!(types, ["cms.customer.updated", "cms.customer.deleted"]);
    assert_eq!(events[0]["data"]["customer"], changed);

    let since = desk.house.drained().await;
    desk.post(
        "customers",
        json!({ "email": "driver@example.org", "password": PASSWORD }),
    )
    .await;
    assert_eq!(
        desk.told(since).await.0,
        ["cms.customer.created"],
        "the address was free again"
    );
}

#[tokio::test]
async fn a_card_that_is_removed_or_over_charges_no_more_and_its_text_is_free_again() {
    let desk = Desk::new().await;
    let made = desk
        .post(
            "id-tokens",
            json!({ "token": "temp", "status": "accepted", "expiresAt": "2030-01-01T00:00:00Z" }),
        )
        .await;
    let path = format!("id-tokens/{}", text(&made["id"]));
    let changed = desk
        .put(&path, json!({ "status": "blocked", "expiresAt": null }))
        .await;
    assert_eq!(
        (&changed["status"], &changed["expiresAt"]),
        (&json!("blocked"), &Value::Null)
    );
    let listed = desk.get("id-tokens?sort=-createdAt&limit=1").await;
    assert_eq!(
        (&listed["items"][0]["token"], &listed["total"]),
        (&json!("TEMP"), &json!(2)),
        "the newest first"
    );
    desk.delete(&path).await;
    desk.ask(Method::GET, &path, None, 404).await;
    desk.post(
        "id-tokens",
        json!({ "token": "TEMP", "status": "accepted" }),
    )
    .await;
}

#[tokio::test]
async fn there_is_always_an_admin_and_who_may_less_is_signed_out() {
    let mut desk = Desk::new().await;
    let operator = desk.token.clone();
    desk.token = desk.house.token_of(Role::Admin).await;
    let users = desk.get("users?sort=role").await;
    let of = |role: &str| {
        let items = users["items"].as_array().expect("a list");
        let found = items
            .iter()
            .find(|user| user["role"] == role)
            .expect("there is one");
        format!("users/{}", text(&found["id"]))
    };
    desk.conflict(Method::DELETE, &of("admin"), json!({})).await;
    desk.conflict(Method::PUT, &of("admin"), json!({ "role": "operator" }))
        .await;
    let second = desk.post("users", json!({ "email": "Second@Example.org", "password": PASSWORD, "role": "admin", "name": "Second" })).await;
    assert_eq!(
        (&second["email"], second.get("password")),
        (&json!("second@example.org"), None)
    );
    desk.conflict(
        Method::POST,
        "users",
        json!({ "email": "second@example.org", "password": PASSWORD, "role": "viewer" }),
    )
    .await;

    desk.put(&of("operator"), json!({ "name": "Still here" }))
        .await;
    assert_eq!(
        desk.house
            .get("/api/cms/auth/me", Some(&operator))
            .await
            .status
            .as_u16(),
        200,
        "a new name ends nothing"
    );
    desk.put(&of("operator"), json!({ "role": "viewer" })).await;
    let told = desk.house.get("/api/cms/auth/me", Some(&operator)).await;
    assert_eq!(
        told.code(),
        "auth.required",
        "the old role's sign-in is over"
    );
    let own = of("admin");
    desk.delete(&own).await;
    let told = desk.house.get("/api/cms/auth/me", Some(&desk.token)).await;
    assert_eq!(
        told.code(),
        "auth.required",
        "and whoever is removed is out at once"
    );
}

#[tokio::test]
async fn a_new_password_ends_every_other_sign_in_and_a_wrong_old_one_changes_nothing() {
    let desk = Desk::new().await;
    let other = desk.house.token().await;
    let change = async |current: &str| {
        let body = json!({ "currentPassword": current, "newPassword": "quite another one" });
        desk.house
            .ask(
                Method::PUT,
                "/api/cms/auth/change-password",
                Some(&desk.token),
                Some(body),
            )
            .await
    };
    assert_eq!(change("wrong").await.code(), "auth.invalid_credentials");
    assert_eq!(
        desk.house
            .get("/api/cms/auth/me", Some(&other))
            .await
            .status
            .as_u16(),
        200
    );
    assert_eq!(change(PASSWORD).await.status.as_u16(), 204);
    desk.get("auth/me").await;
    assert_eq!(
        desk.house
            .get("/api/cms/auth/me", Some(&other))
            .await
            .code(),
        "auth.required"
    );
    assert_eq!(
        desk.house.sign_in(PASSWORD).await.code(),
        "auth.invalid_credentials",
        "the old one is over"
    );
    assert_eq!(
        desk.house
            .sign_in("quite another one")
            .await
            .status
            .as_u16(),
        200
    );
}

#[tokio::test]
async fn an_alert_is_raised_taken_on_once_and_cleared() {
    let desk = Desk::new().await;
    let since = desk.house.drained().await;
    let report = async |status, error_code: Option<&str>| {
        let report = Report {
            connector_id: 1,
            status,
            error_code: error_code.map(str::to_owned),
            vendor_error_code: None,
            info: None,
            at: None,
        };
        let told = report_connector(&desk.house.gateway.core, desk.house.point, report).await;
        told.expect("a report is taken");
    };
    report(ConnectorStatus::Faulted, Some("GroundFailure")).await;
    let open = desk.get("alerts?status=open&search=groundfailure").await;
    assert_eq!(open["total"], 1, "{open}");
    let id = text(&open["items"][0]["id"]);
    assert_eq!(desk.get("dashboard").await["alertsOpen"], 1);
    let path = format!("alerts/{id}/acknowledge");
    let taken = desk.ask(Method::POST, &path, Some(json!({})), 200).await;
    assert!(taken["acknowledgedAt"].is_string(), "{taken}");
    let again = desk.ask(Method::POST, &path, Some(json!({})), 200).await;
    assert_eq!(again, taken, "the first who took it on stays");
    report(ConnectorStatus::Available, None).await;
    assert_eq!(desk.get("alerts?status=open").await["total"], 0);
    assert_eq!(
        desk.get("alerts?status=cleared").await["items"][0]["id"],
        id
    );
    let (types, events) = desk.told(since).await;
    let alerts: Vec<_> = events
        .iter()
        .filter(|event| text(&event["type"]).starts_with("alert."))
        .collect();
    assert_eq!(alerts.len(), 2, "{types:?}");
    assert_eq!(alerts[0]["type"], "alert.raised");
    assert_eq!(alerts[1]["type"], "alert.cleared");
    assert_eq!(alerts[1]["data"]["alert"]["id"], id);
}

#[tokio::test]
async fn a_charger_that_knocked_is_let_in_by_the_desk() {
    let desk = Desk::new().await;
    let url = format!("ws://{}/ocpp", desk.house.gateway.ocpp);
    let refused = Charger::knock(&url, "NEW-1", &Knock::default()).await;
    assert!(refused.is_err(), "nobody of that name is registered");
    let list = desk.get("unknown-charge-points").await;
    let entry = &list["items"][0];
    assert_eq!(
        (&entry["identity"], &entry["result"]),
        (&json!("NEW-1"), &json!("unknown_identity"))
    );
    let path = format!("unknown-charge-points/{}/accept", text(&entry["id"]));
    let body = json!({ "stationId": desk.station().await, "securityProfile": 0 });
    let made = desk.post(&path, body.clone()).await;
    assert_eq!(
        (&made["identity"], &made["password"]),
        (&json!("NEW-1"), &Value::Null)
    );
    assert_eq!(desk.get("unknown-charge-points").await["total"], 0);
    desk.ask(Method::POST, &path, Some(body), 404).await;
    let charger = Charger::connect(&url, "NEW-1", None).await;
    let seen = desk
        .get(&format!("charging-points/{}", text(&made["id"])))
        .await;
    assert_eq!(seen["connectivity"], "online", "now it comes in");
    drop(charger);
}
