//! What a driver drives: its own list, nobody else's, and the car a charge is for.
//!
//! Planted once and seen red: a charge for somebody else's car (`request_start.rs`); a list without an end (`change_vehicle.rs`).

use axum::http::Method;
use domain::operator::Role;
use serde_json::{Value, json};

use super::{Driver, charger, is};
use crate::desk::text;
use crate::house::{House, PASSWORD};

/// Asks as a driver.
async fn ask(
    house: &House,
    token: &str,
    method: Method,
    path: &str,
    body: Option<Value>,
) -> (u16, Value) {
    let path = format!("/api/user/{path}");
    let told = house.ask(method, &path, Some(token), body).await;
    (told.status.as_u16(), told.body)
}

async fn names(house: &House, token: &str) -> Vec<String> {
    let (status, told) = ask(house, token, Method::GET, "vehicles", None).await;
    assert_eq!(status, 200, "{told}");
    let items = told["items"].as_array().expect("a list");
    items.iter().map(|one| text(&one["name"])).collect()
}

#[tokio::test]
async fn a_driver_keeps_a_list_of_its_own_and_sees_nobody_else_s() {
    let house = House::new().await;
    let mine = house.customer_token().await;
    let other = json!({ "email": "other@example.org", "password": PASSWORD });
    let other = house
        .ask(Method::POST, "/api/user/auth/register", None, Some(other))
        .await;
    let other = text(&other.body["token"]);
    let new = json!({ "name": " Blue one ", "plate": "HH-AB 12", "batteryWh": 77_000 });
    let (status, made) = ask(&house, &mine, Method::POST, "vehicles", Some(new)).await;
    assert_eq!(status, 201, "{made}");
    assert_eq!(
        (
            &made["name"],
            &made["plate"],
            &made["batteryWh"],
            &made["version"]
        ),
        (
            &json!("Blue one"),
            &json!("HH-AB 12"),
            &json!(77_000),
            &json!(1)
        )
    );
    let path = format!("vehicles/{}", text(&made["id"]));
    let change = json!({ "plate": null, "name": "Red one" });
    let (status, changed) = ask(&house, &mine, Method::PUT, &path, Some(change)).await;
    assert_eq!(status, 200, "{changed}");
    assert_eq!(
        (
            &changed["plate"],
            &changed["batteryWh"],
            &changed["version"]
        ),
        (&Value::Null, &json!(77_000), &json!(2)),
        "what was left out stays"
    );
    assert_eq!(
        ask(&house, &mine, Method::GET, &path, None).await.1,
        changed
    );
    for (method, body) in [
        (Method::GET, None),
        (Method::PUT, Some(json!({ "name": "Mine" }))),
        (Method::DELETE, Some(json!({}))),
    ] {
        let (status, _) = ask(&house, &other, method.clone(), &path, body).await;
        assert_eq!(status, 404, "{method}: it is nobody else's");
    }
    assert!(names(&house, &other).await.is_empty());
    ask(
        &house,
        &mine,
        Method::POST,
        "vehicles",
        Some(json!({ "name": "A van" })),
    )
    .await;
    assert_eq!(names(&house, &mine).await, ["A van", "Red one"]);

    let desk = house.token_of(Role::Viewer).await;
    let found = house
        .get("/api/cms/customers?search=driver", Some(&desk))
        .await;
    let customer = text(&found.body["items"][0]["id"]);
    let seen = house
        .get(
            &format!("/api/cms/customers/{customer}/vehicles"),
            Some(&desk),
        )
        .await;
    assert_eq!(seen.body["items"][1], changed);
    let kept = house.get("/api/user/auth/export", Some(&mine)).await;
    assert_eq!(kept.body["vehicles"][1], changed, "all that is kept");

    assert_eq!(
        ask(&house, &mine, Method::DELETE, &path, Some(json!({})))
            .await
            .0,
        204
    );
    assert_eq!(ask(&house, &mine, Method::GET, &path, None).await.0, 404);
    assert_eq!(names(&house, &mine).await, ["A van"]);
    assert_eq!(
        ask(&house, &mine, Method::DELETE, "auth/me", Some(json!({})))
            .await
            .0,
        204
    );
    let seen = house
        .get(
            &format!("/api/cms/customers/{customer}/vehicles"),
            Some(&desk),
        )
        .await;
    assert_eq!(seen.status, 404, "they go with the driver");
}

#[tokio::test]
async fn what_does_not_do_is_named_and_twenty_are_enough() {
    let house = House::new().await;
    let token = house.customer_token().await;
    for (body, pointer) in [
        (json!({}), "/name"),
        (json!({ "name": "" }), "/name"),
        (json!({ "name": "n".repeat(61) }), "/name"),
        (json!({ "name": "n", "plate": "p".repeat(21) }), "/plate"),
        (json!({ "name": "n", "batteryWh": 0 }), "/batteryWh"),
        (json!({ "name": "n", "batteryWh": "77" }), "/batteryWh"),
        (json!({ "name": "n", "colour": "red" }), "/colour"),
    ] {
        let (status, told) =
            ask(&house, &token, Method::POST, "vehicles", Some(body.clone())).await;
        assert_eq!(
            (status, &told["errors"][0]["pointer"]),
            (422, &json!(pointer)),
            "{body}: {told}"
        );
    }
    for number in 0..20 {
        let body = json!({ "name": format!("Car {number}") });
        let (status, told) = ask(&house, &token, Method::POST, "vehicles", Some(body)).await;
        assert_eq!(status, 201, "{told}");
    }
    let (status, told) = ask(
        &house,
        &token,
        Method::POST,
        "vehicles",
        Some(json!({ "name": "One more" })),
    )
    .await;
    assert_eq!((status, &told["code"]), (409, &json!("resource.conflict")));
}

#[tokio::test]
async fn a_charge_is_for_one_of_the_driver_s_own_cars() {
    let house = House::new().await;
    let anna = Driver::new(&house, "anna@example.org").await;
    let bert = Driver::new(&house, "bert@example.org").await;
    let _charger = charger(&house).await;
    let car = json!({ "name": "Blue one" });
    let (_, made) = ask(&house, &anna.token, Method::POST, "vehicles", Some(car)).await;
    let car = text(&made["id"]);
    let wish = json!({ "connectorId": 1, "vehicleId": car });
    let stolen = bert.start(&house, "a", wish.clone()).await;
    is(&stolen, 422, "request.validation");
    assert_eq!(stolen.body["errors"][0]["pointer"], "/vehicleId");
    let none = bert.get(&house, "/api/user/charging/active-session").await;
    assert_eq!(none.body["session"], Value::Null, "nothing of it was begun");

    let asked = anna.start(&house, "b", wish).await;
    assert_eq!(asked.status.as_u16(), 202, "{}", asked.body);
    assert_eq!(asked.body["session"]["vehicleId"], *car);
    let session = text(&asked.body["session"]["id"]);
    let path = format!("vehicles/{car}");
    assert_eq!(
        ask(&house, &anna.token, Method::DELETE, &path, Some(json!({})))
            .await
            .0,
        204
    );
    let kept = anna
        .get(&house, &format!("/api/user/sessions/{session}"))
        .await;
    assert_eq!(
        kept.body["vehicleId"], *car,
        "the charge keeps which it was"
    );
    let again = json!({ "connectorId": 2, "vehicleId": car });
    is(
        &anna.start(&house, "c", again).await,
        409,
        "charging.already_active",
    );
}
