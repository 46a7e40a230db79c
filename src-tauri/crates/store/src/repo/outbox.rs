//! Tables `outbox` and `event_key`: events that committed and were not yet taken by the bus.

use domain::event::Envelope;
use domain::{Event, EventId, Timestamp};

use super::{parse, to_ms};
use crate::conn::on;
use crate::{Conn, StoreError};

/// An event on its way to the bus.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outgoing {
    /// The event's id.
    pub id: EventId,
    /// Its type, which is the routing key.
    pub name: String,
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
    key: String,
    key_seq: i64,
    envelope: String,
}

/// Adds an event to the unit of work. Its number is taken under the key's row lock and its id only
/// then, so that both rise in the order in which a key's events commit.
pub async fn append(
    conn: &mut Conn,
    event: &Event,
    at: Timestamp,
    next_id: impl FnOnce() -> EventId + Send,
) -> Result<(), StoreError> {
    let key = event.key();
    let key_seq: i64 = on!(conn, |c| sqlx::query_scalar(
        "INSERT INTO event_key (key, last_seq) VALUES ($1, 1)
         ON CONFLICT (key) DO UPDATE SET last_seq = event_key.last_seq + 1 RETURNING last_seq"
    )
    .bind(&key)
    .fetch_one(c)
    .await)?;
    let id = next_id();
    conn.note_emitted();
    on!(conn, |c| {
        sqlx::query(
        "INSERT INTO outbox (id, type, key, key_seq, envelope, created_at) VALUES ($1, $2, $3, $4, $5, $6)"
    )
    .bind(id.to_string())
    .bind(event.name())
    .bind(&key)
    .bind(key_seq)
    .bind(Envelope::print(id, event, at))
    .bind(to_ms(at))
    .execute(c)
    .await
    .map(|_| ())
    })?;
    Ok(())
}

/// The oldest events, each key's in its order.
pub async fn oldest(conn: &mut Conn, limit: i64) -> Result<Vec<Outgoing>, StoreError> {
    let rows: Vec<Row> = on!(conn, |c| sqlx::query_as(
        "SELECT id, type, key, key_seq, envelope FROM outbox ORDER BY id LIMIT $1"
    )
    .bind(limit)
    .fetch_all(c)
    .await)?;
    rows.into_iter()
        .map(|row| {
            Ok(Outgoing {
                id: parse("outbox.id", &row.id)?,
                name: row.r#type,
                key: row.key,
                key_seq: row.key_seq,
                envelope: row.envelope,
            })
        })
        .collect()
}

/// Forgets an event the bus has taken for good.
pub async fn delete(conn: &mut Conn, id: EventId) -> Result<(), StoreError> {
    on!(conn, |c| sqlx::query("DELETE FROM outbox WHERE id = $1")
        .bind(id.to_string())
        .execute(c)
        .await
        .map(|_| ()))?;
    Ok(())
}

/// How many events wait.
pub async fn depth(conn: &mut Conn) -> Result<i64, StoreError> {
    Ok(on!(conn, |c| sqlx::query_scalar(
        "SELECT COUNT(*) FROM outbox"
    )
    .fetch_one(c)
    .await)?)
}
