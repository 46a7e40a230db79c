//! Opening PostgreSQL so that what is committed stays, and its unit of work: retried where the server itself
//! asks for that. Not for what both engines do: see `db`.

use std::panic::AssertUnwindSafe;
use std::str::FromStr as _;
use std::time::Duration;

use futures_util::FutureExt as _;
use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions, PgSslMode};
use sqlx::{ConnectOptions as _, Connection as _, PgConnection};
use tokio::time::timeout;

use crate::db::{UnitError, Work};
use crate::emitted::Tap;
use crate::{Conn, StoreError, history};

/// How many connections one gateway may hold.
const CONNECTIONS: u32 = 16;
/// How long a server may take to answer the first call, and a caller waits for a free connection later.
const PATIENCE: Duration = Duration::from_secs(5);
/// How long one statement may run (DB-10): a query that hangs must not hold its rows for ever.
const STATEMENT: &str = "20s";
/// How often a unit runs at most, when the server rolled it back only because of others.
const ATTEMPTS: u32 = 5;

/// Opens the pool; says at once, and in one sentence, when nobody answers.
pub(crate) async fn open(url: &str) -> Result<PgPool, StoreError> {
    let options = options(url)?;
    // A pool tries a refused connection again for half a minute and then names no reason: ask without one first.
    let mut first = connect(&options).await?;
    // `run` would make this future one that cannot be spawned; both take PostgreSQL's lock for it.
    history::POSTGRES
        .run_direct(None, &mut first, false)
        .await?;
    first.close().await?;
    let pool = PgPoolOptions::new()
        .max_connections(CONNECTIONS)
        .acquire_timeout(PATIENCE)
        .after_connect(|connection, _| {
            Box::pin(async move {
                harden(connection)
                    .await
                    .map_err(|error| sqlx::Error::Configuration(error.into()))
            })
        })
        .connect_with(options)
        .await?;
    Ok(pool)
}

/// One connection, of the same settings, for a look from outside the store.
pub(crate) async fn open_one(url: &str) -> Result<PgPool, StoreError> {
    let options = options(url)?;
    connect(&options).await?.close().await?;
    let pool = PgPoolOptions::new().max_connections(1);
    Ok(pool.acquire_timeout(PATIENCE).connect_with(options).await?)
}

fn options(url: &str) -> Result<PgConnectOptions, StoreError> {
    let options = PgConnectOptions::from_str(url)
        .map_err(|error| StoreError::Url(format!("the PostgreSQL URL does not read: {error}")))?;
    if !is_private(&options) && !matches!(options.get_ssl_mode(), PgSslMode::VerifyFull) {
        tracing::warn!(
            host = options.get_host(),
            "the database is on another machine and is not asked to prove who it is; add sslmode=verify-full to the URL"
        );
    }
    Ok(options)
}

/// Whether no other machine can stand between here and the server.
fn is_private(options: &PgConnectOptions) -> bool {
    let host = options.get_host();
    options.get_socket().is_some()
        || host.starts_with('/')
        || host == "localhost"
        || host
            .trim_matches(['[', ']'])
            .parse::<std::net::IpAddr>()
            .is_ok_and(|address| address.is_loopback())
}

async fn connect(options: &PgConnectOptions) -> Result<PgConnection, StoreError> {
    let unreachable = |why: String| StoreError::Unreachable {
        place: format!("{}:{}", options.get_host(), options.get_port()),
        why,
    };
    match timeout(PATIENCE, options.connect()).await {
        Ok(Ok(connection)) => Ok(connection),
        Ok(Err(sqlx::Error::Io(error))) => Err(unreachable(error.to_string())),
        Ok(Err(error)) => Err(error.into()),
        Err(_) => Err(unreachable(format!("no answer within {PATIENCE:?}"))),
    }
}

