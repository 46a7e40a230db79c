//! Bodies that do not do: each is refused under its exact code, and each fault is named at its place.

use axum::http::Method;
use domain::operator::Role;
use serde_json::{Value, json};

use crate::house::House;

/// One body each: what is wrong with it, as `pointer code`, in the order of the pointers.
async fn check(
    house: &House,
    token: &str,
    method: Method,
    path: &str,
    body: Value,
    faults: &[&str],
) {
    let told = house
        .ask(method.clone(), path, Some(token), Some(body.clone()))
        .await;
    let errors = told.body["errors"].as_array().cloned().unwrap_or_default();
    let mut named: Vec<_> = errors
        .iter()
        .map(|error| {
            let text = |key: &str| error[key].as_str().unwrap_or_default().to_owned();
            assert!(!text("detail").is_empty(), "{path} {body}: people read why");
            format!("{} {}", text("pointer"), text("code"))
        })
        .collect();
    named.sort();
    assert_eq!(
        (told.status.as_u16(), told.code(), named),
        (
            422,
            "request.validation",
            faults.iter().map(|&f| f.to_owned()).collect()
        ),
        "{method} {path} {body}"
    );
}

/// A gateway, and an admin who sends it bodies.
struct Bodies {
    house: House,
    admin: String,
}

impl Bodies {
    async fn new() -> Self {
        let house = House::new().await;
        let admin = house.token_of(Role::Admin).await;
        Self { house, admin }
    }

    async fn post(&self, path: &str, body: Value, faults: &[&str]) {
        check(&self.house, &self.admin, Method::POST, path, body, faults).await;
    }
}

/// The id of nothing.
const NOBODY: &str = "019a0000-0000-7000-8000-000000000000";

#[tokio::test]
async fn each_fault_of_a_station_is_named_at_its_place_and_all_of_them_at_once() {
    let bodies = Bodies::new().await;
    let long = "x".repeat(101);
    let stations = "/api/cms/stations";
    bodies.post(stations, json!({}), &["/name required"]).await;
    bodies
        .post(stations, json!({ "name": null }), &["/name required"])
        .await;
    bodies
        .post(stations, json!({ "name": "  " }), &["/name out_of_bounds"])
        .await;
    bodies
        .post(stations, json!({ "name": long }), &["/name out_of_bounds"])
        .await;
    bodies
        .post(stations, json!({ "name": 7 }), &["/name type"])
        .await;
    bodies
        .post(
            stations,
            json!({ "name": "a\u{0}b" }),
            &["/name characters"],
        )
        .await;
    bodies
        .post(stations, json!({ "name": "a\nb" }), &["/name characters"])
        .await;
    bodies
        .post(
            stations,
            json!({ "name": "A", "nmae": 1, "a/b": 2 }),
            &["/a~1b unknown", "/nmae unknown"],
        )
        .await;
    bodies
        .post(
            stations,
            json!({ "name": "A", "timeZone": "Europe/Atlantis" }),
            &["/timeZone format"],
        )
        .await;
    bodies
        .post(
            stations,
            json!({ "name": "A", "address": { "country": "XX", "street": "" } }),
            &["/address/country format", "/address/street unknown"],
        )
        .await;
    bodies
        .post(
            stations,
            json!({ "name": "A", "address": "here" }),
            &["/address type"],
        )
        .await;
    bodies
        .post(
            stations,
            json!({ "name": "A", "location": { "latitude": 91, "longitude": "x" } }),
            &[
                "/location/latitude out_of_bounds",
                "/location/longitude type",
            ],
        )
        .await;
    bodies
        .post(
            stations,
            json!({ "name": "A", "location": {} }),
            &[
                "/location/latitude required",
                "/location/longitude required",
            ],
        )
        .await;
    bodies
        .post(
            stations,
            json!({ "name": "A", "helpline": "" }),
            &["/helpline out_of_bounds"],
        )
        .await;
    bodies
        .post(
            stations,
            json!({ "name": "A", "tariffId": "x" }),
            &["/tariffId format"],
        )
        .await;
    bodies
        .post(
            stations,
            json!({ "name": "A", "tariffId": NOBODY }),
            &["/tariffId unknown"],
        )
        .await;
}

#[tokio::test]
async fn each_fault_of_a_charge_point_is_named_at_its_place() {
    let bodies = Bodies::new().await;
    let points = "/api/cms/charging-points";
    bodies
        .post(
            points,
            json!({}),
            &["/identity required", "/stationId required"],
        )
        .await;
    bodies
        .post(
            points,
            json!({ "identity": "a b", "stationId": "x" }),
            &["/identity format", "/stationId format"],
        )
        .await;
    bodies
        .post(
            points,
            json!({ "identity": NOBODY, "stationId": NOBODY }),
            &["/identity format"],
        )
        .await;
    bodies
        .post(
            points,
            json!({ "identity": "CP-9", "stationId": NOBODY }),
            &["/stationId unknown"],
        )
        .await;
    bodies.post(
        points,
        json!({ "identity": "CP-9", "stationId": NOBODY, "connectors": 33, "maxPowerW": 0, "securityProfile": 2, "password": "short" }),
        &["/connectors out_of_bounds", "/maxPowerW out_of_bounds", "/password out_of_bounds", "/securityProfile out_of_bounds"],
    )
    .await;
    bodies
        .post(
            points,
            json!({ "identity": "CP-9", "stationId": NOBODY, "connectors": 1.5 }),
            &["/connectors type"],
        )
        .await;
    bodies.post(points, json!({ "identity": "CP-9", "stationId": NOBODY, "securityProfile": 0, "password": "long enough" }), &["/password mismatch"]).await;
    let point = format!("{points}/{}", bodies.house.point);
    check(
        &bodies.house,
        &bodies.admin,
        Method::PUT,
        &point,
        json!({ "identity": "CP-2" }),
        &["/identity unknown"],
    )
    .await;
    check(
        &bodies.house,
        &bodies.admin,
        Method::PUT,
        &point,
        json!({ "name": null }),
        &["/name type"],
    )
    .await;
}

