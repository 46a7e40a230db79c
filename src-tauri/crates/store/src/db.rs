//! The two engines behind one type: open, read, and the unit of work.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use futures_util::FutureExt as _;

use sqlx::PgPool;
use sqlx::migrate::Migrator;
use sqlx::postgres::PgPoolOptions;
use sqlx::sqlite::SqlitePool;
use tokio::sync::Notify;

use crate::group_commit::Writer;
use crate::{Conn, StoreError, sqlite};

static MIGRATIONS: Migrator = sqlx::migrate!("../../../migrations");

/// How many PostgreSQL connections one gateway may hold.
const POSTGRES_CONNECTIONS: u32 = 16;

/// A boxed future that lives as long as what it borrows.
pub type Work<'c, T> = std::pin::Pin<Box<dyn Future<Output = T> + Send + 'c>>;

/// The gateway's state. Cheap to clone.
#[derive(Clone)]
pub struct Store {
    db: Db,
    outbox_grew: Arc<Notify>,
}

#[derive(Clone)]
enum Db {
    Sqlite { writer: Writer, readers: SqlitePool },
    Postgres(PgPool),
}

impl Store {
    /// Opens `sqlite://…` (made when missing) or `postgres://…` and brings its tables up to date.
    pub async fn open(url: &str) -> Result<Self, StoreError> {
        let outbox_grew = Arc::new(Notify::new());
        let db = match url.split_once(':').map(|(scheme, _)| scheme) {
            Some("sqlite") => {
                let writer = sqlite::open_writer(url).await?;
                // SQLite's history has no lock of its own: of two processes that open a new file at
                // once, one must wait until the other has made its tables. `run` would make this future
                // one that cannot be spawned.
                let mut history = writer.begin_with("BEGIN IMMEDIATE").await?;
                MIGRATIONS.run_direct(None, &mut *history, false).await?;
                history.commit().await?;
                Db::Sqlite {
                    readers: sqlite::open_readers(url).await?,
                    writer: Writer::start(
                        writer.acquire().await?.detach(),
                        Arc::clone(&outbox_grew),
                    ),
                }
            }
            Some("postgres" | "postgresql") => {
                let pool = PgPoolOptions::new()
                    .max_connections(POSTGRES_CONNECTIONS)
                    .connect(url)
                    .await?;
                MIGRATIONS.run(&pool).await?;
                Db::Postgres(pool)
            }
            _ => {
                return Err(StoreError::Url(
                    "the database URL must begin with sqlite:// or postgres://".to_owned(),
                ));
            }
        };
        Ok(Self { db, outbox_grew })
    }

    /// A connection for reading.
    pub async fn read(&self) -> Result<Conn, StoreError> {
        Ok(match &self.db {
            Db::Sqlite { readers, .. } => Conn::sqlite_reader(readers.acquire().await?),
            Db::Postgres(pool) => Conn::postgres_reader(pool.acquire().await?),
        })
    }

    /// Runs one unit of work: everything it does commits together, or nothing does.
    ///
    /// It returns after the commit is durable. The work must do nothing but SQL: on SQLite there is
    /// one writer, and several units may share its commit, each in a savepoint of its own.
    pub async fn write<T, E, F>(&self, work: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
        F: for<'c> FnOnce(&'c mut Conn) -> Work<'c, Result<T, E>> + Send + 'static,
    {
        match &self.db {
            Db::Sqlite { writer, .. } => writer.run(work).await,
            Db::Postgres(pool) => on_postgres(pool, Arc::clone(&self.outbox_grew), work).await,
        }
    }

    /// Waits until this process has committed something to the outbox.
    pub async fn outbox_grew(&self) {
        self.outbox_grew.notified().await;
    }

    /// Closes every connection; work that already began finishes first.
    pub async fn close(&self) {
        match &self.db {
            Db::Sqlite { writer, readers } => {
                writer.close().await;
                readers.close().await;
            }
            Db::Postgres(pool) => pool.close().await,
        }
    }
}

async fn on_postgres<T, E, F>(pool: &PgPool, outbox_grew: Arc<Notify>, work: F) -> Result<T, E>
where
    E: From<StoreError>,
    F: for<'c> FnOnce(&'c mut Conn) -> Work<'c, Result<T, E>>,
{
    let transaction = pool.begin().await.map_err(StoreError::from)?;
    let mut conn = Conn::postgres_work(transaction);
    // An error or a panic drops the transaction, which rolls it back.
    let done = AssertUnwindSafe(work(&mut conn)).catch_unwind().await;
    let value = done.map_err(|_| {
        tracing::error!("a unit of work panicked; it is rolled back");
        StoreError::Closed
    })??;
    let emitted = conn.take_emitted();
    let transaction = conn.into_postgres_work().ok_or(StoreError::Closed)?;
    transaction.commit().await.map_err(StoreError::from)?;
    if emitted {
        outbox_grew.notify_one();
    }
    Ok(value)
}
