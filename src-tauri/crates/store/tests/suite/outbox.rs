//! Whose the outbox's rows are and what becomes of them: pushed, published, inherited, given up.
//! Not for their numbers and order: see `events`.

use domain::ChargePointId;
use futures_util::future::join_all;
use store::repo::live_log::{self, Then};
use store::repo::outbox::{self, Droppable, Waiting};
use uuid::Uuid;

use crate::database::{Database, ask, commit, to_publish};
use crate::events::{Ids, SHARED, append, numbers, take};
use crate::samples::{NODE, at, entry, event, id};
use crate::unit_of_work::Failure;

pub async fn an_own_event_is_logged_and_settled_in_one_commit(db: Database) {
    let (ids, key) = (Ids::default(), id(SHARED));
    for _ in 0..3 {
        append(&db.store, &ids, key, false)
            .await
            .expect("nothing refuses it");
    }
    let failed: Result<(), Failure> = db
        .store
        .write(|conn| {
            Box::pin(async move {
                take(conn, NODE, 9, Then::Forget).await?;
                Err(Failure::Rule)
            })
        })
        .await;
    assert!(failed.is_err(), "it said so itself");
    assert_eq!(
        ask!(db.store, |conn| outbox::depth(conn)),
        3,
        "a failed unit settles nothing"
    );
    assert!(
        ask!(db.store, |conn| outbox::is_fresh(conn, NODE)),
        "the screens have nothing yet"
    );
    assert_eq!(
        numbers(&ask!(db.store, |conn| outbox::next(conn, NODE, 9))),
        [] as [i64; 0],
        "and nothing is published that the screens do not have"
    );

    let looked = async |limit, then| {
        let taken = commit!(db.store, [], |conn| take(conn, NODE, limit, then));
        let taken = taken.expect("a known log takes any event");
        let seqs: Vec<i64> = taken.logged.iter().map(|logged| logged.seq).collect();
        (seqs, taken.more)
    };
    assert_eq!(
        looked(2, Then::Publish).await,
        (vec![1, 2], true),
        "its number is given once"
    );
    assert_eq!(looked(2, Then::Publish).await, (vec![3], false));
    assert_eq!(
        looked(2, Then::Publish).await,
        (vec![], false),
        "each event once"
    );
    assert!(!ask!(db.store, |conn| outbox::is_fresh(conn, NODE)));
    assert_eq!(
        numbers(&ask!(db.store, |conn| outbox::next(conn, NODE, 9))),
        [1, 2, 3]
    );
    let waiting = ask!(db.store, |conn| outbox::waiting(conn, NODE));
    let envelopes = ask!(db.store, |conn| outbox::next(conn, NODE, 9));
    let bytes: usize = envelopes.iter().map(|one| one.envelope.len()).sum();
    assert_eq!(
        waiting,
        Waiting {
            depth: 3,
            bytes: i64::try_from(bytes).expect("few"),
            oldest_at: Some(at(1))
        },
        "what waits is measured by its envelopes"
    );

    append(&db.store, &ids, key, false)
        .await
        .expect("nothing refuses it");
    assert_eq!(looked(2, Then::Forget).await, (vec![4], false));
    assert_eq!(
        ask!(db.store, |conn| outbox::depth(conn)),
        3,
        "without a broker nothing more waits"
    );
    assert_eq!(
        ask!(db.store, |conn| outbox::waiting(conn, "other")),
        Waiting::default(),
        "each gateway has its own"
    );
}

