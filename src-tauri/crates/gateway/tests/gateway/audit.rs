//! The audit: each change of somebody at the desk is noted once, with its own unit; what was refused is not; no secret and
//! nothing of a driver is kept.
//!
//! Planted once and seen red: a password kept, a driver's name kept, what is as it was told as a change (`audit.rs`); a refusal's kept answer
//! noted as a change (`idempotent.rs`).

mod kinds;

use std::time::Duration;

use axum::http::Method;
use domain::operator::Role;
use serde_json::{Value, json};

use crate::desk::{Desk, eur, tariff, text};
use crate::house::{EMAIL, House, PASSWORD};

/// A desk with an admin at it.
async fn admin() -> Desk {
    let house = House::new().await;
    let token = house.token_of(Role::Admin).await;
    Desk { house, token }
}

/// All that was noted, newest first.
async fn all(desk: &Desk) -> Vec<Value> {
    let page = desk.get("audit?limit=100").await;
    let items = page["items"].as_array().expect("a list").clone();
    assert_eq!(page["total"], items.len());
    items
}

/// The same without those who came in, or did not.
async fn noted(desk: &Desk) -> Vec<Value> {
    let mut items = all(desk).await;
    items.retain(|entry| !["signed_in", "denied"].contains(&&*text(&entry["verb"])));
    items
}

#[tokio::test]
async fn who_comes_in_and_who_does_not_is_noted_and_the_chain_holds() {
    let desk = admin().await;
    let wrong = desk.house.sign_in("not the password").await;
    assert_eq!(wrong.status, 401);
    let stranger = json!({ "email": "nobody@example.org", "password": PASSWORD });
    let path = "/api/cms/auth/login";
    desk.house
        .ask(Method::POST, path, None, Some(stranger))
        .await;
    desk.house.token().await;
    // A wrong one is noted beside its answer.
    let three = async || (all(&desk).await.len() == 3).then_some(());
    let noted = testkit::wait_until(Duration::from_secs(10), three).await;
    noted.expect("it is noted");
    let verbs: Vec<String> = all(&desk)
        .await
        .iter()
        .map(|entry| format!("{} {}", text(&entry["verb"]), text(&entry["objectName"])))
        .collect();
    let email = EMAIL;
    let expected = [
        format!("denied {email}"),
        "signed_in admin@example.org".to_owned(),
        format!("signed_in {email}"),
    ];
    let mut verbs = verbs;
    verbs.sort();
    assert_eq!(verbs, expected, "an address that nobody has is in the log");
    let database = desk.house.gateway.core.store.clone();
    let mut conn = database.read().await.expect("a reader");
    let faults = store::repo::audit::faults(&mut conn).await;
    assert_eq!(faults.expect("it can be read"), [""; 0]);
}

/// The newest, as `verb kind`.
async fn newest(desk: &Desk) -> (String, Value) {
    let entry = noted(desk)
        .await
        .into_iter()
        .next()
        .expect("something was noted");
    (
        format!("{} {}", text(&entry["verb"]), text(&entry["kind"])),
        entry,
    )
}

#[tokio::test]
async fn each_change_is_noted_with_who_what_and_what_it_was_before() {
    let desk = admin().await;
    assert!(
        noted(&desk).await.is_empty(),
        "commands on the machine are nobody's at the desk"
    );
    let station = text(&desk.post("stations", json!({ "name": "Harbour" })).await["id"]);
    let (what, entry) = newest(&desk).await;
    assert_eq!(what, "created station");
    assert_eq!(
        (
            &entry["by"]["email"],
            &entry["by"]["role"],
            &entry["objectId"],
            &entry["objectName"]
        ),
        (
            &json!("admin@example.org"),
            &json!("admin"),
            &json!(station),
            &json!("Harbour")
        )
    );
    assert_eq!(entry["changes"], json!({ "name": { "to": "Harbour" } }));

    let path = format!("stations/{station}");
    desk.put(
        &path,
        json!({ "name": "Quay", "timeZone": "UTC", "helpline": "+49 40 1" }),
    )
    .await;
    let (what, entry) = newest(&desk).await;
    assert_eq!(
        (&*what, &entry["objectName"]),
        ("changed station", &json!("Harbour"))
    );
    assert_eq!(
        entry["changes"],
        json!({ "name": { "from": "Harbour", "to": "Quay" }, "helpline": { "from": null, "to": "+49 40 1" } }),
        "what is as it was is no change"
    );
    let before = noted(&desk).await.len();
    desk.put(&path, json!({ "name": "Quay" })).await;
    assert_eq!(noted(&desk).await.len(), before, "nothing became different");

    let new =
        json!({ "identity": "CP-9", "stationId": station, "connectors": 1, "maxPowerW": 11_000 });
    let point = text(&desk.post("charging-points", new).await["id"]);
    let (what, entry) = newest(&desk).await;
    assert_eq!(
        (&*what, &entry["objectId"], &entry["objectName"]),
        ("created charging_point", &json!(point), &json!("Bay 1")),
        "by the name it was given"
    );
    desk.put(
        &format!("charging-points/{point}"),
        json!({ "maxPowerW": 22_000 }),
    )
    .await;
    let (_, entry) = newest(&desk).await;
    assert_eq!(
        entry["changes"],
        json!({ "maxPowerW": { "from": 11_000, "to": 22_000 } })
    );

    let price = text(&desk.post("tariffs", tariff("Day", &[&station])).await["id"]);
    desk.put(&format!("tariffs/{price}"), json!({ "name": "Night" }))
        .await;
    let (what, entry) = newest(&desk).await;
    assert_eq!(
        (&*what, &entry["changes"]["name"]["from"]),
        ("changed tariff", &json!("Day"))
    );
}

