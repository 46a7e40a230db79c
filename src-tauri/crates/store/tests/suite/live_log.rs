//! The live log: its numbers, and whether what a reader missed can still be given whole.

use futures_util::future::join_all;
use store::repo::live_log::{self, Head, Logged};
use uuid::Uuid;

use crate::database::{Database, ask, commit};
use crate::samples::{hostile_texts, id};

async fn open(db: &Database, node: &str, fresh: u128) -> Head {
    let node = node.to_owned();
    commit!(db.store, [], |conn| live_log::open(
        conn,
        &node,
        Uuid::from_u128(fresh)
    ))
    .expect("a log opens")
}

/// Logs event `number`; the envelope is the number.
async fn log(db: &Database, stream: Uuid, number: u128) -> Option<i64> {
    commit!(db.store, [], |conn| live_log::append(
        conn,
        stream,
        id(number),
        &number.to_string()
    ))
    .expect("a known log takes any event")
}

async fn between(db: &Database, stream: Uuid, after: i64, upto: i64) -> Option<Vec<i64>> {
    let logged = ask!(db.store, |conn| live_log::between(
        conn, stream, after, upto
    ));
    logged.map(|events| events.iter().map(|event| event.seq).collect())
}

pub async fn events_are_numbered_without_holes_and_a_repeat_gets_no_number(db: Database) {
    let head = open(&db, "node", 100).await;
    assert_eq!(
        head,
        Head {
            stream: Uuid::from_u128(100),
            seq: 0
        },
        "a new log is empty"
    );
    let events = [7, 3, 7, 9, 3, 1];
    let mut given = Vec::new();
    for event in events {
        given.push(log(&db, head.stream, event).await);
    }
    assert_eq!(
        given,
        [Some(1), Some(2), None, Some(3), None, Some(4)],
        "in the order of arrival"
    );

    // A unit that fails gives its number back; so does a repeat within one unit.
    let stream = head.stream;
    let failed: Result<(), crate::unit_of_work::Failure> = db
        .store
        .write(move |conn| {
            Box::pin(async move {
                live_log::append(conn, stream, id(50), "lost").await?;
                Err(crate::unit_of_work::Failure::Rule)
            })
        })
        .await;
    assert!(failed.is_err(), "it said so itself");
    let pair = commit!(db.store, [], |conn| async {
        let first = live_log::append(conn, stream, id(51), "51").await?;
        Ok::<_, store::StoreError>((first, live_log::append(conn, stream, id(51), "51").await?))
    });
    assert_eq!(
        pair.expect("a repeat is no error"),
        (Some(5), None),
        "no number was lost"
    );
    assert_eq!(
        open(&db, "node", 101).await,
        Head { seq: 5, ..head },
        "opening again begins nothing new"
    );

    let logged =
        ask!(db.store, |conn| live_log::between(conn, stream, 3, 5)).expect("all are there");
    let expected = [(4, "1"), (5, "51")].map(|(seq, text)| Logged {
        seq,
        envelope: text.to_owned(),
    });
    assert_eq!(logged, expected, "each with its own envelope");
    for (number, text) in (60..).zip(hostile_texts()) {
        let seq = commit!(db.store, [text], |conn| live_log::append(
            conn,
            stream,
            id(number),
            &text
        ));
        let seq = seq.expect("any text is logged").expect("it is new");
        let logged = ask!(db.store, |conn| live_log::between(
            conn,
            stream,
            seq - 1,
            seq
        ));
        assert_eq!(
            logged,
            Some(vec![Logged {
                seq,
                envelope: text
            }]),
            "the text is whole"
        );
    }
}

pub async fn many_writers_leave_no_hole_and_number_no_event_twice(db: Database) {
    let stream = open(&db, "node", 100).await.stream;
    // Each event comes three times, as after a reconnection.
    let answers = join_all((0..96).map(|copy| {
        let event = copy % 32;
        let store = db.store.clone();
        async move {
            let text = event.to_string();
            commit!(store, [], |conn| live_log::append(
                conn,
                stream,
                id(event),
                &text
            ))
        }
    }))
    .await;
    let mut given = Vec::new();
    for answer in answers {
        match answer {
            Ok(number) => given.extend(number),
            Err(error) => assert!(
                error.is_duplicate(),
                "a copy that lost the race asks again: {error}"
            ),
        }
    }
    given.sort_unstable();
    let from_one: Vec<i64> = (1..=32).collect();
    assert_eq!(given, from_one, "each event once");
    assert_eq!(
        between(&db, stream, 0, 32).await,
        Some(from_one),
        "and all are in the log"
    );
}

pub async fn what_is_still_there_is_given_whole_and_what_is_not_is_a_gap(db: Database) {
    let stream = open(&db, "node", 100).await.stream;
    for event in 1..=10 {
        log(&db, stream, event).await;
    }
    let check = async |after, upto, expect: Option<&[i64]>| {
        let found = between(&db, stream, after, upto).await;
        assert_eq!(found.as_deref(), expect, "after {after} up to {upto}");
    };
    check(0, 10, Some(&[1, 2, 3, 4, 5, 6, 7, 8, 9, 10])).await;
    check(7, 10, Some(&[8, 9, 10])).await;
    check(7, 8, Some(&[8])).await;
    check(10, 10, Some(&[])).await;
    // What was never numbered is not there either.
    check(9, 11, None).await;
    check(10, 11, None).await;

    let head = open(&db, "node", 101).await;
    let trimmed =
        commit!(db.store, [], |conn| live_log::trim(conn, head, 4)).expect("a sound delete");
    assert_eq!(trimmed, 6, "all but the newest four");
    check(6, 10, Some(&[7, 8, 9, 10])).await;
    check(5, 10, None).await;
    check(0, 6, None).await;
    let trimmed =
        commit!(db.store, [], |conn| live_log::trim(conn, head, 4)).expect("a sound delete");
    assert_eq!(trimmed, 0, "nothing more to forget");
    assert_eq!(log(&db, stream, 11).await, Some(11), "the numbers go on");
    let all = commit!(db.store, [], |conn| live_log::trim(
        conn,
        Head { seq: 11, ..head },
        0
    ));
    assert_eq!(all.expect("a sound delete"), 5, "nothing is kept");
    assert_eq!(
        log(&db, stream, 12).await,
        Some(12),
        "an empty log counts on"
    );
}

pub async fn two_gateways_have_a_log_each(db: Database) {
    let one = open(&db, "one", 100).await.stream;
    let other = open(&db, "other", 200).await.stream;
    assert_ne!(one, other, "each its own stream");
    assert_eq!(log(&db, one, 7).await, Some(1));
    assert_eq!(log(&db, one, 8).await, Some(2));
    assert_eq!(
        log(&db, other, 7).await,
        Some(1),
        "the same event has a number in each"
    );
    let head = open(&db, "one", 300).await;
    assert_eq!(
        head,
        Head {
            stream: one,
            seq: 2
        },
        "neither moves the other's head"
    );
    commit!(db.store, [], |conn| live_log::trim(conn, head, 0)).expect("a sound delete");
    assert_eq!(
        between(&db, other, 0, 1).await,
        Some(vec![1]),
        "neither trims the other"
    );
    assert_eq!(
        between(&db, Uuid::nil(), 0, 1).await,
        None,
        "a stream that is not known has a gap"
    );
}
