//! The routes: who may call what, and what each bad request is told.

pub mod routes;

use axum::body::Body;
use axum::http::{Method, Request, StatusCode, header};
use domain::operator::Role;
use gateway::api::contract;
use serde_json::{Value, json};

use crate::house::{EMAIL, House, PASSWORD, answer};
use routes::{CALLERS, ROUTES};

/// WEB-06.
#[tokio::test]
async fn every_route_is_in_the_matrix_and_open_to_those_it_names_and_nobody_else() {
    let house = House::new().await;
    let tokens = [
        None,
        Some("0000000000000000000000000000000000000000".to_owned()),
        Some(house.customer_token().await),
        Some(house.token_of(Role::Viewer).await),
        Some(house.token().await),
        Some(house.token_of(Role::Admin).await),
    ];
    let document = serde_json::to_value(contract::openapi()).expect("OpenAPI is JSON");
    let paths = document["paths"].as_object().expect("OpenAPI has paths");
    let mut wrong = Vec::new();
    // Signing out and leaving end the tokens: those come last.
    let mut documented: Vec<_> = paths
        .iter()
        .flat_map(|(path, methods)| {
            let methods = methods.as_object().expect("a path has methods");
            methods.keys().map(move |method| (method, path))
        })
        .collect();
    documented.sort_by_key(|(method, path)| {
        path.ends_with("/logout") || (*method == "delete" && path.ends_with("/me"))
    });
    for (method, path) in &documented {
        let row = ROUTES.iter().find(|(m, p, ..)| m == method && p == path);
        let Some((_, _, open, _)) = row else {
            wrong.push(format!("{method} {path} has no row in the matrix"));
            continue;
        };
        let verb =
            Method::from_bytes(method.to_uppercase().as_bytes()).expect("OpenAPI names methods");
        let place = path.replace("{id}", "019a0000-0000-7000-8000-000000000000");
        // What ends the sign-in that asks is tried by those it refuses; that it ends it, other tests show.
        let ends = path.ends_with("/logout") || (*method == "delete" && path.ends_with("/auth/me"));
        for ((caller, token), expect) in CALLERS.iter().zip(&tokens).zip(open.answers()) {
            if ends && expect == 0 {
                continue;
            }
            let told = house
                .ask(verb.clone(), &place, token.as_deref(), Some(json!({})))
                .await;
            let (status, code) = (told.status.as_u16(), told.code());
            let as_said = match expect {
                401 => (status, code) == (401, "auth.required"),
                403 => (status, code) == (403, "auth.forbidden"),
                _ => !code.starts_with("auth.") && status != 403,
            };
            if !as_said {
                wrong.push(format!("{method} {path} tells {caller}: {status} {code}"));
            }
        }
    }
    assert_eq!(wrong, Vec::<String>::new(), "each route by its row");
    assert_eq!(
        documented.len(),
        ROUTES.len(),
        "the matrix has rows for routes that are gone"
    );
}

#[tokio::test]
async fn a_sign_in_opens_the_desk_until_it_is_ended() {
    let house = House::new().await;
    let wrong = house.sign_in("not the password").await;
    assert_eq!(
        (wrong.status.as_u16(), wrong.code()),
        (401, "auth.invalid_credentials")
    );
    let token = house.token().await;
    let me = house.get("/api/cms/auth/me", Some(&token)).await;
    assert_eq!(me.body["user"]["email"], EMAIL);
    let points = house.get("/api/cms/charging-points", Some(&token)).await;
    assert_eq!(points.body["items"][0]["identity"], "CP-1");
    let out = house
        .ask(
            Method::POST,
            "/api/cms/auth/logout",
            Some(&token),
            Some(json!({})),
        )
        .await;
    assert_eq!(out.status, StatusCode::NO_CONTENT);
    let after = house.get("/api/cms/auth/me", Some(&token)).await;
    assert_eq!(
        (after.status.as_u16(), after.code()),
        (401, "auth.required"),
        "an ended token is no token"
    );
}

