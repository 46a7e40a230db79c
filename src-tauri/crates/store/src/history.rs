//! The history of the tables: one for both engines, and what only one of them needs (triggers) under the same number, run
//! with it as one step. Not for what a step does: see `migrations/`.

use std::sync::LazyLock;

use sqlx::migrate::{Migration, Migrator};
use sqlx::{AssertSqlSafe, SqlSafeStr as _};

static BOTH: Migrator = sqlx::migrate!("../../../migrations");
static SQLITE_ONLY: Migrator = sqlx::migrate!("../../../migrations/sqlite");
static POSTGRES_ONLY: Migrator = sqlx::migrate!("../../../migrations/postgres");

/// SQLite's history.
pub static SQLITE: LazyLock<Migrator> = LazyLock::new(|| joined(&SQLITE_ONLY));
/// PostgreSQL's.
pub static POSTGRES: LazyLock<Migrator> = LazyLock::new(|| joined(&POSTGRES_ONLY));

/// The steps' numbers, which are the same for both.
pub fn versions() -> impl Iterator<Item = i64> {
    BOTH.iter().map(|step| step.version)
}

/// Each step, with what one engine needs of its own behind it.
fn joined(own: &Migrator) -> Migrator {
    let step = |step: &Migration| {
        let more = own.iter().find(|more| more.version == step.version);
        let Some(more) = more else {
            return step.clone();
        };
        let sql = format!("{}\n{}", step.sql.as_str(), more.sql.as_str());
        Migration::new(
            step.version,
            step.description.clone(),
            step.migration_type,
            AssertSqlSafe(sql).into_sql_str(),
            step.no_tx,
        )
    };
    Migrator::with_migrations(BOTH.iter().map(step).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_one_engine_needs_stands_under_a_number_that_both_have() {
        for own in [&SQLITE_ONLY, &POSTGRES_ONLY] {
            for step in own.iter() {
                assert!(
                    versions().any(|version| version == step.version),
                    "{} would never run",
                    step.version
                );
            }
        }
        let (sqlite, postgres) = (SQLITE.iter().count(), POSTGRES.iter().count());
        assert_eq!((sqlite, postgres), (versions().count(), sqlite));
    }
}
