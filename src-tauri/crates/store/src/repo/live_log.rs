//! Tables `live_stream` and `live_event`: what a gateway pushed, numbered, so that a reader can catch up.

use domain::EventId;
use uuid::Uuid;

use super::{folded, parse};
use crate::conn::{Engine, on, run};
use crate::emitted::{self, Emitted, Own};
use crate::{Conn, StoreError};

/// Where a gateway's numbering stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    /// The log's id.
    pub stream: Uuid,
    /// The newest number given.
    pub seq: i64,
}

/// An event of the log, as it was committed or came over the bus.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Logged {
    /// Its number.
    pub seq: i64,
    /// The envelope, without stream and number.
    pub envelope: String,
    /// The rooms it names itself, separated by spaces: it is none of the catalogue.
    pub rooms: Option<String>,
}

/// Something that came over the bus, on its way into the log.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Its id.
    pub id: EventId,
    /// The envelope, without stream and number.
    pub envelope: String,
    /// The rooms it names itself.
    pub rooms: Option<String>,
}

/// What becomes of an event of one's own once it is in the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Then {
    /// Nobody else is there to hear of it.
    Forget,
    /// It waits in the outbox for the broker.
    Publish,
}

/// What one look at the outbox brought.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taken {
    /// What is new in the log, in its order.
    pub logged: Vec<Logged>,
    /// Whether there may be more.
    pub more: bool,
}

/// The node's log; begins one called `fresh` where there is none.
pub async fn open(conn: &mut Conn, node: &str, fresh: Uuid) -> Result<Head, StoreError> {
    run!(
        conn,
        "INSERT INTO live_stream (node, stream, last_seq) VALUES ($1, $2, 0) ON CONFLICT (node) DO NOTHING",
        node,
        fresh.to_string()
    )?;
    let (stream, seq): (String, i64) = on!(conn, |c| sqlx::query_as(
        "SELECT stream, last_seq FROM live_stream WHERE node = $1"
    )
    .bind(node)
    .fetch_one(c)
    .await)?;
    Ok(Head {
        stream: parse("live_stream.stream", &stream)?,
        seq,
    })
}

/// Moves a node's newest events from the outbox into its log, oldest first, `limit` at most. Number, event and
/// what becomes of the outbox's row commit together, so none is pushed twice and none is lost.
///
/// Four statements, however many events.
pub async fn take_own(
    conn: &mut Conn,
    stream: Uuid,
    node: &str,
    limit: i64,
    then: Then,
) -> Result<Taken, StoreError> {
    // What this very unit emitted is there to be taken.
    emitted::write(conn).await?;
    let newest = lock(conn, stream).await?;
    // One that was taken over from another gateway may have come over the bus before.
    let mut rows: Vec<(i64, String)> = on!(conn, |c| sqlx::query_as(
        "INSERT INTO live_event (stream, seq, event_id, envelope)
         SELECT $1, $2 + ROW_NUMBER() OVER (ORDER BY place, id), id, envelope FROM (
             SELECT place, id, envelope FROM outbox WHERE node = $3 AND pushed = 0
             ORDER BY place, id LIMIT $4) AS fresh
         WHERE NOT EXISTS (SELECT 1 FROM live_event WHERE stream = $1 AND event_id = fresh.id)
         RETURNING seq, envelope"
    )
    .bind(stream.to_string())
    .bind(newest)
    .bind(node)
    .bind(limit)
    .fetch_all(c)
    .await)?;
    rows.sort_unstable_by_key(|(seq, _)| *seq);
    if let Some((newest, _)) = rows.last() {
        set_newest(conn, stream, *newest).await?;
    }
    let settled = settle(conn, stream, node, limit, then).await?;
    Ok(Taken {
        logged: rows
            .into_iter()
            .map(|(seq, envelope)| Logged {
                seq,
                envelope,
                rooms: None,
            })
            .collect(),
        more: settled > 0 && i64::try_from(settled).is_ok_and(|settled| settled >= limit),
    })
}

/// Gives what this process emitted the stream's next numbers, in the commit that it happened in: the last thing before
/// it, for whoever else gives numbers waits from here on. Two statements, however many events.
pub(crate) async fn append_own(
    conn: &mut Conn,
    stream: Uuid,
    events: Vec<Emitted>,
) -> Result<Vec<Own>, StoreError> {
    let Ok(count @ 1..) = i64::try_from(events.len()) else {
        return Ok(Vec::new());
    };
    let rows: Vec<_> = events
        .iter()
        .map(|event| (event.id, &event.envelope))
        .collect();
    let rows = folded(rows);
    let newest: i64 = on!(conn, |c| sqlx::query_scalar(
        "UPDATE live_stream SET last_seq = last_seq + $2 WHERE stream = $1 RETURNING last_seq"
    )
    .bind(stream.to_string())
    .bind(count)
    .fetch_one(c)
    .await)?;
    let first = newest - count + 1;
    let sql = match conn.engine() {
        Engine::Sqlite(_) => {
            "INSERT INTO live_event (stream, seq, event_id, envelope)
             SELECT $1, $2 + jsonb_each.key, value ->> 0, value ->> 1 FROM jsonb_each($3)"
        }
        Engine::Postgres(_) => {
            "INSERT INTO live_event (stream, seq, event_id, envelope)
             SELECT $1, $2 + nth - 1, value ->> 0, value ->> 1
             FROM jsonb_array_elements(CAST($3 AS JSONB)) WITH ORDINALITY AS rows (value, nth)"
        }
    };
    run!(conn, sql, stream.to_string(), first, rows)?;
    let own = (first..).zip(events).map(|(seq, emitted)| Own {
        seq,
        event: emitted.event,
        envelope: emitted.envelope,
    });
    Ok(own.collect())
}

