//! Repeated requests on the real routes: a double tap, a lost answer, sixty-four of them at once begin one charge (SIO-02).
//! What the header may look like and how copies take turns is tested beside the code.
//!
//! Planted once and seen red: each op's `Keep` not used in its unit; a start that sends its command twice.

use std::time::Duration;

use axum::body::Body;
use axum::http::{Request, header};
use domain::Code;
use domain::command::{Requester, RequesterKind};
use domain::session::StartedBy;
use futures_util::future::{Either, join_all, select};
use gateway::core::OpError;
use gateway::keep::Keep;
use gateway::ops::request_command::{Ask, request_command};
use gateway::ops::request_start::{Wish, request_start};
use gateway::ops::request_stop::request_stop;
use serde_json::{Value, json};
use testkit::{Charger, Postgres, rounds};
use tokio::sync::oneshot;
use tokio::time::timeout;

use crate::house::{Answer, House, answer};
use crate::user::{Driver, charger, text};

async fn sixty_four_copies_begin_one_charge(house: House, engine: &str) {
    let mut charger = charger(&house).await;
    let anna = Driver::new(&house, "anna@example.org").await;
    let copies = (0..64).map(|_| anna.start(&house, "the key", json!({ "connectorId": 1 })));
    let answers: Vec<Answer> = join_all(copies).await;
    for answer in &answers {
        assert_eq!(answer.status.as_u16(), 202, "{engine}: {}", answer.body);
        assert_eq!(answer.body, answers[0].body, "the same to each on {engine}");
    }
    let (id, action, _) = charger.next_call().await;
    assert_eq!(action, "RemoteStartTransaction", "{engine}");
    charger.answer(&id, json!({ "status": "Accepted" })).await;
    assert!(
        charger.nothing_came().await,
        "the charger is asked once on {engine}"
    );
    let list = anna.get(&house, "/api/user/sessions").await;
    assert_eq!(list.body["total"], 1, "one session on {engine}");

    let session = text(&answers[0].body["session"]["id"]);
    let first = anna.stop(&house, "the key", &session).await;
    assert_eq!(
        first.status.as_u16(),
        202,
        "another route is another request: {}",
        first.body
    );
    let again = anna.stop(&house, "the key", &session).await;
    assert_eq!(
        (again.status, &again.body),
        (first.status, &first.body),
        "though the session is over by now"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sixty_four_copies_of_a_start_begin_one_charge_on_sqlite() {
    sixty_four_copies_begin_one_charge(House::new().await, "SQLite").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sixty_four_copies_of_a_start_begin_one_charge_on_postgresql() {
    let server = Postgres::start().await;
    let url = server.database_url("copies").await;
    let house = House::with(|settings| settings.database_url = Some(url)).await;
    sixty_four_copies_begin_one_charge(house, "PostgreSQL").await;
}

/// A charger that takes every remote start and never begins; gives the tokens it was asked to start with.
async fn willing(mut charger: Charger, mut over: oneshot::Receiver<()>) -> Vec<String> {
    let mut tokens = Vec::new();
    loop {
        let next = match select(Box::pin(charger.receive()), &mut over).await {
            Either::Left((message, _)) => message,
            Either::Right(_) => return tokens,
        };
        let message = next.expect("the socket stands").expect("and is sound");
        let Ok(said) = message.to_text() else {
            continue;
        };
        let Ok(call) = serde_json::from_str::<serde_json::Value>(said) else {
            continue;
        };
        if call[2] == "RemoteStartTransaction" {
            tokens.push(text(&call[3]["idTag"]));
            let id = text(&call[1]);
            charger.answer(&id, json!({ "status": "Accepted" })).await;
        }
    }
}

/// A driver's finger and a driver's network: a start asked for several times at once or one after the other, the
/// answers of some lost on the way.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn however_often_a_start_is_asked_for_under_one_key_the_charger_hears_of_it_once() {
    let taps = rounds(50, 1_000);
    let house = House::new().await;
    let (end, over) = oneshot::channel();
    let charger = tokio::spawn(willing(charger(&house).await, over));
    let anna = Driver::new(&house, "anna@example.org").await;
    let body = || json!({ "connectorId": 1 });
    let (mut lost, mut copies) = (0, 0);
    for tap in 0..u64::from(taps) {
        let key = format!("tap {tap}");
        match tap % 3 {
            // An answer that is lost, at another moment each time.
            0 => {
                let patience = Duration::from_micros(300 + 700 * (tap % 29));
                let start = anna.start(&house, &key, body());
                lost += usize::from(timeout(patience, start).await.is_err());
            }
            1 => {
                let twins = (0..2).map(|_| anna.start(&house, &key, body()));
                copies += join_all(twins).await.len() - 1;
            }
            _ => {
                anna.start(&house, &key, body()).await;
                copies += 1;
            }
        }
        let answer = anna.start(&house, &key, body()).await;
        assert_eq!(answer.status.as_u16(), 202, "tap {tap}: {}", answer.body);
        let session = text(&answer.body["session"]["id"]);
        let ends = format!("end of {tap}");
        let stops = (0..2).map(|_| anna.stop(&house, &ends, &session));
        for stopped in join_all(stops).await {
            assert_eq!(stopped.status.as_u16(), 202, "tap {tap}: {}", stopped.body);
        }
    }
    let list = anna.get(&house, "/api/user/sessions").await;
    assert_eq!(list.body["total"], taps, "a session each");
    end.send(()).expect("the charger is there");
    let tokens = charger.await.expect("it ends by itself");
    let different: std::collections::HashSet<&String> = tokens.iter().collect();
    println!(
        "{taps} starts with {copies} copies and {lost} lost answers: {} remote starts",
        tokens.len()
    );
    assert_eq!(different.len(), tokens.len(), "none was asked for twice");
    // One whose asker went away may fail before it is sent, and is never sent late.
    assert!(tokens.len() <= taps as usize && tokens.len() + 2 * lost >= taps as usize);
}

#[tokio::test]
async fn a_start_needs_a_key_and_a_key_stands_for_one_body_of_one_driver() {
    let house = House::new().await;
    let _charger = charger(&house).await;
    let anna = Driver::new(&house, "anna@example.org").await;
    let bert = Driver::new(&house, "bert@example.org").await;
    let point = house.point.to_string();
    let body = json!({ "chargePointId": point, "connectorId": 1 });
    for path in ["/api/user/charging/start", "/api/user/charging/stop"] {
        let request = Request::post(path)
            .header(header::AUTHORIZATION, format!("Bearer {}", anna.token))
            .header(header::CONTENT_TYPE, "application/json")
            .body(Body::from(body.to_string()));
        let answer = answer(&house.gateway.router, request.expect("well formed")).await;
        assert_eq!(
            (answer.status.as_u16(), answer.code()),
            (400, "idempotency.missing"),
            "{path}"
        );
    }
    let first = anna.start(&house, "k", body.clone()).await;
    assert_eq!(first.status.as_u16(), 202, "{}", first.body);
    let other = json!({ "chargePointId": point, "connectorId": 2 });
    let reused = anna.start(&house, "k", other.clone()).await;
    assert_eq!(
        (reused.status.as_u16(), reused.code()),
        (409, "idempotency.reused")
    );
    let berts = bert.start(&house, "k", other).await;
    assert_eq!(
        berts.status.as_u16(),
        202,
        "another driver's key is another: {}",
        berts.body
    );
}

/// An answer that cannot be kept.
fn torn<T: 'static>() -> Keep<T> {
    Keep::with(|_, _| {
        let torn = OpError::refused(Code::IdempotencyInProgress, "torn");
        Box::pin(std::future::ready(Err(torn)))
    })
}

#[tokio::test]
async fn what_cannot_keep_its_answer_has_no_effect() {
    let house = House::new().await;
    let _charger = charger(&house).await;
    let anna = Driver::new(&house, "anna@example.org").await;
    let core = &house.gateway.core;
    let requester = || Requester {
        kind: RequesterKind::Customer,
        id: None,
        name: "Driver".to_owned(),
    };
    let wish = Wish {
        point: house.point,
        connector_id: Some(1),
        customer: Some(anna.customer()),
        started_by: StartedBy::Account,
        vehicle: None,
        id_token: None,
        tariff_version: None,
        limit: None,
        requested_by: requester(),
    };
    let desk = house.token().await;
    let since = house.drained().await;
    assert!(request_start(core, wish, torn()).await.is_err());
    let ask = Ask {
        action: "Reset".to_owned(),
        payload: r#"{"type":"Soft"}"#.to_owned(),
        requested_by: requester(),
        session_id: None,
    };
    let asked = request_command(core, house.point, ask, torn()).await;
    assert!(asked.is_err());
    let told = house.told(&desk, since).await;
    let of_it = |event: &&Value| {
        let name = event["type"].as_str().unwrap_or_default();
        name.starts_with("charging.") || name.starts_with("command.")
    };
    assert_eq!(told.iter().find(of_it), None, "nothing is told");
    let list = anna.get(&house, "/api/user/sessions").await;
    assert_eq!(list.body["total"], 0, "and nothing began");

    let begun = anna.start(&house, "k", json!({ "connectorId": 1 })).await;
    let session = text(&begun.body["session"]["id"]);
    let id = session.parse().expect("an id");
    let stopped = request_stop(core, id, None, requester(), torn()).await;
    assert!(stopped.is_err());
    let path = format!("/api/user/sessions/{session}");
    let stands = anna.get(&house, &path).await;
    assert_ne!(stands.body["status"], "failed", "it is not cancelled");
}
