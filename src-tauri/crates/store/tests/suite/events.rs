//! The outbox: numbers per key, their order, and what the relay reads.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use domain::event::Envelope;
use domain::{ChargePointId, Event, EventId};
use futures_util::FutureExt as _;
use store::repo::live_log::{self, Taken, Then};
use store::repo::outbox::{self, Outgoing};
use store::repo::stations;
use store::{Conn, Store, StoreError};
use tokio::task::JoinSet;
use tokio::time::timeout;
use uuid::Uuid;

use crate::database::{Database, ask, commit, to_publish};
use crate::samples::{NODE, at, event, hostile_texts, id, station};
use crate::unit_of_work::Failure;

pub const WAIT: Duration = Duration::from_secs(30);
const WRITERS: u64 = 64;
const UNITS: u64 = 12;
/// Every so many units of a writer, one fails after it took its number.
const FAILS_EVERY: u64 = 5;
/// Half the writers share one key, the others have one each.
pub const SHARED: u128 = 1000;

/// Gives ids that rise in the order they are asked for, as the gateway's clock does.
#[derive(Clone, Default)]
pub struct Ids(Arc<AtomicU64>);

impl Ids {
    pub fn next(&self) -> EventId {
        id(u128::from(1 + self.0.fetch_add(1, Ordering::SeqCst)))
    }
}

pub async fn append(
    store: &Store,
    ids: &Ids,
    key: ChargePointId,
    fails: bool,
) -> Result<(), Failure> {
    let ids = ids.clone();
    store
        .write(move |conn| {
            Box::pin(async move {
                outbox::append(conn, NODE, &event(key, "told"), at(1), || ids.next()).await?;
                if fails { Err(Failure::Rule) } else { Ok(()) }
            })
        })
        .await
}

/// Runs all writers at once and returns how many events each key must have.
pub async fn write_all(store: &Store) -> BTreeMap<String, i64> {
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

/// Each key's numbers in the order of publishing.
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

pub async fn numbers_per_key_have_no_holes_and_rise_as_they_are_published(db: Database) {
    let expected = write_all(&db.store).await;
    let numbers = numbers_by_key(&to_publish(&db.store, i64::MAX).await);
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
            "{key}: in the order of the commits, without a hole"
        );
    }
}

pub async fn no_screen_ever_sees_a_number_before_the_one_below_it(db: Database) {
    let done = Arc::new(AtomicBool::new(false));
    let (store, ended) = (db.store.clone(), Arc::clone(&done));
    let pump = tokio::spawn(async move {
        let mut looks = 0;
        let mut all = Vec::new();
        loop {
            let last = ended.load(Ordering::SeqCst);
            let taken = commit!(store, [], |conn| take(conn, NODE, 7, Then::Publish));
            let taken = taken.expect("a known log takes any event");
            all.extend(taken.logged);
            looks += 1;
            if last && !taken.more {
                return (looks, all);
            }
        }
    });
    let expected = write_all(&db.store).await;
    done.store(true, Ordering::SeqCst);
    let (looks, all) = pump.await.expect("the pump takes all there is");
    assert!(looks > 1, "the pump looked while the writers wrote");
    let seqs: Vec<i64> = all.iter().map(|logged| logged.seq).collect();
    assert_eq!(
        seqs,
        (1..).take(all.len()).collect::<Vec<_>>(),
        "numbered in order, without a hole"
    );
    let order: BTreeMap<EventId, (String, i64)> =
        ask!(db.store, |conn| outbox::next(conn, NODE, i64::MAX))
            .into_iter()
            .map(|event| (event.id, (event.key, event.key_seq)))
            .collect();
    let mut counts: BTreeMap<&str, i64> = BTreeMap::new();
    for logged in &all {
        let envelope: Envelope<'_> =
            serde_json::from_str(&logged.envelope).expect("an envelope is JSON");
        let (key, number) = &order[&envelope.id];
        let count = counts.entry(key).or_default();
        *count += 1;
        assert_eq!(
            *number, *count,
            "{key}: an event came before the one it followed"
        );
    }
    let counts: BTreeMap<String, i64> = counts
        .into_iter()
        .map(|(key, count)| (key.to_owned(), count))
        .collect();
    assert_eq!(counts, expected, "each event once");
}

/// A gateway's pump: takes what is new into its log.
pub async fn take(
    conn: &mut Conn,
    node: &str,
    limit: i64,
    then: Then,
) -> Result<Taken, StoreError> {
    let log = live_log::open(conn, node, Uuid::from_u128(u128::from(node.as_bytes()[0]))).await?;
    live_log::take_own(conn, log.stream, node, limit, then).await
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
    let oldest = async |limit| numbers(&to_publish(&db.store, limit).await);
    assert_eq!(
        (oldest(3).await, depth().await),
        (vec![1, 2, 3], 5),
        "the limit cuts at the end"
    );
    let taken = [id(1), id(2), id(4), id(4), id(77)];
    commit!(db.store, [], |conn| outbox::delete(conn, &taken))
        .expect("to delete twice, or what is not there, is no fault");
    assert_eq!(
        (oldest(9).await, depth().await),
        (vec![3, 5], 2),
        "the others stay, in order"
    );
    commit!(db.store, [], |conn| outbox::delete(conn, &[id(3), id(5)])).expect("it is there");
    assert_eq!(
        (oldest(9).await, depth().await),
        (vec![], 0),
        "the outbox is drained"
    );
    append(&db.store, &ids, key, false)
        .await
        .expect("nothing refuses it");
    assert_eq!(oldest(9).await, [6], "a drained key counts on");
    let many: Vec<EventId> = (1..=1_001).map(id).collect();
    commit!(db.store, [many], |conn| outbox::delete(conn, &many)).expect("any number at once");
    assert_eq!(depth().await, 0, "all of them");
}

pub fn numbers(events: &[Outgoing]) -> Vec<i64> {
    events.iter().map(|event| event.key_seq).collect()
}

pub async fn a_clock_set_back_turns_no_events_round(db: Database) {
    // A backlog, and ids that fall: the clock was set back, again and again.
    let tell = async |key: u128, number: u128| {
        let key: ChargePointId = id(key);
        commit!(db.store, [], |conn| outbox::append(
            conn,
            NODE,
            &event(key, "told"),
            at(i64::try_from(number).expect("a small number")),
            || id(number)
        ))
        .expect("nothing refuses it");
    };
    for (key, number) in [(1, 900), (2, 800), (1, 700), (1, 600), (2, 500)] {
        tell(key, number).await;
    }
    let first = to_publish(&db.store, 2).await;
    let ids = |events: &[Outgoing]| {
        events
            .iter()
            .map(|one| one.id.0.as_u128())
            .collect::<Vec<_>>()
    };
    assert_eq!(
        ids(&first),
        [900, 800],
        "in the order they were told, not in that of the clock"
    );
    commit!(db.store, [], |conn| outbox::delete(conn, &[id(900)])).expect("it is there");
    tell(1, 400).await;
    assert_eq!(
        ids(&to_publish(&db.store, 9).await),
        [800, 700, 600, 500, 400],
        "behind what waits"
    );
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
            NODE,
            &told,
            at,
            || id(number)
        ))
        .expect("any text is told");
        let stored = to_publish(&db.store, 9)
            .await
            .pop()
            .expect("it was just added");
        assert_eq!((stored.id, stored.routing_key.as_str()), (id(number), name));
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
