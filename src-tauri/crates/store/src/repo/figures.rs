//! How much there is of what is watched from outside: counts for the metrics. Not for the outbox, which counts
//! itself, nor for pages, which list.

use crate::conn::on;
use crate::{Conn, StoreError};

/// What a gateway's monitoring asks of the database.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Figures {
    /// Charge points whose socket this gateway holds.
    pub chargers_connected: i64,
    /// Sessions that run, whoever serves them.
    pub sessions_active: i64,
}

/// Counts everything in one look.
pub async fn read(conn: &mut Conn, node: &str) -> Result<Figures, StoreError> {
    Ok(on!(conn, |c| {
        sqlx::query_as(
        "SELECT
           (SELECT COUNT(*) FROM charge_point WHERE node = $1 AND connectivity = 'online') AS chargers_connected,
           (SELECT COUNT(*) FROM session WHERE status NOT IN ('stopped', 'failed')) AS sessions_active"
    )
    .bind(node)
    .fetch_one(c)
    .await
    })?)
}
