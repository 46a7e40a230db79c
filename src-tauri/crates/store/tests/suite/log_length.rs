//! SQLite's write-ahead log while somebody always reads (DB-09): it stays below 64 MB however much is written. 160 MB in
//! the short form, ten minutes of writing in the long one.
//!
//! Planted once and seen red: readers never waited for (`group_commit.rs`).

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use domain::event::{Direction, FrameKind};
use sqlx::{Connection as _, Executor as _, SqliteConnection};
use store::repo::ocpp_messages::{self, OcppMessageRow};
use testkit::{rounds, wait_until};
use tokio::runtime::Handle;

use crate::database::{Database, ask, commit};
use crate::samples::{at, id, stored_point};

const MOST: u64 = 64 * 1024 * 1024;
/// How long each reader keeps its view of the database: far longer than any question takes.
const LOOKS: Duration = Duration::from_millis(300);
const WRITERS: u128 = 4;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_log_stays_short_while_there_is_no_moment_without_a_reader() {
    let db = Database::sqlite().await;
    stored_point(&db.store, 10).await;
    let folder = db.folder.as_ref().expect("SQLite has a folder").path();
    let file = |name: &str| folder.join(name);
    let until = Instant::now() + Duration::from_secs(rounds(0, 600).into());
    let enough = 160 * 1024 * 1024;

    let over = Arc::new(AtomicBool::new(false));
    let readers = [false, true].map(|late| {
        let (url, over, runtime) = (db.url.clone(), Arc::clone(&over), Handle::current());
        tokio::task::spawn_blocking(move || runtime.block_on(read_on(&url, late, &over)))
    });
    let (mut written, mut number, mut longest) = (0_u64, 0_u128, 0);
    let mut slowest = Duration::ZERO;
    while written < enough || Instant::now() < until {
        let began = Instant::now();
        let units = (0..WRITERS).map(|writer| {
            let row = frame(1_000 + number + writer);
            let store = db.store.clone();
            async move { commit!(store, [row], |conn| ocpp_messages::insert(conn, &[row])) }
        });
        for done in futures_util::future::join_all(units).await {
            done.expect("nobody who writes is told of it");
        }
        slowest = slowest.max(began.elapsed());
        number += WRITERS;
        written += 16 * 1024 * u64::try_from(WRITERS).expect("a small number");
        longest = longest.max(length(&file("site.db-wal")));
    }
    let frames = ask!(db.store, |conn| ocpp_messages::list(
        conn,
        None,
        store::repo::Slice {
            limit: 1,
            offset: 0
        }
    ));
    println!(
        "{} MB written, the log at most {} MB, the slowest commit {slowest:?}",
        written >> 20,
        longest >> 20
    );
    assert_eq!(
        u128::try_from(frames.total),
        Ok(number),
        "all of it is there"
    );
    assert!(longest < MOST, "the log grew to {} MB", longest >> 20);
    over.store(true, Ordering::SeqCst);
    for reader in readers {
        assert!(
            reader.await.expect("it reads to the end") > 3,
            "it looked again and again"
        );
    }
}

/// One view of the database after the other; of two that do this, one begins before the other ends.
async fn read_on(url: &str, late: bool, over: &AtomicBool) -> u32 {
    let connection = SqliteConnection::connect(url).await;
    let mut connection = connection.expect("the file is there");
    let mut patience = if late { LOOKS / 2 } else { LOOKS };
    let mut looks = 0;
    while !over.load(Ordering::SeqCst) {
        connection
            .execute("BEGIN; SELECT COUNT(*) FROM station")
            .await
            .expect("who reads is not told busy");
        let until = Instant::now() + patience;
        wait_until(LOOKS * 2, async || (Instant::now() >= until).then_some(())).await;
        connection.execute("COMMIT").await.expect("it only read");
        patience = LOOKS;
        looks += 1;
    }
    looks
}

fn frame(number: u128) -> OcppMessageRow {
    OcppMessageRow {
        id: id(number),
        charge_point_id: id(10),
        direction: Direction::In,
        kind: FrameKind::Call,
        action: None,
        message_id: None,
        payload: Some("x".repeat(16 * 1024)),
        error: None,
        received_at: at(1),
        bytes: 16 * 1024,
        truncated: false,
        trace_id: id(number),
    }
}

fn length(file: &PathBuf) -> u64 {
    std::fs::metadata(file).map_or(0, |about| about.len())
}