pub async fn a_gone_gateways_events_are_taken_over_once_and_in_order(db: Database) {
    let (ids, key): (Ids, ChargePointId) = (Ids::default(), id(SHARED));
    let tell = async |node: &'static str| {
        let ids = ids.clone();
        commit!(db.store, [], |conn| outbox::append(
            conn,
            node,
            &event(key, "told"),
            at(1),
            || ids.next()
        ))
        .expect("nothing refuses it");
    };
    let look = async |node: &'static str| {
        let taken = commit!(db.store, [], |conn| take(conn, node, 9, Then::Publish));
        taken.expect("a known log takes any event").logged.len()
    };
    let next = async |node| numbers(&ask!(db.store, |conn| outbox::next(conn, node, 9)));
    // `gone` told its screens of two and never of the third; then the charger came to `heir`.
    tell("gone").await;
    tell("gone").await;
    assert_eq!(look("gone").await, 2);
    tell("gone").await;
    tell("heir").await;
    assert_eq!(look("heir").await, 1, "its screens wait for nobody");
    assert_eq!(
        next("heir").await,
        [] as [i64; 0],
        "the broker does: three are before it"
    );
    let held = ask!(db.store, |conn| outbox::is_waiting(conn, "heir"));
    assert!(held, "it is looked at again soon");

    // One of `gone`'s had reached the broker, and came to `heir` from there.
    commit!(db.store, [], |conn| async {
        let log = live_log::open(conn, "heir", Uuid::nil()).await?;
        live_log::append(conn, log.stream, &[entry(1, "{}")]).await
    })
    .expect("a known log takes any event");
    let nodes = async |after: &'static str| ask!(db.store, |conn| outbox::node_after(conn, after));
    assert_eq!(nodes("").await.as_deref(), Some("gone"));
    assert_eq!(nodes("gone").await.as_deref(), Some("heir"));
    let taken = join_all((0..8).map(|_| async {
        commit!(db.store, [], |conn| outbox::take_over(
            conn, "gone", "heir", 2
        ))
        .expect("a sound update")
    }));
    assert_eq!(
        taken.await.iter().sum::<u64>(),
        3,
        "each row changes hands once, however many try"
    );
    assert_eq!(nodes("").await.as_deref(), Some("heir"));
    assert_eq!(look("heir").await, 2, "but for the one its screens know");
    assert_eq!(
        next("heir").await,
        [1, 2, 3, 4],
        "in the order they were told"
    );
}

pub async fn what_can_be_done_without_is_dropped_oldest_first_and_nothing_else(db: Database) {
    let ids = Ids::default();
    for key in [1, 2, 1, 2, 1, 1] {
        append(&db.store, &ids, id(key), false)
            .await
            .expect("nothing refuses it");
    }
    to_publish(&db.store, 0).await;
    // Not yet on the screens: neither is dropped.
    append(&db.store, &ids, id(1), false)
        .await
        .expect("nothing refuses it");
    let name = async |sql| db.column(sql).await;
    name("UPDATE outbox SET type = 'ocpp.message' WHERE key_seq = 1 OR pushed = 0 RETURNING id")
        .await;
    name("UPDATE outbox SET type = 'meter.values' WHERE key_seq IN (2, 3) RETURNING id").await;
    let left = async || {
        let rows = db
            .column("SELECT CAST(place AS TEXT) FROM outbox ORDER BY place")
            .await;
        rows.into_iter().flatten().collect::<Vec<_>>()
    };
    let drop = async |what, limit| {
        commit!(db.store, [], |conn| outbox::drop_oldest(
            conn, NODE, what, limit
        ))
        .expect("a sound delete")
    };
    assert_eq!(drop(Droppable::Raw, 1).await, 1);
    assert_eq!(
        left().await,
        ["2", "3", "4", "5", "6", "7"],
        "the oldest raw one"
    );
    assert_eq!(drop(Droppable::Raw, 9).await, 1);
    assert_eq!(left().await, ["3", "4", "5", "6", "7"], "and the other");
    assert_eq!(drop(Droppable::Superseded, 9).await, 1);
    assert_eq!(
        left().await,
        ["4", "5", "6", "7"],
        "a reading behind which a newer one of the same key waits; the newest of each stays"
    );
    assert_eq!(
        drop(Droppable::Superseded, 9).await,
        0,
        "nothing that counts is ever dropped"
    );
}
