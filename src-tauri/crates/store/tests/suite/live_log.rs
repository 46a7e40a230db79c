//! The live log: its numbers, and whether what a reader missed can still be given whole.

use futures_util::future::join_all;
use store::repo::live_log::{self, Entry, Head, Logged};
use uuid::Uuid;

use crate::database::{Database, ask, commit};
use crate::samples::{entry, hostile_texts};

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
        &[entry(number, &number.to_string())]
    ))
    .expect("a known log takes any event")[0]
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
                live_log::append(conn, stream, &[entry(50, "lost")]).await?;
                Err(crate::unit_of_work::Failure::Rule)
            })
        })
        .await;
    assert!(failed.is_err(), "it said so itself");
    let pair = commit!(db.store, [], |conn| live_log::append(
        conn,
        stream,
        &[entry(51, "51"), entry(51, "51")]
    ));
    assert_eq!(
        pair.expect("a repeat is no error"),
        [Some(5), None],
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
        rooms: None,
    });
    assert_eq!(logged, expected, "each with its own envelope");
    for (number, text) in (60..).zip(hostile_texts()) {
        let told = Entry {
            rooms: Some(text.clone()),
            ..entry(number, &text)
        };
        let seq = commit!(db.store, [told], |conn| live_log::append(
            conn,
            stream,
            &[told]
        ));
        let seq = seq.expect("any text is logged")[0].expect("it is new");
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
                envelope: text.clone(),
                rooms: Some(text),
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
                &[entry(event, &text)]
            ))
        }
    }))
    .await;
    let mut given = Vec::new();
    for answer in answers {
        given.extend(answer.expect("a copy that lost the race has no number")[0]);
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
    for gone in [4, 2, 0] {
        let trimmed = commit!(db.store, [], |conn| live_log::trim(conn, head, 4, 4));
        assert_eq!(
            trimmed.expect("a sound delete"),
            gone,
            "four at once, and all but the newest four"
        );
    }
    check(6, 10, Some(&[7, 8, 9, 10])).await;
    check(5, 10, None).await;
    check(0, 6, None).await;
    assert_eq!(log(&db, stream, 11).await, Some(11), "the numbers go on");
    let all = commit!(db.store, [], |conn| live_log::trim(
        conn,
        Head { seq: 11, ..head },
        0,
        100
    ));
    assert_eq!(all.expect("a sound delete"), 5, "nothing is kept");
    assert_eq!(
        log(&db, stream, 12).await,
        Some(12),
        "an empty log counts on"
    );
}

pub async fn a_number_that_is_left_out_is_a_gap_for_whoever_asks_across_it(db: Database) {
    let head = open(&db, "node", 100).await;
    let stream = head.stream;
    for event in 1..=3 {
        log(&db, stream, event).await;
    }
    let left = commit!(db.store, [], |conn| live_log::leave_out(conn, stream));
    assert_eq!(left.expect("a known log"), 4);
    assert_eq!(
        log(&db, stream, 5).await,
        Some(5),
        "the numbers go on behind it"
    );
    for (after, upto, expect) in [
        (0, 3, Some(vec![1, 2, 3])),
        (4, 5, Some(vec![5])),
        (3, 4, None),
        (3, 5, None),
        (1, 5, None),
    ] {
        let found = between(&db, stream, after, upto).await;
        assert_eq!(found, expect, "after {after} up to {upto}");
    }
    let reopened = open(&db, "node", 101).await;
    assert_eq!(reopened, Head { seq: 5, ..head }, "it stays left out");
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
    commit!(db.store, [], |conn| live_log::trim(conn, head, 0, 100)).expect("a sound delete");
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
