//! The self-check: what can be seen to be wrong in a database, from outside and beside a running gateway.
//! It changes nothing, mends nothing, and looks at one moment of the database.

mod money;
mod rows;
mod texts;

use crate::backup::applied;
use crate::conn::on;
use crate::repo::audit;
use crate::{Conn, StoreError, history, postgres, sqlite};

/// How many faults of one kind are told; the rest is counted.
const TOLD: usize = 20;

/// What a self-check found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// How many questions were asked.
    pub checks: usize,
    /// What is wrong, a sentence each.
    pub faults: Vec<String>,
}

impl Report {
    /// Takes in one question's answer: what it asked about, and the rows that should not be.
    fn note(&mut self, what: &str, found: Vec<String>) {
        self.checks += 1;
        let more = found.len().saturating_sub(TOLD);
        let told = found.into_iter().take(TOLD);
        self.faults
            .extend(told.map(|which| format!("{what}: {which}")));
        if more > 0 {
            self.faults.push(format!("{what}: and {more} more"));
        }
    }
}

/// Checks the database behind `url`, as it is: nothing is migrated, nothing made.
pub async fn check(url: &str) -> Result<Report, StoreError> {
    if let Some(file) = sqlite::file(url)? {
        crate::backup::file_of(url, "")?;
        let damaged = |error: StoreError| match error {
            // An error of the file itself is the answer that was asked for, not a failure to ask.
            StoreError::Sql(error) if error.as_database_error().is_some() => Ok(Report {
                checks: 1,
                faults: vec![format!("{} is damaged: {error}", file.display())],
            }),
            other => Err(other),
        };
        return on_sqlite(url).await.or_else(damaged);
    }
    if url.starts_with("postgres") {
        return on_postgres(url).await;
    }
    Err(StoreError::Url(
        "the database URL must begin with sqlite:// or postgres://".to_owned(),
    ))
}

async fn on_sqlite(url: &str) -> Result<Report, StoreError> {
    let mut report = Report::default();
    let mut connection = sqlite::open_one(url, false).await?;
    sqlx::query("BEGIN").execute(&mut connection).await?;
    let found: Vec<String> = sqlx::query_scalar("PRAGMA integrity_check")
        .fetch_all(&mut connection)
        .await?;
    report.note(
        "file",
        found.into_iter().filter(|row| row != "ok").collect(),
    );
    let orphans: Vec<(String, Option<i64>, String, i64)> =
        sqlx::query_as("PRAGMA foreign_key_check")
            .fetch_all(&mut connection)
            .await?;
    let orphan = |(table, row, parent, _): (String, Option<i64>, String, i64)| {
        format!("row {} of {table} has no {parent}", row.unwrap_or_default())
    };
    report.note("reference", orphans.into_iter().map(orphan).collect());
    let applied = applied(&mut connection).await?;
    let mut conn = Conn::sqlite_writer(connection);
    let looked = look(&mut conn, &applied, &mut report).await;
    conn.close_writer().await?;
    looked?;
    Ok(report)
}

async fn on_postgres(url: &str) -> Result<Report, StoreError> {
    let pool = postgres::open_one(url).await?;
    let mut report = Report::default();
    let transaction = pool
        .begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        .await?;
    let mut conn = Conn::postgres_work(transaction);
    let there: i64 = on!(conn, |c| sqlx::query_scalar(
        "SELECT COUNT(*) FROM information_schema.tables WHERE table_name = '_sqlx_migrations'"
    )
    .fetch_one(c)
    .await)?;
    let applied: Vec<i64> = if there == 0 {
        Vec::new()
    } else {
        on!(conn, |c| sqlx::query_scalar(
            "SELECT version FROM _sqlx_migrations WHERE success ORDER BY version"
        )
        .fetch_all(c)
        .await)?
    };
    look(&mut conn, &applied, &mut report).await?;
    drop(conn);
    pool.close().await;
    Ok(report)
}

/// Checks the books alone, beside whatever is written meanwhile: a sentence for each thing that is wrong (MON-08).
pub async fn money(conn: &mut Conn) -> Result<Vec<String>, StoreError> {
    let mut report = Report::default();
    for (what, found) in money::look(conn).await? {
        report.note(what, found);
    }
    Ok(report.faults)
}

/// What is asked of both engines.
async fn look(conn: &mut Conn, applied: &[i64], report: &mut Report) -> Result<(), StoreError> {
    let mut known = history::versions();
    let sentence = if applied.is_empty() {
        Some("this holds no Forecourt database")
    } else if applied
        .iter()
        .any(|version| !history::versions().any(|one| one == *version))
    {
        Some("the database was written by a newer Forecourt; check it with that one")
    } else if known.any(|version| !applied.contains(&version)) {
        Some(
            "the database has the tables of an older Forecourt; start the gateway once, it brings them up to date",
        )
    } else {
        None
    };
    if let Some(sentence) = sentence {
        return Err(StoreError::Copy(sentence.to_owned()));
    }
    rows::look(conn, report).await?;
    for (what, found) in money::look(conn).await? {
        report.note(what, found);
    }
    report.note("audit row", audit::faults(conn).await?);
    texts::look(conn, report).await
}
