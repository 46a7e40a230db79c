//! What only PostgreSQL has: a server that may be away, its settings, and deadlocks. Not for what both
//! engines do: that is in the list of `main`.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use store::repo::charge_points;
use store::{Store, StoreError};
use tokio::sync::Barrier;

use crate::database::{Database, commit};
use crate::samples::{at, charge_point, stored_point};

#[tokio::test]
async fn a_server_that_is_away_is_named_at_once_in_one_sentence() {
    let lease = testkit::port::Port::lease();
    let place = format!("127.0.0.1:{}", lease.number());
    let began = Instant::now();
    let error = Store::open(&format!("postgres://u@{place}/d")).await.err();
    let error = error.expect("nobody listens there");
    assert!(
        matches!(error, StoreError::Unreachable { .. }) && error.to_string().contains(&place),
        "{error}"
    );
    assert!(
        began.elapsed() < Duration::from_secs(3),
        "nobody waits for it: {:?}",
        began.elapsed()
    );
}

#[tokio::test]
async fn a_server_that_takes_the_call_and_says_nothing_is_given_up_in_seconds() {
    let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await;
    let silent = silent.expect("loopback has a free port");
    let place = silent.local_addr().expect("it is bound");
    let error = Store::open(&format!("postgres://u@{place}/d")).await.err();
    let error = error.expect("it never answers").to_string();
    assert!(error.contains("no answer within 5s"), "{error}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_units_that_block_each_other_both_come_through() {
    let db = Database::postgres().await;
    stored_point(&db.store, 1).await;
    let second = charge_point(2, crate::samples::id(1));
    commit!(db.store, [second], |conn| charge_points::insert(
        conn, &second
    ))
    .expect("a new one");

    // Both hold their first row before either asks for its second; only the first time each of them runs.
    let met = Arc::new(Barrier::new(2));
    let runs = Arc::new(AtomicU32::new(0));
    let unit = |rows: [u128; 2]| {
        let (store, met, runs) = (db.store.clone(), Arc::clone(&met), Arc::clone(&runs));
        async move {
            store
                .write(move |conn| {
                    Box::pin(async move {
                        let run = runs.fetch_add(1, Ordering::SeqCst);
                        charge_points::hear(conn, crate::samples::id(rows[0]), at(1)).await?;
                        if run < 2 {
                            met.wait().await;
                        }
                        charge_points::hear(conn, crate::samples::id(rows[1]), at(1)).await?;
                        Ok(())
                    })
                })
                .await
        }
    };
    let (first, second) = tokio::join!(unit([1, 2]), unit([2, 1]));
    let done: (Result<(), StoreError>, Result<(), StoreError>) = (first, second);
    assert!(done.0.is_ok() && done.1.is_ok(), "{done:?}");
    // Once more at least: it may meet the other again while that one still holds its rows.
    let runs = runs.load(Ordering::SeqCst);
    assert!(runs >= 3, "the victim ran once more: {runs} runs in all");
}