#[tokio::test]
async fn each_fault_of_a_tariff_is_named_at_its_place() {
    let bodies = Bodies::new().await;
    let tariffs = "/api/cms/tariffs";
    let price = |amount: &str, currency: &str| json!({ "amount": amount, "currency": currency });
    bodies
        .post(
            tariffs,
            json!({}),
            &[
                "/currency required",
                "/name required",
                "/perKwh required",
                "/taxPercent required",
            ],
        )
        .await;
    bodies.post(tariffs, json!({ "name": "A", "currency": "eur", "perKwh": price("-1", "EUR"), "taxPercent": "101" }), &["/currency format", "/perKwh/amount format", "/taxPercent format"]).await;
    bodies.post(
        tariffs,
        json!({ "name": "A", "currency": "EUR", "perKwh": price("0.1", "XXXX"), "taxPercent": 19 }),
        &["/perKwh/currency format", "/taxPercent type"],
    )
    .await;
    bodies
        .post(
            tariffs,
            json!({ "name": "A", "currency": "EUR", "perKwh": 0.45, "taxPercent": "19" }),
            &["/perKwh type"],
        )
        .await;
    bodies.post(tariffs, json!({ "name": "A", "currency": "EUR", "perKwh": price("0.45", "CHF"), "taxPercent": "19" }), &["/perKwh/currency mismatch"]).await;
    bodies.post(
        tariffs,
        json!({ "name": "A", "currency": "EUR", "perKwh": price("0.45", "EUR"), "taxPercent": "19", "stationIds": [NOBODY, "x", NOBODY], "elements": [] }),
        &["/elements unknown", "/stationIds/1 format", "/stationIds/2 duplicate"],
    )
    .await;
    bodies.post(tariffs, json!({ "name": "A", "currency": "EUR", "perKwh": price("0.45", "EUR"), "taxPercent": "19", "stationIds": [NOBODY] }), &["/stationIds/0 unknown"]).await;
    bodies.post(tariffs, json!({ "name": "A", "currency": "EUR", "perKwh": price("0.45", "EUR"), "taxPercent": "19", "chargePointIds": [NOBODY] }), &["/chargePointIds/0 unknown"]).await;
}

#[tokio::test]
async fn each_fault_of_a_person_or_a_card_is_named_at_its_place() {
    let bodies = Bodies::new().await;
    let customers = "/api/cms/customers";
    bodies.post(
        customers,
        json!({ "email": "x", "password": "short", "phone": "call me", "language": "english!" }),
        &[
            "/email out_of_bounds",
            "/language format",
            "/password out_of_bounds",
            "/phone format",
        ],
    )
    .await;
    bodies
        .post(
            customers,
            json!({ "email": "a@@b", "password": "long enough" }),
            &["/email format"],
        )
        .await;
    bodies
        .post(
            customers,
            json!({ "email": "a b@c", "password": "long enough" }),
            &["/email format"],
        )
        .await;

    let tokens = "/api/cms/id-tokens";
    bodies
        .post(
            tokens,
            json!({ "token": "x".repeat(21), "status": "lost" }),
            &["/status format", "/token out_of_bounds"],
        )
        .await;
    bodies.post(tokens, json!({ "token": "A", "status": "accepted", "expiresAt": "tomorrow", "customerId": NOBODY }), &["/expiresAt format"]).await;
    bodies
        .post(
            tokens,
            json!({ "token": "A", "status": "accepted", "customerId": NOBODY }),
            &["/customerId unknown"],
        )
        .await;

    let users = "/api/cms/users";
    bodies
        .post(
            users,
            json!({ "email": "a@b", "password": "1234567", "role": "owner" }),
            &["/password out_of_bounds", "/role format"],
        )
        .await;
    let password = "/api/cms/auth/change-password";
    check(
        &bodies.house,
        &bodies.admin,
        Method::PUT,
        password,
        json!({ "currentPassword": 1 }),
        &["/currentPassword type", "/newPassword required"],
    )
    .await;
}

#[tokio::test]
async fn what_is_no_object_is_no_json_of_the_expected_shape() {
    let house = House::new().await;
    let token = house.token().await;
    for body in [json!([]), json!("x"), json!(null)] {
        let told = house
            .ask(
                Method::POST,
                "/api/cms/stations",
                Some(&token),
                Some(body.clone()),
            )
            .await;
        assert_eq!(
            (told.status.as_u16(), told.code()),
            (400, "request.invalid_json"),
            "{body}"
        );
    }
}
