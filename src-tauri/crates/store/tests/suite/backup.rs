//! Copies and their way back: made beside a running store, verified, never over a file, never a number twice.
//! For SQLite; PostgreSQL's own tools are named instead, and a database that they brought back is told so.

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use domain::ChargePointId;
use domain::ledger::{AccountKind, TransferKind};
use sqlx::migrate::Migrator;
use sqlx::{Connection as _, Executor as _, SqliteConnection};
use store::backup::{backup, backup_into_folder, newest_in_folder};
use store::repo::live_log::Then;
use store::repo::{connectors, ledger, live_log, outbox, receipts, sessions, stations};
use store::restore::{came_back, restore};
use store::tables::{self, Tables};
use store::{Claim, StoreError};
use testkit::Postgres;

use crate::database::{Database, ask, commit, open};
use crate::ledger::{billed, euros, post};
use crate::samples::{NODE, at, connector, event, id, session, station, stored_point};

fn folder(db: &Database) -> &Path {
    db.folder.as_ref().expect("SQLite has a folder").path()
}

/// The rights of a file, as `chmod` writes them.
fn mode(file: &Path) -> u32 {
    let about = std::fs::metadata(file).expect("the file is there");
    about.permissions().mode() & 0o777
}

async fn names_in(file: &Path) -> Vec<String> {
    let url = format!("sqlite://{}", file.display());
    let mut connection = SqliteConnection::connect(&url)
        .await
        .expect("a copy opens by itself");
    sqlx::query_scalar("SELECT name FROM station ORDER BY name")
        .fetch_all(&mut connection)
        .await
        .expect("a copy has all tables")
}

async fn add_station(db: &Database, number: u128) {
    let added = station(number);
    commit!(db.store, [added], |conn| stations::insert(conn, &added)).expect("a new name");
}

#[tokio::test]
async fn a_copy_holds_what_was_committed_and_is_its_owners_alone() {
    let db = Database::sqlite().await;
    add_station(&db, 1).await;
    let to = folder(&db).join("copy.db");
    let bytes = backup(&db.url, &to).await.expect("there is room");
    assert!(bytes > 0, "it says how large it is");
    add_station(&db, 2).await;
    assert_eq!(
        names_in(&to).await,
        ["Station 1"],
        "of the moment it was made"
    );
    assert_eq!(mode(&to), 0o600, "it holds everybody's data");
    let left = folder(&db).join("copy.db.part");
    assert!(!left.exists(), "nothing half made is left");
}

#[tokio::test]
async fn a_copy_replaces_nothing_and_one_that_cannot_be_made_leaves_nothing() {
    let db = Database::sqlite().await;
    let to = folder(&db).join("precious.txt");
    std::fs::write(&to, "mine").expect("the folder is writable");
    let refused = backup(&db.url, &to).await.expect_err("the name is taken");
    assert!(matches!(refused, StoreError::Copy(_)), "{refused}");
    let kept = std::fs::read_to_string(&to).expect("it is there");
    assert_eq!(kept, "mine", "a backup never replaces a file");

    let nowhere = folder(&db).join("missing").join("copy.db");
    let refused = backup(&db.url, &nowhere).await.expect_err("no such folder");
    assert!(refused.to_string().contains("missing"), "{refused}");
    let refused = backup("postgres://nobody@127.0.0.1/none", &nowhere).await;
    let refused = refused.expect_err("another engine").to_string();
    assert!(refused.contains("pg_dump"), "it names the tool: {refused}");
}

#[tokio::test]
async fn the_folder_keeps_the_newest_copies_and_no_other_file_is_touched() {
    let db = Database::sqlite().await;
    let backups = folder(&db).join("backups");
    for number in 1..=5 {
        add_station(&db, number).await;
        let name = format!("forecourt-2026010{number}T000000Z");
        backup_into_folder(&db.url, &name, 3).await.expect("room");
        if number == 1 {
            std::fs::write(backups.join("before-migration-0001.db"), "").expect("writable");
            std::fs::write(backups.join("notes.txt"), "").expect("writable");
        }
    }
    let mut left: Vec<String> = std::fs::read_dir(&backups)
        .expect("it was made")
        .map(|entry| {
            entry
                .expect("readable")
                .file_name()
                .to_string_lossy()
                .into_owned()
        })
        .collect();
    left.sort();
    assert_eq!(
        left,
        [
            "before-migration-0001.db",
            "forecourt-20260103T000000Z.db",
            "forecourt-20260104T000000Z.db",
            "forecourt-20260105T000000Z.db",
            "notes.txt"
        ],
        "the newest three, and what is not ours"
    );
    let newest = newest_in_folder(&db.url).expect("it can be read");
    assert_eq!(newest.as_deref(), Some("forecourt-20260105T000000Z"));
    assert_eq!(mode(&backups), 0o700, "a private folder");
}

