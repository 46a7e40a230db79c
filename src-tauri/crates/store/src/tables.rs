//! How the tables of a database stand to this program: whether it could open them, asked beside a running gateway and without changing
//! anything. For who decides which program runs on a database, such as the updater when it goes back. Not for faults: see `check`.

use std::fs;
use std::path::PathBuf;

use sqlx::Connection as _;

use crate::backup::applied;
use crate::{StoreError, history, sqlite};

/// SQLite's words for a file that is damaged, or no database: the last byte of its codes.
const BROKEN: [u32; 2] = [11, 26];

/// How the tables of a database stand to this program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tables {
    /// There are none: no file, or nothing of ours in it. A start makes them.
    None,
    /// An older program made them; a start brings them up to date.
    Older,
    /// They are this program's.
    Current,
    /// A newer program made them; this one refuses them.
    Newer,
    /// The file cannot be read as a database.
    Damaged,
}

impl Tables {
    /// The word for programs.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Older => "older",
            Self::Current => "current",
            Self::Newer => "newer",
            Self::Damaged => "damaged",
        }
    }
}

/// Looks at a SQLite database: its file, and how its tables stand. `None`: it is not SQLite's, and nobody is asked.
pub async fn look(url: &str) -> Result<Option<(PathBuf, Tables)>, StoreError> {
    let Some(file) = sqlite::file(url)? else {
        return Ok(None);
    };
    // SQLite takes an empty file for an empty database.
    if fs::metadata(&file).map_or(0, |about| about.len()) == 0 {
        return Ok(Some((file, Tables::None)));
    }
    let tables = match behind(url).await {
        Ok(applied) => stand(&applied),
        Err(StoreError::Sql(error)) if is_broken(&error) => Tables::Damaged,
        Err(error) => return Err(error),
    };
    Ok(Some((file, tables)))
}

async fn behind(url: &str) -> Result<Vec<i64>, StoreError> {
    let mut connection = sqlite::open_one(url, false).await?;
    let applied = applied(&mut connection).await;
    connection.close().await?;
    Ok(applied?)
}

fn stand(applied: &[i64]) -> Tables {
    let ours = |version: &i64| history::versions().any(|one| one == *version);
    if applied.is_empty() {
        Tables::None
    } else if !applied.iter().all(ours) {
        Tables::Newer
    } else if history::versions().all(|version| applied.contains(&version)) {
        Tables::Current
    } else {
        Tables::Older
    }
}

fn is_broken(error: &sqlx::Error) -> bool {
    let code = error
        .as_database_error()
        .and_then(sqlx::error::DatabaseError::code);
    code.and_then(|code| code.parse::<u32>().ok())
        .is_some_and(|code| BROKEN.contains(&(code & 0xff)))
}
