//! Opening SQLite so that what is committed stays: WAL, FULL, foreign keys, read back on every connection.

use std::str::FromStr as _;
use std::time::Duration;

use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};
use sqlx::{Row as _, SqliteConnection};

use crate::StoreError;

/// How many readers there may be at once; the writer is one of its own.
const READERS: u32 = 4;

/// The settings durability rests on, and what each must read back as.
const PRAGMAS: &[(&str, &str)] = &[
    ("journal_mode", "wal"),
    ("synchronous", "2"),
    ("foreign_keys", "1"),
    ("busy_timeout", "5000"),
    ("trusted_schema", "0"),
    ("cell_size_check", "1"),
];

fn options(url: &str) -> Result<SqliteConnectOptions, StoreError> {
    let options = SqliteConnectOptions::from_str(url).map_err(|error| {
        StoreError::Url(format!("the database URL {url} is not usable: {error}"))
    })?;
    Ok(options
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(Duration::from_secs(5))
        .pragma("trusted_schema", "OFF")
        .pragma("cell_size_check", "ON"))
}

/// Opens the one connection that writes, as a pool of one.
pub(crate) async fn open_writer(url: &str) -> Result<SqlitePool, StoreError> {
    pool(1, options(url)?).await
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
    Ok(SqlitePoolOptions::new()
        .max_connections(size)
        .after_connect(|connection, _| {
            Box::pin(async move {
                check_pragmas(connection)
                    .await
                    .map_err(|error| sqlx::Error::Configuration(error.into()))
            })
        })
        .connect_with(options)
        .await?)
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
