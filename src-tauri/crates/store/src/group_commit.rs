//! SQLite's one writer: units of work that wait at the same time share one durable commit. Most units succeed, so
//! they run one after the other with nothing between them; when one fails, the group is rolled back and runs again
//! with each unit in a savepoint, so that the one that fails takes nothing of the others with it.

use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures_util::FutureExt as _;
use sqlx::SqliteConnection;
use tokio::sync::{Mutex as AsyncMutex, Notify, mpsc, oneshot};
use tokio::task::JoinHandle;

use crate::db::{UnitError, Work};
use crate::disk::{Disk, DiskWatch};
use crate::emitted::{Own, Tap};
use crate::{Conn, StoreError};

/// How many units may wait; beyond it the callers do, which is what slows a flood down.
const QUEUE: usize = 256;
/// How many units share a commit at most, so that the first never waits long for the last.
const GROUP: usize = 64;
/// How many pages of the log may wait before they are copied into the file (4 KiB each). A page that is written again and
/// again is copied once, and each copying flushes both files.
const LOG_PAGES: i64 = 4 * 1024;
/// How many pages the log may have before readers are waited for, so that it begins anew: 32 MB. Where one always reads,
/// it would grow without end (DB-09; sqlite.org, "checkpoint starvation").
const LONG_LOG: i64 = 8 * 1024;
/// How much longer it gets where a reader did not end in time, before readers are waited for again: 8 MB.
const LONGER: i64 = 2 * 1024;
/// How long writers wait for readers then, and how often it is looked whether they have ended.
const READERS_END: Duration = Duration::from_secs(1);
const LOOK: Duration = Duration::from_millis(5);
/// How often a full disk is tried again.
const TRY_AGAIN: Duration = Duration::from_secs(1);

type Answer = Box<dyn FnOnce(Result<(), StoreError>) + Send>;

/// What became of a unit before the commit: how to answer it, and whether its changes stay.
struct Ran {
    keep: bool,
    answer: Answer,
}

/// A unit of work, which can run more than once; the last time counts.
type Unit = Box<dyn for<'c> Fn(&'c mut Conn) -> Work<'c, Ran> + Send + Sync>;

/// What the writer works with.
struct Site {
    disk: DiskWatch,
    tap: Tap,
}

/// The handle to the writer's task.
#[derive(Clone)]
pub(crate) struct Writer {
    queue: mpsc::Sender<Unit>,
    task: Arc<AsyncMutex<Option<JoinHandle<()>>>>,
    stop: Arc<Notify>,
}

impl Writer {
    /// Starts the task named `store.writer`, which owns the connection.
    pub(crate) fn start(
        connection: SqliteConnection,
        outbox_grew: Arc<Notify>,
        disk: DiskWatch,
        tap: Tap,
    ) -> Self {
        let (queue, units) = mpsc::channel(QUEUE);
        let stop = Arc::new(Notify::new());
        let task = tokio::spawn(serve(
            Conn::sqlite_writer(connection),
            units,
            outbox_grew,
            Site { disk, tap },
            Arc::clone(&stop),
        ));
        Self {
            queue,
            task: Arc::new(AsyncMutex::new(Some(task))),
            stop,
        }
    }

    /// Runs one unit and waits for the commit it is part of.
    pub(crate) async fn run<T, E, F>(&self, work: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: UnitError,
        F: for<'c> FnOnce(&'c mut Conn) -> Work<'c, Result<T, E>> + Clone + Send + 'static,
    {
        let (answer, answered) = oneshot::channel();
        // Both are locked for a moment, by the writer's task alone.
        let (work, answer) = (Mutex::new(work), Arc::new(Mutex::new(Some(answer))));
        let unit: Unit = Box::new(move |conn| {
            let (work, answer) = (lock(&work).clone(), Arc::clone(&answer));
            Box::pin(async move {
                let result = work(conn).await;
                Ran {
                    keep: result.is_ok(),
                    answer: Box::new(move |committed| {
                        let outcome = match committed {
                            Ok(()) => result,
                            Err(error) => Err(E::from(error)),
                        };
                        if let Some(answer) = lock(&answer).take() {
                            // Whoever asked may have gone; the work stands all the same.
                            let _ = answer.send(outcome);
                        }
                    }),
                }
            })
        });
        self.queue
            .send(unit)
            .await
            .map_err(|_| StoreError::Closed)?;
        answered.await.map_err(|_| E::from(StoreError::Closed))?
    }

