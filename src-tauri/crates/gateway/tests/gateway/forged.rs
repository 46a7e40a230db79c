//! What another page can make a browser send without asking (WEB-09): forms and simple fetches, to each route that changes
//! something, even with somebody's token on them. And that who only reads changes nothing.
//!
//! Planted once and seen red: any media type taken (`guard.rs`).

use axum::body::Body;
use axum::http::{Request, header};
use domain::operator::Role;
use gateway::api::{Door, contract};
use gateway::settings::Listen;
use serde_json::{Value, json};
use tower::ServiceExt as _;

use crate::house::House;

/// What a form or a simple fetch can say it sends, and tricks with it.
const KINDS: &[Option<&str>] = &[
    None,
    Some(""),
    Some("application/x-www-form-urlencoded"),
    Some("multipart/form-data; boundary=x"),
    Some("text/plain"),
    Some("text/plain; application/json"),
    Some("text/plain; charset=application/json"),
    Some("application/jsonp"),
    Some("application/json-patch+json"),
    Some("text/json"),
    Some("application/ json"),
];

/// All that a desk can see of what is there: how many of each, and the place in the stream of what changed.
async fn seen(house: &House, token: &str) -> Value {
    let mut seen = json!({ "seq": house.drained().await });
    for list in [
        "stations",
        "charging-points",
        "tariffs",
        "customers",
        "users",
        "id-tokens",
        "alerts",
        "sessions/active",
        "sessions/completed",
    ] {
        let answer = house.get(&format!("/api/cms/{list}"), Some(token)).await;
        assert_eq!(answer.status.as_u16(), 200, "{list}");
        seen[list] = answer.body["items"].clone();
    }
    seen
}

#[tokio::test]
async fn no_form_and_no_simple_fetch_of_another_page_changes_anything() {
    let house = House::with(|settings| {
        settings.listen = Listen::On(([127, 0, 0, 1], 0).into());
    })
    .await;
    let host = house.gateway.http.expect("the door is open").to_string();
    let token = house.token_of(Role::Admin).await;
    let id = house.point.to_string();
    let document = serde_json::to_value(contract::openapi()).expect("OpenAPI is JSON");
    let paths = document["paths"].as_object().expect("OpenAPI has paths");
    let before = seen(&house, &token).await;
    let (mut routes, mut sent) = (0, 0);
    for (path, methods) in paths {
        let path = path.replace("{id}", &id);
        for method in methods.as_object().expect("a path has methods").keys() {
            if method == "get" {
                let told = house.get(&path, Some(&token)).await;
                assert!(told.status.as_u16() < 500, "{path}: {}", told.body);
                continue;
            }
            routes += 1;
            // A foreign page, and none that says where it is: some browsers and all tricks.
            for origin in [None, Some("http://evil.example"), Some("null")] {
                for kind in KINDS.iter().chain([&Some("application/json")]) {
                    let json = *kind == Some("application/json");
                    if json && origin.is_none() {
                        continue;
                    }
                    let mut request = Request::builder()
                        .method(&*method.to_uppercase())
                        .uri(&path)
                        .header(header::HOST, &host)
                        .header("idempotency-key", "forged")
                        .header(header::AUTHORIZATION, format!("Bearer {token}"));
                    if let Some(kind) = kind {
                        request = request.header(header::CONTENT_TYPE, *kind);
                    }
                    if let Some(origin) = origin {
                        request = request.header(header::ORIGIN, origin);
                    }
                    let body = json!({ "email": "evil@example.org", "password": "evil evil evil",
                        "name": "Evil", "chargePointId": id, "type": "Hard" });
                    let request = request.body(Body::from(body.to_string()));
                    let router = house.gateway.router.clone();
                    let Ok(answer) = router.oneshot(request.expect("well formed")).await;
                    let expect = if origin.is_some() { 403 } else { 415 };
                    let status = answer.status().as_u16();
                    assert_eq!(status, expect, "{method} {path} {kind:?} {origin:?}");
                    sent += 1;
                }
            }
        }
    }
    println!("{sent} forged requests to {routes} routes");
    assert!(routes > 50, "all that change something: {routes}");
    assert_eq!(seen(&house, &token).await, before, "and nothing changed");
    // The search itself: what is not forged is seen.
    let mut real = Request::post("/api/cms/stations")
        .header(header::AUTHORIZATION, format!("Bearer {token}"))
        .header(header::CONTENT_TYPE, "application/json")
        .body(Body::from(r#"{"name":"Real"}"#))
        .expect("well formed");
    real.extensions_mut().insert(Door::Window);
    let Ok(answer) = house.gateway.router.clone().oneshot(real).await;
    assert_eq!(answer.status().as_u16(), 201);
    assert_ne!(seen(&house, &token).await, before);
}
