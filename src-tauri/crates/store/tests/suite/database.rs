//! A fresh database of either engine for one check. Not for what is stored in it.

use std::sync::atomic::{AtomicU32, Ordering};

use std::str::FromStr as _;

use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions as _, Connection as _, PgConnection, SqliteConnection};
use store::Store;
use store::repo::live_log::{self, Then};
use store::repo::outbox::{self, Outgoing};
use tempfile::TempDir;
use testkit::Postgres;
use tokio::sync::OnceCell;
use uuid::Uuid;

use crate::samples::NODE;

/// The server all checks of this process share; each has a database of its own on it.
static SERVER: OnceCell<Postgres> = OnceCell::const_new();
static DATABASES: AtomicU32 = AtomicU32::new(1);

/// A database and the store on it.
pub struct Database {
    pub store: Store,
    pub url: String,
    /// SQLite's files, gone with this value; PostgreSQL's go with the server.
    pub folder: Option<TempDir>,
}

impl Database {
    pub async fn sqlite() -> Self {
        let folder = tempfile::tempdir().expect("the folder for temporary files is writable");
        let url = format!("sqlite://{}", folder.path().join("site.db").display());
        Self::at(url, Some(folder)).await
    }

    pub async fn postgres() -> Self {
        Self::at(database_on_server().await, None).await
    }

    /// On a server of the check's own.
    pub async fn of(url: String) -> Self {
        Self::at(url, None).await
    }

    async fn at(url: String, folder: Option<TempDir>) -> Self {
        Self {
            store: open(&url).await,
            url,
            folder,
        }
    }

    /// Closes the store and opens it again, as a restart does.
    pub async fn reopen(self) -> Self {
        self.store.close().await;
        Self::at(self.url, self.folder).await
    }

    /// The URL of one more database of the same engine, with nothing in it.
    pub async fn fresh_url(&self) -> String {
        if let Some(folder) = &self.folder {
            let number = DATABASES.fetch_add(1, Ordering::Relaxed);
            let file = folder.path().join(format!("fresh_{number}.db"));
            format!("sqlite://{}", file.display())
        } else {
            database_on_server().await
        }
    }

    /// Changes the database past the store, as a fault does: without foreign keys.
    pub async fn change(&self, sql: &'static str) {
        let done = if self.url.starts_with("sqlite:") {
            let options = SqliteConnectOptions::from_str(&self.url).expect("its own URL");
            let connection = options.foreign_keys(false).connect().await;
            let mut connection = connection.expect("the file is there");
            sqlx::query(sql).execute(&mut connection).await.map(drop)
        } else {
            let connection = PgConnection::connect(&self.url).await;
            let mut connection = connection.expect("the server runs");
            let free = "SET session_replication_role = replica";
            sqlx::query(free)
                .execute(&mut connection)
                .await
                .expect("a superuser");
            sqlx::query(sql).execute(&mut connection).await.map(drop)
        };
        done.unwrap_or_else(|error| panic!("{sql}: {error}"));
    }

    /// Tries to change the database past the store, with foreign keys off where the engine lets that be.
    pub async fn attack(&self, sql: &'static str) -> Result<(), sqlx::Error> {
        if self.url.starts_with("sqlite:") {
            let options = SqliteConnectOptions::from_str(&self.url).expect("its own URL");
            let connection = options.foreign_keys(false).connect().await;
            let mut connection = connection.expect("the file is there");
            sqlx::raw_sql(sql).execute(&mut connection).await.map(drop)
        } else {
            let connection = PgConnection::connect(&self.url).await;
            let mut connection = connection.expect("the server runs");
            sqlx::raw_sql(sql).execute(&mut connection).await.map(drop)
        }
    }

    /// Takes away what guards the books: what a damaged file or a careless hand with all rights could do can be planted.
    pub async fn unguard(&self) {
        let guards = if self.url.starts_with("sqlite:") {
            "SELECT 'DROP TRIGGER ' || name FROM sqlite_master WHERE type = 'trigger'"
        } else {
            "SELECT DISTINCT 'ALTER TABLE ' || event_object_table || ' DISABLE TRIGGER USER' FROM information_schema.triggers"
        };
        for guard in self.column(guards).await.into_iter().flatten() {
            self.attack(Box::leak(guard.into_boxed_str()))
                .await
                .expect("a superuser");
        }
    }

    /// The one column a query asks for, as text, past the store: for columns that no repository reads.
    pub async fn column(&self, sql: &'static str) -> Vec<Option<String>> {
        let rows = if self.url.starts_with("sqlite:") {
            let connection = SqliteConnection::connect(&self.url).await;
            let mut connection = connection.expect("the file is there");
            sqlx::query_scalar(sql).fetch_all(&mut connection).await
        } else {
            let connection = PgConnection::connect(&self.url).await;
            let mut connection = connection.expect("the server runs");
            sqlx::query_scalar(sql).fetch_all(&mut connection).await
        };
        rows.expect("the query is portable and its one column is text")
    }
}

async fn database_on_server() -> String {
    let server = SERVER.get_or_init(Postgres::start).await;
    let number = DATABASES.fetch_add(1, Ordering::Relaxed);
    server.database_url(&format!("check_{number}")).await
}

/// Opens a store that must open.
pub async fn open(url: &str) -> Store {
    Store::open(url).await.expect("a sound database opens")
}

/// One unit of work: `commit!(store, [station], |conn| stations::insert(conn, &station))`. The values in
/// brackets are cloned into it, so that the check keeps its own. Gives what the store answered.
macro_rules! commit {
    ($store:expr, [$($kept:ident),*], |$conn:ident| $work:expr) => {{
        $(let $kept = $kept.clone();)*
        $store.write(move |$conn| Box::pin(async move { $work.await })).await
    }};
}

/// One question on a connection of its own, which must be answered.
macro_rules! ask {
    ($store:expr, |$conn:ident| $work:expr) => {{
        let mut reader = $store.read().await.expect("a reader is free");
        let $conn = &mut reader;
        $work.await.expect("a sound question is answered")
    }};
}

pub(crate) use {ask, commit};

/// What a gateway publishes next, `limit` at most: all that committed goes to its screens first.
pub async fn to_publish(store: &Store, limit: i64) -> Vec<Outgoing> {
    let taken = commit!(store, [], |conn| async {
        let log = live_log::open(conn, NODE, Uuid::from_u128(900)).await?;
        live_log::take_own(conn, log.stream, NODE, i64::MAX, Then::Publish).await
    });
    taken.expect("a known log takes any event");
    ask!(store, |conn| outbox::next(conn, NODE, limit))
}
