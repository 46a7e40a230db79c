//! What the tables say of events as a whole, for who holds it against what a broker's consumer got (`tests/rigs`). Not
//! for the road of an event: see `outbox` and `live_log`.

use crate::conn::on;
use crate::{Conn, StoreError};

/// Every event that committed, as far as it can still be told.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Book {
    /// Each key and its newest number: as many events of it committed.
    pub keys: Vec<(String, i64)>,
    /// Id, key and number of what is not marked as sent.
    pub waiting: Vec<(String, String, i64)>,
    /// The ids that are in the log of some gateway; the oldest may have been forgotten.
    pub logged: Vec<String>,
}

/// Reads the book. Whole only while nobody writes.
pub async fn read(conn: &mut Conn) -> Result<Book, StoreError> {
    let keys = on!(conn, |c| sqlx::query_as(
        "SELECT key, last_seq FROM event_key ORDER BY key"
    )
    .fetch_all(c)
    .await)?;
    let waiting = on!(conn, |c| sqlx::query_as(
        "SELECT id, key, key_seq FROM outbox ORDER BY place, id"
    )
    .fetch_all(c)
    .await)?;
    // What names its rooms itself came from another program, and has no number.
    let logged = on!(conn, |c| sqlx::query_scalar(
        "SELECT DISTINCT event_id FROM live_event WHERE rooms IS NULL"
    )
    .fetch_all(c)
    .await)?;
    Ok(Book {
        keys,
        waiting,
        logged,
    })
}
