//! THE matrix of routes (WEB-06) once more, as a user of one organisation: every route by its `Reach`, with every id of
//! another organisation in every place, and nothing of that one in any answer. The whole site's admin is asked the same, so
//! that a text that could not hold it does not pass for one that did not.
//!
//! Planted once and seen red: a list of stations without its scope (`cms/stations.rs`); an export without one
//! (`cms/exports.rs`); admins of one organisation who manage users (`auth.rs`);
//! a command to another's charger (`charger.rs`).

use axum::http::Method;
use domain::operator::Role;
use serde_json::{Value, json};

use super::{Side, Town, asked};
use crate::api::routes::{Open, ROUTES, Reach};

/// What a route is asked with beside its path.
fn queries(method: &str, side: &Side) -> Vec<String> {
    if method != "get" {
        return vec![String::new()];
    }
    vec![
        String::new(),
        "?limit=100".to_owned(),
        format!("?search={}", side.mark),
        format!("?chargePointId={}", side.point),
        format!("?chargePointId={}-CP", side.mark),
        format!("?customerId={}", side.customer),
    ]
}

/// What a route is told: what it takes, of another's.
fn body(path: &str, side: &Side) -> Value {
    let point = &side.point;
    match path {
        "/api/cms/charging-points" => json!({ "identity": "NEW-1", "stationId": side.station }),
        "/api/charger/commands" => {
            json!({ "chargePointId": point, "action": "Reset", "payload": { "type": "Soft" } })
        }
        "/api/charger/remote-start" => {
            json!({ "chargePointId": point, "idTag": format!("{}-0-1", side.mark) })
        }
        "/api/charger/remote-stop" => {
            json!({ "chargePointId": point, "transactionId": side.transaction })
        }
        path if path.starts_with("/api/charger/") => json!({ "chargePointId": point }),
        _ => json!({}),
    }
}

/// The paths a route has with another's ids.
fn paths(path: &str, side: &Side) -> Vec<String> {
    if !path.contains("{id}") {
        return vec![path.to_owned()];
    }
    let path = path.replace("{adjustmentId}", "019a0000-0000-7000-8000-000000000000");
    side.ids().map(|id| path.replace("{id}", id)).to_vec()
}

#[tokio::test]
async fn no_route_gives_a_user_of_one_organisation_anything_of_another() {
    let town = Town::new().await;
    let (alpha, beta) = (&town.alpha, &town.beta);
    let callers = [
        (Role::Viewer, town.user(alpha, Role::Viewer).await),
        (Role::Operator, town.user(alpha, Role::Operator).await),
        (Role::Admin, alpha.admin.clone()),
    ];
    let (mut asked, mut wrong, mut blind) = (0, Vec::new(), Vec::new());
    for (method, route, open, reach) in ROUTES {
        if *reach == Reach::Nobodys || route.ends_with("/logout") {
            continue;
        }
        let verb = Method::from_bytes(method.to_uppercase().as_bytes()).expect("a method");
        let mut seen = false;
        for path in paths(route, beta) {
            for query in queries(method, beta) {
                let (place, said) = (format!("{path}{query}"), body(route, beta));
                for (role, token) in &callers {
                    let told = (town.house)
                        .ask(verb.clone(), &place, Some(token), Some(said.clone()))
                        .await;
                    asked += 1;
                    let (status, code) = (told.status.as_u16(), told.code());
                    let may = match open {
                        Open::Admins => *role == Role::Admin,
                        Open::Operators => *role != Role::Viewer,
                        _ => true,
                    };
                    let as_said = match reach {
                        Reach::Scoped if may && route.contains("{id}") => {
                            // A search or a filter that a route has not is no reason to look.
                            status == 404 && code == "resource.not_found"
                                || (status == 422 || status == 400) && !query.is_empty()
                        }
                        // Another's charger is not there, whatever it is told.
                        Reach::Scoped if may && route.starts_with("/api/charger/") => {
                            (status, code) == (404, "resource.not_found")
                        }
                        Reach::Scoped if may => !code.starts_with("auth."),
                        _ => (status, code) == (403, "auth.forbidden"),
                    };
                    let hits = beta.hits(&told.text);
                    if !as_said || !hits.is_empty() {
                        wrong.push(format!(
                            "{method} {place} tells {role:?}: {status} {code} {hits:?}"
                        ));
                    }
                }
                if verb == Method::GET && *reach == Reach::Scoped {
                    let told = town.house.get(&place, Some(&town.boss)).await;
                    seen |= !beta.hits(&told.text).is_empty();
                }
            }
        }
        // None of these charges was on account: they have no receipt.
        let empty = route.contains("/receipt") || route.ends_with("/me");
        if verb == Method::GET && *reach == Reach::Scoped && !seen && !empty {
            blind.push(route);
        }
    }
    assert_eq!(wrong, Vec::<String>::new(), "of {asked} answers");
    assert_eq!(
        blind,
        Vec::<&&str>::new(),
        "the whole site sees it there, or the test sees nothing"
    );
    println!("{asked} answers to users of one organisation, 0 hits of the other");
    let path = format!("/api/cms/stations/{}", beta.station);
    let still = town.house.get(&path, Some(&town.boss)).await;
    assert_eq!(
        still.body["organizationId"], *beta.organization,
        "and none changed it"
    );
}

