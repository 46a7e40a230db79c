//! Copies of a SQLite database, made beside a running gateway and verified before they count (DB-06).
//! Not for bringing one back: see `restore`. PostgreSQL has tools of its own for both.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions as _, Connection as _, SqliteConnection};

use crate::claim::{beside, private};
use crate::{StoreError, disk, history, sqlite};

/// Where the copies that make themselves stand, beside the database.
const FOLDER: &str = "backups";

/// Copies the database to `to`, a file that must not be there yet. Returns the copy's size in bytes.
///
/// The copy is of one moment, readable by its owner only, and stands under its name only once it was
/// opened and found sound.
pub async fn backup(url: &str, to: &Path) -> Result<u64, StoreError> {
    let database = file_of(url, "pg_dump")?;
    if to.exists() {
        return Err(StoreError::Copy(format!(
            "{} is there already; a backup never replaces a file, choose another name",
            to.display()
        )));
    }
    copy(url, &database, to).await
}

/// Copies the database into the folder for copies that make themselves, as `NAME.db`, and keeps the newest
/// `keep` of those. Names must sort as their times do.
pub async fn backup_into_folder(url: &str, name: &str, keep: usize) -> Result<PathBuf, StoreError> {
    let database = file_of(url, "pg_dump")?;
    let folder = folder_of(&database)?;
    let to = folder.join(format!("{name}.db"));
    copy(url, &database, &to).await?;
    let mut named = regular_copies(&folder)?;
    named.sort();
    for old in named.iter().rev().skip(keep) {
        fs::remove_file(old).map_err(|error| unusable(old, error))?;
    }
    Ok(to)
}

/// The newest copy that made itself, by name.
pub fn newest_in_folder(url: &str) -> Result<Option<String>, StoreError> {
    let database = file_of(url, "pg_dump")?;
    let copies = regular_copies(&folder_of(&database)?)?;
    let name = |file: &PathBuf| Some(file.file_stem()?.to_str()?.to_owned());
    Ok(copies.iter().filter_map(name).max())
}

/// Copies a database whose tables are about to change. The newest copy before each change is kept.
pub(crate) async fn before_migrating(url: &str) -> Result<(), StoreError> {
    let Some(database) = sqlite::file(url)? else {
        return Ok(());
    };
    if fs::metadata(&database).map_or(0, |about| about.len()) == 0 {
        return Ok(());
    }
    let mut connection = sqlite::open_one(url, false).await?;
    let applied = applied(&mut connection).await?;
    connection.close().await?;
    let next = history::versions().find(|version| !applied.contains(version));
    let Some(next) = next.filter(|_| !applied.is_empty()) else {
        return Ok(());
    };
    let to = folder_of(&database)?.join(format!("before-migration-{next:04}.db"));
    copy(url, &database, &to).await?;
    tracing::info!(file = %to.display(), "the database was copied before its tables change");
    Ok(())
}

async fn copy(url: &str, database: &Path, to: &Path) -> Result<u64, StoreError> {
    let size = fs::metadata(database).map_err(|error| unusable(database, error))?;
    // A copy that fills the disk would stop the gateway it is there to protect.
    if disk::free(to).is_some_and(|free| free < 2 * size.len()) {
        return Err(StoreError::Copy(format!(
            "there is not enough room for a copy beside {}; free some space or choose another disk",
            to.display()
        )));
    }
    let making = beside(to, ".part");
    let made = async {
        // SQLite takes an empty file as the target, with the rights it has.
        let empty = private().truncate(true).open(&making);
        empty.map_err(|error| unusable(&making, error))?;
        let mut connection = sqlite::open_one(url, true).await?;
        let target = making.to_str().ok_or_else(|| {
            StoreError::Copy(format!("the path {} must be UTF-8", making.display()))
        })?;
        sqlx::query("VACUUM INTO $1")
            .bind(target)
            .execute(&mut connection)
            .await?;
        connection.close().await?;
        verify(&making).await?;
        flush(&making)?;
        fs::rename(&making, to).map_err(|error| unusable(to, error))?;
        flush_folder(to)
    };
    let made = made.await;
    if made.is_err() {
        // The reason is told; what is left of the copy is of no use.
        let _ = fs::remove_file(&making);
    }
    made?;
    Ok(fs::metadata(to).map_or(0, |about| about.len()))
}

