//! Opening SQLite so that what is committed stays: WAL, FULL, foreign keys, read back on every connection.

use std::path::PathBuf;
use std::str::FromStr as _;
use std::time::{Duration, Instant};

use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};
use sqlx::{ConnectOptions as _, Connection as _, Row as _, SqliteConnection};

use crate::StoreError;

/// From here on a log that is reset while it is read cannot lose a commit (sqlite.org, "WAL-reset bug"; DB-01).
const SOUND_ENGINE: &str = "3.51.3";

/// How much of the write-ahead log may stay on disk once it was copied into the file, bytes (DB-09).
const LOG_LIMIT: &str = "33554432";

/// How many readers there may be at once; the writer is one of its own.
const READERS: u32 = 4;

/// How long to wait for another process that holds the file.
const BUSY: Duration = Duration::from_secs(5);
/// How often to look whether it still does, where SQLite itself does not wait.
const LOOK: Duration = Duration::from_millis(20);

/// The settings durability rests on, and what each must read back as.
const PRAGMAS: &[(&str, &str)] = &[
    ("journal_mode", "wal"),
    ("synchronous", "2"),
    ("foreign_keys", "1"),
    ("busy_timeout", "5000"),
    ("trusted_schema", "0"),
    ("cell_size_check", "1"),
    ("journal_size_limit", LOG_LIMIT),
];

/// The file behind a URL; `None`: the URL is not SQLite's.
pub(crate) fn file(url: &str) -> Result<Option<PathBuf>, StoreError> {
    if !url.starts_with("sqlite:") {
        return Ok(None);
    }
    Ok(Some(options(url)?.get_filename().to_owned()))
}

fn options(url: &str) -> Result<SqliteConnectOptions, StoreError> {
    let options = SqliteConnectOptions::from_str(url).map_err(|error| {
        StoreError::Url(format!("the database URL {url} is not usable: {error}"))
    })?;
    Ok(options
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(BUSY)
        .pragma("trusted_schema", "OFF")
        .pragma("cell_size_check", "ON")
        .pragma("journal_size_limit", LOG_LIMIT))
}

/// Opens the one connection that writes, as a pool of one. It copies its log into the file when the writer
/// says so, not within a commit: SQLite would keep a failure of that to itself.
pub(crate) async fn open_writer(url: &str) -> Result<SqlitePool, StoreError> {
    pool(1, options(url)?.pragma("wal_autocheckpoint", "0")).await
}

/// One connection to a file that is there, for a look from outside the store; `change` also lets it write.
pub(crate) async fn open_one(url: &str, change: bool) -> Result<SqliteConnection, StoreError> {
    let mut options = options(url)?.create_if_missing(false);
    if !change {
        options = options.pragma("query_only", "ON");
    }
    let mut connection = connect(&options).await?;
    check_pragmas(&mut connection).await?;
    Ok(connection)
}

/// Opens the pool that reads.
pub(crate) async fn open_readers(url: &str) -> Result<SqlitePool, StoreError> {
    let options = options(url)?
        .create_if_missing(false)
        .pragma("query_only", "ON");
    pool(READERS, options).await
}

/// Each connection proves its settings before use.
async fn pool(size: u32, options: SqliteConnectOptions) -> Result<SqlitePool, StoreError> {
    // A pool tries a refused connection again for half a minute and then names no reason: ask without one first.
    let mut first = connect(&options).await?;
    check_engine(&mut first).await?;
    check_pragmas(&mut first).await?;
    let pool = SqlitePoolOptions::new()
        .max_connections(size)
        .after_connect(|connection, _| {
            Box::pin(async move {
                check_pragmas(connection)
                    .await
                    .map_err(|error| sqlx::Error::Configuration(error.into()))
            })
        })
        .connect_with(options)
        .await?;
    // Last, so that the file was never without a connection: the last one to close it locks it.
    first.close().await?;
    Ok(pool)
}

/// Connects, waiting for a process that opens the same file: while one turns on the write-ahead log,
/// SQLite refuses the other at once, whatever its busy timeout.
async fn connect(options: &SqliteConnectOptions) -> Result<SqliteConnection, sqlx::Error> {
    let until = Instant::now() + BUSY;
    loop {
        match options.connect().await {
            Err(error) if is_busy(&error) && Instant::now() < until => {
                tokio::time::sleep(LOOK).await;
            }
            done => return done,
        }
    }
}

/// Whether it is `SQLITE_BUSY`, in any of its extended codes.
fn is_busy(error: &sqlx::Error) -> bool {
    const SQLITE_BUSY: i32 = 5;
    let code = error
        .as_database_error()
        .and_then(sqlx::error::DatabaseError::code);
    code.and_then(|code| code.parse::<i32>().ok())
        .is_some_and(|code| code & 0xff == SQLITE_BUSY)
}

async fn check_engine(connection: &mut SqliteConnection) -> Result<(), StoreError> {
    let found: String = sqlx::query_scalar("SELECT sqlite_version()")
        .fetch_one(connection)
        .await?;
    if is_sound(&found) {
        Ok(())
    } else {
        let needed = SOUND_ENGINE;
        Err(StoreError::OldEngine { found, needed })
    }
}

/// Whether an engine of this version is one without the bug.
fn is_sound(version: &str) -> bool {
    let numbers = |text: &str| -> Vec<u32> {
        text.split('.')
            .map_while(|number| number.parse().ok())
            .collect()
    };
    numbers(version) >= numbers(SOUND_ENGINE)
}

async fn check_pragmas(connection: &mut SqliteConnection) -> Result<(), StoreError> {
    for &(pragma, needed) in PRAGMAS {
        let statement = sqlx::AssertSqlSafe(format!("PRAGMA {pragma}"));
        let row = sqlx::query(statement).fetch_one(&mut *connection).await?;
        let found = row
            .try_get::<String, _>(0)
            .or_else(|_| row.try_get::<i64, _>(0).map(|number| number.to_string()))?;
        if found != needed {
            return Err(StoreError::Pragma {
                pragma,
                found,
                needed,
            });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_engine_with_the_log_reset_bug_is_told_from_a_sound_one() {
        for (version, sound) in [
            ("3.51.2", false),
            ("3.9.9", false),
            ("3.50.99", false),
            ("2.99.99", false),
            ("", false),
            ("3.51.3", true),
            ("3.51.10", true),
            ("3.52.0", true),
            ("4.0.0", true),
        ] {
            assert_eq!(is_sound(version), sound, "SQLite {version}");
        }
    }
}
