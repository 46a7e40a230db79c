//! Admins of the whole site keep the organisations: added, changed, given stations and users, and removed when they have none.
//!
//! Planted once and seen red: an organisation that goes with its stations (`change_organization.rs`).

use axum::http::Method;
use domain::operator::Role;
use serde_json::{Value, json};
use testkit::SocketIoProbe;

use super::{Town, asked, sign_in};
use crate::house::{House, PASSWORD};

const PATH: &str = "/api/cms/organizations";

#[tokio::test]
async fn an_organisation_is_added_changed_and_removed_when_it_has_nothing_left() {
    let house = House::new().await;
    let boss = house.token_of(Role::Admin).await;
    let ask = async |method: Method, path: &str, body: Value, expect: u16| {
        asked(&house, method, path, &boss, body, expect).await
    };
    let made = ask(
        Method::POST,
        PATH,
        json!({ "name": "Harbour", "email": "h@example.org" }),
        201,
    );
    let made = made.await.body;
    let id = made["id"].as_str().expect("an id").to_owned();
    let own = format!("{PATH}/{id}");
    assert_eq!(
        (&made["version"], &made["phone"]),
        (&json!(1), &Value::Null)
    );
    let twin = ask(Method::POST, PATH, json!({ "name": "Harbour" }), 409).await;
    assert_eq!(twin.code(), "resource.conflict");
    for body in [
        json!({}),
        json!({ "name": "" }),
        json!({ "name": "A", "email": "x" }),
        json!({ "name": "A", "more": 1 }),
    ] {
        let told = ask(Method::POST, PATH, body, 422).await;
        assert_eq!(told.code(), "request.validation");
    }
    let changed = json!({ "name": "Port", "email": null, "phone": "+49 40" });
    let changed = ask(Method::PUT, &own, changed, 200).await.body;
    assert_eq!(
        (
            &changed["name"],
            &changed["email"],
            &changed["phone"],
            &changed["version"]
        ),
        (&json!("Port"), &Value::Null, &json!("+49 40"), &json!(2))
    );
    let shown = ask(Method::GET, &own, json!({}), 200).await.body;
    assert_eq!(shown, changed);
    let list = ask(Method::GET, &format!("{PATH}?search=por"), json!({}), 200)
        .await
        .body;
    assert_eq!((&list["total"], &list["items"][0]), (&json!(1), &changed));
    let choices = ask(Method::GET, &format!("{PATH}/dropdown"), json!({}), 200)
        .await
        .body;
    assert_eq!(choices["items"], json!([{ "id": id, "name": "Port" }]));

    let station = json!({ "name": "Quay", "organizationId": id });
    let station = ask(Method::POST, "/api/cms/stations", station, 201)
        .await
        .body;
    assert_eq!(station["organizationId"], *id);
    let station = format!(
        "/api/cms/stations/{}",
        station["id"].as_str().expect("an id")
    );
    let user = json!({ "email": "q@example.org", "role": "viewer", "password": PASSWORD, "organizationId": id });
    let user = ask(Method::POST, "/api/cms/users", user, 201).await.body;
    assert_eq!(user["organizationId"], *id);
    let user = format!("/api/cms/users/{}", user["id"].as_str().expect("an id"));
    for (path, body, expect) in [
        (&station, json!({ "organizationId": null }), 200),
        (&user, json!({ "organizationId": null }), 200),
    ] {
        let told = ask(Method::DELETE, &own, json!({}), 409).await;
        assert_eq!(told.code(), "resource.conflict", "it has {path}");
        ask(Method::PUT, path, body, expect).await;
    }
    ask(Method::DELETE, &own, json!({}), 204).await;
    ask(Method::GET, &own, json!({}), 404).await;
    ask(Method::DELETE, &own, json!({}), 404).await;
    for path in [&station, &user] {
        let told = ask(Method::PUT, path, json!({ "organizationId": id }), 422).await;
        assert_eq!(
            told.body["errors"][0]["pointer"], "/organizationId",
            "what is gone gets nothing"
        );
    }
    ask(Method::POST, PATH, json!({ "name": "Port" }), 201).await;
    let audit = ask(
        Method::GET,
        "/api/cms/audit?kind=organization",
        json!({}),
        200,
    )
    .await
    .body;
    assert_eq!(audit["total"], 4, "each change is noted: {audit}");
}

#[tokio::test]
async fn whose_a_user_is_ends_its_sign_ins_when_it_changes_and_one_runs_the_whole_site() {
    let town = Town::new().await;
    let http = town.house.gateway.http.expect("the door is open");
    let user = format!("/api/cms/users/{}", town.alpha.user);
    let mut probe = SocketIoProbe::connect(&format!("http://{http}"), Some(&town.alpha.admin))
        .await
        .expect("it is signed in");
    let given = json!({ "organizationId": town.beta.organization });
    town.ask(Method::PUT, &user, &town.boss, given, 200).await;
    town.ask(
        Method::GET,
        "/api/cms/stations",
        &town.alpha.admin,
        json!({}),
        401,
    )
    .await;
    while probe.next().await.is_some() {}
    let again = sign_in(&town.house, "alpha-boss@example.org").await;
    let told = town
        .ask(Method::GET, "/api/cms/stations", &again, json!({}), 200)
        .await;
    assert!(!town.beta.hits(&told.text).is_empty() && town.alpha.hits(&told.text).is_empty());

    let me = town
        .ask(Method::GET, "/api/cms/auth/me", &town.boss, json!({}), 200)
        .await
        .body;
    let own = format!(
        "/api/cms/users/{}",
        me["user"]["id"].as_str().expect("an id")
    );
    let held = json!({ "organizationId": town.alpha.organization });
    let told = town.ask(Method::PUT, &own, &town.boss, held, 409).await;
    assert_eq!(
        told.code(),
        "resource.conflict",
        "admins of one organisation do not count"
    );
    town.ask(Method::DELETE, &own, &town.boss, json!({}), 409)
        .await;
}