/// A site with a session, an event on its way and a live log, and a copy of it.
async fn copied_site() -> (Database, PathBuf) {
    let db = Database::sqlite().await;
    let point = stored_point(&db.store, 1).await;
    let key: ChargePointId = point.id;
    let transaction = commit!(db.store, [], |conn| sessions::next_transaction_id(conn));
    let begun = session(1, &point, transaction.expect("a number"));
    let plug = connector(point.id, 1);
    commit!(db.store, [begun, plug], |conn| async {
        connectors::save(conn, &plug).await?;
        sessions::insert(conn, &begun).await?;
        outbox::append(conn, NODE, &event(key, "told"), at(1), || id(1)).await?;
        let head = live_log::open(conn, "main", id(7)).await?;
        live_log::take_own(conn, head.stream, NODE, 9, Then::Publish).await
    })
    .expect("a sound unit");
    let copy = folder(&db).join("copy.db");
    backup(&db.url, &copy).await.expect("there is room");
    (db, copy)
}

#[tokio::test]
async fn what_comes_back_gives_no_number_twice_and_begins_a_new_stream() {
    let (db, copy) = copied_site().await;
    let point = stored_point_id();
    // Given after the copy was made, and forgotten by it.
    let given = commit!(db.store, [], |conn| async {
        outbox::append(conn, NODE, &event(point, "later"), at(2), || id(2)).await?;
        sessions::next_transaction_id(conn).await
    })
    .expect("a number");
    add_station(&db, 9).await;
    db.store.close().await;

    let replaced = restore(&db.url, &copy, "replaced-20260101T000000Z")
        .await
        .expect("nobody runs");
    let replaced = replaced.expect("there was one before");
    assert_eq!(
        replaced.file_name().and_then(std::ffi::OsStr::to_str),
        Some("site.db.replaced-20260101T000000Z"),
        "the dated name"
    );
    assert_eq!(
        names_in(&replaced).await,
        ["Station 1", "Station 9"],
        "kept whole"
    );
    assert_eq!(
        mode(&folder(&db).join("site.db")),
        0o600,
        "private as before"
    );

    let db = db.reopen().await;
    let names = db.column("SELECT name FROM station").await;
    assert_eq!(names, [Some("Station 1".to_owned())], "the copy's state");
    let next = commit!(db.store, [], |conn| sessions::next_transaction_id(conn)).expect("a number");
    assert!(next >= given + 999_999, "{next} is far above {given}");
    commit!(db.store, [], |conn| outbox::append(
        conn,
        NODE,
        &event(point, "new"),
        at(3),
        || id(3)
    ))
    .expect("an event");
    let numbers = db
        .column("SELECT CAST(key_seq AS TEXT) FROM outbox ORDER BY place")
        .await;
    assert_eq!(
        numbers,
        ["1", "1000002"].map(|number| Some(number.to_owned())),
        "event numbers go on above those that were given"
    );
    let head = commit!(db.store, [], |conn| live_log::open(conn, "main", id(8))).expect("a log");
    assert_eq!(
        (head.stream, head.seq),
        (id(8), 0),
        "another stream, from its beginning"
    );
    let report = store::check::check(&db.url).await.expect("it can be asked");
    assert_eq!(report.faults, Vec::<String>::new(), "and it is sound");
}

/// The books come back whole, and receipts go on under other numbers than those that the copy does not know of.
#[tokio::test]
async fn money_comes_back_whole_and_no_receipt_number_is_given_twice() {
    let db = Database::sqlite().await;
    let (owner, charge) = billed(&db).await;
    let currency = euros(0).currency;
    let before = ask!(db.store, |conn| ledger::find_purse(conn, owner, currency));
    let receipt = ask!(db.store, |conn| receipts::standing(conn, charge));
    let copy = folder(&db).join("copy.db");
    backup(&db.url, &copy).await.expect("there is room");
    // Moved and given after the copy was made, and forgotten by it.
    let road = (AccountKind::Adjustments, AccountKind::Wallet);
    let gift = (100, TransferKind::Adjustment, None);
    commit!(db.store, [], |conn| post(conn, 900, owner, road, gift)).expect("money moves");
    commit!(db.store, [], |conn| receipts::next_place(conn, "2026")).expect("a number");
    db.store.close().await;
    restore(&db.url, &copy, "replaced-20260101T000000Z")
        .await
        .expect("nobody runs");
    let db = db.reopen().await;
    let after = ask!(db.store, |conn| ledger::find_purse(conn, owner, currency));
    assert_eq!(after, before, "to the cent");
    let kept = ask!(db.store, |conn| receipts::standing(conn, charge));
    assert_eq!(kept, receipt, "to the letter");
    let edition = ask!(db.store, |conn| receipts::edition(conn));
    assert_eq!(edition, 1, "the next series is another one");
    commit!(db.store, [], |conn| post(conn, 901, owner, road, gift)).expect("money moves on");
    let report = store::check::check(&db.url).await.expect("it can be asked");
    assert_eq!(report.faults, Vec::<String>::new(), "the books add up");
}

