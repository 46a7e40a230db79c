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
        &["/elements conflict", "/stationIds/1 format", "/stationIds/2 duplicate"],
    )
    .await;
    bodies.post(tariffs, json!({ "name": "A", "currency": "EUR", "perKwh": price("0.45", "EUR"), "taxPercent": "19", "stationIds": [NOBODY] }), &["/stationIds/0 unknown"]).await;
    bodies.post(tariffs, json!({ "name": "A", "currency": "EUR", "perKwh": price("0.45", "EUR"), "taxPercent": "19", "chargePointIds": [NOBODY] }), &["/chargePointIds/0 unknown"]).await;
}

#[tokio::test]
async fn each_fault_of_an_element_is_named_at_its_place() {
    let bodies = Bodies::new().await;
    let of = async |rest: Value, faults: &[&str]| {
        let mut body = json!({ "name": "A", "currency": "EUR" });
        let fields = body.as_object_mut().expect("an object");
        fields.extend(rest.as_object().expect("an object").clone());
        bodies.post("/api/cms/tariffs", body, faults).await;
    };
    let component = |kind: &str, price: &str| json!({ "type": kind, "price": price, "vat": "19", "stepSize": 1 });
    let element = |restrictions: Value| json!({ "elements": [{ "priceComponents": [component("ENERGY", "0.25")], "restrictions": restrictions }] });
    of(json!({ "elements": 7 }), &["/elements type"]).await;
    of(json!({ "elements": [] }), &["/elements rule"]).await;
    of(
        json!({ "elements": ["x", {}] }),
        &["/elements/0 type", "/elements/1/priceComponents required"],
    )
    .await;
    of(
        json!({ "currency": "x", "elements": [{ "priceComponents": [component("ENERGY", "0.25")] }] }),
        &["/currency format"],
    )
    .await;
    of(
        json!({ "elements": [{ "priceComponents": [
            { "type": "POWER", "price": 0.25, "vat": "190", "stepSize": -1, "step_size": 1 }, {}] }] }),
        &[
            "/elements/0/priceComponents/0/price type",
            "/elements/0/priceComponents/0/stepSize out_of_bounds",
            "/elements/0/priceComponents/0/step_size unknown",
            "/elements/0/priceComponents/0/type format",
            "/elements/0/priceComponents/0/vat format",
            "/elements/0/priceComponents/1/price required",
            "/elements/0/priceComponents/1/stepSize required",
            "/elements/0/priceComponents/1/type required",
        ],
    )
    .await;
    of(
        element(json!({ "startTime": "9:00", "endTime": "24:00", "startDate": "1.1.2027", "minKwh": "-1", "maxKwh": "0.0001",
            "minPower": 7, "minDuration": "1", "dayOfWeek": ["MONDAY", "MONTAG", "MONDAY"], "reservation": "RESERVATION" })),
        &[
            "/elements/0/restrictions/dayOfWeek/1 format",
            "/elements/0/restrictions/dayOfWeek/2 duplicate",
            "/elements/0/restrictions/endTime format",
            "/elements/0/restrictions/maxKwh format",
            "/elements/0/restrictions/minDuration type",
            "/elements/0/restrictions/minKwh format",
            "/elements/0/restrictions/minPower type",
            "/elements/0/restrictions/reservation unknown",
            "/elements/0/restrictions/startDate format",
            "/elements/0/restrictions/startTime format",
        ],
    )
    .await;
    of(
        element(json!({ "minKwh": "5", "maxKwh": "5" })),
        &["/elements/0/restrictions rule"],
    )
    .await;
    let twice = json!({ "elements": [{ "priceComponents": [component("FLAT", "1"), component("FLAT", "2")] }] });
    of(twice, &["/elements/0/priceComponents/1 rule"]).await;
    let mut limited = element(Value::Null);
    limited["minPrice"] = json!({ "exclVat": { "amount": "1.00", "currency": "CHF" } });
    limited["maxPrice"] = json!({ "inclVat": { "amount": "1.005", "currency": "EUR" } });
    of(
        limited,
        &[
            "/maxPrice/inclVat/amount format",
            "/minPrice/exclVat/currency mismatch",
        ],
    )
    .await;
    let mut crossed = element(Value::Null);
    crossed["minPrice"] = json!({ "inclVat": { "amount": "2.00", "currency": "EUR" } });
    crossed["maxPrice"] = json!({ "inclVat": { "amount": "1.00", "currency": "EUR" } });
    of(crossed, &["/minPrice rule"]).await;
    let mut dated = element(Value::Null);
    dated["validFrom"] = json!("2026-12-02T00:00:00Z");
    dated["validTo"] = json!("2026-12-01T00:00:00Z");
    of(dated.clone(), &["/validTo order"]).await;
    dated["validTo"] = json!("tomorrow");
    dated["connectors"] = json!([{ "chargePointId": "x", "connectorId": 0 }]);
    dated["customerGroups"] = json!(["", 7]);
    of(
        dated,
        &[
            "/connectors/0/chargePointId format",
            "/connectors/0/connectorId out_of_bounds",
            "/customerGroups/0 format",
            "/customerGroups/1 type",
            "/validTo format",
        ],
    )
    .await;
    let mut nowhere = element(Value::Null);
    nowhere["connectors"] = json!([{ "chargePointId": bodies.house.point, "connectorId": 9 }]);
    of(nowhere, &["/connectors/0 unknown"]).await;
}

#[tokio::test]
async fn each_fault_of_a_charge_that_is_thought_of_is_named_at_its_place() {
    let bodies = Bodies::new().await;
    let preview = "/api/cms/tariffs/preview";
    bodies
        .post(
            preview,
            json!({}),
            &[
                "/charge required",
                "/perKwh required",
                "/taxPercent required",
            ],
        )
        .await;
    let charge = json!({ "energyWh": -1, "minutes": 99_999, "startsAt": "9999-12-31T00:00:00Z", "timeZone": "Mars/Olympus", "x": 1 });
    let rates = json!({ "perKwh": { "amount": "0.45", "currency": "EUR" }, "taxPercent": "19" });
    let mut body = rates.clone();
    body["charge"] = charge;
    bodies
        .post(
            preview,
            body,
            &[
                "/charge/energyWh out_of_bounds",
                "/charge/minutes out_of_bounds",
                "/charge/startsAt format",
                "/charge/timeZone format",
                "/charge/x unknown",
            ],
        )
        .await;
    let mut body = rates;
    body["stationIds"] = json!(["x"]);
    let what_if = "/api/cms/tariffs/what-if";
    bodies.post(what_if, body, &["/stationIds/0 format"]).await;
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