#[tokio::test]
async fn too_many_wrong_passwords_have_to_wait_even_when_the_next_is_right() {
    let house = House::new().await;
    for _ in 0..6 {
        assert_eq!(
            house.sign_in("wrong").await.status,
            StatusCode::UNAUTHORIZED
        );
    }
    let held = house.sign_in(PASSWORD).await;
    assert_eq!(
        (held.status.as_u16(), held.code()),
        (429, "auth.too_many_attempts")
    );
    assert!(
        held.headers.contains_key(header::RETRY_AFTER),
        "and is told for how long"
    );
}

#[tokio::test]
async fn each_bad_request_has_its_own_code() {
    let house = House::new().await;
    let token = house.token().await;
    let token = Some(token.as_str());
    let check = async |path: &str, status: u16, code: &str| {
        let answer = house.get(path, token).await;
        assert_eq!(
            (answer.status.as_u16(), answer.code()),
            (status, code),
            "{path}"
        );
        assert_eq!(
            answer.headers[header::CONTENT_TYPE],
            "application/problem+json",
            "{path}"
        );
        assert_ne!(
            answer.body["traceId"], "00000000-0000-0000-0000-000000000000",
            "{path} can be found in the log"
        );
    };
    check(
        "/api/cms/charging-points?limit=101",
        422,
        "request.validation",
    )
    .await;
    check(
        "/api/cms/charging-points?limit=0",
        422,
        "request.validation",
    )
    .await;
    check("/api/cms/charging-points?page=0", 422, "request.validation").await;
    check(
        "/api/cms/charging-points?page=x",
        400,
        "request.invalid_parameter",
    )
    .await;
    check(
        "/api/user/stations/nowhere/points",
        404,
        "resource.not_found",
    )
    .await;
    check("/api/user/stations/%00", 404, "resource.not_found").await;
    check("/api/user/charging-points/%00", 404, "resource.not_found").await;
    check("/api/cms/nothing", 404, "resource.not_found").await;
    check("/no-such-page.html", 404, "resource.not_found").await;
    check("/../Cargo.toml", 404, "resource.not_found").await;
    check(
        "/api/live?after=0&stream=x&rooms=public",
        400,
        "request.invalid_parameter",
    )
    .await;

    let post = async |kind: &str, body: String| {
        let request = Request::post("/api/cms/auth/login")
            .header(header::CONTENT_TYPE, kind)
            .body(Body::from(body));
        let answer = answer(&house.gateway.router, request.expect("well formed")).await;
        (answer.status.as_u16(), answer.code().to_owned())
    };
    let is = |status: u16, code: &str| (status, code.to_owned());
    assert_eq!(
        post("application/json", "{".to_owned()).await,
        is(400, "request.invalid_json")
    );
    assert_eq!(
        post("application/json", "[]".to_owned()).await,
        is(400, "request.invalid_json")
    );
    assert_eq!(
        post("text/plain", "{}".to_owned()).await,
        is(415, "request.media_type")
    );
    let large = json!({ "email": "x".repeat(300_000), "password": "" }).to_string();
    assert_eq!(
        post("application/json", large).await,
        is(413, "request.too_large")
    );
    let method = house
        .ask(Method::DELETE, "/api/user/stations", token, Some(json!({})))
        .await;
    assert_eq!(
        (method.status.as_u16(), method.code()),
        (405, "request.method")
    );
}

#[tokio::test]
async fn each_bad_query_and_each_id_of_nothing_has_its_own_code() {
    let house = House::new().await;
    let token = house.token().await;
    let check = async |path: &str, status: u16, code: &str| {
        let answer = house.get(path, Some(&token)).await;
        assert_eq!(
            (answer.status.as_u16(), answer.code()),
            (status, code),
            "{path}"
        );
    };
    for list in [
        "charging-points",
        "stations",
        "tariffs",
        "customers",
        "id-tokens",
        "alerts",
        "sessions/active",
    ] {
        let bad = "request.invalid_parameter";
        check(&format!("/api/cms/{list}?sort=passwordHash"), 400, bad).await;
        check(&format!("/api/cms/{list}?search=a%00b"), 400, bad).await;
    }
    let long = format!("/api/cms/stations?search={}", "x".repeat(101));
    check(&long, 422, "request.validation").await;
    for (path, status, code) in [
        ("/api/cms/transactions", 400, "request.invalid_parameter"),
        (
            "/api/cms/transactions?chargePointId=nowhere",
            404,
            "resource.not_found",
        ),
        (
            "/api/cms/ocpp-messages?direction=up",
            400,
            "request.invalid_parameter",
        ),
        (
            "/api/cms/ocpp-messages?chargePointId=%00",
            404,
            "resource.not_found",
        ),
        (
            "/api/cms/id-tokens?customerId=x",
            400,
            "request.invalid_parameter",
        ),
        ("/api/cms/alerts?status=x", 400, "request.invalid_parameter"),
        ("/api/cms/stations/%00", 404, "resource.not_found"),
        (
            "/api/cms/sessions/019a0000-0000-7000-8000-000000000000",
            404,
            "resource.not_found",
        ),
    ] {
        check(path, status, code).await;
    }
}

