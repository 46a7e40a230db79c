//! What only SQLite has: its version, its settings and the one writer whose units share a commit.
//! Not for what both engines do: that is in the list of `main`.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use futures_util::future::join_all;
use sqlx::{Connection as _, Executor as _, SqliteConnection};
use store::repo::{id_tokens, stations};
use store::{Store, StoreError};
use testkit::wait_until;
use tokio::sync::{Notify, Semaphore};

use crate::database::{Database, ask, commit};
use crate::samples::{at, id_token, station};
use crate::unit_of_work::Failure;

/// From here on a WAL that is reset while it is read cannot lose a commit (sqlite.org, "WAL-reset bug").
const SOUND: u32 = 3_051_003;
const WAIT: Duration = Duration::from_secs(30);

/// A connection past the store, as another program's.
async fn stranger(url: &str) -> SqliteConnection {
    SqliteConnection::connect(url)
        .await
        .expect("the file is there")
}

#[tokio::test]
async fn the_file_is_written_by_a_sqlite_without_the_wal_reset_bug() {
    let db = Database::sqlite().await;
    let file = db
        .folder
        .as_ref()
        .expect("SQLite has a folder")
        .path()
        .join("site.db");
    db.store.close().await;
    let header = std::fs::read(file).expect("a closed store leaves its file");
    // The file format's "SQLITE_VERSION_NUMBER" of the library that wrote last.
    let version = u32::from_be_bytes(header[96..100].try_into().expect("four bytes"));
    assert!(version >= SOUND, "written by {version}, needed {SOUND}");
}

#[tokio::test]
async fn a_setting_that_sqlite_does_not_take_is_named_at_the_start() {
    let error = Store::open("sqlite::memory:").await.err();
    let error = error.expect("memory has no write-ahead log");
    assert!(
        matches!(&error, StoreError::Pragma { pragma: "journal_mode", found, needed: "wal" } if found == "memory"),
        "{error}"
    );
}

#[tokio::test]
async fn a_file_that_is_no_database_is_refused_and_left_as_it_is() {
    const LETTER: &str = "Dear operator, this is no database, and it is longer than a header of a hundred bytes, \
        so that nothing can take it for the beginning of one.";
    let folder = tempfile::tempdir().expect("the folder for temporary files is writable");
    let file = folder.path().join("letter.txt");
    std::fs::write(&file, LETTER).expect("the folder is ours");
    let error = Store::open(&format!("sqlite://{}", file.display()))
        .await
        .err();
    let told = error.expect("it is a letter").to_string();
    assert!(
        told.contains("not a database"),
        "the reason is named: {told}"
    );
    let left = std::fs::read_to_string(&file).expect("it is still there");
    assert_eq!(left, LETTER, "nobody's file is overwritten");
}

#[tokio::test]
async fn a_url_of_another_engine_is_refused() {
    for url in ["mysql://localhost/site", "site.db", ""] {
        let refused = Store::open(url).await.err();
        assert!(
            matches!(refused, Some(StoreError::Url(_))),
            "{url:?}: {refused:?}"
        );
    }
}

#[tokio::test]
async fn the_write_ahead_log_is_on_and_a_schema_that_others_changed_is_not_trusted() {
    let db = Database::sqlite().await;
    assert_eq!(
        db.column("PRAGMA journal_mode").await,
        [Some("wal".to_owned())],
        "the file itself says so"
    );
    // A trigger that reaches beyond plain tables.
    stranger(&db.url)
        .await
        .execute(
            "CREATE TABLE seen (unsafe_allowed TEXT);
             CREATE TRIGGER look AFTER INSERT ON station BEGIN
               INSERT INTO seen SELECT synchronous FROM pragma_synchronous; END",
        )
        .await
        .expect("another program may add a trigger");
    let site = station(1);
    let error = commit!(db.store, [site], |conn| stations::insert(conn, &site))
        .expect_err("trusted_schema is off");
    assert!(
        error.to_string().contains("unsafe use"),
        "what others put into the schema is not trusted: {error}"
    );
}

#[tokio::test]
async fn who_reads_cannot_write() {
    let db = Database::sqlite().await;
    let mut reader = db.store.read().await.expect("a reader is free");
    let error = stations::insert(&mut reader, &station(1))
        .await
        .expect_err("there is one writer");
    assert!(error.to_string().contains("readonly"), "{error}");
}

/// A unit that holds the writer until it is told to go on, so that what comes meanwhile shares one commit.
struct Gate {
    /// Closed once it may go on: a unit can run twice, and must not wait a second time.
    open: Arc<Semaphore>,
    unit: tokio::task::JoinHandle<Result<(), StoreError>>,
}

impl Gate {
    async fn shut(store: &Store) -> Self {
        let (running, open) = (Arc::new(Notify::new()), Arc::new(Semaphore::new(0)));
        let (store, told, wait) = (store.clone(), Arc::clone(&running), Arc::clone(&open));
        let unit = tokio::spawn(async move {
            commit!(store, [told, wait], |conn| async {
                stations::insert(conn, &station(1)).await?;
                told.notify_one();
                wait.acquire().await.expect_err("it is only ever closed");
                Ok::<_, StoreError>(())
            })
        });
        running.notified().await;
        Self { open, unit }
    }
}

#[derive(Clone, Copy)]
enum Fate {
    Stands,
    Fails,
    Panics,
}

