//! Repeated requests on the real routes: a double tap, a lost answer, sixty-four of them at once begin one charge.
//! What the header may look like and how copies take turns is tested beside the code.
//!
//! Planted once and seen red: `keep` not handed into the op's unit; the command sent for each copy.

use axum::http::Method;
use futures_util::future::join_all;
use serde_json::json;
use testkit::Postgres;

use crate::house::{Answer, House};
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

#[tokio::test]
async fn a_start_needs_a_key_and_a_key_stands_for_one_body_of_one_driver() {
    let house = House::new().await;
    let _charger = charger(&house).await;
    let anna = Driver::new(&house, "anna@example.org").await;
    let bert = Driver::new(&house, "bert@example.org").await;
    let point = house.point.to_string();
    let body = json!({ "chargePointId": point, "connectorId": 1 });
    for path in ["/api/user/charging/start", "/api/user/charging/stop"] {
        let answer = anna.send(&house, Method::POST, path, body.clone()).await;
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
