//! Table `gateway`: which gateways live on this database. Each raises its own number; clocks are not compared.

use crate::conn::{on, run};
use crate::{Conn, StoreError};

/// A gateway's sign of life.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Beat {
    /// Its name.
    pub node: String,
    /// How often it gave one.
    pub beats: i64,
}

/// Gives a sign of life.
pub async fn beat(conn: &mut Conn, node: &str) -> Result<(), StoreError> {
    run!(
        conn,
        "INSERT INTO gateway (node, beats) VALUES ($1, 1)
         ON CONFLICT (node) DO UPDATE SET beats = gateway.beats + 1",
        node
    )?;
    Ok(())
}

/// All gateways, by name.
pub async fn all(conn: &mut Conn) -> Result<Vec<Beat>, StoreError> {
    Ok(on!(conn, |c| sqlx::query_as(
        "SELECT node, beats FROM gateway ORDER BY node"
    )
    .fetch_all(c)
    .await)?)
}

/// Forgets a gateway that is gone, unless it gave another sign of life meanwhile.
pub async fn forget(conn: &mut Conn, gone: &Beat) -> Result<(), StoreError> {
    run!(
        conn,
        "DELETE FROM gateway WHERE node = $1 AND beats = $2",
        &gone.node,
        gone.beats
    )?;
    Ok(())
}
