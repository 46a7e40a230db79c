//! The two engines behind one type: open, read, and the unit of work.

use std::sync::Arc;

use sqlx::PgPool;
use sqlx::sqlite::SqlitePool;
use tokio::sync::Notify;
use uuid::Uuid;

use crate::disk::{Disk, DiskWatch};
use crate::emitted::{OwnEvents, Tap};
use crate::group_commit::Writer;
use crate::repo::live_log::Then;
use crate::{Conn, StoreError, backup, history, postgres, sqlite};

/// A boxed future that lives as long as what it borrows.
pub type Work<'c, T> = std::pin::Pin<Box<dyn Future<Output = T> + Send + 'c>>;

/// What a unit of work fails with: an error from which the store can tell whether it was its own.
pub trait UnitError: From<StoreError> + Send + 'static {
    /// The store's failure behind it, where there is one.
    fn store(&self) -> Option<&StoreError>;
}

impl UnitError for StoreError {
    fn store(&self) -> Option<&StoreError> {
        Some(self)
    }
}

/// The gateway's state. Cheap to clone.
#[derive(Clone)]
pub struct Store {
    db: Db,
    tap: Tap,
    outbox_grew: Arc<Notify>,
}

#[derive(Clone)]
enum Db {
    Sqlite {
        writer: Writer,
        readers: SqlitePool,
        disk: DiskWatch,
        url: Arc<str>,
    },
    Postgres(PgPool),
}

impl Store {
    /// Opens `sqlite://…` (made when missing) or `postgres://…` and brings its tables up to date.
    pub async fn open(url: &str) -> Result<Self, StoreError> {
        let (tap, outbox_grew) = (Tap::default(), Arc::new(Notify::new()));
        let db = match url.split_once(':').map(|(scheme, _)| scheme) {
            Some("sqlite") => open_sqlite(url, tap.clone(), Arc::clone(&outbox_grew)).await?,
            Some("postgres" | "postgresql") => Db::Postgres(postgres::open(url).await?),
            _ => {
                return Err(StoreError::Url(
                    "the database URL must begin with sqlite:// or postgres://".to_owned(),
                ));
            }
        };
        Ok(Self {
            db,
            tap,
            outbox_grew,
        })
    }

    /// Keeps a reserve on the database's disk, to be given up when space runs out. For the gateway that runs on it.
    pub fn keep_ballast(&self) -> Result<(), StoreError> {
        match &self.db {
            Db::Sqlite { disk, url, .. } => disk.keep_ballast(url),
            Db::Postgres(_) => Ok(()),
        }
    }

    /// Whether the database is a file that this process alone writes to.
    pub fn is_file(&self) -> bool {
        matches!(self.db, Db::Sqlite { .. })
    }

    /// How the disk under the database does, as far as it can be seen from here.
    pub fn disk(&self) -> Disk {
        match &self.db {
            Db::Sqlite { disk, .. } => disk.now(),
            Db::Postgres(_) => Disk::Sound,
        }
    }

    /// Resolves when the disk lost what it was given: from then on nothing is written any more.
    pub async fn broken(&self) {
        match &self.db {
            Db::Sqlite { disk, .. } => disk.broken().await,
            Db::Postgres(_) => std::future::pending().await,
        }
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
    /// one writer, and several units may share its commit, each in a savepoint of its own; on PostgreSQL
    /// it runs again when the server rolled it back for the sake of another.
    pub async fn write<T, E, F>(&self, work: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: UnitError,
        F: for<'c> FnOnce(&'c mut Conn) -> Work<'c, Result<T, E>> + Clone + Send + 'static,
    {
        match &self.db {
            Db::Sqlite { writer, .. } => writer.run(work).await,
            Db::Postgres(pool) => {
                let (value, grew) = postgres::run(pool, &self.tap, work).await?;
                if grew {
                    self.outbox_grew.notify_one();
                }
                Ok(value)
            }
        }
    }

    /// What this process commits from now on for the screens of `node`, already numbered in its log, commit by
    /// commit. `None` where it was asked for before.
    pub fn own_events(&self, node: &str, stream: Uuid, then: Then) -> Option<OwnEvents> {
        self.tap.open(node, stream, then)
    }

    /// Waits until this process has committed something to the outbox that its screens do not have.
    pub async fn outbox_grew(&self) {
        self.outbox_grew.notified().await;
    }

    /// Closes every connection; work that already began finishes first.
    pub async fn close(&self) {
        match &self.db {
            Db::Sqlite {
                writer, readers, ..
            } => {
                writer.close().await;
                readers.close().await;
            }
            Db::Postgres(pool) => pool.close().await,
        }
    }
}

async fn open_sqlite(url: &str, tap: Tap, outbox_grew: Arc<Notify>) -> Result<Db, StoreError> {
    backup::before_migrating(url).await?;
    let writer = sqlite::open_writer(url).await?;
    // SQLite's history has no lock of its own: of two processes that open a new file at once, one must
    // wait until the other has made its tables. `run` would make this future one that cannot be spawned.
    let mut step = writer.begin_with("BEGIN IMMEDIATE").await?;
    history::SQLITE.run_direct(None, &mut *step, false).await?;
    step.commit().await?;
    let disk = DiskWatch::new();
    let connection = writer.acquire().await?.detach();
    Ok(Db::Sqlite {
        readers: sqlite::open_readers(url).await?,
        writer: Writer::start(connection, outbox_grew, disk.clone(), tap),
        disk,
        url: url.into(),
    })
}
