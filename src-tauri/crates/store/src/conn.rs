//! One connection to either engine, and the macro that runs one SQL text on both.

use sqlx::pool::PoolConnection;
use sqlx::{Connection as _, PgConnection, Postgres, Sqlite, SqliteConnection, Transaction};

use crate::emitted::Emitted;

/// A connection, for reading or inside a unit of work. Which, the holder cannot tell.
pub struct Conn {
    kind: Kind,
    /// What this unit of work, and those before it of its group, emitted and nobody has written yet.
    emitted: Vec<Emitted>,
    /// Whether the outbox grows with this commit.
    grew: bool,
}

enum Kind {
    SqliteWriter(SqliteConnection),
    SqliteReader(PoolConnection<Sqlite>),
    PostgresReader(PoolConnection<Postgres>),
    PostgresWork(Transaction<'static, Postgres>),
}

/// The engine behind a connection, borrowed for one statement.
pub(crate) enum Engine<'c> {
    Sqlite(&'c mut SqliteConnection),
    Postgres(&'c mut PgConnection),
}

impl Conn {
    fn of(kind: Kind) -> Self {
        Self {
            kind,
            emitted: Vec::new(),
            grew: false,
        }
    }

    /// Keeps an event until the commit, just before which all of a group are written at once.
    pub(crate) fn emit(&mut self, event: Emitted) {
        self.emitted.push(event);
    }

    /// How many events wait to be written.
    pub(crate) const fn emitted(&self) -> usize {
        self.emitted.len()
    }

    /// Forgets the events that were emitted after there were `count`: their unit failed.
    pub(crate) fn forget_emitted(&mut self, count: usize) {
        self.emitted.truncate(count);
    }

    /// The events that wait to be written, which the caller does now.
    pub(crate) fn take_emitted(&mut self) -> Vec<Emitted> {
        std::mem::take(&mut self.emitted)
    }

    /// Notes that the outbox grows with this commit.
    pub(crate) const fn note_grown(&mut self) {
        self.grew = true;
    }

    /// Whether the outbox grew since this was last asked.
    pub(crate) const fn take_grown(&mut self) -> bool {
        std::mem::replace(&mut self.grew, false)
    }

    pub(crate) fn sqlite_writer(connection: SqliteConnection) -> Self {
        Self::of(Kind::SqliteWriter(connection))
    }

    pub(crate) fn sqlite_reader(connection: PoolConnection<Sqlite>) -> Self {
        Self::of(Kind::SqliteReader(connection))
    }

    pub(crate) fn postgres_reader(connection: PoolConnection<Postgres>) -> Self {
        Self::of(Kind::PostgresReader(connection))
    }

    pub(crate) fn postgres_work(transaction: Transaction<'static, Postgres>) -> Self {
        Self::of(Kind::PostgresWork(transaction))
    }

    pub(crate) fn into_postgres_work(self) -> Option<Transaction<'static, Postgres>> {
        match self.kind {
            Kind::PostgresWork(transaction) => Some(transaction),
            Kind::SqliteWriter(_) | Kind::SqliteReader(_) | Kind::PostgresReader(_) => None,
        }
    }

    /// Closes SQLite's writer and waits until it is closed; dropping it would close it some time later.
    pub(crate) async fn close_writer(self) -> Result<(), sqlx::Error> {
        match self.kind {
            Kind::SqliteWriter(connection) => connection.close().await,
            Kind::SqliteReader(_) | Kind::PostgresReader(_) | Kind::PostgresWork(_) => Ok(()),
        }
    }

    pub(crate) fn engine(&mut self) -> Engine<'_> {
        match &mut self.kind {
            Kind::SqliteWriter(connection) => Engine::Sqlite(connection),
            Kind::SqliteReader(connection) => Engine::Sqlite(connection),
            Kind::PostgresReader(connection) => Engine::Postgres(connection),
            Kind::PostgresWork(transaction) => Engine::Postgres(transaction),
        }
    }
}

/// Runs one expression on whichever engine is behind the connection: `on!(conn, |c| sqlx::query("…").execute(c).await)`.
/// The SQL must be portable; bind one fixed type per placeholder (PostgreSQL caches by text).
macro_rules! on {
    ($conn:expr, |$c:ident| $run:expr) => {
        match $conn.engine() {
            $crate::conn::Engine::Sqlite($c) => $run,
            $crate::conn::Engine::Postgres($c) => $run,
        }
    };
}

/// Runs a statement and says how many rows it met: `run!(conn, "UPDATE … WHERE id = $1", id)?`.
macro_rules! run {
    ($conn:expr, $sql:expr $(, $bind:expr)* $(,)?) => {
        $crate::conn::on!($conn, |c| {
            let done = sqlx::query($sql)$(.bind($bind))*.execute(c).await;
            done.map(|done| done.rows_affected())
        })
    };
}

/// The row a question finds, if any, as its `Row::read` gives it: `one!(conn, Row, "SELECT … WHERE id = $1", id)`.
macro_rules! one {
    ($conn:expr, $row:ty, $sql:expr $(, $bind:expr)* $(,)?) => {{
        let row: Option<$row> = $crate::conn::on!($conn, |c| {
            sqlx::query_as($sql)$(.bind($bind))*.fetch_optional(c).await
        })?;
        row.map(<$row>::read).transpose()
    }};
}

/// Every row a question finds, as its `Row::read` gives it: `all!(conn, Row, "SELECT … WHERE id > $1", id)`.
macro_rules! all {
    ($conn:expr, $row:ty, $sql:expr $(, $bind:expr)* $(,)?) => {{
        let rows: Vec<$row> = $crate::conn::on!($conn, |c| {
            sqlx::query_as($sql)$(.bind($bind))*.fetch_all(c).await
        })?;
        rows.into_iter().map(<$row>::read).collect()
    }};
}
pub(crate) use {all, on, one, run};