/// The same on PostgreSQL with its own tools, and with a word to us that it came back.
#[tokio::test]
async fn money_comes_back_from_a_dump_and_no_receipt_number_is_given_twice() {
    let server = Postgres::start().await;
    let db = Database::of(server.database_url("site").await).await;
    let (owner, charge) = billed(&db).await;
    let currency = euros(0).currency;
    let before = ask!(db.store, |conn| ledger::find_purse(conn, owner, currency));
    let receipt = ask!(db.store, |conn| receipts::standing(conn, charge));
    let given =
        commit!(db.store, [], |conn| sessions::next_transaction_id(conn)).expect("a number");
    let url = server.dump_and_restore("site", "again").await;
    db.store.close().await;
    let copy = Database::of(url.clone()).await;
    let refused = came_back(&url).await.expect_err("somebody is connected");
    assert!(
        refused.to_string().contains("stop every gateway"),
        "{refused}"
    );
    copy.store.close().await;
    came_back(&url).await.expect("nobody runs");
    let db = copy.reopen().await;
    let after = ask!(db.store, |conn| ledger::find_purse(conn, owner, currency));
    assert_eq!(after, before, "to the cent");
    let kept = ask!(db.store, |conn| receipts::standing(conn, charge));
    assert_eq!(kept, receipt, "to the letter");
    let edition = ask!(db.store, |conn| receipts::edition(conn));
    assert_eq!(edition, 1, "the next series is another one");
    let next = commit!(db.store, [], |conn| sessions::next_transaction_id(conn)).expect("a number");
    assert!(next >= given + 999_999, "{next} is far above {given}");
    let road = (AccountKind::Adjustments, AccountKind::Wallet);
    let gift = (100, TransferKind::Adjustment, None);
    commit!(db.store, [], |conn| post(conn, 901, owner, road, gift)).expect("money moves on");
    let report = store::check::check(&db.url).await.expect("it can be asked");
    assert_eq!(report.faults, Vec::<String>::new(), "the books add up");
}

fn stored_point_id() -> ChargePointId {
    id(1)
}

#[tokio::test]
async fn only_a_sound_copy_of_ours_is_taken_and_only_while_nobody_runs() {
    let (db, copy) = copied_site().await;
    db.store.close().await;
    let before = std::fs::read(folder(&db).join("site.db")).expect("it is there");

    let sound = std::fs::read(&copy).expect("it is there");
    let torn = sound[..sound.len() / 2].to_vec();
    let mut scratched = sound.clone();
    // The middle of the second page: a table's own structure.
    scratched[4096..4196].fill(0xa5);
    let foreign = foreign_database(&folder(&db).join("foreign.db")).await;
    let mut newer = SqliteConnection::connect(&format!("sqlite://{}", copy.display()))
        .await
        .expect("it opens");
    newer
        .execute("UPDATE _sqlx_migrations SET version = 9999 WHERE version = 4")
        .await
        .expect("the history's table");
    newer.close().await.expect("it was open");
    let newer = std::fs::read(&copy).expect("it is there");

    for (what, bytes) in [
        ("torn", torn),
        ("scratched", scratched),
        ("no database", b"Dear diary".to_vec()),
        ("empty", Vec::new()),
        ("another program's", foreign),
        ("a newer Forecourt's", newer),
    ] {
        let file = folder(&db).join("candidate.db");
        std::fs::write(&file, bytes).expect("the folder is writable");
        let refused = restore(&db.url, &file, "x").await;
        assert!(
            matches!(refused, Err(StoreError::Copy(_))),
            "{what}: {refused:?}"
        );
        let after = std::fs::read(folder(&db).join("site.db")).expect("it is there");
        assert!(after == before, "{what}: the database is untouched");
    }
    std::fs::write(&copy, &sound).expect("the folder is writable");
    let running = Claim::take(&db.url).expect("nobody else runs");
    let refused = restore(&db.url, &copy, "x").await;
    assert!(matches!(refused, Err(StoreError::InUse(_))), "{refused:?}");
    drop(running);
    restore(&db.url, &copy, "x")
        .await
        .expect("nobody runs any more");
}

