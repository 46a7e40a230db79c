//! A kill in the middle of a migration (DB-08): the next start brings the tables up to date all the same, and they are what
//! they would have been. Each migration is killed at two of its writes, in the long form at 50.
//!
//! Planted once and seen red: a migration outside a transaction (`-- no-transaction` on 0002), on SQLite; PostgreSQL runs
//! the file of a step as one statement, which is one transaction by itself; of 0025, which car a charge was for not carried over, and
//! removed ones left.
#![allow(
    clippy::disallowed_methods,
    reason = "a test that starts itself once more is told so by the environment"
)]

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};

use sqlx::{Connection as _, PgConnection, SqliteConnection};
use store::{Store, history};
use testkit::rounds;

use crate::database::{Database, open};

/// Tells a copy of this test to be the one that migrates, and on which database.
const VICTIM: &str = "STORE_SUITE_MIGRATES";
/// Tells it to go the whole way.
const WHOLE: &str = "whole";

/// What a process does when it writes: into its file, or to its server.
const WRITES: &str = "pwrite64,fdatasync,sendto";

/// The tables as they are, whatever made them: two ways to the same tables give the same text.
const SQLITE_TABLES: &str = "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY name";
const POSTGRES_TABLES: &str =
    "SELECT CONCAT_WS('|', table_name, column_name, data_type, is_nullable, column_default)
    FROM information_schema.columns WHERE table_schema = 'public' ORDER BY 1";

/// The one that is killed; by itself it migrates nothing. The whole way as a gateway does, or one step alone.
#[tokio::test]
async fn the_one_that_migrates() {
    let Ok(told) = std::env::var(VICTIM) else {
        return;
    };
    match told.split_once(' ').expect("a way and a URL") {
        (WHOLE, url) => open(url).await.close().await,
        (step, url) => migrate_to(url, step.parse().expect("a number")).await,
    }
}

pub async fn a_kill_at_any_moment_of_any_migration_leaves_a_database_that_opens(db: Database) {
    let whole = tables(&db).await;
    let steps: Vec<i64> = history::versions().collect();
    let kills = rounds(2, 50);
    let (mut killed, mut tried) = (0, 0);
    let mut before = 0;
    for step in steps {
        // In turns: within this step, where most can go wrong, and anywhere on the whole way from here.
        let alone = step.to_string();
        let ways = [&*alone, WHOLE];
        let mut writes = Vec::new();
        for way in ways {
            writes.push(undisturbed(way, &url_at(&db, before).await));
        }
        for kill in 0..kills {
            let (way, writes) = (ways[kill as usize % 2], writes[kill as usize % 2]);
            let url = url_at(&db, before).await;
            // Spread evenly.
            let at = 1 + writes * (kill + 1) / (kills + 1);
            let ended = migrate_killed(way, &url, at);
            tried += 1;
            killed += u32::from(!ended.success());
            let opened = Store::open(&url).await;
            let store = opened.unwrap_or_else(|error| {
                panic!("{way} before {step}, killed at write {at} of {writes}: {error}")
            });
            let folder = None;
            let next = Database { store, url, folder };
            let found = tables(&next).await;
            assert_eq!(found, whole, "{way} before {step}, killed at write {at}");
            next.store.close().await;
        }
        before = step;
    }
    println!(
        "{killed} of {tried} killed in the middle, {} migrations",
        history::versions().count()
    );
    assert!(
        killed * 10 >= tried * 8,
        "the kills come too late: {killed} of {tried}"
    );
}

