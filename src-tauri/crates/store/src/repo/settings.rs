//! Tables `setting` and `setup`: what an admin set while the gateway ran, and whether the first operator is there. Not for what
//! a setting may be: that is the gateway's.

use std::collections::BTreeMap;

use domain::Timestamp;

use super::to_ms;
use crate::conn::{on, run};
use crate::{Conn, StoreError};

/// Settings by the name they have in `forecourt.toml`.
pub type Stored = BTreeMap<String, String>;

/// All that are stored.
pub async fn list(conn: &mut Conn) -> Result<Stored, StoreError> {
    let rows: Vec<(String, String)> = on!(conn, |c| {
        sqlx::query_as("SELECT name, value FROM setting ORDER BY name")
            .fetch_all(c)
            .await
    })?;
    Ok(rows.into_iter().collect())
}

/// The same for whoever changes them: nobody else does until this unit ends.
pub async fn hold(conn: &mut Conn) -> Result<Stored, StoreError> {
    run!(conn, "UPDATE setup SET done_at = done_at WHERE id = 1")?;
    list(conn).await
}

/// Stores one.
pub async fn put(
    conn: &mut Conn,
    name: &str,
    value: &str,
    at: Timestamp,
) -> Result<(), StoreError> {
    run!(
        conn,
        "INSERT INTO setting (name, value, updated_at) VALUES ($1, $2, $3)
         ON CONFLICT (name) DO UPDATE SET value = excluded.value, updated_at = excluded.updated_at",
        name,
        value,
        to_ms(at)
    )?;
    Ok(())
}

/// Forgets one.
pub async fn remove(conn: &mut Conn, name: &str) -> Result<(), StoreError> {
    run!(conn, "DELETE FROM setting WHERE name = $1", name)?;
    Ok(())
}

/// Whether there never was an operator.
pub async fn is_unset(conn: &mut Conn) -> Result<bool, StoreError> {
    let rows: i64 = on!(conn, |c| {
        sqlx::query_scalar("SELECT COUNT(*) FROM setup")
            .fetch_one(c)
            .await
    })?;
    Ok(rows == 0)
}

/// Notes that there is an operator from now on; whether it is the first. Of several at once one is.
pub async fn end_setup(conn: &mut Conn, at: Timestamp) -> Result<bool, StoreError> {
    let added = run!(
        conn,
        "INSERT INTO setup (id, done_at) VALUES (1, $1) ON CONFLICT (id) DO NOTHING",
        to_ms(at)
    )?;
    Ok(added == 1)
}

/// Whether any money has moved, or is about to: a transfer, an order to pay in, a prepaid code, what an operator wants to give
/// or take and a second one has not decided.
pub async fn has_money(conn: &mut Conn) -> Result<bool, StoreError> {
    let rows: i64 = on!(conn, |c| {
        sqlx::query_scalar(
            "SELECT COUNT(*) FROM (SELECT id FROM ledger_transfer UNION ALL SELECT id FROM topup
               UNION ALL SELECT id FROM prepaid_batch
               UNION ALL SELECT id FROM adjustment WHERE status = 'pending' LIMIT 1) AS moved",
        )
        .fetch_one(c)
        .await
    })?;
    Ok(rows > 0)
}