#[tokio::test]
async fn cards_users_settings_and_what_is_removed_are_noted_alike() {
    let desk = admin().await;
    let card = desk
        .post(
            "id-tokens",
            json!({ "token": "CARD77", "status": "accepted" }),
        )
        .await;
    desk.put(
        &format!("id-tokens/{}", text(&card["id"])),
        json!({ "status": "blocked" }),
    )
    .await;
    let (what, entry) = newest(&desk).await;
    assert_eq!(
        (&*what, &entry["changes"]),
        (
            "changed id_token",
            &json!({ "status": { "from": "accepted", "to": "blocked" } })
        )
    );

    let user = json!({ "email": "new@example.org", "password": PASSWORD, "role": "viewer" });
    let user = text(&desk.post("users", user).await["id"]);
    desk.put(&format!("users/{user}"), json!({ "role": "operator" }))
        .await;
    let (what, entry) = newest(&desk).await;
    assert_eq!(
        (&*what, &entry["objectName"], &entry["changes"]),
        (
            "changed user",
            &json!("new@example.org"),
            &json!({ "role": { "from": "viewer", "to": "operator" } })
        )
    );
    desk.delete(&format!("users/{user}")).await;
    let (what, entry) = newest(&desk).await;
    assert_eq!(
        (&*what, &entry["objectName"]),
        ("removed user", &json!("new@example.org"))
    );

    desk.put(
        "settings",
        json!({ "site": { "name": "Hafen", "language": "en" }, "wallet": { "hold": eur("9") } }),
    )
    .await;
    let (what, entry) = newest(&desk).await;
    assert_eq!(
        (&*what, &entry["changes"]),
        (
            "changed settings",
            &json!({ "site.name": { "from": "", "to": "Hafen" }, "wallet.hold": { "from": "20.00", "to": "9.00" } })
        )
    );
    let point = desk.house.point.to_string();
    let reset = json!({ "chargePointId": point, "type": "Soft" });
    let token = Some(&*desk.token);
    let told = desk
        .house
        .ask(Method::POST, "/api/charger/reset", token, Some(reset))
        .await;
    assert_eq!(told.code(), "command.charger_offline");
    assert_eq!(
        newest(&desk).await.0,
        "changed settings",
        "what was refused is not noted"
    );
    desk.delete(&format!("charging-points/{point}")).await;
    let (what, entry) = newest(&desk).await;
    assert_eq!(
        (&*what, &entry["objectId"]),
        ("removed charging_point", &json!(point))
    );
}

#[tokio::test]
async fn what_is_refused_is_not_noted_and_a_repeat_is_noted_once() {
    let desk = admin().await;
    desk.conflict(Method::POST, "stations", json!({ "name": "Test" }))
        .await;
    desk.ask(Method::POST, "stations", Some(json!({ "nothing": 1 })), 422)
        .await;
    desk.ask(
        Method::DELETE,
        &format!("stations/{}", uuid::Uuid::nil()),
        Some(json!({})),
        404,
    )
    .await;
    let operator = desk.house.token().await;
    let told = desk
        .house
        .ask(
            Method::PUT,
            "/api/cms/settings",
            Some(&operator),
            Some(json!({})),
        )
        .await;
    assert_eq!(told.status, 403);
    let customer = text(
        &desk
            .post(
                "customers",
                json!({ "email": "d@example.org", "password": PASSWORD }),
            )
            .await["id"],
    );
    let path = format!("customers/{customer}/wallet/adjustments");
    // Less than there is: the op refuses it inside its unit, and the refusal is kept under its key.
    let taken = json!({ "amount": eur("-5"), "reason": "too much" });
    let told = desk
        .house
        .ask(
            Method::POST,
            &format!("/api/cms/{path}"),
            Some(&desk.token),
            Some(taken),
        )
        .await;
    assert!(told.status.is_client_error(), "{}", told.body);
    let seen: Vec<String> = noted(&desk)
        .await
        .iter()
        .map(|entry| text(&entry["kind"]))
        .collect();
    assert_eq!(seen, ["customer"], "only what was done");
    desk.post(&path, json!({ "amount": eur("5"), "reason": "a start" }))
        .await;
    let (what, entry) = newest(&desk).await;
    assert_eq!(what, "created adjustment");
    assert_eq!(entry["changes"]["amount"]["to"], eur("5"));
    assert_eq!(noted(&desk).await.len(), 2);
}

