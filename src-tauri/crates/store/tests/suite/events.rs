//! The outbox: numbers per key, their order, and what the relay reads.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use domain::event::Envelope;
use domain::{ChargePointId, Event, EventId};
use futures_util::FutureExt as _;
use store::Store;
use store::repo::outbox::{self, Outgoing};
use store::repo::stations;
use tokio::task::JoinSet;
use tokio::time::timeout;

use crate::database::{Database, ask, commit};
use crate::samples::{at, event, hostile_texts, id, station};
use crate::unit_of_work::Failure;

const WAIT: Duration = Duration::from_secs(30);
const WRITERS: u64 = 64;
const UNITS: u64 = 12;
/// Every so many units of a writer, one fails after it took its number.
const FAILS_EVERY: u64 = 5;
/// Half the writers share one key, the others have one each.
const SHARED: u128 = 1000;

/// Gives ids that rise in the order they are asked for, as the gateway's clock does.
#[derive(Clone, Default)]
struct Ids(Arc<AtomicU64>);

impl Ids {
    fn next(&self) -> EventId {
        id(u128::from(1 + self.0.fetch_add(1, Ordering::SeqCst)))
    }
}

async fn append(store: &Store, ids: &Ids, key: ChargePointId, fails: bool) -> Result<(), Failure> {
    let ids = ids.clone();
    store
        .write(move |conn| {
            Box::pin(async move {
                outbox::append(conn, &event(key, "told"), at(1), || ids.next()).await?;
                if fails { Err(Failure::Rule) } else { Ok(()) }
            })
        })
        .await
}

/// Runs all writers at once and returns how many events each key must have.
async fn write_all(store: &Store) -> BTreeMap<String, i64> {
    let ids = Ids::default();
    let mut tasks = JoinSet::new();
    for writer in 0..WRITERS {
        let (store, ids) = (store.clone(), ids.clone());
        tasks.spawn(async move {
            let key: ChargePointId = id(if writer % 2 == 0 {
                SHARED
            } else {
                u128::from(writer)
            });
            let mut kept = 0;
            for unit in 0..UNITS {
                let fails = (unit + writer).is_multiple_of(FAILS_EVERY);
                match append(&store, &ids, key, fails).await {
                    Ok(()) => kept += 1,
                    Err(Failure::Rule) => {}
                    Err(Failure::Store(error)) => panic!("writer {writer}, unit {unit}: {error}"),
                }
            }
            (key.to_string(), kept)
        });
    }
    let mut expected = BTreeMap::new();
    while let Some(done) = tasks.join_next().await {
        let (key, kept) = done.expect("no writer fails");
        *expected.entry(key).or_default() += kept;
    }
    expected
}

/// Each key's numbers in the order of the ids.
fn numbers_by_key(events: &[Outgoing]) -> BTreeMap<String, Vec<i64>> {
    let mut numbers: BTreeMap<String, Vec<i64>> = BTreeMap::new();
    for event in events {
        numbers
            .entry(event.key.clone())
            .or_default()
            .push(event.key_seq);
    }
    numbers
}

pub async fn numbers_per_key_have_no_holes_and_rise_with_the_ids_under_many_writers(db: Database) {
    let expected = write_all(&db.store).await;
    let events = ask!(db.store, |conn| outbox::oldest(conn, i64::MAX));
    assert!(
        events.is_sorted_by_key(|event| event.id),
        "the oldest come first, by id"
    );
    let numbers = numbers_by_key(&events);
    let counts: BTreeMap<_, _> = numbers
        .iter()
        .map(|(key, numbers)| (key.clone(), numbers.len()))
        .collect();
    for (key, count) in expected {
        assert_eq!(
            i64::try_from(counts[&key]),
            Ok(count),
            "{key}: one event per unit that did not fail"
        );
        let from_one: Vec<i64> = (1..=count).collect();
        assert_eq!(
            numbers[&key], from_one,
            "{key}: in the order of the ids, without a hole"
        );
    }
}

