//! Tables `outbox` and `event_key`: events that committed, in the order in which their gateway publishes them.
//! Not for what the screens were told: see `live_log`.

use std::collections::BTreeMap;

use domain::{Event, EventId, Timestamp};

use super::{folded, from_ms_opt, parse, to_ms};
use crate::conn::{Engine, on, run};
use crate::emitted::Emitted;
use crate::{Conn, StoreError};

/// An event on its way to the bus.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outgoing {
    /// The event's id.
    pub id: EventId,
    /// Where the broker routes it.
    pub routing_key: String,
    /// What keeps its order: header `x-key`.
    pub key: String,
    /// Its number within the key: header `x-key-seq`.
    pub key_seq: i64,
    /// The envelope, as JSON.
    pub envelope: String,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    r#type: String,
    routing_key: String,
    key: String,
    key_seq: i64,
    envelope: String,
}

/// How much a gateway still has to publish.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Waiting {
    /// How many events.
    pub depth: i64,
    /// Their envelopes, bytes.
    pub bytes: i64,
    /// When the first of them was written.
    pub oldest_at: Option<Timestamp>,
}

/// What a consumer can do without, in the order in which it is given up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Droppable {
    /// Raw charger traffic; it is in the message log.
    Raw,
    /// Readings and running costs behind which a newer one of the same key waits. They are values, so the
    /// newer one says it all; what is billed is in the state.
    Superseded,
}

/// Adds an event to the unit of work, to be published by `node`. It is written with all others of its commit, see
/// [`write`].
#[expect(
    clippy::unused_async,
    reason = "when an event is written is the store's affair: those who emit wait as for any other write"
)]
pub async fn append(
    conn: &mut Conn,
    node: &str,
    event: &Event,
    at: Timestamp,
    next_id: impl FnOnce() -> EventId + Send,
) -> Result<(), StoreError> {
    conn.emit(Emitted::new(node, next_id(), event, at));
    Ok(())
}

/// Writes what was emitted and is not written yet, oldest first, for its gateway to fetch.
pub(crate) async fn write(conn: &mut Conn, events: &[Emitted]) -> Result<(), StoreError> {
    if events.is_empty() {
        return Ok(());
    }
    let numbers = number(conn, events).await?;
    insert(conn, events, &numbers, false).await
}

/// The same, under the numbers that the events have within their keys. `pushed`: the screens have them with this commit.
///
/// Their places are taken when the keys' rows are locked: behind every event of the key that still waits. Neither
/// rests on a clock. One statement, however many events.
pub(crate) async fn insert(
    conn: &mut Conn,
    events: &[Emitted],
    numbers: &[i64],
    pushed: bool,
) -> Result<(), StoreError> {
    let rows = events.iter().zip(numbers).map(|(event, number)| {
        (
            event.id,
            &*event.node,
            event.event.name(),
            event.event.routing_key(),
            &event.key,
            number,
            &event.envelope,
            event.envelope.len(),
            to_ms(event.at),
        )
    });
    let rows = folded(rows.collect::<Vec<_>>());
    // The place is one above all that can be seen. Two keys may draw the same at once; one key never does.
    let sql = match conn.engine() {
        Engine::Sqlite(_) => {
            "INSERT INTO outbox (id, node, place, pushed, type, routing_key, key, key_seq, envelope, bytes, created_at)
             SELECT value ->> 0, value ->> 1, COALESCE((SELECT MAX(place) FROM outbox), 0) + 1 + jsonb_each.key, $2,
               value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6, value ->> 7, value ->> 8
             FROM jsonb_each($1)"
        }
        Engine::Postgres(_) => {
            "INSERT INTO outbox (id, node, place, pushed, type, routing_key, key, key_seq, envelope, bytes, created_at)
             SELECT value ->> 0, value ->> 1, COALESCE((SELECT MAX(place) FROM outbox), 0) + nth, $2,
               value ->> 2, value ->> 3, value ->> 4, CAST(value ->> 5 AS BIGINT), value ->> 6,
               CAST(value ->> 7 AS BIGINT), CAST(value ->> 8 AS BIGINT)
             FROM jsonb_array_elements(CAST($1 AS JSONB)) WITH ORDINALITY AS rows (value, nth)"
        }
    };
    run!(conn, sql, rows, i64::from(pushed))?;
    if !pushed {
        conn.note_grown();
    }
    Ok(())
}