/// Settles the outbox's rows that are in the log. On PostgreSQL a row may have become visible since the log
/// was written: it is not there, and waits for the next time.
async fn settle(
    conn: &mut Conn,
    stream: Uuid,
    node: &str,
    limit: i64,
    then: Then,
) -> Result<u64, StoreError> {
    let sql = match then {
        Then::Forget => {
            "DELETE FROM outbox WHERE id IN (
                 SELECT id FROM outbox WHERE node = $1 AND pushed = 0 ORDER BY place, id LIMIT $2)
             AND EXISTS (SELECT 1 FROM live_event WHERE stream = $3 AND event_id = outbox.id)"
        }
        Then::Publish => {
            "UPDATE outbox SET pushed = 1 WHERE id IN (
                 SELECT id FROM outbox WHERE node = $1 AND pushed = 0 ORDER BY place, id LIMIT $2)
             AND EXISTS (SELECT 1 FROM live_event WHERE stream = $3 AND event_id = outbox.id)"
        }
    };
    Ok(run!(conn, sql, node, limit, stream.to_string())?)
}

/// Gives what came over the bus the stream's next numbers. `None` for what the log has already: the bus
/// delivers at least once.
pub async fn append(
    conn: &mut Conn,
    stream: Uuid,
    entries: &[Entry],
) -> Result<Vec<Option<i64>>, StoreError> {
    let first = lock(conn, stream).await?;
    let mut newest = first;
    let mut numbers = Vec::with_capacity(entries.len());
    for entry in entries {
        let is_new = insert(conn, stream, newest + 1, entry).await?;
        newest += i64::from(is_new);
        numbers.push(is_new.then_some(newest));
    }
    if newest > first {
        set_newest(conn, stream, newest).await?;
    }
    Ok(numbers)
}

async fn insert(
    conn: &mut Conn,
    stream: Uuid,
    seq: i64,
    entry: &Entry,
) -> Result<bool, StoreError> {
    let inserted = run!(
        conn,
        "INSERT INTO live_event (stream, seq, event_id, envelope, rooms) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (stream, event_id) DO NOTHING",
        stream.to_string(),
        seq,
        entry.id.to_string(),
        &entry.envelope,
        &entry.rooms
    )?;
    Ok(inserted > 0)
}

/// Leaves a number out, for good: whoever asks for what is before and behind it is told of a gap.
pub async fn leave_out(conn: &mut Conn, stream: Uuid) -> Result<i64, StoreError> {
    let newest = lock(conn, stream).await? + 1;
    set_newest(conn, stream, newest).await?;
    Ok(newest)
}

/// The newest number, held until the commit: whoever else gives numbers waits.
async fn lock(conn: &mut Conn, stream: Uuid) -> Result<i64, StoreError> {
    Ok(on!(conn, |c| sqlx::query_scalar(
        "UPDATE live_stream SET last_seq = last_seq WHERE stream = $1 RETURNING last_seq"
    )
    .bind(stream.to_string())
    .fetch_one(c)
    .await)?)
}

async fn set_newest(conn: &mut Conn, stream: Uuid, seq: i64) -> Result<(), StoreError> {
    run!(
        conn,
        "UPDATE live_stream SET last_seq = $2 WHERE stream = $1",
        stream.to_string(),
        seq
    )?;
    Ok(())
}

/// The newest number given, of what is committed.
pub async fn newest(conn: &mut Conn, stream: Uuid) -> Result<i64, StoreError> {
    Ok(on!(conn, |c| sqlx::query_scalar(
        "SELECT last_seq FROM live_stream WHERE stream = $1"
    )
    .bind(stream.to_string())
    .fetch_one(c)
    .await)?)
}

/// Events after `after` up to and with `upto`, oldest first. `None` when some of them are gone.
pub async fn between(
    conn: &mut Conn,
    stream: Uuid,
    after: i64,
    upto: i64,
) -> Result<Option<Vec<Logged>>, StoreError> {
    let logged = list(conn, stream, after, upto).await?;
    // A number that is not there was trimmed, or stands for what this gateway never got.
    let complete = i64::try_from(logged.len()).is_ok_and(|count| count == (upto - after).max(0));
    Ok(complete.then_some(logged))
}

/// What there is of the events after `after` up to and with `upto`, oldest first.
pub async fn list(
    conn: &mut Conn,
    stream: Uuid,
    after: i64,
    upto: i64,
) -> Result<Vec<Logged>, StoreError> {
    let rows: Vec<(i64, String, Option<String>)> = on!(conn, |c| {
        sqlx::query_as(
        "SELECT seq, envelope, rooms FROM live_event WHERE stream = $1 AND seq > $2 AND seq <= $3 ORDER BY seq"
    )
    .bind(stream.to_string())
    .bind(after)
    .bind(upto)
    .fetch_all(c)
    .await
    })?;
    let logged = rows.into_iter().map(|(seq, envelope, rooms)| Logged {
        seq,
        envelope,
        rooms,
    });
    Ok(logged.collect())
}

/// Forgets the oldest of all but the newest `retain` events, `limit` numbers at once; says how many went.
pub async fn trim(conn: &mut Conn, head: Head, retain: i64, limit: i64) -> Result<u64, StoreError> {
    Ok(run!(
        conn,
        "DELETE FROM live_event WHERE stream = $1 AND seq <= $2
         AND seq < (SELECT MIN(seq) FROM live_event WHERE stream = $1) + $3",
        head.stream.to_string(),
        head.seq - retain,
        limit
    )?)
}