pub async fn no_reader_ever_sees_a_number_before_the_one_below_it(db: Database) {
    let done = Arc::new(AtomicBool::new(false));
    let (store, ended) = (db.store.clone(), Arc::clone(&done));
    let relay = tokio::spawn(async move {
        let mut looks = 0;
        while !ended.load(Ordering::SeqCst) {
            let events = ask!(store, |conn| outbox::oldest(conn, i64::MAX));
            for (key, numbers) in numbers_by_key(&events) {
                let from_one: Vec<i64> = (1..).take(numbers.len()).collect();
                assert_eq!(
                    numbers, from_one,
                    "{key}: events appear in the order of their commits"
                );
            }
            looks += 1;
        }
        looks
    });
    write_all(&db.store).await;
    done.store(true, Ordering::SeqCst);
    let looks = relay.await.expect("the order holds at every look");
    assert!(looks > 1, "the relay looked while the writers wrote");
}

pub async fn the_oldest_events_come_first_and_a_deleted_one_never_again(db: Database) {
    let ids = Ids::default();
    let key: ChargePointId = id(SHARED);
    for _ in 0..5 {
        append(&db.store, &ids, key, false)
            .await
            .expect("nothing refuses it");
    }
    let depth = async || ask!(db.store, |conn| outbox::depth(conn));
    let oldest = async |limit| {
        let events = ask!(db.store, |conn| outbox::oldest(conn, limit));
        events.iter().map(|event| event.key_seq).collect::<Vec<_>>()
    };
    assert_eq!(
        (oldest(3).await, depth().await),
        (vec![1, 2, 3], 5),
        "the limit cuts at the end"
    );
    for taken in [1, 2, 4] {
        commit!(db.store, [], |conn| outbox::delete(conn, id(taken))).expect("it is there");
    }
    commit!(db.store, [], |conn| outbox::delete(conn, id(4))).expect("to delete twice is no fault");
    assert_eq!(
        (oldest(9).await, depth().await),
        (vec![3, 5], 2),
        "the others stay, in order"
    );

    for left in [3, 5] {
        commit!(db.store, [], |conn| outbox::delete(conn, id(left))).expect("it is there");
    }
    assert_eq!(
        (oldest(9).await, depth().await),
        (vec![], 0),
        "the outbox is drained"
    );
    append(&db.store, &ids, key, false)
        .await
        .expect("nothing refuses it");
    assert_eq!(oldest(9).await, [6], "a drained key counts on");
}

pub async fn the_relay_is_woken_by_a_commit_with_events_and_by_no_other(db: Database) {
    let woken = async || timeout(WAIT, db.store.outbox_grew()).await.is_ok();
    let asleep = || db.store.outbox_grew().now_or_never().is_none();
    assert!(asleep(), "nothing was committed yet");
    append(&db.store, &Ids::default(), id(SHARED), false)
        .await
        .expect("nothing refuses it");
    assert!(woken().await, "an event waits");
    assert!(asleep(), "one commit wakes it once");
    // Two, one after the other: what follows the first one's commit is over when the second is answered.
    for number in [1, 2] {
        let site = station(number);
        commit!(db.store, [site], |conn| stations::insert(conn, &site)).expect("a new station");
    }
    assert!(asleep(), "nothing was told");
}

pub async fn an_envelope_is_stored_as_it_will_be_published(db: Database) {
    let key: ChargePointId = id(7);
    for (number, text) in (1_u128..).zip(hostile_texts()) {
        let told = event(key, &text);
        let (name, at) = (told.name(), at(1_700_000_000_123));
        commit!(db.store, [told], |conn| outbox::append(
            conn,
            &told,
            at,
            || id(number)
        ))
        .expect("any text is told");

        let stored = ask!(db.store, |conn| outbox::oldest(conn, 9))
            .pop()
            .expect("it was just added");
        assert_eq!((stored.id, stored.name.as_str()), (id(number), name));
        assert_eq!(
            (stored.key, u128::try_from(stored.key_seq)),
            (key.to_string(), Ok(number))
        );
        let envelope: Envelope<'_> =
            serde_json::from_str(&stored.envelope).expect("an envelope is JSON");
        assert_eq!((envelope.id, envelope.timestamp), (id(number), at));
        assert!(
            envelope.stream.is_none() && envelope.seq.is_none(),
            "both are added when it is pushed"
        );
        let read = Event::read(envelope.name, envelope.data).expect("a type of the catalogue");
        assert_eq!(read.expect("its own data reads"), told, "the text is whole");
    }
}