/// Gives the events their numbers within their keys, whose rows are locked from here on: in the order of the keys, so
/// that two units never wait for each other here. One statement, however many events.
pub(crate) async fn number(conn: &mut Conn, events: &[Emitted]) -> Result<Vec<i64>, StoreError> {
    let mut counts: BTreeMap<&str, i64> = BTreeMap::new();
    for event in events {
        *counts.entry(&event.key).or_default() += 1;
    }
    let wanted = folded(counts.iter().collect::<Vec<_>>());
    let sql = match conn.engine() {
        Engine::Sqlite(_) => {
            "INSERT INTO event_key (key, last_seq) SELECT value ->> 0, value ->> 1 FROM jsonb_each($1) WHERE true
             ON CONFLICT (key) DO UPDATE SET last_seq = event_key.last_seq + excluded.last_seq
             RETURNING key, last_seq"
        }
        Engine::Postgres(_) => {
            "INSERT INTO event_key (key, last_seq)
             SELECT value ->> 0, CAST(value ->> 1 AS BIGINT) FROM jsonb_array_elements(CAST($1 AS JSONB))
             ON CONFLICT (key) DO UPDATE SET last_seq = event_key.last_seq + excluded.last_seq
             RETURNING key, last_seq"
        }
    };
    let newest: Vec<(String, i64)> = on!(conn, |c| sqlx::query_as(sql)
        .bind(&wanted)
        .fetch_all(c)
        .await)?;
    let mut next: BTreeMap<&str, i64> = newest
        .iter()
        .map(|(key, newest)| {
            (
                key.as_str(),
                newest - counts.get(key.as_str()).unwrap_or(&0),
            )
        })
        .collect();
    Ok(events
        .iter()
        .map(|event| {
            let number = next.entry(&event.key).or_default();
            *number += 1;
            *number
        })
        .collect())
}

/// Whether a gateway has events that its own screens do not have yet.
pub async fn is_fresh(conn: &mut Conn, node: &str) -> Result<bool, StoreError> {
    has(conn, node, 0).await
}

/// Whether a gateway has events that only the broker has to get: next, or once another gateway lets them.
pub async fn is_waiting(conn: &mut Conn, node: &str) -> Result<bool, StoreError> {
    has(conn, node, 1).await
}

async fn has(conn: &mut Conn, node: &str, pushed: i64) -> Result<bool, StoreError> {
    let found: Option<i64> = on!(conn, |c| sqlx::query_scalar(
        "SELECT pushed FROM outbox WHERE node = $1 AND pushed = $2 LIMIT 1"
    )
    .bind(node)
    .bind(pushed)
    .fetch_optional(c)
    .await)?;
    Ok(found.is_some())
}

/// The next events for a gateway to publish: those its screens have, oldest first. One whose predecessor
/// waits at another gateway is held back, so that a key's order holds when its charger moves.
pub async fn next(conn: &mut Conn, node: &str, limit: i64) -> Result<Vec<Outgoing>, StoreError> {
    let mut rows = list_next(
        conn,
        "SELECT id, type, routing_key, key, key_seq, envelope FROM outbox
         WHERE node = $1 AND pushed = 1 ORDER BY place, id LIMIT $2",
        node,
        limit,
    )
    .await?;
    // Asked for second: what comes before one of these was there when it was written.
    if !rows.is_empty() && has_others(conn, node).await? {
        rows = list_next(
            conn,
            "SELECT id, type, routing_key, key, key_seq, envelope FROM outbox AS mine
             WHERE node = $1 AND pushed = 1 AND NOT EXISTS (
                 SELECT 1 FROM outbox AS other
                 WHERE other.key = mine.key AND other.key_seq < mine.key_seq AND other.node <> mine.node)
             ORDER BY place, id LIMIT $2",
            node,
            limit,
        )
        .await?;
    }
    rows.into_iter().map(outgoing).collect()
}

async fn list_next(
    conn: &mut Conn,
    sql: &'static str,
    node: &str,
    limit: i64,
) -> Result<Vec<Row>, StoreError> {
    Ok(on!(conn, |c| sqlx::query_as(sql)
        .bind(node)
        .bind(limit)
        .fetch_all(c)
        .await)?)
}

/// Whether events of another gateway wait.
async fn has_others(conn: &mut Conn, node: &str) -> Result<bool, StoreError> {
    let (first, last): (Option<String>, Option<String>) = on!(conn, |c| sqlx::query_as(
        "SELECT (SELECT MIN(node) FROM outbox), (SELECT MAX(node) FROM outbox)"
    )
    .fetch_one(c)
    .await)?;
    Ok([first, last]
        .into_iter()
        .flatten()
        .any(|other| other != node))
}