#[tokio::test]
async fn a_snapshot_says_where_in_the_stream_it_stands_and_the_public_one_names_no_identity() {
    let house = House::new().await;
    let stations = house.get("/api/user/stations", None).await;
    for name in ["live-stream", "live-seq"] {
        assert!(stations.headers.contains_key(name), "{name} is missing");
    }
    let id = stations.body["items"][0]["id"]
        .as_str()
        .expect("a station has an id")
        .to_owned();
    let points = house
        .get(&format!("/api/user/stations/{id}/points"), None)
        .await;
    let point = &points.body["items"][0];
    assert_eq!(point["connectors"].as_array().map(Vec::len), Some(2));
    assert_eq!(point["name"], "Bay 1");
    let told = points.body.to_string();
    assert!(
        !told.contains("CP-1"),
        "SEC-13: whoever knows the identity can claim to be it: {told}"
    );
    for hidden in [
        "identity",
        "remoteAddress",
        "securityProfile",
        "serialNumber",
    ] {
        assert_eq!(point.get(hidden), None, "{hidden} is not for passers-by");
    }
    assert_eq!(
        point["connectors"][0]["errorCode"],
        Value::Null,
        "nor what is wrong inside"
    );
}

#[tokio::test]
async fn pages_carry_the_policy_and_come_unchanged_only_once() {
    let house = House::new().await;
    let page = house.get("/cms.html", None).await;
    assert_eq!(page.status, StatusCode::OK);
    let policy = page.headers[header::CONTENT_SECURITY_POLICY]
        .to_str()
        .expect("a policy is text");
    for part in [
        "default-src 'self'",
        "script-src 'self'",
        "object-src 'none'",
        "frame-ancestors 'none'",
    ] {
        assert!(policy.contains(part), "{part} is missing in {policy}");
    }
    for loose in ["unsafe-inline", "unsafe-eval", "*"] {
        assert!(!policy.contains(loose), "{loose} in {policy}");
    }
    let tag = page.headers[header::ETAG]
        .to_str()
        .expect("a tag is text")
        .to_owned();
    let again = Request::get("/cms.html")
        .header(header::IF_NONE_MATCH, tag)
        .body(Body::empty());
    let again = answer(&house.gateway.router, again.expect("well formed")).await;
    assert_eq!(again.status, StatusCode::NOT_MODIFIED);
    assert_eq!(again.body, Value::Null);
}

/// A phone on a slow network loads a third of it.
#[tokio::test]
async fn pages_are_sent_compressed_to_whoever_can_read_that() {
    let house = House::new().await;
    for path in ["/socket.io/socket.io.js", "/styles/components.css"] {
        let plain = house.get(path, None).await;
        assert_eq!(plain.headers.get(header::CONTENT_ENCODING), None, "{path}");
        let request = Request::get(path)
            .header(header::ACCEPT_ENCODING, "gzip, br")
            .body(Body::empty());
        let packed = answer(&house.gateway.router, request.expect("well formed")).await;
        assert_eq!(packed.status, StatusCode::OK, "{path}");
        assert_eq!(packed.headers[header::CONTENT_ENCODING], "gzip", "{path}");
        assert_eq!(packed.headers[header::VARY], "accept-encoding", "{path}");
    }
}