#[tokio::test]
async fn its_own_is_all_there() {
    let town = Town::new().await;
    let alpha = &town.alpha;
    let get = async |path: String| {
        asked(
            &town.house,
            Method::GET,
            &path,
            &alpha.admin,
            json!({}),
            200,
        )
        .await
    };
    for (path, expect) in [
        ("stations".to_owned(), &alpha.station),
        ("stations/dropdown".to_owned(), &alpha.station),
        (format!("stations/{}", alpha.station), &alpha.organization),
        (format!("stations/{}/points", alpha.station), &alpha.point),
        (
            format!("stations/{}/sessions", alpha.station),
            &alpha.running,
        ),
        ("charging-points".to_owned(), &alpha.point),
        ("charging-points/dropdown".to_owned(), &alpha.point),
        (format!("charging-points/{}", alpha.point), &alpha.point),
        ("tariffs".to_owned(), &alpha.tariff),
        ("tariffs/dropdown".to_owned(), &alpha.tariff),
        (format!("tariffs/{}", alpha.tariff), &alpha.station),
        ("sessions/active".to_owned(), &alpha.running),
        ("sessions/completed".to_owned(), &alpha.over),
        (format!("sessions/{}", alpha.over), &alpha.over),
        ("sessions.csv".to_owned(), &alpha.over),
        (
            format!("transactions?chargePointId={}", alpha.point),
            &alpha.mark.to_owned(),
        ),
        (
            format!("ocpp-messages?chargePointId={}", alpha.point),
            &alpha.point,
        ),
        ("alerts".to_owned(), &alpha.alert),
        ("dashboard".to_owned(), &alpha.over),
        ("auth/me".to_owned(), &alpha.organization),
    ] {
        let told = get(format!("/api/cms/{path}")).await;
        assert!(told.text.contains(expect), "{path}: {}", told.text);
    }
    get(format!("/api/charger/commands/{}", alpha.command)).await;
    let receipts = get(format!("/api/cms/sessions/{}/receipts", alpha.over)).await;
    assert!(receipts.body.as_array().is_some_and(Vec::is_empty));
    let board = get("/api/cms/dashboard".to_owned()).await.body;
    let whole = town
        .house
        .get("/api/cms/dashboard", Some(&town.boss))
        .await
        .body;
    for (pointer, own, all) in [
        ("/stations/total", 1, 3),
        ("/chargingPoints/total", 1, 3),
        ("/connectors/total", 2, 6),
        ("/sessions/active", 1, 2),
        ("/today/energyWh", 900, 1_800),
        ("/today/sessions", 1, 2),
        ("/alertsOpen", 1, 2),
        ("/powerW", 11_000, 22_000),
    ] {
        assert_eq!(
            board.pointer(pointer),
            Some(&json!(own)),
            "{pointer} of one"
        );
        assert_eq!(
            whole.pointer(pointer),
            Some(&json!(all)),
            "{pointer} of all"
        );
    }
}

