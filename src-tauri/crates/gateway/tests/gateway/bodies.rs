//! Bodies that do not do: each is refused under its exact code, and each fault is named at its place.

use axum::http::Method;
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

#[tokio::test]
async fn each_fault_of_a_body_is_named_at_its_place_and_all_of_them_at_once() {
    let house = House::new().await;
    let admin = house.token_of(domain::operator::Role::Admin).await;
    let nobody = "019a0000-0000-7000-8000-000000000000";
    let long = "x".repeat(101);
    let post = async |path: &str, body: Value, faults: &[&str]| {
        check(&house, &admin, Method::POST, path, body, faults).await;
    };

    let stations = "/api/cms/stations";
    post(stations, json!({}), &["/name required"]).await;
    post(stations, json!({ "name": null }), &["/name required"]).await;
    post(stations, json!({ "name": "  " }), &["/name out_of_bounds"]).await;
    post(stations, json!({ "name": long }), &["/name out_of_bounds"]).await;
    post(stations, json!({ "name": 7 }), &["/name type"]).await;
    post(
        stations,
        json!({ "name": "a\u{0}b" }),
        &["/name characters"],
    )
    .await;
    post(stations, json!({ "name": "a\nb" }), &["/name characters"]).await;
    post(
        stations,
        json!({ "name": "A", "nmae": 1, "a/b": 2 }),
        &["/a~1b unknown", "/nmae unknown"],
    )
    .await;
    post(
        stations,
        json!({ "name": "A", "timeZone": "Europe/Atlantis" }),
        &["/timeZone format"],
    )
    .await;
    post(
        stations,
        json!({ "name": "A", "address": { "country": "XX", "street": "" } }),
        &["/address/country format", "/address/street unknown"],
    )
    .await;
    post(
        stations,
        json!({ "name": "A", "address": "here" }),
        &["/address type"],
    )
    .await;
    post(
        stations,
        json!({ "name": "A", "location": { "latitude": 91, "longitude": "x" } }),
        &[
            "/location/latitude out_of_bounds",
            "/location/longitude type",
        ],
    )
    .await;
    post(
        stations,
        json!({ "name": "A", "location": {} }),
        &[
            "/location/latitude required",
            "/location/longitude required",
        ],
    )
    .await;
    post(
        stations,
        json!({ "name": "A", "helpline": "" }),
        &["/helpline out_of_bounds"],
    )
    .await;
    post(
        stations,
        json!({ "name": "A", "tariffId": "x" }),
        &["/tariffId format"],
    )
    .await;
    post(
        stations,
        json!({ "name": "A", "tariffId": nobody }),
        &["/tariffId unknown"],
    )
    .await;

    let points = "/api/cms/charging-points";
    post(
        points,
        json!({}),
        &["/identity required", "/stationId required"],
    )
    .await;
    post(
        points,
        json!({ "identity": "a b", "stationId": "x" }),
        &["/identity format", "/stationId format"],
    )
    .await;
    post(
        points,
        json!({ "identity": nobody, "stationId": nobody }),
        &["/identity format"],
    )
    .await;
    post(
        points,
        json!({ "identity": "CP-9", "stationId": nobody }),
        &["/stationId unknown"],
    )
    .await;
    post(
        points,
        json!({ "identity": "CP-9", "stationId": nobody, "connectors": 33, "maxPowerW": 0, "securityProfile": 2, "password": "short" }),
        &["/connectors out_of_bounds", "/maxPowerW out_of_bounds", "/password out_of_bounds", "/securityProfile out_of_bounds"],
    )
    .await;
    post(
        points,
        json!({ "identity": "CP-9", "stationId": nobody, "connectors": 1.5 }),
        &["/connectors type"],
    )
    .await;
    post(points, json!({ "identity": "CP-9", "stationId": nobody, "securityProfile": 0, "password": "long enough" }), &["/password mismatch"]).await;
    let point = format!("{points}/{}", house.point);
    check(
        &house,
        &admin,
        Method::PUT,
        &point,
        json!({ "identity": "CP-2" }),
        &["/identity unknown"],
    )
    .await;
    check(
        &house,
        &admin,
        Method::PUT,
        &point,
        json!({ "name": null }),
        &["/name type"],
    )
    .await;

    let tariffs = "/api/cms/tariffs";
    let price = |amount: &str, currency: &str| json!({ "amount": amount, "currency": currency });
    post(
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
    post(tariffs, json!({ "name": "A", "currency": "eur", "perKwh": price("-1", "EUR"), "taxPercent": "101" }), &["/currency format", "/perKwh/amount format", "/taxPercent format"]).await;
    post(
        tariffs,
        json!({ "name": "A", "currency": "EUR", "perKwh": price("0.1", "XXXX"), "taxPercent": 19 }),
        &["/perKwh/currency format", "/taxPercent type"],
    )
    .await;
    post(
        tariffs,
        json!({ "name": "A", "currency": "EUR", "perKwh": 0.45, "taxPercent": "19" }),
        &["/perKwh type"],
    )
    .await;
    post(tariffs, json!({ "name": "A", "currency": "EUR", "perKwh": price("0.45", "CHF"), "taxPercent": "19" }), &["/perKwh/currency mismatch"]).await;
    post(
        tariffs,
        json!({ "name": "A", "currency": "EUR", "perKwh": price("0.45", "EUR"), "taxPercent": "19", "stationIds": [nobody, "x", nobody], "elements": [] }),
        &["/elements unknown", "/stationIds/1 format", "/stationIds/2 duplicate"],
    )
    .await;
    post(tariffs, json!({ "name": "A", "currency": "EUR", "perKwh": price("0.45", "EUR"), "taxPercent": "19", "stationIds": [nobody] }), &["/stationIds/0 unknown"]).await;
    post(tariffs, json!({ "name": "A", "currency": "EUR", "perKwh": price("0.45", "EUR"), "taxPercent": "19", "chargePointIds": [nobody] }), &["/chargePointIds/0 unknown"]).await;

    let customers = "/api/cms/customers";
    post(
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
    post(
        customers,
        json!({ "email": "a@@b", "password": "long enough" }),
        &["/email format"],
    )
    .await;
    post(
        customers,
        json!({ "email": "a b@c", "password": "long enough" }),
        &["/email format"],
    )
    .await;

    let tokens = "/api/cms/id-tokens";
    post(
        tokens,
        json!({ "token": "x".repeat(21), "status": "lost" }),
        &["/status format", "/token out_of_bounds"],
    )
    .await;
    post(tokens, json!({ "token": "A", "status": "accepted", "expiresAt": "tomorrow", "customerId": nobody }), &["/expiresAt format"]).await;
    post(
        tokens,
        json!({ "token": "A", "status": "accepted", "customerId": nobody }),
        &["/customerId unknown"],
    )
    .await;

    let users = "/api/cms/users";
    post(
        users,
        json!({ "email": "a@b", "password": "1234567", "role": "owner" }),
        &["/password out_of_bounds", "/role format"],
    )
    .await;
    let password = "/api/cms/auth/change-password";
    check(
        &house,
        &admin,
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
