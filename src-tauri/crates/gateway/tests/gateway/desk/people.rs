//! Customers, their cards and the users of the CMS: added, changed and removed, and who is signed out by that.

use axum::http::Method;
use domain::operator::Role;
use serde_json::{Value, json};

use super::{Desk, text};
use crate::house::PASSWORD;

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