#[tokio::test]
async fn no_secret_and_nothing_of_a_driver_is_kept() {
    let desk = admin().await;
    let secret = "CANARY correct horse battery";
    let driver = json!({ "email": "canary-driver@example.org", "name": "CANARY Name", "phone": "+49 40 77", "password": secret });
    let driver = text(&desk.post("customers", driver).await["id"]);
    desk.put(
        &format!("customers/{driver}"),
        json!({ "name": "CANARY Other", "password": format!("{secret} 2") }),
    )
    .await;
    let (_, entry) = newest(&desk).await;
    assert_eq!(
        (
            &entry["objectId"],
            &entry["objectName"],
            &entry["changes"]["name"]
        ),
        (
            &json!(driver),
            &Value::Null,
            &json!({ "from": "***", "to": "***" })
        ),
        "which field, and no more"
    );
    let user = json!({ "email": "new@example.org", "password": secret, "role": "viewer" });
    let user = text(&desk.post("users", user).await["id"]);
    desk.put(
        &format!("users/{user}"),
        json!({ "password": format!("{secret} 3") }),
    )
    .await;
    desk.post(
        "id-tokens",
        json!({ "token": "CANARYCARD", "status": "accepted", "parentToken": "CANARYGROUP" }),
    )
    .await;
    let own = json!({ "currentPassword": PASSWORD, "newPassword": format!("{secret} 4") });
    desk.ask(Method::PUT, "auth/change-password", Some(own), 204)
        .await;
    let (what, entry) = newest(&desk).await;
    assert_eq!(
        (&*what, &entry["changes"]["newPassword"]["to"]),
        ("changed password", &json!("***"))
    );
    let station = desk.station().await;
    let new =
        json!({ "identity": "CP-9", "stationId": station, "connectors": 1, "maxPowerW": 11_000 });
    let made = desk.post("charging-points", new).await;
    let key = text(&made["password"]);
    let all = Value::Array(noted(&desk).await).to_string();
    assert!(!all.contains("CANARY") && !all.contains("canary"), "{all}");
    assert!(!all.contains(&key), "a charger's key: {all}");
}

#[tokio::test]
async fn it_is_found_by_who_what_and_when_and_read_by_admins_alone() {
    let desk = admin().await;
    for name in ["One", "Two", "Three"] {
        desk.post("stations", json!({ "name": name })).await;
    }
    let operator = Desk {
        token: desk.house.token().await,
        house: desk.house,
    };
    operator
        .post("id-tokens", json!({ "token": "X1", "status": "accepted" }))
        .await;
    operator.ask(Method::GET, "audit", None, 403).await;
    let desk = Desk {
        token: {
            let login = json!({ "email": "admin@example.org", "password": PASSWORD });
            let told = operator
                .house
                .ask(Method::POST, "/api/cms/auth/login", None, Some(login))
                .await;
            text(&told.body["token"])
        },
        house: operator.house,
    };
    let all = noted(&desk).await;
    assert_eq!(all.len(), 4);
    let who = text(&all[0]["by"]["id"]);
    let at = text(&all[1]["at"]);
    let three = text(&all[1]["objectId"]);
    for (query, expect) in [
        ("kind=station".to_owned(), 3),
        ("kind=id_token".to_owned(), 1),
        ("verb=removed".to_owned(), 0),
        ("verb=signed_in".to_owned(), 3),
        (format!("operatorId={who}&verb=created"), 1),
        (format!("objectId={three}"), 1),
        ("search=two".to_owned(), 1),
        ("search=admin%40&verb=created".to_owned(), 3),
        (format!("from={at}&kind=station"), 1),
        (format!("to={at}&verb=created"), 2),
        ("limit=2&page=2&verb=created".to_owned(), 4),
        ("sort=at&limit=1&verb=created".to_owned(), 4),
    ] {
        let page = desk.get(&format!("audit?{query}")).await;
        assert_eq!(page["total"], expect, "{query}: {page}");
    }
    let oldest = desk.get("audit?sort=at&limit=1&verb=created").await;
    assert_eq!(oldest["items"][0]["objectName"], "One");
    for bad in ["kind=x", "verb=x", "operatorId=x", "from=x", "sort=changes"] {
        let told = desk
            .ask(Method::GET, &format!("audit?{bad}"), None, 400)
            .await;
        assert_eq!(told["code"], "request.invalid_parameter", "{bad}");
    }
}
