//! The events of a gateway's own process: numbered in its log by the commit they happened in, and handed on once that is
//! durable. Seen red: told before the commit; a failed unit's events kept; an event written past what another process
//! had left in the outbox.

use std::collections::BTreeMap;

use futures_util::FutureExt as _;
use futures_util::future::join_all;
use store::repo::live_log::{self, Head, Then};
use store::repo::outbox;
use store::{OwnEvents, Store};
use tokio::time::timeout;
use uuid::Uuid;

use crate::database::{Database, ask, commit, open};
use crate::events::{Ids, SHARED, WAIT, append, numbers, write_all};
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

/// What was told so far: the numbers, in their order.
fn told(events: &mut OwnEvents) -> Vec<i64> {
    let mut seqs = Vec::new();
    while let Some(Some(commit)) = events.recv().now_or_never() {
        seqs.extend(commit.iter().map(|own| own.seq));
    }
    seqs.sort_unstable();
    seqs
}

pub async fn what_commits_is_told_under_its_number_and_what_fails_never(db: Database) {
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

pub async fn with_a_broker_they_wait_for_it_in_their_order_and_numbered_by_key(db: Database) {
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

pub async fn what_another_process_left_in_the_outbox_comes_first(db: Database) {
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
    timeout(WAIT, db.store.outbox_grew())
        .await
        .expect("there is something to fetch");
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

pub async fn commits_side_by_side_leave_no_number_out_and_keep_each_keys_order(db: Database) {
    let (head, mut events) = listen(&db.store, Then::Publish).await;
    let reading = tokio::spawn(async move {
        let mut seqs = Vec::new();
        while let Some(commit) = events.recv().await {
            seqs.extend(commit.iter().map(|own| own.seq));
        }
        seqs
    });
    let kept: i64 = write_all(&db.store).await.values().sum();
    let logged = ask!(db.store, |conn| live_log::between(
        conn,
        head.stream,
        0,
        kept
    ))
    .expect("no number is left out");
    let waiting = ask!(db.store, |conn| outbox::next(conn, NODE, kept));
    let place: BTreeMap<_, _> = logged
        .iter()
        .map(|logged| (logged.envelope.as_str(), logged.seq))
        .collect();
    let mut last: BTreeMap<&str, (i64, i64)> = BTreeMap::new();
    for event in &waiting {
        let seq = place[event.envelope.as_str()];
        if let Some((number, before)) = last.insert(&event.key, (event.key_seq, seq)) {
            assert!(
                number < event.key_seq && before < seq,
                "{} of {} is number {seq} in the log, the one before it {before}",
                event.key_seq,
                event.key
            );
        }
    }
    db.store.close().await;
    drop(db);
    let mut seqs = reading.await.expect("it reads until the store is gone");
    seqs.sort_unstable();
    assert_eq!(seqs, (1..=kept).collect::<Vec<_>>(), "each is told once");
}