#[tokio::test]
async fn a_database_says_how_its_tables_stand_to_this_program_and_stays_as_it_is() {
    let (db, _) = copied_site().await;
    db.store.close().await;
    let file = folder(&db).join("site.db");
    let change = async |sql: &'static str| {
        let url = format!("sqlite://{}", file.display());
        let mut site = SqliteConnection::connect(&url).await.expect("it opens");
        site.execute(sql).await.expect("the history's table");
        site.close().await.expect("it was open");
    };
    let stand = async || {
        let looked = tables::look(&db.url).await.expect("it can be asked");
        let (at, tables) = looked.expect("it is SQLite's");
        assert_eq!(at, file);
        tables
    };
    assert_eq!(stand().await, Tables::Current);
    change("UPDATE _sqlx_migrations SET version = 9999 WHERE version = 4").await;
    let before = std::fs::read(&file).expect("it is there");
    assert_eq!(stand().await, Tables::Newer, "one step is unknown");
    assert!(std::fs::read(&file).expect("it is there") == before);
    change("DELETE FROM _sqlx_migrations WHERE version > 3").await;
    assert_eq!(stand().await, Tables::Older, "steps are missing");
    let foreign = foreign_database(&folder(&db).join("foreign.db")).await;
    for (bytes, tables) in [
        (foreign, Tables::None),
        (Vec::new(), Tables::None),
        (
            b"this was a database once, of some length".repeat(200),
            Tables::Damaged,
        ),
    ] {
        std::fs::write(&file, bytes).expect("the folder is writable");
        assert_eq!(stand().await, tables);
    }
    std::fs::remove_file(&file).expect("it is there");
    assert_eq!(stand().await, Tables::None);
    assert!(!file.exists(), "nobody asks for one to be made");
    assert_eq!(
        tables::look("postgres://nobody@127.0.0.1:1/x")
            .await
            .expect("nobody is asked"),
        None
    );
}

async fn foreign_database(file: &Path) -> Vec<u8> {
    let url = format!("sqlite://{}?mode=rwc", file.display());
    let mut connection = SqliteConnection::connect(&url).await.expect("writable");
    connection
        .execute("CREATE TABLE song (name TEXT)")
        .await
        .expect("a new table");
    connection.close().await.expect("it was open");
    std::fs::read(file).expect("it was made")
}

#[tokio::test]
async fn a_database_that_no_longer_opens_is_replaced_and_kept_as_it_is() {
    let (db, copy) = copied_site().await;
    db.store.close().await;
    let ruin = b"this was a database once".to_vec();
    std::fs::write(folder(&db).join("site.db"), &ruin).expect("writable");
    let replaced = restore(&db.url, &copy, "x")
        .await
        .expect("the copy is sound");
    let kept = std::fs::read(replaced.expect("there was one")).expect("it is there");
    assert!(kept == ruin, "somebody may want to look at it");
    let db = db.reopen().await;
    assert_eq!(
        db.column("SELECT name FROM station").await.len(),
        1,
        "and the copy is back"
    );
}

#[tokio::test]
async fn one_gateway_at_a_time_runs_on_a_file() {
    let db = Database::sqlite().await;
    let first = Claim::take(&db.url).expect("nobody else runs");
    let second = Claim::take(&db.url);
    assert!(matches!(second, Err(StoreError::InUse(_))), "{second:?}");
    drop(first);
    Claim::take(&db.url).expect("it went with its holder");
    assert_eq!(mode(&folder(&db).join("site.db.lock")), 0o600);
}

#[tokio::test]
async fn the_database_is_copied_before_its_tables_change_and_only_then() {
    static HISTORY: Migrator = sqlx::migrate!("../../../migrations");
    let db = Database::sqlite().await;
    let backups = folder(&db).join("backups");
    let db = db.reopen().await;
    assert!(!backups.exists(), "nothing changes: nothing is copied");

    // As an older program left it.
    let url = db.fresh_url().await;
    let mut connection = SqliteConnection::connect(&format!("{url}?mode=rwc"))
        .await
        .expect("a new file");
    HISTORY
        .run_direct(Some(4), &mut connection, false)
        .await
        .expect("the first steps of the history");
    connection
        .execute("INSERT INTO station (id, name, created_at, updated_at) VALUES ('x', 'Station 1', 1, 1)")
        .await
        .expect("the oldest columns");
    connection.close().await.expect("it was open");
    let store = open(&url).await;
    let copies: Vec<PathBuf> = std::fs::read_dir(&backups)
        .expect("a copy was made")
        .map(|entry| entry.expect("readable").path())
        .collect();
    assert_eq!(
        copies,
        [backups.join("before-migration-0005.db")],
        "one, named after the step"
    );
    assert_eq!(
        names_in(&copies[0]).await,
        ["Station 1"],
        "as it was before"
    );
    store.close().await;
}
