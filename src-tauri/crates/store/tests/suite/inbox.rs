//! The inbox and the gateways' signs of life: a message has one effect, a gateway one number.

use domain::EventId;
use futures_util::future::join_all;
use store::repo::gateways::{self, Beat};
use store::repo::{id_tokens, inbox};

use crate::database::{Database, ask, commit};
use crate::samples::{at, hostile_texts, id, id_token};
use crate::unit_of_work::Failure;

pub async fn a_message_that_comes_three_times_has_one_effect(db: Database) {
    let mut effects = 0;
    for (number, text) in (1_u128..).zip(hostile_texts()) {
        for time in 1..=3 {
            let token = id_token(number);
            let done = commit!(db.store, [token, text], |conn| async {
                let is_new = inbox::take(conn, &text, at(time)).await?;
                if is_new {
                    id_tokens::insert(conn, &token, &number.to_string(), at(time)).await?;
                }
                Ok::<_, store::StoreError>(is_new)
            });
            let is_new = done.expect("a repeat is no error");
            assert_eq!(is_new, time == 1, "{text:?}, time {time}");
            effects += usize::from(is_new);
        }
    }
    let tokens = db.column("SELECT token FROM id_token").await;
    assert_eq!(
        (tokens.len(), effects),
        (hostile_texts().len(), hostile_texts().len()),
        "one each"
    );
}

pub async fn of_many_that_take_one_message_at_once_one_has_it(db: Database) {
    let takers = (0..32_u8).map(|taker| {
        let store = db.store.clone();
        async move {
            store
                .write(move |conn| {
                    Box::pin(async move {
                        let is_new = inbox::take(conn, "one", at(1)).await?;
                        // The first that has it fails: the message must be there for another one.
                        if is_new && taker < 2 {
                            Err(Failure::Rule)
                        } else {
                            Ok(is_new)
                        }
                    })
                })
                .await
        }
    });
    let answers: Vec<Result<bool, Failure>> = join_all(takers).await;
    let had = answers
        .iter()
        .filter(|answer| matches!(answer, Ok(true)))
        .count();
    assert_eq!(had, 1, "one effect is committed: {answers:?}");
}

pub async fn old_messages_are_forgotten_and_newer_ones_known(db: Database) {
    for (number, time) in [(1, 10), (2, 20), (3, 30)] {
        let event: EventId = id(number);
        let taken = commit!(db.store, [], |conn| inbox::take(
            conn,
            &event.to_string(),
            at(time)
        ));
        assert!(taken.expect("a sound insert"), "it is new");
    }
    let gone = commit!(db.store, [], |conn| inbox::forget_before(conn, at(20)));
    assert_eq!(gone.expect("a sound delete"), 1, "only what is older");
    for (number, is_new) in [(1, true), (2, false), (3, false)] {
        let event: EventId = id(number);
        let taken = commit!(db.store, [], |conn| inbox::take(
            conn,
            &event.to_string(),
            at(40)
        ));
        assert_eq!(
            taken.expect("a repeat is no error"),
            is_new,
            "message {number}"
        );
    }
}

pub async fn a_gateways_number_rises_and_is_forgotten_only_where_it_stands(db: Database) {
    let beat = async |node: &'static str| {
        commit!(db.store, [], |conn| gateways::beat(conn, node)).expect("a sound write");
    };
    for node in ["b", "a", "b"] {
        beat(node).await;
    }
    let named = |node: &str, beats| Beat {
        node: node.to_owned(),
        beats,
    };
    let all = async || ask!(db.store, |conn| gateways::all(conn));
    assert_eq!(all().await, [named("a", 1), named("b", 2)]);
    let forget = async |gone: Beat| {
        commit!(db.store, [gone], |conn| gateways::forget(conn, &gone)).expect("a sound delete");
    };
    forget(named("b", 1)).await;
    assert_eq!(
        all().await.len(),
        2,
        "it gave a sign of life since it was looked at"
    );
    forget(named("b", 2)).await;
    assert_eq!(all().await, [named("a", 1)]);
    beat("b").await;
    assert_eq!(
        all().await,
        [named("a", 1), named("b", 1)],
        "who comes back begins anew"
    );
}
