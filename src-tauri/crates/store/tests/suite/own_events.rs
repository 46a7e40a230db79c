//! The events of a process that alone writes its database: numbered in its log by the commit they happened in, and
//! handed on once that is durable. Seen red: told before the commit; a failed unit's events kept; an event written
//! past what another process had left in the outbox.

use futures_util::FutureExt as _;
use futures_util::future::join_all;
use store::repo::live_log::{self, Head, Then};
use store::repo::outbox;
use store::{OwnEvents, Store};
use uuid::Uuid;

use crate::database::{Database, ask, commit, open};
use crate::events::{Ids, SHARED, append, numbers};
use crate::samples::{NODE, id};

async fn listen(store: &Store, then: Then) -> (Head, OwnEvents) {
    let head = commit!(store, [], |conn| live_log::open(
        conn,
        NODE,
        Uuid::from_u128(9)
    ))
    .expect("a log opens");
    let events = store.own_events(NODE, head.stream, then);
    (head, events.expect("nobody listens yet"))
}

/// What was told so far: the numbers, in the order they came.
fn told(events: &mut OwnEvents) -> Vec<i64> {
    let mut seqs = Vec::new();
    while let Some(Some(commit)) = events.recv().now_or_never() {
        seqs.extend(commit.iter().map(|own| own.seq));
    }
    seqs
}

#[tokio::test]
async fn what_commits_is_told_under_its_number_and_what_fails_never() {
    let db = Database::sqlite().await;
    let (head, mut events) = listen(&db.store, Then::Forget).await;
    assert!(
        db.store
            .own_events(NODE, head.stream, Then::Forget)
            .is_none(),
        "there is one listener"
    );
    let ids = Ids::default();
    let fates = [false, true, false, true, true, false, false, true];
    let answers = join_all(fates.map(|fails| {
        let (store, ids) = (db.store.clone(), ids.clone());
        async move { append(&store, &ids, id(SHARED), fails).await.is_ok() }
    }))
    .await;
    assert_eq!(answers, fates.map(|fails| !fails), "each gets its answer");
    assert_eq!(
        told(&mut events),
        [1, 2, 3, 4],
        "before its caller is answered"
    );
    let logged = ask!(db.store, |conn| live_log::between(conn, head.stream, 0, 4));
    assert_eq!(logged.expect("all are there").len(), 4);
    assert_eq!(
        ask!(db.store, |conn| outbox::depth(conn)),
        0,
        "nobody else has to hear of it"
    );
}

#[tokio::test]
async fn with_a_broker_they_wait_for_it_in_their_order_and_numbered_by_key() {
    let db = Database::sqlite().await;
    let (_, mut events) = listen(&db.store, Then::Publish).await;
    let ids = Ids::default();
    for key in [SHARED, 1, SHARED, SHARED, 1] {
        append(&db.store, &ids, id(key), false)
            .await
            .expect("nothing refuses it");
    }
    assert_eq!(told(&mut events), [1, 2, 3, 4, 5]);
    let waiting = ask!(db.store, |conn| outbox::next(conn, NODE, 9));
    assert_eq!(numbers(&waiting), [1, 1, 2, 3, 2], "by key, without a hole");
    assert!(
        !ask!(db.store, |conn| outbox::is_fresh(conn, NODE)),
        "the screens have them all"
    );
    assert!(
        db.store.outbox_grew().now_or_never().is_none(),
        "there is nothing to fetch for them"
    );
}

#[tokio::test]
async fn what_another_process_left_in_the_outbox_comes_first() {
    let db = Database::sqlite().await;
    let (head, mut events) = listen(&db.store, Then::Publish).await;
    let ids = Ids::default();
    // An admin command beside the gateway.
    let admin = open(&db.url).await;
    append(&admin, &ids, id(SHARED), false)
        .await
        .expect("nothing refuses it");
    append(&db.store, &ids, id(SHARED), false)
        .await
        .expect("nothing refuses it");
    assert_eq!(
        told(&mut events),
        [] as [i64; 0],
        "it waits behind the other"
    );
    assert!(
        db.store.outbox_grew().now_or_never().is_some(),
        "there is something to fetch"
    );
    let taken = commit!(db.store, [], |conn| live_log::take_own(
        conn,
        head.stream,
        NODE,
        9,
        Then::Publish
    ));
    let seqs: Vec<i64> = taken
        .expect("a known log takes any event")
        .logged
        .iter()
        .map(|logged| logged.seq)
        .collect();
    assert_eq!(seqs, [1, 2], "both, in order");
    append(&db.store, &ids, id(SHARED), false)
        .await
        .expect("nothing refuses it");
    assert_eq!(told(&mut events), [3], "then they are told at once again");
    let waiting = ask!(db.store, |conn| outbox::next(conn, NODE, 9));
    assert_eq!(numbers(&waiting), [1, 2, 3], "and published in that order");
}