    /// Finishes what waits, then closes the connection.
    pub(crate) async fn close(&self) {
        self.stop.notify_one();
        if let Some(task) = self.task.lock().await.take()
            && let Err(error) = task.await
        {
            tracing::error!(%error, "the database writer ended badly");
        }
    }
}

async fn serve(
    mut conn: Conn,
    mut units: mpsc::Receiver<Unit>,
    outbox_grew: Arc<Notify>,
    site: Site,
    stop: Arc<Notify>,
) {
    let disk = &site.disk;
    let mut log = Log { most: LONG_LOG };
    let mut again = tokio::time::interval(TRY_AGAIN);
    again.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        let first = tokio::select! {
            biased;
            _ = again.tick(), if disk.now() == Disk::Full => {
                try_again(&mut conn, disk).await;
                continue;
            }
            unit = units.recv() => unit,
            () = stop.notified() => {
                units.close();
                continue;
            }
        };
        let Some(first) = first else { break };
        if disk.now() == Disk::Broken {
            // Dropping the unit answers its caller with `Closed`.
            continue;
        }
        let began = std::time::Instant::now();
        commit_group(&mut conn, first, &mut units, &site).await;
        metrics::histogram!(crate::COMMIT_SECONDS).record(began.elapsed());
        if conn.take_grown() {
            outbox_grew.notify_one();
        }
        if let Err(error) = log.shorten(&mut conn).await {
            tracing::error!(%error, "the log cannot be copied into the database file");
            disk.judge(&error);
        }
    }
    if let Err(error) = conn.close_writer().await {
        tracing::error!(%error, "the database was not closed in order");
    }
}

/// Whether a full disk takes writes again: room first, then a write that changes nothing.
async fn try_again(conn: &mut Conn, disk: &DiskWatch) {
    if !disk.has_room() {
        return;
    }
    let written = async {
        statement(conn, "BEGIN IMMEDIATE").await?;
        statement(conn, "PRAGMA user_version = 0").await?;
        statement(conn, "COMMIT").await
    };
    match written.await {
        Ok(()) => disk.recovered(),
        Err(error) => {
            disk.judge(&error);
            // Fails where SQLite already rolled back by itself; then there is nothing to undo.
            let _ = statement(conn, "ROLLBACK").await;
        }
    }
}

/// The write-ahead log.
struct Log {
    /// How many pages it may have before readers are waited for.
    most: i64,
}

impl Log {
    /// Copies the log into the file once enough of it waits. Here and not within a commit, where SQLite
    /// would do it by itself and tell nobody of a flush that failed.
    async fn shorten(&mut self, conn: &mut Conn) -> Result<(), StoreError> {
        let (_, pages, copied) = checkpoint(conn, "PRAGMA wal_checkpoint(NOOP)").await?;
        if pages >= self.most {
            self.most = if begin_anew(conn).await? {
                LONG_LOG
            } else {
                tracing::warn!(
                    pages,
                    "somebody reads for so long that the database's log grows"
                );
                pages + LONGER
            };
        } else if pages - copied >= LOG_PAGES {
            checkpoint(conn, "PRAGMA wal_checkpoint(PASSIVE)").await?;
        }
        Ok(())
    }
}

/// Lets the log begin anew as soon as everybody who reads has come to its end; whether they did in time. SQLite's own
/// waiting does not do: a reader that begins takes the place of the one it waits for.
async fn begin_anew(conn: &mut Conn) -> Result<bool, StoreError> {
    let until = std::time::Instant::now() + READERS_END;
    loop {
        let (_, pages, copied) = checkpoint(conn, "PRAGMA wal_checkpoint(PASSIVE)").await?;
        if copied >= pages {
            // Who begins from here on reads the file and not the log: this waits for the others only.
            let (kept_out, ..) = checkpoint(conn, "PRAGMA wal_checkpoint(RESTART)").await?;
            return Ok(kept_out == 0);
        }
        if std::time::Instant::now() >= until {
            return Ok(false);
        }
        tokio::time::sleep(LOOK).await;
    }
}