/// Books as they were before both sides of a transfer were written: a wallet that was given to and taken from, out of order
/// by time.
const OLD_BOOKS: &[&str] = &[
    "INSERT INTO customer (id, email, name, language, password_hash, version, created_at, updated_at)
     VALUES ('019a0000-0000-7000-8000-000000000030', 'a@example.org', '', 'en', 'sha256:none', 1, 1, 1)",
    "INSERT INTO ledger_account (id, kind, customer_id, currency, balance, version, updated_at) VALUES
       ('019a0000-0000-7000-8000-000000000001', 'adjustments', NULL, 'EUR', -600, 3, 9),
       ('019a0000-0000-7000-8000-000000000002', 'wallet', '019a0000-0000-7000-8000-000000000030', 'EUR', 600, 3, 9)",
    "INSERT INTO ledger_transfer (id, debit_account, credit_account, currency, amount, kind, reason, wallet, wallet_version,
       wallet_balance, created_at) VALUES
       ('019a0000-0000-7000-8000-000000000011', '019a0000-0000-7000-8000-000000000001', '019a0000-0000-7000-8000-000000000002',
         'EUR', 500, 'adjustment', 'First', '019a0000-0000-7000-8000-000000000002', 1, 500, 7),
       ('019a0000-0000-7000-8000-000000000012', '019a0000-0000-7000-8000-000000000002', '019a0000-0000-7000-8000-000000000001',
         'EUR', 400, 'adjustment', 'Taken', '019a0000-0000-7000-8000-000000000002', 2, 100, 5),
       ('019a0000-0000-7000-8000-000000000013', '019a0000-0000-7000-8000-000000000001', '019a0000-0000-7000-8000-000000000002',
         'EUR', 500, 'adjustment', 'Last', '019a0000-0000-7000-8000-000000000002', 3, 600, 6)",
];

pub async fn what_was_in_the_books_before_is_in_them_still_and_adds_up(db: Database) {
    let url = db.fresh_url().await;
    migrate_to(&url, 13).await;
    let old = Database {
        store: db.store.clone(),
        url,
        folder: None,
    };
    for sql in OLD_BOOKS {
        old.attack(sql).await.expect("the old columns");
    }
    let opened = Database {
        store: open(&old.url).await,
        ..old
    };
    let report = store::check::check(&opened.url).await;
    let faults = report.expect("it can be asked").faults;
    assert_eq!(faults, Vec::<String>::new(), "they add up");
    let rows = "SELECT CONCAT_WS('|', reason, wallet_version, wallet_amount, wallet_balance, debit_version, debit_balance,
        credit_version, credit_balance) FROM ledger_transfer ORDER BY wallet_version";
    let rows: Vec<_> = opened.column(rows).await.into_iter().flatten().collect();
    assert_eq!(
        rows,
        [
            "First|1|500|500|3|-600|1|500",
            "Taken|2|-400|100|2|100|1|400",
            "Last|3|500|600|2|-100|3|600",
        ]
    );
    opened.store.close().await;
}

/// A driver's two cars, one of them removed, and a charge of each: as it was while a removed one stayed as an empty row.
const OLD_GARAGE: &[&str] = &[
    "INSERT INTO customer (id, email, name, language, password_hash, version, created_at, updated_at)
     VALUES ('c', 'a@example.org', '', 'en', 'sha256:none', 1, 1, 1)",
    "INSERT INTO station (id, name, created_at, updated_at) VALUES ('s', 'Harbour', 1, 1)",
    "INSERT INTO charge_point (id, identity, station_id, name, security_profile, max_power_w, status, connectivity, since,
       created_at, updated_at) VALUES ('p', 'CP-1', 's', 'Bay', 0, 22000, 'offline', 'offline', 1, 1, 1)",
    "INSERT INTO session (id, station_id, charge_point_id, connector_id, id_token, status, started_by, requested_at,
       meter_start_wh, meter_last_wh) VALUES
       ('1', 's', 'p', 1, 'T', 'stopped', 'account', 1, 0, 0), ('2', 's', 'p', 1, 'T', 'stopped', 'account', 2, 0, 0)",
    "INSERT INTO vehicle (id, customer_id, name, created_at, updated_at, deleted_at) VALUES
       ('kept', 'c', 'Blue one', 1, 1, NULL), ('gone', 'c', '', 1, 1, 2)",
    "INSERT INTO session_vehicle (session_id, vehicle_id) VALUES ('1', 'kept'), ('2', 'gone')",
];