#[tokio::test]
async fn what_it_says_reaches_no_further_than_what_it_sees() {
    let town = Town::new().await;
    let (alpha, beta) = (&town.alpha, &town.beta);
    let station = format!("/api/cms/stations/{}", alpha.station);
    let point = format!("/api/cms/charging-points/{}", alpha.point);
    let own = format!("/api/cms/users/{}", alpha.user);
    let user = json!({ "email": "n@example.org", "password": "green birds walk", "role": "admin" });
    let new_point = |extra: Value| {
        let mut body = json!({ "identity": "NEW-1", "stationId": alpha.station });
        let fields = body.as_object_mut().expect("an object");
        fields.extend(extra.as_object().expect("an object").clone());
        body
    };
    for (method, path, body, status, code) in [
        (
            Method::PUT,
            &station,
            json!({ "organizationId": beta.organization }),
            403,
            "auth.forbidden",
        ),
        (
            Method::PUT,
            &station,
            json!({ "organizationId": null }),
            403,
            "auth.forbidden",
        ),
        (
            Method::PUT,
            &station,
            json!({ "tariffId": beta.tariff }),
            422,
            "request.validation",
        ),
        (
            Method::PUT,
            &point,
            json!({ "stationId": beta.station }),
            422,
            "request.validation",
        ),
        (
            Method::PUT,
            &point,
            json!({ "tariffId": beta.tariff }),
            422,
            "request.validation",
        ),
        (
            Method::PUT,
            &own,
            json!({ "organizationId": null }),
            403,
            "auth.forbidden",
        ),
        (
            Method::PUT,
            &own,
            json!({ "organizationId": beta.organization }),
            403,
            "auth.forbidden",
        ),
        (
            Method::POST,
            &"/api/cms/users".to_owned(),
            user,
            403,
            "auth.forbidden",
        ),
        (
            Method::POST,
            &"/api/cms/stations".to_owned(),
            json!({ "name": "New" }),
            403,
            "auth.forbidden",
        ),
        (
            Method::POST,
            &"/api/cms/charging-points".to_owned(),
            new_point(json!({ "tariffId": beta.tariff })),
            422,
            "request.validation",
        ),
    ] {
        let told = town.ask(method, path, &alpha.admin, body, status).await;
        assert_eq!(told.code(), code, "{path}: {}", told.text);
    }
}

#[tokio::test]
async fn its_own_it_may_change_and_stays_what_it_is() {
    let town = Town::new().await;
    let alpha = &town.alpha;
    let station = format!("/api/cms/stations/{}", alpha.station);
    let point = format!("/api/cms/charging-points/{}", alpha.point);
    town.ask(
        Method::PUT,
        &station,
        &alpha.admin,
        json!({ "name": "ALPHA NEW" }),
        200,
    )
    .await;
    town.ask(
        Method::PUT,
        &point,
        &alpha.admin,
        json!({ "tariffId": alpha.tariff }),
        200,
    )
    .await;
    let path = "/api/cms/charging-points";
    town.ask(
        Method::POST,
        path,
        &alpha.admin,
        json!({ "identity": "NEW-1", "stationId": alpha.station }),
        201,
    )
    .await;
    let me = town.house.get("/api/cms/auth/me", Some(&alpha.admin)).await;
    assert_eq!(
        me.body["user"]["organizationId"], *alpha.organization,
        "as before"
    );
}

#[tokio::test]
async fn a_tariff_of_both_tells_each_of_its_own_places_only() {
    let town = Town::new().await;
    let (alpha, beta) = (&town.alpha, &town.beta);
    let shared = format!("/api/cms/tariffs/{}", alpha.tariff);
    let both = json!({ "stationIds": [alpha.station, beta.station] });
    town.ask(Method::PUT, &shared, &town.boss, both, 200).await;
    for (side, other) in [(alpha, beta), (beta, alpha)] {
        let told = town
            .ask(Method::GET, &shared, &side.admin, json!({}), 200)
            .await;
        assert_eq!(
            told.body["stationIds"],
            json!([side.station]),
            "{}",
            side.mark
        );
        assert!(!told.text.contains(&other.station) && !told.text.contains(&other.point));
    }
}