async fn checkpoint(conn: &mut Conn, sql: &'static str) -> Result<(i64, i64, i64), StoreError> {
    Ok(crate::conn::on!(conn, |c| sqlx::query_as(sql)
        .fetch_one(c)
        .await)?)
}

/// Runs a unit and all that wait behind it, commits, and answers them.
async fn commit_group(conn: &mut Conn, first: Unit, units: &mut mpsc::Receiver<Unit>, site: &Site) {
    let mut group = vec![first];
    let mut answers = Vec::new();
    let mut outcome = together(conn, &mut group, units, &mut answers, &site.tap).await;
    if matches!(outcome, Ok(None)) {
        roll_back(conn).await;
        answers.clear();
        outcome = one_by_one(conn, &group, &mut answers, &site.tap)
            .await
            .map(Some);
    }
    match outcome.map(Option::unwrap_or_default) {
        // Before the answers: what a unit numbered itself comes behind what was numbered before it.
        Ok(own) => {
            site.tap.tell(own).await;
            for answer in answers {
                answer(Ok(()));
            }
        }
        Err(error) => {
            tracing::error!(%error, units = group.len(), "a group commit failed; all its units are rolled back");
            site.disk.judge(&error);
            roll_back(conn).await;
            // A unit that did not come to its turn is dropped, which answers its caller with `Closed`.
            for answer in answers {
                answer(Err(if error.disk_fault().is_some() {
                    StoreError::Disk(error.to_string())
                } else {
                    StoreError::Group(error.to_string())
                }));
            }
        }
    }
}

/// Runs the units with nothing between them, those that come meanwhile too; `None` where one of them failed, and
/// all have to run again.
async fn together(
    conn: &mut Conn,
    group: &mut Vec<Unit>,
    units: &mut mpsc::Receiver<Unit>,
    answers: &mut Vec<Answer>,
    tap: &Tap,
) -> Result<Option<Vec<Own>>, StoreError> {
    statement(conn, "BEGIN IMMEDIATE").await?;
    let mut next = 0;
    while let Some(unit) = group.get(next) {
        match run_unit(conn, unit).await {
            Some(ran) if ran.keep => answers.push(ran.answer),
            // The only one: there is nothing to keep.
            ran if group.len() == 1 => {
                answers.extend(ran.map(|ran| ran.answer));
                roll_back(conn).await;
                return Ok(Some(Vec::new()));
            }
            _ => return Ok(None),
        }
        next += 1;
        if group.len() < GROUP {
            group.extend(units.try_recv().ok());
        }
    }
    let own = tap.write(conn).await?;
    statement(conn, "COMMIT").await?;
    Ok(Some(own))
}

/// Runs each unit in a savepoint; one that fails or panics leaves no trace.
async fn one_by_one(
    conn: &mut Conn,
    group: &[Unit],
    answers: &mut Vec<Answer>,
    tap: &Tap,
) -> Result<Vec<Own>, StoreError> {
    statement(conn, "BEGIN IMMEDIATE").await?;
    for unit in group {
        statement(conn, "SAVEPOINT unit").await?;
        let emitted = conn.emitted();
        let ran = run_unit(conn, unit).await;
        if !ran.as_ref().is_some_and(|ran| ran.keep) {
            conn.forget_emitted(emitted);
            statement(conn, "ROLLBACK TO unit").await?;
        }
        statement(conn, "RELEASE unit").await?;
        answers.extend(ran.map(|ran| ran.answer));
    }
    let own = tap.write(conn).await?;
    statement(conn, "COMMIT").await?;
    Ok(own)
}

/// Runs one unit. `None`: it panicked.
async fn run_unit(conn: &mut Conn, unit: &Unit) -> Option<Ran> {
    let ran = AssertUnwindSafe(unit(conn)).catch_unwind().await.ok();
    if ran.is_none() {
        tracing::error!("a unit of work panicked; it is rolled back");
    }
    ran
}

/// Undoes all that is not committed.
async fn roll_back(conn: &mut Conn) {
    conn.forget_emitted(0);
    // Fails where SQLite already rolled back by itself; then there is nothing to undo.
    let _ = statement(conn, "ROLLBACK").await;
}

fn lock<T>(cell: &Mutex<T>) -> MutexGuard<'_, T> {
    cell.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn statement(conn: &mut Conn, sql: &'static str) -> Result<(), StoreError> {
    crate::conn::run!(conn, sql)?;
    Ok(())
}
