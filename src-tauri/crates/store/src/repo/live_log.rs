//! Tables `live_stream` and `live_event`: what a gateway pushed, numbered, so that a reader can catch up.

use domain::EventId;
use uuid::Uuid;

use super::parse;
use crate::conn::on;
use crate::{Conn, StoreError};

/// Where a gateway's numbering stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    /// The log's id.
    pub stream: Uuid,
    /// The newest number given.
    pub seq: i64,
}

/// An event of the log, as it was taken from the bus.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Logged {
    /// Its number.
    pub seq: i64,
    /// The envelope, without stream and number.
    pub envelope: String,
}

/// The node's log; begins one called `fresh` where there is none.
pub async fn open(conn: &mut Conn, node: &str, fresh: Uuid) -> Result<Head, StoreError> {
    on!(conn, |c| {
        sqlx::query(
        "INSERT INTO live_stream (node, stream, last_seq) VALUES ($1, $2, 0) ON CONFLICT (node) DO NOTHING"
    )
    .bind(node)
    .bind(fresh.to_string())
    .execute(c)
    .await
    .map(|_| ())
    })?;
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

/// Gives an event the stream's next number. `None` when the log has it already: the bus delivers at least once.
pub async fn append(
    conn: &mut Conn,
    stream: Uuid,
    event: EventId,
    envelope: &str,
) -> Result<Option<i64>, StoreError> {
    let stream = stream.to_string();
    let known: i64 = on!(conn, |c| sqlx::query_scalar(
        "SELECT COUNT(*) FROM live_event WHERE stream = $1 AND event_id = $2"
    )
    .bind(&stream)
    .bind(event.to_string())
    .fetch_one(c)
    .await)?;
    if known > 0 {
        return Ok(None);
    }
    let seq: i64 = on!(conn, |c| sqlx::query_scalar(
        "UPDATE live_stream SET last_seq = last_seq + 1 WHERE stream = $1 RETURNING last_seq"
    )
    .bind(&stream)
    .fetch_one(c)
    .await)?;
    on!(conn, |c| sqlx::query(
        "INSERT INTO live_event (stream, seq, event_id, envelope) VALUES ($1, $2, $3, $4)"
    )
    .bind(&stream)
    .bind(seq)
    .bind(event.to_string())
    .bind(envelope)
    .execute(c)
    .await
    .map(|_| ()))?;
    Ok(Some(seq))
}

/// Events after `after` up to and with `upto`, oldest first. `None` when some of them are gone.
pub async fn between(
    conn: &mut Conn,
    stream: Uuid,
    after: i64,
    upto: i64,
) -> Result<Option<Vec<Logged>>, StoreError> {
    let rows: Vec<(i64, String)> = on!(conn, |c| {
        sqlx::query_as(
        "SELECT seq, envelope FROM live_event WHERE stream = $1 AND seq > $2 AND seq <= $3 ORDER BY seq"
    )
    .bind(stream.to_string())
    .bind(after)
    .bind(upto)
    .fetch_all(c)
    .await
    })?;
    // Numbers have no holes in the log itself, so a missing first one was trimmed.
    let complete = i64::try_from(rows.len()).is_ok_and(|count| count == (upto - after).max(0));
    Ok(complete.then(|| {
        rows.into_iter()
            .map(|(seq, envelope)| Logged { seq, envelope })
            .collect()
    }))
}

/// Forgets all but the newest `retain` events.
pub async fn trim(conn: &mut Conn, head: Head, retain: i64) -> Result<u64, StoreError> {
    Ok(on!(conn, |c| sqlx::query(
        "DELETE FROM live_event WHERE stream = $1 AND seq <= $2"
    )
    .bind(head.stream.to_string())
    .bind(head.seq - retain)
    .execute(c)
    .await
    .map(|done| done.rows_affected()))?)
}
