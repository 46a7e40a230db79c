//! Brings a copy back as the database, with what must not happen twice moved out of reach (DB-06, FLT-04).
//! Not beside a running gateway: the claim is taken first.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use sqlx::{Connection as _, PgConnection, SqliteConnection};
use tokio::time::{Instant, interval};

use crate::backup::{file_of, flush, flush_folder, unusable, verify};
use crate::claim::{beside, private};
use crate::conn::run;
use crate::{Claim, Store, StoreError, sqlite};

/// How long connections that end are waited for, such as those of whatever brought a dump back; and how often it is looked.
const GOING: Duration = Duration::from_secs(3);
const AGAIN: Duration = Duration::from_millis(200);

/// Replaces the database by the copy `from`. Where there was one, it stays beside it under a name that ends with
/// `aside`, which is returned; with a number behind it, where one of that name is there already.
///
/// The new one begins a new live stream, so that readers reload what they know; its transaction ids and
/// event numbers go on a million higher; everybody has to sign in again.
pub async fn restore(url: &str, from: &Path, aside: &str) -> Result<Option<PathBuf>, StoreError> {
    let database = match sqlite::file(url)? {
        Some(file) => file,
        None => file_of(url, "pg_restore")?,
    };
    let _claim = Claim::take(url)?;
    verify(from).await?;
    let making = beside(&database, ".restoring");
    let prepared = prepare(from, &making).await;
    if prepared.is_err() {
        // The reason is told; what is left of the copy is of no use.
        for ending in ["", "-wal", "-shm"] {
            let _ = fs::remove_file(beside(&making, ending));
        }
    }
    prepared?;
    let replaced = set_aside(url, &database, &unused(&database, aside)).await?;
    fs::rename(&making, &database).map_err(|error| unusable(&database, error))?;
    flush_folder(&database)?;
    Ok(replaced)
}

/// A copy of the copy, ready to be the database.
async fn prepare(from: &Path, making: &Path) -> Result<(), StoreError> {
    let mut source = fs::File::open(from).map_err(|error| unusable(from, error))?;
    let target = private().truncate(true).open(making);
    let mut target = target.map_err(|error| unusable(making, error))?;
    std::io::copy(&mut source, &mut target).map_err(|error| unusable(making, error))?;
    drop(target);
    let path = making
        .to_str()
        .ok_or_else(|| StoreError::Copy(format!("the path {} must be UTF-8", making.display())))?;
    let mut connection = sqlite::open_one(&format!("sqlite://{path}"), true).await?;
    move_on(&mut connection).await?;
    connection.close().await?;
    flush(making)
}

/// What must not happen twice after a copy came back is moved out of its reach.
const MOVE_ON: [&str; 6] = [
    // How far the numbers jump that were given since the copy and must not be given again.
    "INSERT INTO counter (name, value) VALUES ('transaction_id', 1000000)
     ON CONFLICT (name) DO UPDATE SET value = counter.value + 1000000",
    "UPDATE event_key SET last_seq = last_seq + 1000000",
    // Receipts that were given after the copy was made are not known in it: others get numbers of another series.
    "INSERT INTO counter (name, value) VALUES ('receipt_edition', 1)
     ON CONFLICT (name) DO UPDATE SET value = counter.value + 1",
    // The next start begins a stream of another name: what readers know of the old one is void.
    "DELETE FROM live_event",
    "DELETE FROM live_stream",
    // And whoever signed out since the copy was made must not be signed in again.
    "DELETE FROM access_token",
];

async fn move_on(connection: &mut SqliteConnection) -> Result<(), sqlx::Error> {
    let mut changes = connection.begin_with("BEGIN IMMEDIATE").await?;
    for statement in MOVE_ON {
        sqlx::query(statement).execute(&mut *changes).await?;
    }
    changes.commit().await
}

/// The same for a database that came back by other means: `pg_restore`, or a snapshot of a disk. Nobody may be connected
/// to it.
pub async fn came_back(url: &str) -> Result<(), StoreError> {
    let _claim = Claim::take(url)?;
    if sqlite::file(url)?.is_none() {
        nobody_is_connected(url).await?;
    }
    let store = Store::open(url).await?;
    let moved: Result<(), StoreError> = store
        .write(|conn| {
            Box::pin(async move {
                for statement in MOVE_ON {
                    run!(conn, statement)?;
                }
                Ok(())
            })
        })
        .await;
    store.close().await;
    moved
}

async fn nobody_is_connected(url: &str) -> Result<(), StoreError> {
    let mut connection = PgConnection::connect(url).await?;
    let until = Instant::now() + GOING;
    let mut look = interval(AGAIN);
    let others = loop {
        look.tick().await;
        let others: i64 = sqlx::query_scalar(
            "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()
               AND COALESCE(backend_type, 'client backend') = 'client backend'",
        )
        .fetch_one(&mut connection)
        .await?;
        if others == 0 || Instant::now() >= until {
            break others;
        }
    };
    connection.close().await?;
    if others == 0 {
        return Ok(());
    }
    Err(StoreError::Copy(format!(
        "{others} other connections to the database are open; stop every gateway first"
    )))
}

/// A name that nothing has: what a cut left half-way is never written over.
fn unused(database: &Path, aside: &str) -> PathBuf {
    let first = beside(database, &format!(".{aside}"));
    let more = (2..).map(|number| beside(&first, &format!("-{number}")));
    std::iter::once(first.clone())
        .chain(more)
        .find(|name| !name.exists())
        .unwrap_or(first)
}

/// Moves the database that is there out of the way, whole.
async fn set_aside(
    url: &str,
    database: &Path,
    aside: &Path,
) -> Result<Option<PathBuf>, StoreError> {
    if fs::metadata(database).map_or(0, |about| about.len()) == 0 {
        return Ok(None);
    }
    // Its log belongs to it: copied in where it still opens, else moved along with it.
    if let Err(error) = absorb_log(url).await {
        tracing::warn!(%error, "the replaced database does not open; it is kept as it is");
    } else if beside(database, "-wal").exists() {
        return Err(StoreError::InUse(database.to_owned()));
    }
    for ending in ["-wal", "-shm"] {
        let (log, beside_it) = (beside(database, ending), beside(aside, ending));
        if log.exists() {
            fs::rename(&log, &beside_it).map_err(|error| unusable(&beside_it, error))?;
        }
    }
    // A second name first and the rename over it after, so that there is a database at every moment.
    if fs::hard_link(database, aside).is_err() {
        fs::copy(database, aside).map_err(|error| unusable(aside, error))?;
        flush(aside)?;
    }
    Ok(Some(aside.to_owned()))
}

/// The last connection to close takes the log with it.
async fn absorb_log(url: &str) -> Result<(), StoreError> {
    let mut connection = sqlite::open_one(url, true).await?;
    sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)")
        .execute(&mut connection)
        .await?;
    Ok(connection.close().await?)
}