pub async fn a_vehicle_that_was_removed_goes_and_its_charge_still_names_it(db: Database) {
    let url = db.fresh_url().await;
    migrate_to(&url, 23).await;
    let old = Database {
        store: db.store.clone(),
        url,
        folder: None,
    };
    for sql in OLD_GARAGE {
        old.attack(sql).await.expect("the old columns");
    }
    let opened = Database {
        store: open(&old.url).await,
        ..old
    };
    let names = opened.column("SELECT name FROM vehicle").await;
    assert_eq!(names, [Some("Blue one".to_owned())]);
    let links = "SELECT CONCAT_WS('|', session_id, vehicle_id) FROM session_vehicle ORDER BY 1";
    let links: Vec<_> = opened.column(links).await.into_iter().flatten().collect();
    assert_eq!(links, ["1|kept", "2|gone"]);
    opened.store.close().await;
}

async fn tables(db: &Database) -> Vec<Option<String>> {
    let is_sqlite = db.url.starts_with("sqlite:");
    let sql = if is_sqlite {
        SQLITE_TABLES
    } else {
        POSTGRES_TABLES
    };
    let mut tables = db.column(sql).await;
    let steps = "SELECT CONCAT_WS('|', version, success) FROM _sqlx_migrations ORDER BY version";
    tables.extend(db.column(steps).await);
    tables
}

/// A database as an older program left it, with something in it.
async fn url_at(db: &Database, version: i64) -> String {
    const ROW: &str =
        "INSERT INTO station (id, name, created_at, updated_at) VALUES ('x', 'Station 1', 1, 1)";
    let url = db.fresh_url().await;
    if version == 0 {
        return url;
    }
    migrate_to(&url, version).await;
    let done = if url.starts_with("sqlite:") {
        let connection = SqliteConnection::connect(&url).await;
        let mut connection = connection.expect("the file is there");
        sqlx::query(ROW).execute(&mut connection).await.map(drop)
    } else {
        let connection = PgConnection::connect(&url).await;
        let mut connection = connection.expect("the server runs");
        sqlx::query(ROW).execute(&mut connection).await.map(drop)
    };
    done.expect("the oldest columns");
    url
}

/// Takes the first steps of the history, up to this one.
pub async fn migrate_to(url: &str, version: i64) {
    let done = if url.starts_with("sqlite:") {
        let connection = SqliteConnection::connect(&format!("{url}?mode=rwc")).await;
        let mut connection = connection.expect("a file");
        history::SQLITE
            .run_direct(Some(version), &mut connection, false)
            .await
    } else {
        let connection = PgConnection::connect(url).await;
        let mut connection = connection.expect("the server runs");
        history::POSTGRES
            .run_direct(Some(version), &mut connection, false)
            .await
    };
    done.expect("the first steps of the history");
}

/// Migrates, and counts what the thread that writes most wrote.
fn undisturbed(way: &str, url: &str) -> u32 {
    let folder = tempfile::tempdir().expect("the folder for temporary files is writable");
    let trace = folder.path().join("trace");
    let done = traced(way, url, &trace, &[]);
    assert!(done.success(), "{done}");
    let trace = std::fs::read_to_string(&trace).expect("the tracer wrote it");
    let mut threads: BTreeMap<&str, u32> = BTreeMap::new();
    for line in trace.lines() {
        let mut words = line.split_whitespace();
        let (Some(thread), Some(call)) = (words.next(), words.next()) else {
            continue;
        };
        if call.starts_with("pwrite64(") || call.starts_with("sendto(") {
            *threads.entry(thread).or_default() += 1;
        }
    }
    let most = threads.values().max().copied();
    most.expect("a migration writes")
}

/// Migrates, and is killed at this write.
fn migrate_killed(way: &str, url: &str, at: u32) -> ExitStatus {
    let kill = format!("inject=pwrite64,sendto:signal=SIGKILL:when={at}");
    traced(way, url, Path::new("/dev/null"), &["-e", &kill])
}

fn traced(way: &str, url: &str, trace: &Path, inject: &[&str]) -> ExitStatus {
    Command::new("strace")
        .arg("-f")
        .arg("-o")
        .arg(trace)
        .args(["-e", &format!("trace={WRITES}")])
        .args(inject)
        .arg(std::env::current_exe().expect("a running test has an executable"))
        .args(["--exact", "migrating::the_one_that_migrates"])
        .env(VICTIM, format!("{way} {url}"))
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .expect("strace is there: cargo xtask setup")
}
