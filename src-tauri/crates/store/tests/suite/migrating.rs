//! A kill in the middle of a migration (DB-08): the next start brings the tables up to date all the same, and they are what
//! they would have been. Each migration is killed at two of its writes, in the long form at 50.
//!
//! Planted once and seen red: a migration outside a transaction (`-- no-transaction` on 0002).
#![allow(
    clippy::disallowed_methods,
    reason = "a test that starts itself once more is told so by the environment"
)]

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};

use sqlx::migrate::Migrator;
use sqlx::{Connection as _, PgConnection, SqliteConnection};
use testkit::rounds;

use crate::database::{Database, open};

static HISTORY: Migrator = sqlx::migrate!("../../../migrations");

/// Tells a copy of this test to be the one that migrates, and on which database.
const VICTIM: &str = "STORE_SUITE_MIGRATES";

/// What a process does when it writes: into its file, or to its server.
const WRITES: &str = "pwrite64,fdatasync,sendto";

/// The tables as they are, whatever made them: two ways to the same tables give the same text.
const SQLITE_TABLES: &str = "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY name";
const POSTGRES_TABLES: &str =
    "SELECT CONCAT_WS('|', table_name, column_name, data_type, is_nullable, column_default)
    FROM information_schema.columns WHERE table_schema = 'public' ORDER BY 1";

/// The one that is killed; by itself it migrates nothing.
#[tokio::test]
async fn the_one_that_migrates() {
    if let Ok(url) = std::env::var(VICTIM) {
        open(&url).await.close().await;
    }
}

pub async fn a_kill_at_any_moment_of_any_migration_leaves_a_database_that_opens(db: Database) {
    let whole = tables(&db).await;
    let steps: Vec<i64> = HISTORY.iter().map(|step| step.version).collect();
    let kills = rounds(2, 50);
    let (mut killed, mut tried) = (0, 0);
    for (before, step) in steps.iter().zip(&steps[1..]) {
        let writes = undisturbed(&url_at(&db, *before).await);
        for kill in 0..kills {
            let url = url_at(&db, *before).await;
            // Spread over all there are, the first and the last among them.
            let at = 1 + kill * (writes - 1) / (kills - 1);
            let ended = migrate_killed(&url, at);
            tried += 1;
            killed += u32::from(!ended.success());
            let next = Database {
                store: open(&url).await,
                url,
                folder: None,
            };
            assert_eq!(
                tables(&next).await,
                whole,
                "step {step}, killed at write {at}"
            );
            next.store.close().await;
        }
    }
    println!(
        "{killed} of {tried} killed in the middle, {} migrations",
        steps.len() - 1
    );
    assert!(
        killed * 10 >= tried * 8,
        "the kills come too late: {killed} of {tried}"
    );
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
    let done = if url.starts_with("sqlite:") {
        let connection = SqliteConnection::connect(&format!("{url}?mode=rwc")).await;
        let mut connection = connection.expect("a new file");
        let run = HISTORY.run_direct(Some(version), &mut connection, false);
        run.await.expect("the first steps of the history");
        let done = sqlx::query(ROW).execute(&mut connection).await.map(drop);
        connection.close().await.expect("it was open");
        done
    } else {
        let connection = PgConnection::connect(&url).await;
        let mut connection = connection.expect("the server runs");
        let run = HISTORY.run_direct(Some(version), &mut connection, false);
        run.await.expect("the first steps of the history");
        let done = sqlx::query(ROW).execute(&mut connection).await.map(drop);
        connection.close().await.expect("it was open");
        done
    };
    done.expect("the oldest columns");
    url
}

/// Migrates to the end, and counts what the thread that writes most wrote.
fn undisturbed(url: &str) -> u32 {
    let folder = tempfile::tempdir().expect("the folder for temporary files is writable");
    let trace = folder.path().join("trace");
    let done = traced(url, &trace, &[]);
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
fn migrate_killed(url: &str, at: u32) -> ExitStatus {
    let kill = format!("inject=pwrite64,sendto:signal=SIGKILL:when={at}");
    traced(url, Path::new("/dev/null"), &["-e", &kill])
}

fn traced(url: &str, trace: &Path, inject: &[&str]) -> ExitStatus {
    Command::new("strace")
        .arg("-f")
        .arg("-o")
        .arg(trace)
        .args(["-e", &format!("trace={WRITES}")])
        .args(inject)
        .arg(std::env::current_exe().expect("a running test has an executable"))
        .args(["--exact", "migrating::the_one_that_migrates"])
        .env(VICTIM, url)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .expect("strace is there: cargo xtask setup")
}
