//! A unit of work commits whole or not at all, and many of them at once lose nothing.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use domain::EventId;
use futures_util::future::join_all;
use store::repo::{charge_points, id_tokens, outbox, stations};
use store::{Store, StoreError, UnitError};
use tokio::sync::Notify;
use tokio::task::JoinSet;

use crate::database::{Database, ask, commit, to_publish};
use crate::samples::{NODE, at, event, id, id_token, station, stored_point};

const WRITERS: u128 = 64;
const UNITS: u128 = 50;

/// Why a unit fails: a rule above the store, as an op's refusal is, or the store.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    #[error("a rule above the store refused")]
    Rule,
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl UnitError for Failure {
    fn store(&self) -> Option<&StoreError> {
        match self {
            Self::Rule => None,
            Self::Store(error) => Some(error),
        }
    }
}

/// Writes a station and an event, then stands or fails as it is told.
async fn write_then(store: &Store, number: u128, stands: bool) -> Result<(), Failure> {
    store
        .write(move |conn| {
            Box::pin(async move {
                stations::insert(conn, &station(number)).await?;
                outbox::append(conn, NODE, &event(id(number), "told"), at(1), || id(number))
                    .await?;
                if stands { Ok(()) } else { Err(Failure::Rule) }
            })
        })
        .await
}

pub async fn a_unit_that_fails_takes_back_state_and_events(db: Database) {
    write_then(&db.store, 1, true)
        .await
        .expect("nothing refuses it");
    let error = write_then(&db.store, 2, false)
        .await
        .expect_err("it says so itself");
    assert!(
        matches!(error, Failure::Rule),
        "its own error comes back: {error}"
    );
    // The database refuses in the middle: what came before in the unit goes too.
    let twin = station(1);
    let answer = commit!(db.store, [twin], |conn| async {
        outbox::append(conn, NODE, &event(id(3), "told"), at(1), || id(3)).await?;
        stations::insert(conn, &twin).await
    });
    assert!(answer.expect_err("the name is taken").is_duplicate());
    write_then(&db.store, 4, true)
        .await
        .expect("a failure spoils nothing after it");

    let names = db.column("SELECT name FROM station ORDER BY name").await;
    assert_eq!(
        names,
        ["Station 1", "Station 4"].map(|name| Some(name.to_owned())),
        "no state of a failed unit"
    );
    let told: Vec<EventId> = to_publish(&db.store, 9)
        .await
        .iter()
        .map(|event| event.id)
        .collect();
    assert_eq!(told, [id(1), id(4)], "no event of a failed unit");
    let keys = db.column("SELECT key FROM event_key ORDER BY key").await;
    assert_eq!(
        keys.len(),
        2,
        "a failed unit has not even used up a number: {keys:?}"
    );
}

pub async fn nobody_sees_a_unit_before_its_commit_and_everybody_after_it(db: Database) {
    let (written, release) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let (store, told, wait) = (db.store.clone(), Arc::clone(&written), Arc::clone(&release));
    let unit = tokio::spawn(async move {
        commit!(store, [told, wait], |conn| async {
            stations::insert(conn, &station(1)).await?;
            told.notify_one();
            wait.notified().await;
            Ok::<_, StoreError>(())
        })
    });
    written.notified().await;
    let seen = ask!(db.store, |conn| stations::find(conn, "Station 1"));
    assert_eq!(seen, None, "it has not committed");
    assert!(!unit.is_finished(), "nor was it answered");
    release.notify_one();
    unit.await
        .expect("it does not panic")
        .expect("nothing refuses it");
    for look in 0..20 {
        let seen = ask!(db.store, |conn| stations::find(conn, "Station 1"));
        assert!(
            seen.is_some(),
            "look {look}: what was answered is committed, for every reader"
        );
    }
}

pub async fn a_unit_that_panics_is_rolled_back_and_the_next_one_runs(db: Database) {
    let answer: Result<(), StoreError> = commit!(db.store, [], |conn| async {
        stations::insert(conn, &station(1)).await?;
        panic!("planted by the test")
    });
    assert!(
        matches!(answer, Err(StoreError::Closed)),
        "its caller is told: {answer:?}"
    );
    write_then(&db.store, 2, true)
        .await
        .expect("the store lives on");
    let names = db.column("SELECT name FROM station").await;
    assert_eq!(
        names,
        [Some("Station 2".to_owned())],
        "nothing of it is left"
    );
}

pub async fn units_that_hear_a_charge_point_first_change_it_one_after_the_other(db: Database) {
    const UNITS: i64 = 32;
    let point = stored_point(&db.store, 10).await;
    let change = async || {
        commit!(db.store, [], |conn| async {
            charge_points::hear(conn, point.id, at(9)).await?;
            let found = charge_points::find(conn, point.id).await?;
            let mut changed = found.expect("it is registered");
            changed.version += 1;
            charge_points::update(conn, &changed).await
        })
    };
    for answer in join_all((0..UNITS).map(|_| change())).await {
        answer.expect("a unit that must wait is no fault");
    }
    let found = ask!(db.store, |conn| charge_points::find(conn, point.id));
    let version = found.expect("it is registered").version;
    assert_eq!(
        version,
        point.version + UNITS,
        "no change was made on an older state"
    );
}

pub async fn sixty_four_writers_lose_nothing_and_are_never_told_busy(db: Database) {
    let acknowledged = Arc::new(AtomicU64::new(0));
    let mut tasks = JoinSet::new();
    for writer in 0..WRITERS {
        let (store, acknowledged) = (db.store.clone(), Arc::clone(&acknowledged));
        tasks.spawn(async move {
            for unit in 0..UNITS {
                let number = 1 + writer * UNITS + unit;
                let text = format!("{writer}-{unit}");
                commit!(store, [], |conn| id_tokens::insert(
                    conn,
                    &id_token(number),
                    &text,
                    at(1)
                ))
                .unwrap_or_else(|error| panic!("unit {number}: {error}"));
                acknowledged.fetch_add(1, Ordering::SeqCst);
                // Readers run beside the writers and are never told busy either.
                let text = format!("{writer}-{unit}");
                let own = ask!(store, |conn| id_tokens::find(conn, &text));
                assert!(
                    own.is_some(),
                    "unit {number} was acknowledged, so it is there"
                );
            }
        });
    }
    while let Some(done) = tasks.join_next().await {
        done.expect("no writer fails");
    }
    let stored = db.column("SELECT token FROM id_token").await;
    assert_eq!(
        stored.len() as u64,
        acknowledged.load(Ordering::SeqCst),
        "each unit once"
    );
    assert_eq!(stored.len() as u128, WRITERS * UNITS, "and all of them");
}