fn outgoing(row: Row) -> Result<Outgoing, StoreError> {
    // Rows from before the column was there have their type for a key.
    let routing_key = if row.routing_key.is_empty() {
        row.r#type
    } else {
        row.routing_key
    };
    Ok(Outgoing {
        id: parse("outbox.id", &row.id)?,
        routing_key,
        key: row.key,
        key_seq: row.key_seq,
        envelope: row.envelope,
    })
}

/// Forgets events the bus has taken for good.
pub async fn delete(conn: &mut Conn, ids: &[EventId]) -> Result<(), StoreError> {
    let sql = match conn.engine() {
        Engine::Sqlite(_) => "DELETE FROM outbox WHERE id IN (SELECT value FROM jsonb_each($1))",
        Engine::Postgres(_) => {
            "DELETE FROM outbox WHERE id IN (SELECT jsonb_array_elements_text(CAST($1 AS JSONB)))"
        }
    };
    run!(conn, sql, folded(ids))?;
    Ok(())
}

/// How many events wait, of every gateway.
pub async fn depth(conn: &mut Conn) -> Result<i64, StoreError> {
    Ok(on!(conn, |c| sqlx::query_scalar(
        "SELECT COUNT(*) FROM outbox"
    )
    .fetch_one(c)
    .await)?)
}

/// How much a gateway still has to publish.
pub async fn waiting(conn: &mut Conn, node: &str) -> Result<Waiting, StoreError> {
    let (depth, bytes): (i64, i64) = on!(conn, |c| {
        sqlx::query_as(
        "SELECT COUNT(*), CAST(COALESCE(SUM(bytes), 0) AS BIGINT) FROM outbox WHERE node = $1 AND pushed = 1"
    )
    .bind(node)
    .fetch_one(c)
    .await
    })?;
    let oldest: Option<i64> = on!(conn, |c| {
        sqlx::query_scalar(
        "SELECT created_at FROM outbox WHERE node = $1 AND pushed = 1 ORDER BY place, id LIMIT 1"
    )
    .bind(node)
    .fetch_optional(c)
    .await
    })?;
    Ok(Waiting {
        depth,
        bytes,
        oldest_at: from_ms_opt(oldest)?,
    })
}

/// Drops the oldest of a gateway's events that can be done without; says how many.
pub async fn drop_oldest(
    conn: &mut Conn,
    node: &str,
    what: Droppable,
    limit: i64,
) -> Result<u64, StoreError> {
    let sql = match what {
        Droppable::Raw => {
            "DELETE FROM outbox WHERE id IN (
                 SELECT id FROM outbox WHERE node = $1 AND type = 'ocpp.message' AND pushed = 1
                 ORDER BY place LIMIT $2)"
        }
        Droppable::Superseded => {
            "DELETE FROM outbox WHERE id IN (
                 SELECT id FROM outbox AS old
                 WHERE node = $1 AND type IN ('meter.values', 'cost.updated') AND pushed = 1 AND EXISTS (
                     SELECT 1 FROM outbox AS newer WHERE newer.key = old.key
                     AND newer.key_seq > old.key_seq AND newer.type = old.type)
                 ORDER BY place LIMIT $2)"
        }
    };
    Ok(run!(conn, sql, node, limit)?)
}

/// The first gateway by name behind `after` that has events in the outbox.
pub async fn node_after(conn: &mut Conn, after: &str) -> Result<Option<String>, StoreError> {
    Ok(on!(conn, |c| sqlx::query_scalar(
        "SELECT MIN(node) FROM outbox WHERE node > $1"
    )
    .bind(after)
    .fetch_one(c)
    .await)?)
}

/// Hands a gateway's oldest events to another one, whose screens may not have them; says how many.
pub async fn take_over(
    conn: &mut Conn,
    from: &str,
    to: &str,
    limit: i64,
) -> Result<u64, StoreError> {
    let taken = run!(
        conn,
        // The first condition again at the end: two that take over at once must not rob each other.
        "UPDATE outbox SET node = $2, pushed = 0 WHERE id IN (
              SELECT id FROM outbox WHERE node = $1 ORDER BY place, id LIMIT $3) AND node = $1",
        from,
        to,
        limit
    )?;
    if taken > 0 {
        conn.note_grown();
    }
    Ok(taken)
}
