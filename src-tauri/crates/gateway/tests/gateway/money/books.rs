//! The books look at themselves: what is wrong freezes money and nothing else, and thaws by itself (MON-08). That each fault
//! is seen is shown in `store/tests/suite/self_check.rs`.
//!
//! Planted once and seen red: money that moves while it is frozen.

use domain::WattHours;
use domain::session::Session;
use gateway::core::OpError;
use gateway::ops::bill::settle_due;
use gateway::ops::check_books::check_books;
use serde_json::json;
use store::repo::sessions;

use super::till::{Till, accept_start, start, stop};
use crate::house::CARD;
use crate::user::{charger, text};

async fn store(till: &Till, session: Session) {
    let stored: Result<(), OpError> = till
        .house
        .gateway
        .core
        .write(move |unit| {
            Box::pin(async move { Ok(sessions::update(unit.conn, &session).await?) })
        })
        .await;
    stored.expect("the store writes");
}

#[tokio::test]
async fn books_that_do_not_add_up_freeze_money_and_charging_goes_on() {
    let till = Till::new().await;
    let (core, house) = (&till.house.gateway.core, &till.house);
    let mut charger = charger(house).await;
    let anna = till.driver("anna@example.org", "50.00").await;
    let bert = till.driver("bert@example.org", "50.00").await;
    till.card(bert.customer(), "BERT").await;
    let desk = house.token().await;
    // One charge that is billed, whose row is then another, and one that runs.
    anna.start(house, "a", json!({ "connectorId": 1 })).await;
    let tag = accept_start(&mut charger).await;
    let (transaction, _) = start(&mut charger, &tag, till.ago(3_600)).await;
    stop(&mut charger, transaction, 5_000, till.ago(0)).await;
    let sound = till.session().await;
    anna.start(house, "b", json!({ "connectorId": 1 })).await;
    let tag = accept_start(&mut charger).await;
    let (transaction, _) = start(&mut charger, &tag, till.ago(1_800)).await;
    let wrong = Session {
        energy: WattHours(5_001),
        ..sound.clone()
    };
    store(&till, wrong).await;
    let faults = check_books(core).await.expect("it can be asked");
    assert!(faults[0].contains("bill of other energy"), "{faults:?}");

    let alerts = async || {
        let list = house.get("/api/cms/alerts", Some(&desk)).await;
        let items = list.body["items"].as_array().cloned().unwrap_or_default();
        let stands = items
            .iter()
            .filter(|one| one["kind"] == "books_wrong" && one["clearedAt"].is_null());
        stands.count()
    };
    assert_eq!(alerts().await, 1, "the operator is told");
    check_books(core).await.expect("it can be asked");
    assert_eq!(alerts().await, 1, "once");
    let give = json!({ "amount": { "amount": "1.00", "currency": "EUR" }, "reason": "Now?" });
    let path = format!("/api/cms/customers/{}/wallet/adjustments", bert.id);
    let post = axum::http::Method::POST;
    for (told, what) in [
        (
            house
                .ask(post.clone(), &path, Some(&desk), Some(give.clone()))
                .await,
            "given",
        ),
        (
            bert.start(house, "c", json!({ "connectorId": 2 })).await,
            "held",
        ),
        (
            house
                .ask(
                    post,
                    &format!("/api/cms/sessions/{}/refund", sound.id),
                    Some(&desk),
                    Some(json!({ "reason": "Now?" })),
                )
                .await,
            "paid back",
        ),
    ] {
        assert_eq!(told.status.as_u16(), 503, "{what}: {}", told.body);
        assert_eq!(told.code(), "wallet.frozen", "{what}");
    }
    // The charge that ran ends and waits for its bill; a card that needs no money charges.
    stop(&mut charger, transaction, 2_000, till.ago(0)).await;
    let over = till.session().await;
    assert_eq!(over.status, domain::session::SessionStatus::Stopped);
    assert_eq!(
        till.has(anna.customer()).await,
        (2_750, 2_000, 0),
        "held still"
    );
    let (_, status) = start(&mut charger, "BERT", till.ago(0)).await;
    assert_eq!(status, "Blocked", "an account's card needs money");
    let (free, status) = start(&mut charger, CARD, till.ago(0)).await;
    assert_eq!(status, "Accepted", "{free}");
    assert_eq!(
        settle_due(core).await.expect("it looks"),
        (0, 0),
        "nothing moves"
    );

    store(&till, sound).await;
    let faults = check_books(core).await.expect("it can be asked");
    assert_eq!(faults, Vec::<String>::new(), "they add up again");
    assert_eq!(alerts().await, 0);
    till.is_sound().await;
    assert_eq!(
        till.has(anna.customer()).await,
        (4_650, 0, 0),
        "and the bill is made"
    );
    let given = house
        .ask(axum::http::Method::POST, &path, Some(&desk), Some(give))
        .await;
    assert_eq!(given.status.as_u16(), 201, "{}", given.body);
    assert_eq!(text(&given.body["status"]), "completed");
}