/// Opens a copy and proves that it is sound, and ours, and not from a newer program.
pub(crate) async fn verify(file: &Path) -> Result<(), StoreError> {
    let unsound = |why: &str| StoreError::Copy(format!("{} {why}", file.display()));
    if !file.is_file() {
        return Err(unsound("is not there, or is no file"));
    }
    let options = SqliteConnectOptions::new().filename(file).read_only(true);
    let mut connection = options
        .connect()
        .await
        .map_err(|error| unsound(&format!("is no SQLite database ({error})")))?;
    let checked = async {
        let found: Vec<String> = sqlx::query_scalar("PRAGMA integrity_check")
            .fetch_all(&mut connection)
            .await?;
        if found != ["ok"] {
            return Ok(Some(format!("is damaged: {}", found.join("; "))));
        }
        let orphans = sqlx::query("PRAGMA foreign_key_check")
            .fetch_all(&mut connection)
            .await?;
        if !orphans.is_empty() {
            return Ok(Some(format!(
                "has {} rows without their other half",
                orphans.len()
            )));
        }
        let applied = applied(&mut connection).await?;
        let known = |version: &i64| history::versions().any(|one| one == *version);
        Ok(match applied.iter().find(|version| !known(version)) {
            _ if applied.is_empty() => Some("holds no Forecourt database".to_owned()),
            Some(_) => Some("was written by a newer Forecourt; use that one".to_owned()),
            None => None,
        })
    };
    let checked: Result<Option<String>, sqlx::Error> = checked.await;
    // It was only read; what it says about its end changes nothing.
    let _ = connection.close().await;
    match checked {
        Ok(None) => Ok(()),
        Ok(Some(why)) => Err(unsound(&why)),
        Err(error) => Err(unsound(&format!("is no sound SQLite database ({error})"))),
    }
}

/// The steps of the history that a database has behind it.
pub(crate) async fn applied(connection: &mut SqliteConnection) -> Result<Vec<i64>, sqlx::Error> {
    let tables: i64 = sqlx::query_scalar(
        "SELECT COUNT(*) FROM sqlite_master WHERE type = 'table' AND name = '_sqlx_migrations'",
    )
    .fetch_one(&mut *connection)
    .await?;
    if tables == 0 {
        return Ok(Vec::new());
    }
    sqlx::query_scalar("SELECT version FROM _sqlx_migrations WHERE success ORDER BY version")
        .fetch_all(connection)
        .await
}

/// SQLite's file, or the sentence that names PostgreSQL's own tool.
pub(crate) fn file_of(url: &str, tool: &str) -> Result<PathBuf, StoreError> {
    let file = sqlite::file(url)?.ok_or_else(|| {
        StoreError::Copy(format!(
            "a PostgreSQL database is backed up and restored with its own tools: use {tool}"
        ))
    })?;
    if file.is_file() {
        Ok(file)
    } else {
        Err(StoreError::Copy(format!(
            "there is no database at {}; check --data-dir or --database-url",
            file.display()
        )))
    }
}

fn folder_of(database: &Path) -> Result<PathBuf, StoreError> {
    let folder = database.with_file_name(FOLDER);
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder
        .create(&folder)
        .map_err(|error| unusable(&folder, error))?;
    Ok(folder)
}

/// The copies that the clock made; those before a migration are no part of the count.
fn regular_copies(folder: &Path) -> Result<Vec<PathBuf>, StoreError> {
    let entries = fs::read_dir(folder).map_err(|error| unusable(folder, error))?;
    let files = entries.filter_map(Result::ok).map(|entry| entry.path());
    Ok(files
        .filter(|file| file.extension().is_some_and(|ending| ending == "db"))
        .filter(|file| {
            let name = file.file_name().and_then(std::ffi::OsStr::to_str);
            name.is_some_and(|name| !name.starts_with("before-"))
        })
        .collect())
}

pub(crate) fn unusable(path: &Path, error: std::io::Error) -> StoreError {
    StoreError::File {
        path: path.to_owned(),
        error,
    }
}

pub(crate) fn flush(path: &Path) -> Result<(), StoreError> {
    let flushed = private().open(path).and_then(|file| file.sync_all());
    flushed.map_err(|error| unusable(path, error))
}

/// Makes a rename in a file's folder last.
pub(crate) fn flush_folder(file: &Path) -> Result<(), StoreError> {
    let folder = file.parent().filter(|folder| *folder != Path::new(""));
    let folder = folder.unwrap_or(Path::new("."));
    if cfg!(unix) {
        let flushed = File::open(folder).and_then(|folder| folder.sync_all());
        return flushed.map_err(|error| unusable(folder, error));
    }
    Ok(())
}