/// Sets what every connection needs and reads back what durability rests on.
async fn harden(connection: &mut PgConnection) -> Result<(), StoreError> {
    sqlx::query(
        "SELECT set_config('statement_timeout', $1, false),
           CASE WHEN current_setting('synchronous_commit') = 'off' THEN set_config('synchronous_commit', 'on', false) END",
    )
    .bind(STATEMENT)
    .execute(&mut *connection)
    .await?;
    let (statement, commit): (String, String) = sqlx::query_as(
        "SELECT current_setting('statement_timeout'), current_setting('synchronous_commit')",
    )
    .fetch_one(&mut *connection)
    .await?;
    let needed = |pragma, found, needed| StoreError::Pragma {
        pragma,
        found,
        needed,
    };
    if statement != STATEMENT {
        return Err(needed("statement_timeout", statement, STATEMENT));
    }
    if commit == "off" {
        return Err(needed("synchronous_commit", commit, "on"));
    }
    Ok(())
}

/// Runs a unit in a transaction of its own. A deadlock or a failed serialization is nobody's fault, and
/// the server has rolled everything back: the unit runs again, from its beginning.
pub(crate) async fn run<T, E, F>(pool: &PgPool, tap: &Tap, work: F) -> Result<(T, bool), E>
where
    E: UnitError,
    F: for<'c> FnOnce(&'c mut Conn) -> Work<'c, Result<T, E>> + Clone,
{
    let mut attempt = 1;
    loop {
        match once(pool, tap, work.clone()).await {
            Err(error)
                if attempt < ATTEMPTS && error.store().is_some_and(StoreError::is_retryable) =>
            {
                tracing::debug!(attempt, "a unit of work met another one; it runs again");
                attempt += 1;
            }
            done => return done,
        }
    }
}

async fn once<T, E, F>(pool: &PgPool, tap: &Tap, work: F) -> Result<(T, bool), E>
where
    E: UnitError,
    F: for<'c> FnOnce(&'c mut Conn) -> Work<'c, Result<T, E>>,
{
    let began = std::time::Instant::now();
    let transaction = pool.begin().await.map_err(StoreError::from)?;
    let mut conn = Conn::postgres_work(transaction);
    // An error or a panic drops the transaction, which rolls it back.
    let done = AssertUnwindSafe(work(&mut conn)).catch_unwind().await;
    let value = done.map_err(|_| {
        tracing::error!("a unit of work panicked; it is rolled back");
        StoreError::Closed
    })??;
    let own = tap.write(&mut conn).await?;
    let grew = conn.take_grown();
    let transaction = conn.into_postgres_work().ok_or(StoreError::Closed)?;
    transaction.commit().await.map_err(StoreError::from)?;
    metrics::histogram!(crate::COMMIT_SECONDS).record(began.elapsed());
    tap.tell(own).await;
    Ok((value, grew))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machine_needs_no_proof_of_who_the_server_is() {
        for (url, private) in [
            ("postgres://u@127.0.0.1/d", true),
            ("postgres://u@localhost/d", true),
            ("postgres://u@[::1]/d", true),
            ("postgres://u@db.example/d", false),
            ("postgres://u@10.0.0.7/d", false),
        ] {
            let options = PgConnectOptions::from_str(url).expect("a literal URL");
            assert_eq!(is_private(&options), private, "{url}");
        }
    }

    #[tokio::test]
    async fn every_connection_commits_durably_and_no_statement_runs_for_ever() {
        let server = testkit::Postgres::start().await;
        let url = server.database_url("hardened").await;
        let mut admin = PgConnection::connect(&url).await.expect("the server runs");
        // As others may have set the server up.
        sqlx::query("ALTER DATABASE hardened SET synchronous_commit = off")
            .execute(&mut admin)
            .await
            .expect("a superuser");
        let pool = open(&url).await.expect("a sound server");
        let found: (String, String) = sqlx::query_as(
            "SELECT current_setting('synchronous_commit'), current_setting('statement_timeout')",
        )
        .fetch_one(&pool)
        .await
        .expect("settings can be read");
        assert_eq!(
            found,
            ("on".to_owned(), STATEMENT.to_owned()),
            "whatever the server's defaults"
        );
    }
}