/// Writes token `number`, then meets its fate.
async fn meet(store: &Store, number: u128, fate: Fate) -> Result<(), Failure> {
    store
        .write(move |conn| {
            Box::pin(async move {
                id_tokens::insert(conn, &id_token(number), &number.to_string(), at(1)).await?;
                match fate {
                    Fate::Stands => Ok(()),
                    Fate::Fails => Err(Failure::Rule),
                    Fate::Panics => panic!("planted by the test"),
                }
            })
        })
        .await
}

#[tokio::test]
async fn a_unit_that_fails_or_panics_in_a_group_takes_nothing_of_the_others_with_it() {
    use Fate::{Fails, Panics, Stands};
    let db = Database::sqlite().await;
    let gate = Gate::shut(&db.store).await;
    let fates = [Stands, Fails, Stands, Panics, Panics, Stands, Fails, Stands];
    let units = join_all(
        (1..)
            .zip(fates)
            .map(|(number, fate)| meet(&db.store, number, fate)),
    );
    let (answers, ()) = tokio::join!(units, async { gate.open.close() });

    gate.unit
        .await
        .expect("it does not panic")
        .expect("the first of the group stands");
    for (number, (fate, answer)) in (1_u128..).zip(fates.into_iter().zip(answers)) {
        let as_told = match fate {
            Stands => answer.is_ok(),
            Fails => matches!(answer, Err(Failure::Rule)),
            Panics => matches!(answer, Err(Failure::Store(StoreError::Closed))),
        };
        assert!(
            as_told,
            "unit {number} is told what became of it: {answer:?}"
        );
        let stored = ask!(db.store, |conn| id_tokens::find(conn, &number.to_string())).is_some();
        assert_eq!(
            stored,
            matches!(fate, Stands),
            "unit {number} is stored if it stood"
        );
    }
    meet(&db.store, 99, Stands)
        .await
        .expect("the writer lives on");
}

#[tokio::test]
async fn the_units_of_a_group_are_answered_by_one_commit_and_not_before_it() {
    let db = Database::sqlite().await;
    let gate = Gate::shut(&db.store).await;
    let first_answered = Arc::new(AtomicBool::new(false));
    let first = async {
        meet(&db.store, 1, Fate::Stands)
            .await
            .expect("nothing refuses it");
        first_answered.store(true, Ordering::SeqCst);
    };
    // Runs behind the first in the same group, and looks about before their commit.
    let (store, answered) = (db.store.clone(), Arc::clone(&first_answered));
    let second = db.store.write(move |_| {
        Box::pin(async move {
            let visible = ask!(store, |conn| id_tokens::find(conn, "1")).is_some();
            Ok::<_, StoreError>((visible, answered.load(Ordering::SeqCst)))
        })
    });
    let ((), seen, ()) = tokio::join!(first, second, async { gate.open.close() });
    let seen = seen.expect("it only looks");
    assert_eq!(
        seen,
        (false, false),
        "the first is neither visible nor answered while its group runs"
    );
    assert!(
        ask!(db.store, |conn| id_tokens::find(conn, "1")).is_some(),
        "the commit brings it"
    );
}

#[tokio::test]
async fn a_unit_whose_caller_has_gone_stands_all_the_same() {
    let db = Database::sqlite().await;
    let gate = Gate::shut(&db.store).await;
    // Polled once, so that it waits in the queue; then its caller is dropped.
    tokio::select! {
        biased;
        _ = meet(&db.store, 1, Fate::Stands) => panic!("the gate is shut"),
        () = std::future::ready(()) => {}
    }
    gate.open.close();
    let stored = wait_until(WAIT, async || {
        ask!(db.store, |conn| id_tokens::find(conn, "1"))
    })
    .await;
    assert!(stored.is_some(), "nobody waits for it, and it is done");
}

#[tokio::test]
async fn a_unit_that_cannot_begin_is_refused_and_the_next_is_taken() {
    let db = Database::sqlite().await;
    let mut other = stranger(&db.url).await;
    other
        .execute("BEGIN IMMEDIATE")
        .await
        .expect("nobody else writes");
    // Another program keeps the file for longer than the busy timeout.
    let refused = meet(&db.store, 1, Fate::Stands).await;
    assert!(
        matches!(refused, Err(Failure::Store(StoreError::Closed))),
        "{refused:?}"
    );
    other.execute("ROLLBACK").await.expect("it held the lock");
    meet(&db.store, 2, Fate::Stands)
        .await
        .expect("the file is free again");
    assert!(
        ask!(db.store, |conn| id_tokens::find(conn, "1")).is_none(),
        "what was refused was not done"
    );
}

#[tokio::test]
async fn closing_finishes_what_waits_and_takes_nothing_more() {
    // More than share a commit, so that some still wait when the writer hears of the end.
    const WAITING: u128 = 200;
    let db = Database::sqlite().await;
    let gate = Gate::shut(&db.store).await;
    let waiting = join_all((1..=WAITING).map(|number| meet(&db.store, number, Fate::Stands)));
    let closing = async {
        gate.open.close();
        db.store.close().await;
    };
    let (waited, ()) = tokio::join!(waiting, closing);
    for answer in waited {
        answer.expect("it was in the queue before the end");
    }
    let late = meet(&db.store, WAITING + 1, Fate::Stands).await;
    assert!(
        matches!(late, Err(Failure::Store(StoreError::Closed))),
        "{late:?}"
    );
    db.store.close().await;

    let db = db.reopen().await;
    let stored = db.column("SELECT token FROM id_token").await;
    assert_eq!(
        stored.len() as u128,
        WAITING,
        "what was answered is stored, and what was refused is not"
    );
}
